//! A backup: what it froze of its source table.

use std::sync::Arc;

use super::{Items, Millis, StoredItem, Table};
use crate::name::{ArnParts, BackupArn, BackupName, TableId, TableName};
use crate::schema::{Definition, Settings};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::item::tests::item;
    use crate::name::{AccountId, Region};
    use crate::schema::{BillingMode, Encryption, ProvisionedThroughput};
    use std::collections::BTreeMap;

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
