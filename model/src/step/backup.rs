//! CreateBackup, DescribeBackup and DeleteBackup.

use super::restore::is_foreign;
use crate::account::{Account, Backup, BackupKind, BackupStatus, Fresh, Table, TableStatus};
use crate::message::spelled_time;
use crate::name::{ArnParts, BackupArn, TableName};
use crate::outcome::ErrorCode::{
    AccessDeniedException, BackupInUseException, BackupNotFoundException,
    ContinuousBackupsUnavailableException, TableInUseException, TableNotFoundException,
    ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply, Violation};
use crate::request::CreateBackup;
use crate::rules::RuleId;

/// Asks for a backup. It freezes the table as it is now; the answer says CREATING, and the backup is
/// AVAILABLE a moment later.
pub(super) fn create(account: &Account, request: &CreateBackup, fresh: &Fresh) -> Outcome {
    let name = &request.table_name.0;
    let arguments = || vec![("table", name.to_string())];
    let mut objections = Objections::new();
    let mut or = Vec::new();
    let table = account.tables.get(name);
    match table.map(|table| table.status) {
        None => objections.add("CRB-07", TableNotFoundException, arguments()),
        Some(TableStatus::Creating) => {
            // To backups, a table that is still being made does not exist. Contested: the documents
            // speak of a table in use.
            let restoring = table.is_some_and(Table::is_restoring);
            let rule = if restoring { "RFB-070" } else { "CBK-002" };
            objections.add(rule, TableNotFoundException, arguments());
            objections.when(!restoring, "CRB-08", TableInUseException, Vec::new);
        }
        Some(TableStatus::Active | TableStatus::Updating) => objections.when(
            table.is_some_and(|table| !table.backups_enabled),
            "CRB-09",
            ContinuousBackupsUnavailableException,
            arguments,
        ),
        // For about a second after DeleteTable a backup can still be taken (CBK-005).
        Some(TableStatus::Deleting) => or.extend([
            Violation::because("CBK-006", TableNotFoundException, arguments()),
            Violation::because("CRB-08", TableInUseException, vec![]),
        ]),
    }
    // Contested: the documents allow one backup at a time, and dozens were seen at once (CBK-014).
    if of_table(account, name).any(|backup| backup.status == BackupStatus::Creating) {
        or.push(Violation::because("CRB-10", BackupInUseException, vec![]));
    }
    objections.unless(|| {
        let table = table.expect("a backup of no table was refused");
        let arn = BackupArn::from_parts(&account.region, &account.owner(), name, &fresh.backup_id);
        let kind = BackupKind::User(request.backup_name.clone());
        let backup = Backup::of(name, table, kind, fresh.created, account.now);
        let grants = reasons_to_create(account, request, table);
        let mut next = account.clone();
        next.backups.insert(arn.clone(), backup);
        Accepted::new(next, Reply::BackupDetails(arn), grants).or(or)
    })
}

/// The backups of a table of this name that can be seen.
fn of_table<'a>(account: &'a Account, name: &'a TableName) -> impl Iterator<Item = &'a Backup> {
    account.backups.values().filter(move |backup| backup.table == *name && backup.is_visible())
}

