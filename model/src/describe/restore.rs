//! What the description of a restored table tells of its restore.

use serde_json::json;

use super::table::View;
use super::{CLOCK_SKEW_MILLIS, LATEST_LAG_MILLIS, table_arn_matcher};
use crate::account::{Account, Millis, Origin, PointInTime, Restore, Table, TableStatus};
use crate::matcher::{Matcher, member};
use crate::rules::RuleId;

/// While a restore runs the summary tells of it. Afterwards it was seen to be gone (LIF-06a), and
/// others say that it stays with `false` (RFB-057); either will do.
pub(super) fn summary(account: &Account, table: &Table, view: View) -> Matcher {
    let Some(restore) = &table.restore else { return Matcher::Absent };
    let with = |in_progress, from, at| {
        summary_with(account, restore, table.created, in_progress, from, at)
    };
    match (table.status, view) {
        (TableStatus::Creating, View::Answer) => with(("RTB-84", says(true)), "RTB-81", "RTB-83"),
        (TableStatus::Creating, View::Described) => {
            with(("LIF-05", says(true)), "RTB-81", "RTB-83")
        }
        // Too fast an answer still has to say what was restored; it may say in progress or not.
        (TableStatus::Active, View::Answer) => {
            let either = Matcher::AnyOf(vec![says(false), says(true)]);
            with(("RTB-84", either), "RTB-81", "RTB-83")
        }
        (TableStatus::Active | TableStatus::Updating | TableStatus::Deleting, _) => {
            with(("LIF-06", says(false)), "RFB-057", "RFB-057").or_absent()
        }
    }
}

fn says(value: bool) -> Matcher {
    Matcher::Exact(json!(value))
}

fn summary_with(
    account: &Account,
    restore: &Restore,
    created: Option<Millis>,
    in_progress: (RuleId, Matcher),
    from: RuleId,
    at: RuleId,
) -> Matcher {
    let (from, backup, table_rule) = match &restore.origin {
        Origin::Backup { arn, .. } => (from, Matcher::text(arn.as_str()), "RTB-82"),
        Origin::PointInTime(_) => ("PTR-09", Matcher::Absent, "PTR-09"),
    };
    let (at, time) = match &restore.origin {
        Origin::Backup { created, .. } => (at, created.map_or(Matcher::Anything, Matcher::Instant)),
        Origin::PointInTime(PointInTime::At(time)) => ("PTR-09", Matcher::Instant(*time)),
        // Which time is the latest only the service knows: as a rule that of the window, five minutes
        // before the restore was asked for (PTR-12).
        Origin::PointInTime(PointInTime::Latest { from }) => {
            let end = account.now.max(*from) + CLOCK_SKEW_MILLIS;
            let asked = created.unwrap_or(account.now);
            let typical = asked.saturating_sub(LATEST_LAG_MILLIS).max(*from);
            let within = Matcher::InstantBetween(*from, end);
            ("PIT-019", Matcher::AnyOf(vec![Matcher::Instant(typical), within]))
        }
    };
    let (rule, in_progress) = in_progress;
    Matcher::Object(vec![
        member("RestoreInProgress", rule, in_progress),
        member("SourceBackupArn", from, backup),
        member("SourceTableArn", table_rule, table_arn_matcher(account, &restore.source_table, "")),
        member("RestoreDateTime", at, time),
    ])
}
