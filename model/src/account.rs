//! The state of the service for one account in one Region.
//!
//! Restores in flight are not kept beside the tables: a restore *is* a table that was restored and is
//! still CREATING. So the lock on a backup and the count against the quota cannot disagree with them.

mod backup;
mod item;
pub mod recovery;
mod restore;
mod table;

use std::collections::BTreeMap;

pub(crate) use self::backup::same_backup;
pub use self::backup::{Backup, BackupKind, BackupStatus, SYSTEM_SUFFIX};
pub use self::item::{Items, StoredItem};
pub use self::restore::{Origin, PointInTime, Reasons, Restore};
pub use self::table::{IndexChange, Table, TableStatus, Underway, Update};
use crate::name::{AccountId, BackupArn, Region, TableId, TableName};

/// Milliseconds since the epoch.
pub type Millis = u64;

/// Restores that may run at once in an account, of any kind (QUO-01).
pub const RESTORES_AT_ONCE: usize = 50;

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
