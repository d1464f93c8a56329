//! The bash forms: through the aws CLI, or by curl alone.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::check::{Check, Expected};
use super::{
    Bytes, Kind, Symbol, Way, bytes, headers, headline, in_words, moment, poll, pretty, strays,
    symbols, tells_time, way,
};
use crate::finding::Finding;
use crate::scenario::{Action, Call, Signature};

pub(super) const PRELUDE: &str = include_str!("prelude.sh");
pub(super) const PRELUDE_AWS: &str = include_str!("prelude-aws.sh");

/// Ends a body in the program.
const END: &str = "END_OF_BODY";

pub(super) fn render(finding: &Finding, with_cli: bool) -> String {
    let check = Check::of(finding);
    let symbols = symbols(finding);
    let mut out = String::from("#!/usr/bin/env bash\n");
    for line in headline(finding) {
        let _ = writeln!(out, "# {line}");
    }
    let needs = if with_cli { "aws, curl and jq" } else { "curl and jq" };
    let _ = writeln!(out, "# Needs {needs}. Usage: bash FILE http://127.0.0.1:8000\n");
    out.push_str(PRELUDE);
    if with_cli {
        out.push_str(PRELUDE_AWS);
    }
    names(&mut out, &symbols, &strays(finding));
    let last = finding.scenario.actions.len().saturating_sub(1);
    for (index, action) in finding.scenario.actions.iter().enumerate() {
        let shows = (index == last).then_some(&check);
        out.push('\n');
        match action {
            Action::Call(call) => request(&mut out, call, shows, &symbols, with_cli),
            Action::Await { what, .. } => {
                let (operation, member) = poll(what);
                if let Some(symbol) = symbol(&symbols, what) {
                    let _ = writeln!(out, "wait_for {operation} {member} \"${symbol}\"");
                }
            }
            Action::Race { .. } => {
                let _ = writeln!(
                    out,
                    "unclear 'clients race here, which only `reinstate replay` repeats'"
                );
            }
            Action::Elapse { elapse_millis } => {
                let _ = writeln!(out, "sleep {}", moment(*elapse_millis));
            }
        }
    }
    out.push('\n');
    judge(&mut out, &check);
    out
}

fn symbol<'a>(symbols: &'a [Symbol], inner: &str) -> Option<&'a str> {
    let text = format!("{{{inner}}}");
    symbols.iter().find(|symbol| symbol.text == text).map(|symbol| symbol.variable.as_str())
}

/// The variables, what replaces the symbols by them, and what deletes all that was made.
fn names(out: &mut String, symbols: &[Symbol], strays: &BTreeSet<&str>) {
    out.push('\n');
    for symbol in symbols {
        let variable = &symbol.variable;
        let _ = match &symbol.kind {
            Kind::Table { length } => {
                let length = length.map(|length| format!(" {length}")).unwrap_or_default();
                writeln!(out, "{variable}=$(name {variable}{length})")
            }
            Kind::Backup => writeln!(out, "{variable}=$(no_backup)"),
            Kind::Time => writeln!(out, "{variable}=1"),
            Kind::BackupId { .. } | Kind::Account | Kind::OtherAccount | Kind::Region => Ok(()),
        };
    }
    out.push_str(
        "\n# Puts names in place of their symbols.\nfill() {\n    sed -e 's|{no-symbol}||g'",
    );
    for symbol in symbols {
        let value = match &symbol.kind {
            Kind::Table { .. } | Kind::Backup | Kind::Time => format!("${}", symbol.variable),
            Kind::BackupId { of } => format!("${{{of}##*/}}"),
            Kind::Account => "$account".to_owned(),
            Kind::OtherAccount => "999999999999".to_owned(),
            Kind::Region => "$region".to_owned(),
        };
        // A time is a number, and loses the quotes of its symbol.
        let quotes = if symbol.kind == Kind::Time { "\"" } else { "" };
        let text = format!("s|{quotes}{}{quotes}|", pattern(&symbol.text));
        let _ = write!(out, " \\\n        -e {}\"{value}\"'|g'", quoted(&text));
    }
    out.push_str("\n}\n\nclean() {\n    :\n");
    let mut delete = |operation: &str, member: &str, word: &str| {
        let _ = writeln!(
            out,
            "    printf '{{\"{member}\": \"%s\"}}' {word} >\"$work/body\"\n    post {operation} valid 'content-type: application/x-amz-json-1.0' 'x-amz-target: DynamoDB_20120810.{operation}'"
        );
    };
    for symbol in symbols {
        match symbol.kind {
            Kind::Table { .. } => {
                delete("DeleteTable", "TableName", &format!("\"${}\"", symbol.variable))
            }
            Kind::Backup => {
                delete("DeleteBackup", "BackupArn", &format!("\"${}\"", symbol.variable))
            }
            Kind::BackupId { .. }
            | Kind::Time
            | Kind::Account
            | Kind::OtherAccount
            | Kind::Region => {}
        }
    }
    for name in strays {
        // As JSON has it, without the quotes that are there already.
        let text = Value::from(*name).to_string();
        delete("DeleteTable", "TableName", &quoted(&text[1..text.len() - 1]));
    }
    out.push_str("}\n");
}

