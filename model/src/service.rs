//! What the service does by itself, whenever it likes: events.
//!
//! No event is ever refused, and each touches one table or one backup only; a table that goes may leave
//! a backup. The model checker tries
//! every order; the reference fires them by a policy; the oracle does not know when they fired.

use std::fmt;
use std::sync::Arc;

use crate::account::{
    Account, Backup, BackupKind, BackupStatus, IndexChange, Millis, SYSTEM_SUFFIX, Table,
    TableStatus,
};
use crate::name::{BackupArn, TableName};
use crate::rules::RuleId;

/// Something that the service does by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A new table becomes ACTIVE (CRT-02).
    TableActive(TableName),
    /// Backups are enabled for an ACTIVE table (CRB-09).
    BackupsEnabled(TableName),
    /// The table of an added index is copied into it (UPT-03).
    IndexFilling(TableName),
    /// A change of a table is made, and the table is ACTIVE again (UPT-02).
    UpdateFinished(TableName),
    /// A write of tags is done (TAG-005).
    TagsWritten(TableName),
    /// A change of the time to live has taken effect (TTL-02).
    TimeToLiveSettled(TableName),
    /// A deleted table is gone, and its name is free (DLT-01). If it had point-in-time recovery on, its
    /// SYSTEM backup is complete by now, or will be a moment later (BKP-16).
    TableGone(TableName),
    /// The SYSTEM backup of a table is complete while the table is still being deleted (BKP-16).
    SystemBackupMade(TableName),
    /// A backup becomes AVAILABLE (BKP-02).
    BackupAvailable(BackupArn),
    /// A restore finishes: the target becomes ACTIVE with its data, the backup is free (LIF-01).
    RestoreFinished(TableName),
}

impl Event {
    /// Its kind, as scenarios name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::TableActive(_) => "table-active",
            Event::BackupsEnabled(_) => "backups-enabled",
            Event::IndexFilling(_) => "index-filling",
            Event::UpdateFinished(_) => "update-finished",
            Event::TagsWritten(_) => "tags-written",
            Event::TimeToLiveSettled(_) => "time-to-live-settled",
            Event::TableGone(_) => "table-gone",
            Event::SystemBackupMade(_) => "system-backup-made",
            Event::BackupAvailable(_) => "backup-available",
            Event::RestoreFinished(_) => "restore-finished",
        }
    }

    /// The rules that let it happen.
    pub fn rules(&self) -> &'static [RuleId] {
        match self {
            Event::TableActive(_) => &["CRT-02"],
            Event::BackupsEnabled(_) => &["CRB-09"],
            Event::IndexFilling(_) => &["UPT-03"],
            Event::UpdateFinished(_) => &["UPT-02"],
            Event::TagsWritten(_) => &["TAG-005"],
            Event::TimeToLiveSettled(_) => &["TTL-02"],
            Event::TableGone(_) => &["DLT-01"],
            Event::SystemBackupMade(_) => &["BKP-16"],
            Event::BackupAvailable(_) => &["BKP-02"],
            Event::RestoreFinished(_) => &["LIF-01"],
        }
    }

    /// What it happens to.
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Event::TableActive(name)
            | Event::BackupsEnabled(name)
            | Event::IndexFilling(name)
            | Event::UpdateFinished(name)
            | Event::TagsWritten(name)
            | Event::TimeToLiveSettled(name)
            | Event::TableGone(name)
            | Event::SystemBackupMade(name)
            | Event::RestoreFinished(name) => Subject::Table(name),
            Event::BackupAvailable(arn) => Subject::Backup(arn),
        }
    }
}

impl Event {
    /// By what a client can name the thing that it happens to: a backup that cannot be seen yet goes by its
    /// table.
    pub fn subject_in<'a>(&'a self, account: &'a Account) -> Subject<'a> {
        let hidden = |arn| account.backups.get(arn).filter(|backup| !backup.is_visible());
        match self.subject() {
            Subject::Backup(arn) => {
                hidden(arn).map_or(Subject::Backup(arn), |backup| Subject::Table(&backup.table))
            }
            table @ Subject::Table(_) => table,
        }
    }
}

/// What an event happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A table.
    Table(&'a TableName),
    /// A backup.
    Backup(&'a BackupArn),
}

impl<'a> Subject<'a> {
    /// The name of the table or the ARN of the backup.
    pub fn as_str(self) -> &'a str {
        match self {
            Subject::Table(name) => name.as_str(),
            Subject::Backup(arn) => arn.as_str(),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::TableActive(name) => write!(f, "table {name} becomes ACTIVE"),
            Event::BackupsEnabled(name) => write!(f, "backups are enabled for table {name}"),
            Event::IndexFilling(name) => write!(f, "the new index of {name} is being filled"),
            Event::UpdateFinished(name) => write!(f, "the update of {name} finishes"),
            Event::TagsWritten(name) => write!(f, "the tags of {name} are written"),
            Event::TimeToLiveSettled(name) => write!(f, "the time to live of {name} settles"),
            Event::TableGone(name) => write!(f, "table {name} is gone"),
            Event::SystemBackupMade(name) => write!(f, "the SYSTEM backup of {name} is made"),
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
            TableStatus::Active | TableStatus::Updating if !table.backups_enabled => {
                Event::BackupsEnabled
            }
            TableStatus::Active | TableStatus::Updating => return None,
            TableStatus::Deleting => Event::TableGone,
        };
        Some(event(name.clone()))
    });
    let backups = account
        .backups
        .iter()
        .filter(|(_, backup)| backup.status == BackupStatus::Creating)
        .map(|(arn, _)| Event::BackupAvailable(arn.clone()));
    let unsaved = account.tables.iter().filter(|(_, table)| needs_saving(table));
    let saved = unsaved.map(|(name, _)| Event::SystemBackupMade(name.clone()));
    tables.chain(changes(account)).chain(backups).chain(saved).collect()
}

