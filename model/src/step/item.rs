//! PutItem, BatchWriteItem, GetItem and Scan: as far as needed to see that a restored table holds its
//! data. Conditions, filters, pages and projections of a request are not modelled.

use std::collections::BTreeMap;

use super::data;
use super::size::{size_bytes, value_bytes};
use crate::account::{Account, Millis, StoredItem, Table, TableStatus};
use crate::attribute::kept_item;
use crate::name::TableName;
use crate::outcome::ErrorCode::{ResourceNotFoundException, ValidationException};
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::{BatchWriteItem, GetItem, Item, PutItem, Scan, WriteRequest};
use crate::schema::KeyType;

/// Size of a partition key's value (DAT-05).
const PARTITION_KEY_BYTES: usize = 2048;
/// Size of a sort key's value (DAT-05).
const SORT_KEY_BYTES: usize = 1024;
/// Size of an item (DAT-05).
const ITEM_BYTES: usize = 400 * 1024;

/// Writes an item; one with the same key is replaced (DAT-01).
pub(super) fn put(account: &Account, request: &PutItem) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    let table = usable(account, name, &mut objections);
    if let Some(table) = table {
        check_item(table, &request.item, &mut objections);
    }
    objections.unless(|| {
        let table = table.expect("writing to no table was refused");
        let mut changed = table.clone();
        let item = StoredItem::new(&request.item, account.now);
        changed.write(table.key_of(&request.item), Some(item), account.now);
        let mut next = account.clone();
        next.tables.insert(name.clone(), changed);
        let restored = table.restore.is_some().then_some("LIF-03");
        Accepted::new(next, Reply::Empty, ["DAT-01"].into_iter().chain(restored).collect())
    })
}

/// Writes and deletes several items (DAT-01b). What an endpoint leaves undone it says, and then the
/// oracle takes it back.
pub(super) fn write_batch(account: &Account, request: &BatchWriteItem) -> Outcome {
    let mut objections = Objections::new();
    for (name, writes) in &request.request_items {
        let table = usable(account, &name.0, &mut objections);
        for write in table.iter().flat_map(|_| writes) {
            let table = table.expect("there are writes to a table only");
            match (&write.put_request, &write.delete_request) {
                (Some(put), None) => check_item(table, &put.item, &mut objections),
                (None, Some(delete)) => check_keys(table, &delete.key, "DAT-01b", &mut objections),
                (Some(_), Some(_)) | (None, None) => {
                    objections.add_unworded("DAT-01b", ValidationException);
                }
            }
        }
    }
    objections.unless(|| {
        let mut next = account.clone();
        let mut former = BTreeMap::new();
        for (name, writes) in &request.request_items {
            let table = next.tables.get_mut(&name.0).expect("writing to no table was refused");
            for write in writes {
                let (key, item) = written(table, write, account.now);
                let before = table.items.get(&key).cloned();
                table.write(key.clone(), item, account.now);
                former.entry((name.0.clone(), key)).or_insert(before);
            }
        }
        Accepted::new(next, Reply::Written { former }, vec!["DAT-01b"])
    })
}

/// The key that a write is about, and what is there after it.
fn written(table: &Table, write: &WriteRequest, now: Millis) -> (String, Option<StoredItem>) {
    match (&write.put_request, &write.delete_request) {
        (Some(put), _) => (table.key_of(&put.item), Some(StoredItem::new(&put.item, now))),
        (None, Some(delete)) => (table.key_of(&delete.key), None),
        (None, None) => unreachable!("a write that neither puts nor deletes was refused"),
    }
}

/// Reads the item of a key, if there is one.
pub(super) fn get(account: &Account, request: &GetItem) -> Outcome {
    let mut objections = Objections::new();
    let table = usable(account, &request.table_name.0, &mut objections);
    if let Some(table) = table {
        check_keys(table, &request.key, "DAT-01a", &mut objections);
    }
    objections.unless(|| {
        let table = table.expect("reading no table was refused");
        let stored = table.items.get(&table.key_of(&request.key));
        let rule = data::rule(account, table).unwrap_or("DAT-01a");
        let reply = Reply::Item {
            item: stored.and_then(StoredItem::sure),
            possible: stored.into_iter().flat_map(StoredItem::possible).collect(),
            rule,
        };
        Accepted::new(account.clone(), reply, vec!["DAT-01a"])
    })
}

/// Reads all items.
pub(super) fn scan(account: &Account, request: &Scan) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    let table = usable(account, name, &mut objections);
    objections.unless(|| {
        let table = table.expect("reading no table was refused");
        let stored = || table.items.values();
        let rule = data::rule(account, table).unwrap_or("DAT-02");
        let reply = Reply::Items {
            sure: stored().filter_map(StoredItem::sure).collect(),
            possible: stored().filter_map(StoredItem::likely).collect(),
            others: stored().flat_map(StoredItem::others).collect(),
            rule,
        };
        let restored = table.restore.is_some().then_some("RTB-04");
        let fed = feeds_a_restore(account, name).then_some("RTB-09");
        let independent = data::independence(account, table);
        let grants = independent.into_iter().chain(["DAT-02"]).chain(restored).chain(fed).collect();
        Accepted::new(account.clone(), reply, grants)
    })
}

/// Whether a backup of the table is being restored now.
pub(super) fn feeds_a_restore(account: &Account, name: &TableName) -> bool {
    account.restores().any(|(_, table)| {
        table.restore.as_ref().is_some_and(|restore| restore.source_table == *name)
    })
}

