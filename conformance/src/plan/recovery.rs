//! Point-in-time recovery: switching it on, restoring from it, and the system backup that a deleted
//! table leaves.

use reinstate_model::account::RESTORES_AT_ONCE;
use reinstate_model::generate::{overrides, source};
use serde_json::{Value, json};

use super::recipe::{self, about, about_backup, backed_up, backup, put, restore, scan, table};
use crate::scenario::{Action, Scenario, Source, call, labelled, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = switching();
    found.extend(restores());
    found.extend(overridden());
    found.extend(refusals());
    found.extend(times());
    found.extend(system_backups());
    found.push(limit());
    found
}

fn named(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

/// Switches recovery on or off.
pub(super) fn switch(table: &str, on: bool) -> Action {
    call(
        "UpdateContinuousBackups",
        json!({
            "TableName": format!("{{table:{table}}}"),
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": on}
        }),
    )
}

/// A table whose recovery is on.
pub(super) fn recoverable(symbol: &str) -> Vec<Action> {
    let mut actions = table(symbol, &source::indexed());
    actions.extend([put(symbol, source::item("one")), switch(symbol, true)]);
    actions
}

/// A restore to the latest restorable time.
pub(super) fn to_latest(source: &str, target: &str, overrides: &Value) -> Action {
    let mut body = overrides.clone();
    body["SourceTableName"] = json!(format!("{{table:{source}}}"));
    body["TargetTableName"] = json!(format!("{{table:{target}}}"));
    body["UseLatestRestorableTime"] = json!(true);
    call("RestoreTableToPointInTime", body)
}

fn switching() -> Vec<Scenario> {
    let describe = || about("DescribeContinuousBackups", "source");
    let steps = |title: &str, actions: Vec<Action>| {
        let mut all = table("source", &source::plain());
        all.extend(actions);
        named(title, all)
    };
    let with = |specification: Value| {
        call(
            "UpdateContinuousBackups",
            json!({"TableName": "{table:source}", "PointInTimeRecoverySpecification": specification}),
        )
    };
    vec![
        steps("recovery is off at first", vec![describe()]),
        steps("recovery on", vec![switch("source", true), describe()]),
        steps(
            "recovery on twice",
            vec![switch("source", true), switch("source", true), describe()],
        ),
        steps(
            "recovery on, off and on",
            vec![
                switch("source", true),
                switch("source", false),
                describe(),
                // Long enough to be told from an answer that comes late.
                Action::Elapse { elapse_millis: 3_000 },
                switch("source", true),
                describe(),
            ],
        ),
        steps("recovery off when it is off", vec![switch("source", false), describe()]),
        steps(
            "recovery for seven days",
            vec![
                with(json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7})),
                describe(),
            ],
        ),
        steps(
            "recovery off, for seven days",
            vec![with(json!({"PointInTimeRecoveryEnabled": false, "RecoveryPeriodInDays": 7}))],
        ),
        steps("recovery without saying on or off", vec![with(json!({})), describe()]),
        named(
            "recovery of no table",
            vec![switch("none", true), about("DescribeContinuousBackups", "none")],
        ),
    ]
}

fn restores() -> Vec<Scenario> {
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = recoverable("source");
        actions.extend(more);
        named(title, actions)
    };
    let plain = || to_latest("source", "target", &json!({}));
    vec![
        with(
            "to a point in time: the latest",
            vec![plain(), about("DescribeTable", "target"), wait("table:target"), scan("target")],
        ),
        with(
            "to a point in time: the target is deleted meanwhile",
            vec![plain(), about("DeleteTable", "target"), wait("table:target")],
        ),
        with(
            "to a point in time: onto the same target again",
            vec![plain(), plain(), wait("table:target"), plain()],
        ),
        with(
            "to a point in time: two targets at once",
            vec![
                plain(),
                to_latest("source", "other", &json!({})),
                wait("table:target"),
                wait("table:other"),
            ],
        ),
        with(
            "to a point in time: onto the source",
            vec![to_latest("source", "source", &json!({}))],
        ),
        with(
            "to a point in time: beside a restore of a backup",
            [
                backup("source", "source"),
                vec![
                    plain(),
                    restore("source", "other"),
                    wait("table:target"),
                    wait("table:other"),
                ],
            ]
            .concat(),
        ),
        with(
            "to a point in time: continuous backups of the target meanwhile and afterwards",
            vec![
                plain(),
                about("DescribeContinuousBackups", "target"),
                switch("target", true),
                wait("table:target"),
                about("DescribeContinuousBackups", "target"),
            ],
        ),
    ]
}

fn overridden() -> Vec<Scenario> {
    let source = source::indexed();
    [overrides::single(&source), overrides::billing(&source), overrides::mismatches(&source)]
        .concat()
        .into_iter()
        .map(|variation| {
            let mut actions = recoverable("source");
            actions.extend([to_latest("source", "target", &variation.body), wait("table:target")]);
            let title = format!("to a point in time: {}", variation.what);
            Scenario::new(title, Source::Requests, actions)
        })
        .collect()
}

