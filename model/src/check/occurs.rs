//! What does occur beyond the lives of tables and backups: with recovery, updates, settings, items and
//! lists.

use super::action::{Action, Step};
use super::machine::Machine;
use super::properties::Property;
use super::reached::is_refused_only;
use crate::account::{Account, BackupKind, IndexChange, Table};
use crate::name::TableName;
use crate::outcome::ErrorCode::{
    PointInTimeRecoveryUnavailableException, ResourceInUseException, ValidationException,
};
use crate::outcome::{PageEnd, Reply, Switch};
use crate::request::Request;
use crate::service::Event;

/// All of them.
pub(super) const OCCURS: &[Property] = &[
    Property::some_step(
        "a restore of a table without recovery is refused",
        a_restore_without_recovery_is_refused,
        &["recovery"],
    ),
    Property::some_step(
        "a table is restored to a point in time",
        a_table_is_restored_to_a_point_in_time,
        &["recovery", "past"],
    ),
    Property::some_step(
        "recovery is switched on again",
        recovery_is_switched_on_again,
        &["recovery"],
    ),
    Property::some_step(
        "recovery that is on is switched on",
        recovery_that_is_on_is_switched_on,
        &["recovery"],
    ),
    Property::some_step(
        "a table goes before its SYSTEM backup is made",
        a_table_goes_before_its_system_backup,
        &["recovery"],
    ),
    Property::some_step("a SYSTEM backup is restored", a_system_backup_is_restored, &["recovery"]),
    Property::some_step(
        "the deletion of a SYSTEM backup is refused",
        the_deletion_of_a_system_backup_is_refused,
        &["recovery"],
    ),
    Property::some_step("items are restored", items_are_restored, &["items"]),
    Property::some_step(
        "an item of the past is restored",
        an_item_of_the_past_is_restored,
        &["past"],
    ),
    Property::some_step("an item is replaced", an_item_is_replaced, &["items"]),
    Property::some_step("an index is removed", an_index_is_removed, &["index-updates"]),
    Property::some_step(
        "an update is refused while another one runs",
        an_update_is_refused_while_another_runs,
        &["index-updates", "capacity-updates"],
    ),
    Property::some_step(
        "the deletion of a protected table is refused",
        the_deletion_of_a_protected_table_is_refused,
        &["setting-updates"],
    ),
    Property::some_step(
        "tags of a restored table are written",
        tags_of_a_restored_table_are_written,
        &["tags"],
    ),
    Property::some_step(
        "time to live of a restored table is switched on",
        time_to_live_of_a_restored_table_is_switched_on,
        &["time-to-live"],
    ),
    Property::some_step(
        "a list of backups goes on on another page",
        a_list_of_backups_goes_on,
        &["lists"],
    ),
    Property::some_step(
        "a list of tables goes on on another page",
        a_list_of_tables_goes_on,
        &["requests", "recovery"],
    ),
    Property::sometimes(
        "a table with an id is restored",
        a_table_with_an_id_is_restored,
        &["generations"],
    ),
];

/// A restore of a table whose recovery is off is refused, and for that reason only (PTR-04).
fn a_restore_without_recovery_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, PointInTimeRecoveryUnavailableException, "PTR-04")
}

/// A table is restored to a point in time.
fn a_table_is_restored_to_a_point_in_time(step: &Step<'_>) -> bool {
    matches!(step.accepted(), Some((Request::RestoreTableToPointInTime(_), _)))
}

/// What becomes of recovery by a request.
fn switch(step: &Step<'_>) -> Option<Switch> {
    match &step.accepted()?.1.reply {
        Reply::ContinuousBackups { switch, .. } => *switch,
        _ => None,
    }
}

/// Recovery is switched on again, after it was on and off (UCB-04).
fn recovery_is_switched_on_again(step: &Step<'_>) -> bool {
    switch(step) == Some(Switch::OnAgain)
}

/// Recovery is switched on although it is (CON-016).
fn recovery_that_is_on_is_switched_on(step: &Step<'_>) -> bool {
    let table = step.named().0.and_then(|name| step.before.tables.get(name));
    switch(step) == Some(Switch::Unchanged)
        && table.is_some_and(|table| table.recovery.window().is_some())
}

/// A table with recovery goes before its SYSTEM backup is made, which so is still to be completed.
fn a_table_goes_before_its_system_backup(step: &Step<'_>) -> bool {
    let Action::Event(Event::TableGone(name)) = step.action else { return false };
    let window = step.before.tables.get(name).and_then(|table| table.recovery.window());
    window.is_some_and(|window| !window.saved)
        && step.after().backups.len() > step.before.backups.len()
}

