//! Bugs in point-in-time recovery, and in the SYSTEM backups that it leaves.

use super::{Fault, in_step, refused, when_fired};
use crate::account::{Account, Backup, BackupKind, Fresh};
use crate::check::deceive::deceive;
use crate::check::scope::{PAST, RECOVERY};
use crate::check::spoil::{spoil, spoil_window};
use crate::name::{BackupName, TableName};
use crate::outcome::Outcome;
use crate::request::Request;
use crate::service::{self, Event};
use crate::step::step;

/// All of them.
pub(super) const RECOVERIES: &[Fault] = &[
    Fault::new(
        "recovery cannot be switched on",
        &RECOVERY,
        in_step(never_on),
        &[],
        &[
            "a table is restored to a point in time",
            "recovery is switched on again",
            "recovery that is on is switched on",
            "a table goes before its SYSTEM backup is made",
            "a SYSTEM backup is restored",
            "the deletion of a SYSTEM backup is refused",
        ],
    ),
    Fault::new(
        "recovery ends when the deletion of its table begins",
        &RECOVERY,
        in_step(ends_with_the_table),
        &["recovery is switched only on request"],
        &[],
    ),
    Fault::new(
        "recovery that is on begins anew when it is switched on",
        &RECOVERY,
        in_step(begins_anew),
        &["recovery that is on keeps the beginning of its window"],
        &[],
    ),
    Fault::new(
        "recovery that is switched on again forgets that it was on",
        &RECOVERY,
        in_step(forgets_its_past),
        &["recovery that is on keeps the beginning of its window"],
        &[],
    ),
    Fault::new(
        "recovery takes the backups with it when it is switched off",
        &RECOVERY,
        in_step(takes_backups_along),
        &["backups once enabled stay enabled"],
        &[],
    ),
    Fault::new(
        "recovery forgets what is replaced",
        &PAST,
        in_step(forgets),
        &[],
        &["an item of the past is restored"],
    ),
    Fault::new(
        "a table that is gone leaves no SYSTEM backup",
        &RECOVERY,
        when_fired(leaves_nothing),
        &["a table leaves one SYSTEM backup if recovery is on when it goes, and else none"],
        &["a table goes before its SYSTEM backup is made"],
    ),
    Fault::new(
        "a SYSTEM backup is counted as made, and is not",
        &RECOVERY,
        when_fired(counts_nothing),
        &["a table leaves one SYSTEM backup if recovery is on when it goes, and else none"],
        &[],
    ),
    Fault::new(
        "a SYSTEM backup is of another table",
        &RECOVERY,
        when_fired(|account, event| {
            spoil_left(account, event, |backup| backup.table = another_table())
        }),
        &[
            "an action touches only the table and the backup that it names",
            "a table leaves one SYSTEM backup if recovery is on when it goes, and else none",
            "a SYSTEM backup is the table as it was",
        ],
        &[],
    ),
    Fault::new(
        "a SYSTEM backup forgets when its table was made",
        &RECOVERY,
        when_fired(|account, event| {
            spoil_left(account, event, |backup| backup.table_created = None)
        }),
        &["a SYSTEM backup is the table as it was"],
        &[],
    ),
    Fault::new(
        "a SYSTEM backup can be deleted",
        &RECOVERY,
        in_step(system_backups_are_deleted),
        &["nobody deletes a SYSTEM backup"],
        &["the deletion of a SYSTEM backup is refused"],
    ),
];

/// UpdateContinuousBackups never switches recovery on.
fn never_on(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match request {
        Request::UpdateContinuousBackups(update)
            if update.point_in_time_recovery_specification.point_in_time_recovery_enabled =>
        {
            refused("UCB-02")
        }
        _ => step(account, request, fresh),
    }
}

/// DeleteTable switches recovery off.
fn ends_with_the_table(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::DeleteTable(request) = request else { return };
        if let Some(table) = accepted.account.tables.get_mut(&request.table_name.0) {
            table.recovery = table.recovery.switched_off();
        }
    })
}

/// Recovery that is on takes being switched on for a new beginning.
fn begins_anew(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_window(account, request, fresh, |was_on, window| {
        if was_on {
            window.earlier = Some(window.since);
        }
    })
}

/// Recovery that was off takes being switched on for the first time.
fn forgets_its_past(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_window(account, request, fresh, |was_on, window| {
        if !was_on {
            window.earlier = None;
        }
    })
}

/// Whoever switches recovery off loses the backups as well.
fn takes_backups_along(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::UpdateContinuousBackups(request) = request else { return };
        let wanted = &request.point_in_time_recovery_specification;
        if let Some(table) = accepted.account.tables.get_mut(&request.table_name.0)
            && !wanted.point_in_time_recovery_enabled
        {
            table.backups_enabled = false;
        }
    })
}

/// What is replaced or deleted is not kept.
fn forgets(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        for table in accepted.account.tables.values_mut() {
            if let Some(window) = table.recovery.window_mut() {
                window.past.clear();
            }
        }
    })
}

/// An event leaves the backups as they were.
fn makes_none(account: &Account, event: &Event) -> Account {
    let after = service::fire(account, event);
    Account { backups: account.backups.clone(), ..after }
}

/// A table that goes leaves nothing behind, unless its SYSTEM backup was made before.
fn leaves_nothing(account: &Account, event: &Event) -> Account {
    match event {
        Event::TableGone(_) => makes_none(account, event),
        _ => service::fire(account, event),
    }
}

/// The SYSTEM backup of a table that is still being deleted is told of, and not there.
fn counts_nothing(account: &Account, event: &Event) -> Account {
    match event {
        Event::SystemBackupMade(_) => makes_none(account, event),
        _ => service::fire(account, event),
    }
}

fn another_table() -> TableName {
    TableName::new("Another").expect("a name")
}

/// Changes the backups that an event makes.
fn spoil_left(account: &Account, event: &Event, change: fn(&mut Backup)) -> Account {
    let mut after = service::fire(account, event);
    let made = after.backups.iter_mut().filter(|(arn, _)| !account.backups.contains_key(*arn));
    made.for_each(|(_, backup)| change(backup));
    after
}

/// DeleteBackup takes a SYSTEM backup for one that somebody made.
fn system_backups_are_deleted(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::DeleteBackup(delete) = request else { return step(account, request, fresh) };
    let lie = |seen: &mut Account| {
        let backup = seen.backups.get_mut(&delete.backup_arn);
        if let Some(backup) = backup.filter(|backup| backup.is_visible()) {
            backup.kind = BackupKind::User(BackupName::new("backup").expect("a name"));
        }
    };
    deceive(account, request, fresh, lie, |after| {
        for (arn, backup) in &mut after.backups {
            backup.kind = account.backups[arn].kind.clone();
        }
    })
}
