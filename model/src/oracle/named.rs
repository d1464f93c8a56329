//! What a request speaks of, and which events bear on its answer.

use serde_json::Value;

use crate::account::Account;
use crate::name::{BackupArn, TableName};
use crate::request::TableReference;
use crate::service::{Event, Subject};

/// The tables and backups that a request names.
pub(super) struct Named {
    pub(super) tables: Vec<TableName>,
    pub(super) backup: Option<BackupArn>,
}

impl Named {
    /// Those that the body of a request names.
    pub(super) fn of(body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let table = |name: &str| {
            text(name).and_then(|text| {
                let name = text.rsplit_once(":table/").map_or(text, |(_, name)| name);
                TableName::new(name)
            })
        };
        let batch = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
        let batch = batch.filter_map(|(name, _)| TableReference::try_from(name.clone()).ok());
        let batch = batch.map(|reference| reference.0);
        Self {
            tables: [
                "TableName",
                "TargetTableName",
                "SourceTableName",
                "SourceTableArn",
                "ResourceArn",
            ]
            .into_iter()
            .filter_map(table)
            .chain(batch)
            .collect(),
            backup: text("BackupArn").and_then(BackupArn::new),
        }
    }

    /// Whether an event bears on the answer.
    pub(super) fn concerns(&self, account: &Account, event: &Event) -> bool {
        // The Region part of an ARN does not matter (DBK-006), so backups are compared as kept.
        let kept = self.backup.as_ref().and_then(|arn| account.find_backup(arn));
        let restores_it = |name: &TableName| {
            let restore = account.tables.get(name).and_then(|table| table.restore.as_ref());
            kept.is_some()
                && restore.and_then(|restore| account.find_backup(restore.backup()?)) == kept
        };
        match (event, event.subject()) {
            // It shows in lists only, and those tell it themselves.
            (Event::SystemBackupMade(_), _) => false,
            (Event::RestoreFinished(name), _) => self.tables.contains(name) || restores_it(name),
            (_, Subject::Table(name)) => self.tables.contains(name),
            (_, Subject::Backup(arn)) => kept == Some(arn),
        }
    }
}
