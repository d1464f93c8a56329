//! Continuous backups and point-in-time recovery as DescribeContinuousBackups and
//! UpdateContinuousBackups show them.

use serde_json::json;

use super::{CLOCK_SKEW_MILLIS, LATEST_LAG_MILLIS};
use crate::account::recovery::Window;
use crate::account::{Account, Origin, Table, TableStatus};
use crate::matcher::{Matcher, Member, member};
use crate::outcome::Switch;
use crate::rules::RuleId;

/// The answer about a table, and about what was just made of its recovery, if anything was.
pub(super) fn description(account: &Account, table: &Table, switch: Option<Switch>) -> Matcher {
    let recovery = match table.recovery.window() {
        Some(window) => on(account, window, switch),
        None => off(table, switch),
    };
    Matcher::Object(vec![
        backups_status(table),
        member("PointInTimeRecoveryDescription", "DCB-02", Matcher::Object(recovery)),
    ])
}

/// Whether backups are enabled: not at first, and by the service itself (CON-003). What is said of a
/// table that is still being made, if anything, is contested.
fn backups_status(table: &Table) -> Member {
    let (rule, status) = match (table.status, table.backups_enabled) {
        (TableStatus::Creating, _) => ("DCB-03a", Matcher::OneOf(vec!["ENABLED", "DISABLED"])),
        (_, false) => ("CON-003", Matcher::text("DISABLED")),
        (_, true) if table.restore.is_some() => ("CAR-14", Matcher::text("ENABLED")),
        (_, true) => ("CON-004", Matcher::text("ENABLED")),
    };
    member("ContinuousBackupsStatus", rule, status)
}

/// While recovery is off there is its status and nothing else (DCB-04).
fn off(table: &Table, switch: Option<Switch>) -> Vec<Member> {
    let rule = match (switch, table.restore.as_ref().map(|restore| &restore.origin)) {
        (Some(Switch::Unchanged), _) => "CON-016",
        (Some(_), _) => "UCB-02",
        (None, None) => "DCB-03",
        (None, Some(Origin::Backup { .. })) => "CAR-13",
        (None, Some(Origin::PointInTime(_))) => "PTR-08",
    };
    vec![
        member("PointInTimeRecoveryStatus", rule, Matcher::text("DISABLED")),
        member("EarliestRestorableDateTime", "DCB-04", Matcher::Absent),
        member("LatestRestorableDateTime", "DCB-04", Matcher::Absent),
        member("RecoveryPeriodInDays", "DCB-04", Matcher::Absent),
    ]
}

/// While recovery is on there is its status and its window (DCB-05).
fn on(account: &Account, window: &Window, switch: Option<Switch>) -> Vec<Member> {
    let (status_rule, earliest_rule) = match switch {
        None => ("DCB-02", "DCB-05"),
        Some(Switch::Unchanged) => ("UCB-02", "CON-016"),
        Some(Switch::OnAgain) => ("UCB-02", "UCB-04"),
        Some(Switch::On | Switch::Off) => ("UCB-02", "UCB-02"),
    };
    let period_rule = if switch.is_some() { "UCB-05a" } else { "DCB-05a" };
    let (latest_rule, latest) = latest(account, window, switch);
    vec![
        member("PointInTimeRecoveryStatus", status_rule, Matcher::text("ENABLED")),
        member("EarliestRestorableDateTime", earliest_rule, earliest(account, window)),
        member("LatestRestorableDateTime", latest_rule, latest),
        // Newer than the core, so an endpoint need not know it; if it does, this is what it says.
        member(
            "RecoveryPeriodInDays",
            period_rule,
            Matcher::AnyOf(vec![Matcher::Exact(json!(window.period_days)), Matcher::Absent]),
        ),
    ]
}

/// The time at which recovery was switched on. If it had been on before, it is now later than then by
/// about as much as has passed in between (UCB-04).
fn earliest(account: &Account, window: &Window) -> Matcher {
    if let Some(told) = window.since.told {
        return Matcher::Instant(told);
    }
    let low = account.now.saturating_sub(CLOCK_SKEW_MILLIS);
    let moved = window
        .earlier
        .filter(|earlier| earlier.told.is_some())
        .map_or(0, |earlier| earlier.by_service() + (window.since.ours - earlier.ours) / 2);
    Matcher::InstantBetween(low.max(moved), account.now + CLOCK_SKEW_MILLIS)
}

/// The end of the window: its beginning at first (CON-005), and in the long run about five minutes ago
/// (PTR-12). Where it is in between depends on the endpoint, so that any time of the window will do.
fn latest(account: &Account, window: &Window, switch: Option<Switch>) -> (RuleId, Matcher) {
    let since = window.since;
    if let Some(Switch::On | Switch::OnAgain) = switch {
        let unknown = Matcher::SameTimeAs("EarliestRestorableDateTime");
        return ("UCB-02", since.told.map_or(unknown, Matcher::Instant));
    }
    let service_now = since.to_service(account.now);
    let typical = since.by_service().max(service_now.saturating_sub(LATEST_LAG_MILLIS));
    let end = service_now.max(account.now) + CLOCK_SKEW_MILLIS;
    let is_young = account.now < since.ours + LATEST_LAG_MILLIS;
    let low = if is_young { since.by_service() } else { typical.saturating_sub(LATEST_LAG_MILLIS) };
    let rule = if is_young { "CON-005" } else { "PTR-12" };
    let low = if since.told.is_some() { low } else { low.saturating_sub(CLOCK_SKEW_MILLIS) };
    let within = Matcher::InstantBetween(low, end);
    (rule, Matcher::AnyOf(vec![Matcher::Instant(typical), within]))
}
