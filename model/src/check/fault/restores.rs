//! Bugs in when a restore is accepted, and in what comes of it.

use std::sync::Arc;

use super::{Fault, HOUR, in_step, refused, when_fired};
use crate::account::recovery::Since;
use crate::account::{Account, Backup, BackupStatus, Fresh, Origin, Restore};
use crate::check::deceive::deceive;
use crate::check::scope::{BILLING, ENCRYPTED, GENERATIONS, ITEMS, LOCK, PAST, RECOVERY, TWO};
use crate::check::spoil::{spoil, spoil_restore};
use crate::outcome::{Accepted, ErrorCode, Outcome, Refusal, Reply};
use crate::request::Request;
use crate::schema::{Encryption, ProvisionedThroughput};
use crate::service::{self, Event};
use crate::step::step;

/// All of them.
pub(super) const RESTORES: &[Fault] = &[
    Fault::new(
        "a backup of a table that is gone cannot be restored",
        &LOCK,
        in_step(of_what_is_there),
        &["a restore of a backup is accepted if nothing stands in its way"],
        &[
            "a second restore of a backup is refused",
            "a backup is made of a restored table",
            "a table is restored under its own name",
        ],
    ),
    Fault::new(
        "backups are enabled for a table before it is there",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| table.backups_enabled = true)
        }),
        &["a table that is being restored has neither backups nor recovery"],
        &[],
    ),
    Fault::new(
        "a restore forgets the local indexes",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).local_indexes.clear();
            })
        }),
        &[
            "a table that is being restored has types for its keys only",
            "an index list that is left out keeps all indexes, and any other just those it lists",
        ],
        &[],
    ),
    Fault::new(
        "a restored table has the id of its source",
        &GENERATIONS,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                table.id.clone_from(&backup.table_id);
            })
        }),
        &["no two tables have the same id, nor a table that of a backup's source"],
        &[],
    ),
    Fault::new(
        "a restore loses the items",
        &ITEMS,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| table.items = Arc::default())
        }),
        &["a table restored from a backup has the items of the backup"],
        &["items are restored"],
    ),
    Fault::new(
        "a restore that finishes forgets when its table was made",
        &LOCK,
        when_fired(finished_unmade),
        &["a restore that finishes leaves its table as it is, but ACTIVE"],
        &[],
    ),
    Fault::new(
        "the same restore again is accepted",
        &LOCK,
        in_step(again),
        &[
            "a restore never replaces a table",
            "an accepted restore is one more restore in flight, of the backup that it names",
            "an index list that is left out keeps all indexes, and any other just those it lists",
            "a restored table is paid for as asked, and else as its backup was",
            "the same restore again is refused",
        ],
        &[],
    ),
    Fault::new(
        "a table without recovery can be restored to a point in time",
        &RECOVERY,
        in_step(without_recovery),
        &["a restore to a point in time is accepted only of a table that keeps its past"],
        &["a restore of a table without recovery is refused"],
    ),
    Fault::new(
        "a restore to a point in time takes its target for its source",
        &RECOVERY,
        in_step(target_is_source),
        &["a table restored to a point in time is not its own source"],
        &[],
    ),
    Fault::new(
        "a restore to a point in time is not counted",
        &RECOVERY,
        in_step(mere_tables),
        &["an accepted restore to a point in time is one more restore in flight, of no backup"],
        &[],
    ),
    Fault::new(
        "a restore to a point in time takes the lock of a backup",
        &RECOVERY,
        in_step(locks_a_backup),
        &["an accepted restore to a point in time is one more restore in flight, of no backup"],
        &[],
    ),
    Fault::new(
        "a restore keeps the billing mode, whatever is asked",
        &LOCK,
        in_step(billing_is_kept),
        &["a restored table is paid for as asked, and else as its backup was"],
        &["an index of a provisioned backup is restored on demand"],
    ),
    Fault::new(
        "a restore keeps the capacity, whatever is asked",
        &BILLING,
        in_step(capacity_is_kept),
        &["a restored table is paid for as asked, and else as its backup was"],
        &[],
    ),
    Fault::new(
        "a restore forgets the key of its table",
        &ENCRYPTED,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).encryption = Encryption::default();
            })
        }),
        &["a restored table is encrypted as its backup was, unless something else is asked"],
        &[],
    ),
    Fault::new(
        "a restore of a missing backup is refused as one of a backup in use",
        &LOCK,
        in_step(nothing_is_in_use),
        &[],
        &["a restore of a backup that is not there is refused"],
    ),
    Fault::new(
        "the backups of a table are restored one after the other",
        &TWO,
        in_step(one_of_each_table),
        &["a restore of a backup is accepted if nothing stands in its way"],
        &["two backups of one table are restored at once"],
    ),
    Fault::new(
        "a restore is dated ahead",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                if let Some(restore) = &mut table.restore {
                    Arc::make_mut(restore).requested += HOUR;
                }
            })
        }),
        &["no restore was asked for later than now"],
        &[],
    ),
    Fault::new(
        "a restored table has no id",
        &GENERATIONS,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| table.id = None)
        }),
        &["every table and every backup's source has an id if tables have ids"],
        &["a table with an id is restored"],
    ),
    Fault::new(
        "time to live is settling in a table that is being restored",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.underway).time_to_live = true;
            })
        }),
        &["nothing else is underway in a table that is being restored"],
        &[],
    ),
    Fault::new(
        "a restored table keeps the types of indexes that it does not have",
        &LOCK,
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                let attributes = &backup.definition.attributes;
                Arc::make_mut(&mut table.definition).attributes.clone_from(attributes);
            })
        }),
        &["a table that is being restored has types for its keys only"],
        &[],
    ),
    Fault::new(
        "a restore to a point in time makes items up",
        &PAST,
        in_step(items_are_made_up),
        &["a table restored to a point in time has only items that its source had"],
        &[],
    ),
];

