//! What tables and backups record of themselves, and of what is underway: what holds in every state.

use std::collections::BTreeSet;

use super::machine::Machine;
use super::properties::Property;
use crate::account::{Account, IndexChange, Origin, Table, TableStatus, Underway};

/// All of them.
pub(super) const RECORDS: &[Property] = &[
    Property::always(
        "nothing was made later than now",
        nothing_was_made_later_than_now,
        "a backup outlives its table",
    ),
    Property::always(
        "no restore was asked for later than now",
        no_restore_was_asked_for_later_than_now,
        "a table is restored under another name",
    ),
    Property::always(
        "no item was written later than now",
        no_item_was_written_later_than_now,
        "an item is replaced",
    ),
    Property::always(
        "a backup is not older than the table that it is of",
        a_backup_is_not_older_than_its_table,
        "a backup outlives its table",
    ),
    Property::always(
        "every table and every backup's source has an id if tables have ids",
        everything_has_an_id,
        "a table with an id is restored",
    ),
    Property::always(
        "backups are enabled only for tables that have been in use",
        backups_are_enabled_for_tables_in_use,
        "a backup is made of a restored table",
    ),
    Property::always(
        "recovery is on only for tables that backups are enabled for",
        recovery_needs_backups,
        "recovery that is on is switched on",
    ),
    Property::always(
        "the SYSTEM backup of a table that is there is made only while the table is being deleted",
        only_a_table_that_goes_is_saved,
        "a table goes before its SYSTEM backup is made",
    ),
    Property::always(
        "what recovery keeps was there while recovery was on",
        the_past_lies_in_its_window,
        "an item of the past is restored",
    ),
    Property::always(
        "a table restored to a point in time is not its own source",
        no_table_is_its_own_past,
        "a table is restored to a point in time",
    ),
    Property::always(
        "nothing else is underway in a table that is being restored",
        a_restore_is_all_that_is_underway,
        "a table is restored under another name",
    ),
    Property::always(
        "the index that an update adds or removes is there until the update is done",
        the_index_of_an_update_is_there,
        "an index is removed",
    ),
    Property::always(
        "a table that is being restored has types for its keys only",
        a_restored_table_has_no_other_types,
        "a table is restored without its indexes",
    ),
    Property::always(
        "every local index shares the partition key of its table",
        local_indexes_share_the_partition_key,
        "an index is removed",
    ),
];

/// Nothing was made later than now: neither a table nor a backup.
fn nothing_was_made_later_than_now(_: &Machine, account: &Account) -> bool {
    let tables = account.tables.values().filter_map(|table| table.created);
    let backups = account.backups.values().filter_map(|backup| backup.created);
    tables.chain(backups).all(|created| created <= account.now)
}

/// No restore was asked for later than now.
fn no_restore_was_asked_for_later_than_now(_: &Machine, account: &Account) -> bool {
    let mut restores = account.tables.values().filter_map(|table| table.restore.as_ref());
    restores.all(|restore| restore.requested <= account.now)
}

/// No item was written later than now: neither those of tables nor those of backups.
fn no_item_was_written_later_than_now(_: &Machine, account: &Account) -> bool {
    let tables = account.tables.values().map(|table| &table.items);
    let backups = account.backups.values().map(|backup| &backup.items);
    tables.chain(backups).flat_map(|items| items.values()).all(|item| item.written <= account.now)
}

/// A backup is not older than the table that it is of.
fn a_backup_is_not_older_than_its_table(_: &Machine, account: &Account) -> bool {
    let dated = |(table, backup)| table <= backup;
    let mut backups = account.backups.values();
    backups.all(|backup| backup.table_created.zip(backup.created).is_none_or(dated))
}

/// Every table and every backup's source has an id if tables have ids, and none has one if not.
fn everything_has_an_id(machine: &Machine, account: &Account) -> bool {
    let tables = account.tables.values().map(|table| &table.id);
    let sources = account.backups.values().map(|backup| &backup.table_id);
    tables.chain(sources).all(|id| id.is_some() == machine.scope().ids)
}

/// Backups are enabled only for tables that have been in use, and not while they are made (CRB-09).
fn backups_are_enabled_for_tables_in_use(_: &Machine, account: &Account) -> bool {
    let is_new = |table: &Table| table.status == TableStatus::Creating && !table.is_restoring();
    !account.tables.values().any(|table| is_new(table) && table.backups_enabled)
}

/// Recovery is on only for tables that backups are enabled for (UCB-03).
fn recovery_needs_backups(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|it| it.recovery.window().is_none() || it.backups_enabled)
}

/// The SYSTEM backup of a table that is there is made only while the table is being deleted (BKP-16).
fn only_a_table_that_goes_is_saved(_: &Machine, account: &Account) -> bool {
    let is_saved = |table: &Table| table.recovery.window().is_some_and(|window| window.saved);
    account.tables.values().all(|it| !is_saved(it) || it.status == TableStatus::Deleting)
}

/// What recovery keeps was there while recovery was on: until some time in its window (PTR-11).
fn the_past_lies_in_its_window(_: &Machine, account: &Account) -> bool {
    account.tables.values().filter_map(|table| table.recovery.window()).all(|window| {
        let times = window.since.ours..=account.now;
        window.past.iter().all(|past| times.contains(&past.until))
    })
}

/// A table restored to a point in time is not its own source, which was there at the time (PTR-05).
fn no_table_is_its_own_past(_: &Machine, account: &Account) -> bool {
    account.tables.iter().all(|(name, table)| {
        table.restore.as_ref().is_none_or(|restore| match restore.origin {
            Origin::PointInTime(_) => restore.source_table != *name,
            Origin::Backup { .. } => true,
        })
    })
}

/// Nothing else is underway in a table that is being restored: it has neither tags nor time to live
/// (CAR-08 to CAR-13), and takes no update (UPT-02).
fn a_restore_is_all_that_is_underway(_: &Machine, account: &Account) -> bool {
    account.restores().all(|(_, table)| *table.underway == Underway::default())
}

/// The index that an update adds or removes is there until the update is done (UPT-03).
fn the_index_of_an_update_is_there(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|table| {
        let Some(change) = table.index_change() else { return true };
        let (IndexChange::Allocating(name)
        | IndexChange::Backfilling(name)
        | IndexChange::Removing(name)) = change;
        table.definition.global_indexes.iter().any(|index| index.name == *name)
    })
}

/// A table that is being restored has types for its keys only: those of indexes that were left out are
/// gone (RTB-37).
fn a_restored_table_has_no_other_types(_: &Machine, account: &Account) -> bool {
    account.restores().all(|(_, table)| {
        let typed: BTreeSet<_> = table.definition.attributes.keys().collect();
        typed.is_subset(&table.definition.key_attributes())
    })
}

/// Every local index shares the partition key of its table (CTB-014).
fn local_indexes_share_the_partition_key(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|table| {
        let partition = table.definition.keys.first();
        table.definition.local_indexes.iter().all(|index| index.keys.first() == partition)
    })
}
