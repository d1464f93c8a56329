//! Restores to a point in time: what is refused and what is accepted, and what the target then holds.
use serde_json::{Value, json};

use super::super::given::{
    START, accepted, after, check, creating, empty, fired, recovering, settled, with_table, written,
};
use crate::account::Account;
use crate::outcome::Reply;
use crate::service::{self, Event};
use crate::wire;

const OPERATION: &str = "RestoreTableToPointInTime";

/// An account with one table that had point-in-time recovery switched on a minute ago.
fn given() -> Account {
    let account = recovering(&with_table(&empty(), "source"), "source", true);
    service::elapse(&account, 60_000)
}

/// A restore of the latest time, with some members changed, or left out where they are null.
fn latest(changes: Value) -> Value {
    let mut body = json!({
        "SourceTableName": "source", "TargetTableName": "target", "UseLatestRestorableTime": true
    });
    for (name, value) in changes.as_object().expect("members") {
        body[name] = value.clone();
    }
    let members = body.as_object_mut().expect("members");
    members.retain(|_, value| !value.is_null());
    body
}

/// A restore to a time, in seconds after the start.
fn at(seconds: f64) -> Value {
    let time = json!(START as f64 / 1000.0 + seconds);
    latest(json!({"UseLatestRestorableTime": null, "RestoreDateTime": time}))
}

#[test]
fn the_source_is_named_in_one_of_two_ways() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/source";
    let by_arn = |arn: &str| latest(json!({"SourceTableName": null, "SourceTableArn": arn}));
    check(&given(), OPERATION, latest(json!({})), &["PTR-01a"]);
    check(&given(), OPERATION, by_arn(arn), &["PTR-01a"]);
    check(&given(), OPERATION, latest(json!({"SourceTableArn": arn})), &["PIT-006"]);
    check(&given(), OPERATION, latest(json!({"SourceTableName": null})), &["PIT-007"]);
    for (wrong, rule) in [
        ("source", "PIT-016"),
        ("arn:aws:s3:::bucket", "PIT-010"),
        ("arn:aws:dynamodb:us-east-1:210987654321:table/source", "PIT-011"),
        ("arn:aws:dynamodb:us-west-2:123456789012:table/source", "PIT-014"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/other", "PIT-002"),
    ] {
        check(&given(), OPERATION, by_arn(wrong), &[rule]);
    }
}

#[test]
fn the_time_is_given_in_one_of_two_ways() {
    check(&given(), OPERATION, latest(json!({"RestoreDateTime": 0})), &["PIT-008"]);
    check(&given(), OPERATION, latest(json!({"UseLatestRestorableTime": false})), &["PIT-009"]);
    check(&given(), OPERATION, at(0.0), &["PTR-01a"]);
}

#[test]
fn a_time_outside_of_the_window_is_refused_and_one_near_its_end_may_be() {
    check(&given(), OPERATION, at(-10.0), &["PTR-03"]);
    check(&given(), OPERATION, at(3600.0), &["PTR-03"]);
    let or = |seconds| {
        let accepted = accepted(&given(), OPERATION, at(seconds));
        accepted.or.iter().map(|violation| violation.rule).collect::<Vec<_>>()
    };
    assert_eq!(or(0.0), [""; 0]);
    assert_eq!(or(30.0), ["PTR-03"]);
}

#[test]
fn the_source_must_have_recovery_on_and_be_in_use() {
    let account = creating(&with_table(&given(), "other"), "fresh");
    let from = |name: &str| latest(json!({"SourceTableName": name}));
    check(&account, OPERATION, from("missing"), &["PTR-05"]);
    check(&account, OPERATION, from("other"), &["PTR-04"]);
    check(&account, OPERATION, from("fresh"), &["PTR-04", "PTR-05c"]);
}

#[test]
fn a_source_being_deleted_can_be_restored_for_a_moment_and_a_gone_one_cannot() {
    let deleting = after(&given(), "DeleteTable", json!({"TableName": "source"}));
    let accepted = accepted(&deleting, OPERATION, latest(json!({})));
    assert_eq!((accepted.grants.last(), accepted.or.len()), (Some(&"PIT-012"), 1));
    check(&settled(&deleting, 0), OPERATION, latest(json!({})), &["PTR-05"]);
}

