//! What happens before, during and after a restore, one thing in each case.

use reinstate_model::account::RESTORES_AT_ONCE;
use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{self, about, about_backup, backed_up, backup, put, restore, scan, table};
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = during();
    found.extend(after());
    found.extend(targets());
    found.extend(data());
    found.extend(lists());
    found.push(limit());
    found
}

fn named(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

/// A request sent while a restore runs.
fn during() -> Vec<Scenario> {
    let mut create = source::plain().members;
    create["TableName"] = json!("{table:target}");
    let requests: Vec<(&str, Action)> = vec![
        ("describe the target", about("DescribeTable", "target")),
        ("delete the target", about("DeleteTable", "target")),
        ("create a table of the target's name", call("CreateTable", create)),
        ("write to the target", put("target", source::item("late"))),
        ("read the target", scan("target")),
        (
            "back the target up",
            call("CreateBackup", json!({"TableName": "{table:target}", "BackupName": "early"})),
        ),
        ("restore onto the target again", restore("source", "target")),
        ("restore the backup elsewhere", restore("source", "other")),
        ("delete the backup", about_backup("DeleteBackup", "source")),
        ("describe the backup", about_backup("DescribeBackup", "source")),
        ("delete the source", about("DeleteTable", "source")),
    ];
    recipe::while_restoring(requests)
}

/// A request sent when a restore has finished.
fn after() -> Vec<Scenario> {
    let restored = || {
        let mut actions = backed_up("source", &source::plain());
        actions.extend([restore("source", "target"), wait("table:target")]);
        actions
    };
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = restored();
        actions.extend(more);
        named(title, actions)
    };
    vec![
        with(
            "after a restore: the backup can be restored again",
            vec![restore("source", "other"), wait("table:other")],
        ),
        with(
            "after a restore: the backup can be deleted, and is gone",
            vec![
                about_backup("DeleteBackup", "source"),
                about_backup("DescribeBackup", "source"),
                about_backup("DeleteBackup", "source"),
                restore("source", "other"),
                about("DescribeTable", "other"),
                about("DescribeTable", "target"),
            ],
        ),
        with(
            "after a restore: the target can be backed up and restored in turn",
            [
                backup("target", "second"),
                vec![
                    about_backup("DescribeBackup", "second"),
                    restore("second", "third"),
                    wait("table:third"),
                ],
            ]
            .concat(),
        ),
        with(
            "after a restore: the target can be deleted, and its name used again",
            vec![
                about("DeleteTable", "target"),
                wait("table:target"),
                restore("source", "target"),
                wait("table:target"),
            ],
        ),
        with(
            "after a restore: a repeat of the request is refused",
            vec![restore("source", "target"), about("DescribeTable", "target")],
        ),
    ]
}

/// Names that a target may and may not have.
fn targets() -> Vec<Scenario> {
    let source_gone = |target: &str| {
        let mut actions = backed_up("source", &source::indexed());
        actions.extend([
            about("DeleteTable", "source"),
            wait("table:source"),
            about_backup("DescribeBackup", "source"),
            restore("source", target),
            wait(format!("table:{target}")),
        ]);
        actions
    };
    let mut live = backed_up("source", &source::plain());
    live.extend([restore("source", "source"), about("DescribeTable", "source")]);
    let mut other = backed_up("source", &source::plain());
    other.extend(table("taken", &source::on_demand()));
    other.extend([restore("source", "taken"), about("DescribeTable", "taken")]);
    let mut creating = backed_up("source", &source::plain());
    creating.extend(table("new", &source::plain()).into_iter().take(1));
    creating.extend([restore("source", "new"), wait("table:new")]);
    let mut deleting = backed_up("source", &source::plain());
    deleting.extend([about("DeleteTable", "source"), restore("source", "source")]);
    vec![
        named("a target of the live source's name", live),
        named("a target of another table's name", other),
        named("a target of a new table's name", creating),
        named("a target of the name of a table that is being deleted", deleting),
        named("a target of the deleted source's name", source_gone("source")),
        named("a target of a new name, the source being deleted", source_gone("target")),
    ]
}

