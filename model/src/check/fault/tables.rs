//! Bugs in what changes tables: updates, settings, items and backups of them.

use std::sync::Arc;

use super::{Fault, in_step, refused, when_fired};
use crate::account::{Account, Fresh, IndexChange, Table, TableStatus};
use crate::check::deceive::deceive;
use crate::check::scope::{
    CAPACITY_UPDATES, INDEX_UPDATES, ITEMS, LOCK, SETTING_UPDATES, TAGS, TIME_TO_LIVE,
};
use crate::check::spoil::spoil;
use crate::name::TableName;
use crate::outcome::Outcome;
use crate::request::Request;
use crate::schema::Settings;
use crate::service::{self, Event};
use crate::step::step;

/// All of them.
pub(super) const TABLES: &[Fault] = &[
    Fault::new(
        "a new index has a key without type",
        &INDEX_UPDATES,
        in_step(|account, request, fresh| {
            spoil_update(account, request, fresh, |table| {
                let definition = Arc::make_mut(&mut table.definition);
                definition.attributes.retain(|name, _| name.as_str() != "label");
            })
        }),
        &["every key attribute of a table has a type"],
        &[],
    ),
    Fault::new(
        "a new index gets the name of another one",
        &INDEX_UPDATES,
        in_step(|account, request, fresh| spoil_update(account, request, fresh, rename_first)),
        &["no two indexes of a table have the same name"],
        &[],
    ),
    Fault::new(
        "a table is ACTIVE while it is updated",
        &CAPACITY_UPDATES,
        in_step(|account, request, fresh| {
            spoil_update(account, request, fresh, |table| table.status = TableStatus::Active)
        }),
        &["an update is underway just while a table is UPDATING"],
        &["an update is refused while another one runs"],
    ),
    Fault::new(
        "an update can begin while another one runs",
        &CAPACITY_UPDATES,
        in_step(update_while_updating),
        &["an update is accepted only of a table that is ACTIVE"],
        &["an update is refused while another one runs"],
    ),
    Fault::new(
        "an index that is removed stays",
        &INDEX_UPDATES,
        when_fired(index_stays),
        &["an update that finishes leaves an ACTIVE table, without the index that it removes"],
        &[],
    ),
    Fault::new(
        "a protected table can be deleted",
        &SETTING_UPDATES,
        in_step(protected_is_deleted),
        &["a table that is protected against deletion is not deleted"],
        &["the deletion of a protected table is refused"],
    ),
    Fault::new(
        "tags can be written while others are being written",
        &TAGS,
        in_step(tags_at_once),
        &["tags are written one write after the other"],
        &[],
    ),
    Fault::new(
        "a restored table takes no tags",
        &TAGS,
        in_step(no_tags_for_restored),
        &[],
        &["tags of a restored table are written"],
    ),
    Fault::new(
        "time to live can be changed before a change has taken effect",
        &TIME_TO_LIVE,
        in_step(time_to_live_at_once),
        &[
            "time to live is changed only to what it is not, and not before a change has taken effect",
        ],
        &[],
    ),
    Fault::new(
        "a restored table takes no time to live",
        &TIME_TO_LIVE,
        in_step(no_time_to_live_for_restored),
        &[],
        &["time to live of a restored table is switched on"],
    ),
    Fault::new(
        "a backup takes the indexes from its table",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_source(account, request, fresh, |table| {
                Arc::make_mut(&mut table.definition).global_indexes.clear();
            })
        }),
        &["the shape of a table changes only by its updates"],
        &[],
    ),
    Fault::new(
        "a backup takes the tags from its table",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_source(account, request, fresh, |table| {
                Arc::make_mut(&mut table.settings).tags.clear();
            })
        }),
        &["the settings of a table change only on request"],
        &[],
    ),
    Fault::new(
        "a backup takes the items from its table",
        &ITEMS,
        in_step(|account, request, fresh| {
            spoil_source(account, request, fresh, |table| table.items = Arc::default())
        }),
        &["the items of a table change only by writes"],
        &[],
    ),
    Fault::new(
        "a batch is accepted and passed over",
        &ITEMS,
        in_step(|account, request, fresh| match request {
            Request::BatchWriteItem(_) => passed_over(account, request, fresh),
            _ => step(account, request, fresh),
        }),
        &["what is written is there, and what is deleted is not"],
        &[],
    ),
    Fault::new(
        "an item is accepted and passed over",
        &ITEMS,
        in_step(|account, request, fresh| match request {
            Request::PutItem(_) => passed_over(account, request, fresh),
            _ => step(account, request, fresh),
        }),
        &["what is written is there, and what is deleted is not"],
        &["items are restored", "an item is replaced"],
    ),
    Fault::new(
        "an item can be written only once",
        &ITEMS,
        in_step(written_once),
        &[],
        &["an item is replaced"],
    ),
];

