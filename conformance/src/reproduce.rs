//! Reproductions: a finding as a program that needs nothing but an endpoint.
//!
//! Each creates what it needs under names of its own, takes over the ARNs that the endpoint makes up,
//! waits with a bound, shows what was expected and what came, and cleans up. It ends with 0 if the
//! endpoint does right, with 1 if the fault shows, and with 2 if it cannot tell.
//!
//! Bodies keep their symbols (`{table:a}`, `{backup:b}`), which are replaced before they are sent. The
//! bash form goes through the aws CLI and the Python form through boto3, both without their own checks
//! of parameters; what these cannot send, or would not show as it came, goes by curl and urllib.
//!
//! Known limitation: clients that race are not reproduced like this; `reinstate replay` runs them.

mod boto3;
mod check;
mod rust;
mod shell;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::finding::Finding;
use crate::members;
use crate::scenario::{Action, Body, Call, Signature};
use crate::session::Patience;

use check::Check;

/// The language of a reproduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The aws CLI, from bash.
    Bash,
    /// Python with boto3.
    Boto3,
    /// curl, from bash.
    Curl,
    /// Rust, with this library.
    Rust,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bash, Self::Boto3, Self::Curl, Self::Rust];

    /// How the names of its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Bash => "aws.sh",
            Self::Boto3 => "py",
            Self::Curl => "curl.sh",
            Self::Rust => "rs",
        }
    }
}

/// The program that shows a finding.
pub fn render(finding: &Finding, form: Form) -> String {
    match form {
        Form::Bash => shell::render(finding, true),
        Form::Curl => shell::render(finding, false),
        Form::Boto3 => boto3::render(finding),
        Form::Rust => rust::render(finding),
    }
}

/// What many programs have in common, word for word.
#[cfg(feature = "views")]
pub(crate) const COMMON: [&str; 3] = [boto3::PRELUDE, shell::PRELUDE, shell::PRELUDE_AWS];

/// The name of a finding's program.
pub fn file_name(finding: &Finding, form: Form) -> String {
    format!("{}-{}.{}", finding.rule, finding.kind, form.extension())
}

/// What the first lines say, each to be put behind a comment's mark.
fn headline(finding: &Finding) -> Vec<String> {
    let text = |text: &str| crate::report::layout::one_line(text, 400);
    vec![
        format!("{} {}: {}", finding.rule, finding.kind, text(&finding.sentence)),
        format!("{} {}", finding.operation, text(&finding.pointer)).trim_end().to_owned(),
        format!("expected {}", text(&finding.expected)),
        format!("got      {}", text(&finding.got)),
        format!("Sources: {}", text(&finding.sources.join(", "))),
        format!("Case {} of Reinstate {}.", finding.case, env!("CARGO_PKG_VERSION")),
        "Ends with 0 if the endpoint does right, 1 if the fault shows, 2 if that cannot be told."
            .to_owned(),
    ]
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Through AWS's own client.
    Client,
    /// By hand.
    ByHand,
}

/// The way for a call: by hand what AWS's clients cannot send, and the call whose answer is looked at
/// if they would not show it as it came.
fn way(call: &Call, check: Option<&Check>) -> Way {
    // Each client has its own way to be given a time.
    let has_time = call.with.to_string().contains("\"{time:");
    let sends = call.wire.is_none() && !has_time && members::is_sendable(&call.call, &call.with);
    if sends && check.is_none_or(Check::shows_through_clients) { Way::Client } else { Way::ByHand }
}

/// The body of a call that is sent by hand.
enum Bytes {
    /// A text with symbols.
    Text(String),
    /// Bytes in hexadecimal.
    Hex(String),
}

fn bytes(call: &Call) -> Bytes {
    match call.wire.as_ref().and_then(|wire| wire.body.clone()) {
        Some(Body::Text(text)) => Bytes::Text(text),
        Some(Body::Hex(digits)) => Bytes::Hex(digits),
        None => Bytes::Text(call.with.to_string()),
    }
}

/// The headers of a call that is sent by hand, and how it is signed.
fn headers(call: &Call) -> (Vec<(String, String)>, Signature) {
    let mut headers = vec![
        ("content-type".to_owned(), "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target".to_owned(), format!("DynamoDB_20120810.{}", call.call)),
    ];
    let Some(wire) = &call.wire else { return (headers, Signature::Valid) };
    for (name, value) in &wire.headers {
        headers.retain(|(kept, _)| kept != name);
        headers.extend(value.clone().map(|value| (name.clone(), value)));
    }
    (headers, wire.signature)
}

