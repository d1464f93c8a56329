//! What the abbreviated sources of rules are, in words, and where they can be read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A source as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub words: String,
    /// Where it can be read, if it has an address of its own.
    pub address: Option<String>,
}

/// What a reference such as `API:CreateBackup` means. What is not known stays as it is.
pub fn of(reference: &str) -> Source {
    // A report adds when something was observed.
    let (name, on) = match reference.split_once(" (") {
        Some((name, on)) => (name, Some(on.trim_end_matches(')'))),
        None => (reference, None),
    };
    let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
    let words = match (kind, rest) {
        ("SEED", _) => "boto3's reference of restore_table_from_backup".to_owned(),
        ("SMITHY", _) => "the protocol awsJson1_0 of Smithy".to_owned(),
        ("M", "") => "the service model of DynamoDB 2012-08-10".to_owned(),
        ("M", shape) => format!("the service model of DynamoDB 2012-08-10, {shape}"),
        ("API", page) => format!("DynamoDB's API Reference, {page}"),
        ("G23", page) => format!("DynamoDB's Developer Guide of 2023, {page}"),
        ("G26", page) => format!("DynamoDB's Developer Guide of 2026, {page}"),
        ("CLI", command) => format!("AWS's own example for the command line, {command}"),
        _ => match RECORDS.get(name) {
            Some(situation) => {
                let on = on.map(|on| format!(", {on}")).unwrap_or_default();
                format!("observed ({name}{on}): {situation}")
            }
            None => reference.to_owned(),
        },
    };
    Source { words, address: address(kind, rest) }
}

fn address(kind: &str, rest: &str) -> Option<String> {
    let is_name = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let guide = "https://docs.aws.amazon.com/amazondynamodb/latest";
    match kind {
        "API" if is_name => Some(format!("{guide}/APIReference/API_{rest}.html")),
        "G26" if is_name => Some(format!("{guide}/developerguide/{rest}.html")),
        "SMITHY" => {
            Some("https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html".to_owned())
        }
        _ => None,
    }
}

/// The situation of each observed record.
static RECORDS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Record {
        id: String,
        situation: String,
    }
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/evidence/records.json"));
    let records: Vec<Record> = serde_json::from_str(text).expect("built in, and a test reads it");
    records.into_iter().map(|record| (record.id, record.situation)).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_names_and_records_their_situation() {
        let page = of("API:CreateBackup");
        assert_eq!(page.words, "DynamoDB's API Reference, CreateBackup");
        assert!(page.address.is_some_and(|it| it.ends_with("/API_CreateBackup.html")));
        let record = of("RFB-001 (2026-10-09)");
        assert_eq!(
            record.words,
            "observed (RFB-001, 2026-10-09): The target's name is that of a table in use."
        );
        assert_eq!(of("API:\"><script>").address, None);
        assert_eq!(of("something else").words, "something else");
    }
}
