//! Lists of tables and backups, descriptions of backups, and limits.

use serde_json::{Value, json};

use super::{Call, ask, ask_about, backup_arn};
use crate::explore::scope::Scope;
use crate::request::Operation;

/// Every request of a scope that lists something.
pub(super) fn calls(scope: &Scope) -> Vec<Call> {
    let mut calls = tables(scope);
    calls.push(ask("DescribeLimits", Operation::DescribeLimits, json!({})));
    calls.extend(backups(scope));
    calls.extend(scope.names().into_iter().map(|name| {
        let body = json!({ "TableName": name });
        ask(format!("ListBackups of {name}"), Operation::ListBackups, body)
    }));
    for source in scope.sources {
        calls.extend((0..scope.backups).flat_map(|slot| about(scope, source, slot)));
    }
    calls
}

fn tables(scope: &Scope) -> Vec<Call> {
    let list =
        |how: &str, body: Value| ask(format!("ListTables{how}"), Operation::ListTables, body);
    let first = scope.sources.first().copied().unwrap_or_default();
    vec![
        list("", json!({})),
        list(" one by one", json!({"Limit": 1})),
        list(&format!(" after {first}"), json!({"ExclusiveStartTableName": first, "Limit": 1})),
    ]
}

fn backups(scope: &Scope) -> Vec<Call> {
    let list =
        |how: &str, body: Value| ask(format!("ListBackups{how}"), Operation::ListBackups, body);
    // A backup that is made now is in the range that begins now, and not in the one that ends now.
    let now = scope.clock.first().copied().unwrap_or_default() / 1000;
    let source = scope.sources.first().copied().unwrap_or_default();
    let never_made = backup_arn(scope, source, scope.backups);
    let elsewhere = never_made.as_str().replace("us-east-1", "us-west-2");
    let mut calls = vec![
        list("", json!({})),
        list(" one by one", json!({"Limit": 1})),
        list(" from now on", json!({"TimeRangeLowerBound": now})),
        list(" until now", json!({"TimeRangeUpperBound": now})),
        list(
            " until before they began",
            json!({
                "TimeRangeLowerBound": now + 1, "TimeRangeUpperBound": now,
            }),
        ),
        list(" of a table that never is", json!({"TableName": "Nothing"})),
        list(" after one that never is", json!({"ExclusiveStartBackupArn": never_made.as_str()})),
        list(" after one of another Region", json!({ "ExclusiveStartBackupArn": elsewhere })),
    ];
    let kinds = ["USER", "SYSTEM", "AWS_BACKUP", "ALL"];
    calls.extend(kinds.map(|kind| list(&format!(" of {kind}"), json!({ "BackupType": kind }))));
    calls
}

/// Requests about one backup, which is there.
fn about(scope: &Scope, source: &str, slot: usize) -> Vec<Call> {
    let arn = backup_arn(scope, source, slot);
    let describe = json!({"BackupArn": arn.as_str()});
    let after = json!({"ExclusiveStartBackupArn": arn.as_str(), "Limit": 1});
    vec![
        ask_about(
            arn.clone(),
            format!("DescribeBackup {source}/{slot}"),
            Operation::DescribeBackup,
            describe,
        ),
        ask_about(arn, format!("ListBackups after {source}/{slot}"), Operation::ListBackups, after),
    ]
}
