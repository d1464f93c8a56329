//! CreateTable, DescribeTable and DeleteTable: the source of every backup.

use std::sync::Arc;

use super::definition;
use super::item::feeds_a_restore;
use crate::account::recovery::Recovery;
use crate::account::{Account, Backup, BackupStatus, Fresh, Table, TableStatus};
use crate::name::{NAME_LENGTH, TableName, has_known_region};
use crate::outcome::ErrorCode::{
    ResourceInUseException, ResourceNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Arguments, Objections, Outcome, Reply, Violation};
use crate::request::{CreateTable, TableReference};
use crate::rules::RuleId;

/// Makes a table, CREATING at first (CRT-02).
pub(super) fn create(account: &Account, request: &CreateTable, fresh: &Fresh) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    definition::check(request, &mut objections);
    if let Some(table) = account.tables.get(name) {
        let rule = match table.status {
            TableStatus::Creating if table.is_restoring() => "LIF-11",
            TableStatus::Creating => "CTB-002",
            TableStatus::Active => "CRT-01",
            TableStatus::Updating | TableStatus::Deleting => "CTB-034",
        };
        if !objections.is_empty() {
            // What is wrong with the request itself is looked at first.
            objections.case_of("CTB-033");
        }
        objections.add(rule, ResourceInUseException, vec![("table", name.to_string())]);
    }
    objections.unless(|| {
        let table = Table {
            definition: Arc::new(definition::definition(request)),
            settings: Arc::new(definition::settings(request)),
            status: TableStatus::Creating,
            underway: Arc::default(),
            backups_enabled: false,
            restore: None,
            items: Arc::default(),
            recovery: Recovery::default(),
            id: fresh.table_id.clone(),
            created: fresh.created,
        };
        let mut next = account.clone();
        next.tables.insert(name.clone(), table);
        let grants = create_grants(account, request);
        Accepted::new(next, Reply::TableDescription(name.clone()), grants)
    })
}

