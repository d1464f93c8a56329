
# The client checks nothing itself, so that the endpoint sees what is written here.
printf '[default]\nparameter_validation = false\n' >"$work/config"
export AWS_CONFIG_FILE=$work/config

# call COMMAND: sends $work/body through the aws CLI.
call() {
    if aws dynamodb "$1" --endpoint-url "$endpoint" --cli-input-json "file://$work/body" --output json \
        >"$work/answer" 2>"$work/error"; then
        status=200 code='' message=''
        [ -s "$work/answer" ] || echo '{}' >"$work/answer"
        learn_account
        return
    fi
    status=400
    code=$(sed -n 's/^.*An error occurred (\([^)]*\)) when calling.*$/\1/p' "$work/error")
    [ -n "$code" ] || unclear "$(cat "$work/error")"
    message=$(jq -Rrs 'sub("^\\s*.*?An error occurred \\([^)]*\\) when calling the [A-Za-z]+ operation[^:]*: "; "") | rtrimstr("\n")' "$work/error")
    # An error without a name goes by its status.
    case $code in [0-9][0-9][0-9] | Unknown) code='' ;; esac
}
