//! By which rule a restored table has the items that it has. Which items these are was settled when the
//! restore was asked for.

use crate::account::{Account, Origin, Table};
use crate::rules::RuleId;

/// The rule, if the table was restored.
pub(super) fn rule(account: &Account, table: &Table) -> Option<RuleId> {
    let restore = table.restore.as_ref()?;
    let Origin::Backup { arn, .. } = &restore.origin else { return Some("PTR-11") };
    let is_exact = table.items.values().all(|item| item.instead.is_empty());
    let backup = account.find_backup(arn).map(|kept| &account.backups[kept]);
    let source = account.tables.get(&restore.source_table);
    // The source is still there and was written to, but it is the backup that counts.
    let written_since = backup.zip(source).is_some_and(|(backup, source)| {
        source.id == backup.table_id && source.restore.is_none() && source.items != backup.items
    });
    Some(match (is_exact, written_since) {
        (false, _) => "BKP-07",
        (true, true) => "BKP-05",
        (true, false) => "CAR-01",
    })
}

/// The rule of a table whose backup was deleted after it had been restored.
pub(super) fn independence(account: &Account, table: &Table) -> Option<RuleId> {
    let arn = table.restore.as_ref()?.backup()?;
    account.find_backup(arn).is_none().then_some("DLB-07")
}