/// What may be done next of what is underway in tables that stay.
fn changes(account: &Account) -> impl Iterator<Item = Event> {
    let stays = |table: &Table| table.status != TableStatus::Deleting;
    account.tables.iter().filter(move |(_, table)| stays(table)).flat_map(|(name, table)| {
        let filling = matches!(table.index_change(), Some(IndexChange::Allocating(_)));
        let update = if filling { Event::IndexFilling } else { Event::UpdateFinished };
        let underway = &table.underway;
        [
            underway.update.is_some().then_some(update as fn(TableName) -> Event),
            underway.former_tags.is_some().then_some(Event::TagsWritten),
            underway.time_to_live.then_some(Event::TimeToLiveSettled),
        ]
        .into_iter()
        .flatten()
        .map(|event| event(name.clone()))
    })
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
                && matches!(table.status, TableStatus::Active | TableStatus::Updating)
            {
                table.backups_enabled = true;
            }
        }
        Event::IndexFilling(name) => {
            if let Some(table) = next.tables.get_mut(name)
                && let Some(update) = &mut Arc::make_mut(&mut table.underway).update
                && let Some(IndexChange::Allocating(index)) = &update.index
            {
                update.index = Some(IndexChange::Backfilling(index.clone()));
            }
        }
        Event::UpdateFinished(name) => {
            if let Some(table) = next.tables.get_mut(name) {
                finish_update(table);
            }
        }
        Event::TagsWritten(name) => {
            if let Some(table) = next.tables.get_mut(name) {
                Arc::make_mut(&mut table.underway).former_tags = None;
            }
        }
        Event::TimeToLiveSettled(name) => {
            if let Some(table) = next.tables.get_mut(name) {
                Arc::make_mut(&mut table.underway).time_to_live = false;
            }
        }
        Event::TableGone(name) => {
            if next.tables.get(name).is_some_and(|table| table.status == TableStatus::Deleting) {
                let table = next.tables.remove(name).expect("it is there");
                if needs_saving(&table) {
                    add_system_backup(&mut next, name, &table, BackupStatus::Creating);
                }
            }
        }
        Event::SystemBackupMade(name) => {
            let unsaved = account.tables.get(name).filter(|table| needs_saving(table));
            if let Some(table) = unsaved {
                add_system_backup(&mut next, name, table, BackupStatus::Available);
                let saved = next.tables.get_mut(name).and_then(|table| table.recovery.window_mut());
                saved.expect("recovery is on").saved = true;
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

/// Whether a table is being deleted that had point-in-time recovery on, and no SYSTEM backup of it is
/// made yet. Recovery may still be switched on or off until then (SYS-002 to SYS-004).
fn needs_saving(table: &Table) -> bool {
    let window = table.recovery.window();
    table.status == TableStatus::Deleting && window.is_some_and(|window| !window.saved)
}

/// Adds the SYSTEM backup of a table that is being deleted or gone.
fn add_system_backup(account: &mut Account, name: &TableName, table: &Table, status: BackupStatus) {
    let id = |time: Millis| {
        let id = format!("{time:014}{SYSTEM_SUFFIX}");
        BackupArn::from_parts(&account.region, &account.owner(), name, &id)
    };
    let backup = Backup::of(name, table, BackupKind::System, Some(account.now), account.now);
    // Ids begin with the time. No two are the same, even of backups made at one time: the later one's
    // begins with the next time that is free.
    let arn = (account.now..).map(id).find(|arn| !account.backups.contains_key(arn));
    account.backups.insert(arn.expect("time has no end"), Backup { status, ..backup });
}

/// An UPDATING table is ACTIVE again; an index that was to be removed is gone only now.
fn finish_update(table: &mut Table) {
    let Some(update) = Arc::make_mut(&mut table.underway).update.take() else { return };
    table.status = TableStatus::Active;
    if let Some(IndexChange::Removing(index)) = update.index {
        Arc::make_mut(&mut table.definition).global_indexes.retain(|kept| kept.name != index);
    }
}

/// The account when time has passed.
pub fn elapse(account: &Account, millis: u64) -> Account {
    Account { now: account.now + millis, ..account.clone() }
}
