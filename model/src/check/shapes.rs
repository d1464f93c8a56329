//! What every table is like: what holds in every state.

use std::collections::BTreeSet;

use super::machine::Machine;
use super::properties::Property;
use crate::account::recovery::Recovery;
use crate::account::{Account, TableStatus};

/// All of them.
pub(super) const SHAPES: &[Property] = &[
    Property::always(
        "every key attribute of a table has a type",
        every_key_attribute_has_a_type,
        "an index is removed",
    ),
    Property::always(
        "no two indexes of a table have the same name",
        index_names_are_unique,
        "a table is restored with some of its indexes",
    ),
    Property::always(
        "an update is underway just while a table is UPDATING",
        an_update_is_underway_while_updating,
        "an update is refused while another one runs",
    ),
    Property::always(
        "a table that is being restored has neither backups nor recovery",
        a_new_table_has_no_recovery,
        "a table is restored under another name",
    ),
    Property::always(
        "no two tables have the same id, nor a table that of a backup's source",
        ids_are_used_once,
        "a table with an id is restored",
    ),
];

/// Every key attribute of a table and of its indexes has a type (CTB-011, RTB-37).
fn every_key_attribute_has_a_type(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|table| {
        let keys = table.definition.key_attributes();
        keys.into_iter().all(|name| table.definition.attributes.contains_key(name))
    })
}

/// No two indexes of a table have the same name, global and local ones together (RTB-34a, CTB-017).
fn index_names_are_unique(_: &Machine, account: &Account) -> bool {
    account.tables.values().all(|table| {
        let global = table.definition.global_indexes.iter().map(|index| &index.name);
        let local = table.definition.local_indexes.iter().map(|index| &index.name);
        let mut seen = BTreeSet::new();
        global.chain(local).all(|name| seen.insert(name))
    })
}

/// An update is underway just while a table is UPDATING (UPT-02).
fn an_update_is_underway_while_updating(_: &Machine, account: &Account) -> bool {
    account
        .tables
        .values()
        .all(|table| table.underway.update.is_some() == (table.status == TableStatus::Updating))
}

/// A table that is being restored has neither backups enabled nor recovery switched on (CAR-13, PTR-08).
fn a_new_table_has_no_recovery(_: &Machine, account: &Account) -> bool {
    account
        .restores()
        .all(|(_, table)| !table.backups_enabled && table.recovery == Recovery::default())
}

/// No two tables have the same id, nor a table that of the source of a backup under another name
/// (RTB-70).
fn ids_are_used_once(_: &Machine, account: &Account) -> bool {
    let mut seen = BTreeSet::new();
    account.tables.iter().all(|(name, table)| {
        let Some(id) = &table.id else { return true };
        let mut sources = account.backups.values().filter(|it| it.table_id.as_ref() == Some(id));
        seen.insert(id) && sources.all(|backup| backup.table == *name)
    })
}
