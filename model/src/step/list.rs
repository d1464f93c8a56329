//! ListTables and ListBackups.

use crate::account::{Account, Backup, Millis};
use crate::name::{ArnParts, BackupArn};
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::{ListBackups, ListTables};
use crate::rules::RuleId;

/// Entries on a page, unless fewer are asked for (LST-01, LSB-06).
const PAGE: u64 = 100;

/// Lists the tables by name, whatever their status (LST-01, LST-02).
pub(super) fn tables(account: &Account, request: &ListTables) -> Outcome {
    let start = request.exclusive_start_table_name.as_ref();
    let mut names = account.tables.keys().filter(|name| start.is_none_or(|start| *name > start));
    let limit = request.limit.unwrap_or(PAGE) as usize;
    let page = names.by_ref().take(limit).cloned().collect();
    let more = names.next().is_some();
    let accepted = Accepted::new(account.clone(), Reply::TableNames { page, more }, vec!["LST-01"]);
    Outcome::Accepted(Box::new(accepted))
}

/// Lists backups in the order in which they were made.
pub(super) fn backups(account: &Account, request: &ListBackups) -> Outcome {
    let mut objections = Objections::new();
    let lower = request.time_range_lower_bound.as_ref().and_then(millis);
    let upper = request.time_range_upper_bound.as_ref().and_then(millis);
    let inverted = lower.zip(upper).is_some_and(|(lower, upper)| lower > upper);
    objections.when(inverted, "LSB-18", ValidationException, Vec::new);
    let start = request.exclusive_start_backup_arn.as_ref();
    let elsewhere = start.is_some_and(|start| {
        matches!(start.parts(), ArnParts::Backup { region, .. } if region != account.region.as_str())
    });
    objections.when(elsewhere, "LBK-011", ValidationException, Vec::new);
    objections.unless(|| {
        let of_type = matches!(request.backup_type.as_deref(), None | Some("USER" | "ALL"));
        let mut listed: Vec<(&BackupArn, &Backup)> = account
            .backups
            .iter()
            .filter(|(_, backup)| {
                of_type
                    && request.table_name.as_ref().is_none_or(|table| table.0 == backup.table)
                    && backup.created.is_none_or(|created| {
                        lower.is_none_or(|lower| lower <= created)
                            && upper.is_none_or(|upper| created < upper)
                    })
            })
            .collect();
        listed.sort_by_key(|(arn, backup)| (backup.created, *arn));
        // A cursor is a position in the order of creation; its backup need not exist (LSB-18a).
        let position = |arn: &BackupArn| (created_by_arn(arn), arn.clone());
        let mut listed = listed
            .into_iter()
            .map(|(arn, _)| arn)
            .filter(|arn| start.is_none_or(|start| position(arn) > position(start)));
        let limit = request.limit.unwrap_or(PAGE) as usize;
        let page = listed.by_ref().take(limit).cloned().collect();
        let more = listed.next().is_some();
        let rule = rule(request);
        Accepted::new(account.clone(), Reply::BackupSummaries { page, more, rule }, vec![rule])
    })
}

/// The rule about the most special of the members that a request has.
fn rule(request: &ListBackups) -> RuleId {
    let ranged =
        request.time_range_lower_bound.is_some() || request.time_range_upper_bound.is_some();
    match request {
        ListBackups { exclusive_start_backup_arn: Some(_), .. } => "LSB-08",
        _ if ranged => "LSB-05",
        ListBackups { backup_type: Some(kind), .. } if kind == "AWS_BACKUP" => "LBK-002",
        ListBackups { backup_type: Some(_), .. } => "LSB-04",
        ListBackups { limit: Some(_), .. } => "LSB-06a",
        ListBackups { table_name: Some(_), .. } => "LSB-03",
        _ => "LSB-01",
    }
}

fn millis(seconds: &serde_json::Number) -> Option<Millis> {
    seconds.as_f64().map(|seconds| (seconds * 1000.0).round().max(0.0) as Millis)
}

/// The id of a backup starts with its creation time (RTB-16).
fn created_by_arn(arn: &BackupArn) -> Option<Millis> {
    match arn.parts() {
        ArnParts::Backup { id, .. } => id.split('-').next()?.parse().ok(),
        ArnParts::Malformed | ArnParts::Foreign => None,
    }
}
