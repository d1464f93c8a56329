//! The Python form: boto3, and its own signer for what boto3 cannot send.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::check::{Check, Expected};
use super::{
    Bytes, Kind, Symbol, Way, bytes, headers, headline, in_words, moment, poll, strays, symbols,
    tells_time, way,
};
use crate::finding::Finding;
use crate::scenario::{Action, Call, Signature};

pub(super) const PRELUDE: &str = include_str!("prelude.py");

pub(super) fn render(finding: &Finding) -> String {
    let check = Check::of(finding);
    let symbols = symbols(finding);
    let mut out = String::from("#!/usr/bin/env python3\n");
    for line in headline(finding) {
        let _ = writeln!(out, "# {line}");
    }
    out.push_str("# Needs boto3. Usage: python3 FILE http://127.0.0.1:8000\n\n");
    out.push_str(PRELUDE);
    names(&mut out, &symbols, &strays(finding));
    out.push_str("\n\ndef reproduce():\n");
    let learned = symbols.iter().filter(|it| matches!(it.kind, Kind::Backup | Kind::Time));
    for symbol in learned {
        let _ = writeln!(out, "    global {}", symbol.variable);
    }
    let last = finding.scenario.actions.len().saturating_sub(1);
    out.push_str("    answer = None\n");
    for (index, action) in finding.scenario.actions.iter().enumerate() {
        match action {
            Action::Call(call) => {
                request(&mut out, call, (index == last).then_some(&check), &symbols)
            }
            Action::Await { what, .. } => {
                let (operation, member) = poll(what);
                let operation = in_words(operation, '_');
                let text = format!("{{{what}}}");
                if let Some(symbol) = symbols.iter().find(|symbol| symbol.text == text) {
                    let variable = &symbol.variable;
                    let _ =
                        writeln!(out, "    wait_for(\"{operation}\", \"{member}\", {variable})");
                    if index == last {
                        let (member, text) = (python_text(member), python_text(&text));
                        let _ = writeln!(
                            out,
                            "    answer = call(\"{operation}\", {{{member}: {text}}})"
                        );
                    }
                }
            }
            Action::Race { .. } => out.push_str(
                "    unclear(\"clients race here, which only `reinstate replay` repeats\")\n",
            ),
            Action::Elapse { elapse_millis } => {
                let _ = writeln!(out, "    time.sleep({})", moment(*elapse_millis));
            }
        }
    }
    judge(&mut out, &check);
    out.push_str("\n\ntry:\n    reproduce()\nfinally:\n    clean()\n");
    out
}

fn names(out: &mut String, symbols: &[Symbol], strays: &BTreeSet<&str>) {
    out.push_str("\n\n");
    for symbol in symbols {
        let variable = &symbol.variable;
        let _ = match &symbol.kind {
            Kind::Table { length: None } => writeln!(out, "{variable} = name(\"{variable}\")"),
            Kind::Table { length: Some(length) } => {
                writeln!(out, "{variable} = name(\"{variable}\", {length})")
            }
            Kind::Backup => writeln!(out, "{variable} = no_backup()"),
            Kind::Time => writeln!(out, "{variable} = 1"),
            Kind::BackupId { .. } | Kind::Account | Kind::OtherAccount | Kind::Region => Ok(()),
        };
    }
    out.push_str("\n\ndef symbols():\n    return {\n");
    for symbol in symbols {
        let value = match &symbol.kind {
            Kind::Table { .. } | Kind::Backup | Kind::Time => symbol.variable.clone(),
            Kind::BackupId { of } => format!("{of}.split(\"/\")[-1]"),
            Kind::Account => "account".to_owned(),
            Kind::OtherAccount => "\"999999999999\"".to_owned(),
            Kind::Region => "region".to_owned(),
        };
        let _ = writeln!(out, "        {}: {value},", python_text(&symbol.text));
    }
    out.push_str("    }\n\n\ndef left():\n    return [\n");
    for symbol in symbols {
        let variable = &symbol.variable;
        let _ = match symbol.kind {
            Kind::Table { .. } => {
                writeln!(out, "        (\"delete_table\", \"TableName\", {variable}),")
            }
            Kind::Backup => {
                writeln!(out, "        (\"delete_backup\", \"BackupArn\", {variable}),")
            }
            Kind::BackupId { .. }
            | Kind::Time
            | Kind::Account
            | Kind::OtherAccount
            | Kind::Region => Ok(()),
        };
    }
    for name in strays {
        let name = python_text(name);
        let _ = writeln!(out, "        (\"delete_table\", \"TableName\", {name}),");
    }
    out.push_str("    ]\n");
}

