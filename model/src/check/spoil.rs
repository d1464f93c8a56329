//! Faults that call the specified function, and then spoil what comes out.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::account::recovery::{Recovery, Window};
use crate::account::{Account, Backup, BackupStatus, Fresh, Restore, Table, TableStatus};
use crate::name::AttributeName;
use crate::outcome::ErrorCode::LimitExceededException;
use crate::outcome::{Accepted, Outcome, Refusal, Reply};
use crate::request::{Request, RestoreTableFromBackup};
use crate::schema::{AttributeType, Definition, ProjectionType};
use crate::service::{self, Event};
use crate::{step, wire};

/// The specified step, and then something else than what was accepted.
pub(super) fn spoil(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Accepted),
) -> Outcome {
    match step::step(account, request, fresh) {
        Outcome::Accepted(mut accepted) => {
            change(&mut accepted);
            Outcome::Accepted(accepted)
        }
        Outcome::Refused(refusal) => Outcome::Refused(refusal),
    }
}

/// Changes the target of an accepted restore, knowing its backup.
pub(super) fn spoil_restore(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Table, &Backup, &RestoreTableFromBackup),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableFromBackup(request) = request else { return };
        let Some(backup) = account.backups.get(&request.backup_arn) else { return };
        let target = accepted.account.tables.get_mut(&request.target_table_name);
        change(target.expect("a restore makes its target"), backup, request);
    })
}

/// Changes what recovery keeps where it was asked to be on, knowing whether it was on before.
pub(super) fn spoil_window(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(bool, &mut Window),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::UpdateContinuousBackups(request) = request else { return };
        let name = &request.table_name.0;
        let was_on = account.tables.get(name).is_some_and(|it| it.recovery.window().is_some());
        let table = accepted.account.tables.get_mut(name);
        if let Some(window) = table.and_then(|table| table.recovery.window_mut()) {
            change(was_on, window);
        }
    })
}

/// Changes the shape of the target of an accepted restore.
fn spoil_definition(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Definition, &Backup),
) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, _| {
        change(Arc::make_mut(&mut table.definition), backup);
    })
}

/// A restore takes its target for its source.
pub(super) fn source_is_target(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_restore(account, request, fresh, |table, _, request| {
        let restore = table.restore.as_ref().expect("it was just restored");
        let source_table = request.target_table_name.clone();
        table.restore = Some(Arc::new(Restore { source_table, ..(**restore).clone() }));
    })
}

/// A restored global index projects less.
pub(super) fn projection_is_less(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_definition(account, request, fresh, |definition, _| {
        for index in &mut definition.global_indexes {
            index.projection.projection_type = Some(ProjectionType::KeysOnly);
        }
    })
}

/// An index is restored twice.
pub(super) fn index_twice(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_definition(account, request, fresh, |definition, _| {
        definition.global_indexes.extend(definition.global_indexes.first().cloned());
    })
}

/// The types of attributes that only an index has in its key are other ones.
pub(super) fn types_change(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_definition(account, request, fresh, |definition, _| {
        let keys = &definition.keys;
        let of_index = |name: &AttributeName| keys.iter().all(|key| key.attribute_name != *name);
        for (name, kind) in &mut definition.attributes {
            if of_index(name) {
                *kind = AttributeType::N;
            }
        }
    })
}

/// A restored index has the capacity that the backup recorded, whatever the override.
pub(super) fn index_capacity_stays(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_definition(account, request, fresh, |definition, backup| {
        let recorded = &backup.definition.global_indexes;
        for (index, recorded) in definition.global_indexes.iter_mut().zip(recorded) {
            index.throughput = recorded.throughput;
        }
    })
}

/// A restore carries settings over.
pub(super) fn settings_come_along(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, _| {
        table.settings = backup.settings.clone();
    })
}

/// A restore under the source's own name is a mere new table.
pub(super) fn own_name_is_free(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, request| {
        if backup.table == request.target_table_name {
            table.restore = None;
        }
    })
}

/// A restore uses its backup up.
pub(super) fn backup_is_used_up(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableFromBackup(restore) = request else { return };
        if let Some(backup) = accepted.account.backups.get_mut(&restore.backup_arn) {
            backup.settings = Arc::default();
        }
    })
}

/// A backup forgets the local indexes of its table.
pub(super) fn local_indexes_are_lost(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Reply::BackupDetails(arn) = &accepted.reply else { return };
        if let Some(backup) = accepted.account.backups.get_mut(arn) {
            Arc::make_mut(&mut backup.definition).local_indexes.clear();
        }
    })
}

/// A restore finishes when somebody describes its target.
pub(super) fn looking_finishes(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::DescribeTable(request) = request else { return };
        let finished = Event::RestoreFinished(request.table_name.0.clone());
        if service::events(account).contains(&finished) {
            accepted.account = service::fire(account, &finished);
        }
    })
}

/// A restore that only the quota refuses leaves its target behind, as a new table.
pub(super) fn refused_target_stays(
    account: &Account,
    request: &Request,
    refusal: &Refusal,
) -> Option<Account> {
    let Request::RestoreTableFromBackup(request) = request else { return None };
    let [only] = refusal.violations() else { return None };
    if only.error != LimitExceededException {
        return None;
    }
    let backup = account.backups.get(&request.backup_arn)?;
    let table = Table {
        definition: backup.definition.clone(),
        settings: Arc::default(),
        status: TableStatus::Creating,
        underway: Arc::default(),
        backups_enabled: false,
        restore: None,
        items: Arc::default(),
        recovery: Recovery::default(),
        id: None,
        created: None,
    };
    let mut left = account.clone();
    left.tables.insert(request.target_table_name.clone(), table);
    Some(left)
}

/// The backups of a table go with it.
pub(super) fn backups_go_along(account: &Account, event: &Event) -> Account {
    let mut after = service::fire(account, event);
    if let Event::TableGone(name) = event {
        after.backups.retain(|arn, backup| {
            // Those that cannot be deleted stay: this is another fault.
            backup.table != *name
                || backup.status == BackupStatus::Creating
                || account.restore_of(arn).is_some()
        });
    }
    after
}

/// The specified answer, and then something else than the description of a table, if that is what it is.
pub(super) fn spoil_description(
    accepted: &Accepted,
    change: impl FnOnce(&Table, &mut Value),
) -> Value {
    let mut body = wire::accepted_body(accepted);
    if let Reply::Table(name) = &accepted.reply {
        change(&accepted.account.tables[name], &mut body["Table"]);
    }
    body
}

/// `RestoreInProgress` stays true.
pub(super) fn flag_stays(accepted: &Accepted) -> Value {
    spoil_description(accepted, |table, shown| {
        if table.restore.is_some() {
            shown["RestoreSummary"]["RestoreInProgress"] = json!(true);
        }
    })
}

/// A restore never finishes.
pub(super) fn restores_go_on(account: &Account) -> Vec<Event> {
    let mut events = service::events(account);
    events.retain(|event| !matches!(event, Event::RestoreFinished(_)));
    events
}

/// A deleted table stays for as long as it has backups.
pub(super) fn backups_hold_their_table(account: &Account) -> Vec<Event> {
    let mut events = service::events(account);
    events.retain(|event| match event {
        Event::TableGone(name) => account.backups.values().all(|backup| backup.table != *name),
        _ => true,
    });
    events
}
