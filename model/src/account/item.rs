//! The items of a table, and which of them are sure to be there.

use std::collections::BTreeMap;

use super::Millis;
use crate::attribute::kept_item;
use crate::request::Item;

/// The items of a table, by the JSON text of their key.
pub type Items = BTreeMap<String, StoredItem>;

/// An item and when it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoredItem {
    /// Its attributes as JSON text, which orders and hashes.
    pub json: String,
    /// When it was written.
    pub written: Millis,
    /// What may be there in its place, with `None` for nothing at all: a backup and a point in time
    /// are not exact (BKP-07, PTR-11). Empty if the item is sure to be there.
    pub instead: Vec<Option<String>>,
}

impl StoredItem {
    /// Stores an item.
    pub fn new(item: &Item, written: Millis) -> Self {
        let json = serde_json::to_string(&kept_item(item)).expect("an item is made of JSON values");
        Self { json, written, instead: Vec::new() }
    }

    /// The item if it is sure to be there.
    pub fn sure(&self) -> Option<Item> {
        self.instead.is_empty().then(|| parse(&self.json))
    }

    /// The item if it is not sure to be there.
    pub fn likely(&self) -> Option<Item> {
        (!self.instead.is_empty()).then(|| parse(&self.json))
    }

    /// The items that may be there in its place.
    pub fn others(&self) -> impl Iterator<Item = Item> {
        self.instead.iter().flatten().map(|json| parse(json))
    }

    /// The items that may be there if it is not sure: itself, and those in its place.
    pub fn possible(&self) -> impl Iterator<Item = Item> {
        self.likely().into_iter().chain(self.others())
    }
}

fn parse(json: &str) -> Item {
    serde_json::from_str(json).expect("a stored item was written from one")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub(in crate::account) fn item(key: &str) -> Item {
        json!({"k": {"S": key}}).as_object().expect("an item is an object").clone()
    }

    #[test]
    fn an_item_is_sure_or_possible_with_what_may_stand_in_its_place() {
        let sure = StoredItem::new(&item("a"), 0);
        assert_eq!(
            (sure.sure(), sure.likely(), sure.possible().count()),
            (Some(item("a")), None, 0)
        );
        let instead = vec![None, Some(StoredItem::new(&item("b"), 0).json)];
        let likely = StoredItem { instead, ..sure };
        assert_eq!((likely.sure(), likely.likely()), (None, Some(item("a"))));
        assert_eq!(likely.possible().collect::<Vec<_>>(), [item("a"), item("b")]);
    }
}
