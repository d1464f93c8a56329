//! What stands between a case and an endpoint that is not ours: nothing is made that the journal does
//! not list, nothing is touched that may be somebody else's, and on a real account no request is sent
//! that is too dear.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use reinstate_model::api::only_reads;
use reinstate_model::name::TableName;
use serde_json::{Value, json};

use crate::cost::Meter;
use crate::journal::Journal;
use crate::session::Session;

/// A real account's limit.
#[derive(Debug)]
pub struct Spending {
    /// US dollars that may be spent.
    pub limit: f64,
    /// What was spent.
    pub meter: Arc<Meter>,
}

/// Watches over a run.
#[derive(Debug)]
pub struct Guard {
    journal: Journal,
    /// Asks whether a name is free; watched by nobody, for it only reads.
    probe: Session,
    spending: Option<Spending>,
}

impl Guard {
    /// Watches over a run on loopback, where names may be too short to be unique to it.
    pub fn local(journal: Journal, probe: Session) -> Self {
        Self { journal, probe, spending: None }
    }

    /// Watches over a run on a real account.
    pub fn remote(journal: Journal, probe: Session, spending: Spending) -> Self {
        Self { journal, probe, spending: Some(spending) }
    }

    /// What may have been made so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Whether a request may be sent, now. If not, why.
    ///
    /// # Errors
    /// The reason, for people.
    pub async fn before(&self, operation: &str, body: &[u8]) -> Result<(), String> {
        let parsed: Option<Value> = serde_json::from_slice(body).ok();
        if let Some(spending) = &self.spending {
            let ahead = parsed.as_ref().map_or(0.0, |body| spending.meter.ahead(operation, body));
            let spent = spending.meter.bill().total();
            if spent + ahead > spending.limit {
                return Err(format!(
                    "{operation} could cost more than is left of {} USD, {spent:.2} of them spent",
                    spending.limit
                ));
            }
        }
        if !only_reads(operation) {
            let mut names = parsed.as_ref().map(tables).unwrap_or_default();
            names.extend(own_names(&String::from_utf8_lossy(body), &self.journal.run().prefix));
            for name in &names {
                self.claim(name).await?;
            }
            if parsed.as_ref().is_some_and(|body| may_make_nameless(operation, body)) {
                self.claim_nameless().await?;
            }
            if let Some(body) = &parsed {
                self.claim_backup(operation, body)?;
            }
        }
        Ok(())
    }

    /// Lists a table, unless it may be somebody else's.
    async fn claim(&self, name: &str) -> Result<(), String> {
        if self.journal.lists(name) {
            return Ok(());
        }
        if self.journal.run().is_unique(name) {
            return self.journal.table(name).map_err(unkept);
        }
        if self.spending.is_some() {
            // Nobody can have a table of a name that is none.
            return match TableName::new(name) {
                Some(_) => Err(format!("`{name}` could be somebody else's")),
                None => Ok(()),
            };
        }
        if self.is_free(name).await {
            return self.journal.table(name).map_err(unkept);
        }
        Err(format!("`{name}` is there already, or was, and is not of this run"))
    }

