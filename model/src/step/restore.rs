//! RestoreTableFromBackup: a new table out of a backup.
//!
//! A restore is refused if its target's name is taken, if its backup cannot be used, if too many
//! restores run, or if its overrides do not fit the backup; then nothing changes (RTB-99). Else the
//! target exists at once, CREATING, and its data arrives when the restore finishes (RTB-02).

use std::sync::Arc;

use super::overrides;
use crate::account::{Account, Backup, BackupStatus, Fresh, Restore, Table, TableStatus};
use crate::name::{ArnParts, BackupArn, TableName};
use crate::outcome::ErrorCode::{
    AccessDeniedException, BackupInUseException, BackupNotFoundException, LimitExceededException,
    TableAlreadyExistsException, TableInUseException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::RestoreTableFromBackup;
use crate::rules::RuleId;
use crate::schema::Settings;

/// Restores a table from a backup.
pub(super) fn from_backup(
    account: &Account,
    request: &RestoreTableFromBackup,
    fresh: &Fresh,
) -> Outcome {
    let mut objections = Objections::new();
    check_target(account, &request.target_table_name, &mut objections);
    let backup = find_source(account, request, &mut objections);
    check_quota(account, &mut objections);
    let plan = backup.and_then(|(_, backup)| {
        overrides::apply(&backup.definition, request, &mut objections)
    });
    objections.unless(|| {
        let (_, backup) = backup.expect("a restore without a backup was refused");
        let plan = plan.expect("a restore whose overrides do not fit was refused");
        let mut next = account.clone();
        let table = Table {
            definition: Arc::new(plan.definition),
            // Nothing of the source's settings is carried over (CAR-08 to CAR-13).
            settings: Arc::new(Settings::default()),
            status: TableStatus::Creating,
            backups_enabled: false,
            restore: Some(Arc::new(Restore {
                backup: request.backup_arn.clone(),
                source_table: backup.table.clone(),
                backup_created: backup.created,
                backup_taken: backup.taken,
                requested: account.now,
                reasons: plan.reasons,
            })),
            items: backup.items.clone(),
            id: fresh.table_id.clone(),
            created: fresh.created,
        };
        next.tables.insert(request.target_table_name.clone(), table);
        let grants = grants(account, request, backup).chain(plan.grants).collect();
        Accepted::new(next, Reply::TableDescription(request.target_table_name.clone()), grants)
    })
}

/// The target's name must be free: a restore never replaces a table (RTB-03).
fn check_target(account: &Account, target: &TableName, objections: &mut Objections) {
    let Some(table) = account.tables.get(target) else { return };
    let name = || vec![("target", target.to_string())];
    match (table.status, &table.restore) {
        (TableStatus::Active, _) => {
            objections.add("RTB-90", TableAlreadyExistsException, name());
        }
        (TableStatus::Creating, Some(restore)) => {
            let arguments =
                vec![("target", target.to_string()), ("backup_arn", restore.backup.to_string())];
            objections.add("RTB-91", TableInUseException, arguments);
        }
        (TableStatus::Creating, None) => objections.add("RTB-91a", TableInUseException, name()),
        (TableStatus::Deleting, _) => {
            // Contested: the service was seen to say the first, the documents say the second.
            objections.add("RFB-003", TableAlreadyExistsException, name());
            objections.add("RTB-91b", TableInUseException, name());
        }
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
            if region != account.region.as_str() && request.sse_specification_override.is_none() =>
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

/// Only so many restores may run at once, of any kind.
fn check_quota(account: &Account, objections: &mut Objections) {
    let used_up = account.restores().count() >= account.restore_quota;
    objections.when(used_up, "QUO-01", LimitExceededException, || {
        vec![("n", account.restore_quota.to_string())]
    });
}

/// The rules by which a restore must be accepted, overrides aside.
fn grants<'a>(
    account: &'a Account,
    request: &'a RestoreTableFromBackup,
    backup: &'a Backup,
) -> impl Iterator<Item = RuleId> + 'a {
    let source_is_gone = !account.tables.contains_key(&backup.table);
    [
        (true, "RTB-01"),
        (source_is_gone, "RTB-07"),
        (source_is_gone && request.target_table_name == backup.table, "RTB-13"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
}
