//! Bugs in what tables and backups record of themselves.

use std::sync::Arc;

use super::{Fault, HOUR, in_step};
use crate::account::{Account, Backup, Fresh, IndexChange, TableStatus};
use crate::check::deceive::deceive;
use crate::check::scope::{INDEX_UPDATES, ITEMS, KEPT, LOCK, RECOVERY};
use crate::check::spoil::{spoil, spoil_window};
use crate::outcome::{Outcome, Reply};
use crate::request::Request;
use crate::step::step;

/// All of them.
pub(super) const RECORDS: &[Fault] = &[
    Fault::new(
        "a backup is dated ahead",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_backup(account, request, fresh, |backup| {
                backup.created = backup.created.map(|created| created + HOUR);
            })
        }),
        &["nothing was made later than now"],
        &[],
    ),
    Fault::new(
        "a backup says that its table was made later",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_backup(account, request, fresh, |backup| {
                backup.table_created = backup.table_created.map(|created| created + HOUR);
            })
        }),
        &["a backup is not older than the table that it is of"],
        &[],
    ),
    Fault::new(
        "an item is dated ahead",
        &ITEMS,
        in_step(items_are_dated_ahead),
        &["no item was written later than now"],
        &[],
    ),
    Fault::new(
        "backups are enabled for a new table at once",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::CreateTable(request) = request else { return };
                let table = accepted.account.tables.get_mut(&request.table_name.0);
                table.expect("it was just created").backups_enabled = true;
            })
        }),
        &["backups are enabled only for tables that have been in use"],
        &[],
    ),
    Fault::new(
        "a backup can be made before backups are enabled",
        &LOCK,
        in_step(|account, request, fresh| match request {
            Request::CreateBackup(_) => before_backups(account, request, fresh),
            _ => step(account, request, fresh),
        }),
        &["a backup is accepted only of a table that backups are enabled for"],
        &[],
    ),
    Fault::new(
        "recovery can be switched on before backups are enabled",
        &RECOVERY,
        in_step(|account, request, fresh| match request {
            Request::UpdateContinuousBackups(_) => before_backups(account, request, fresh),
            _ => step(account, request, fresh),
        }),
        &["recovery is on only for tables that backups are enabled for"],
        &[],
    ),
    Fault::new(
        "recovery that is switched on counts its SYSTEM backup as made",
        &RECOVERY,
        in_step(saved_at_once),
        &[
            "the SYSTEM backup of a table that is there is made only while the table is being deleted",
        ],
        &[
            "a table goes before its SYSTEM backup is made",
            "a SYSTEM backup is restored",
            "the deletion of a SYSTEM backup is refused",
        ],
    ),
    Fault::new(
        "recovery dates ahead what is replaced",
        &KEPT,
        in_step(kept_too_long),
        &["what recovery keeps was there while recovery was on"],
        &[],
    ),
    Fault::new(
        "an index is removed at once",
        &INDEX_UPDATES,
        in_step(removed_at_once),
        &["the index that an update adds or removes is there until the update is done"],
        &[],
    ),
    Fault::new(
        "a local index has a partition key of its own",
        &INDEX_UPDATES,
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::CreateTable(request) = request else { return };
                let table = accepted.account.tables.get_mut(&request.table_name.0);
                let table = table.expect("it was just created");
                for index in &mut Arc::make_mut(&mut table.definition).local_indexes {
                    index.keys.reverse();
                }
            })
        }),
        &["every local index shares the partition key of its table"],
        &[],
    ),
];

/// Changes a backup that is accepted.
fn spoil_backup(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Backup),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Reply::BackupDetails(arn) = &accepted.reply else { return };
        change(accepted.account.backups.get_mut(arn).expect("it was just made"));
    })
}

/// PutItem writes tomorrow's date on what it writes.
fn items_are_dated_ahead(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::PutItem(put) = request else { return };
        let table = accepted.account.tables.get_mut(&put.table_name.0);
        let table = table.expect("what is written to is there");
        let key = table.key_of(&put.item);
        if let Some(item) = Arc::make_mut(&mut table.items).get_mut(&key) {
            item.written = account.now + HOUR;
        }
    })
}

/// The specified step as if backups were enabled for every table in use.
fn before_backups(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let lie = |seen: &mut Account| {
        for table in seen.tables.values_mut() {
            table.backups_enabled |= table.status == TableStatus::Active;
        }
    };
    deceive(account, request, fresh, lie, |after| {
        for (name, table) in &mut after.tables {
            table.backups_enabled = account.tables[name].backups_enabled;
        }
    })
}

/// Recovery that is switched on for the first time takes its SYSTEM backup for made.
fn saved_at_once(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_window(account, request, fresh, |was_on, window| {
        if !was_on {
            window.saved = true;
        }
    })
}

/// What is replaced is kept as if it had been there for another hour.
fn kept_too_long(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        for table in accepted.account.tables.values_mut() {
            if let Some(window) = table.recovery.window_mut() {
                for past in &mut window.past {
                    past.until = account.now + HOUR;
                }
            }
        }
    })
}

/// An index that is to be removed goes with the answer.
fn removed_at_once(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::UpdateTable(request) = request else { return };
        let table = accepted.account.tables.get_mut(&request.table_name.0);
        let table = table.expect("what is updated is there");
        if let Some(IndexChange::Removing(removed)) = table.index_change().cloned() {
            let indexes = &mut Arc::make_mut(&mut table.definition).global_indexes;
            indexes.retain(|index| index.name != removed);
        }
    })
}
