//! Faults that deceive the specified function about the account or the request that it works on.

use super::spoil::spoil;
use crate::account::{Account, BackupStatus, Fresh, Table, TableStatus};
use crate::name::BackupArn;
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Outcome, Refusal};
use crate::request::Request;
use crate::step::step;

/// The specified step on an account that is not as it seems; what was not true is taken back.
pub(super) fn deceive(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    lie: impl FnOnce(&mut Account),
    take_back: impl FnOnce(&mut Account),
) -> Outcome {
    let mut seen = account.clone();
    lie(&mut seen);
    spoil(&seen, request, fresh, |accepted| take_back(&mut accepted.account))
}

/// The quota is off by one.
pub(super) fn quota_off_by_one(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let quota = account.restore_quota;
    let lie = |seen: &mut Account| seen.restore_quota = quota + 1;
    deceive(account, request, fresh, lie, |after| after.restore_quota = quota)
}

/// Hides that a backup is being restored.
fn hide_restore(account: &mut Account, arn: &BackupArn) {
    let target = account.restore_of(arn).cloned();
    if let Some(table) = target.and_then(|name| account.tables.get_mut(&name)) {
        table.restore = None;
    }
}

/// Restores what was hidden.
fn show_restores(after: &mut Account, before: &Account) {
    for (name, table) in before.restores() {
        after.tables.insert(name.clone(), table.clone());
    }
}

/// A backup can be restored twice at once.
pub(super) fn restored_twice(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::RestoreTableFromBackup(restore) = request else {
        return step(account, request, fresh);
    };
    let lie = |seen: &mut Account| hide_restore(seen, &restore.backup_arn);
    deceive(account, request, fresh, lie, |after| show_restores(after, account))
}

/// A backup can be deleted while it is restored.
pub(super) fn deleted_in_use(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::DeleteBackup(delete) = request else {
        return step(account, request, fresh);
    };
    let lie = |seen: &mut Account| hide_restore(seen, &delete.backup_arn);
    deceive(account, request, fresh, lie, |after| show_restores(after, account))
}

/// Lets every backup seem to be AVAILABLE.
fn hurry(account: &mut Account) {
    for backup in account.backups.values_mut() {
        backup.status = BackupStatus::Available;
    }
}

/// A backup can be restored while it is being made.
pub(super) fn restored_too_early(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if !matches!(request, Request::RestoreTableFromBackup(_)) {
        return step(account, request, fresh);
    }
    deceive(account, request, fresh, hurry, |after| after.backups.clone_from(&account.backups))
}

/// A backup can be deleted while it is being made.
pub(super) fn deleted_too_early(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if !matches!(request, Request::DeleteBackup(_)) {
        return step(account, request, fresh);
    }
    deceive(account, request, fresh, hurry, |after| {
        for (arn, backup) in &mut after.backups {
            backup.status = account.backups[arn].status;
        }
    })
}

/// Lets a restore replace a table that no restore is making.
pub(super) fn replace(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    status: TableStatus,
) -> Outcome {
    let Request::RestoreTableFromBackup(restore) = request else {
        return step(account, request, fresh);
    };
    let target = &restore.target_table_name;
    let replaced = |table: &Table| table.status == status && !table.is_restoring();
    let lie = |seen: &mut Account| {
        if seen.tables.get(target).is_some_and(replaced) {
            seen.tables.remove(target);
        }
    };
    deceive(account, request, fresh, lie, |_| {})
}

/// An empty list of global indexes is read as none at all.
pub(super) fn empty_is_none(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let mut request = request.clone();
    if let Request::RestoreTableFromBackup(restore) = &mut request {
        restore.global_secondary_index_override.take_if(|indexes| indexes.is_empty());
    }
    step(account, &request, fresh)
}

/// Lets a table be deleted that is being created, or being restored.
pub(super) fn delete_creating(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    restoring: bool,
) -> Outcome {
    let Request::DeleteTable(delete) = request else {
        return step(account, request, fresh);
    };
    let lie = |seen: &mut Account| {
        let table = seen.tables.get_mut(&delete.table_name.0);
        if let Some(table) = table.filter(|table| table.is_restoring() == restoring)
            && table.status == TableStatus::Creating
        {
            table.status = TableStatus::Active;
        }
    };
    deceive(account, request, fresh, lie, |_| {})
}

/// A restored table cannot be deleted.
pub(super) fn restored_tables_stay(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::DeleteTable(delete) = request
        && let Some(table) = account.tables.get(&delete.table_name.0)
        && table.restore.is_some()
    {
        return Outcome::Refused(Refusal::because("DLT-03", ValidationException, vec![]));
    }
    step(account, request, fresh)
}

/// The billing mode cannot be overridden.
pub(super) fn billing_stays(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match request {
        Request::RestoreTableFromBackup(restore) if restore.billing_mode_override.is_some() => {
            Outcome::Refused(Refusal::because("RTB-27", ValidationException, vec![]))
        }
        _ => step(account, request, fresh),
    }
}
