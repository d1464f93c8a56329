//! One restore request in each case: every constraint from both sides, every override alone and in
//! combination, every kind of mismatch; and the same for the requests around it.

use reinstate_model::api;
use reinstate_model::generate::source;
use reinstate_model::generate::{Variation, boundary, overrides, pairs};
use serde_json::{Value, json};

use super::recipe::{backed_up, restore_with, table, table_arn};
use super::recovery::recoverable;
use super::{Depth, draw};
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios(depth: Depth, seed: u64) -> Vec<Scenario> {
    let mut found = Vec::new();
    for source in source::all() {
        let fixed = [
            overrides::single(&source),
            overrides::billing(&source),
            overrides::mismatches(&source),
        ];
        for variation in fixed.concat() {
            found.push(restore(&source, &variation.what, &variation.body));
        }
        if depth != Depth::Quick && !source.members["GlobalSecondaryIndexes"].is_null() {
            let pairs = pairs::variations(&source);
            found.extend(pairs.iter().map(|it| restore(&source, &it.what, &it.body)));
        }
        let fitting = overrides::fitting(source.clone());
        for (index, body) in draw(&fitting, depth.overrides(), seed).into_iter().enumerate() {
            found.push(restore(&source, &format!("fitting overrides {index}"), &body));
        }
    }
    found.extend(restore_boundaries());
    found.extend(point_in_time_boundaries(depth));
    found.extend(other_boundaries());
    found.extend(special());
    found.push(restore(&source::plain(), "no override", &json!({})).through_sdk());
    found.push(everything_overridden().through_sdk());
    found
}

fn restore(source: &source::Source, what: &str, overrides: &Value) -> Scenario {
    let mut actions = backed_up("source", source);
    actions.push(restore_with("source", "target", overrides));
    actions.push(wait("table:target"));
    Scenario::new(format!("restore {}: {what}", source.name), Source::Requests, actions)
}

/// A request that gives every override of the core, all of which fit.
fn full_request() -> Value {
    let source = source::indexed();
    let global = source.members["GlobalSecondaryIndexes"][1].clone();
    let local = source.members["LocalSecondaryIndexes"][1].clone();
    json!({
        "TargetTableName": "{table:target}",
        "BackupArn": "{backup:source}",
        "BillingModeOverride": "PROVISIONED",
        "ProvisionedThroughputOverride": {"ReadCapacityUnits": 11, "WriteCapacityUnits": 12},
        "GlobalSecondaryIndexOverride": [global],
        "LocalSecondaryIndexOverride": [local],
        "SSESpecificationOverride": {"Enabled": false}
    })
}

fn restore_request(what: &str, body: Value) -> Scenario {
    let mut actions = backed_up("source", &source::indexed());
    actions.push(call("RestoreTableFromBackup", body));
    actions.push(wait("table:target"));
    named_alone(what, Scenario::new(format!("restore: {what}"), Source::Requests, actions))
}

fn everything_overridden() -> Scenario {
    restore_request("every override", full_request())
}

fn restore_boundaries() -> Vec<Scenario> {
    let model = api::operation("RestoreTableFromBackup").expect("the operation is modelled");
    let mut found = vec![everything_overridden()];
    for Variation { what, body } in boundary::variations(model, &full_request()) {
        found.push(restore_request(&what, body));
    }
    let arns = [
        ("a backup that does not exist", "{backup:none}"),
        ("no ARN", "not an ARN but as long as one would have to be"),
        ("a short text", "abc"),
        ("the ARN of a table", "arn:aws:dynamodb:{region}:{account}:table/{table:source}"),
        (
            "a backup of another account",
            "arn:aws:dynamodb:{region}:{other-account}:table/{table:source}/backup/{backup-id:source}",
        ),
        (
            "an unknown Region",
            "arn:aws:dynamodb:xx-fake-1:{account}:table/{table:source}/backup/{backup-id:source}",
        ),
        (
            "another service",
            "arn:aws:s3:{region}:{account}:table/{table:source}/backup/{backup-id:source}",
        ),
        (
            "another Region",
            "arn:aws:dynamodb:eu-central-1:{account}:table/{table:source}/backup/{backup-id:source}",
        ),
    ];
    for (what, arn) in arns {
        for operation in ["RestoreTableFromBackup", "DescribeBackup", "DeleteBackup"] {
            let mut body = json!({"BackupArn": arn});
            if operation == "RestoreTableFromBackup" {
                body["TargetTableName"] = json!("{table:target}");
            }
            let mut actions = backed_up("source", &source::plain());
            actions.push(call(operation, body));
            actions.push(call("DescribeBackup", json!({"BackupArn": "{backup:source}"})));
            found.push(Scenario::new(format!("{operation}: {what}"), Source::Requests, actions));
        }
    }
    found
}

/// What there is before a request whose constraints are tried.
type Before = fn() -> Vec<Action>;

