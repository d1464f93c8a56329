#![cfg(feature = "generate")]
//! What is tried on an endpoint, a request at a time: `pinned/variations.txt` lists it for people to read.

mod pinned;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use reinstate_model::account::{Account, Fresh};
use reinstate_model::api;
use reinstate_model::generate::source::{self, Source};
use reinstate_model::generate::{Variation, boundary, overrides, pairs};
use reinstate_model::name::{AccountId, Region, TableId};
use reinstate_model::outcome::Outcome;
use reinstate_model::{service, wire};
use serde_json::{Value, json};

/// Texts and lists that are longer than this are told by their length.
const LONG: usize = 48;

fn short(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > LONG => json!(format!("({} bytes)", text.len())),
        Value::Array(list) if list.len() > 9 => {
            let (first, last) = (short(&list[0]), short(&list[list.len() - 1]));
            json!([first, format!("({} elements)", list.len()), last])
        }
        Value::Array(list) => list.iter().map(short).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), short(member))).collect()
        }
        other => other.clone(),
    }
}

fn write(text: &mut String, title: &str, variations: &[Variation]) {
    text.push_str(&format!("== {title}\n"));
    for Variation { what, body } in variations {
        text.push_str(&format!("{what}\n    {}\n", short(body)));
    }
    text.push('\n');
}

/// Leaves the members that are not as in the whole body; one that it lacks becomes null.
fn keep_what_differs(body: &mut Value, whole: &Value) {
    let (Value::Object(members), Value::Object(whole)) = (body, whole) else { return };
    for (name, member) in whole {
        match members.get(name) {
            Some(found) if found == member => drop(members.remove(name)),
            Some(_) => {}
            None => drop(members.insert(name.clone(), Value::Null)),
        }
    }
}

/// A request that has every override.
fn full() -> Value {
    let indexed = source::indexed().members;
    json!({
        "TargetTableName": "{table:target}",
        "BackupArn": "{backup:source}",
        "BillingModeOverride": "PROVISIONED",
        "ProvisionedThroughputOverride": {"ReadCapacityUnits": 11, "WriteCapacityUnits": 12},
        "GlobalSecondaryIndexOverride": [indexed["GlobalSecondaryIndexes"][1]],
        "LocalSecondaryIndexOverride": [indexed["LocalSecondaryIndexes"][1]],
        "SSESpecificationOverride": {"Enabled": false},
    })
}

#[test]
fn what_is_tried_is_as_pinned() {
    let mut text = String::new();
    for source in source::all() {
        write(
            &mut text,
            &format!("{}: its table", source.name),
            &[Variation::new("CreateTable", source.members.clone())],
        );
        write(
            &mut text,
            &format!("{}: single overrides", source.name),
            &overrides::single(&source),
        );
        write(&mut text, &format!("{}: billing", source.name), &overrides::billing(&source));
        write(&mut text, &format!("{}: mismatches", source.name), &overrides::mismatches(&source));
    }
    for source in [source::on_demand(), source::indexed()] {
        write(&mut text, &format!("{}: pairs", source.name), &pairs::variations(&source));
    }
    let item = source::item("one");
    write(&mut text, "an item", &[Variation::new("PutItem", item)]);
    let requests = [
        ("RestoreTableFromBackup", full()),
        (
            "ListBackups",
            json!({"TableName": "{table:a}", "Limit": 5, "BackupType": "USER", "TimeRangeLowerBound": 1}),
        ),
        (
            "TagResource",
            json!({"ResourceArn": "{table-arn:a}", "Tags": [{"Key": "team", "Value": "music"}]}),
        ),
        ("UntagResource", json!({"ResourceArn": "{table-arn:a}", "TagKeys": ["team"]})),
    ];
    for (operation, body) in requests {
        let model = api::operation(operation).expect("the operation is modelled");
        let mut variations = boundary::variations(model, &body);
        variations.iter_mut().for_each(|variation| keep_what_differs(&mut variation.body, &body));
        write(&mut text, &format!("{operation}: constraints"), &variations);
    }
    pinned::is_as_pinned("variations.txt", include_str!("pinned/variations.txt"), &text);
}

/// An account with a table of this source, `source`, and a backup of it; and the backup's ARN.
fn backed_up(source: &Source) -> (Account, String) {
    let region = Region::new("us-east-1").expect("a Region");
    let account = service::elapse(&Account::empty(region, AccountId::new("123456789012")), 1_000);
    let mut table = source.members.clone();
    table["TableName"] = json!("source");
    let account = settled(accepted(&account, "CreateTable", &table));
    let backup = json!({"TableName": "source", "BackupName": "abc"});
    let account = settled(accepted(&account, "CreateBackup", &backup));
    let arn = account.backups.keys().next().expect("a backup").to_string();
    (account, arn)
}

fn accepted(account: &Account, operation: &str, body: &Value) -> Account {
    let fresh = Fresh {
        table_id: TableId::new(&format!("00000000-0000-4000-8000-{:012}", account.tables.len())),
        created: Some(account.now),
        backup_id: format!("{:014}-00000001", account.now),
    };
    match wire::handle(account, operation, body.to_string().as_bytes(), &fresh) {
        Outcome::Accepted(accepted) => accepted.account,
        Outcome::Refused(refusal) => panic!("{operation} {body}: {refusal:?}"),
    }
}

fn settled(mut account: Account) -> Account {
    while let Some(event) = service::events(&account).first() {
        account = service::fire(&account, event);
    }
    account
}

#[test]
fn overrides_that_fit_are_accepted_and_are_of_every_kind() {
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for source in source::all() {
        let (account, arn) = backed_up(&source);
        let fitting = overrides::fitting(source.clone());
        for _ in 0..300 {
            let mut body = fitting.new_tree(&mut runner).expect("a value").current();
            for (member, value) in body.as_object().expect("a body") {
                let size =
                    value.as_array().map_or(String::new(), |list| format!(" of {}", list.len()));
                let renamed = if value.to_string().contains(".renamed") { ", renamed" } else { "" };
                seen.insert(format!("{}: {member}{size}{renamed}", source.name));
            }
            body["BackupArn"] = json!(arn);
            body["TargetTableName"] = json!("target");
            accepted(&account, "RestoreTableFromBackup", &body);
        }
    }
    let seen: String = seen.iter().map(|line| format!("{line}\n")).collect();
    pinned::is_as_pinned("fitting.txt", include_str!("pinned/fitting.txt"), &seen);
}
