//! The state of the service for one account in one Region.
//!
//! Restores in flight are not kept beside the tables: a restore *is* a table that was restored and is
//! still CREATING. So the lock on a backup and the count against the quota cannot disagree with them.

pub mod recovery;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::recovery::Recovery;

use crate::attribute::{kept, kept_item};
use crate::name::{
    AccountId, ArnParts, BackupArn, BackupName, IndexName, Region, TableId, TableName,
};
use crate::request::Item;
use crate::rules::RuleId;
use crate::schema::{Definition, Settings};

/// Milliseconds since the epoch.
pub type Millis = u64;

/// Restores that may run at once in an account, of any kind (QUO-01).
pub const RESTORES_AT_ONCE: usize = 50;

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

/// What a restored table remembers of its restore.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restore {
    /// Where it comes from.
    pub origin: Origin,
    /// The table whose data it holds.
    pub source_table: TableName,
    /// When it was asked for, by the account's clock.
    pub requested: Millis,
    /// Why the restored table is what it is.
    pub reasons: Reasons,
}

impl Restore {
    /// The backup that it comes from, if it comes from one.
    pub fn backup(&self) -> Option<&BackupArn> {
        match &self.origin {
            Origin::Backup { arn, .. } => Some(arn),
            Origin::PointInTime(_) => None,
        }
    }

    /// Whether it comes from the backup that `arn` names.
    pub fn is_from(&self, arn: &BackupArn) -> bool {
        self.backup().is_some_and(|backup| same_backup(backup, arn))
    }
}

/// Where a restored table comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// From a backup.
    Backup {
        /// Its ARN, as the request named it.
        arn: BackupArn,
        /// When it was made, as the service says (RTB-83).
        created: Option<Millis>,
    },
    /// From its source table, as it was at a point in time.
    PointInTime(PointInTime),
}

/// A point in time as a restore names it, by the service's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointInTime {
    /// This one.
    At(Millis),
    /// The latest restorable one, which only the service knows.
    Latest {
        /// It is not before this one.
        from: Millis,
    },
}

/// The rules by which a restored table has its properties: whether they were overridden or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reasons {
    /// Of its billing mode.
    pub billing: RuleId,
    /// Of its capacity.
    pub throughput: RuleId,
    /// Of its global secondary indexes.
    pub global_indexes: RuleId,
    /// Of their capacity.
    pub index_throughput: RuleId,
    /// Of its local secondary indexes.
    pub local_indexes: RuleId,
    /// Of its encryption.
    pub encryption: RuleId,
}

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

fn parse(json: &str) -> Item {
    serde_json::from_str(json).expect("a stored item was written from one")
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

/// The status of a backup that exists (BKP-01; a deleted one is gone at once, XBK-004).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackupStatus {
    /// Being made.
    Creating,
    /// Ready to be restored.
    Available,
}

impl BackupStatus {
    /// As it is spelled on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            BackupStatus::Creating => "CREATING",
            BackupStatus::Available => "AVAILABLE",
        }
    }
}

/// Who made a backup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackupKind {
    /// Somebody, who called it this.
    User(BackupName),
    /// The service, when a table with point-in-time recovery was deleted (BKP-16).
    System,
}

impl BackupKind {
    /// As it is spelled on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            BackupKind::User(_) => "USER",
            BackupKind::System => "SYSTEM",
        }
    }
}

/// How the id of a SYSTEM backup ends (SYS-001).
pub const SYSTEM_SUFFIX: &str = "-00000000";

/// How long a SYSTEM backup is kept (BKP-18).
const SYSTEM_BACKUP_MILLIS: Millis = 35 * 24 * 60 * 60 * 1000;

/// What was written so long before a backup is sure to be in it (BKP-07).
const SURE_AFTER_MILLIS: Millis = 60_000;