/// The rules by which a backup must be made.
fn reasons_to_create(account: &Account, request: &CreateBackup, table: &Table) -> Vec<RuleId> {
    let name = &request.table_name.0;
    let same_name = |backup: &Backup| backup.name() == request.backup_name.as_str();
    let creating = |backup: &Backup| backup.status == BackupStatus::Creating;
    [
        (true, "CRB-03"),
        (of_table(account, name).any(same_name), "BKP-14"),
        (of_table(account, name).any(creating), "CBK-014"),
        (table.restore.is_some(), "RFB-078"),
        (table.status == TableStatus::Updating, "CRB-13"),
        (table.status == TableStatus::Deleting, "CBK-005"),
        (request.table_name.is_arn(), "CRB-01a"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
    .collect()
}

/// Describes a backup, whatever has become of its table (BKP-11, DSB-04).
pub(super) fn describe(account: &Account, arn: &BackupArn) -> Outcome {
    let mut objections = Objections::new();
    let found = find(account, arn, &DESCRIBE, &mut objections);
    objections.unless(|| {
        let (kept, backup) = found.expect("describing no backup was refused");
        let orphan = !account.tables.contains_key(&backup.table);
        let orphan = orphan.then_some("BKP-11");
        let grants = grants(kept, arn, &DESCRIBE).into_iter().chain(orphan).collect();
        Accepted::new(account.clone(), Reply::BackupDescription { arn: arn.clone() }, grants)
    })
}

/// Deletes a backup that no restore is using. It is gone with the answer (DLB-03).
pub(super) fn delete(account: &Account, arn: &BackupArn) -> Outcome {
    let mut objections = Objections::new();
    let found = find(account, arn, &DELETE, &mut objections);
    let arguments = || vec![("backup_arn", arn.to_string())];
    if let Some((kept, backup)) = found {
        let creating = backup.status == BackupStatus::Creating;
        if creating {
            // The text on record speaks of a restore.
            objections.add_unworded("DLB-04", BackupInUseException);
        }
        let restoring = account.restore_of(kept).is_some();
        objections.when(restoring, "DLB-04", BackupInUseException, arguments);
        if restoring {
            objections.case_of("RFB-082");
        }
        let by_the_service = backup.kind == BackupKind::System;
        objections.when(by_the_service, "DLB-08", ValidationException, || {
            let expiry = spelled_time(backup.expires().unwrap_or_default());
            vec![("backup_arn", arn.to_string()), ("?timestamp", expiry)]
        });
    }
    objections.unless(|| {
        let (kept, backup) = found.expect("deleting no backup was refused");
        let mut next = account.clone();
        next.backups.remove(kept);
        let reply = Reply::DeletedBackup { arn: arn.clone(), backup: Box::new(backup.clone()) };
        let free_again = account.tables.values().any(|table| {
            !table.is_restoring() && table.restore.as_ref().is_some_and(|it| it.is_from(kept))
        });
        let free_again = free_again.then_some("XBK-006");
        let grants = free_again.into_iter().chain(grants(kept, arn, &DELETE)).collect();
        Accepted::new(next, reply, grants)
    })
}

/// What an operation's rules about ARNs are called.
struct ArnRules {
    malformed: RuleId,
    foreign: RuleId,
    without_region: RuleId,
    other_account: RuleId,
    missing: RuleId,
    found: RuleId,
    found_elsewhere: RuleId,
}

const DESCRIBE: ArnRules = ArnRules {
    malformed: "DBK-002",
    foreign: "DBK-003",
    without_region: "DBK-004",
    other_account: "DBK-005",
    missing: "DSB-13",
    found: "DSB-02",
    found_elsewhere: "DBK-006",
};

const DELETE: ArnRules = ArnRules {
    malformed: "XBK-008",
    foreign: "DBK-003",
    without_region: "DBK-004",
    other_account: "XBK-009",
    missing: "DLB-03",
    found: "DLB-02",
    found_elsewhere: "XBK-010",
};

/// Why a backup must be found: it is there, whatever Region the ARN names.
fn grants(kept: &BackupArn, arn: &BackupArn, rules: &ArnRules) -> Vec<RuleId> {
    vec![rules.found].into_iter().chain((kept != arn).then_some(rules.found_elsewhere)).collect()
}

/// The backup that an ARN names.
fn find<'a>(
    account: &'a Account,
    arn: &BackupArn,
    rules: &ArnRules,
    objections: &mut Objections,
) -> Option<(&'a BackupArn, &'a Backup)> {
    let arguments = || vec![("backup_arn", arn.to_string())];
    match arn.parts() {
        ArnParts::Malformed => objections.add(rules.malformed, ValidationException, vec![]),
        ArnParts::Foreign => objections.add(rules.foreign, ValidationException, vec![]),
        ArnParts::Backup { region: "", .. } => {
            objections.add(rules.without_region, AccessDeniedException, vec![]);
        }
        ArnParts::Backup { account: owner, .. } if is_foreign(account, owner) => {
            objections.add(rules.other_account, AccessDeniedException, vec![]);
        }
        ArnParts::Backup { .. } => match account.find_backup(arn) {
            Some(kept) => return Some((kept, &account.backups[kept])),
            None => objections.add(rules.missing, BackupNotFoundException, arguments()),
        },
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::given::{
        accepted, after, check, creating, empty, fired, recovering, settled, with_table,
    };
    use crate::account::Account;
    use crate::service::Event;
    use crate::wire;

    fn backup(name: &str) -> Value {
        json!({"TableName": "table", "BackupName": name})
    }

    /// An account with a backup of a table, and the ARN of the backup.
    fn given() -> (Account, String) {
        let account = after(&with_table(&empty(), "table"), "CreateBackup", backup("one"));
        let arn = account.backups.keys().next().expect("it was just made").to_string();
        (settled(&account, 0), arn)
    }

    fn about(arn: &str) -> Value {
        json!({"BackupArn": arn})
    }

    fn restore(arn: &str) -> Value {
        json!({"BackupArn": arn, "TargetTableName": "target"})
    }

    #[test]
    fn a_backup_needs_a_table_in_use_with_backups_enabled() {
        let new = creating(&empty(), "table");
        check(&empty(), "CreateBackup", backup("one"), &["CRB-07"]);
        check(&new, "CreateBackup", backup("one"), &["CBK-002", "CRB-08"]);
        let active = fired(&new, Event::TableActive, "table");
        check(&active, "CreateBackup", backup("one"), &["CRB-09"]);
        let enabled = fired(&active, Event::BackupsEnabled, "table");
        check(&enabled, "CreateBackup", backup("one"), &["CRB-03"]);
        let deleting = after(&enabled, "DeleteTable", json!({"TableName": "table"}));
        check(&deleting, "CreateBackup", backup("one"), &["CBK-005"]);
    }

    #[test]
    fn backups_may_share_a_name_and_a_moment() {
        let (account, _) = given();
        check(&account, "CreateBackup", backup("two"), &["CRB-03"]);
        check(&account, "CreateBackup", backup("one"), &["BKP-14"]);
        let busy = after(&account, "CreateBackup", backup("one"));
        check(&busy, "CreateBackup", backup("one"), &["CBK-014"]);
        let by_arn = json!({
            "TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/table", "BackupName": "two"
        });
        check(&account, "CreateBackup", by_arn, &["CRB-01a"]);
    }

    #[test]
    fn a_backup_is_described_after_its_table_is_gone_and_found_by_any_region() {
        let (account, arn) = given();
        check(&account, "DescribeBackup", about(&arn), &["DSB-02"]);
        let moved = arn.replace("us-east-1", "eu-west-1");
        check(&account, "DescribeBackup", about(&moved), &["DBK-006"]);
        let gone = settled(&after(&account, "DeleteTable", json!({"TableName": "table"})), 0);
        check(&gone, "DescribeBackup", about(&arn), &["BKP-11"]);
        check(&empty(), "DescribeBackup", about(&arn), &["DSB-13"]);
    }

    #[test]
    fn a_backup_is_deleted_unless_it_is_being_made_or_restored() {
        let (account, arn) = given();
        let busy = after(&with_table(&empty(), "table"), "CreateBackup", backup("one"));
        check(&busy, "DeleteBackup", about(&arn), &["DLB-04"]);
        let restoring = after(&account, "RestoreTableFromBackup", restore(&arn));
        check(&restoring, "DeleteBackup", about(&arn), &["DLB-04"]);
        let deleted = accepted(&account, "DeleteBackup", about(&arn));
        assert_eq!(deleted.grants, ["DLB-02"]);
        check(&deleted.account, "DeleteBackup", about(&arn), &["DLB-03"]);
        let restored = settled(&restoring, 0);
        assert!(accepted(&restored, "DeleteBackup", about(&arn)).grants.contains(&"XBK-006"));
    }

    #[test]
    fn a_system_backup_is_restored_as_any_other_and_cannot_be_deleted() {
        let on = recovering(&with_table(&empty(), "table"), "table", true);
        let gone = settled(&after(&on, "DeleteTable", json!({"TableName": "table"})), 0);
        let arn = gone.backups.keys().next().expect("it was left").to_string();
        assert!(arn.ends_with("-00000000"), "{arn}");
        check(&gone, "DeleteBackup", about(&arn), &["DLB-08"]);
        check(&gone, "RestoreTableFromBackup", restore(&arn), &["BKP-17"]);
        let described = accepted(&gone, "DescribeBackup", about(&arn));
        let body = wire::accepted_body(&described);
        let details = &body["BackupDescription"]["BackupDetails"];
        assert_eq!(details["BackupName"], "table$DeletedTableBackup");
        let days = |name: &str| details[name].as_f64().expect("a time") / 86_400.0;
        assert_eq!(days("BackupExpiryDateTime") - days("BackupCreationDateTime"), 35.0);
        assert_eq!(body["BackupDescription"]["SourceTableFeatureDetails"], json!({}));
    }
}
