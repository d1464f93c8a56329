//! What lists and descriptions show: what holds in every step that is one.

use std::sync::Arc;

use serde_json::{Value, json};

use super::action::{Action, Reaction, Step};
use super::alphabet::Call;
use super::properties::Property;
use crate::account::{BackupKind, BackupStatus, Origin, Table};
use crate::matcher::is_at;
use crate::name::BackupArn;
use crate::outcome::Reply;
use crate::request::{ListBackups, ListTables, Request};

/// All of them.
pub(super) const PAGES: &[Property] = &[
    Property::each_step(
        "page by page, every backup is listed once",
        every_backup_is_listed_once,
        "a list of backups goes on on another page",
    ),
    Property::each_step(
        "page by page, every table is listed once",
        every_table_is_listed_once,
        "a list of tables goes on on another page",
    ),
    Property::each_step(
        "a SYSTEM backup is not seen before it is complete",
        a_system_backup_is_seen_when_complete,
        "a table goes before its SYSTEM backup is made",
    ),
    Property::each_step(
        "a description shows the status that the table has",
        a_description_shows_the_status,
        "a description tells of a restore in flight",
    ),
    Property::each_step(
        "a table that no restore made shows no restore",
        only_a_restored_table_shows_a_restore,
        "a description tells of a restore in flight",
    ),
    Property::each_step(
        "what a description tells of a restore is its backup, and when that was made",
        a_restore_is_told_of_as_it_was,
        "a description tells of a restore in flight",
    ),
];

/// The answer to a request in the state before a step, if it is accepted.
fn reply(step: &Step<'_>, request: Request) -> Option<Reply> {
    let call = Call { label: String::new(), request, backup: None };
    match step.machine.react(step.before, &Action::Request(Arc::new(call))) {
        Reaction::Accepted(accepted) => Some(accepted.reply),
        Reaction::Refused { .. } | Reaction::Happened(_) => None,
    }
}

/// Page by page, every backup that somebody made is listed once (LSB-08, LSB-09).
fn every_backup_is_listed_once(step: &Step<'_>) -> bool {
    let Some((Request::ListBackups(first), _)) = step.accepted() else { return true };
    let Some(limit) = first.limit else { return true };
    let made = step.before.backups.iter().filter(|(_, it)| it.kind != BackupKind::System);
    let made: Vec<_> = made.map(|(arn, _)| arn).collect();
    let mut listed = Vec::new();
    // One page more than there are backups is one too many.
    for _ in 0..=made.len() {
        let start = listed.last().cloned();
        match reply(step, backups_after(start, limit).into()) {
            Some(Reply::BackupSummaries { page, .. }) => listed.extend(page),
            Some(_) | None => break,
        }
    }
    listed.sort();
    listed.iter().eq(made)
}

/// A page of all backups that somebody made.
fn backups_after(start: Option<BackupArn>, limit: u64) -> ListBackups {
    ListBackups {
        table_name: None,
        limit: Some(limit),
        time_range_lower_bound: None,
        time_range_upper_bound: None,
        exclusive_start_backup_arn: start,
        backup_type: None,
    }
}

/// Page by page, every table is listed once, in order (LST-01).
fn every_table_is_listed_once(step: &Step<'_>) -> bool {
    let Some((Request::ListTables(first), _)) = step.accepted() else { return true };
    let Some(limit) = first.limit else { return true };
    let mut listed = Vec::new();
    for _ in 0..=step.before.tables.len() {
        let start = listed.last().cloned();
        let request = ListTables { exclusive_start_table_name: start, limit: Some(limit) };
        match reply(step, request.into()) {
            Some(Reply::TableNames { page, .. }) => listed.extend(page),
            Some(_) | None => break,
        }
    }
    listed.iter().eq(step.before.tables.keys())
}

/// A SYSTEM backup is neither listed nor described before it is complete (SYS-001).
fn a_system_backup_is_seen_when_complete(step: &Step<'_>) -> bool {
    let Some((_, accepted)) = step.accepted() else { return true };
    let shown = match &accepted.reply {
        Reply::BackupSummaries { page, .. } => page.iter().collect(),
        Reply::BackupDescription { arn } => vec![arn],
        _ => vec![],
    };
    shown
        .into_iter()
        .filter_map(|arn| accepted.account.backups.get(arn))
        .all(|backup| backup.kind != BackupKind::System || backup.status == BackupStatus::Available)
}

/// The answer of a description, and the table that it describes.
fn described<'a>(step: &'a Step<'a>) -> Option<(Value, &'a Table)> {
    let (Request::DescribeTable(request), accepted) = step.accepted()? else { return None };
    let table = accepted.account.tables.get(&request.table_name.0)?;
    Some((step.answer(accepted)["Table"].clone(), table))
}

/// A description shows the status that the table has (DST-01, LIF-02).
fn a_description_shows_the_status(step: &Step<'_>) -> bool {
    described(step)
        .is_none_or(|(shown, table)| shown["TableStatus"] == json!(table.status.as_str()))
}

/// A table that no restore made shows no restore (TBL-003).
fn only_a_restored_table_shows_a_restore(step: &Step<'_>) -> bool {
    described(step).is_none_or(|(shown, table)| {
        table.restore.is_some() || shown.get("RestoreSummary").is_none()
    })
}

/// What a description tells of a restore is the backup that it is from, and when that was made (RTB-81,
/// RTB-83).
fn a_restore_is_told_of_as_it_was(step: &Step<'_>) -> bool {
    described(step).is_none_or(|(shown, table)| {
        let origin = table.restore.as_ref().map(|restore| &restore.origin);
        let Some(Origin::Backup { arn, created: Some(created) }) = origin else { return true };
        let summary = &shown["RestoreSummary"];
        let (from, at) = (&summary["SourceBackupArn"], &summary["RestoreDateTime"]);
        // What is remembered once a restore has finished need not be shown any longer.
        let is_left_out = |member: &Value| member.is_null() && !table.is_restoring();
        (*from == json!(arn) || is_left_out(from)) && (is_at(at, *created) || is_left_out(at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, Fresh};
    use crate::behaviour::Behaviour;
    use crate::check::machine::Machine;
    use crate::check::scope::RECOVERY;
    use crate::check::search;
    use crate::check::spoil::spoil;
    use crate::outcome::Outcome;

    /// A list of SYSTEM backups has those that are not to be seen yet.
    fn listed_early(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
        spoil(account, request, fresh, |accepted| {
            let Request::ListBackups(list) = request else { return };
            if let Reply::BackupSummaries { page, .. } = &mut accepted.reply
                && matches!(list.backup_type.as_deref(), Some("ALL" | "SYSTEM"))
            {
                let hidden = account.backups.iter().filter(|(_, backup)| !backup.is_visible());
                page.extend(hidden.map(|(arn, _)| arn.clone()));
            }
        })
    }

    /// No fault of the suite: whoever asks an endpoint cannot tell when the service is at it.
    #[test]
    fn a_system_backup_that_is_listed_while_it_is_being_made_is_seen_too_early() {
        let listed_early = Behaviour { step: listed_early, ..Behaviour::SPECIFIED };
        let (_, findings) = search(&Machine::new(&RECOVERY, listed_early));
        let broken = findings.iter().filter(|finding| !finding.verdict.is_good());
        let broken: Vec<_> = broken.map(|finding| finding.property.name).collect();
        assert_eq!(broken, ["a SYSTEM backup is not seen before it is complete"]);
    }
}
