//! CreateBackup, DescribeBackup and DeleteBackup.

use super::restore::is_foreign;
use crate::account::{Account, Backup, BackupStatus, Fresh, TableStatus};
use crate::name::{AccountId, ArnParts, BackupArn};
use crate::outcome::ErrorCode::{
    AccessDeniedException, BackupInUseException, BackupNotFoundException,
    ContinuousBackupsUnavailableException, TableNotFoundException, ValidationException,
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
        // To backups, a table that is still being made does not exist.
        Some(TableStatus::Creating) => {
            objections.add("CBK-002", TableNotFoundException, arguments());
        }
        Some(TableStatus::Active) => objections.when(
            table.is_some_and(|table| !table.backups_enabled),
            "CRB-09",
            ContinuousBackupsUnavailableException,
            arguments,
        ),
        // For about a second after DeleteTable a backup can still be taken (CBK-005).
        Some(TableStatus::Deleting) => {
            or.push(Violation::because("CBK-006", TableNotFoundException, arguments()));
        }
    }
    objections.unless(|| {
        let table = table.expect("a backup of no table was refused");
        let owner = account.id.clone().unwrap_or_else(unknown_account);
        let arn = BackupArn::from_parts(&account.region, &owner, name, &fresh.backup_id);
        let backup = Backup {
            name: request.backup_name.clone(),
            status: BackupStatus::Creating,
            table: name.clone(),
            table_id: table.id.clone(),
            table_created: table.created,
            definition: table.definition.clone(),
            settings: table.settings.clone(),
            items: table.items.clone(),
            created: fresh.created,
            taken: account.now,
        };
        let mut next = account.clone();
        next.backups.insert(arn.clone(), backup);
        Accepted::new(next, Reply::BackupDetails(arn), vec!["CRB-03"]).or(or)
    })
}

/// Stands in an ARN for an account that no answer has named yet.
fn unknown_account() -> AccountId {
    AccountId::new("000000000000").expect("twelve digits")
}

/// Describes a backup, whatever has become of its table (DSB-04).
pub(super) fn describe(account: &Account, arn: &BackupArn) -> Outcome {
    let mut objections = Objections::new();
    let found = find(account, arn, &DESCRIBE, &mut objections);
    objections.unless(|| {
        let grants = found.map_or_else(Vec::new, |(kept, _)| grants(kept, arn, &DESCRIBE));
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
    }
    objections.unless(|| {
        let (kept, backup) = found.expect("deleting no backup was refused");
        let mut next = account.clone();
        next.backups.remove(kept);
        let reply = Reply::DeletedBackup { arn: arn.clone(), backup: Box::new(backup.clone()) };
        Accepted::new(next, reply, grants(kept, arn, &DELETE))
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