/// A backup: what it froze of its source table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Backup {
    /// Who made it.
    pub kind: BackupKind,
    /// Its status.
    pub status: BackupStatus,
    /// The table that it was taken from.
    pub table: TableName,
    /// That table's id.
    pub table_id: Option<TableId>,
    /// When that table was made.
    pub table_created: Option<Millis>,
    /// That table's shape.
    pub definition: Arc<Definition>,
    /// That table's settings, some of which are recorded though never restored (BKP-10).
    pub settings: Arc<Settings>,
    /// That table's items.
    pub items: Arc<Items>,
    /// When it was made, as the service says; unknown until an endpoint told it.
    pub created: Option<Millis>,
    /// When it was asked for, by the account's clock.
    pub taken: Millis,
}

impl Backup {
    /// A backup of a table as it is now, still being made.
    pub fn of(
        name: &TableName,
        table: &Table,
        kind: BackupKind,
        created: Option<Millis>,
        now: Millis,
    ) -> Self {
        Self {
            kind,
            status: BackupStatus::Creating,
            table: name.clone(),
            table_id: table.id.clone(),
            table_created: table.created,
            definition: table.definition.clone(),
            settings: table.settings.clone(),
            items: table.items.clone(),
            created,
            taken: now,
        }
    }

    /// Its name. That of a SYSTEM backup is no name that somebody could give (BKP-16).
    pub fn name(&self) -> String {
        match &self.kind {
            BackupKind::User(name) => name.to_string(),
            BackupKind::System => format!("{}$DeletedTableBackup", self.table),
        }
    }

    /// When it expires, if it does and its creation is known (BKP-18).
    pub fn expires(&self) -> Option<Millis> {
        match self.kind {
            BackupKind::User(_) => None,
            BackupKind::System => self.created.map(|created| created + SYSTEM_BACKUP_MILLIS),
        }
    }

    /// Whether it can be seen: a SYSTEM backup only once it is complete (SYS-001).
    pub fn is_visible(&self) -> bool {
        match self.kind {
            BackupKind::User(_) => true,
            BackupKind::System => self.status == BackupStatus::Available,
        }
    }

    /// The items that a table restored from it has. Of those written within the minute before it was
    /// asked for none is sure (BKP-07); a SYSTEM backup is exact, since its table took no more writes.
    pub fn restored_items(&self) -> Arc<Items> {
        let is_sure = |item: &StoredItem| match self.kind {
            BackupKind::User(_) => item.written + SURE_AFTER_MILLIS <= self.taken,
            BackupKind::System => true,
        };
        if self.items.values().all(is_sure) {
            return self.items.clone();
        }
        let mut items = (*self.items).clone();
        for item in items.values_mut().filter(|item| !is_sure(item)) {
            if !item.instead.contains(&None) {
                item.instead.push(None);
            }
        }
        Arc::new(items)
    }
}

/// The state of the service for one account in one Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The account; unknown until an endpoint told it.
    pub id: Option<AccountId>,
    /// The Region.
    pub region: Region,
    /// The time.
    pub now: Millis,
    /// How many restores may run at once: [`RESTORES_AT_ONCE`], or less in a small model.
    pub restore_quota: usize,
    /// Its tables, by name: so a name can never stand for two.
    pub tables: BTreeMap<TableName, Table>,
    /// Its backups, by ARN.
    pub backups: BTreeMap<BackupArn, Backup>,
}

impl Account {
    /// An account without tables and backups.
    pub fn empty(region: Region, id: Option<AccountId>) -> Self {
        Self {
            id,
            region,
            now: 0,
            restore_quota: RESTORES_AT_ONCE,
            tables: BTreeMap::new(),
            backups: BTreeMap::new(),
        }
    }

    /// The tables whose restore is still running.
    pub fn restores(&self) -> impl Iterator<Item = (&TableName, &Table)> {
        self.tables.iter().filter(|(_, table)| table.is_restoring())
    }

    /// The table that is being restored from a backup, if one is.
    pub fn restore_of(&self, arn: &BackupArn) -> Option<&TableName> {
        self.restores()
            .find(|(_, table)| table.restore.as_ref().is_some_and(|restore| restore.is_from(arn)))
            .map(|(name, _)| name)
    }

