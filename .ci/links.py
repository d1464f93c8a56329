#!/usr/bin/env python3
"""Every link from a document to a file of this repository, and every path in backticks, leads somewhere.

    links.py
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:\.ci|\.github|conformance|fixtures|model|snapshots)/[\w./-]+)`")


def documents(folder):
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in (".git", "target"):
                yield from documents(path)
        elif path.suffix in (".md", ".py", ".rs", ".toml", ".yml"):
            yield path


def main():
    lost = []
    for file in documents(ROOT):
        text = file.read_text()
        wanted = [(path, ROOT) for path in PATH.findall(text)]
        if file.suffix == ".md":
            wanted += [(link, file.parent) for link in LINK.findall(text) if "://" not in link]
        lost += [f"{file.relative_to(ROOT)}: {path}" for path, base in wanted if not (base / path).exists()]
    for line in lost:
        print(f"leads nowhere: {line}", file=sys.stderr)
    sys.exit(1 if lost else 0)


main()
