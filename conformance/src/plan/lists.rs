//! ListTables, and what ListBackups leaves out or goes on from.
//!
//! Others use the account too. So pages of tables begin after a table of the case, and the next names are
//! its own: no other case has a name between two of its names.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{about, about_backup, backed_up, backup, restore, table};
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = tables();
    found.extend(backups());
    found
}

fn case(title: &str, actions: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Scenario, actions)
}

fn list_tables(members: Value) -> Action {
    let mut body = members;
    body["ExclusiveStartTableName"] = json!("{table:a}");
    call("ListTables", body)
}

fn tables() -> Vec<Scenario> {
    let two = || [table("a", &source::plain()), table("b", &source::plain())].concat();
    let three = || {
        let mut actions = two();
        actions.extend(table("c", &source::plain()));
        actions.extend(table("d", &source::plain()));
        actions
    };
    let mut pages = three();
    pages.extend([json!({"Limit": 1}), json!({"Limit": 2}), json!({"Limit": 3})].map(list_tables));
    pages.push(call("ListTables", json!({"ExclusiveStartTableName": "{table:b}", "Limit": 1})));
    pages.push(list_tables(json!({})));
    let mut idle = two();
    idle.extend([
        list_tables(json!({"Limit": 1, "Unknown": {"a": [1]}})),
        list_tables(json!({"Limit": null})),
    ]);
    let mut passing = two();
    passing.extend(table("c", &source::plain()).into_iter().take(1));
    passing.extend([
        // A new table may show within a second only.
        wait("table:c"),
        list_tables(json!({"Limit": 2})),
        about("DeleteTable", "b"),
        list_tables(json!({"Limit": 2})),
        wait("table:b"),
        list_tables(json!({"Limit": 1})),
    ]);
    let mut young = two();
    young.truncate(3);
    young.extend([about("DescribeTable", "b"), list_tables(json!({"Limit": 1}))]);
    let mut restored = backed_up("a", &source::plain());
    restored.extend([restore("a", "b"), list_tables(json!({"Limit": 1})), wait("table:b")]);
    vec![
        case("list tables: pages", pages),
        case("list tables: members that are passed over", idle),
        case("list tables: one that is being deleted", passing),
        case("list tables: one that is being created", young),
        case("list tables: one that is being restored", restored),
    ]
}

fn backups() -> Vec<Scenario> {
    let list = |members: Value| {
        let mut body = members;
        body["TableName"] = json!("{table:source}");
        call("ListBackups", body)
    };
    let with = |title: &str, more: Vec<Action>| {
        let mut actions = backed_up("source", &source::plain());
        actions.extend(more);
        case(&format!("list backups: {title}"), actions)
    };
    let cursor = |arn: &str| list(json!({ "ExclusiveStartBackupArn": arn }));
    let again = || {
        let mut actions = vec![about("DeleteTable", "source"), wait("table:source")];
        actions.extend(table("source", &source::plain()));
        actions.extend(backup("source", "again"));
        actions
    };
    vec![
        with("of all tables", vec![call("ListBackups", json!({}))]),
        with(
            "the only one is deleted",
            vec![about_backup("DeleteBackup", "source"), list(json!({}))],
        ),
        with("of two tables of one name", [again(), vec![list(json!({}))]].concat()),
        with("after one that never was", vec![cursor("{backup:none}")]),
        with(
            "after one that was deleted",
            [
                backup("source", "second"),
                vec![about_backup("DeleteBackup", "source"), cursor("{backup:source}")],
            ]
            .concat(),
        ),
        with(
            "after one of another Region",
            vec![cursor(
                "arn:aws:dynamodb:eu-central-1:{account}:table/{table:source}/backup/{backup-id:source}",
            )],
        ),
        with(
            "of a restored table",
            vec![
                restore("source", "target"),
                wait("table:target"),
                call("ListBackups", json!({"TableName": "{table:target}"})),
            ],
        ),
    ]
}