/// The constraints of the other requests. Each body keeps all of them.
fn other_boundaries() -> Vec<Scenario> {
    let nothing: Before = Vec::new;
    let one_table: Before = || table("source", &source::plain());
    let one_backup: Before = || backed_up("source", &source::plain());
    let table_name = || json!({"TableName": "{table:source}"});
    let backup_arn = || json!({"BackupArn": "{backup:source}"});
    let mut create = source::indexed().members;
    create["TableName"] = json!("{table:source}");
    let requests: [(&str, Before, Value); 18] = [
        ("CreateTable", nothing, create),
        ("CreateBackup", one_backup, json!({"TableName": "{table:source}", "BackupName": "abc"})),
        ("DescribeBackup", one_backup, backup_arn()),
        ("DeleteBackup", one_backup, backup_arn()),
        (
            "ListBackups",
            one_backup,
            json!({"TableName": "{table:source}", "Limit": 10, "BackupType": "USER", "TimeRangeLowerBound": 1}),
        ),
        ("DescribeTable", one_table, table_name()),
        ("DeleteTable", one_table, table_name()),
        (
            "ListTables",
            one_table,
            json!({"Limit": 10, "ExclusiveStartTableName": "{table:source}"}),
        ),
        (
            "UpdateTable",
            one_table,
            json!({
                "TableName": "{table:source}",
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 8, "WriteCapacityUnits": 9}
            }),
        ),
        ("DescribeContinuousBackups", one_table, table_name()),
        (
            "UpdateContinuousBackups",
            one_table,
            json!({
                "TableName": "{table:source}",
                "PointInTimeRecoverySpecification":
                    {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7}
            }),
        ),
        (
            "TagResource",
            one_table,
            json!({"ResourceArn": table_arn("source"), "Tags": [{"Key": "team", "Value": "music"}]}),
        ),
        (
            "UntagResource",
            one_table,
            json!({"ResourceArn": table_arn("source"), "TagKeys": ["team"]}),
        ),
        ("ListTagsOfResource", one_table, json!({"ResourceArn": table_arn("source")})),
        (
            "UpdateTimeToLive",
            one_table,
            json!({
                "TableName": "{table:source}",
                "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}
            }),
        ),
        ("DescribeTimeToLive", one_table, table_name()),
        ("Scan", one_table, table_name()),
        ("PutItem", one_table, json!({"TableName": "{table:source}", "Item": source::item("one")})),
    ];
    let mut found = Vec::new();
    for (operation, before, body) in requests {
        let model = api::operation(operation).expect("the operation is modelled");
        for Variation { what, body } in boundary::variations(model, &body) {
            let mut actions = before();
            actions.push(call(operation, body));
            let case = Scenario::new(format!("{operation}: {what}"), Source::Requests, actions);
            found.push(named_alone(&what, case));
        }
    }
    found
}

/// The constraints of a restore to a point in time. Overrides act alike in both restores, so those
/// within them are tried only where more is.
fn point_in_time_boundaries(depth: Depth) -> Vec<Scenario> {
    let model = api::operation("RestoreTableToPointInTime").expect("the operation is modelled");
    let mut body = full_request();
    if let Value::Object(members) = &mut body {
        members.remove("BackupArn");
    }
    body["SourceTableName"] = json!("{table:source}");
    body["UseLatestRestorableTime"] = json!(true);
    boundary::variations(model, &body)
        .into_iter()
        .filter(|Variation { what, .. }| depth == Depth::Thorough || !what.contains("[]"))
        .map(|Variation { what, body }| {
            let mut actions = recoverable("source");
            actions.extend([call("RestoreTableToPointInTime", body), wait("table:target")]);
            let title = format!("to a point in time: {what}");
            named_alone(&what, Scenario::new(title, Source::Requests, actions))
        })
        .collect()
}

/// What needs a source of its own.
fn special() -> Vec<Scenario> {
    let mut alike = backed_up("source", &source::plain());
    alike.extend([restore_with("source", "SOURCE", &json!({})), wait("table:SOURCE")]);
    let all = || source::projecting(100).members["GlobalSecondaryIndexes"].clone();
    let mut one_more = all();
    let mut stranger = one_more[0].clone();
    stranger["IndexName"] = json!("one-more");
    stranger["Projection"]["NonKeyAttributes"] = json!(["one-more"]);
    if let Value::Array(indexes) = &mut one_more {
        indexes.push(stranger);
    }
    let projecting = |what: &str, indexes: Value| {
        restore(&source::projecting(100), what, &json!({"GlobalSecondaryIndexOverride": indexes}))
    };
    let key = json!({"SSESpecificationOverride": {
        "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": ""
    }});
    vec![
        Scenario::new("a target whose name differs in case only", Source::Requests, alike),
        projecting("100 projected attributes", all()),
        projecting("101 projected attributes", one_more),
        restore(&source::plain(), "an empty key id", &key),
    ]
}

/// A case about the name of a table: an endpoint that takes what is no name, such as an empty text, may
/// show it to every other case, so these cases run alone and in order.
fn named_alone(what: &str, scenario: Scenario) -> Scenario {
    let alone = what.starts_with("TableName:") || what.starts_with("TargetTableName:");
    Scenario { alone, ..scenario }
}
