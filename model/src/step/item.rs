//! PutItem and Scan: as far as needed to see that a restored table holds its data.

use std::sync::Arc;

use crate::account::{Account, Millis, StoredItem, Table, TableStatus};
use crate::name::TableName;
use crate::outcome::ErrorCode::ResourceNotFoundException;
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::{Item, PutItem, Scan};

/// What was written so long before a backup is sure to be in it (BKP-07).
const SURE_AFTER_MILLIS: Millis = 60_000;

/// Writes an item; one with the same key is replaced (DAT-01).
pub(super) fn put(account: &Account, request: &PutItem) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    let table = usable(account, name, &mut objections);
    objections.unless(|| {
        let table = table.expect("writing to no table was refused");
        let mut items = (*table.items).clone();
        items.insert(key_of(table, &request.item), StoredItem::new(&request.item, account.now));
        let mut next = account.clone();
        let changed = Table { items: Arc::new(items), ..table.clone() };
        next.tables.insert(name.clone(), changed);
        Accepted::new(next, Reply::Empty, vec!["DAT-01"])
    })
}

/// Reads all items.
pub(super) fn scan(account: &Account, request: &Scan) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    let table = usable(account, name, &mut objections);
    objections.unless(|| {
        let table = table.expect("reading no table was refused");
        // What was written within the minute before the backup may or may not be in it.
        let is_sure = |item: &&StoredItem| match &table.restore {
            Some(restore) => {
                item.written >= restore.requested
                    || item.written + SURE_AFTER_MILLIS <= restore.backup_taken
            }
            None => true,
        };
        let (sure, possible): (Vec<_>, Vec<_>) = table.items.values().partition(is_sure);
        let items = |stored: Vec<&StoredItem>| stored.into_iter().map(StoredItem::item).collect();
        let rule = if table.restore.is_some() { "CAR-01" } else { "DAT-02" };
        let reply = Reply::Items { sure: items(sure), possible: items(possible), rule };
        Accepted::new(account.clone(), reply, vec!["DAT-02"])
    })
}

/// Items can be written and read only while their table is ACTIVE or, for a moment, DELETING.
fn usable<'a>(
    account: &'a Account,
    name: &TableName,
    objections: &mut Objections,
) -> Option<&'a Table> {
    let table = account.tables.get(name);
    let arguments = || vec![("table", name.to_string())];
    match table.map(|table| table.status) {
        Some(TableStatus::Active) => {}
        Some(TableStatus::Creating) if table.is_some_and(Table::is_restoring) => {
            objections.add("LIF-04", ResourceNotFoundException, arguments());
        }
        None | Some(TableStatus::Creating | TableStatus::Deleting) => {
            objections.add("DAT-04", ResourceNotFoundException, arguments());
        }
    }
    table
}

/// The JSON text of an item's key attributes.
fn key_of(table: &Table, item: &Item) -> String {
    let keys = table.definition.keys.iter().map(|key| item.get(key.attribute_name.as_str()));
    serde_json::to_string(&keys.collect::<Vec<_>>()).expect("keys are JSON values")
}
