//! A table, and what the service is still busy with for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::recovery::Recovery;
use super::{Items, Millis, Restore, StoredItem};
use crate::attribute::kept;
use crate::name::{IndexName, TableId};
use crate::request::Item;
use crate::schema::{Definition, Settings};

/// The status of a table, as far as it is modelled (LIF-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableStatus {
    /// Being made, or being restored.
    Creating,
    /// In use.
    Active,
    /// In use, while a change is made to it (UPT-02).
    Updating,
    /// Being deleted.
    Deleting,
}

impl TableStatus {
    /// As it is spelled on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            TableStatus::Creating => "CREATING",
            TableStatus::Active => "ACTIVE",
            TableStatus::Updating => "UPDATING",
            TableStatus::Deleting => "DELETING",
        }
    }
}

/// What the service is still busy with for a table, although it has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Underway {
    /// The change for which the table is UPDATING.
    // INVARIANT: there is one if and only if the table's status is UPDATING.
    pub update: Option<Update>,
    /// The tags from before a write of tags that is still running (TAG-005).
    pub former_tags: Option<BTreeMap<String, String>>,
    /// Whether a change of its time to live is still taking effect (TTL-02).
    pub time_to_live: bool,
}

/// A change that UpdateTable started. The table has it already; answers may show what was before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Update {
    /// The shape before it.
    pub definition: Arc<Definition>,
    /// The settings before it.
    pub settings: Arc<Settings>,
    /// What becomes of a global secondary index, if it is about one.
    pub index: Option<IndexChange>,
}

/// How far the change of a global secondary index has come (UPT-03).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexChange {
    /// It is added, and gets its resources.
    Allocating(IndexName),
    /// It is added, and the items of the table are copied into it.
    Backfilling(IndexName),
    /// It is removed. The table has it until that is done.
    Removing(IndexName),
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table {
    /// Its shape.
    pub definition: Arc<Definition>,
    /// What a restore of its backups does not bring back.
    pub settings: Arc<Settings>,
    /// Its status.
    pub status: TableStatus,
    /// What has been asked for and is not done.
    pub underway: Arc<Underway>,
    /// Whether backups have been enabled for it, which happens a moment after it became ACTIVE (CRB-09).
    pub backups_enabled: bool,
    /// The restore that made it, for as long as it runs or is remembered.
    pub restore: Option<Arc<Restore>>,
    /// Its items.
    pub items: Arc<Items>,
    /// Its point-in-time recovery, which a restore does not bring back either (CAR-13).
    pub recovery: Recovery,
    /// The id of this generation; unknown until an endpoint told it.
    pub id: Option<TableId>,
    /// When it was made; unknown until an endpoint told it.
    pub created: Option<Millis>,
}

impl Table {
    /// Whether its restore is still running.
    pub fn is_restoring(&self) -> bool {
        self.restore.is_some() && self.status == TableStatus::Creating
    }

    /// Writes the item of a key, or takes it away. What was there before stays recoverable.
    pub fn write(&mut self, key: String, item: Option<StoredItem>, now: Millis) {
        let items = Arc::make_mut(&mut self.items);
        let replaced = match item {
            Some(item) => items.insert(key.clone(), item),
            None => items.remove(&key),
        };
        if let Some(replaced) = replaced {
            self.recovery.remember(key, replaced, now);
        }
    }

    /// The change of an index that is not done.
    pub fn index_change(&self) -> Option<&IndexChange> {
        self.underway.update.as_ref()?.index.as_ref()
    }

    /// The JSON text of an item's key attributes, under which it is stored.
    pub fn key_of(&self, item: &Item) -> String {
        let keys =
            self.definition.keys.iter().map(|key| item.get(key.attribute_name.as_str()).map(kept));
        serde_json::to_string(&keys.collect::<Vec<_>>()).expect("keys are JSON values")
    }
}
