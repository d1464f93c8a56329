//! What holds in every state.
//!
//! Not here, because no account could break it: that a name stands for one table only, and that the
//! lock on a backup and the count against the quota agree with the restores in flight. The
//! [account](crate::account) cannot express anything else.

use super::machine::Machine;
use super::properties::Property;
use crate::account::{Account, Backup, BackupStatus, Origin, Restore, Table};
use crate::schema::{BillingMode, Definition, KeySchema, Projection, ProvisionedThroughput};

/// All of them.
pub(super) const STATES: &[Property] = &[
    Property::always(
        "no more restores run at once than the quota allows",
        restores_stay_within_the_quota,
        "a restore is refused by the quota alone",
    ),
    Property::always(
        "a backup feeds one restore at a time",
        a_backup_feeds_one_restore_at_a_time,
        "a second restore of a backup is refused",
    ),
    Property::always(
        "the backup of a restore in flight exists and is AVAILABLE",
        the_backup_of_a_restore_is_available,
        "the deletion of a backup in use is refused",
    ),
    Property::always(
        "a restore remembers which table its backup is of",
        a_restore_remembers_its_source,
        "a source is deleted while its backup is restored",
    ),
    Property::always(
        "a restored table has only indexes that its backup has",
        a_restored_table_has_only_indexes_of_its_backup,
        "a table is restored with some of its indexes",
    ),
    Property::always(
        "a restored table has the key and the attribute types of its backup",
        a_restored_table_has_the_keys_of_its_backup,
        "a table is restored under another name",
    ),
    Property::always(
        "what is paid for by request has no capacity, and all else has",
        capacity_goes_with_billing,
        "an index of a provisioned backup is restored on demand",
    ),
    Property::always(
        "a restore carries no settings over",
        a_restore_carries_no_settings_over,
        "a table with settings is restored",
    ),
];

/// No more restores run at once than the quota allows (QUO-01).
fn restores_stay_within_the_quota(_: &Machine, account: &Account) -> bool {
    account.restores().count() <= account.restore_quota
}

/// A backup feeds one restore at a time (RTB-93).
fn a_backup_feeds_one_restore_at_a_time(_: &Machine, account: &Account) -> bool {
    account.backups.keys().all(|arn| {
        let feeds = |table: &Table| table.restore.as_ref().is_some_and(|it| it.is_from(arn));
        account.restores().filter(|(_, table)| feeds(table)).count() <= 1
    })
}

/// The backup of a restore in flight exists and is AVAILABLE (DLB-04, RTB-93a).
fn the_backup_of_a_restore_is_available(_: &Machine, account: &Account) -> bool {
    let mut from_backups = account.restores().filter(|(_, table)| {
        table.restore.as_ref().is_some_and(|restore| restore.backup().is_some())
    });
    from_backups.all(|(_, table)| {
        let backup = table.restore.as_ref().and_then(|restore| backup_of(account, restore));
        backup.is_some_and(|backup| backup.status == BackupStatus::Available)
    })
}

/// A restore remembers which table its backup is of, and when it was made (RTB-82, RTB-83).
fn a_restore_remembers_its_source(_: &Machine, account: &Account) -> bool {
    in_flight(account).all(|(table, backup)| {
        table.restore.as_ref().is_some_and(|it| {
            it.source_table == backup.table
                && matches!(it.origin, Origin::Backup { created, .. } if created == backup.created)
        })
    })
}

/// A restored table has only indexes that its backup has, by key and projection, and none of them
/// twice (RTB-31, RTB-31a, RTB-43a).
fn a_restored_table_has_only_indexes_of_its_backup(_: &Machine, account: &Account) -> bool {
    in_flight(account).all(|(table, backup)| {
        let mut left: Vec<_> = indexes(&backup.definition).collect();
        indexes(&table.definition).all(|(is_global, keys, projection)| {
            let same = left.iter().position(|(was_global, kept, projected)| {
                *was_global == is_global && *kept == keys && projected.same_as(projection)
            });
            same.map(|position| left.remove(position)).is_some()
        })
    })
}

/// A restored table has the key and the attribute types of its backup (CAR-02, RTB-37).
fn a_restored_table_has_the_keys_of_its_backup(_: &Machine, account: &Account) -> bool {
    in_flight(account).all(|(table, backup)| {
        let (restored, kept) = (&table.definition, &backup.definition);
        restored.keys == kept.keys
            && restored.key_attributes().into_iter().all(|name| {
                let kind = restored.attributes.get(name);
                kind.is_some() && kind == kept.attributes.get(name)
            })
    })
}

/// What is paid for by request has no capacity, and all else has: tables and global indexes alike
/// (RTB-21, RTB-22a, RTB-40).
fn capacity_goes_with_billing(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|table| {
        let definition = &table.definition;
        let on_demand = definition.billing == BillingMode::PayPerRequest;
        let fits = |capacity| (capacity == ProvisionedThroughput::ZERO) == on_demand;
        fits(definition.throughput)
            && definition.global_indexes.iter().all(|index| fits(index.throughput))
    })
}

/// A restore carries no settings over: no stream, tags, class or time to live (CAR-08 to CAR-13). Once
/// it has finished, they can be set up again.
fn a_restore_carries_no_settings_over(_: &Machine, account: &Account) -> bool {
    account.restores().all(|(_, table)| *table.settings == Default::default())
}

/// The backup of a restore, which may have been named by an ARN of another Region (DBK-006).
fn backup_of<'a>(account: &'a Account, restore: &Restore) -> Option<&'a Backup> {
    account.backups.get(account.find_backup(restore.backup()?)?)
}

/// The restores from a backup that are in flight, each with its backup.
pub(super) fn in_flight(account: &Account) -> impl Iterator<Item = (&Table, &Backup)> {
    account.restores().filter_map(|(_, table)| {
        let restore = table.restore.as_ref()?;
        Some((table, backup_of(account, restore)?))
    })
}

/// The indexes, and whether they are global; by key and projection, because names may differ
/// (RTB-32).
fn indexes(definition: &Definition) -> impl Iterator<Item = (bool, &KeySchema, &Projection)> {
    let global = definition.global_indexes.iter();
    let local = definition.local_indexes.iter();
    global
        .map(|index| (true, &index.keys, &index.projection))
        .chain(local.map(|index| (false, &index.keys, &index.projection)))
}
