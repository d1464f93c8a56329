//! What holds in every step, refused requests included.

use std::collections::BTreeMap;

use serde_json::Value;

use super::action::{Action, Reaction, Step};
use super::properties::Property;
use crate::account::{BackupKind, BackupStatus, Table, TableStatus};
use crate::name::{BackupArn, IndexName, TableName};
use crate::outcome::Reply;
use crate::request::Request;
use crate::schema::Definition;
use crate::service::Event;

/// All of them.
pub(super) const STEPS: &[Property] = &[
    Property::each_step(
        "a refused request changes nothing",
        a_refused_request_changes_nothing,
        "a restore is refused by the quota alone",
    ),
    Property::each_step(
        "what only reads changes nothing",
        what_only_reads_changes_nothing,
        "a description tells of a restore in flight",
    ),
    Property::each_step(
        "an action touches only the table and the backup that it names",
        an_action_touches_only_what_it_names,
        "a backup outlives its table",
    ),
    Property::each_step(
        "a restore never replaces a table",
        a_restore_never_replaces_a_table,
        "a restore onto a table is refused",
    ),
    Property::each_step(
        "an accepted restore is one more restore in flight, of the backup that it names",
        an_accepted_restore_is_one_more_in_flight,
        "a table is restored under its own name",
    ),
    Property::each_step(
        "an index list that is left out keeps all indexes, and any other just those it lists",
        an_index_list_is_exact,
        "a table is restored without its indexes",
    ),
    Property::each_step(
        "a backup is the table as it was",
        a_backup_is_the_table_as_it_was,
        "a backup is made of a restored table",
    ),
    Property::each_step(
        "a backup that is AVAILABLE never changes",
        an_available_backup_never_changes,
        "a backup outlives its table",
    ),
    Property::each_step(
        "a table is CREATING, then ACTIVE, then DELETING, then gone",
        table_status_moves_in_order,
        "a restored table is deleted",
    ),
    Property::each_step(
        "a backup is CREATING, then AVAILABLE, then gone",
        backup_status_moves_in_order,
        "the deletion of a backup that is being made is refused",
    ),
    Property::each_step(
        "RestoreInProgress is shown just while a table is CREATING from a backup",
        restore_in_progress_is_shown_while_creating,
        "a description tells of a restore in flight",
    ),
];

/// A refused request changes nothing (RTB-99).
fn a_refused_request_changes_nothing(step: &Step<'_>) -> bool {
    match step.reaction {
        Reaction::Refused { left, .. } => left.as_ref().is_none_or(|left| left == step.before),
        Reaction::Accepted(_) | Reaction::Happened(_) => true,
    }
}

/// What only reads changes nothing: what the service does by itself, it does not do on being looked at.
fn what_only_reads_changes_nothing(step: &Step<'_>) -> bool {
    let Some((request, accepted)) = step.accepted() else { return true };
    let reads = matches!(
        request,
        Request::DescribeTable(_)
            | Request::DescribeBackup(_)
            | Request::DescribeContinuousBackups(_)
            | Request::DescribeTimeToLive(_)
            | Request::DescribeLimits(_)
            | Request::ListTables(_)
            | Request::ListBackups(_)
            | Request::ListTagsOfResource(_)
            | Request::GetItem(_)
            | Request::Query(_)
            | Request::Scan(_)
    );
    !reads || accepted.account == *step.before
}

/// An action touches only the table and the backup that it names. A new backup has no name yet: it
/// may be added, if the request is for one, or if the table goes that it is of (BKP-16).
fn an_action_touches_only_what_it_names(step: &Step<'_>) -> bool {
    let (table, backup) = step.named();
    let (before, after) = (step.before, step.after());
    let tables = before.tables.keys().chain(after.tables.keys());
    let backups = before.backups.keys().chain(after.backups.keys());
    tables
        .filter(|name| Some(*name) != table)
        .all(|name| before.tables.get(name) == after.tables.get(name))
        && backups
            .filter(|arn| Some(*arn) != backup && !makes(step, arn))
            .all(|arn| before.backups.get(arn) == after.backups.get(arn))
}

/// Whether a step may make this backup.
fn makes(step: &Step<'_>, arn: &BackupArn) -> bool {
    match step.action {
        Action::Request(_) => step.accepted().is_some_and(
            |(_, accepted)| matches!(&accepted.reply, Reply::BackupDetails(made) if made == arn),
        ),
        Action::Event(Event::TableGone(name) | Event::SystemBackupMade(name)) => {
            let made =
                step.after().backups.get(arn).filter(|_| !step.before.backups.contains_key(arn));
            made.is_some_and(|backup| backup.kind == BackupKind::System && backup.table == *name)
        }
        Action::Event(_) | Action::Time(_) => false,
    }
}

/// A restore never replaces a table, whatever its status (RTB-03).
fn a_restore_never_replaces_a_table(step: &Step<'_>) -> bool {
    match step.accepted() {
        Some((Request::RestoreTableFromBackup(request), _)) => {
            !step.before.tables.contains_key(&request.target_table_name)
        }
        _ => true,
    }
}