/// The rules by which a new table must be accepted.
fn create_grants(account: &Account, request: &CreateTable) -> Vec<RuleId> {
    let name = &request.table_name.0;
    let length = name.as_str().len();
    let longest_or_shortest = length == *NAME_LENGTH.start() || length == *NAME_LENGTH.end();
    let has_settings = request.tags.is_some()
        || request.stream_specification.is_some()
        || request.deletion_protection_enabled.is_some();
    // A backup of a table of that name is left of a table that is gone.
    let used_before = account.backups.values().any(|backup| backup.table == *name);
    [
        (true, "CRT-02"),
        (has_settings, "CRT-15"),
        (request.table_name.is_arn(), "CRT-03a"),
        (longest_or_shortest, "QUO-08"),
        (used_before, "CTB-030"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
    .collect()
}

/// Describes a table. For a moment after it was made it may not be found (DST-02).
pub(super) fn describe(account: &Account, reference: &TableReference) -> Outcome {
    let name = &reference.0;
    let mut objections = Objections::new();
    if let Some(arn) = reference.arn().filter(|arn| !has_known_region(arn)) {
        objections.add("TBL-026", ValidationException, vec![("arn", arn.to_owned())]);
    }
    let table = account.tables.get(name);
    let arguments = || vec![("table", name.to_string())];
    objections.when(table.is_none(), "DST-02", ResourceNotFoundException, arguments);
    objections.unless(|| {
        let table = table.expect("describing no table was refused");
        let (grant, not_yet) =
            if table.is_restoring() { ("LIF-02", "LIF-08") } else { ("DST-01", "DST-02") };
        let not_yet = Violation::because(not_yet, ResourceNotFoundException, arguments());
        let creating = table.status == TableStatus::Creating;
        let fed = feeds_a_restore(account, name).then_some("RTB-09");
        let by_arn = reference.is_arn().then_some("DST-01a");
        let grants = [grant].into_iter().chain(fed).chain(by_arn).collect();
        Accepted::new(account.clone(), Reply::Table(name.clone()), grants).or(if creating {
            vec![not_yet]
        } else {
            vec![]
        })
    })
}

/// Deletes an ACTIVE table: it is DELETING at first, and then gone.
pub(super) fn delete(account: &Account, name: &TableName) -> Outcome {
    let mut objections = Objections::new();
    let arguments = || vec![("table", name.to_string())];
    let table = account.tables.get(name);
    match table.map(|table| table.status) {
        None => objections.add("DLT-02a", ResourceNotFoundException, arguments()),
        Some(TableStatus::Creating) => {
            // So a restore cannot be cancelled by deleting its target.
            if table.is_some_and(Table::is_restoring) {
                objections.add("LIF-09", ResourceInUseException, arguments());
            } else {
                let words = "being created";
                objections.add_worded("DLT-02", ResourceInUseException, words, &arguments());
            }
        }
        Some(TableStatus::Updating) => {
            if table.is_some_and(|table| table.index_change().is_some()) {
                objections.add("TBL-023", ResourceInUseException, arguments());
            } else {
                let words = "being updated";
                objections.add_worded("DLT-02", ResourceInUseException, words, &arguments());
            }
        }
        Some(TableStatus::Deleting | TableStatus::Active) => {}
    }
    let tagging = table.is_some_and(|table| table.underway.former_tags.is_some());
    objections.when(tagging, "TBL-008", ResourceInUseException, arguments);
    let protected = table.is_some_and(|table| table.settings.deletion_protection);
    objections.when(protected, "DLT-03", ValidationException, Vec::new);
    objections.unless(|| {
        let table = table.expect("deleting no table was refused");
        let mut next = account.clone();
        let deleting = Table { status: TableStatus::Deleting, ..table.clone() };
        next.tables.insert(name.clone(), deleting);
        let (grants, or) = delete_grants(account, name, table);
        Accepted::new(next, Reply::DeletedTable(name.clone()), grants).or(or)
    })
}

/// The rules by which a deletion must be accepted, and those by which others refuse it: what the
/// documents say and what was seen differ for a second deletion and for one during a backup.
fn delete_grants(
    account: &Account,
    name: &TableName,
    table: &Table,
) -> (Vec<RuleId>, Vec<Violation>) {
    let contested = |rule| Violation::because(rule, ResourceInUseException, named(name));
    if table.status == TableStatus::Deleting {
        return (vec!["DLT-02b"], vec![contested("TBL-007")]);
    }
    let in_backup = |backup: &Backup| {
        backup.table == *name && backup.status == BackupStatus::Creating && backup.is_visible()
    };
    if account.backups.values().any(in_backup) {
        return (vec!["DLT-01", "BKP-13a"], vec![contested("BKP-13"), contested("DLT-04")]);
    }
    (vec!["DLT-01"], vec![])
}

fn named(name: &TableName) -> Arguments {
    vec![("table", name.to_string())]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, arn, music};
    use serde_json::{Value, json};

    fn of(table: &str) -> Value {
        json!({ "TableName": table })
    }

    #[test]
    fn a_name_is_taken_from_the_first_request_on_until_the_table_is_gone() {
        let creating = Test::empty().send("CreateTable", &music());
        creating.check("CreateTable", &music(), "CTB-002");
        let active = creating.settle();
        active.check("CreateTable", &music(), "CRT-01");
        let backup = active.backup();
        let deleting = backup.send("DeleteTable", &of("Music"));
        deleting.check("CreateTable", &music(), "CTB-034");
        deleting.settle().check("CreateTable", &music(), "accepted by CTB-030");
        let mut copy = music();
        copy["TableName"] = json!("Copy");
        Test::music().backup().restore().check("CreateTable", &copy, "LIF-11");
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said_before_that_its_name_is_taken() {
        let mut body = music();
        body["KeySchema"] = json!([{"AttributeName": "title", "KeyType": "RANGE"}]);
        Test::music().check("CreateTable", &body, "CRT-05");
    }

    #[test]
    fn a_table_that_changes_or_is_protected_is_not_deleted() {
        let creating = Test::empty().send("CreateTable", &music());
        creating.check("DeleteTable", &of("Music"), "DLT-02");
        Test::music().backup().restore().check("DeleteTable", &of("Copy"), "LIF-09");
        let protect = json!({"TableName": "Music", "DeletionProtectionEnabled": true});
        let updating = Test::music().send("UpdateTable", &protect);
        updating.settle().check("DeleteTable", &of("Music"), "DLT-03");
        Test::music().check("DeleteTable", &of("Music"), "accepted by DLT-01");
        Test::music().check("DeleteTable", &of("None"), "DLT-02a");
        let deleting = Test::music().send("DeleteTable", &of("Music"));
        deleting.check("DeleteTable", &of("Music"), "accepted by DLT-02b");
        deleting.shows(
            "DescribeTable",
            &of("Music"),
            "/Table/GlobalSecondaryIndexes",
            &Value::Null,
        );
    }

    #[test]
    fn a_table_is_described_by_name_or_arn_of_a_region_that_exists() {
        let music = Test::music();
        music.check("DescribeTable", &of("Music"), "accepted by DST-01");
        music.check("DescribeTable", &of(&arn("Music")), "accepted by DST-01a");
        let elsewhere = arn("Music").replace("us-east-1", "xx-fake-1");
        music.check("DescribeTable", &of(&elsewhere), "TBL-026");
        music.check("DescribeTable", &of("None"), "DST-02");
    }
}
