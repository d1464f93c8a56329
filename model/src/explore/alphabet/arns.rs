//! Tables and backups named by ARNs of every kind.

use serde_json::{Value, json};

use super::lives;
use super::overrides::Override;
use super::{Call, ask, ask_about, backup_arn, owner, region, table_name};
use crate::explore::scope::Scope;
use crate::name::table_arn;
use crate::request::Operation;

/// The ARN of a table in the account.
pub(super) fn arn_of(table: &str) -> String {
    table_arn(&region(), &owner(), &table_name(table))
}

/// Every request of a scope that names something by its ARN, or by what is none.
pub(super) fn calls(scope: &Scope) -> Vec<Call> {
    let source_backups = scope.sources.iter().map(|source| {
        let body = json!({"TableName": arn_of(source), "BackupName": "backup"});
        ask(format!("CreateBackup of {source} by ARN"), Operation::CreateBackup, body)
    });
    let creations = scope.sources.iter().flat_map(|source| {
        scope.shapes.iter().map(|shape| lives::create_by_arn(source, *shape, &arn_of(source)))
    });
    let tables =
        scope.names().into_iter().flat_map(of_table).chain(creations).chain(source_backups);
    let backups = scope.sources.iter().flat_map(|source| {
        let elsewhere =
            (0..scope.backups).flat_map(move |slot| of_backup_elsewhere(scope, source, slot));
        elsewhere.chain(of_no_backup(scope, source))
    });
    tables.chain(backups).collect()
}

/// Requests that name a table by its ARN as others do by its name.
fn of_table(name: &str) -> Vec<Call> {
    let arn = arn_of(name);
    let nowhere = arn.replace("us-east-1", "us-west-7");
    let by_arn = json!({ "TableName": arn });
    let mut off = by_arn.clone();
    off["PointInTimeRecoverySpecification"] = json!({"PointInTimeRecoveryEnabled": false});
    vec![
        ask(format!("DescribeTable {name} by ARN"), Operation::DescribeTable, by_arn.clone()),
        ask(
            format!("DescribeTable {name} by an ARN of nowhere"),
            Operation::DescribeTable,
            json!({ "TableName": nowhere }),
        ),
        ask(format!("DeleteTable {name} by ARN"), Operation::DeleteTable, by_arn.clone()),
        ask(
            format!("DescribeContinuousBackups of {name} by ARN"),
            Operation::DescribeContinuousBackups,
            by_arn.clone(),
        ),
        ask(
            format!("UpdateContinuousBackups of {name} by ARN, off"),
            Operation::UpdateContinuousBackups,
            off,
        ),
        ask(format!("ListBackups of {name} by ARN"), Operation::ListBackups, by_arn),
    ]
}

/// A body that is about the backup that `arn` names.
fn about(arn: &str) -> Value {
    json!({ "BackupArn": arn })
}

/// The body of a restore of the backup that `arn` names.
fn restore(arn: &str, target: &str) -> Value {
    json!({ "BackupArn": arn, "TargetTableName": target })
}

/// Requests that name a backup by an ARN of another Region.
fn of_backup_elsewhere(scope: &Scope, source: &str, slot: usize) -> Vec<Call> {
    let backup = backup_arn(scope, source, slot);
    let elsewhere = backup.as_str().replace("us-east-1", "us-west-2");
    let call = |label: String, operation, body| ask_about(backup.clone(), label, operation, body);
    let what = format!("{source}/{slot} by an ARN of another Region");
    let mut calls = vec![
        call(format!("DescribeBackup {what}"), Operation::DescribeBackup, about(&elsewhere)),
        call(format!("DeleteBackup {what}"), Operation::DeleteBackup, about(&elsewhere)),
    ];
    for (target, _) in scope.targets {
        let mut encrypted = restore(&elsewhere, target);
        encrypted["SSESpecificationOverride"] = json!({"Enabled": false});
        let plain = restore(&elsewhere, target);
        let label = format!("RestoreTableFromBackup {what} to {target}");
        let with_key = format!("{label}{}", Override::OwnedKey.label());
        calls.push(call(label, Operation::RestoreTableFromBackup, plain));
        calls.push(call(with_key, Operation::RestoreTableFromBackup, encrypted));
    }
    calls
}

/// Requests that name a backup by what is no ARN of one here.
fn of_no_backup(scope: &Scope, source: &str) -> Vec<Call> {
    let arn = backup_arn(scope, source, 0).to_string();
    let kinds = [
        ("the ARN of a table of a long name", arn_of("the-table-of-a-rather-long-name")),
        ("an ARN of another service", arn.replace("dynamodb", "s3")),
        ("an ARN without Region", arn.replace("us-east-1", "")),
        ("an ARN of another account", arn.replace(owner().as_str(), "210987654321")),
    ];
    let of_kind = |(kind, arn): (&str, String)| {
        let label = |operation: Operation| format!("{} of {source} by {kind}", operation.name());
        let call = |operation, body| ask(label(operation), operation, body);
        let restores = scope.targets.iter().map(|(target, _)| {
            let operation = Operation::RestoreTableFromBackup;
            ask(format!("{} to {target}", label(operation)), operation, restore(&arn, target))
        });
        let others = [Operation::DescribeBackup, Operation::DeleteBackup];
        others.map(|operation| call(operation, about(&arn))).into_iter().chain(restores).collect()
    };
    kinds.into_iter().flat_map(|kind| -> Vec<Call> { of_kind(kind) }).collect()
}