/// Restores to a point in time make mere new tables.
fn mere_tables(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableToPointInTime(request) = request else { return };
        let table = accepted.account.tables.get_mut(&request.target_table_name);
        table.expect("a restore makes its target").restore = None;
    })
}

/// A restore to a point in time is one of a backup.
fn locks_a_backup(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableToPointInTime(request) = request else { return };
        let mut backups = account.backups.iter();
        let available = backups.find(|(_, backup)| backup.status == BackupStatus::Available);
        let Some((arn, Backup { created, .. })) = available else { return };
        let table = accepted.account.tables.get_mut(&request.target_table_name);
        if let Some(restore) = &mut table.expect("a restore makes its target").restore {
            Arc::make_mut(restore).origin = Origin::Backup { arn: arn.clone(), created: *created };
        }
    })
}

/// The capacity that is asked for is passed over, where the backup has one.
fn capacity_is_kept(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, request| {
        let recorded = backup.definition.throughput;
        if request.provisioned_throughput_override.is_some()
            && recorded != ProvisionedThroughput::ZERO
        {
            Arc::make_mut(&mut table.definition).throughput = recorded;
        }
    })
}

/// The billing mode that is asked for is passed over.
fn billing_is_kept(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, request| {
        if request.billing_mode_override.is_some() {
            let definition = Arc::make_mut(&mut table.definition);
            let recorded = &backup.definition;
            definition.billing = recorded.billing;
            definition.throughput = recorded.throughput;
            definition.global_indexes.clone_from(&recorded.global_indexes);
        }
    })
}

/// Whoever restores what is not there is told that it is in use.
fn nothing_is_in_use(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match step(account, request, fresh) {
        Outcome::Refused(refusal)
            if matches!(request, Request::RestoreTableFromBackup(_))
                && refusal.violations().iter().any(|it| it.rule == "RTB-92") =>
        {
            Outcome::Refused(Refusal::because("RTB-93", ErrorCode::BackupInUseException, vec![]))
        }
        outcome => outcome,
    }
}

/// A restore waits until no other backup of the same table is being restored.
fn one_of_each_table(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::RestoreTableFromBackup(restore) = request
        && let Some(backup) = account.backups.get(&restore.backup_arn)
    {
        let mut restores = account.restores().filter_map(|(_, table)| table.restore.as_ref());
        if restores.any(|restore| restore.source_table == backup.table) {
            return refused("RFB-053");
        }
    }
    step(account, request, fresh)
}

/// A backup can only be restored while its table is there.
fn of_what_is_there(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::RestoreTableFromBackup(restore) = request
        && let Some(backup) = account.backups.get(&restore.backup_arn)
        && !account.tables.contains_key(&backup.table)
    {
        return refused("RTB-07");
    }
    step(account, request, fresh)
}

/// A restored table forgets when it was made as soon as it is ACTIVE.
fn finished_unmade(account: &Account, event: &Event) -> Account {
    let mut after = service::fire(account, event);
    if let Event::RestoreFinished(name) = event
        && let Some(table) = after.tables.get_mut(name)
    {
        table.created = None;
    }
    after
}

/// A restore that runs is accepted again, and nothing comes of it.
fn again(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if let Request::RestoreTableFromBackup(restore) = request
        && account.restore_of(&restore.backup_arn) == Some(&restore.target_table_name)
    {
        let reply = Reply::TableDescription(restore.target_table_name.clone());
        return Outcome::Accepted(Box::new(Accepted::new(account.clone(), reply, vec![])));
    }
    step(account, request, fresh)
}

/// A table can be restored although its recovery is off.
fn without_recovery(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    if !matches!(request, Request::RestoreTableToPointInTime(_)) {
        return step(account, request, fresh);
    }
    let since = Since { ours: account.now, told: Some(account.now) };
    let lie = |seen: &mut Account| {
        for table in seen.tables.values_mut() {
            table.recovery = table.recovery.switched_on(since, None);
        }
    };
    deceive(account, request, fresh, lie, |after| {
        for (name, table) in &mut after.tables {
            let before = account.tables.get(name).map(|table| table.recovery.clone());
            table.recovery = before.unwrap_or_default();
        }
    })
}

/// Changes the target of an accepted restore to a point in time.
fn target_is_source(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableToPointInTime(request) = request else { return };
        let target = &request.target_table_name;
        let table = accepted.account.tables.get_mut(target).expect("a restore makes its target");
        let restore = table.restore.as_ref().expect("it was just restored");
        let source_table = target.clone();
        table.restore = Some(Arc::new(Restore { source_table, ..(**restore).clone() }));
    })
}

/// The items of a table restored to a point in time are none that its source had.
fn items_are_made_up(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableToPointInTime(request) = request else { return };
        let table = accepted.account.tables.get_mut(&request.target_table_name);
        let table = table.expect("a restore makes its target");
        for item in Arc::make_mut(&mut table.items).values_mut() {
            item.json = "{}".to_owned();
        }
    })
}
