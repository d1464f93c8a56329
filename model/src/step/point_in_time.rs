//! RestoreTableToPointInTime: a new table out of another one as it was.
//!
//! Which table is meant can be said in two ways, and so can the time (PTR-01a). The source must have
//! point-in-time recovery on, and the time must lie in the window that it keeps. Data is that of the
//! time; the shape is that of the source as of now (PTR-07), unless it is overridden (PTR-06).

use std::sync::Arc;

use super::overrides::{self, Overrides};
use super::restore::is_foreign;
use super::target::{self, TargetRules};
use crate::account::recovery::Window;
use crate::account::{
    Account, Backup, BackupKind, Fresh, Millis, Origin, PointInTime, Reasons, Table, TableStatus,
};
use crate::matcher::millis;
use crate::message::spelled_time;
use crate::name::{TableArnParts, TableName, table_arn_parts};
use crate::outcome::ErrorCode::{
    InvalidRestoreTimeException, PointInTimeRecoveryUnavailableException, TableNotFoundException,
    ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply, Violation};
use crate::request::RestoreTableToPointInTime;
use crate::rules::RuleId;

/// What is refused about the target.
const TARGET: TargetRules =
    TargetRules { exists: "PTR-05a", deleting: "PIT-004", deleting_documented: "PTR-05b" };

/// Recovery was seen to be of use this soon after it was switched on (PIT-013).
const SOON_MILLIS: Millis = 10_000;

/// Restores a table to a point in time.
pub(super) fn restore(
    account: &Account,
    request: &RestoreTableToPointInTime,
    fresh: &Fresh,
) -> Outcome {
    let mut objections = Objections::new();
    let time = time(request, &mut objections);
    let source = find_source(account, request, &mut objections);
    let window = source.and_then(|(name, table)| window(name, table, &mut objections));
    let point = window.zip(time).map(|(window, time)| time.point(window));
    let mut or = Vec::new();
    if let Some((window, PointInTime::At(at))) = window.zip(point) {
        check_time(account, window, at, &mut objections, &mut or);
    }
    target::check_name(account, &request.target_table_name, &TARGET, &mut objections);
    target::check_quota(account, &mut objections);
    let overrides = Overrides::from(request);
    let plan = source.and_then(|(_, table)| {
        overrides::apply(&table.definition, &overrides, kept(time), &mut objections)
    });
    objections.unless(|| {
        let (name, table) = source.expect("a restore without a source was refused");
        let window = window.expect("a restore of what is not kept was refused");
        let point = point.expect("a restore to no time was refused");
        let plan = plan.expect("a restore whose overrides do not fit was refused");
        let mut grants = grants(account, window, point, request.source_table_arn.is_some());
        if overrides.any() {
            grants.push("PTR-06");
            grants.extend(plan.grants.iter().copied());
        }
        if table.status == TableStatus::Deleting {
            // It is for a moment longer that the table can be restored (PIT-012).
            grants.push("PIT-012");
            or.push(Violation::because("PIT-012", TableNotFoundException, vec![]));
        }
        let items = Arc::new(window.items_at(point, &table.items, account.now));
        let origin = Origin::PointInTime(point);
        let restored = target::new(plan, origin, name, items, fresh, account.now);
        let mut next = account.clone();
        next.tables.insert(request.target_table_name.clone(), restored);
        let reply = Reply::TableDescription(request.target_table_name.clone());
        Accepted::new(next, reply, grants).or(or)
    })
}

/// The rules by which a restore must be accepted, overrides aside.
fn grants(account: &Account, window: &Window, point: PointInTime, by_arn: bool) -> Vec<RuleId> {
    let is_latest = matches!(point, PointInTime::Latest { .. });
    let soon = is_latest && account.now <= window.since.ours + SOON_MILLIS;
    // Who refuses a source that is named by its ARN most likely does not know that member.
    [(true, "PTR-01a"), (soon, "PIT-013"), (by_arn, "PTR-01a")]
        .into_iter()
        .filter_map(|(applies, rule)| applies.then_some(rule))
        .collect()
}

/// A time as it is asked for.
#[derive(Clone, Copy)]
enum Time {
    /// This one.
    At(Millis),
    /// The latest one that can be restored.
    Latest,
}

impl Time {
    /// The point in time that it is in a window.
    fn point(self, window: &Window) -> PointInTime {
        match self {
            Time::At(at) => PointInTime::At(at),
            Time::Latest => window.latest_point(),
        }
    }
}

