//! Faults of refusing: the wrong error, locks of the wrong scope, limits that are off.
//!
//! A request that is accepted while a restore runs may as well say that the restore has just finished:
//! from outside nobody sees when it does. It is the next look at the table, still CREATING, that shows
//! the fault. So where a lock is missing, what finds it is the rule of the lock, or as rightly one of
//! those by which a table that was ACTIVE stays so (LIF-01, LIF-06).

use reinstate_model::account::{Account, Fresh, Origin, Restore, Table, TableStatus};
use reinstate_model::behaviour::Behaviour;
use reinstate_model::outcome::ErrorCode::{
    BackupInUseException, BackupNotFoundException, ContinuousBackupsUnavailableException,
    InvalidRestoreTimeException, LimitExceededException, PointInTimeRecoveryUnavailableException,
    ResourceInUseException, ResourceNotFoundException, SerializationException,
    TableAlreadyExistsException, TableInUseException, TableNotFoundException, ValidationException,
};
use reinstate_model::outcome::{Outcome, Refusal};
use reinstate_model::request::Request;
use reinstate_model::step::step;

use super::tools::{RESTORES, confuse, deceive, fault, in_step, target};
use super::{Fault, Place};

/// An error that is answered in place of another one.
macro_rules! confused {
    ($name:literal, $wrong:literal, $rules:expr, $operations:expr, $right:expr => $other:expr) => {
        fault(
            $name,
            $wrong,
            $rules,
            Place::Answer(|asked, answered| confuse(asked, answered, $operations, $right, $other)),
        )
    };
}

/// Operations on tables, whose word for a missing one is their own.
const TABLES: &[&str] = &["DescribeTable", "DeleteTable", "UpdateTable", "PutItem", "Scan"];

/// Any operation.
const ANY: &[&str] = &[];

