//! Point-in-time recovery: switched on and off, and its restores.

use serde_json::{Value, json};

use super::arns::arn_of;
use super::{Call, ask, table_name};
use crate::account::Millis;
use crate::explore::scope::Scope;
use crate::request::{Operation, RestoreTableToPointInTime};

/// Recovery of a table is described.
pub(super) fn descriptions(name: &str) -> Vec<Call> {
    let label = format!("DescribeContinuousBackups of {name}");
    vec![ask(label, Operation::DescribeContinuousBackups, json!({ "TableName": name }))]
}

/// Recovery of a table is switched on.
pub(super) fn on(name: &str) -> Vec<Call> {
    vec![switched_on(name)]
}

/// The request that switches it on.
pub(super) fn switched_on(name: &str) -> Call {
    switch(name, "on", json!({"PointInTimeRecoveryEnabled": true}))
}

/// Recovery of a table is switched on and off, for as long as usual or a week.
pub(super) fn switches(name: &str) -> Vec<Call> {
    let week = |on: bool| json!({"PointInTimeRecoveryEnabled": on, "RecoveryPeriodInDays": 7});
    let mut calls = on(name);
    calls.extend([
        switch(name, "on for a week", week(true)),
        switch(name, "off", json!({"PointInTimeRecoveryEnabled": false})),
        switch(name, "off for a week", week(false)),
    ]);
    calls
}

fn switch(name: &str, how: &str, wanted: Value) -> Call {
    let body = json!({"TableName": name, "PointInTimeRecoverySpecification": wanted});
    let label = format!("UpdateContinuousBackups of {name}, {how}");
    ask(label, Operation::UpdateContinuousBackups, body)
}

/// A restore with these members, besides its target.
fn restore(how: &str, target: &str, members: Value) -> Call {
    let mut body = members;
    body["TargetTableName"] = json!(target);
    let label = format!("RestoreTableToPointInTime {how} to {target}");
    ask(label, Operation::RestoreTableToPointInTime, body)
}

/// Restores to the latest time, with each override of a target.
pub(super) fn latest(scope: &Scope) -> Vec<Call> {
    let sources = scope.sources.iter();
    let targets = sources.flat_map(|source| scope.targets.iter().map(move |to| (source, to)));
    let restores = targets.flat_map(|(source, (target, overrides))| {
        overrides.iter().map(move |change| {
            let request = RestoreTableToPointInTime {
                source_table_arn: None,
                source_table_name: Some(table_name(source)),
                target_table_name: table_name(target),
                use_latest_restorable_time: Some(true),
                restore_date_time: None,
                billing_mode_override: None,
                global_secondary_index_override: None,
                local_secondary_index_override: None,
                provisioned_throughput_override: None,
                sse_specification_override: None,
            };
            let label =
                format!("RestoreTableToPointInTime latest {source} to {target}{}", change.label());
            Call { label, request: change.apply_to_past(request).into(), backup: None }
        })
    });
    restores.collect()
}

/// Restores to the latest time, in every way that is wrong.
pub(super) fn faulty(scope: &Scope) -> Vec<Call> {
    let Some((target, _)) = scope.targets.last() else { return Vec::new() };
    let sources = scope.sources.iter();
    sources
        .flat_map(|source| [by_arn(source, target), ambiguous(source, target)].concat())
        .collect()
}

/// Restores of a source that is named by its ARN, or by what is none of it.
fn by_arn(source: &str, target: &str) -> Vec<Call> {
    let arn = arn_of(source);
    let elsewhere = arn.replace("us-east-1", "us-west-2");
    let latest = |arn: &str| json!({"SourceTableArn": arn, "UseLatestRestorableTime": true});
    let mut with_key = latest(&elsewhere);
    with_key["SSESpecificationOverride"] = json!({"Enabled": false});
    let kinds = [
        ("its ARN", latest(&arn)),
        ("its name as ARN", latest(source)),
        ("an ARN of another service", latest(&arn.replace("dynamodb", "s3"))),
        ("an ARN of another account", latest(&arn.replace("123456789012", "210987654321"))),
        ("an ARN of another Region", latest(&elsewhere)),
        ("an ARN of another Region, with the owned key", with_key),
    ];
    let call = |(kind, members): (&str, Value)| {
        restore(&format!("latest {source} by {kind}"), target, members)
    };
    kinds.into_iter().map(call).collect()
}

/// Restores that name source or time twice, or not at all.
fn ambiguous(source: &str, target: &str) -> Vec<Call> {
    let kinds = [
        (
            "by name and ARN",
            json!({
                "SourceTableName": source, "SourceTableArn": arn_of(source),
                "UseLatestRestorableTime": true,
            }),
        ),
        ("without source", json!({"UseLatestRestorableTime": true})),
        (
            "at two times",
            json!({
                "SourceTableName": source, "UseLatestRestorableTime": true, "RestoreDateTime": 0,
            }),
        ),
        ("at no time", json!({"SourceTableName": source})),
        (
            "not at the latest time",
            json!({"SourceTableName": source, "UseLatestRestorableTime": false}),
        ),
    ];
    let call =
        |(kind, members): (&str, Value)| restore(&format!("{source} {kind}"), target, members);
    kinds.into_iter().map(call).collect()
}

/// Times that are asked for, counted from the first of a scope: long before, the first itself, between
/// the first and the last, and long after them.
const SECONDS: [(&str, f64); 4] =
    [("long ago", -10.0), ("at the beginning", 0.0), ("in between", 150.5), ("to come", 86_400.0)];

/// Restores to times in and out of the window.
pub(super) fn restores_of_the_past(scope: &Scope) -> Vec<Call> {
    let first: Millis = scope.clock.first().copied().unwrap_or_default();
    let mut calls = Vec::new();
    for source in scope.sources {
        for (target, _) in scope.targets.iter().filter(|(target, _)| target != source) {
            calls.extend(SECONDS.iter().map(|(when, seconds)| {
                let at = first as f64 / 1000.0 + seconds;
                let members = json!({"SourceTableName": source, "RestoreDateTime": at});
                restore(&format!("{source} {when}"), target, members)
            }));
            let latest = json!({"SourceTableName": source, "UseLatestRestorableTime": true});
            calls.push(restore(&format!("latest {source}"), target, latest));
        }
    }
    calls
}
