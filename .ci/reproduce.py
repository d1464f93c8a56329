#!/usr/bin/env python3
"""Runs the reproductions of a report against the endpoint that they accuse: each has to show its fault.

Usage: reproduce.py PROGRAM REPORT TARGET FOLDER PYTHON TOOLS EVERY COMMAND...

PROGRAM is `reinstate`, REPORT what `check --json` wrote of TARGET, among others maybe, FOLDER where the reproductions go, PYTHON an
interpreter with boto3, TOOLS the folder of a virtual environment with the aws CLI. Of the findings every EVERYth is
tried. COMMAND starts the endpoint; `{port}` in it is a free port.
"""

import json
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


def report_of(report, target, folder):
    """The file that has the report of one target alone."""
    reports = json.loads(Path(report).read_text(encoding="utf-8"))
    reports = reports if isinstance(reports, list) else reports.get("reports", [reports])
    own = next(it for it in reports if it["target"]["name"] == target)
    file = Path(folder) / "report.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(own), encoding="utf-8")
    return str(file)


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
    program, report, target, folder, python, tools, every, *command = sys.argv[1:]
    tools, every = Path(tools).absolute(), int(every)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    report = report_of(report, target, folder)
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
