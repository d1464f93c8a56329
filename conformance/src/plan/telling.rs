//! Cases that tell apart what looks the same in most others: an answer that would be right a moment
//! later is followed by a look at what there is now.

use reinstate_model::account::RESTORES_AT_ONCE;
use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{about, about_backup, backed_up, backup, restore, restore_with, table};
use crate::scenario::{Action, Scenario, Source, call, labelled, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = backups();
    found.extend(encryption());
    found.extend(quoted());
    found.extend(as_soon_as_restored());
    found.push(finished_restores_are_free());
    found
}

fn named(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

fn create_backup(label: &str, name: &str) -> Action {
    labelled("CreateBackup", json!({"TableName": "{table:source}", "BackupName": name}), label)
}

fn backups() -> Vec<Scenario> {
    let list = || call("ListBackups", json!({"TableName": "{table:source}"}));
    let mut listed = table("source", &source::plain());
    listed.extend([create_backup("one", "one"), list(), about_backup("DescribeBackup", "one")]);
    let mut same = table("source", &source::plain());
    for label in ["one", "two"] {
        same.extend([create_backup(label, "the-same"), wait(format!("backup:{label}"))]);
    }
    same.extend([list(), restore("two", "target"), wait("table:target")]);
    let mut early = table("source", &source::plain());
    // Only this happened, so that backups need not be enabled yet.
    early.truncate(1);
    early.push(Action::Await {
        what: "table:source".to_owned(),
        event: Some("table-active".to_owned()),
    });
    early.extend([
        create_backup("one", "early"),
        about("DescribeContinuousBackups", "source"),
        wait("table:source"),
    ]);
    vec![
        named("a backup is listed while it is being made", listed),
        named("two backups of the same name", same),
        named("a backup as soon as its table is active", early),
    ]
}

/// Encryption that a restore is asked for, or that the source had. No key is named: there is one that
/// the service keeps itself.
fn encryption() -> Vec<Scenario> {
    let with = |what: &str, overrides: Value| {
        let mut actions = backed_up("source", &source::plain());
        actions.extend([
            restore_with("source", "target", &overrides),
            wait("table:target"),
            about("DescribeTable", "target"),
        ]);
        named(&format!("restore with encryption: {what}"), actions)
    };
    let specification =
        |kind: &str| json!({"SSESpecificationOverride": {"Enabled": true, "SSEType": kind}});
    let mut encrypted = source::plain();
    encrypted.members["SSESpecification"] = json!({"Enabled": true});
    let mut kept = backed_up("source", &encrypted);
    kept.extend([
        about_backup("DescribeBackup", "source"),
        restore("source", "target"),
        wait("table:target"),
        about("DescribeTable", "target"),
    ]);
    vec![
        with("on", json!({"SSESpecificationOverride": {"Enabled": true}})),
        with("of type KMS", specification("KMS")),
        with("of a type that does not exist", specification("ROT13")),
        named("the encryption of the source is kept", kept),
    ]
}

/// Requests to a restored table as soon as it is ACTIVE, when nothing else has happened to it.
fn as_soon_as_restored() -> Vec<Scenario> {
    let expires = json!({
        "TableName": "{table:target}",
        "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}
    });
    let backup = json!({"TableName": "{table:target}", "BackupName": "again"});
    let requests = [
        ("its time to live is switched on", call("UpdateTimeToLive", expires)),
        ("it is backed up", labelled("CreateBackup", backup, "again")),
        ("its backups are described", about("DescribeContinuousBackups", "target")),
    ];
    let scenario = |(what, request)| {
        let mut actions = backed_up("source", &source::plain());
        actions.push(restore("source", "target"));
        actions.push(Action::Await {
            what: "table:target".to_owned(),
            event: Some("restore-finished".to_owned()),
        });
        actions.extend([request, about("DescribeTimeToLive", "target"), wait("table:target")]);
        named(&format!("as soon as a table is restored {what}"), actions)
    };
    requests.into_iter().map(scenario).collect()
}

/// Numbers in quotes, which are strings however much they look like numbers.
fn quoted() -> Vec<Scenario> {
    let mut restored = backed_up("source", &source::plain());
    restored.push(restore_with(
        "source",
        "target",
        &json!({
            "BillingModeOverride": "PROVISIONED",
            "ProvisionedThroughputOverride": {"ReadCapacityUnits": "5", "WriteCapacityUnits": "5"}
        }),
    ));
    let listed = vec![call("ListBackups", json!({"Limit": "10"}))];
    vec![
        named("a restore with a capacity in quotes", restored),
        named("a list with a limit in quotes", listed),
    ]
}

/// Some restores have finished when as many as may run at once are asked for.
fn finished_restores_are_free() -> Scenario {
    let mut actions = table("source", &source::plain());
    let labels: Vec<String> =
        (0..RESTORES_AT_ONCE + 10).map(|number| format!("b{number}")).collect();
    for label in &labels {
        actions.extend(backup("source", label).into_iter().take(1));
    }
    actions.extend(labels.iter().map(|label| wait(format!("backup:{label}"))));
    for (number, label) in labels.iter().enumerate() {
        actions.push(restore(label, &format!("target-{label}")));
        if number < 10 {
            actions.push(wait(format!("table:target-{label}")));
        }
    }
    Scenario { alone: true, ..named("50 restores at once when others have finished", actions) }
}
