//! What changes a table that is there, and when: what holds in every step.

use super::action::{Action, Step};
use super::properties::Property;
use crate::account::{IndexChange, Table, TableStatus};
use crate::name::TableName;
use crate::request::{Item, Request, TableReference, WriteRequest};
use crate::service::Event;

/// All of them.
pub(super) const CHANGES: &[Property] = &[
    Property::each_step(
        "the shape of a table changes only by its updates",
        a_shape_changes_only_by_updates,
        "an index is removed",
    ),
    Property::each_step(
        "the settings of a table change only on request",
        settings_change_only_on_request,
        "tags of a restored table are written",
    ),
    Property::each_step(
        "the items of a table change only by writes",
        items_change_only_by_writes,
        "an item is replaced",
    ),
    Property::each_step(
        "what is written is there, and what is deleted is not",
        what_is_written_is_there,
        "an item is replaced",
    ),
    Property::each_step(
        "an update is accepted only of a table that is ACTIVE",
        an_update_is_of_an_active_table,
        "an update is refused while another one runs",
    ),
    Property::each_step(
        "an update that finishes leaves an ACTIVE table, without the index that it removes",
        an_update_finishes_into_an_active_table,
        "an index is removed",
    ),
    Property::each_step(
        "a table that is protected against deletion is not deleted",
        a_protected_table_is_not_deleted,
        "the deletion of a protected table is refused",
    ),
    Property::each_step(
        "tags are written one write after the other",
        tags_are_written_one_after_the_other,
        "tags of a restored table are written",
    ),
    Property::each_step(
        "time to live is changed only to what it is not, and not before a change has taken effect",
        time_to_live_is_changed_to_what_it_is_not,
        "time to live of a restored table is switched on",
    ),
    Property::each_step(
        "backups once enabled stay enabled",
        backups_stay_enabled,
        "a backup is made of a restored table",
    ),
];

/// The tables that are there before and after a step.
pub(super) fn kept<'a>(
    step: &'a Step<'a>,
) -> impl Iterator<Item = (&'a TableName, &'a Table, &'a Table)> {
    let after = &step.after().tables;
    let both = step.before.tables.iter();
    both.filter_map(move |(name, before)| Some((name, before, after.get(name)?)))
}

/// The shape of a table changes only by an update of it (UPT-02, UPT-03).
fn a_shape_changes_only_by_updates(step: &Step<'_>) -> bool {
    let updates = matches!(step.request(), Some(Request::UpdateTable(_)))
        || matches!(step.action, Action::Event(Event::UpdateFinished(_)));
    updates || kept(step).all(|(_, before, after)| before.definition == after.definition)
}

/// The settings of a table change only by an update, or by what writes its tags or its time to live.
fn settings_change_only_on_request(step: &Step<'_>) -> bool {
    let writes = matches!(
        step.request(),
        Some(
            Request::UpdateTable(_)
                | Request::TagResource(_)
                | Request::UntagResource(_)
                | Request::UpdateTimeToLive(_)
        )
    );
    writes || kept(step).all(|(_, before, after)| before.settings == after.settings)
}

/// The items of a table change only by writes: a backup or a restore of it takes none away.
fn items_change_only_by_writes(step: &Step<'_>) -> bool {
    let writes = matches!(step.request(), Some(Request::PutItem(_) | Request::BatchWriteItem(_)));
    writes || kept(step).all(|(_, before, after)| before.items == after.items)
}

/// What is written is there, and what is deleted is not (DAT-01, DAT-01b).
fn what_is_written_is_there(step: &Step<'_>) -> bool {
    let Some((request, accepted)) = step.accepted() else { return true };
    let table = |name: &TableReference| accepted.account.tables.get(&name.0);
    let is_there = |table: &Table, item: &Item| {
        let stored = table.items.get(&table.key_of(item));
        stored.is_some_and(|stored| stored.sure().as_ref() == Some(item))
    };
    let is_done =
        |table: &Table, write: &WriteRequest| match (&write.put_request, &write.delete_request) {
            (Some(put), _) => is_there(table, &put.item),
            (None, Some(delete)) => !table.items.contains_key(&table.key_of(&delete.key)),
            (None, None) => false,
        };
    match request {
        Request::PutItem(request) => {
            table(&request.table_name).is_some_and(|table| is_there(table, &request.item))
        }
        Request::BatchWriteItem(request) => request.request_items.iter().all(|(name, writes)| {
            table(name).is_some_and(|table| writes.iter().all(|write| is_done(table, write)))
        }),
        _ => true,
    }
}

/// An update is accepted only of a table that is ACTIVE (UPT-02).
fn an_update_is_of_an_active_table(step: &Step<'_>) -> bool {
    match step.accepted() {
        Some((Request::UpdateTable(request), _)) => {
            let table = step.before.tables.get(&request.table_name.0);
            table.is_some_and(|table| table.status == TableStatus::Active)
        }
        _ => true,
    }
}

/// An update that finishes leaves an ACTIVE table, without the index that it removes and else as it was.
fn an_update_finishes_into_an_active_table(step: &Step<'_>) -> bool {
    let Action::Event(Event::UpdateFinished(name)) = step.action else { return true };
    let (before, after) = (step.before.tables.get(name), step.after().tables.get(name));
    let Some((before, after)) = before.zip(after) else { return false };
    let removed = match before.index_change() {
        Some(IndexChange::Removing(index)) => Some(index),
        Some(IndexChange::Allocating(_) | IndexChange::Backfilling(_)) | None => None,
    };
    let left = before.definition.global_indexes.iter();
    let left = left.filter(|index| Some(&index.name) != removed);
    after.status == TableStatus::Active
        && after.underway.update.is_none()
        && left.eq(&after.definition.global_indexes)
        && after.settings == before.settings
}

/// A table that is protected against deletion is not deleted (DLT-03).
fn a_protected_table_is_not_deleted(step: &Step<'_>) -> bool {
    match step.accepted() {
        Some((Request::DeleteTable(request), _)) => {
            let table = step.before.tables.get(&request.table_name.0);
            table.is_some_and(|table| !table.settings.deletion_protection)
        }
        _ => true,
    }
}

/// Tags are written one write after the other (TAG-005).
fn tags_are_written_one_after_the_other(step: &Step<'_>) -> bool {
    match step.accepted() {
        Some((Request::TagResource(_) | Request::UntagResource(_), _)) => {
            let table = step.named().0.and_then(|name| step.before.tables.get(name));
            table.is_some_and(|table| table.underway.former_tags.is_none())
        }
        _ => true,
    }
}

/// Time to live is changed only to what it is not, and not before a change has taken effect (TTL-003,
/// TTL-02).
fn time_to_live_is_changed_to_what_it_is_not(step: &Step<'_>) -> bool {
    let Some((Request::UpdateTimeToLive(request), accepted)) = step.accepted() else {
        return true;
    };
    let table = |tables: &std::collections::BTreeMap<TableName, Table>| {
        tables.get(&request.table_name.0).cloned()
    };
    let before = table(&step.before.tables);
    before.zip(table(&accepted.account.tables)).is_some_and(|(before, after)| {
        let wanted = request.time_to_live_specification.enabled;
        before.settings.time_to_live.is_some() != wanted
            && after.settings.time_to_live.is_some() == wanted
            && !before.underway.time_to_live
    })
}

/// Backups once enabled stay enabled for as long as the table is there (CRB-09).
fn backups_stay_enabled(step: &Step<'_>) -> bool {
    kept(step).all(|(_, before, after)| !before.backups_enabled || after.backups_enabled)
}
