//! How a program tells a right answer from the fault.

use serde_json::Value;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::pointer;
use reinstate_model::protocol::REQUEST_ID_FORM;

use crate::finding::Finding;

/// What is looked at in the last answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// It must be refused by one of these exceptions, and was accepted.
    MustRefuse { codes: Vec<String> },
    /// It must be accepted, and was refused by this exception.
    MustAccept { code: String },
    /// It must be refused by one of these exceptions, and was by another one. Where none is named, any
    /// other one will do.
    OtherError { codes: Vec<String>, got: String },
    /// It must be refused in other words.
    OtherText { got: String, expected: String },
    /// A member of the answer, by the names and numbers that lead to it.
    Member { path: Vec<String>, got: String, expected: Expected, in_errors: bool },
    /// A header of the answer.
    Header { name: String, got: String, expected: Expected },
    /// The HTTP status.
    Status { expected: u16 },
}

/// What a value may be, as far as a program can tell without the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// This JSON value, or `absent`.
    Exactly(String),
    /// Anything but `absent`.
    Present,
    /// What fits an extended regular expression as a whole.
    Fitting(&'static str),
    /// Something that only the specification knows.
    InWords,
}

impl Check {
    pub(super) fn of(finding: &Finding) -> Self {
        let Finding { pointer, expected, got, .. } = finding;
        match finding.kind {
            DifferenceKind::Accepted => Check::MustRefuse { codes: codes(expected) },
            DifferenceKind::Refused => Check::MustAccept { code: code(got) },
            DifferenceKind::WrongError => {
                Check::OtherError { codes: codes(expected), got: code(got) }
            }
            DifferenceKind::WrongText => {
                let got = if got == "no text" { String::new() } else { got.clone() };
                Check::OtherText { got, expected: expected.clone() }
            }
            DifferenceKind::WrongMember | DifferenceKind::TooFast => {
                if let Some(name) = pointer.strip_prefix("header ") {
                    // What was got is quoted, if it was there.
                    let (name, got) = (name.to_owned(), got.trim_matches('`').to_owned());
                    return Check::Header { name, got, expected: words(expected, false) };
                }
                if pointer == "status" {
                    return Check::Status { expected: expected.parse().unwrap_or(400) };
                }
                let path: Vec<String> = pointer.split('/').skip(1).map(pointer::unescape).collect();
                let in_errors = matches!(pointer.as_str(), "/__type" | "/message");
                let got = match got.strip_prefix('`').and_then(|got| got.strip_suffix('`')) {
                    Some("Message") if pointer == "/message" => "absent".to_owned(),
                    Some(name) if in_errors => Value::from(name).to_string(),
                    _ => got.clone(),
                };
                Check::Member { path, got, expected: words(expected, in_errors), in_errors }
            }
        }
    }

    /// Whether AWS's clients hand on what is looked at as it came. They drop members that they do not
    /// know, read dates, and keep the parts of an error and nothing else.
    pub(super) fn shows_through_clients(&self) -> bool {
        match self {
            Check::MustRefuse { .. }
            | Check::MustAccept { .. }
            | Check::OtherError { .. }
            | Check::OtherText { .. } => true,
            Check::Member { path, in_errors, got, expected } => {
                let is_date = path
                    .last()
                    .is_some_and(|name| name.ends_with("DateTime") || name.ends_with("Timestamp"));
                let is_plain = |text: &str| !text.starts_with(['{', '[']);
                let unknown = *expected == Expected::Exactly("absent".to_owned());
                !in_errors && !path.is_empty() && !is_date && is_plain(got) && !unknown
            }
            Check::Header { .. } | Check::Status { .. } => false,
        }
    }
}

/// The exceptions that an expectation names.
fn codes(expected: &str) -> Vec<String> {
    let names = expected.split(':').next().unwrap_or_default();
    let is_name = |name: &&str| name.ends_with("Exception") && !name.contains(' ');
    names.split(" or ").map(str::trim).filter(is_name).map(str::to_owned).collect()
}

/// The exception of `HTTP 400 SomeException: its text`; empty if the error has no name.
fn code(got: &str) -> String {
    let got = match got.strip_prefix("HTTP ") {
        Some(rest) => rest.split_once(' ').map_or("", |(_, rest)| rest),
        None => got,
    };
    let name = got.split(':').next().unwrap_or_default();
    if name.contains(' ') { String::new() } else { name.to_owned() }
}

fn words(expected: &str, is_text: bool) -> Expected {
    if expected == "present" {
        return Expected::Present;
    }
    // The id of a request is another one each time (PRO-020).
    if expected == REQUEST_ID_FORM {
        return Expected::Fitting("`?[A-Z0-9]{52}`?");
    }
    if is_text && expected.contains('#') {
        return Expected::Exactly(Value::from(expected).to_string());
    }
    let is_json = serde_json::from_str::<Value>(expected).is_ok();
    let is_word =
        !expected.is_empty() && expected.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    if expected == "absent" || is_json {
        Expected::Exactly(expected.to_owned())
    } else if is_word {
        // A status, as the oracle names it.
        Expected::Exactly(Value::from(expected).to_string())
    } else {
        Expected::InWords
    }
}
