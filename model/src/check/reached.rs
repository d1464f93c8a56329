//! What does occur. Each shows that some property does not hold for want of cases.

use std::collections::BTreeSet;

use serde_json::Value;

use super::action::Step;
use super::machine::Machine;
use super::properties::Property;
use super::states::in_flight;
use crate::account::{Account, BackupStatus, TableStatus};
use crate::outcome::ErrorCode::{
    self, BackupInUseException, BackupNotFoundException, LimitExceededException,
    TableAlreadyExistsException,
};
use crate::request::Request;
use crate::rules::RuleId;
use crate::schema::{BillingMode, Definition};

/// All of them.
pub(super) const REACHED: &[Property] = &[
    Property::some_step(
        "a restore is refused by the quota alone",
        a_restore_is_refused_by_the_quota,
        &["quota"],
    ),
    Property::some_step(
        "a second restore of a backup is refused",
        a_second_restore_is_refused,
        &["lock"],
    ),
    Property::some_step(
        "the deletion of a backup in use is refused",
        the_deletion_of_a_backup_in_use_is_refused,
        &["quota", "lock"],
    ),
    Property::some_step(
        "the deletion of a backup that is being made is refused",
        the_deletion_of_a_new_backup_is_refused,
        &["quota", "lock"],
    ),
    Property::some_step(
        "a restore onto a table is refused",
        a_restore_onto_a_table_is_refused,
        &["quota", "lock"],
    ),
    Property::some_step(
        "a restore of a backup that is not there is refused",
        a_restore_of_nothing_is_refused,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "two backups of one table are restored at once",
        two_backups_are_restored_at_once,
        &["two-restores"],
    ),
    Property::some_step(
        "a description tells of a restore in flight",
        a_description_tells_of_a_restore,
        &["quota", "lock"],
    ),
    Property::some_step(
        "a backup is made of a restored table",
        a_backup_is_made_of_a_restored_table,
        &["quota", "lock"],
    ),
    Property::some_step(
        "a restored table is deleted",
        a_restored_table_is_deleted,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a table is restored under its own name",
        a_table_is_restored_as_itself,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a table is restored under another name",
        a_table_is_restored_as_another,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a source is deleted while its backup is restored",
        a_source_is_deleted_while_its_backup_is_restored,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a backup outlives its table",
        a_backup_outlives_its_table,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a table with settings is restored",
        a_table_with_settings_is_restored,
        &["quota", "lock"],
    ),
    Property::sometimes(
        "a table is restored with some of its indexes",
        a_table_is_restored_with_some_indexes,
        &["lock"],
    ),
    Property::sometimes(
        "a table is restored without its indexes",
        a_table_is_restored_without_indexes,
        &["lock"],
    ),
    Property::sometimes(
        "an index of a provisioned backup is restored on demand",
        an_index_is_restored_on_demand,
        &["lock"],
    ),
];

/// Whether a request was refused for one reason only, and this one.
pub(super) fn is_refused_only(step: &Step<'_>, error: ErrorCode, rule: RuleId) -> bool {
    step.refused().is_some_and(|(_, refusal)| match refusal.violations() {
        [only] => only.error == error && only.rule == rule,
        _ => false,
    })
}

/// A restore is refused by the quota alone.
fn a_restore_is_refused_by_the_quota(step: &Step<'_>) -> bool {
    is_refused_only(step, LimitExceededException, "QUO-01")
}

/// A second restore of a backup is refused, and by nothing else.
fn a_second_restore_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, BackupInUseException, "RTB-93")
}

/// The deletion of a backup in use is refused, although the backup is AVAILABLE.
fn the_deletion_of_a_backup_in_use_is_refused(step: &Step<'_>) -> bool {
    the_deletion_is_refused(step, BackupStatus::Available)
}

/// The deletion of a backup that is being made is refused.
fn the_deletion_of_a_new_backup_is_refused(step: &Step<'_>) -> bool {
    the_deletion_is_refused(step, BackupStatus::Creating)
}

fn the_deletion_is_refused(step: &Step<'_>, status: BackupStatus) -> bool {
    let backup = step.named().1.and_then(|arn| step.before.backups.get(arn));
    is_refused_only(step, BackupInUseException, "DLB-04")
        && backup.is_some_and(|backup| backup.status == status)
}

