//! Point-in-time recovery and the SYSTEM backups that it leaves: what holds in every step.

use super::action::{Action, Step};
use super::changes::kept;
use super::properties::Property;
use crate::account::recovery::{Recovery, Window};
use crate::account::{Account, Backup, BackupKind, Table};
use crate::name::TableName;
use crate::request::Request;
use crate::service::Event;

/// All of them.
pub(super) const SYSTEM: &[Property] = &[
    Property::each_step(
        "recovery is switched only on request",
        recovery_is_switched_only_on_request,
        "recovery is switched on again",
    ),
    Property::each_step(
        "recovery that is on keeps the beginning of its window",
        recovery_keeps_its_beginning,
        "recovery that is on is switched on",
    ),
    Property::each_step(
        "a table leaves one SYSTEM backup if recovery is on when it goes, and else none",
        a_table_leaves_a_system_backup,
        "a table goes before its SYSTEM backup is made",
    ),
    Property::each_step(
        "a SYSTEM backup is the table as it was",
        a_system_backup_is_the_table_as_it_was,
        "a SYSTEM backup is restored",
    ),
    Property::each_step(
        "nobody deletes a SYSTEM backup",
        nobody_deletes_a_system_backup,
        "the deletion of a SYSTEM backup is refused",
    ),
];

/// What recovery keeps is changed on request, or when something is written that it has to remember;
/// and that its SYSTEM backup is made, it remembers too.
fn recovery_is_switched_only_on_request(step: &Step<'_>) -> bool {
    let switches = matches!(step.request(), Some(Request::UpdateContinuousBackups(_)));
    let is_on = |table: &Table| table.recovery.window().is_some();
    switches || kept(step).all(|(_, before, after)| is_on(before) == is_on(after))
}

/// Recovery that is on keeps the beginning of its window when it is switched on (CON-016), and begins a
/// new one when it was off (UCB-04).
fn recovery_keeps_its_beginning(step: &Step<'_>) -> bool {
    let Some((Request::UpdateContinuousBackups(request), accepted)) = step.accepted() else {
        return true;
    };
    let name = &request.table_name.0;
    let before = step.before.tables.get(name).map(|table| &table.recovery);
    let after = accepted.account.tables.get(name).map(|table| &table.recovery);
    match (before, after) {
        (Some(Recovery::On(before)), Some(Recovery::On(after))) => {
            let period_days = after.period_days;
            **after == Window { period_days, ..(**before).clone() }
        }
        (Some(Recovery::Off { was_on_since }), Some(Recovery::On(after))) => {
            after.since.ours == step.before.now && after.earlier == *was_on_since
        }
        _ => true,
    }
}

/// The SYSTEM backups of tables of a name.
fn left_by<'a>(account: &'a Account, name: &'a TableName) -> impl Iterator<Item = &'a Backup> {
    let is_left = move |it: &&Backup| it.kind == BackupKind::System && it.table == *name;
    account.backups.values().filter(is_left)
}

/// A table leaves one SYSTEM backup if recovery is on when it goes, and else none (BKP-16, SYS-002 to
/// SYS-004).
fn a_table_leaves_a_system_backup(step: &Step<'_>) -> bool {
    let leaves = |name, made: usize| {
        left_by(step.after(), name).count() == left_by(step.before, name).count() + made
    };
    match step.action {
        Action::Event(Event::TableGone(name)) => {
            let window = step.before.tables.get(name).and_then(|table| table.recovery.window());
            leaves(name, usize::from(window.is_some_and(|window| !window.saved)))
        }
        Action::Event(Event::SystemBackupMade(name)) => leaves(name, 1),
        _ => true,
    }
}

/// A SYSTEM backup is the table as it was when it went.
fn a_system_backup_is_the_table_as_it_was(step: &Step<'_>) -> bool {
    let Action::Event(Event::TableGone(name) | Event::SystemBackupMade(name)) = step.action else {
        return true;
    };
    let Some(table) = step.before.tables.get(name) else { return true };
    let (before, after) = (&step.before.backups, &step.after().backups);
    after.iter().filter(|(arn, _)| !before.contains_key(arn)).all(|(_, backup)| {
        backup.table == *name
            && backup.definition == table.definition
            && backup.settings == table.settings
            && backup.items == table.items
            && backup.table_id == table.id
            && backup.table_created == table.created
    })
}

/// Nobody deletes a SYSTEM backup: it expires (DLB-08).
fn nobody_deletes_a_system_backup(step: &Step<'_>) -> bool {
    let mut system = step.before.backups.iter().filter(|(_, it)| it.kind == BackupKind::System);
    system.all(|(arn, _)| step.after().backups.contains_key(arn))
}