pub(super) const FAULTS: &[Fault] = &[
    // --- each error by its neighbour ---
    confused!(
        "existing-target-is-in-use",
        "a restore onto an existing table says that it is in use",
        &["RTB-90", "RTB-03"],
        RESTORES,
        TableAlreadyExistsException => TableInUseException
    ),
    confused!(
        "target-in-use-exists",
        "a restore onto a table that is being made says that it exists",
        &["RTB-91", "RTB-91a", "RTB-06", "LIF-01", "LIF-06"],
        RESTORES,
        TableInUseException => TableAlreadyExistsException
    ),
    confused!(
        "missing-backup-is-a-missing-resource",
        "a backup that does not exist is a missing resource",
        &["RTB-92", "DSB-13", "DLB-03", "ERR-11"],
        ANY,
        BackupNotFoundException => ResourceNotFoundException
    ),
    confused!(
        "missing-backup-is-invalid",
        "a restore of a backup that does not exist is invalid",
        &["RTB-92"],
        RESTORES,
        BackupNotFoundException => ValidationException
    ),
    confused!(
        "invalid-arn-is-a-missing-backup",
        "whatever is invalid in a restore is said to be a backup that does not exist",
        &["RFB-011", "RTB-15", "RTB-98"],
        &["RestoreTableFromBackup"],
        ValidationException => BackupNotFoundException
    ),
    confused!(
        "backup-in-use-is-a-resource-in-use",
        "a backup in use is a resource in use",
        &["RTB-93", "RTB-93a", "DLB-04", "BKP-13a", "DBK-014"],
        ANY,
        BackupInUseException => ResourceInUseException
    ),
    confused!(
        "backup-in-use-is-missing",
        "a backup in use is said to be missing",
        &["RTB-93", "RTB-93a", "DLB-04", "BKP-13a"],
        ANY,
        BackupInUseException => BackupNotFoundException
    ),
    confused!(
        "limit-is-a-table-in-use",
        "a restore beyond the limit says that the table is in use",
        &["QUO-01"],
        RESTORES,
        LimitExceededException => TableInUseException
    ),
    confused!(
        "missing-source-is-a-missing-resource",
        "a backup of a table that does not exist says that a resource is missing",
        &["CRB-07", "ERR-11"],
        &["CreateBackup"],
        TableNotFoundException => ResourceNotFoundException
    ),
    confused!(
        "missing-table-is-a-table-not-found",
        "operations on tables use the backup operations' word for a missing table",
        &["DST-02", "ERR-10", "DLT-02a", "TBL-012", "DAT-04"],
        TABLES,
        ResourceNotFoundException => TableNotFoundException
    ),
    confused!(
        "existing-table-already-exists",
        "CreateTable uses the restore operations' word for an existing table",
        &["CRT-01", "CTB-002", "CTB-034", "ERR-10"],
        &["CreateTable"],
        ResourceInUseException => TableAlreadyExistsException
    ),
    confused!(
        "backups-unavailable-is-a-table-in-use",
        "a table whose backups are not enabled yet is said to be in use",
        &["CRB-09", "UCB-03", "CON-002"],
        ANY,
        ContinuousBackupsUnavailableException => TableInUseException
    ),
    confused!(
        "recovery-unavailable-is-invalid",
        "a restore to a point in time of a table without recovery is invalid",
        &["PTR-04"],
        RESTORES,
        PointInTimeRecoveryUnavailableException => ValidationException
    ),
    confused!(
        "time-outside-is-invalid",
        "a restore to a time outside the window is invalid",
        &["PTR-03"],
        RESTORES,
        InvalidRestoreTimeException => ValidationException
    ),
    confused!(
        "wrong-type-is-invalid",
        "a value of the wrong JSON type is invalid",
        &["PRO-011", "PRO-012", "PRO-013", "PRO-014", "PRO-015", "PRO-016", "PRO-002"],
        ANY,
        SerializationException => ValidationException
    ),
    confused!(
        "invalid-is-a-wrong-type",
        "a value that is out of range is said to be of the wrong JSON type",
        &["ERR-04", "RTB-11", "RTB-24", "RTB-98", "LSB-06"],
        ANY,
        ValidationException => SerializationException
    ),
    // --- locks of the wrong scope ---
    fault(
        "lock-is-on-the-source",
        "a table cannot be restored from two of its backups at once",
        &["RFB-053", "RTB-02"],
        in_step(|account, request, fresh| {
            let Request::RestoreTableFromBackup(restore) = request else {
                return step(account, request, fresh);
            };
            let source = account.backups.get(&restore.backup_arn).map(|backup| &backup.table);
            let locked = account.restores().any(|(_, table)| {
                table.restore.as_deref().map(|restore| &restore.source_table) == source
            });
            in_use_if(locked, account, request).unwrap_or_else(|| step(account, request, fresh))
        }),
    ),
    fault(
        "lock-is-on-the-account",
        "one restore runs at a time",
        &["RFB-053", "RTB-02"],
        in_step(|account, request, fresh| {
            let locked = account.restores().next().is_some();
            in_use_if(locked, account, request).unwrap_or_else(|| step(account, request, fresh))
        }),
    ),
    fault(
        "lock-outlives-the-restore",
        "a backup can be restored once",
        &["RFB-007"],
        in_step(|account, request, fresh| {
            let Request::RestoreTableFromBackup(restore) = request else {
                return step(account, request, fresh);
            };
            let locked = account.tables.values().any(|table| {
                table.restore.as_deref().is_some_and(|made| made.is_from(&restore.backup_arn))
            });
            in_use_if(locked, account, request).unwrap_or_else(|| step(account, request, fresh))
        }),
    ),
    fault(
        "restored-backup-cannot-be-deleted",
        "a backup can never be deleted once it was restored",
        &["XBK-006", "DLB-02", "RFB-082"],
        in_step(|account, request, fresh| {
            if let Request::DeleteBackup(delete) = request {
                let arn = &delete.backup_arn;
                let is_from = |made: &Restore| made.is_from(arn);
                if account
                    .tables
                    .values()
                    .any(|table| table.restore.as_deref().is_some_and(is_from))
                {
                    let arguments = vec![("backup_arn", arn.to_string())];
                    let refusal = Refusal::because("DLB-04", BackupInUseException, arguments);
                    return Outcome::Refused(refusal);
                }
            }
            step(account, request, fresh)
        }),
    ),
    fault(
        "deleting-target-is-free",
        "a restore may use the name of a table that is being deleted",
        &["RFB-003", "RTB-03", "RTB-90"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| {
                if let Some(target) = target(request) {
                    let is_free = seen
                        .tables
                        .get(target)
                        .is_some_and(|table| table.status == TableStatus::Deleting);
                    if is_free {
                        seen.tables.remove(target);
                    }
                }
            })
        }),
    ),
    fault(
        "restoring-target-can-be-written",
        "items can be written to a table that is being restored",
        &["LIF-03", "LIF-04", "DAT-04", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::PutItem(_))
            })
        }),
    ),
    fault(
        "restoring-target-can-be-read",
        "items can be read from a table that is being restored",
        &["LIF-04", "DAT-04", "LIF-03", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::Scan(_) | Request::GetItem(_) | Request::Query(_))
            })
        }),
    ),
    fault(
        "restoring-target-can-be-updated",
        "a table that is being restored can be updated",
        &["LIF-10", "TBL-025", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::UpdateTable(_))
            })
        }),
    ),
    fault(
        "restoring-target-can-be-backed-up",
        "a backup can be made of a table that is being restored",
        &["RFB-070", "CRB-08", "CBK-002", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::CreateBackup(_))
            })
        }),
    ),
    fault(
        "restoring-target-can-be-tagged",
        "a table that is being restored can be tagged",
        &["RFB-063", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::TagResource(_))
            })
        }),
    ),
    fault(
        "restoring-target-has-a-time-to-live",
        "the time to live of a table that is being restored can be changed",
        &["RFB-066", "TTL-005", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::UpdateTimeToLive(_))
            })
        }),
    ),
    fault(
        "backup-before-backups-are-enabled",
        "a backup can be made before backups are enabled",
        &["CRB-09", "CON-003", "CON-004"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| {
                if let Request::CreateBackup(_) = request {
                    seen.tables.values_mut().for_each(|table| table.backups_enabled = true);
                }
            })
        }),
    ),
    fault(
        "target-can-be-deleted-before-it-is-active",
        "a table can be deleted while it is being restored, and takes the restore with it",
        &["LIF-09", "DLT-02", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            seen_as_active(account, request, fresh, |request| {
                matches!(request, Request::DeleteTable(_))
            })
        }),
    ),
    // --- limits ---
    fault(
        "limit-is-49",
        "the 50th restore meets the limit",
        &["QUO-01", "RTB-02", "RTB-01", "RFB-053"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| seen.restore_quota -= 1)
        }),
    ),
    fault(
        "no-limit",
        "any number of restores run at once",
        &["QUO-01", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| seen.restore_quota = usize::MAX)
        }),
    ),
    fault(
        "limit-does-not-count-points-in-time",
        "restores to a point in time are not counted against the limit",
        &["QUO-01", "LIF-01", "LIF-06"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| {
                if target(request).is_none() {
                    return;
                }
                for table in seen.tables.values_mut() {
                    if table
                        .restore
                        .as_deref()
                        .is_some_and(|restore| matches!(restore.origin, Origin::PointInTime(_)))
                    {
                        table.restore = None;
                    }
                }
            })
        }),
    ),
    fault(
        "limit-counts-all-restored-tables",
        "restored tables count against the limit for as long as they exist",
        &["QUO-01", "RTB-02", "RTB-01", "RFB-053"],
        in_step(|account, request, fresh| {
            deceive(account, request, fresh, |seen| {
                let done = |table: &&Table| table.restore.is_some() && !table.is_restoring();
                let finished = seen.tables.values().filter(done).count();
                seen.restore_quota = seen.restore_quota.saturating_sub(finished);
            })
        }),
    ),
    // --- what a refusal leaves behind ---
    fault(
        "refused-restore-leaves-its-target",
        "a restore that is refused as invalid leaves a table behind",
        &["RTB-99", "DST-02"],
        Place::Behaviour(Behaviour {
            refuse: |account, request, refusal| {
                let Request::RestoreTableFromBackup(restore) = request else { return None };
                let invalid = refusal.violations().iter().all(|v| v.error == ValidationException);
                let other = account.tables.iter().find(|(_, t)| t.status == TableStatus::Active);
                let (_, other) = other.filter(|_| invalid)?;
                if account.tables.contains_key(&restore.target_table_name) {
                    return None;
                }
                let mut left = account.clone();
                let mut table = other.clone();
                table.restore = None;
                left.tables.insert(restore.target_table_name.clone(), table);
                Some(left)
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    fault(
        "refused-restore-locks-its-backup",
        "a backup whose restore is refused is gone",
        &["RTB-09", "RTB-99", "RTB-92", "DSB-04", "DLB-02", "DSB-02"],
        Place::Behaviour(Behaviour {
            refuse: |account, request, _| {
                let Request::RestoreTableFromBackup(restore) = request else { return None };
                let arn = account.find_backup(&restore.backup_arn)?.clone();
                if account.restore_of(&arn).is_some() {
                    return None;
                }
                let mut left = account.clone();
                left.backups.remove(&arn);
                Some(left)
            },
            ..Behaviour::SPECIFIED
        }),
    ),
];

/// Refuses a restore from a backup that exists as one that is in use, if `locked`.
fn in_use_if(locked: bool, account: &Account, request: &Request) -> Option<Outcome> {
    let Request::RestoreTableFromBackup(restore) = request else { return None };
    if !locked || account.find_backup(&restore.backup_arn).is_none() {
        return None;
    }
    let arguments = vec![("backup_arn", restore.backup_arn.to_string())];
    Some(Outcome::Refused(Refusal::because("RTB-93", BackupInUseException, arguments)))
}

/// The specified step for some requests where every table that is being restored seems to be ACTIVE.
fn seen_as_active(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    is_meant: impl FnOnce(&Request) -> bool,
) -> Outcome {
    let is_meant = is_meant(request);
    let mut outcome = deceive(account, request, fresh, |seen| {
        for table in seen.tables.values_mut().filter(|table| is_meant && table.is_restoring()) {
            table.status = TableStatus::Active;
            table.backups_enabled = true;
        }
    });
    // The restore goes on all the same.
    if let Outcome::Accepted(accepted) = &mut outcome {
        for (name, before) in account.tables.iter().filter(|(_, table)| table.is_restoring()) {
            if let Some(table) = accepted.account.tables.get_mut(name) {
                table.status = before.status;
                table.backups_enabled = before.backups_enabled;
            }
        }
    }
    outcome
}