/// A restore onto a table is refused, and for that reason only.
fn a_restore_onto_a_table_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, TableAlreadyExistsException, "RTB-90")
}

/// A restore of a backup that is not there is refused, and for that reason only (RTB-92).
fn a_restore_of_nothing_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, BackupNotFoundException, "RTB-92")
}

/// Two backups of one table are restored at once: it is backups that are locked (RFB-053).
fn two_backups_are_restored_at_once(_: &Machine, account: &Account) -> bool {
    let mut sources = BTreeSet::new();
    in_flight(account).any(|(_, backup)| !sources.insert(&backup.table))
}

/// A description tells of a restore in flight.
fn a_description_tells_of_a_restore(step: &Step<'_>) -> bool {
    let Some((Request::DescribeTable(_), accepted)) = step.accepted() else { return false };
    let answer = step.answer(accepted);
    answer.pointer("/Table/RestoreSummary/RestoreInProgress") == Some(&Value::Bool(true))
}

/// A backup is made of a table that was itself restored.
fn a_backup_is_made_of_a_restored_table(step: &Step<'_>) -> bool {
    let Some((Request::CreateBackup(request), _)) = step.accepted() else { return false };
    let table = step.before.tables.get(&request.table_name.0);
    table.is_some_and(|table| table.restore.is_some())
}

/// A restored table is deleted.
fn a_restored_table_is_deleted(step: &Step<'_>) -> bool {
    let Some((Request::DeleteTable(request), _)) = step.accepted() else { return false };
    let table = step.before.tables.get(&request.table_name.0);
    table.is_some_and(|table| table.restore.is_some() && table.status == TableStatus::Active)
}

/// A table is restored under its own name, which has become free (RTB-13).
fn a_table_is_restored_as_itself(_: &Machine, account: &Account) -> bool {
    account.restores().any(|(name, table)| {
        table.restore.as_ref().is_some_and(|restore| restore.source_table == *name)
    })
}

/// A table is restored under another name.
fn a_table_is_restored_as_another(_: &Machine, account: &Account) -> bool {
    account.restores().any(|(name, table)| {
        table.restore.as_ref().is_some_and(|restore| restore.source_table != *name)
    })
}

/// A source is deleted, and gone, while its backup is restored (RTB-07).
fn a_source_is_deleted_while_its_backup_is_restored(_: &Machine, account: &Account) -> bool {
    in_flight(account).any(|(_, backup)| !account.tables.contains_key(&backup.table))
}

/// A backup outlives its table (DSB-04).
fn a_backup_outlives_its_table(_: &Machine, account: &Account) -> bool {
    account.backups.values().any(|backup| !account.tables.contains_key(&backup.table))
}

/// A table with settings is restored.
fn a_table_with_settings_is_restored(_: &Machine, account: &Account) -> bool {
    in_flight(account).any(|(_, backup)| *backup.settings != Default::default())
}

/// How many indexes restores keep, each with how many there were.
fn index_counts(account: &Account) -> impl Iterator<Item = (usize, usize)> {
    in_flight(account).map(|(table, backup)| {
        let count = |definition: &Definition| {
            definition.global_indexes.len() + definition.local_indexes.len()
        };
        (count(&table.definition), count(&backup.definition))
    })
}

/// A table is restored with some of its indexes.
fn a_table_is_restored_with_some_indexes(_: &Machine, account: &Account) -> bool {
    index_counts(account).any(|(kept, all)| 0 < kept && kept < all)
}

/// A table is restored without its indexes.
fn a_table_is_restored_without_indexes(_: &Machine, account: &Account) -> bool {
    index_counts(account).any(|(kept, all)| kept == 0 && all > 0)
}

/// An index of a provisioned backup is restored on demand.
fn an_index_is_restored_on_demand(_: &Machine, account: &Account) -> bool {
    in_flight(account).any(|(table, backup)| {
        backup.definition.billing == BillingMode::Provisioned
            && table.definition.billing == BillingMode::PayPerRequest
            && !table.definition.global_indexes.is_empty()
    })
}