fn request(
    out: &mut String,
    call: &Call,
    shows: Option<&Check>,
    symbols: &[Symbol],
    with_cli: bool,
) {
    let way = if with_cli { way(call, shows) } else { Way::ByHand };
    match bytes(call) {
        _ if way == Way::Client => heredoc(out, &pretty(&call.with)),
        Bytes::Text(text) if call.wire.as_ref().is_some_and(|wire| wire.body.is_some()) => {
            let _ = writeln!(out, "printf %s {} | fill >\"$work/body\"", quoted(&text));
        }
        Bytes::Text(_) => heredoc(out, &pretty(&call.with)),
        Bytes::Hex(digits) => {
            let escaped: String = digits
                .as_bytes()
                .chunks(2)
                .map(|pair| format!("\\x{}", String::from_utf8_lossy(pair)))
                .collect();
            let _ = writeln!(out, "printf {} >\"$work/body\"", quoted(&escaped));
        }
    }
    let send = match way {
        Way::Client => format!("call {}", in_words(&call.call, '-')),
        Way::ByHand => {
            let (headers, signature) = headers(call);
            let signature = match signature {
                Signature::Valid => "valid",
                Signature::Missing => "missing",
                Signature::Wrong => "wrong",
            };
            let mut send = format!("post {} {signature}", quoted(&call.call));
            for (name, value) in headers {
                let _ = write!(send, " {}", quoted(&format!("{name}: {value}")));
            }
            send
        }
    };
    if call.once || call.wire.is_some() {
        let _ = writeln!(out, "{send}");
    } else {
        let _ = writeln!(
            out,
            "for try in $(seq 60); do\n    {send}\n    [ \"$code\" = ContinuousBackupsUnavailableException ] && sleep 0.5 || break\ndone"
        );
    }
    let (kind, take) =
        if tells_time(&call.call) { ("time", "take_time") } else { ("backup", "take_backup") };
    if let Some(variable) =
        call.label.as_deref().and_then(|label| symbol(symbols, &format!("{kind}:{label}")))
    {
        let _ = writeln!(out, "made=$({take})\n{variable}=${{made:-${variable}}}");
    }
}

fn heredoc(out: &mut String, body: &str) {
    let _ = writeln!(out, "fill >\"$work/body\" <<'{END}'\n{body}\n{END}");
}