/// A SYSTEM backup is restored (BKP-17).
fn a_system_backup_is_restored(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableFromBackup(request), _)) = step.accepted() else { return false };
    let backup = step.before.backups.get(&request.backup_arn);
    backup.is_some_and(|backup| backup.kind == BackupKind::System)
}

/// The deletion of a SYSTEM backup is refused, and for that reason only (DLB-08).
fn the_deletion_of_a_system_backup_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, ValidationException, "DLB-08")
}

/// Items are restored from a backup.
fn items_are_restored(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableFromBackup(request), accepted)) = step.accepted() else {
        return false;
    };
    let table = accepted.account.tables.get(&request.target_table_name);
    table.is_some_and(|table| !table.items.is_empty())
}

/// An item is restored that its source does not have any longer.
fn an_item_of_the_past_is_restored(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableToPointInTime(request), accepted)) = step.accepted() else {
        return false;
    };
    let source = request.source_table_name.as_ref().and_then(|name| step.before.tables.get(name));
    let target = accepted.account.tables.get(&request.target_table_name);
    let lacks = |source: &Table, key: &String| !source.items.contains_key(key);
    source
        .zip(target)
        .is_some_and(|(source, target)| target.items.keys().any(|key| lacks(source, key)))
}

/// An item is replaced by another one of the same key.
fn an_item_is_replaced(step: &Step<'_>) -> bool {
    let Some((Request::PutItem(request), accepted)) = step.accepted() else { return false };
    let name = &request.table_name.0;
    let (before, after) = (&step.before.tables.get(name), accepted.account.tables.get(name));
    before.zip(after).is_some_and(|(before, after)| {
        let key = before.key_of(&request.item);
        before.items.contains_key(&key) && before.items.get(&key) != after.items.get(&key)
    })
}

/// An update finishes that removes an index.
fn an_index_is_removed(step: &Step<'_>) -> bool {
    let Action::Event(Event::UpdateFinished(name)) = step.action else { return false };
    let change = step.before.tables.get(name).and_then(Table::index_change);
    matches!(change, Some(IndexChange::Removing(_)))
}

/// An update is refused while another one runs, and for that reason only (UPT-02).
fn an_update_is_refused_while_another_runs(step: &Step<'_>) -> bool {
    is_refused_only(step, ResourceInUseException, "UPT-02")
}

/// The deletion of a protected table is refused, and for that reason only (DLT-03).
fn the_deletion_of_a_protected_table_is_refused(step: &Step<'_>) -> bool {
    is_refused_only(step, ValidationException, "DLT-03")
}

/// The table that an accepted request is about, if a restore made it.
fn restored<'a>(step: &'a Step<'a>) -> Option<&'a TableName> {
    let (name, _) = step.named();
    step.accepted()?;
    name.filter(|name| step.before.tables.get(name).is_some_and(|table| table.restore.is_some()))
}

/// Tags of a restored table are written (RFB-081).
fn tags_of_a_restored_table_are_written(step: &Step<'_>) -> bool {
    matches!(step.request(), Some(Request::TagResource(_))) && restored(step).is_some()
}

/// Time to live of a restored table is switched on (RFB-081).
fn time_to_live_of_a_restored_table_is_switched_on(step: &Step<'_>) -> bool {
    matches!(
        step.request(),
        Some(Request::UpdateTimeToLive(request)) if request.time_to_live_specification.enabled
    ) && restored(step).is_some()
}

/// A list of backups goes on on another page (LSB-09).
fn a_list_of_backups_goes_on(step: &Step<'_>) -> bool {
    step.accepted().is_some_and(|(_, accepted)| {
        matches!(accepted.reply, Reply::BackupSummaries { end: PageEnd::More, .. })
    })
}

/// A list of tables goes on on another page (LST-01).
fn a_list_of_tables_goes_on(step: &Step<'_>) -> bool {
    step.accepted()
        .is_some_and(|(_, accepted)| matches!(accepted.reply, Reply::TableNames { more: true, .. }))
}

/// A table is restored, and its source has another id.
fn a_table_with_an_id_is_restored(_: &Machine, account: &Account) -> bool {
    account.restores().any(|(_, table)| {
        let source = table.restore.as_ref().map(|restore| &restore.source_table);
        let source = source.and_then(|name| account.tables.get(name));
        table.id.is_some() && source.is_some_and(|source| source.id != table.id)
    })
}