/// The items of a backup, and nothing else.
fn data() -> Vec<Scenario> {
    let mut found = Vec::new();
    for source in source::all() {
        let mut actions = table("source", &source);
        actions.extend([put("source", source::item("one")), put("source", source::item("two"))]);
        actions.extend(backup("source", "source"));
        actions.extend([
            about_backup("DescribeBackup", "source"),
            restore("source", "target"),
            wait("table:target"),
            scan("target"),
            scan("source"),
            // The target is a table of its own from here on.
            put("source", source::item("later")),
            scan("target"),
            put("target", source::item("own")),
            scan("target"),
            scan("source"),
        ]);
        let case = named(&format!("the items of a backup of {}", source.name), actions);
        found.extend([case.clone().through_sdk(), case]);
    }
    // A restore's date is the backup's: some time between the two tells them apart.
    let mut dated = backed_up("source", &source::plain());
    dated.extend([later(), restore("source", "target"), wait("table:target")]);
    found.push(named("a restore well after its backup", dated));
    found.extend(source::all().into_iter().map(settled));
    found
}

/// Time in which whatever was written is in a backup for sure, and clocks can be told apart.
fn later() -> Action {
    Action::Elapse { elapse_millis: 60 * 60 * 1_000 }
}

/// The items of a backup that were written well before it, and not those that were written well after.
fn settled(source: source::Source) -> Scenario {
    let mut actions = table("source", &source);
    actions.extend([put("source", source::item("one")), put("source", source::item("two"))]);
    actions.push(later());
    actions.extend(backup("source", "source"));
    actions.extend([
        later(),
        put("source", source::item("later")),
        restore("source", "target"),
        wait("table:target"),
        scan("target"),
        put("target", source::item("own")),
        scan("source"),
    ]);
    named(&format!("the items of a backup of {} that is an hour old", source.name), actions)
}

/// ListBackups of one table.
fn lists() -> Vec<Scenario> {
    let three_backups = || {
        let mut actions = table("source", &source::plain());
        for label in ["one", "two", "three"] {
            actions.extend(backup("source", label));
        }
        actions.extend(backed_up("other", &source::plain()));
        actions
    };
    let list = |members: Value| {
        let mut body = members;
        body["TableName"] = json!("{table:source}");
        call("ListBackups", body)
    };
    let requests = [
        ("all", json!({})),
        ("the first", json!({"Limit": 1})),
        ("as many as there are", json!({"Limit": 3})),
        ("the second page", json!({"Limit": 1, "ExclusiveStartBackupArn": "{backup:one}"})),
        ("the last page", json!({"ExclusiveStartBackupArn": "{backup:two}"})),
        ("of type USER", json!({"BackupType": "USER"})),
        ("of type SYSTEM", json!({"BackupType": "SYSTEM"})),
        ("of type ALL", json!({"BackupType": "ALL"})),
        ("of type AWS_BACKUP", json!({"BackupType": "AWS_BACKUP"})),
        (
            "from long ago until long ago",
            json!({"TimeRangeLowerBound": 1, "TimeRangeUpperBound": 2}),
        ),
        ("from a far future on", json!({"TimeRangeLowerBound": 4102444800u64})),
        ("until a far future", json!({"TimeRangeUpperBound": 4102444800u64})),
        ("an inverted time range", json!({"TimeRangeLowerBound": 2, "TimeRangeUpperBound": 1})),
    ];
    let mut found: Vec<Scenario> = requests
        .into_iter()
        .map(|(what, members)| {
            let mut actions = three_backups();
            actions.push(list(members));
            named(&format!("list backups of one table: {what}"), actions)
        })
        .collect();
    let mut deleted = three_backups();
    deleted.extend([about_backup("DeleteBackup", "two"), list(json!({}))]);
    found.push(named("list backups of one table: one deleted", deleted));
    found.push(named("list backups of one table: no such table", vec![list(json!({}))]));
    found
}

/// One restore more than may run at once. Each needs a backup of its own.
fn limit() -> Scenario {
    let mut actions = table("source", &source::plain());
    let labels: Vec<String> = (0..=RESTORES_AT_ONCE).map(|number| format!("b{number}")).collect();
    for label in &labels {
        actions.extend(backup("source", label).into_iter().take(1));
    }
    actions.push(wait(format!("backup:b{RESTORES_AT_ONCE}")));
    for label in &labels {
        actions.push(restore(label, &format!("target-{label}")));
    }
    actions.push(about("DescribeTable", &format!("target-b{RESTORES_AT_ONCE}")));
    // Had one more been accepted because another had finished, then one would be seen to have.
    for label in &labels {
        actions.push(about("DescribeTable", &format!("target-{label}")));
    }
    Scenario { alone: true, ..named("51 restores at once", actions) }
}
