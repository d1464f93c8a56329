//! What is tried on an endpoint, a request at a time, and what it has to come to under which rules:
//! `tests/pinned/variations.txt` lists it for people to read.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use reinstate_model::account::Account;
use reinstate_model::api;
use reinstate_model::generate::source::{self, Source};
use reinstate_model::generate::{Variation, boundary, overrides, pairs};
use reinstate_model::message;
use reinstate_model::outcome::Outcome;
use serde_json::{Value, json};

use crate::endpoint::{accepted, empty, outcome, settled};
use crate::pinned;

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

/// An account in which everything that a variation names is there.
struct Bench {
    account: Account,
    arn: String,
}

impl Bench {
    /// A table of this source, `source`, and a backup of it.
    fn new(source: &Source) -> Self {
        let mut table = source.members.clone();
        table["TableName"] = json!("source");
        let account = settled(accepted(&empty(), "CreateTable", &table));
        let backup = json!({"TableName": "source", "BackupName": "abc"});
        let account = settled(accepted(&account, "CreateBackup", &backup));
        let arn = account.backups.keys().next().expect("a backup").to_string();
        Self { account, arn }
    }

    /// A body with the names of this account.
    fn named(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.spelled(text)),
            Value::Array(list) => list.iter().map(|value| self.named(value)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), self.named(member))).collect()
            }
            other => other.clone(),
        }
    }

    fn spelled(&self, text: &str) -> String {
        let table = "arn:aws:dynamodb:us-east-1:123456789012:table/source";
        let text = text.replace("{table-arn:source}", table).replace("{backup:source}", &self.arn);
        let Some((before, rest)) = text.split_once("{table:") else { return text };
        let (symbol, after) = rest.split_once('}').expect("a placeholder ends");
        let name: String = match symbol.split_once(':') {
            None => symbol.to_owned(),
            Some((name, length)) => {
                name.chars().cycle().take(length.parse().expect("a length")).collect()
            }
        };
        format!("{before}{name}{after}")
    }

    /// What comes of a request, under which rules.
    fn comes_to(&self, operation: &str, body: &Value) -> String {
        match outcome(&self.account, operation, &self.named(body)) {
            Outcome::Accepted(accepted) => format!("    accepted {:?}\n", accepted.grants),
            Outcome::Refused(refusal) => {
                let reportable = refusal.reportable(operation);
                let mut text = String::new();
                for violation in refusal.violations() {
                    let is_reportable = reportable.contains(&violation);
                    let said = message::expected(violation);
                    text.push_str(&format!(
                        "    {} [{}] {}: {}\n",
                        if is_reportable { "refused" } else { "  never" },
                        violation.rule,
                        violation.error,
                        if said.len() > 300 { format!("({} bytes)", said.len()) } else { said },
                    ));
                }
                if !refusal.cases_of().is_empty() {
                    text.push_str(&format!("    as cases of {:?}\n", refusal.cases_of()));
                }
                text
            }
        }
    }
}

/// Restores of a source, each with what it comes to.
fn write_restores(text: &mut String, title: &str, source: &Source, variations: &[Variation]) {
    let bench = Bench::new(source);
    text.push_str(&format!("== {}: {title}\n", source.name));
    for Variation { what, body } in variations {
        let mut whole = body.clone();
        whole["BackupArn"] = json!(bench.arn);
        whole["TargetTableName"] = json!("target");
        let comes_to = bench.comes_to("RestoreTableFromBackup", &whole);
        text.push_str(&format!("{what}\n  {}\n{comes_to}", short(body)));
    }
    text.push('\n');
}

/// Requests that differ from one that is accepted, each with where it does and what it comes to.
fn write_constraints(text: &mut String, operation: &str, body: &Value) {
    let bench = Bench::new(&source::indexed());
    let model = api::operation(operation).expect("the operation is modelled");
    text.push_str(&format!("== {operation}: constraints\n  {body}\n"));
    text.push_str(&bench.comes_to(operation, body));
    for Variation { what, body: mut changed } in boundary::variations(model, body) {
        let comes_to = bench.comes_to(operation, &changed);
        keep_what_differs(&mut changed, body);
        text.push_str(&format!("{what}\n  {}\n{comes_to}", short(&changed)));
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
fn what_is_tried_and_what_it_comes_to_is_as_pinned() {
    let mut text = String::new();
    for source in source::all() {
        text.push_str(&format!("== {}\n  {}\n\n", source.name, source.members));
        write_restores(&mut text, "single overrides", &source, &overrides::single(&source));
        write_restores(&mut text, "billing", &source, &overrides::billing(&source));
        write_restores(&mut text, "mismatches", &source, &overrides::mismatches(&source));
    }
    for source in [source::on_demand(), source::indexed()] {
        write_restores(&mut text, "pairs", &source, &pairs::variations(&source));
    }
    let requests = [
        ("RestoreTableFromBackup", full()),
        ("PutItem", json!({"TableName": "{table:source}", "Item": source::item("one")})),
        (
            "ListBackups",
            json!({
                "TableName": "{table:source}", "Limit": 5, "BackupType": "USER",
                "TimeRangeLowerBound": 1,
            }),
        ),
        (
            "TagResource",
            json!({
                "ResourceArn": "{table-arn:source}", "Tags": [{"Key": "team", "Value": "music"}],
            }),
        ),
        ("UntagResource", json!({"ResourceArn": "{table-arn:source}", "TagKeys": ["team"]})),
    ];
    for (operation, body) in requests {
        write_constraints(&mut text, operation, &body);
    }
    pinned::is_as_pinned("variations.txt", include_str!("../pinned/variations.txt"), &text);
}

#[test]
fn overrides_that_fit_are_accepted_and_are_of_every_kind() {
    let restore = api::operation("RestoreTableFromBackup").expect("the operation is modelled");
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for source in source::all() {
        let bench = Bench::new(&source);
        let fitting = overrides::fitting(source.clone());
        for _ in 0..300 {
            let mut body = fitting.new_tree(&mut runner).expect("a value").current();
            let known = restore.input.iter().filter(|member| !member.extension);
            let overrides = known.map(|member| &member.path).filter(|it| it.ends_with("Override"));
            for absent in overrides.filter(|path| body.get(path).is_none()) {
                seen.insert(format!("{}: no {absent}\n", source.name));
            }
            for (member, value) in body.as_object().expect("a body") {
                let size =
                    value.as_array().map_or(String::new(), |list| format!(" of {}", list.len()));
                let renamed = if value.to_string().contains(".renamed") { ", renamed" } else { "" };
                seen.insert(format!("{}: {member}{size}{renamed}\n", source.name));
            }
            body["BackupArn"] = json!(bench.arn);
            body["TargetTableName"] = json!("target");
            accepted(&bench.account, "RestoreTableFromBackup", &body);
        }
    }
    let seen = String::from_iter(seen);
    pinned::is_as_pinned("fitting.txt", include_str!("../pinned/fitting.txt"), &seen);
}
