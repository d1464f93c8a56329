//! The calls that most cases begin with.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use crate::scenario::{Action, Scenario, Source, call, labelled, wait};

/// Makes a table from a source and waits for it.
pub(super) fn table(symbol: &str, source: &source::Source) -> Vec<Action> {
    let mut body = source.members.clone();
    body["TableName"] = json!(format!("{{table:{symbol}}}"));
    vec![call("CreateTable", body), wait(format!("table:{symbol}"))]
}

/// Backs a table up and waits for the backup.
pub(super) fn backup(symbol: &str, label: &str) -> Vec<Action> {
    let body = json!({"TableName": format!("{{table:{symbol}}}"), "BackupName": format!("backup-{label}")});
    vec![labelled("CreateBackup", body, label), wait(format!("backup:{label}"))]
}

/// A table and a backup of it, both called by the same symbol.
pub(super) fn backed_up(symbol: &str, source: &source::Source) -> Vec<Action> {
    let mut actions = table(symbol, source);
    actions.extend(backup(symbol, symbol));
    actions
}

/// A restore of a backup.
pub(super) fn restore(label: &str, target: &str) -> Action {
    restore_with(label, target, &json!({}))
}

/// A restore of a backup with overrides.
pub(super) fn restore_with(label: &str, target: &str, overrides: &Value) -> Action {
    let mut body = overrides.clone();
    body["BackupArn"] = json!(format!("{{backup:{label}}}"));
    body["TargetTableName"] = json!(format!("{{table:{target}}}"));
    call("RestoreTableFromBackup", body)
}

/// Each of these requests while a restore runs from `source` onto `target`.
pub(super) fn while_restoring(requests: Vec<(&str, Action)>) -> Vec<Scenario> {
    let scenario = |(what, request): (&str, Action)| {
        let mut actions = backed_up("source", &source::plain());
        actions.extend([restore("source", "target"), request, wait("table:target")]);
        Scenario::new(format!("while a restore runs: {what}"), Source::Scenario, actions)
    };
    requests.into_iter().map(scenario).collect()
}

/// A request about one table and nothing else.
pub(super) fn about(operation: &str, table: &str) -> Action {
    call(operation, json!({"TableName": format!("{{table:{table}}}")}))
}

/// A request about one backup and nothing else.
pub(super) fn about_backup(operation: &str, label: &str) -> Action {
    call(operation, json!({"BackupArn": format!("{{backup:{label}}}")}))
}

/// Writes an item.
pub(super) fn put(table: &str, item: Value) -> Action {
    call("PutItem", json!({"TableName": format!("{{table:{table}}}"), "Item": item}))
}

/// Reads a table.
pub(super) fn scan(table: &str) -> Action {
    call("Scan", json!({"TableName": format!("{{table:{table}}}"), "ConsistentRead": true}))
}

/// The ARN of a table.
pub(super) fn table_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{{region}}:{{account}}:table/{{table:{table}}}")
}

/// Gives a table a tag.
pub(super) fn tag(table: &str, key: &str) -> Action {
    let tags = json!([{"Key": key, "Value": "music"}]);
    call("TagResource", json!({"ResourceArn": table_arn(table), "Tags": tags}))
}

/// The backups of a type of the table `source`, the first of which has the label then.
pub(super) fn list_backups(kind: &str, label: &str) -> Action {
    labelled("ListBackups", json!({"TableName": "{table:source}", "BackupType": kind}), label)
}
