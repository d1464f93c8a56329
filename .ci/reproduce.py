#!/usr/bin/env python3
"""Runs the reproductions of a report against the endpoint that they accuse: each has to show its fault.

Usage: reproduce.py PROGRAM REPORT FOLDER PYTHON TOOLS EVERY COMMAND...

PROGRAM is `reinstate`, REPORT what `check TARGET --json` wrote, FOLDER where the reproductions go, PYTHON an
interpreter with boto3, TOOLS the folder of a virtual environment with the aws CLI. Of the findings every EVERYth is
tried. COMMAND starts the endpoint; `{port}` in it is a free port.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
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
    """Until it answers a request, whatever it says of it."""
    headers = {
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "content-type": "application/x-amz-json-1.0",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            request = urllib.request.Request(url, data=b"{}", headers=headers)
            urllib.request.urlopen(request, timeout=2).close()
            return
        except urllib.error.HTTPError:
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
    program, report, folder, python, tools, every, *command = sys.argv[1:]
    tools, every = Path(tools).absolute(), int(every)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    commands = []
    for form, interpreter in (("boto3", python), ("bash", "bash")):
        out = Path(folder) / form
        # Those of an earlier report accuse of what may be mended.
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run([program, "reproduce", report, "--as", form, "--out", str(out)], check=True)
        commands += [[interpreter, str(file), url] for file in sorted(out.iterdir())[::every]]
    environment = {**os.environ, "PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
    endpoint = subprocess.Popen(
        [word.replace("{port}", str(port)) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(url)
        with ThreadPoolExecutor(max_workers=2) as pool:
            failed = [text for text in pool.map(lambda it: tried(it, environment), commands) if text]
    finally:
        endpoint.terminate()
        endpoint.wait()
    print(f"{len(commands) - len(failed)} of {len(commands)} reproductions show their fault")
    if failed:
        sys.exit("\n".join(failed))


main()