    /// The ARN under which a backup is kept that a request names by `arn`. The Region part of the
    /// ARN does not matter (DBK-006).
    pub fn find_backup(&self, arn: &BackupArn) -> Option<&BackupArn> {
        let visible = |kept: &BackupArn| self.backups[kept].is_visible();
        if let Some((kept, _)) = self.backups.get_key_value(arn) {
            return visible(kept).then_some(kept);
        }
        self.backups.keys().find(|kept| same_backup(kept, arn) && visible(kept))
    }

    /// The account as it is named in ARNs: twelve zeros as long as no answer has named it.
    pub fn owner(&self) -> AccountId {
        let unknown = || AccountId::new("000000000000").expect("twelve digits");
        self.id.clone().unwrap_or_else(unknown)
    }
}

/// Whether two ARNs name one backup: all parts but the Region agree.
pub(crate) fn same_backup(left: &BackupArn, right: &BackupArn) -> bool {
    match (left.parts(), right.parts()) {
        (
            ArnParts::Backup { account: account_l, table: table_l, id: id_l, .. },
            ArnParts::Backup { account: account_r, table: table_r, id: id_r, .. },
        ) => (account_l, table_l, id_l) == (account_r, table_r, id_r),
        _ => left == right,
    }
}

/// What the service makes up by itself when it makes a table or a backup. The model has no source of
/// ids, so whoever asks for a step brings them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The id of a new table, if it is to have a known one.
    pub table_id: Option<TableId>,
    /// When a new table or backup is made, if that is to be known.
    pub created: Option<Millis>,
    /// The last part of a new backup's ARN.
    pub backup_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{BillingMode, Encryption, ProvisionedThroughput};
    use serde_json::json;

    fn item(key: &str) -> Item {
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

    #[test]
    fn what_was_written_within_the_minute_before_a_backup_is_not_sure_to_be_restored() {
        let written = |key: &str, written, instead| {
            (key.to_owned(), StoredItem { instead, ..StoredItem::new(&item(key), written) })
        };
        let items = [
            written("long before", 40_000, vec![]),
            written("just before", 40_001, vec![]),
            written("unsure already", 40_001, vec![None]),
        ];
        let definition = Arc::new(Definition {
            attributes: BTreeMap::new(),
            keys: vec![],
            billing: BillingMode::PayPerRequest,
            throughput: ProvisionedThroughput::ZERO,
            global_indexes: vec![],
            local_indexes: vec![],
            encryption: Encryption::OwnedKey,
        });
        let backup = |kind| Backup {
            kind,
            status: BackupStatus::Available,
            table: TableName::new("abc").expect("a name"),
            table_id: None,
            table_created: None,
            definition: definition.clone(),
            settings: Arc::new(Settings::default()),
            items: Arc::new(items.iter().cloned().collect()),
            created: None,
            taken: 100_000,
        };
        let instead = |kind| {
            let items = backup(kind).restored_items();
            items.iter().map(|(key, item)| (key.clone(), item.instead.clone())).collect::<Vec<_>>()
        };
        let expected = [
            ("just before".to_owned(), vec![None]),
            ("long before".to_owned(), vec![]),
            ("unsure already".to_owned(), vec![None]),
        ];
        assert_eq!(instead(BackupKind::User(BackupName::new("abc").expect("a name"))), expected);
        let exact = instead(BackupKind::System);
        assert_eq!(exact[0], ("just before".to_owned(), vec![]));
    }

    #[test]
    fn two_arns_name_one_backup_if_they_differ_in_the_region_alone() {
        let region = Region::new("us-east-1").expect("a Region");
        let arn = |id: &str| {
            let owner = AccountId::new("123456789012").expect("an account");
            BackupArn::from_parts(&region, &owner, &TableName::new("abc").expect("a name"), id)
        };
        let (one, other) = (arn("01489602797149-73d8d5bc"), arn("01489602797149-73d8d5bd"));
        let elsewhere = BackupArn::new(&one.as_str().replace("us-east-1", "eu-west-1"));
        assert!(same_backup(&one, &elsewhere.expect("any text is one")));
        assert!(!same_backup(&one, &other));
        let no_arn = |text: &str| BackupArn::new(text).expect("any text is one");
        assert!(
            same_backup(&no_arn("x"), &no_arn("x")) && !same_backup(&no_arn("x"), &no_arn("y"))
        );
    }
}
