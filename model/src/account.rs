//! The state of the service for one account in one Region.
//!
//! Restores in flight are not kept beside the tables: a restore *is* a table that was restored and is
//! still CREATING. So the lock on a backup and the count against the quota cannot disagree with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::name::{AccountId, ArnParts, BackupArn, BackupName, Region, TableId, TableName};
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
    /// Being deleted.
    Deleting,
}

impl TableStatus {
    /// As it is spelled on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            TableStatus::Creating => "CREATING",
            TableStatus::Active => "ACTIVE",
            TableStatus::Deleting => "DELETING",
        }
    }
}

/// What a restored table remembers of its restore.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restore {
    /// The backup that it comes from, as the request named it.
    pub backup: BackupArn,
    /// The table that the backup was taken from.
    pub source_table: TableName,
    /// When the backup was made, as the service says (RTB-83).
    pub backup_created: Option<Millis>,
    /// When the backup was asked for, by the account's clock.
    pub backup_taken: Millis,
    /// When the restore was asked for, by the account's clock.
    pub requested: Millis,
    /// Why the restored table is what it is.
    pub reasons: Reasons,
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
}

impl StoredItem {
    /// Stores an item.
    pub fn new(item: &Item, written: Millis) -> Self {
        let json = serde_json::to_string(item).expect("an item is made of JSON values");
        Self { json, written }
    }

    /// The item.
    pub fn item(&self) -> Item {
        serde_json::from_str(&self.json).expect("a stored item was written from one")
    }
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
    /// Whether backups have been enabled for it, which happens a moment after it became ACTIVE (CRB-09).
    pub backups_enabled: bool,
    /// The restore that made it, for as long as it runs or is remembered.
    pub restore: Option<Arc<Restore>>,
    /// Its items.
    pub items: Arc<Items>,
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

/// A backup: what it froze of its source table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Backup {
    /// What its maker called it.
    pub name: BackupName,
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
            .find(|(_, table)| table.restore.as_ref().is_some_and(|restore| same_backup(&restore.backup, arn)))
            .map(|(name, _)| name)
    }

    /// The ARN under which a backup is kept that a request names by `arn`. The Region part of the
    /// ARN does not matter (DBK-006).
    pub fn find_backup(&self, arn: &BackupArn) -> Option<&BackupArn> {
        if let Some((kept, _)) = self.backups.get_key_value(arn) {
            return Some(kept);
        }
        self.backups.keys().find(|kept| same_backup(kept, arn))
    }
}

/// Whether two ARNs name one backup: all parts but the Region agree.
fn same_backup(left: &BackupArn, right: &BackupArn) -> bool {
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