    /// Lists the table without a name, which some endpoints make, unless there is one that may be somebody else's.
    /// A real account has none.
    async fn claim_nameless(&self) -> Result<(), String> {
        if self.spending.is_some() || self.journal.lists(NAMELESS) {
            return Ok(());
        }
        match self.ask("DescribeTable", NAMELESS).await {
            Some((400, _)) => self.journal.table(NAMELESS).map_err(unkept),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether there is neither a table of that name nor a backup of one.
    async fn is_free(&self, name: &str) -> bool {
        let table = self.ask("DescribeTable", name).await;
        let backups = self.ask("ListBackups", name).await;
        // What has no backups has none of this table.
        let none = |body: &Value| body["BackupSummaries"].as_array().is_none_or(Vec::is_empty);
        matches!(table, Some((400, _)))
            && backups.is_some_and(|(status, body)| status != 200 || none(&body))
    }

    async fn ask(&self, operation: &str, name: &str) -> Option<(u16, Value)> {
        let body = Bytes::from(json!({"TableName": name}).to_string());
        let response = self.probe.send_unwatched(operation, body).await.response.ok()?;
        Some((response.status, serde_json::from_slice(&response.body).unwrap_or_default()))
    }

    fn claim_backup(&self, operation: &str, body: &Value) -> Result<(), String> {
        if operation != "CreateBackup" {
            return Ok(());
        }
        let (Some(table), Some(name)) = (body["TableName"].as_str(), body["BackupName"].as_str())
        else {
            return Ok(());
        };
        self.journal.backup(&table_of(table), name).map_err(unkept)
    }
}

fn unkept(error: std::io::Error) -> String {
    format!("the journal cannot be written: {error}")
}

/// The name of a table that has none.
pub(crate) const NAMELESS: &str = "";

/// Whether an endpoint that does not look at the name may make a table without one.
fn may_make_nameless(operation: &str, body: &Value) -> bool {
    let member = match operation {
        "CreateTable" => "TableName",
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => "TargetTableName",
        _ => return false,
    };
    body[member].as_str().is_none_or(str::is_empty)
}

/// Members that name a table, by its name or by an ARN in which that is.
const NAMING: [&str; 6] = [
    "TableName",
    "TargetTableName",
    "SourceTableName",
    "SourceTableArn",
    "ResourceArn",
    "BackupArn",
];

/// The tables that a request speaks of.
fn tables(body: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    gather(body, &mut names);
    names
}

fn gather(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                match (member.as_str(), value) {
                    (member, Value::String(name)) if NAMING.contains(&member) => {
                        let name = table_of(name);
                        if !name.is_empty() && (member != "BackupArn" || name != *value) {
                            names.insert(name);
                        }
                    }
                    ("RequestItems", Value::Object(tables)) => {
                        names.extend(tables.keys().map(|name| table_of(name)));
                    }
                    _ => gather(value, names),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, names)),
        _ => {}
    }
}

/// The name within the ARN of a table, a backup or an index; a name is its own.
fn table_of(text: &str) -> String {
    let name = text.rsplit(':').next().unwrap_or_default();
    let name = name.strip_prefix("table/").unwrap_or(name);
    name.split('/').next().unwrap_or_default().to_owned()
}

/// Every name that begins like those of the run, in whatever text it stands: also in one that is no
/// JSON, which an endpoint may yet understand.
fn own_names(text: &str, prefix: &str) -> BTreeSet<String> {
    let end = |rest: &str| {
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter))
            .unwrap_or(rest.len())
    };
    text.match_indices(prefix).map(|(at, _)| text[at..at + end(&text[at..])].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_that_a_request_may_touch_is_seen() {
        let body = json!({
            "TableName": "a",
            "TargetTableName": "b",
            "SourceTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/c",
            "ResourceArn": "arn:aws:s3:::g",
            "BackupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/d/backup/01-02",
            "RequestItems": {"e": []},
            "TransactItems": [{"Put": {"TableName": "f", "Item": {"TableName": {"S": "no table"}}}}]
        });
        let found: Vec<String> = tables(&body).into_iter().collect();
        assert_eq!(found, ["a", "b", "c", "d", "e", "f", "g"]);
        assert!(tables(&json!({"BackupArn": "no ARN", "TableName": ""})).is_empty());
    }

    #[test]
    fn a_table_without_a_name_can_come_of_a_request_that_gives_it_none() {
        for (operation, body, expected) in [
            ("CreateTable", json!({"TableName": ""}), true),
            ("CreateTable", json!({"TableName": "Music"}), false),
            ("RestoreTableFromBackup", json!({"BackupArn": "some ARN"}), true),
            ("RestoreTableFromBackup", json!({"TargetTableName": null}), true),
            ("RestoreTableToPointInTime", json!({"TargetTableName": "Copy"}), false),
            ("DeleteTable", json!({"TableName": ""}), false),
        ] {
            assert_eq!(may_make_nameless(operation, &body), expected, "{operation} {body}");
        }
    }

    #[test]
    fn names_of_the_run_are_found_in_what_is_no_json() {
        let text = "{\"TableName\":\"rst-r1-7-a\",\"x\":rst-r1-8-b.c}{rst-r2-1-a";
        let found: Vec<String> = own_names(text, "rst-r1-").into_iter().collect();
        assert_eq!(found, ["rst-r1-7-a", "rst-r1-8-b.c"]);
    }
}