/// A symbol that a case uses, and the variable that holds its value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Symbol {
    /// As it stands in bodies, with its braces.
    text: String,
    kind: Kind,
    variable: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A table; some have names of a given length.
    Table {
        length: Option<usize>,
    },
    /// A backup that a call labels.
    Backup,
    /// The last part of a backup's ARN; that of the backup with this variable.
    BackupId {
        of: String,
    },
    /// The latest restorable time that a call tells: a number.
    Time,
    Account,
    OtherAccount,
    Region,
}

/// Names of tables that stand in the case as they are: one that an endpoint took where it must not has to go
/// as well, or it is in the way of whatever asks for it next.
fn strays(finding: &Finding) -> BTreeSet<&str> {
    let calls = finding.scenario.all_calls();
    let names = calls.filter_map(|call| match call.call.as_str() {
        "CreateTable" => call.with["TableName"].as_str(),
        _ => call.with["TargetTableName"].as_str(),
    });
    names.filter(|name| !name.contains('{')).collect()
}

/// How long a program lets time pass, in seconds: no longer than the run did, which could not move the clock
/// of what it accuses.
fn moment(elapse_millis: u64) -> String {
    let time = Duration::from_millis(elapse_millis).min(Patience::default().elapse);
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

/// Every symbol in the actions of a finding's case and in what was got.
fn symbols(finding: &Finding) -> Vec<Symbol> {
    let mut text = serde_json::to_string(&finding.scenario.actions).unwrap_or_default();
    for action in &finding.scenario.actions {
        if let Action::Await { what, .. } = action {
            text.push_str(&format!("{{{what}}}"));
        }
        if let Action::Call(Call { label: Some(label), call, .. }) = action {
            let kind = if tells_time(call) { "time" } else { "backup" };
            text.push_str(&format!("{{{kind}:{label}}}"));
        }
    }
    text.push_str(&finding.got);
    text.push_str(&finding.expected);
    let mut found: Vec<Symbol> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find(['{', '}']) else { break };
        if rest[close..].starts_with('}') {
            add(&mut found, &rest[..close]);
        }
    }
    found
}

fn add(found: &mut Vec<Symbol>, inner: &str) {
    let text = format!("{{{inner}}}");
    if found.iter().any(|symbol| symbol.text == text) {
        return;
    }
    let (kind, name) = inner.split_once(':').unwrap_or((inner, ""));
    let kind = match kind {
        "table" => {
            let length = name.split_once(':').and_then(|(_, length)| length.parse().ok());
            Kind::Table { length }
        }
        "backup" => Kind::Backup,
        "backup-id" => {
            add(found, &format!("backup:{name}"));
            let of = found.iter().find(|symbol| symbol.text == format!("{{backup:{name}}}"));
            Kind::BackupId { of: of.map(|symbol| symbol.variable.clone()).unwrap_or_default() }
        }
        "time" => Kind::Time,
        "account" => Kind::Account,
        "other-account" => Kind::OtherAccount,
        "region" => Kind::Region,
        _ => return,
    };
    let mut variable: String =
        inner.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if found.iter().any(|symbol| symbol.variable == variable) {
        variable = format!("{variable}_{}", found.len());
    }
    found.push(Symbol { text, kind, variable });
}

/// Whether what a call's label stands for is a time, and not a backup.
fn tells_time(operation: &str) -> bool {
    operation == "DescribeContinuousBackups"
}

/// The call that a wait makes again and again, its member that names what is waited for, and the
/// member of its answer that has the status.
fn poll(what: &str) -> (&'static str, &'static str) {
    match what.split_once(':') {
        Some(("backup", _)) => ("DescribeBackup", "BackupArn"),
        _ => ("DescribeTable", "TableName"),
    }
}

/// A name in words: `RestoreTableFromBackup` with `-` is `restore-table-from-backup`.
fn in_words(operation: &str, between: char) -> String {
    let mut words = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(between);
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// A body as people read it.
fn pretty(value: &Value) -> String {
    crate::report::layout::json(&value.to_string(), 0, 100)
}

#[cfg(test)]
mod tests;
