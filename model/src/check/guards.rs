//! When a backup or a restore is accepted, and what comes of it: what holds in every step that is one.
//!
//! The conditions are counted anew here, from the account alone, so that none can be dropped or turned
//! round in the specification without being missed.

use super::action::{Action, Reaction, Step};
use super::properties::Property;
use crate::account::{Account, Backup, BackupStatus, Items, Table, TableStatus};
use crate::name::{ArnParts, BackupArn, TableArnParts, TableName, table_arn_parts};
use crate::request::{Request, RestoreTableFromBackup, RestoreTableToPointInTime};
use crate::schema::{BillingMode, ProvisionedThroughput};
use crate::service::Event;

/// All of them.
pub(super) const GUARDS: &[Property] = &[
    Property::each_step(
        "a backup is accepted only of a table that backups are enabled for",
        a_backup_needs_backups_enabled,
        "a backup is made of a restored table",
    ),
    Property::each_step(
        "a restore of a backup is accepted if nothing stands in its way",
        a_restore_is_accepted_if_nothing_stands_in_its_way,
        "a table is restored under its own name",
    ),
    Property::each_step(
        "a restore to a point in time is accepted only of a table that keeps its past",
        a_restore_of_the_past_needs_a_past,
        "a restore of a table without recovery is refused",
    ),
    Property::each_step(
        "an accepted restore to a point in time is one more restore in flight, of no backup",
        a_restore_of_the_past_is_one_more_in_flight,
        "a table is restored to a point in time",
    ),
    Property::each_step(
        "a restored table is paid for as asked, and else as its backup was",
        a_restored_table_is_paid_for_as_asked,
        "an index of a provisioned backup is restored on demand",
    ),
    Property::each_step(
        "a restored table is encrypted as its backup was, unless something else is asked",
        a_restored_table_is_encrypted_as_its_backup,
        "a table is restored under another name",
    ),
    Property::each_step(
        "the same restore again is refused",
        the_same_restore_again_is_refused,
        "a table is restored under another name",
    ),
    Property::each_step(
        "a restore that finishes leaves its table as it is, but ACTIVE",
        a_restore_finishes_into_an_active_table,
        "a restored table is deleted",
    ),
    Property::each_step(
        "a table restored from a backup has the items of the backup",
        a_restored_table_has_the_items_of_its_backup,
        "items are restored",
    ),
    Property::each_step(
        "a table restored to a point in time has only items that its source had",
        a_restored_table_has_only_items_of_the_past,
        "an item of the past is restored",
    ),
];

/// A backup is accepted only of a table that backups are enabled for (CRB-09), or of one that is being
/// deleted (CBK-005); one that is still being made has none (CBK-002).
fn a_backup_needs_backups_enabled(step: &Step<'_>) -> bool {
    let Some((Request::CreateBackup(request), _)) = step.accepted() else { return true };
    let table = step.before.tables.get(&request.table_name.0);
    table.is_some_and(|table| match table.status {
        TableStatus::Creating => false,
        TableStatus::Active | TableStatus::Updating => table.backups_enabled,
        TableStatus::Deleting => true,
    })
}

/// An accepted restore from a backup, its backup and the table that it makes.
fn restored<'a>(step: &'a Step<'a>) -> Option<(&'a RestoreTableFromBackup, &'a Backup, &'a Table)> {
    let (Request::RestoreTableFromBackup(request), accepted) = step.accepted()? else {
        return None;
    };
    let backup = &step.before.backups[step.before.find_backup(&request.backup_arn)?];
    let table = accepted.account.tables.get(&request.target_table_name)?;
    Some((request, backup, table))
}

/// A restored table is paid for as asked, and else as its backup was (RTB-19, RTB-20, RTB-22, RTB-25).
fn a_restored_table_is_paid_for_as_asked(step: &Step<'_>) -> bool {
    let Some((request, backup, table)) = restored(step) else { return true };
    let (was, is) = (&backup.definition, &table.definition);
    let billing = request.billing_mode_override.unwrap_or(was.billing);
    let throughput = match billing {
        BillingMode::PayPerRequest => ProvisionedThroughput::ZERO,
        BillingMode::Provisioned => {
            request.provisioned_throughput_override.unwrap_or(was.throughput)
        }
    };
    is.billing == billing && is.throughput == throughput
}

/// A restored table is encrypted as its backup was, unless something else is asked (RTB-49).
fn a_restored_table_is_encrypted_as_its_backup(step: &Step<'_>) -> bool {
    restored(step).is_none_or(|(request, backup, table)| {
        request.sse_specification_override.is_some()
            || table.definition.encryption == backup.definition.encryption
    })
}

/// Whether a restore may be begun under a name: it is free, and the quota is not used up (RTB-90,
/// QUO-01).
fn has_room_for(account: &Account, target: &TableName) -> bool {
    !account.tables.contains_key(target) && account.restores().count() < account.restore_quota
}

