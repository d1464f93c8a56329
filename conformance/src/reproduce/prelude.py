import json
import os
import re
import secrets
import sys
import time

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

endpoint = (sys.argv[1:] + [os.environ.get("ENDPOINT_URL", "http://127.0.0.1:8000")])[0].rstrip("/")
region = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
session = boto3.session.Session(
    aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    aws_secret_access_key=os.environ.get(
        "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    ),
    aws_session_token=os.environ.get("AWS_SESSION_TOKEN"),
    region_name=region,
)
# The client checks nothing itself, so that the endpoint sees what is written here.
client = session.client(
    "dynamodb",
    endpoint_url=endpoint,
    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
)
http = URLLib3Session(timeout=30)
run = f"{int(time.time())}-{secrets.token_hex(3)}"
account = "123456789012"


def unclear(why):
    print(f"this tells nothing: {why}", file=sys.stderr)
    sys.exit(2)


def right(what):
    print(f"right: {what}")
    sys.exit(0)


def fault(what):
    print(f"the fault shows: {what}")
    sys.exit(1)


def name(symbol, length=None):
    """A name that nobody else uses; some have a given length."""
    whole = f"rst-{run}-{symbol}"
    if length is None:
        return whole
    return whole.ljust(length, "x") if length >= len(whole) else (secrets.token_hex(128))[:length]


def no_backup():
    """An ARN that is well formed and names nothing."""
    return f"arn:aws:dynamodb:{region}:{account}:table/rst-{run}-none/backup/01489602797149-73d8d5bc"


def fill(value):
    """Puts names in place of their symbols."""
    if isinstance(value, str):
        for symbol, text in symbols().items():
            if not isinstance(text, str):
                if value == symbol:
                    return text
                continue
            value = value.replace(symbol, text)
        return value
    if isinstance(value, list):
        return [fill(element) for element in value]
    if isinstance(value, dict):
        return {fill(member): fill(element) for member, element in value.items()}
    return value


class Answer:
    """What came: the status, the name and the text of an error, the body, the headers."""

    def __init__(self, status, code, message, body, headers):
        global account
        self.status, self.code, self.message = status, code, message
        self.body, self.headers = body, headers
        own = re.search(rf"arn:aws:dynamodb:{region}:([0-9]{{12}}):", json.dumps(body, default=str))
        account = own.group(1) if own else account

    def __str__(self):
        return f"HTTP {self.status} {self.code} {self.message} {self.body}"[:2000]

    @property
    def accepted(self):
        return self.status < 300


def call(operation, body):
    """Sends a body through boto3."""
    try:
        body = getattr(client, operation)(**fill(body))
    except ClientError as error:
        body, code = error.response, error.response["Error"].get("Code", "")
        code = "" if code == "Unknown" or re.fullmatch("[0-9]{3}", code) else code
        message = error.response["Error"].get("Message", "")
        meta = body["ResponseMetadata"]
        return Answer(meta["HTTPStatusCode"], code, message, body, meta["HTTPHeaders"])
    meta = body.pop("ResponseMetadata")
    return Answer(meta["HTTPStatusCode"], "", "", body, meta["HTTPHeaders"])


def post(body, headers, signature="valid"):
    """Sends bytes by hand."""
    request = AWSRequest("POST", endpoint + "/", data=body, headers=fill(headers))
    if signature != "missing":
        SigV4Auth(session.get_credentials().get_frozen_credentials(), "dynamodb", region).add_auth(request)
    if signature == "wrong":
        spoiled = re.sub("Signature=.*", "Signature=" + 64 * "0", request.headers["Authorization"])
        request.headers.replace_header("Authorization", spoiled)
    answer = http.send(request.prepare())
    try:
        body = json.loads(answer.content)
    except ValueError:
        body = {}
    error = body if answer.status_code >= 300 and isinstance(body, dict) else {}
    code = str(error.get("__type", "")).split("#")[-1]
    message = error.get("message", error.get("Message", ""))
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status_code, code, message, body, headers)


def patiently(send):
    """Sends again for as long as backups are not ready yet, which they are in a moment."""
    for _ in range(60):
        answer = send()
        if answer.code != "ContinuousBackupsUnavailableException":
            break
        time.sleep(0.5)
    return answer


def wait_for(operation, member, value):
    """Asks until nothing is under way any more."""
    for _ in range(120):
        answer = call(operation, {member: value})
        table = answer.body.get("Table", {})
        backup = answer.body.get("BackupDescription", {}).get("BackupDetails", {})
        state = table.get("TableStatus", backup.get("BackupStatus"))
        if state not in ("CREATING", "UPDATING", "DELETING"):
            return
        time.sleep(0.5)
    unclear(f"{value} is still {state} after a minute")


def made(answer, otherwise):
    """The ARN of the backup that a call made, or of the first of ours that it lists."""
    listed = answer.body.get("BackupSummaries") or []
    own = [summary for summary in listed if summary.get("TableName", "").startswith(f"rst-{run}-")]
    details = answer.body.get("BackupDetails") or (own or [{}])[0]
    return details.get("BackupArn", otherwise)


def told(answer, otherwise):
    """The latest restorable time that a call told."""
    description = answer.body.get("ContinuousBackupsDescription") or {}
    recovery = description.get("PointInTimeRecoveryDescription") or {}
    latest = recovery.get("LatestRestorableDateTime")
    return latest.timestamp() if hasattr(latest, "timestamp") else latest or otherwise


def member(value, path):
    """The value that a path of names leads to, as JSON, or `absent`. An element of a list goes by its
    place, or by the name that is told of it."""
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
            continue
        if not isinstance(value, list):
            return "absent"
        named = [v for v in value if isinstance(v, dict) and part in v.values()]
        if named:
            value = named[0]
        elif part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return "absent"
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=str)


def alike(one, other):
    """Ids and times are other ones each time."""

    def plain(text):
        text = re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{13,14}-[0-9a-f]{8}", "{id}", text)
        return re.sub(r"[0-9]{9,}(\.[0-9]+)?([eE][+-]?[0-9]+)?", "{number}", text)

    return plain(one) == plain(other)


def clean():
    for operation, member, value in left():
        try:
            call(operation, {member: value})
        except Exception:
            pass