/// The end of the program: what the last answer says.
fn judge(out: &mut String, check: &Check) {
    let list =
        |codes: &[String]| codes.iter().map(|code| quoted(code)).collect::<Vec<_>>().join(" | ");
    match check {
        Check::MustRefuse { codes } => {
            let _ = writeln!(out, "[ \"$status\" -lt 300 ] && fault accepted");
            if !codes.is_empty() {
                let _ = writeln!(out, "case $code in {}) right \"$code\" ;; esac", list(codes));
            }
        }
        Check::MustAccept { code } => {
            let _ = writeln!(out, "[ \"$status\" -lt 300 ] && right accepted");
            let _ = writeln!(out, "[ \"$code\" = {} ] && fault \"$code: $message\"", quoted(code));
        }
        Check::OtherError { codes, got } => {
            let _ = writeln!(out, "[ \"$status\" -lt 300 ] && unclear accepted");
            let _ = writeln!(out, "[ \"$code\" = {} ] && fault \"$code: $message\"", quoted(got));
            if codes.is_empty() {
                let _ = writeln!(out, "right \"$code\"");
            } else {
                let _ = writeln!(out, "case $code in {}) right \"$code\" ;; esac", list(codes));
            }
        }
        Check::OtherText { got, expected } => {
            let _ = writeln!(out, "[ \"$status\" -lt 300 ] && unclear accepted");
            let _ = writeln!(out, "seen=$(printf %s {} | fill)", quoted(got));
            let _ = writeln!(out, "wanted=$(printf %s {} | fill)", quoted(expected));
            let _ = writeln!(out, "[ \"$message\" = \"$wanted\" ] && right \"$message\"");
            let _ = writeln!(out, "alike \"$message\" \"$seen\" && fault \"$message\"");
        }
        Check::Member { path, got, expected, in_errors } => {
            let test = if *in_errors { "-lt 300" } else { "-ge 300" };
            let _ =
                writeln!(out, "[ \"$status\" {test} ] && unclear \"HTTP $status $code $message\"");
            let path = serde_json::to_string(path).unwrap_or_default();
            let _ = writeln!(out, "got=$(member \"$(printf %s {} | fill)\")", quoted(&path));
            value(out, got, expected);
        }
        Check::Header { name, got, expected } => {
            let _ = writeln!(
                out,
                "got=$(tr -d '\\r' <\"$work/headers\" | grep -i {} | head -n 1 | cut -d: -f2- | sed 's/^ *//')",
                quoted(&format!("^{name}:"))
            );
            let _ = writeln!(out, "got=${{got:-absent}}");
            value(out, got, expected);
        }
        Check::Status { expected } => {
            let _ = writeln!(out, "[ \"$status\" -eq {expected} ] && right \"HTTP $status\"");
            let _ = writeln!(out, "[ \"$status\" -ge 300 ] && fault \"HTTP $status\"");
        }
    }
    let _ =
        writeln!(out, "unclear \"HTTP $status $code $message $(head -c 2000 \"$work/answer\")\"");
}

fn value(out: &mut String, got: &str, expected: &Expected) {
    let _ = writeln!(out, "seen=$(printf %s {} | fill)", quoted(got));
    match expected {
        Expected::Exactly(wanted) => {
            let _ = writeln!(out, "wanted=$(printf %s {} | fill)", quoted(wanted));
            let _ = writeln!(out, "[ \"$got\" = \"$wanted\" ] && right \"$got\"");
            if wanted == "absent" {
                let _ = writeln!(out, "fault \"$got\"");
                return;
            }
        }
        Expected::Present => {
            let _ = writeln!(out, "[ \"$got\" != absent ] && right \"$got\"");
        }
        Expected::Fitting(pattern) => {
            let _ = writeln!(out, "printf %s \"$got\" | grep -Eqx '{pattern}' && right \"$got\"");
            let _ = writeln!(out, "fault \"$got\"");
            return;
        }
        Expected::InWords => {}
    }
    let _ = writeln!(out, "alike \"$got\" \"$seen\" && fault \"$got\"");
}

/// A text between single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text that `sed` takes for itself.
fn pattern(text: &str) -> String {
    text.chars()
        .flat_map(|c| if ".*[]\\^$|".contains(c) { vec!['\\', c] } else { vec![c] })
        .collect()
}