fn refusals() -> Vec<Scenario> {
    let arn = "arn:aws:dynamodb:{region}:{account}:table/{table:source}";
    let bodies = [
        (
            "two times",
            json!({"SourceTableName": "{table:source}", "UseLatestRestorableTime": true, "RestoreDateTime": 1}),
        ),
        ("no time", json!({"SourceTableName": "{table:source}"})),
        (
            "not the latest, and no other time",
            json!({"SourceTableName": "{table:source}", "UseLatestRestorableTime": false}),
        ),
        ("long ago", json!({"SourceTableName": "{table:source}", "RestoreDateTime": 1})),
        (
            "in a far future",
            json!({"SourceTableName": "{table:source}", "RestoreDateTime": 4102444800u64}),
        ),
        (
            "two sources",
            json!({"SourceTableName": "{table:source}", "SourceTableArn": arn, "UseLatestRestorableTime": true}),
        ),
        ("no source", json!({"UseLatestRestorableTime": true})),
        (
            "no such source",
            json!({"SourceTableName": "{table:none}", "UseLatestRestorableTime": true}),
        ),
        ("a source by its ARN", json!({"SourceTableArn": arn, "UseLatestRestorableTime": true})),
        (
            "a source ARN that is none",
            json!({"SourceTableArn": "abc", "UseLatestRestorableTime": true}),
        ),
        (
            "a source of another account",
            json!({
                "SourceTableArn": "arn:aws:dynamodb:{region}:{other-account}:table/{table:source}",
                "UseLatestRestorableTime": true
            }),
        ),
    ];
    let mut found: Vec<Scenario> = bodies
        .into_iter()
        .map(|(what, mut body)| {
            body["TargetTableName"] = json!("{table:target}");
            let mut actions = recoverable("source");
            actions.extend([
                call("RestoreTableToPointInTime", body),
                about("DescribeTable", "target"),
            ]);
            named(&format!("to a point in time: {what}"), actions)
        })
        .collect();
    let mut off = table("source", &source::plain());
    off.push(to_latest("source", "target", &json!({})));
    found.push(named("to a point in time: recovery is off", off));
    found
}

/// Times that the endpoint itself says are restorable.
fn times() -> Vec<Scenario> {
    let hour = || Action::Elapse { elapse_millis: 60 * 60 * 1_000 };
    let half_an_hour = || Action::Elapse { elapse_millis: 30 * 60 * 1_000 };
    let describe =
        || labelled("DescribeContinuousBackups", json!({"TableName": "{table:source}"}), "latest");
    let to = || {
        call(
            "RestoreTableToPointInTime",
            json!({
                "SourceTableName": "{table:source}",
                "TargetTableName": "{table:target}",
                "RestoreDateTime": "{time:latest}"
            }),
        )
    };
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = recoverable("source");
        actions.extend(more);
        named(&format!("to a point in time: {title}"), actions)
    };
    let look = || [wait("table:target"), about("DescribeTable", "target"), scan("target")];
    vec![
        with("one that was told", [vec![describe(), to()], look().to_vec()].concat()),
        with(
            "one that was told an hour later",
            [vec![hour(), describe(), to()], look().to_vec()].concat(),
        ),
        with(
            "before an item was replaced",
            [
                // Where the clock cannot be moved an hour is a second or so, which is too near.
                vec![hour(), describe(), hour(), hour(), put("source", changed()), hour(), to()],
                look().to_vec(),
            ]
            .concat(),
        ),
        with(
            "soon after an item was replaced",
            [
                vec![hour(), put("source", changed()), half_an_hour(), describe(), hour(), to()],
                look().to_vec(),
            ]
            .concat(),
        ),
    ]
}

/// What the first item becomes.
fn changed() -> Value {
    let mut item = source::item("one");
    item["title"] = json!({"S": "another"});
    item
}

/// A table with recovery leaves a system backup behind.
fn system_backups() -> Vec<Scenario> {
    let list = recipe::list_backups;
    let deleted = || {
        let mut actions = recoverable("source");
        actions.extend([about("DeleteTable", "source"), wait("table:source")]);
        actions
    };
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = deleted();
        actions.extend(more);
        named(title, actions)
    };
    let mut without = backed_up("source", &source::plain());
    without.extend([
        about("DeleteTable", "source"),
        wait("table:source"),
        list("SYSTEM", "system"),
    ]);
    vec![
        with(
            "a system backup is listed",
            vec![list("SYSTEM", "system"), list("ALL", "all"), list("USER", "user")],
        ),
        with(
            "a system backup is described",
            vec![list("SYSTEM", "system"), about_backup("DescribeBackup", "system")],
        ),
        with(
            "a system backup cannot be deleted",
            vec![list("SYSTEM", "system"), about_backup("DeleteBackup", "system")],
        ),
        with(
            "a system backup is restored",
            vec![
                list("SYSTEM", "system"),
                restore("system", "target"),
                wait("table:target"),
                scan("target"),
            ],
        ),
        with(
            "a deleted table cannot be restored to a point in time",
            vec![to_latest("source", "target", &json!({}))],
        ),
        named("no system backup without recovery", without),
    ]
}

/// The limit counts restores of both kinds.
fn limit() -> Scenario {
    let mut actions = recoverable("source");
    // Before the restores, so that waiting for it lets none of them finish.
    actions.extend(backup("source", "one"));
    for number in 0..RESTORES_AT_ONCE {
        actions.push(to_latest("source", &format!("target-{number}"), &json!({})));
    }
    actions.push(restore("one", "beyond"));
    actions.push(to_latest("source", "beyond", &json!({})));
    // Had one more been accepted because another had finished, then one would be seen to have.
    actions.push(about("DescribeTable", "beyond"));
    for number in 0..RESTORES_AT_ONCE {
        actions.push(about("DescribeTable", &format!("target-{number}")));
    }
    Scenario { alone: true, ..named("51 restores at once, of both kinds", actions) }
}