#[test]
fn recorded_precedence_settles_what_is_reported() {
    let account = with_table(&given(), "other");
    let onto_other = |name: &str, time: Value| {
        let mut body = time;
        body["SourceTableName"] = json!(name);
        body["TargetTableName"] = json!("other");
        body
    };
    check(&account, OPERATION, onto_other("missing", at(-10.0)), &["PTR-05"]);
    check(&account, OPERATION, onto_other("other", at(-10.0)), &["PTR-04"]);
    check(&account, OPERATION, onto_other("source", at(-10.0)), &["PTR-03"]);
    check(&account, OPERATION, onto_other("source", at(0.0)), &["PTR-05a"]);
}

#[test]
fn the_target_is_refused_as_for_a_restore_from_a_backup() {
    let restoring = after(&given(), OPERATION, latest(json!({})));
    check(&restoring, OPERATION, latest(json!({})), &["RTB-91"]);
    let account = with_table(&given(), "target");
    check(&account, OPERATION, latest(json!({})), &["PTR-05a"]);
    check(&account, OPERATION, latest(json!({"TargetTableName": "source"})), &["PTR-05a"]);
    let deleting = after(&account, "DeleteTable", json!({"TableName": "target"}));
    check(&deleting, OPERATION, latest(json!({})), &["PIT-004", "PTR-05b"]);
}

#[test]
fn restores_of_both_kinds_count_towards_one_quota() {
    let account = Account { restore_quota: 1, ..given() };
    let account = after(&account, OPERATION, latest(json!({})));
    let another = || latest(json!({"TargetTableName": "another"}));
    check(&account, OPERATION, another(), &["QUO-01"]);
    let done = fired(&account, Event::RestoreFinished, "target");
    check(&done, OPERATION, another(), &["PTR-01a"]);
}

#[test]
fn overrides_act_as_in_a_restore_from_a_backup() {
    let capacity = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 2});
    let provisioned = json!({"BillingModeOverride": "PROVISIONED"});
    check(&given(), OPERATION, latest(provisioned), &["RTB-22a"]);
    let provisioned = json!({
        "BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": capacity
    });
    check(&given(), OPERATION, latest(provisioned), &["RTB-25"]);
}

#[test]
fn the_answer_tells_the_time_as_requested_and_no_backup() {
    let accepted = accepted(&given(), OPERATION, at(0.0));
    let body = wire::accepted_body(&accepted);
    let summary = &body["TableDescription"]["RestoreSummary"];
    assert_eq!(summary["RestoreDateTime"], json!(START / 1000));
    assert_eq!(summary["RestoreInProgress"], json!(true));
    assert_eq!(summary.get("SourceBackupArn"), None);
    assert_eq!(body["TableDescription"]["ItemCount"], json!(0));
}

/// What a scan of a target finds: what is sure, and what may be.
fn contents(account: &Account, restore: Value) -> (Vec<String>, Vec<String>) {
    let restored = settled(&after(account, OPERATION, restore), 0);
    let scan = accepted(&restored, "Scan", json!({"TableName": "target"}));
    let Reply::Items { sure, possible, others, rule } = scan.reply else { panic!("no items") };
    assert_eq!(rule, "PTR-11");
    let values =
        |items: Vec<_>| items.into_iter().map(|item| Value::Object(item)["v"]["S"].to_string());
    (values(sure).collect(), values(possible).chain(values(others)).collect())
}

#[test]
fn the_target_holds_the_items_of_that_time() {
    let old = written(&given(), "source", "old");
    let new = written(&service::elapse(&old, 60_000), "source", "new");
    let new = service::elapse(&new, 60_000);
    let list = |texts: &[&str]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>();
    assert_eq!(contents(&new, at(0.0)), (list(&[]), list(&[])));
    assert_eq!(contents(&new, at(90.0)), (list(&["old"]), list(&[])));
    assert_eq!(contents(&new, at(120.5)), (list(&[]), list(&["new", "old"])));
    assert_eq!(contents(&new, at(150.0)), (list(&["new"]), list(&[])));
    assert_eq!(contents(&new, latest(json!({}))), (list(&[]), list(&["new", "old"])));
}
