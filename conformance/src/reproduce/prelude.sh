set -u
endpoint=${1:-${ENDPOINT_URL:-http://127.0.0.1:8000}}
endpoint=${endpoint%/}
region=${AWS_DEFAULT_REGION:-us-east-1}
export AWS_DEFAULT_REGION=$region AWS_PAGER='' AWS_MAX_ATTEMPTS=1
export AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-AKIAIOSFODNN7EXAMPLE}
export AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}
account=123456789012
run=$(date +%s)-$$
work=$(mktemp -d)
status=0 code='' message=''
trap 'ending=$?; clean >/dev/null 2>&1; rm -rf "$work"; exit $ending' EXIT

right() { echo "right: $1"; exit 0; }
fault() { echo "the fault shows: $1"; exit 1; }
unclear() { echo "this tells nothing: $1" >&2; exit 2; }

# A name that nobody else uses; some have a given length.
name() {
    local name=rst-$run-$1
    if [ -n "${2:-}" ] && [ "$2" -lt ${#name} ]; then
        name=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')$run
        name=${name:0:$2}
    fi
    while [ ${#name} -lt "${2:-0}" ]; do name=${name}x; done
    echo "$name"
}

# An ARN that is well formed and names nothing.
no_backup() { echo "arn:aws:dynamodb:$region:$account:table/rst-$run-none/backup/01489602797149-73d8d5bc"; }

# The answer in $work/answer becomes $code and $message; the account shows in any ARN.
read_answer() {
    code='' message=''
    if [ "$status" -ge 300 ]; then
        code=$(jq -r '.__type? // "" | tostring | split("#") | last // ""' "$work/answer" 2>/dev/null)
        message=$(jq -r '.message? // .Message? // ""' "$work/answer" 2>/dev/null)
    fi
    learn_account
}

learn_account() {
    local own
    own=$(grep -Eo "arn:aws:dynamodb:$region:[0-9]{12}:" "$work/answer" | head -n 1 | cut -d: -f5)
    account=${own:-$account}
}

# post OPERATION SIGNATURE [HEADER...]: sends $work/body by curl.
post() {
    local signature=$2 headers=() header
    shift 2
    for header in "$@"; do headers+=(-H "$(echo "$header" | fill)"); done
    case $signature in
    valid)
        headers+=(--aws-sigv4 "aws:amz:$region:dynamodb" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY")
        [ -z "${AWS_SESSION_TOKEN:-}" ] || headers+=(-H "x-amz-security-token: $AWS_SESSION_TOKEN") ;;
    wrong)
        headers+=(-H "authorization: AWS4-HMAC-SHA256 Credential=$AWS_ACCESS_KEY_ID/20200101/$region/dynamodb/aws4_request, SignedHeaders=host, Signature=$(printf '0%.0s' {1..64})") ;;
    esac
    : >"$work/answer"
    status=$(curl -sS --max-time 30 -X POST -D "$work/headers" -o "$work/answer" -w '%{http_code}' \
        "${headers[@]}" --data-binary "@$work/body" "$endpoint/") || unclear "no answer from $endpoint"
    read_answer
}

# The value that a path of names leads to, as JSON, or `absent`. An element of a list goes by its
# place, or by the name that is told of it.
member() {
    jq -cS --argjson path "$1" '
        [.] | reduce $path[] as $part (.;
            if length == 0 then .
            elif (.[0] | type) == "object" then (if (.[0] | has($part)) then [.[0][$part]] else [] end)
            elif (.[0] | type) == "array" then
                .[0] as $list
                | [$list[] | select(type == "object" and any(.[]; . == $part))] as $named
                | if ($named | length) > 0 then [$named[0]]
                  elif ($part | test("^[0-9]+$")) and ($part | tonumber) < ($list | length)
                  then [$list[$part | tonumber]]
                  else [] end
            else [] end)
        | if length == 0 then "absent" | halt_error(0) else .[0] end' "$work/answer" 2>&1
}

# Ids and times are other ones each time.
alike() { [ "$(echo "$1" | plain)" = "$(echo "$2" | plain)" ]; }
plain() {
    sed -E -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/{id}/g' -e 's/[0-9]{13,14}-[0-9a-f]{8}/{id}/g' \
        -e 's/[0-9]{9,}(\.[0-9]+)?([eE][+-]?[0-9]+)?/{number}/g' -e 's/[0-9]\.[0-9]+[eE]\+?9/{number}/g'
}

# wait_for COMMAND MEMBER VALUE: asks until nothing is under way any more.
wait_for() {
    local try state
    for try in $(seq 120); do
        printf '{"%s": "%s"}' "$2" "$3" >"$work/body"
        post "$1" valid 'content-type: application/x-amz-json-1.0' "x-amz-target: DynamoDB_20120810.$1"
        state=$(jq -r '(.Table.TableStatus? // .BackupDescription.BackupDetails.BackupStatus? // "")' "$work/answer" 2>/dev/null)
        case $state in
        CREATING | UPDATING | DELETING) sleep 0.5 ;;
        *) return ;;
        esac
    done
    unclear "$3 is still $state after a minute"
}

# The ARN of the backup that the last call made, or of the first of ours that it lists.
take_backup() {
    jq -r --arg own "rst-$run-" '.BackupDetails.BackupArn?
        // ([.BackupSummaries[]? | select(.TableName | startswith($own)) | .BackupArn] | first)
        // empty' "$work/answer" 2>/dev/null
}

# The latest restorable time that the last call told.
take_time() {
    jq -r '.ContinuousBackupsDescription.PointInTimeRecoveryDescription.LatestRestorableDateTime?
        // empty' "$work/answer" 2>/dev/null
}
