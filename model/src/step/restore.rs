//! RestoreTableFromBackup: a new table out of a backup.
//!
//! A restore is refused if its target's name is taken, if its backup cannot be used, if too many
//! restores run, or if its overrides do not fit the backup; then nothing changes (RTB-99). Else the
//! target exists at once, CREATING, and its data arrives when the restore finishes (RTB-02).

use super::overrides::{self, Overrides};
use super::target::{self, TargetRules};
use crate::account::{Account, Backup, BackupKind, BackupStatus, Fresh, Origin, Reasons, Restore};
use crate::name::{ArnParts, BackupArn, TableName};
use crate::outcome::ErrorCode::{
    AccessDeniedException, BackupInUseException, BackupNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::RestoreTableFromBackup;
use crate::rules::RuleId;

/// What is refused about the target.
const TARGET: TargetRules =
    TargetRules { exists: "RTB-90", deleting: "RFB-003", deleting_documented: "RTB-91b" };

/// What is not overridden the restored table has as the backup recorded it.
const KEPT: Reasons = Reasons {
    billing: "RTB-19",
    throughput: "RTB-26",
    global_indexes: "RTB-28",
    index_throughput: "RTB-41",
    local_indexes: "RTB-42",
    encryption: "RTB-49",
};

/// Restores a table from a backup.
pub(super) fn from_backup(
    account: &Account,
    request: &RestoreTableFromBackup,
    fresh: &Fresh,
) -> Outcome {
    let mut objections = Objections::new();
    target::check_name(account, &request.target_table_name, &TARGET, &mut objections);
    let backup = find_source(account, request, &mut objections);
    target::check_quota(account, &mut objections);
    let plan = backup.and_then(|(_, backup)| {
        overrides::apply(&backup.definition, &Overrides::from(request), KEPT, &mut objections)
    });
    note_cases(account, request, &mut objections);
    objections.unless(|| {
        let (_, backup) = backup.expect("a restore without a backup was refused");
        let plan = plan.expect("a restore whose overrides do not fit was refused");
        let origin = Origin::Backup { arn: request.backup_arn.clone(), created: backup.created };
        let grants = grants(account, request, backup).chain(plan.grants.clone()).collect();
        let items = backup.restored_items();
        let table = target::new(plan, origin, &backup.table, items, fresh, account.now);
        let mut next = account.clone();
        next.tables.insert(request.target_table_name.clone(), table);
        Accepted::new(next, Reply::TableDescription(request.target_table_name.clone()), grants)
    })
}

/// The broader rules of which a refusal is a case.
fn note_cases(account: &Account, request: &RestoreTableFromBackup, objections: &mut Objections) {
    let target = account.tables.get(&request.target_table_name);
    let restores_it = |restore: &Restore| restore.is_from(&request.backup_arn);
    let repeats = target.is_some_and(|table| {
        table.is_restoring() && table.restore.as_deref().is_some_and(restores_it)
    });
    if repeats {
        objections.case_of("RTB-06");
    }
    if objections.has(ValidationException) {
        objections.case_of("RTB-98");
    }
    if target.is_none() {
        objections.case_of("RTB-99");
    }
}

/// The backup must exist, be AVAILABLE, and feed no other restore.
fn find_source<'a>(
    account: &'a Account,
    request: &RestoreTableFromBackup,
    objections: &mut Objections,
) -> Option<(&'a BackupArn, &'a Backup)> {
    let arn = &request.backup_arn;
    let name = || vec![("backup_arn", arn.to_string())];
    let before = objections.count();
    match arn.parts() {
        ArnParts::Malformed => objections.add("RFB-011", ValidationException, vec![]),
        ArnParts::Foreign => objections.add("RFB-012", ValidationException, vec![]),
        ArnParts::Backup { account: owner, .. } if is_foreign(account, owner) => {
            objections.add("RFB-010", AccessDeniedException, vec![]);
        }
        // Whether a restore crosses Regions is read off the ARN alone.
        ArnParts::Backup { region, .. }
            if region != account.region.as_str()
                && request.sse_specification_override.is_none() =>
        {
            objections.add("RTB-46", ValidationException, vec![]);
        }
        ArnParts::Backup { .. } => {}
    }
    let Some(kept) = account.find_backup(arn) else {
        // What is no ARN of ours is not looked up.
        let looked_up = objections.count() == before;
        objections.when(looked_up, "RTB-92", BackupNotFoundException, name);
        return None;
    };
    let backup = &account.backups[kept];
    objections.when(account.restore_of(kept).is_some(), "RTB-93", BackupInUseException, name);
    objections.when(backup.status == BackupStatus::Creating, "RTB-93a", BackupInUseException, name);
    Some((kept, backup))
}

/// Whether an ARN belongs to another account. As long as ours is not known, no ARN does.
pub(super) fn is_foreign(account: &Account, owner: &str) -> bool {
    account.id.as_ref().is_some_and(|id| id.as_str() != owner)
}

/// The rules by which a restore must be accepted, overrides aside.
fn grants<'a>(
    account: &'a Account,
    request: &'a RestoreTableFromBackup,
    backup: &'a Backup,
) -> impl Iterator<Item = RuleId> + 'a {
    let source_is_gone = !account.tables.contains_key(&backup.table);
    let by_the_service = backup.kind == BackupKind::System;
    let target = &request.target_table_name;
    let is_alike = |name: &TableName| name.as_str().eq_ignore_ascii_case(target.as_str());
    let restores = || account.tables.values().filter_map(|table| table.restore.as_ref());
    let of_one_source = |restore: &Restore| restore.source_table == backup.table;
    [
        (true, "RTB-02"),
        (true, "RTB-01"),
        (account.tables.keys().any(is_alike), "RTB-12"),
        (restores().any(|restore| restore.is_from(&request.backup_arn)), "RFB-007"),
        (
            account.restores().filter_map(|(_, table)| table.restore.as_deref()).any(of_one_source),
            "RFB-053",
        ),
        (source_is_gone, "RTB-07"),
        (source_is_gone && request.target_table_name == backup.table, "RTB-13"),
        // Of a deleted table nothing else can be restored than this.
        (by_the_service, "BKP-17"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
}
