//! DescribeContinuousBackups and UpdateContinuousBackups.
//!
//! Continuous backups are enabled by the service itself, a moment after a table became ACTIVE; only then
//! can somebody switch point-in-time recovery on or off (UCB-03). It is off at first (DCB-03).

use crate::account::recovery::{Recovery, Since};
use crate::account::{Account, Fresh, Table, TableStatus};
use crate::outcome::ErrorCode::{
    ContinuousBackupsUnavailableException, TableNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply, Switch, Violation};
use crate::request::{PointInTimeRecoverySpecification, TableReference, UpdateContinuousBackups};
use crate::rules::RuleId;

/// Describes continuous backups and point-in-time recovery of a table.
pub(super) fn describe(account: &Account, reference: &TableReference) -> Outcome {
    let name = &reference.0;
    let mut objections = Objections::new();
    let arguments = || vec![("table", name.to_string())];
    let table = account.tables.get(name);
    let restoring = table.is_some_and(Table::is_restoring);
    objections.when(table.is_none(), "DCB-01a", TableNotFoundException, arguments);
    objections.when(restoring, "RFB-068", TableNotFoundException, arguments);
    objections.unless(|| {
        let table = table.expect("describing no table was refused");
        let not_found = |rule| vec![Violation::because(rule, TableNotFoundException, arguments())];
        let or = match table.status {
            // Contested: the documents say that backups are on from the creation on (DCB-03a).
            TableStatus::Creating => not_found("CON-002"),
            TableStatus::Active | TableStatus::Updating => vec![],
            TableStatus::Deleting => not_found("DCB-01a"),
        };
        let grant = match table.status {
            TableStatus::Creating => "DCB-03a",
            TableStatus::Active | TableStatus::Updating | TableStatus::Deleting => "DCB-02",
        };
        let by_arn = reference.is_arn().then_some("DCB-01b");
        let grants = [grant].into_iter().chain(by_arn).collect();
        let reply = Reply::ContinuousBackups { table: name.clone(), switch: None };
        Accepted::new(account.clone(), reply, grants).or(or)
    })
}

/// Switches point-in-time recovery on or off. Switching it to what it is already is no error (CON-016).
pub(super) fn update(
    account: &Account,
    request: &UpdateContinuousBackups,
    fresh: &Fresh,
) -> Outcome {
    let name = &request.table_name.0;
    let wanted = &request.point_in_time_recovery_specification;
    let mut objections = Objections::new();
    let arguments = || vec![("table", name.to_string())];
    let mut or = Vec::new();
    let table = account.tables.get(name);
    match table.map(|table| (table.status, table.backups_enabled)) {
        None => objections.add("CON-006", TableNotFoundException, arguments()),
        Some((TableStatus::Creating, _)) if table.is_some_and(Table::is_restoring) => {
            objections.add("RFB-069", TableNotFoundException, arguments());
        }
        // Backups are not enabled for it, and to backups it does not exist; no record says which counts.
        Some((TableStatus::Creating, _) | (TableStatus::Deleting, false)) => {
            objections.add("UCB-03", ContinuousBackupsUnavailableException, arguments());
            objections.add("CON-006", TableNotFoundException, arguments());
        }
        Some((TableStatus::Active | TableStatus::Updating, false)) => {
            objections.add("UCB-03", ContinuousBackupsUnavailableException, arguments());
        }
        Some((TableStatus::Active | TableStatus::Updating, true)) => {}
        // As with a backup, for a moment this is still possible (SYS-003, SYS-004).
        Some((TableStatus::Deleting, true)) => {
            or.push(Violation::because("CON-006", TableNotFoundException, arguments()));
        }
    }
    let period_of_none =
        !wanted.point_in_time_recovery_enabled && wanted.recovery_period_in_days.is_some();
    objections.when(period_of_none, "CON-012", ValidationException, Vec::new);
    objections.unless(|| {
        let table = table.expect("changing no table was refused");
        let since = Since { ours: account.now, told: fresh.created };
        let recovery = if wanted.point_in_time_recovery_enabled {
            table.recovery.switched_on(since, wanted.recovery_period_in_days)
        } else {
            table.recovery.switched_off()
        };
        let mut next = account.clone();
        next.tables.insert(name.clone(), Table { recovery, ..table.clone() });
        let switch = switch(&table.recovery, wanted);
        let reply = Reply::ContinuousBackups { table: name.clone(), switch: Some(switch) };
        Accepted::new(next, reply, grants(table, request, switch)).or(or)
    })
}

/// What a change comes to.
fn switch(before: &Recovery, wanted: &PointInTimeRecoverySpecification) -> Switch {
    match (before, wanted.point_in_time_recovery_enabled) {
        (Recovery::Off { was_on_since: None }, true) => Switch::On,
        (Recovery::Off { was_on_since: Some(_) }, true) => Switch::OnAgain,
        (Recovery::On(_), false) => Switch::Off,
        (Recovery::On(_), true) | (Recovery::Off { .. }, false) => Switch::Unchanged,
    }
}

/// The rules by which a change must be accepted.
fn grants(table: &Table, request: &UpdateContinuousBackups, switch: Switch) -> Vec<RuleId> {
    let wanted = &request.point_in_time_recovery_specification;
    let deleting = table.status == TableStatus::Deleting;
    let enabled = wanted.point_in_time_recovery_enabled;
    [
        (true, "UCB-02"),
        (table.restore.is_some(), "RFB-081"),
        (switch == Switch::OnAgain, "UCB-04"),
        (switch == Switch::Unchanged, "CON-016"),
        (enabled && wanted.recovery_period_in_days.is_some(), "UCB-05"),
        (deleting && !enabled, "SYS-003"),
        (deleting && enabled, "SYS-004"),
        (request.table_name.is_arn(), "DCB-01b"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
    .collect()
}

#[cfg(test)]
mod tests;
