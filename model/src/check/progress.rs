//! What can still happen, from wherever it has to.
//!
//! Not what *does* happen: the service may take its time, and nobody can make it. But a state out of
//! which no way leads to the end of a restore is one in which a backup stays locked for good.

use super::graph::Along;
use super::properties::Property;
use crate::account::{Account, BackupKind, BackupStatus, TableStatus};
use crate::service;

/// All of them.
pub(super) const PROGRESS: &[Property] = &[
    Property::progress(
        "every restore can finish by itself",
        is_restoring,
        no_restore_is_in_flight,
        Along::Events,
        "a table is restored under another name",
    ),
    Property::progress(
        "every table that is being deleted can go by itself",
        is_deleting,
        nothing_is_being_deleted,
        Along::Events,
        "a restored table is deleted",
    ),
    Property::progress(
        "every new table can become ACTIVE by itself",
        is_creating,
        nothing_is_being_created,
        Along::Events,
        "a backup outlives its table",
    ),
    Property::progress(
        "backups can become enabled by themselves for every table in use",
        has_no_backups,
        everything_has_backups,
        Along::Events,
        "a backup is made of a restored table",
    ),
    Property::progress(
        "every new backup can become AVAILABLE by itself",
        is_backing_up,
        no_backup_is_being_made,
        Along::Events,
        "the deletion of a backup that is being made is refused",
    ),
    Property::progress(
        "every update can finish by itself",
        is_updating,
        nothing_is_being_updated,
        Along::Events,
        "an index is removed",
    ),
    Property::progress(
        "tags and time to live can take effect by themselves",
        is_settling,
        everything_is_settled,
        Along::Events,
        "tags of a restored table are written",
    ),
    Property::progress(
        "a quota that is used up can become free by itself",
        is_at_the_quota,
        is_below_the_quota,
        Along::Events,
        "a restore is refused by the quota alone",
    ),
    Property::progress(
        "whatever goes on can come to rest by itself",
        |_| true,
        is_at_rest,
        Along::Events,
        "a table is restored under another name",
    ),
    Property::progress(
        "whatever is at rest can be removed on request",
        is_at_rest,
        is_empty,
        Along::Everything,
        "a restored table is deleted",
    ),
];

fn is_restoring(account: &Account) -> bool {
    account.restores().next().is_some()
}

/// Every restore can finish by itself (LIF-01).
fn no_restore_is_in_flight(account: &Account) -> bool {
    !is_restoring(account)
}

fn is_deleting(account: &Account) -> bool {
    account.tables.values().any(|table| table.status == TableStatus::Deleting)
}

/// Every table that is being deleted can go by itself (DLT-01).
fn nothing_is_being_deleted(account: &Account) -> bool {
    !is_deleting(account)
}

fn is_creating(account: &Account) -> bool {
    let mut tables = account.tables.values();
    tables.any(|table| table.status == TableStatus::Creating && !table.is_restoring())
}

/// Every new table can become ACTIVE by itself (CRT-02).
fn nothing_is_being_created(account: &Account) -> bool {
    !is_creating(account)
}

fn has_no_backups(account: &Account) -> bool {
    let mut tables = account.tables.values();
    tables.any(|table| table.status == TableStatus::Active && !table.backups_enabled)
}

/// Backups can become enabled by themselves for every table in use (CRB-09).
fn everything_has_backups(account: &Account) -> bool {
    !has_no_backups(account)
}

fn is_backing_up(account: &Account) -> bool {
    account.backups.values().any(|backup| backup.status == BackupStatus::Creating)
}

/// Every new backup can become AVAILABLE by itself (BKP-02).
fn no_backup_is_being_made(account: &Account) -> bool {
    !is_backing_up(account)
}

fn is_updating(account: &Account) -> bool {
    account.tables.values().any(|table| table.status == TableStatus::Updating)
}

/// Every update can finish by itself (UPT-02).
fn nothing_is_being_updated(account: &Account) -> bool {
    !is_updating(account)
}

/// Whether tags or time to live of a table that stays are not as asked for yet.
fn is_settling(account: &Account) -> bool {
    account.tables.values().any(|table| {
        let underway = &table.underway;
        table.status != TableStatus::Deleting
            && (underway.former_tags.is_some() || underway.time_to_live)
    })
}

/// Tags and time to live can take effect by themselves (TAG-005, TTL-02).
fn everything_is_settled(account: &Account) -> bool {
    !is_settling(account)
}

fn is_at_the_quota(account: &Account) -> bool {
    account.restores().count() >= account.restore_quota
}

/// A quota that is used up can become free by itself (QUO-01).
fn is_below_the_quota(account: &Account) -> bool {
    !is_at_the_quota(account)
}

/// Whether the specified service has nothing left to do: whatever goes on can come to that by itself.
fn is_at_rest(account: &Account) -> bool {
    service::events(account).is_empty()
}

/// Whatever is at rest can be removed on request: no table and no backup stays for good, but for those
/// backups that the service made, which expire (DLB-08).
fn is_empty(account: &Account) -> bool {
    account.tables.is_empty()
        && account.backups.values().all(|backup| backup.kind == BackupKind::System)
}
