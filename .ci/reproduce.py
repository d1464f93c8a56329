#!/usr/bin/env python3
"""Runs the reproductions of a report against moto, which they accuse: each has to show its fault.

Usage: reproduce.py PROGRAM REPORT FOLDER TARGET TOOLS [EVERY]

PROGRAM is `reinstate`, REPORT what `check moto --json` wrote, FOLDER where the reproductions go, TARGET the
folder of moto's virtual environment, TOOLS that of one with the aws CLI. Of the findings every EVERYth is tried.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

STARTS_WITHIN = 60
ENDS_WITHIN = 120


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url):
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/moto-api/", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{url} does not answer")


def tried(command, environment):
    """What a reproduction that does not show its fault said; nothing for one that does."""
    try:
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=ENDS_WITHIN
        )
    except subprocess.TimeoutExpired:
        return f"{command[1]}: not ended after {ENDS_WITHIN} s"
    if ended.returncode == 1 and "Traceback" not in ended.stderr:
        return None
    return f"{command[1]}: exit code {ended.returncode}\n{ended.stdout}{ended.stderr}"


def main():
    program, report, folder, target, tools = sys.argv[1:6]
    every = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    target, tools = Path(target).absolute(), Path(tools).absolute()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    commands = []
    for form, interpreter in (("boto3", str(target / "bin/python")), ("bash", "bash")):
        out = Path(folder) / form
        subprocess.run([program, "reproduce", report, "--as", form, "--out", str(out)], check=True)
        commands += [[interpreter, str(file), url] for file in sorted(out.iterdir())[::every]]
    environment = {**os.environ, "PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
    moto = subprocess.Popen(
        [str(target / "bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(url)
        with ThreadPoolExecutor(max_workers=2) as pool:
            failed = [text for text in pool.map(lambda it: tried(it, environment), commands) if text]
    finally:
        moto.terminate()
        moto.wait()
    print(f"{len(commands) - len(failed)} of {len(commands)} reproductions show their fault")
    if failed:
        sys.exit("\n".join(failed))


main()
