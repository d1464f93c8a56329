//! Tables that are being made, backed up, tagged or deleted while somebody wants something else of them.
//!
//! Many answers depend on how far the service has come, so most of these requests may be accepted for a
//! moment and refused a moment later: asking again would not help. What must hold in either case is looked
//! at afterwards.

use reinstate_model::generate::source;
use serde_json::json;

use super::recipe::{
    about, about_backup, backed_up, backup, list_backups, put, restore, scan, table, tag,
};
use super::recovery::{recoverable, switch, to_latest};
use crate::scenario::{Action, Scenario, Source, labelled, once, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = recovery();
    found.extend(backups());
    found.extend(tables());
    found
}

fn case(title: &str, start: Vec<Action>, more: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, [start, more].concat())
}

/// Point-in-time recovery of a table that is being deleted decides whether a system backup is left.
fn recovery() -> Vec<Scenario> {
    let delete = || about("DeleteTable", "source");
    let gone = || [wait("table:source"), list_backups("SYSTEM", "system")];
    let latest = || [once(to_latest("source", "target", &json!({}))), wait("table:target")];
    let plain = || table("source", &source::plain());
    let with = |title: &str, start: Vec<Action>, more: &[&[Action]]| {
        let more = [&[delete()][..], &more.concat()].concat();
        case(&format!("while a table is being deleted: {title}"), start, more)
    };
    vec![
        with(
            "recovery is switched off, and no system backup is left",
            recoverable("source"),
            &[&[once(switch("source", false))], &gone()],
        ),
        with(
            "recovery is switched on, and a system backup is left",
            plain(),
            &[&[once(switch("source", true))], &gone()],
        ),
        with("it is restored to a point in time", recoverable("source"), &[&latest()]),
        with("it cannot be restored to a point in time without recovery", plain(), &[&latest()]),
        with(
            "its continuous backups are described",
            recoverable("source"),
            &[&[once(about("DescribeContinuousBackups", "source"))]],
        ),
    ]
}

fn backups() -> Vec<Scenario> {
    let backup_named = |name: &str| {
        labelled("CreateBackup", json!({"TableName": "{table:source}", "BackupName": name}), name)
    };
    let mut at_once = table("source", &source::plain());
    at_once.extend([backup_named("one"), backup_named("two")]);
    let mut independent = table("source", &source::plain());
    independent.push(put("source", source::item("one")));
    independent.extend(backup("source", "source"));
    vec![
        case(
            "two backups of a table at once",
            at_once,
            vec![wait("backup:one"), wait("backup:two")],
        ),
        case(
            "while a table is being deleted: it is backed up",
            table("source", &source::plain()),
            vec![
                about("DeleteTable", "source"),
                once(backup_named("late")),
                wait("table:source"),
                about_backup("DescribeBackup", "late"),
            ],
        ),
        case(
            "a restored table outlives its backup",
            independent,
            vec![
                restore("source", "target"),
                wait("table:target"),
                about_backup("DeleteBackup", "source"),
                scan("target"),
                about("DescribeTable", "target"),
            ],
        ),
    ]
}

fn tables() -> Vec<Scenario> {
    let mut taken = recoverable("source");
    taken.extend(table("target", &source::plain()));
    vec![
        case(
            "while a table is being deleted: it is deleted again",
            backed_up("source", &source::plain()),
            vec![about("DeleteTable", "source"), once(about("DeleteTable", "source"))],
        ),
        case(
            "while its tags are being written: a table is deleted",
            table("source", &source::plain()),
            vec![tag("source", "one"), about("DeleteTable", "source"), wait("table:source")],
        ),
        case(
            "while a table is being deleted: its name is restored to",
            taken,
            vec![
                about("DeleteTable", "target"),
                to_latest("source", "target", &json!({})),
                wait("table:target"),
            ],
        ),
        case(
            "while a table is being created: it is restored to a point in time",
            table("source", &source::plain()).into_iter().take(1).collect(),
            vec![to_latest("source", "target", &json!({})), wait("table:source")],
        ),
    ]
}
