//! The target of a restore, whether from a backup or to a point in time: its name must be free, and not
//! too many restores may run. Then it exists at once, CREATING; its data arrives when the restore
//! finishes (RTB-02).

use std::sync::Arc;

use super::overrides::Plan;
use crate::account::recovery::Recovery;
use crate::account::{Account, Fresh, Items, Millis, Origin, Restore, Table, TableStatus};
use crate::name::TableName;
use crate::outcome::ErrorCode::{
    LimitExceededException, TableAlreadyExistsException, TableInUseException,
};
use crate::outcome::Objections;
use crate::rules::RuleId;
use crate::schema::Settings;

/// What an operation's rules about its target are called.
pub(super) struct TargetRules {
    /// It exists.
    pub(super) exists: RuleId,
    /// It is being deleted: what the service was seen to say.
    pub(super) deleting: RuleId,
    /// It is being deleted: what the documents say.
    pub(super) deleting_documented: RuleId,
}

/// The target's name must be free: a restore never replaces a table (RTB-03).
pub(super) fn check_name(
    account: &Account,
    target: &TableName,
    rules: &TargetRules,
    objections: &mut Objections,
) {
    let Some(table) = account.tables.get(target) else { return };
    let name = || vec![("target", target.to_string())];
    match (table.status, table.restore.as_ref().map(|restore| &restore.origin)) {
        (TableStatus::Active | TableStatus::Updating, _) => {
            objections.add(rules.exists, TableAlreadyExistsException, name());
            objections.case_of("RTB-03");
        }
        (TableStatus::Creating, Some(Origin::Backup { arn, .. })) => {
            let arguments = vec![("target", target.to_string()), ("backup_arn", arn.to_string())];
            objections.add("RTB-91", TableInUseException, arguments);
        }
        // The text on record speaks of a backup.
        (TableStatus::Creating, Some(Origin::PointInTime(_))) => {
            objections.add_unworded("RTB-91", TableInUseException);
        }
        (TableStatus::Creating, None) => objections.add("RTB-91a", TableInUseException, name()),
        (TableStatus::Deleting, _) => {
            // Contested: the service was seen to say the first, the documents say the second.
            objections.add(rules.deleting, TableAlreadyExistsException, name());
            objections.add(rules.deleting_documented, TableInUseException, name());
        }
    }
}

/// Only so many restores may run at once, of any kind.
pub(super) fn check_quota(account: &Account, objections: &mut Objections) {
    let used_up = account.restores().count() >= account.restore_quota;
    objections.when(used_up, "QUO-01", LimitExceededException, || {
        vec![("n", account.restore_quota.to_string())]
    });
}

/// A target as it is at first. Nothing of its source's settings is carried over (CAR-08 to CAR-13, PTR-08).
pub(super) fn new(
    plan: Plan,
    origin: Origin,
    source: &TableName,
    items: Arc<Items>,
    fresh: &Fresh,
    now: Millis,
) -> Table {
    Table {
        definition: Arc::new(plan.definition),
        settings: Arc::new(Settings::default()),
        status: TableStatus::Creating,
        underway: Arc::default(),
        backups_enabled: false,
        restore: Some(Arc::new(Restore {
            origin,
            source_table: source.clone(),
            requested: now,
            reasons: plan.reasons,
        })),
        items,
        recovery: Recovery::default(),
        id: fresh.table_id.clone(),
        created: fresh.created,
    }
}