/// Whether a backup can be restored: it is there, AVAILABLE and feeds no other restore (RTB-92, RTB-93,
/// RTB-93a).
fn can_be_restored(account: &Account, arn: &BackupArn) -> bool {
    let feeds = |table: &Table| table.restore.as_ref().is_some_and(|restore| restore.is_from(arn));
    let backup = account.find_backup(arn).map(|kept| &account.backups[kept]);
    backup.is_some_and(|backup| backup.status == BackupStatus::Available)
        && !account.restores().any(|(_, table)| feeds(table))
}

/// A restore of a backup is accepted if nothing stands in its way and it overrides nothing.
fn a_restore_is_accepted_if_nothing_stands_in_its_way(step: &Step<'_>) -> bool {
    match step.refused() {
        Some((Request::RestoreTableFromBackup(request), _)) => {
            !is_plain(request, step.before)
                || !has_room_for(step.before, &request.target_table_name)
                || !can_be_restored(step.before, &request.backup_arn)
        }
        _ => true,
    }
}

/// Whether a restore overrides nothing, and names a backup of this Region and account.
fn is_plain(request: &RestoreTableFromBackup, account: &Account) -> bool {
    let is_ours = matches!(
        request.backup_arn.parts(),
        ArnParts::Backup { region, account: owner, .. }
            if region == account.region.as_str() && owner == account.owner().as_str()
    );
    is_ours
        && request.billing_mode_override.is_none()
        && request.provisioned_throughput_override.is_none()
        && request.global_secondary_index_override.is_none()
        && request.local_secondary_index_override.is_none()
        && request.sse_specification_override.is_none()
}

/// The table that is restored to a point in time.
fn source<'a>(account: &'a Account, request: &RestoreTableToPointInTime) -> Option<&'a TableName> {
    let named = |name: &TableName| account.tables.get_key_value(name).map(|(name, _)| name);
    match (&request.source_table_name, request.source_table_arn.as_deref()) {
        (Some(name), None) => named(name),
        (None, Some(arn)) => match table_arn_parts(arn) {
            TableArnParts::Table { table, .. } => named(&table),
            TableArnParts::Unprefixed | TableArnParts::Malformed => None,
        },
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// A restore to a point in time is accepted only of a table that keeps its past, and only if its target
/// is free and the quota not used up (PTR-04, PTR-05, PTR-05a).
fn a_restore_of_the_past_needs_a_past(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableToPointInTime(request), _)) = step.accepted() else {
        return true;
    };
    let source = source(step.before, request).map(|name| &step.before.tables[name]);
    let keeps =
        |table: &Table| table.recovery.window().is_some() && table.status != TableStatus::Creating;
    source.is_some_and(keeps) && has_room_for(step.before, &request.target_table_name)
}

/// An accepted restore to a point in time is one more restore in flight, and takes no backup's lock.
fn a_restore_of_the_past_is_one_more_in_flight(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableToPointInTime(request), accepted)) = step.accepted() else {
        return true;
    };
    let target = accepted.account.tables.get(&request.target_table_name);
    let restore = target.filter(|table| table.is_restoring()).and_then(|it| it.restore.as_ref());
    restore.is_some_and(|restore| restore.backup().is_none())
        && accepted.account.restores().count() == step.before.restores().count() + 1
}

/// The same restore again is refused, since its target is there (RTB-06): it is not idempotent.
fn the_same_restore_again_is_refused(step: &Step<'_>) -> bool {
    let Some((
        Request::RestoreTableFromBackup(_) | Request::RestoreTableToPointInTime(_),
        accepted,
    )) = step.accepted()
    else {
        return true;
    };
    matches!(step.machine.react(&accepted.account, step.action), Reaction::Refused { .. })
}

/// A restore that finishes leaves its table as it is, but ACTIVE, and is one less in flight (LIF-01).
fn a_restore_finishes_into_an_active_table(step: &Step<'_>) -> bool {
    let Action::Event(Event::RestoreFinished(name)) = step.action else { return true };
    let Some(before) = step.before.tables.get(name) else { return true };
    let active = Table { status: TableStatus::Active, ..before.clone() };
    step.after().tables.get(name) == Some(&active)
        && step.after().restores().count() + 1 == step.before.restores().count()
}

/// A table restored from a backup has the items of the backup (CAR-01).
fn a_restored_table_has_the_items_of_its_backup(step: &Step<'_>) -> bool {
    let texts = |items: &Items| {
        items.iter().map(|(key, item)| (key.clone(), item.json.clone())).collect::<Vec<_>>()
    };
    restored(step).is_none_or(|(_, backup, table)| texts(&table.items) == texts(&backup.items))
}

/// A table restored to a point in time has only items that its source has or had (PTR-11).
fn a_restored_table_has_only_items_of_the_past(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableToPointInTime(request), accepted)) = step.accepted() else {
        return true;
    };
    let source = source(step.before, request).map(|name| &step.before.tables[name]);
    let target = accepted.account.tables.get(&request.target_table_name);
    let Some((source, target)) = source.zip(target) else { return true };
    let past = source.recovery.window().into_iter().flat_map(|window| &window.past);
    let past: Vec<_> = past.map(|past| &past.item.json).collect();
    let held = |json: &String| {
        past.contains(&json) || source.items.values().any(|item| item.json == *json)
    };
    target.items.values().all(|item| held(&item.json) && item.instead.iter().flatten().all(held))
}
