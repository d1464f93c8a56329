//! Clients whose calls overlap: each race about one thing that only one of them can have.

use reinstate_model::generate::source;
use serde_json::json;

use super::recipe::{about, about_backup, backed_up, backup, restore};
use crate::scenario::{Action, Call, Scenario, Source, call, labelled, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut create = source::plain().members;
    create["TableName"] = json!("{table:target}");
    let against = |what: &str, other: Action| {
        let title = format!("a restore races {what}");
        race(&title, backed_up("source", &source::plain()), [restore("source", "target"), other])
    };
    let two_backups = {
        let mut actions = backed_up("source", &source::plain());
        actions.extend(backup("source", "second"));
        actions
    };
    let backing_up = labelled(
        "CreateBackup",
        json!({"TableName": "{table:source}", "BackupName": "backup-late"}),
        "late",
    );
    vec![
        race(
            "two restores race for one name",
            two_backups,
            [restore("source", "target"), restore("second", "target")],
        ),
        against("the deletion of its backup", about_backup("DeleteBackup", "source")),
        against("a new table of the target's name", call("CreateTable", create.clone())),
        race(
            "two new tables race for one name",
            backed_up("source", &source::plain()),
            [call("CreateTable", create.clone()), call("CreateTable", create)],
        ),
        against("the deletion of the source", about("DeleteTable", "source")),
        against("a restore of the same backup", restore("source", "other")),
        race(
            "a backup races the deletion of its table",
            backed_up("source", &source::plain()),
            [backing_up, about("DeleteTable", "source")],
        ),
    ]
}

/// A race, and a look at all that it may have left.
fn race(title: &str, mut actions: Vec<Action>, clients: [Action; 2]) -> Scenario {
    let clients = clients.into_iter().map(|action| match action {
        Action::Call(call) => vec![call],
        Action::Await { .. } | Action::Race { .. } | Action::Elapse { .. } => Vec::<Call>::new(),
    });
    actions.push(Action::Race { race: clients.collect() });
    actions.extend(["table:target", "table:other", "table:source", "backup:late"].map(wait));
    actions.push(about("DescribeTable", "target"));
    actions.push(about_backup("DescribeBackup", "source"));
    actions.push(about_backup("DescribeBackup", "late"));
    Scenario::new(title, Source::Scenario, actions)
}
