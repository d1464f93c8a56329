//! Bugs in what lists and descriptions show.

use serde_json::{Value, json};

use super::{Fault, in_answer, in_step};
use crate::account::{Account, BackupStatus, Fresh};
use crate::check::deceive::deceive;
use crate::check::scope::{LISTS, LOCK, RECOVERY};
use crate::check::spoil::{spoil, spoil_description};
use crate::outcome::{Accepted, Outcome, PageEnd, Reply};
use crate::request::Request;
use crate::step::step;

/// All of them.
pub(super) const READS: &[Fault] = &[
    Fault::new(
        "a page of backups begins with the last one of the page before",
        &LISTS,
        in_step(page_repeats),
        &["page by page, every backup is listed once"],
        &[],
    ),
    Fault::new(
        "a page of backups does not say that there are more",
        &LISTS,
        in_step(backups_end),
        &[],
        &["a list of backups goes on on another page"],
    ),
    Fault::new(
        "a page of tables leaves the first one out",
        &RECOVERY,
        in_step(page_skips),
        &["page by page, every table is listed once"],
        &[],
    ),
    Fault::new(
        "a page of tables does not say that there are more",
        &RECOVERY,
        in_step(tables_end),
        &[],
        &["a list of tables goes on on another page"],
    ),
    Fault::new(
        "a SYSTEM backup is described while it is being made",
        &RECOVERY,
        in_step(described_early),
        &["a SYSTEM backup is not seen before it is complete"],
        &[],
    ),
    Fault::new(
        "a table is described as ACTIVE while it is being restored",
        &LOCK,
        in_answer(active_at_once),
        &["a description shows the status that the table has"],
        &[],
    ),
    Fault::new(
        "every table shows a restore",
        &LOCK,
        in_answer(everything_is_restored),
        &["a table that no restore made shows no restore"],
        &[],
    ),
    Fault::new(
        "a restore is told of with another time",
        &LOCK,
        in_answer(another_time),
        &["what a description tells of a restore is its backup, and when that was made"],
        &[],
    ),
    Fault::new(
        "a restore in flight does not tell of its backup",
        &LOCK,
        in_answer(of_no_backup),
        &["what a description tells of a restore is its backup, and when that was made"],
        &[],
    ),
];

/// A page of backups begins with the one that the page before ended with.
fn page_repeats(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::ListBackups(request) = request else { return };
        let start = request.exclusive_start_backup_arn.as_ref();
        let Some(start) = start.filter(|arn| account.backups.contains_key(*arn)) else { return };
        if let Reply::BackupSummaries { page, .. } = &mut accepted.reply {
            page.insert(0, start.clone());
            page.truncate(1);
        }
    })
}

/// A page of backups never says that there are more.
fn backups_end(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        if let Reply::BackupSummaries { end, .. } = &mut accepted.reply {
            *end = PageEnd::Full;
        }
    })
}

/// A page of tables that is not the first leaves the first of them out.
fn page_skips(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::ListTables(request) = request else { return };
        if let Reply::TableNames { page, .. } = &mut accepted.reply
            && request.exclusive_start_table_name.is_some()
            && !page.is_empty()
        {
            page.remove(0);
        }
    })
}

/// A page of tables never says that there are more.
fn tables_end(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        if let Reply::TableNames { more, .. } = &mut accepted.reply {
            *more = false;
        }
    })
}

/// A SYSTEM backup that is being made is described like any other.
fn described_early(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let Request::DescribeBackup(describe) = request else { return step(account, request, fresh) };
    let lie = |seen: &mut Account| {
        if let Some(backup) = seen.backups.get_mut(&describe.backup_arn) {
            backup.status = BackupStatus::Available;
        }
    };
    deceive(account, request, fresh, lie, |after| after.backups.clone_from(&account.backups))
}

/// A table that is being restored is described as ACTIVE.
fn active_at_once(accepted: &Accepted) -> Value {
    spoil_description(accepted, |table, shown| {
        if table.is_restoring() {
            shown["TableStatus"] = json!("ACTIVE");
        }
    })
}

/// A table that no restore made shows one all the same.
fn everything_is_restored(accepted: &Accepted) -> Value {
    spoil_description(accepted, |table, shown| {
        if table.restore.is_none() {
            shown["RestoreSummary"] = json!({"RestoreInProgress": false});
        }
    })
}

/// A restore shows a time of its own, and not that of its backup.
fn another_time(accepted: &Accepted) -> Value {
    spoil_description(accepted, |table, shown| {
        if table.restore.is_some() {
            shown["RestoreSummary"]["RestoreDateTime"] = json!(86_400);
        }
    })
}

/// A restore in flight shows neither its backup nor when that was made.
fn of_no_backup(accepted: &Accepted) -> Value {
    spoil_description(accepted, |table, shown| {
        if table.is_restoring() {
            let summary = shown["RestoreSummary"].as_object_mut();
            summary
                .expect("a restore in flight has one")
                .retain(|name, _| name != "SourceBackupArn" && name != "RestoreDateTime");
        }
    })
}
