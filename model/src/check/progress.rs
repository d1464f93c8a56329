//! What can still happen, from wherever it has to.
//!
//! Not what *does* happen: the service may take its time, and nobody can make it. But a state out of
//! which no way leads to the end of a restore is one in which a backup stays locked for good.

use super::graph::Along;
use super::properties::Property;
use crate::account::{Account, BackupKind, TableStatus};
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

/// Whether the specified service has nothing left to do.
fn is_at_rest(account: &Account) -> bool {
    service::events(account).is_empty()
}

/// Whatever is at rest can be removed on request: no table and no backup stays for good, but for those
/// backups that the service made, which expire (DLB-08).
fn is_empty(account: &Account) -> bool {
    account.tables.is_empty()
        && account.backups.values().all(|backup| backup.kind == BackupKind::System)
}
