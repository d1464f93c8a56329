//! One restore request in each case: every constraint from both sides, every override alone and in
//! combination, every kind of mismatch; and the same for the requests around it.

use reinstate_model::api;
use reinstate_model::generate::source;
use reinstate_model::generate::{Variation, boundary, overrides};
use serde_json::{Value, json};

use super::recipe::{backed_up, restore_with};
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
        let fitting = overrides::fitting(source.clone());
        for (index, body) in draw(&fitting, depth.overrides(), seed).into_iter().enumerate() {
            found.push(restore(&source, &format!("fitting overrides {index}"), &body));
        }
    }
    found.extend(restore_boundaries());
    found.extend(other_boundaries());
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

/// The constraints of the other requests, each on a table with one backup.
fn other_boundaries() -> Vec<Scenario> {
    let table_name = json!({"TableName": "{table:source}"});
    let backup_arn = json!({"BackupArn": "{backup:source}"});
    let requests: [(&str, Value); 8] = [
        ("CreateBackup", json!({"TableName": "{table:source}", "BackupName": "abc"})),
        ("DescribeBackup", backup_arn.clone()),
        ("DeleteBackup", backup_arn),
        (
            "ListBackups",
            json!({"TableName": "{table:source}", "Limit": 10, "BackupType": "USER", "TimeRangeLowerBound": 1}),
        ),
        ("DescribeTable", table_name.clone()),
        ("DeleteTable", table_name.clone()),
        ("ListTables", json!({"Limit": 10})),
        ("Scan", table_name),
    ];
    let mut found = Vec::new();
    for (operation, body) in requests {
        let model = api::operation(operation).expect("the operation is modelled");
        for Variation { what, body } in boundary::variations(model, &body) {
            // What else the account holds is not known, so only what is refused can be judged.
            if operation == "ListTables"
                && body["Limit"].as_i64().is_some_and(|limit| (1..=100).contains(&limit))
            {
                continue;
            }
            let mut actions: Vec<Action> = backed_up("source", &source::plain());
            actions.push(call(operation, body));
            let case = Scenario::new(format!("{operation}: {what}"), Source::Requests, actions);
            found.push(named_alone(&what, case));
        }
    }
    let model = api::operation("CreateTable").expect("the operation is modelled");
    let mut body = source::indexed().members;
    body["TableName"] = json!("{table:source}");
    for Variation { what, body } in boundary::variations(model, &body) {
        let actions = vec![call("CreateTable", body)];
        let case = Scenario::new(format!("CreateTable: {what}"), Source::Requests, actions);
        found.push(named_alone(&what, case));
    }
    found
}

/// A case about the name of a table: an endpoint that takes what is no name, such as an empty text, may
/// show it to every other case, so these cases run alone and in order.
fn named_alone(what: &str, scenario: Scenario) -> Scenario {
    let alone = what.starts_with("TableName:") || what.starts_with("TargetTableName:");
    Scenario { alone, ..scenario }
}