/// An accepted restore is one more restore in flight, of the backup that it names, and its target is
/// what is being restored (RTB-02).
fn an_accepted_restore_is_one_more_in_flight(step: &Step<'_>) -> bool {
    match step.accepted() {
        Some((Request::RestoreTableFromBackup(request), accepted)) => {
            let after = &accepted.account;
            let target = after.tables.get(&request.target_table_name);
            let from = target
                .filter(|table| table.is_restoring())
                .and_then(|table| table.restore.as_ref())
                .and_then(|restore| restore.backup());
            from == Some(&request.backup_arn)
                && after.restores().count() == step.before.restores().count() + 1
        }
        _ => true,
    }
}

/// An index list that is left out keeps all indexes, and any other just those it lists (RTB-28 to
/// RTB-30, RTB-42, RTB-43).
fn an_index_list_is_exact(step: &Step<'_>) -> bool {
    let Some((Request::RestoreTableFromBackup(request), accepted)) = step.accepted() else {
        return true;
    };
    let Some(table) = accepted.account.tables.get(&request.target_table_name) else { return true };
    let Some(backup) = step.before.backups.get(&request.backup_arn) else { return true };
    let global = match &request.global_secondary_index_override {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => global_names(&backup.definition),
    };
    let local = match &request.local_secondary_index_override {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => local_names(&backup.definition),
    };
    global_names(&table.definition) == global && local_names(&table.definition) == local
}

fn global_names(definition: &Definition) -> Vec<&IndexName> {
    definition.global_indexes.iter().map(|index| &index.name).collect()
}

fn local_names(definition: &Definition) -> Vec<&IndexName> {
    definition.local_indexes.iter().map(|index| &index.name).collect()
}

/// A backup is the table as it was when the backup was asked for (CRB-03, BKP-10).
fn a_backup_is_the_table_as_it_was(step: &Step<'_>) -> bool {
    let Some((Request::CreateBackup(request), accepted)) = step.accepted() else { return true };
    let Reply::BackupDetails(arn) = &accepted.reply else { return false };
    let backup = accepted.account.backups.get(arn);
    let table = step.before.tables.get(&request.table_name.0);
    backup.zip(table).is_some_and(|(backup, table)| {
        backup.table == request.table_name.0
            && backup.definition == table.definition
            && backup.settings == table.settings
            && backup.items == table.items
    })
}

/// A backup that is AVAILABLE never changes, until it is deleted (DSB-04, BKP-11).
fn an_available_backup_never_changes(step: &Step<'_>) -> bool {
    let available =
        step.before.backups.iter().filter(|(_, it)| it.status == BackupStatus::Available);
    available
        .filter_map(|(arn, backup)| Some((backup, step.after().backups.get(arn)?)))
        .all(|(before, after)| before == after)
}

/// A table is CREATING, then ACTIVE, then DELETING, then gone: no status is left out, and none comes
/// back, but that a table is UPDATING for a while (LIF-01, CRT-02, UPT-02, DLT-01).
fn table_status_moves_in_order(step: &Step<'_>) -> bool {
    use TableStatus::{Active, Creating, Deleting, Updating};
    let (before, after) = (&step.before.tables, &step.after().tables);
    before.keys().chain(after.keys()).all(|name| {
        let status =
            |tables: &BTreeMap<TableName, Table>| tables.get(name).map(|table| table.status);
        match (status(before), status(after)) {
            (None, Some(Creating))
            | (Some(Creating), Some(Active))
            | (Some(Active), Some(Updating) | Some(Deleting))
            | (Some(Updating), Some(Active))
            | (Some(Deleting), None) => true,
            (from, to) => from == to,
        }
    })
}

/// A backup is CREATING, then AVAILABLE, then gone (BKP-01, BKP-02, BKP-03). One that the service makes
/// of a table that goes may be AVAILABLE at once (SYS-001).
fn backup_status_moves_in_order(step: &Step<'_>) -> bool {
    use BackupStatus::{Available, Creating};
    let (before, after) = (&step.before.backups, &step.after().backups);
    before.keys().chain(after.keys()).all(|arn| {
        let from = before.get(arn).map(|backup| backup.status);
        let to = after.get(arn).map(|backup| backup.status);
        let by_the_service = after.get(arn).is_some_and(|it| it.kind == BackupKind::System);
        match (from, to) {
            (None, Some(Creating))
            | (Some(Creating), Some(Available))
            | (Some(Available), None) => true,
            (None, Some(Available)) => by_the_service,
            (from, to) => from == to,
        }
    })
}

/// `RestoreInProgress` is true just while a table is CREATING from a backup (RTB-84, LIF-06).
fn restore_in_progress_is_shown_while_creating(step: &Step<'_>) -> bool {
    let Some((Request::DescribeTable(request), accepted)) = step.accepted() else { return true };
    let answer = step.answer(accepted);
    let table = accepted.account.tables.get(&request.table_name.0);
    let shown = answer.pointer("/Table/RestoreSummary/RestoreInProgress");
    let restoring = table.is_some_and(|table| table.is_restoring());
    (shown == Some(&Value::Bool(true))) == restoring
}
