"""Holds runs of cargo-mutants against the list of survivors: .ci/mutants.py mutants.out...

Fails if less than 80 % of the mutants that compile are killed, if one survives that fixtures/mutants does not
list, or if one was killed that it does list. A mutant whose tests run into the time limit is killed.
"""

import re
import sys
import tomllib
from pathlib import Path

WANTED_PERCENT = 80
LIST = Path(__file__).parent.parent / "fixtures" / "mutants" / "survivors.toml"


def mutants(folders, outcome):
    """The mutants of an outcome, without line and column, so that other lines may move."""
    for folder in folders:
        file = folder / f"{outcome}.txt"
        for line in file.read_text().splitlines() if file.is_file() else []:
            yield re.sub(r"^([^:]+):\d+:\d+: ", r"\1: ", line)


def main():
    folders = [Path(name) for name in sys.argv[1:]]
    if not folders or not all((folder / "caught.txt").is_file() for folder in folders):
        sys.exit("usage: mutants.py FOLDER..., each a folder `mutants.out` of a run that came to its end")
    killed = [*mutants(folders, "caught"), *mutants(folders, "timeout")]
    survived = list(mutants(folders, "missed"))
    tried = len(killed) + len(survived)
    if tried == 0:
        sys.exit("no mutant was tried")
    percent = 100 * len(killed) / tried
    print(f"{len(killed)} of {tried} mutants killed: {percent:.1f} %")

    listed = {entry["mutant"] for entry in tomllib.loads(LIST.read_text()).get("survivor", [])}
    # The same mutation may be made at several places of a file; only some of them may survive.
    unlisted = sorted(set(survived) - listed)
    dead = sorted((set(killed) & listed) - set(survived))
    for mutant in unlisted:
        print(f"survives, and {LIST.name} does not say why: {mutant}")
    for mutant in dead:
        print(f"is killed, and {LIST.name} says that it survives: {mutant}")
    if percent < WANTED_PERCENT or unlisted or dead:
        sys.exit(1)


main()
