//! What the service does by itself, whenever it likes: events.
//!
//! No event is ever refused, and each touches one table or one backup only. The model checker tries
//! every order; the reference fires them by a policy; the oracle does not know when they fired.

use std::fmt;

use crate::account::{Account, BackupStatus, TableStatus};
use crate::name::{BackupArn, TableName};

/// Something that the service does by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A new table becomes ACTIVE (CRT-02).
    TableActive(TableName),
    /// Backups are enabled for an ACTIVE table (CRB-09).
    BackupsEnabled(TableName),
    /// A deleted table is gone, and its name is free (DLT-01).
    TableGone(TableName),
    /// A backup becomes AVAILABLE (BKP-02).
    BackupAvailable(BackupArn),
    /// A restore finishes: the target becomes ACTIVE with its data, the backup is free (LIF-01).
    RestoreFinished(TableName),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::TableActive(name) => write!(f, "table {name} becomes ACTIVE"),
            Event::BackupsEnabled(name) => write!(f, "backups are enabled for table {name}"),
            Event::TableGone(name) => write!(f, "table {name} is gone"),
            Event::BackupAvailable(arn) => write!(f, "backup {arn} becomes AVAILABLE"),
            Event::RestoreFinished(name) => write!(f, "the restore of {name} finishes"),
        }
    }
}

/// The events that may happen next.
pub fn events(account: &Account) -> Vec<Event> {
    let tables = account.tables.iter().filter_map(|(name, table)| {
        let event = match table.status {
            TableStatus::Creating if table.is_restoring() => Event::RestoreFinished,
            TableStatus::Creating => Event::TableActive,
            TableStatus::Active if !table.backups_enabled => Event::BackupsEnabled,
            TableStatus::Active => return None,
            TableStatus::Deleting => Event::TableGone,
        };
        Some(event(name.clone()))
    });
    let backups = account
        .backups
        .iter()
        .filter(|(_, backup)| backup.status == BackupStatus::Creating)
        .map(|(arn, _)| Event::BackupAvailable(arn.clone()));
    tables.chain(backups).collect()
}

/// The account after an event. An event that is not enabled changes nothing.
pub fn fire(account: &Account, event: &Event) -> Account {
    let mut next = account.clone();
    match event {
        Event::TableActive(name) | Event::RestoreFinished(name) => {
            if let Some(table) = next.tables.get_mut(name)
                && table.status == TableStatus::Creating
            {
                table.status = TableStatus::Active;
            }
        }
        Event::BackupsEnabled(name) => {
            if let Some(table) = next.tables.get_mut(name)
                && table.status == TableStatus::Active
            {
                table.backups_enabled = true;
            }
        }
        Event::TableGone(name) => {
            if next.tables.get(name).is_some_and(|table| table.status == TableStatus::Deleting) {
                next.tables.remove(name);
            }
        }
        Event::BackupAvailable(arn) => {
            if let Some(backup) = next.backups.get_mut(arn) {
                backup.status = BackupStatus::Available;
            }
        }
    }
    next
}

/// The account when time has passed.
pub fn elapse(account: &Account, millis: u64) -> Account {
    Account { now: account.now + millis, ..account.clone() }
}
