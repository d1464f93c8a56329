//! Requests about what is still going on: backups that are being made, tags that are being written,
//! tables that are being restored and listed. What is done too early is seen as the next answer still tells
//! of it, or as it was not yet done where events are moved by hand.

use reinstate_model::generate::source;
use serde_json::json;

use super::recipe::{about, about_backup, backed_up, backup, restore, table};
use crate::scenario::{Action, Scenario, Source, call, labelled, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        of_a_new_backup("restored", restore("early", "target")),
        of_a_new_backup("deleted", about_backup("DeleteBackup", "early")),
        tagged(),
        listed(),
    ]
}

/// A request about a backup as soon as it was asked for.
fn of_a_new_backup(what: &str, request: Action) -> Scenario {
    let mut actions = table("source", &source::plain());
    actions.extend([
        labelled(
            "CreateBackup",
            json!({"TableName": "{table:source}", "BackupName": "early"}),
            "early",
        ),
        request,
        about_backup("DescribeBackup", "early"),
        wait("table:target"),
        wait("backup:early"),
        about_backup("DescribeBackup", "early"),
    ]);
    let title = format!("a backup is {what} while it is being made");
    Scenario::new(title, Source::Scenario, actions)
}

/// The tags of a restored table are written in the end, and then others can be.
fn tagged() -> Scenario {
    let arn = "arn:aws:dynamodb:{region}:{account}:table/{table:target}";
    let tag = |key: &str| {
        let tags = json!([{"Key": key, "Value": "music"}]);
        call("TagResource", json!({"ResourceArn": arn, "Tags": tags}))
    };
    let mut actions = backed_up("source", &source::plain());
    actions.extend([
        restore("source", "target"),
        wait("table:target"),
        tag("one"),
        Action::Await { what: "table:target".to_owned(), event: Some("tags-written".to_owned()) },
        tag("two"),
    ]);
    let title = "a restored table is tagged when its tags have been written";
    Scenario::new(title, Source::Scenario, actions)
}

/// A page of tables that holds nothing but a table of the case, whatever else the account holds: names
/// are listed in byte order (TBL-021), and in the order in which they were made this one is next, too.
fn listed() -> Scenario {
    let mut actions = table("a", &source::plain());
    actions.extend(backup("a", "a"));
    actions.push(restore("a", "b"));
    actions.extend(table("c", &source::plain()).into_iter().take(1));
    actions.extend([
        call("ListTables", json!({"ExclusiveStartTableName": "{table:a}", "Limit": 1})),
        about("DescribeTable", "b"),
        wait("table:b"),
    ]);
    let title = "a table that is being restored is listed between others";
    // What is made meanwhile could come in between.
    Scenario { alone: true, ..Scenario::new(title, Source::Scenario, actions) }
}