/// The time is given in one of two ways; `UseLatestRestorableTime=false` is as good as none.
fn time(request: &RestoreTableToPointInTime, objections: &mut Objections) -> Option<Time> {
    let latest = request.use_latest_restorable_time.unwrap_or(false);
    match (&request.restore_date_time, latest) {
        (Some(_), true) => objections.add("PIT-008", ValidationException, vec![]),
        (None, false) => objections.add("PIT-009", ValidationException, vec![]),
        (None, true) => return Some(Time::Latest),
        // A time before the epoch is as far out of any window as the epoch itself.
        (Some(at), false) => {
            return Some(Time::At(millis(&at.clone().into()).unwrap_or_default()));
        }
    }
    None
}

/// The source is named in one of two ways, and must exist.
fn find_source<'a>(
    account: &'a Account,
    request: &RestoreTableToPointInTime,
    objections: &mut Objections,
) -> Option<(&'a TableName, &'a Table)> {
    let (name, missing) = match (&request.source_table_name, &request.source_table_arn) {
        (Some(name), None) => (name.clone(), "PTR-05"),
        (None, Some(arn)) => (read_arn(account, request, arn, objections)?, "PIT-002"),
        (Some(_), Some(_)) => {
            objections.add("PIT-006", ValidationException, vec![]);
            return None;
        }
        (None, None) => {
            objections.add("PIT-007", ValidationException, vec![]);
            return None;
        }
    };
    let found = account.tables.get_key_value(&name);
    let arguments = || vec![("table", name.to_string())];
    objections.when(found.is_none(), missing, TableNotFoundException, arguments);
    let left = |backup: &Backup| backup.kind == BackupKind::System && backup.table == name;
    if found.is_none() && account.backups.values().any(left) {
        // Its SYSTEM backup is all that is left of it.
        objections.case_of("BKP-17");
    }
    found
}

/// The table that an ARN names, if it may be named here.
fn read_arn(
    account: &Account,
    request: &RestoreTableToPointInTime,
    arn: &str,
    objections: &mut Objections,
) -> Option<TableName> {
    match table_arn_parts(arn) {
        TableArnParts::Unprefixed => {
            objections.add("PIT-016", ValidationException, vec![("value", arn.to_owned())]);
        }
        TableArnParts::Malformed => objections.add("PIT-010", ValidationException, vec![]),
        TableArnParts::Table { account: owner, .. } if is_foreign(account, owner) => {
            objections.add("PIT-011", ValidationException, vec![]);
        }
        TableArnParts::Table { region, .. }
            if region != account.region.as_str()
                && request.sse_specification_override.is_none() =>
        {
            objections.add("PIT-014", ValidationException, vec![]);
        }
        TableArnParts::Table { table, .. } => return Some(table),
    }
    None
}

/// What the source keeps of its past: nothing, unless point-in-time recovery is on.
fn window<'a>(
    name: &TableName,
    table: &'a Table,
    objections: &mut Objections,
) -> Option<&'a Window> {
    let window = table.recovery.window();
    let arguments = || vec![("table", name.to_string())];
    objections.when(window.is_none(), "PTR-04", PointInTimeRecoveryUnavailableException, arguments);
    // To backups, a table that is still being made does not exist, and one that is being deleted no
    // longer does; which of the two reasons is told then is not on record.
    let unseen = match table.status {
        TableStatus::Creating => Some("PTR-05c"),
        TableStatus::Deleting if window.is_none() => Some("PIT-012"),
        TableStatus::Deleting | TableStatus::Active | TableStatus::Updating => None,
    };
    if let Some(rule) = unseen {
        objections.add(rule, TableNotFoundException, arguments());
    }
    window
}

/// The time must lie within the window. Where exactly that ends only the service knows.
fn check_time(
    account: &Account,
    window: &Window,
    at: Millis,
    objections: &mut Objections,
    or: &mut Vec<Violation>,
) {
    let times = vec![
        ("?requested", spelled_time(at)),
        ("?earliest", spelled_time(window.since.by_service())),
    ];
    let violation = Violation::because("PTR-03", InvalidRestoreTimeException, times);
    if window.is_beyond(at, account.now) {
        objections.push(violation);
    } else if !window.is_sure(at) {
        or.push(violation);
    }
}

/// What is not overridden the restored table has from the source as it is now. Of the capacity it is
/// also said that it is that of the time (PTR-07a); while nobody changes it, that is the same.
fn kept(time: Option<Time>) -> Reasons {
    let capacity = if let Some(Time::At(_)) = time { "PTR-07a" } else { "PTR-07" };
    Reasons {
        billing: "PTR-07",
        throughput: capacity,
        global_indexes: "PTR-07",
        index_throughput: capacity,
        local_indexes: "PTR-07",
        encryption: "PTR-07",
    }
}

#[cfg(test)]
mod tests;
