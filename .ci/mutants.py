"""Mutations of the model, and what became of them.

    mutants.py try FOLDER [--shard=K/N] [...]   tries them, and writes into FOLDER which were noticed
    mutants.py judge FOLDER...                  holds what was tried against the list of survivors

Options of `try` are handed on to cargo-mutants: `--re=PATTERN`, `--jobs=N`, `--in-place`.

Of all mutants most are noticed by tests that take a second, so these are run first; what they leave is tried
with the next ones, and so on. A mutant whose tests run into the time limit was noticed: what makes the number
of states infinite has to be given up.

`judge` fails if less than 80 % of the mutants that compile were noticed, if one was not that fixtures/mutants
does not list, or if one was that it does list.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

WANTED_PERCENT = 80
ROOT = Path(__file__).parent.parent
LIST = ROOT / "fixtures" / "mutants" / "survivors.toml"

# Name, optimisation of the model, its test targets, seconds that they may take, and what they are given.
# Unoptimised, a few tests take most of the time; the model checker's own do more than they, and take half as long
# optimised. Optimising one part of the crate by what another one does would build most of it again for each mutant.
SLOW = ["fifty_restores", "induction", "counts_have_the_steps", "numbers_of_states"]
STAGES = [
    ("specification", 0, ["--test", "specification"], 60, []),
    ("units", 0, ["--lib"], 60, [arg for name in SLOW for arg in ("--skip", name)]),
    ("written", 0, ["--test", "checking"], 60, ["written"]),
    ("faults", 2, ["--test", "checking"], 120, ["each_fault_breaks"]),
    ("all", 2, ["--lib", "--test", "specification", "--test", "checking"], 600, []),
]


def names(folder, outcome):
    file = folder / "mutants.out" / f"{outcome}.txt"
    return file.read_text().splitlines() if file.is_file() else []


def config_for(left, folder):
    """The configuration, of the files alone in which mutants are left: cargo-mutants 27.1 tries to delete each field
    of what it looks at, whatever its patterns say."""
    text = (ROOT / ".ci" / "mutants.toml").read_text()
    if left is not None:
        files = sorted({mutant.split(":")[0] for mutant in left})
        text = re.sub("(?m)^examine_globs = .*$", lambda _: f"examine_globs = {files!r}", text)
    file = folder / "mutants.toml"
    file.write_text(text)
    return str(file)


def try_all(folder, more):
    left = None
    for name, optimised, targets, seconds, tests in STAGES:
        (folder / name).mkdir(parents=True, exist_ok=True)
        command = ["cargo", "mutants", "-p", "reinstate-model", "--config", config_for(left, folder / name)]
        command += ["-o", str(folder / name), "--timeout", str(seconds)]
        command += [f"-C={arg}" for arg in targets]
        for setting in (f"package.reinstate-model.opt-level={optimised}", "lto='off'"):
            command += ["-C=--config", f"-C=profile.dev.{setting}"]
        command += [arg for arg in more if left is None or not arg.startswith(("--shard", "--re"))]
        # Of what is left each is named, whole.
        command += [f"--re=^{re.escape(mutant)}$" for mutant in left or []]
        # 2 says that some were missed, 3 that some took too long: what is left goes on to the next tests.
        ended = subprocess.run([*command, "--", "--", *tests], cwd=ROOT).returncode
        if ended not in (0, 2, 3):
            sys.exit(f"cargo-mutants ended with {ended}")
        left = names(folder / name, "missed")
        print(f"{name}: {len(left)} left", flush=True)
        if not left:
            break


def without_place(mutant):
    """A mutant without line and column, so that other lines may move."""
    return re.sub(r"^([^:]+):\d+:\d+: ", r"\1: ", mutant)


def judge(folders):
    killed, survived = [], []
    for folder in folders:
        stages = [folder / name for name, *_ in STAGES if (folder / name).is_dir()]
        if not stages:
            sys.exit(f"{folder} is no folder into which mutants were tried")
        noticed = {it for stage in stages for kind in ("caught", "timeout") for it in names(stage, kind)}
        killed += map(without_place, noticed)
        missed = {it for stage in stages for it in names(stage, "missed")}
        survived += map(without_place, missed - noticed)
    tried = len(killed) + len(survived)
    if tried == 0:
        sys.exit("no mutant was tried")
    percent = 100 * len(killed) / tried
    print(f"{len(killed)} of {tried} mutants noticed: {percent:.1f} %")

    listed = {entry["mutant"] for entry in tomllib.loads(LIST.read_text()).get("survivor", [])}
    # The same mutation may be made at several places of a file; only some of them may survive.
    unlisted = sorted(set(survived) - listed)
    dead = sorted((set(killed) & listed) - set(survived))
    for mutant in unlisted:
        print(f"survives, and {LIST.name} does not say why: {mutant}")
    for mutant in dead:
        print(f"is noticed, and {LIST.name} says that it survives: {mutant}")
    if percent < WANTED_PERCENT or unlisted or dead:
        sys.exit(1)


def main():
    verb, *given = sys.argv[1:] or [""]
    folders = [Path(arg).absolute() for arg in given if not arg.startswith("-")]
    more = [arg for arg in given if arg.startswith("-")]
    if verb == "judge" and folders and not more:
        judge(folders)
    elif verb == "try" and len(folders) == 1:
        try_all(folders[0], more)
    else:
        sys.exit(__doc__.strip())


main()