fn request(out: &mut String, call: &Call, shows: Option<&Check>, symbols: &[Symbol]) {
    let send = if way(call, shows) == Way::Client {
        let _ = writeln!(out, "    body = {}", python(&call.with, 4));
        format!("call(\"{}\", body)", in_words(&call.call, '_'))
    } else {
        let _ = match bytes(call) {
            Bytes::Hex(digits) => writeln!(out, "    body = bytes.fromhex(\"{digits}\")"),
            Bytes::Text(text) if call.wire.as_ref().is_some_and(|wire| wire.body.is_some()) => {
                writeln!(out, "    body = fill({}).encode()", python_text(&text))
            }
            Bytes::Text(_) => {
                writeln!(out, "    body = json.dumps(fill({})).encode()", python(&call.with, 4))
            }
        };
        let (headers, signature) = headers(call);
        let headers: serde_json::Map<String, Value> =
            headers.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        let signature = match signature {
            Signature::Valid => "valid",
            Signature::Missing => "missing",
            Signature::Wrong => "wrong",
        };
        format!("post(body, {}, \"{signature}\")", python(&Value::Object(headers), 4))
    };
    let _ = if call.once || call.wire.is_some() {
        writeln!(out, "    answer = {send}")
    } else {
        writeln!(out, "    answer = patiently(lambda: {send})")
    };
    let (kind, take) = if tells_time(&call.call) { ("time", "told") } else { ("backup", "made") };
    let label = call.label.as_ref().map(|label| format!("{{{kind}:{label}}}"));
    if let Some(symbol) = symbols.iter().find(|symbol| Some(&symbol.text) == label.as_ref()) {
        let variable = &symbol.variable;
        let _ = writeln!(out, "    {variable} = {take}(answer, {variable})");
    }
}

fn judge(out: &mut String, check: &Check) {
    let list = |codes: &[String]| {
        let codes: Vec<String> = codes.iter().map(|code| python_text(code)).collect();
        format!("[{}]", codes.join(", "))
    };
    let mut line = |text: String| {
        let _ = writeln!(out, "    {text}");
    };
    match check {
        Check::MustRefuse { codes } => {
            line("if answer.accepted:\n        fault(\"accepted\")".to_owned());
            line(format!("if answer.code in {}:\n        right(answer.code)", list(codes)));
        }
        Check::MustAccept { code } => {
            line("if answer.accepted:\n        right(\"accepted\")".to_owned());
            line(format!("if answer.code == {}:\n        fault(answer)", python_text(code)));
        }
        Check::OtherError { codes, got } => {
            line("if answer.accepted:\n        unclear(answer)".to_owned());
            line(format!("if answer.code == {}:\n        fault(answer)", python_text(got)));
            let any = if codes.is_empty() {
                "True".to_owned()
            } else {
                format!("answer.code in {}", list(codes))
            };
            line(format!("if {any}:\n        right(answer.code)"));
        }
        Check::OtherText { got, expected } => {
            line("if answer.accepted:\n        unclear(answer)".to_owned());
            line(format!(
                "if answer.message == fill({}):\n        right(answer.message)",
                python_text(expected)
            ));
            line(format!(
                "if alike(answer.message, fill({})):\n        fault(answer.message)",
                python_text(got)
            ));
        }
        Check::Member { path, got, expected, in_errors } => {
            let not = if *in_errors { "" } else { "not " };
            line(format!("if {not}answer.accepted:\n        unclear(answer)"));
            let path: Vec<String> = path.iter().map(|part| python_text(part)).collect();
            line(format!("got = member(answer.body, fill([{}]))", path.join(", ")));
            value(out, got, expected);
        }
        Check::Header { name, got, expected } => {
            line(format!(
                "got = answer.headers.get({}, \"absent\")",
                python_text(&name.to_lowercase())
            ));
            value(out, got, expected);
        }
        Check::Status { expected } => {
            line(format!("if answer.status == {expected}:\n        right(answer.status)"));
            line("if not answer.accepted:\n        fault(f\"HTTP {answer.status}\")".to_owned());
        }
    }
    out.push_str("    unclear(answer)\n");
}

fn value(out: &mut String, got: &str, expected: &Expected) {
    let _ = match expected {
        Expected::Exactly(wanted) => {
            writeln!(out, "    if got == fill({}):\n        right(got)", python_text(wanted))
        }
        Expected::Present => writeln!(out, "    if got != \"absent\":\n        right(got)"),
        Expected::Fitting(pattern) => {
            writeln!(out, "    if re.fullmatch(r\"{pattern}\", got):\n        right(got)")
        }
        Expected::InWords => Ok(()),
    };
    let is_certain = matches!(expected, Expected::Exactly(wanted) if wanted == "absent")
        || matches!(expected, Expected::Fitting(_));
    let _ = if is_certain {
        writeln!(out, "    fault(got)")
    } else {
        writeln!(out, "    if alike(got, fill({})):\n        fault(got)", python_text(got))
    };
}

/// A value as Python writes it.
fn python(value: &Value, indent: usize) -> String {
    let flat = python_flat(value);
    if flat.len() + indent <= 90 {
        return flat;
    }
    let inner = " ".repeat(indent + 4);
    let outer = " ".repeat(indent);
    match value {
        Value::Object(members) => {
            let lines = members.iter().map(|(name, value)| {
                format!("{inner}{}: {},\n", python_text(name), python(value, indent + 4))
            });
            format!("{{\n{}{outer}}}", lines.collect::<String>())
        }
        Value::Array(values) => {
            let lines =
                values.iter().map(|value| format!("{inner}{},\n", python(value, indent + 4)));
            format!("[\n{}{outer}]", lines.collect::<String>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => flat,
    }
}

fn python_flat(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => python_text(text),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(python_flat).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members = members
                .map(|(name, value)| format!("{}: {}", python_text(name), python_flat(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text as a literal of one line, in ASCII.
fn python_text(text: &str) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            ' '..='~' => literal.push(letter),
            other => {
                let _ = write!(literal, "\\U{:08x}", u32::from(other));
            }
        }
    }
    literal.push('"');
    literal
}