/// Items can be written and read only while their table is ACTIVE, or UPDATING.
pub(super) fn usable<'a>(
    account: &'a Account,
    name: &TableName,
    objections: &mut Objections,
) -> Option<&'a Table> {
    let table = account.tables.get(name);
    let arguments = || vec![("table", name.to_string())];
    match table.map(|table| table.status) {
        Some(TableStatus::Active | TableStatus::Updating) => {}
        Some(TableStatus::Creating) if table.is_some_and(Table::is_restoring) => {
            objections.add("LIF-04", ResourceNotFoundException, arguments());
        }
        None | Some(TableStatus::Creating | TableStatus::Deleting) => {
            objections.add("DAT-04", ResourceNotFoundException, arguments());
        }
    }
    table
}

/// An item has the key attributes of its table, and is not too large.
fn check_item(table: &Table, item: &Item, objections: &mut Objections) {
    let complete =
        table.definition.keys.iter().all(|key| has_type(table, item, key.attribute_name.as_str()));
    objections.when(!complete, "DAT-01", ValidationException, Vec::new);
    let too_large = table.definition.keys.iter().any(|key| {
        let most = match key.key_type {
            KeyType::Hash => PARTITION_KEY_BYTES,
            KeyType::Range => SORT_KEY_BYTES,
        };
        item.get(key.attribute_name.as_str()).is_some_and(|value| value_bytes(value) > most)
    });
    let too_large = too_large || size_bytes(&kept_item(item)) > ITEM_BYTES;
    objections.when(too_large, "DAT-05", ValidationException, Vec::new);
}

/// A key consists of the key attributes of its table and nothing else.
fn check_keys(table: &Table, key: &Item, rule: &'static str, objections: &mut Objections) {
    let keys = &table.definition.keys;
    let complete = keys.iter().all(|element| has_type(table, key, element.attribute_name.as_str()));
    let fits = complete && key.len() == keys.len();
    objections.when(!fits, rule, ValidationException, Vec::new);
}

/// Whether an item has a key attribute of the type that is defined for it.
fn has_type(table: &Table, item: &Item, attribute: &str) -> bool {
    let defined = table.definition.attributes.iter().find(|(name, _)| name.as_str() == attribute);
    let value = item.get(attribute).and_then(|value| value.as_object());
    value.is_some_and(|value| {
        defined.is_none_or(|(_, kind)| value.contains_key(&format!("{kind:?}")))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, music, song};
    use serde_json::{Value, json};

    fn put(table: &str, item: &Value) -> Value {
        json!({"TableName": table, "Item": item})
    }

    fn get(table: &str, title: &str) -> Value {
        json!({"TableName": table, "Key": {"title": {"S": title}}})
    }

    #[test]
    fn items_are_written_and_read_only_while_their_table_can_be_used() {
        let creating = Test::empty().send("CreateTable", &music());
        creating.check("PutItem", &put("Music", &song("one", None)), "DAT-04");
        let restoring = Test::music().backup().restore();
        restoring.check("PutItem", &put("Copy", &song("one", None)), "LIF-04");
        restoring.check("GetItem", &get("Copy", "one"), "LIF-04");
        restoring.check("Scan", &json!({"TableName": "Copy"}), "LIF-04");
        let restored = restoring.settle();
        restored.check("PutItem", &put("Copy", &song("one", None)), "accepted by LIF-03");
        restored.shows("GetItem", &get("Copy", "one"), "/Item", &song("one", Some("1999")));
        restored.shows("GetItem", &get("Copy", "none"), "/Item", &Value::Null);
    }

    #[test]
    fn a_number_is_the_same_key_however_it_is_written() {
        let definition = json!({
            "TableName": "Years",
            "AttributeDefinitions": [{"AttributeName": "year", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        });
        let year = |text: &str| json!({"year": {"N": text}});
        let years = Test::empty().send("CreateTable", &definition).settle();
        let years = years.send("PutItem", &put("Years", &year("1999.0")));
        let years = years.send("PutItem", &put("Years", &year("1.999E3")));
        years.shows("Scan", &json!({"TableName": "Years"}), "/Items", &json!([year("1999")]));
        let get = json!({"TableName": "Years", "Key": year("01999")});
        years.shows("GetItem", &get, "/Item", &year("1999"));
    }

    #[test]
    fn an_item_needs_its_key_and_must_not_be_too_large() {
        let music = Test::music();
        let check = |item: Value, expected| {
            music.check("PutItem", &put("Music", &item), expected);
        };
        check(json!({"label": {"S": "x"}}), "DAT-01");
        check(json!({"title": {"N": "1"}}), "DAT-01");
        check(json!({"title": {"S": "x".repeat(2048)}}), "accepted by DAT-01");
        check(json!({"title": {"S": "x".repeat(2049)}}), "DAT-05");
        check(json!({"title": {"S": "x"}, "l": {"S": "x".repeat(400 * 1024)}}), "DAT-05");
        music.check("GetItem", &json!({"TableName": "Music", "Key": {}}), "DAT-01a");
    }

    #[test]
    fn a_batch_puts_and_deletes() {
        let writes = json!([
            {"PutRequest": {"Item": song("three", None)}},
            {"DeleteRequest": {"Key": {"title": {"S": "one"}}}},
        ]);
        let batch = |writes: &Value| json!({"RequestItems": {"Music": writes}});
        let music = Test::music();
        music.check("BatchWriteItem", &batch(&json!([{}])), "DAT-01b");
        music.check("BatchWriteItem", &json!({"RequestItems": {"None": writes}}), "DAT-04");
        let written = music.send("BatchWriteItem", &batch(&writes));
        written.shows("GetItem", &get("Music", "three"), "/Item", &song("three", None));
        written.shows("GetItem", &get("Music", "one"), "/Item", &Value::Null);
    }
}