/// What is accepted changes nothing.
fn passed_over(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| accepted.account = account.clone())
}

/// Changes the table of an accepted update.
fn spoil_update(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Table),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::UpdateTable(request) = request else { return };
        let table = accepted.account.tables.get_mut(&request.table_name.0);
        change(table.expect("what is updated is there"));
    })
}

/// Changes the table of which a backup is accepted.
fn spoil_source(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Table),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::CreateBackup(request) = request else { return };
        let table = accepted.account.tables.get_mut(&request.table_name.0);
        change(table.expect("what is backed up is there"));
    })
}

/// The first of two indexes gets the name of the one that was just added.
fn rename_first(table: &mut Table) {
    let is_new = matches!(table.index_change(), Some(IndexChange::Allocating(_)));
    let indexes = &mut Arc::make_mut(&mut table.definition).global_indexes;
    if is_new && let [first, last] = &mut indexes[..] {
        first.name = last.name.clone();
    }
}

/// UpdateTable takes an UPDATING table for an ACTIVE one.
fn update_while_updating(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::UpdateTable(update) = request else { return step(account, request, fresh) };
    let lie = |seen: &mut Account| {
        if let Some(table) = seen.tables.get_mut(&update.table_name.0)
            && table.status == TableStatus::Updating
        {
            table.status = TableStatus::Active;
        }
    };
    deceive(account, request, fresh, lie, |_| {})
}

/// The index stays that an update was to remove.
fn index_stays(account: &Account, event: &Event) -> Account {
    let mut after = service::fire(account, event);
    if let Event::UpdateFinished(name) = event
        && let Some((before, after)) = account.tables.get(name).zip(after.tables.get_mut(name))
    {
        after.definition = before.definition.clone();
    }
    after
}

/// DeleteTable takes a protected table for one that is not.
fn protected_is_deleted(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::DeleteTable(delete) = request else { return step(account, request, fresh) };
    let name = &delete.table_name.0;
    let lie = |seen: &mut Account| {
        if let Some(table) = seen.tables.get_mut(name) {
            let settings = (*table.settings).clone();
            table.settings = Arc::new(Settings { deletion_protection: false, ..settings });
        }
    };
    deceive(account, request, fresh, lie, |after| {
        if let Some((before, after)) = account.tables.get(name).zip(after.tables.get_mut(name)) {
            after.settings = before.settings.clone();
        }
    })
}

/// TagResource takes no notice of tags that are being written.
fn tags_at_once(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if !matches!(request, Request::TagResource(_)) {
        return step(account, request, fresh);
    }
    let lie = |seen: &mut Account| {
        for table in seen.tables.values_mut() {
            Arc::make_mut(&mut table.underway).former_tags = None;
        }
    };
    deceive(account, request, fresh, lie, |after| {
        for (name, table) in &mut after.tables {
            if table.underway.former_tags.is_none() {
                table.underway = account.tables[name].underway.clone();
            }
        }
    })
}

/// UpdateTimeToLive takes no notice of a change that takes effect.
fn time_to_live_at_once(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::UpdateTimeToLive(update) = request else { return step(account, request, fresh) };
    let lie = |seen: &mut Account| {
        if let Some(table) = seen.tables.get_mut(&update.table_name.0) {
            Arc::make_mut(&mut table.underway).time_to_live = false;
        }
    };
    deceive(account, request, fresh, lie, |_| {})
}

/// Whether a restore made the table of a name, and has finished.
fn was_restored(account: &Account, name: &TableName) -> bool {
    account.tables.get(name).is_some_and(|table| table.restore.is_some() && !table.is_restoring())
}

/// TagResource refuses restored tables.
fn no_tags_for_restored(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::TagResource(request) = request {
        let is_named = |name: &TableName| request.resource_arn.ends_with(name.as_str());
        if account.tables.keys().any(|name| is_named(name) && was_restored(account, name)) {
            return refused("RFB-081");
        }
    }
    step(account, request, fresh)
}

/// UpdateTimeToLive refuses restored tables.
fn no_time_to_live_for_restored(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match request {
        Request::UpdateTimeToLive(update) if was_restored(account, &update.table_name.0) => {
            refused("RFB-081")
        }
        _ => step(account, request, fresh),
    }
}

/// PutItem refuses to replace an item.
fn written_once(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::PutItem(put) = request
        && let Some(table) = account.tables.get(&put.table_name.0)
        && table.items.contains_key(&table.key_of(&put.item))
    {
        return refused("DAT-01");
    }
    step(account, request, fresh)
}
