//! Faults of what a restore makes: its data, its shape, its settings, its indexes.

use std::sync::Arc;

use reinstate_model::account::recovery::{Recovery, Since};
use reinstate_model::account::{Account, Fresh, Table, TableStatus};
use reinstate_model::behaviour::Behaviour;
use reinstate_model::outcome::Outcome;
use reinstate_model::request::Request;
use reinstate_model::schema::{
    BillingMode, Encryption, GlobalIndex, Projection, ProjectionType, ProvisionedThroughput,
    Settings,
};
use reinstate_model::service::{self, Event};

use super::tools::{deceive_restore, fault, in_step, spoil, spoil_restore};
use super::{Fault, Place};

pub(super) const FAULTS: &[Fault] = &[
    // --- data ---
    fault(
        "restored-table-is-empty",
        "a restored table has no items",
        &["RTB-04", "CAR-01", "BKP-05", "BKP-07"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| table.items = Arc::default())
        }),
    ),
    fault(
        "restored-table-is-truncated",
        "a restored table has the first of its items only",
        &["RTB-04", "CAR-01", "BKP-05", "BKP-07"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                let first = table.items.iter().next();
                table.items = Arc::new(
                    first.map(|(key, item)| (key.clone(), item.clone())).into_iter().collect(),
                );
            })
        }),
    ),
    fault(
        "data-is-lost-at-the-end",
        "the items of a restored table are gone when the restore finishes",
        &["RTB-04", "CAR-01", "BKP-05", "BKP-07"],
        Place::Behaviour(Behaviour {
            fire: |account, event| {
                let mut after = service::fire(account, event);
                if let Event::RestoreFinished(name) = event
                    && let Some(table) = after.tables.get_mut(name)
                {
                    table.items = Arc::default();
                }
                after
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    fault(
        "restored-table-shares-the-source",
        "what is written to the source afterwards is in the restored table as well",
        &["CAR-01", "RTB-04", "DLB-07", "RTB-09", "BKP-05", "BKP-07", "DAT-02"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::PutItem(put) = request else { return };
                let Some(source) = accepted.account.tables.get(&put.table_name.0).cloned() else {
                    return;
                };
                let is_of = |table: &Table| {
                    let restore = table.restore.as_deref();
                    restore.is_some_and(|restore| restore.source_table == put.table_name.0)
                };
                for table in accepted.account.tables.values_mut().filter(|table| is_of(table)) {
                    table.items = source.items.clone();
                }
            })
        }),
    ),
    fault(
        "source-shares-the-restored-table",
        "what is written to a restored table is in its source as well",
        &["RTB-09", "DAT-02", "DAT-01"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::PutItem(put) = request else { return };
                let Some(table) = accepted.account.tables.get(&put.table_name.0) else { return };
                let Some(restore) = table.restore.clone() else { return };
                let items = table.items.clone();
                if let Some(source) = accepted.account.tables.get_mut(&restore.source_table) {
                    source.items = items;
                }
            })
        }),
    ),
    fault(
        "backup-is-of-today-s-items",
        "a restore brings back the items that the source has now",
        &["RTB-04", "CAR-01", "BKP-05", "BKP-07"],
        in_step(|account, request, fresh| {
            deceive_restore(account, request, fresh, |backup, _| {
                if let Some(source) = account.tables.get(&backup.table) {
                    backup.items = source.items.clone();
                }
            })
        }),
    ),
    fault(
        "backup-is-of-today-s-shape",
        "a restore brings back the shape that the source has now",
        &["RTB-19", "RTB-26", "RTB-28", "RTB-41", "CAR-04", "CAR-05", "CAR-06", "RTB-31"],
        in_step(|account, request, fresh| {
            deceive_restore(account, request, fresh, |backup, _| {
                if let Some(source) = account.tables.get(&backup.table) {
                    backup.definition = source.definition.clone();
                }
            })
        }),
    ),
    fault(
        "restore-changes-its-source",
        "the source loses its items when its backup is restored",
        &["RTB-09", "DAT-02", "DAT-01a"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::RestoreTableFromBackup(restore) = request else { return };
                let backup = account.backups.get(&restore.backup_arn);
                let source =
                    backup.and_then(|backup| accepted.account.tables.get_mut(&backup.table));
                if let Some(source) = source {
                    source.items = Arc::default();
                }
            })
        }),
    ),
    fault(
        "restore-eats-its-backup",
        "a backup is gone when its restore finishes",
        &["RTB-09", "RFB-007", "DSB-04", "DSB-01", "LSB-01", "XBK-006", "DLB-02", "DSB-02"],
        Place::Behaviour(Behaviour {
            fire: |account, event| {
                let mut after = service::fire(account, event);
                if let Event::RestoreFinished(name) = event
                    && let Some(restore) = account.tables.get(name).and_then(|t| t.restore.clone())
                    && let Some(arn) = restore.backup()
                {
                    after.backups.remove(arn);
                }
                after
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    // --- indexes and shape ---
    fault(
        "global-indexes-are-dropped",
        "a restored table has no global secondary indexes",
        &["RTB-28", "CAR-04", "RTB-30", "RTB-74"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).global_indexes.clear();
            })
        }),
    ),
    fault(
        "local-indexes-are-dropped",
        "a restored table has no local secondary indexes",
        &["RTB-42", "CAR-03", "RTB-43", "RTB-73"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).local_indexes.clear();
            })
        }),
    ),
    fault(
        "last-global-index-is-dropped",
        "a restored table lacks the last of several global secondary indexes",
        &["RTB-28", "CAR-04", "RTB-30"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                let indexes = &mut Arc::make_mut(&mut table.definition).global_indexes;
                if indexes.len() > 1 {
                    indexes.pop();
                }
            })
        }),
    ),
    fault(
        "local-index-projects-all",
        "a restored local secondary index projects everything",
        &["RTB-42", "CAR-03", "RTB-73", "RTB-43", "CAR-04a"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                for index in &mut Arc::make_mut(&mut table.definition).local_indexes {
                    index.projection = Projection {
                        projection_type: Some(ProjectionType::All),
                        non_key_attributes: None,
                    };
                }
            })
        }),
    ),
    fault(
        "sort-key-is-lost",
        "a restored table has no sort key",
        &["RTB-62", "CAR-02"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).keys.truncate(1);
            })
        }),
    ),
    fault(
        "encryption-is-lost",
        "a restored table has the default encryption, whatever the backup had",
        &["RTB-49", "CAR-07", "RTB-85", "RTB-47"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                Arc::make_mut(&mut table.definition).encryption = Encryption::OwnedKey;
            })
        }),
    ),
    fault(
        "restored-on-demand",
        "a restored table is on demand, unless another mode is asked for",
        &["RTB-19", "CAR-06", "RTB-26", "RTB-71"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, request| {
                if request.billing_mode_override.is_none() {
                    let definition = Arc::make_mut(&mut table.definition);
                    definition.billing = BillingMode::PayPerRequest;
                    definition.throughput = ProvisionedThroughput::ZERO;
                    for index in &mut definition.global_indexes {
                        index.throughput = ProvisionedThroughput::ZERO;
                    }
                }
            })
        }),
    ),
    fault(
        "capacity-is-one",
        "a restored provisioned table has a capacity of one, unless another is asked for",
        &["RTB-26", "CAR-05"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, request| {
                let definition = Arc::make_mut(&mut table.definition);
                if request.provisioned_throughput_override.is_none()
                    && definition.billing == BillingMode::Provisioned
                {
                    definition.throughput = ProvisionedThroughput::both(1);
                }
            })
        }),
    ),
    fault(
        "read-and-write-are-swapped",
        "the capacity of a restored table has its reads as writes",
        &["RTB-26", "RTB-25", "CAR-05"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                let units = &mut Arc::make_mut(&mut table.definition).throughput;
                *units = ProvisionedThroughput {
                    read_capacity_units: units.write_capacity_units,
                    write_capacity_units: units.read_capacity_units,
                };
            })
        }),
    ),
    fault(
        "index-override-makes-an-index",
        "an index of the override that the backup lacks is created",
        &["RTB-31"],
        in_step(|account, request, fresh| {
            deceive_restore(account, request, fresh, |backup, request| {
                let listed = request.global_secondary_index_override.iter().flatten();
                for index in listed {
                    let known = |kept: &GlobalIndex| {
                        kept.keys == index.key_schema && kept.projection.same_as(&index.projection)
                    };
                    if !backup.definition.global_indexes.iter().any(known) {
                        let throughput = index.provisioned_throughput;
                        Arc::make_mut(&mut backup.definition).global_indexes.push(GlobalIndex {
                            name: index.index_name.clone(),
                            keys: index.key_schema.clone(),
                            projection: index.projection.clone(),
                            throughput: throughput.unwrap_or(ProvisionedThroughput::ZERO),
                        });
                    }
                }
            })
        }),
    ),
    fault(
        "index-override-projects-otherwise",
        "an index of the override may project something else than that of the backup",
        &["RTB-31", "RTB-38"],
        in_step(|account, request, fresh| {
            deceive_restore(account, request, fresh, |backup, request| {
                for listed in request.global_secondary_index_override.iter().flatten() {
                    let indexes = &mut Arc::make_mut(&mut backup.definition).global_indexes;
                    for index in indexes.iter_mut().filter(|index| index.keys == listed.key_schema)
                    {
                        index.projection = listed.projection.clone();
                    }
                }
            })
        }),
    ),
    fault(
        "local-index-override-makes-an-index",
        "a local index of the override that the backup lacks is created",
        &["RTB-43a"],
        in_step(|account, request, fresh| {
            deceive_restore(account, request, fresh, |backup, request| {
                let indexes = &mut Arc::make_mut(&mut backup.definition).local_indexes;
                for listed in request.local_secondary_index_override.iter().flatten() {
                    if let Some(first) = indexes.first().cloned()
                        && !indexes.iter().any(|index| index.keys == listed.key_schema)
                    {
                        let mut index = first;
                        index.keys = listed.key_schema.clone();
                        index.projection = listed.projection.clone();
                        indexes.push(index);
                    }
                }
            })
        }),
    ),
    fault(
        "index-capacity-override-is-ignored",
        "a listed index keeps the capacity that the backup recorded",
        &["RTB-40"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                let definition = Arc::make_mut(&mut table.definition);
                if definition.billing == BillingMode::PayPerRequest {
                    return;
                }
                for index in &mut definition.global_indexes {
                    let mut kept = backup.definition.global_indexes.iter();
                    if let Some(kept) = kept.find(|kept| kept.keys == index.keys)
                        && kept.throughput != ProvisionedThroughput::ZERO
                    {
                        index.throughput = kept.throughput;
                    }
                }
            })
        }),
    ),
    // --- settings carried over ---
    fault(
        "tags-come-along",
        "a restored table has the tags of its source",
        &["CAR-11"],
        in_step(|a, r, f| carry(a, r, f, |to, from| to.tags = from.tags.clone())),
    ),
    fault(
        "time-to-live-comes-along",
        "a restored table has the time to live of its source",
        &["CAR-10"],
        in_step(|a, r, f| carry(a, r, f, |to, from| to.time_to_live = from.time_to_live.clone())),
    ),
    fault(
        "stream-comes-along",
        "a restored table has the stream of its source",
        &["CAR-09", "RTB-78"],
        in_step(|a, r, f| carry(a, r, f, |to, from| to.stream = from.stream)),
    ),
    fault(
        "deletion-protection-comes-along",
        "a restored table is protected against deletion like its source",
        &["CAR-12", "RTB-89"],
        in_step(|account, request, fresh| {
            carry(account, request, fresh, |to, from| {
                to.deletion_protection = from.deletion_protection;
            })
        }),
    ),
    fault(
        "table-class-comes-along",
        "a restored table has the table class of its source",
        &["CAR-08", "RTB-88"],
        in_step(|a, r, f| carry(a, r, f, |to, from| to.class = from.class)),
    ),
    fault(
        "recovery-comes-along",
        "a restored table has point-in-time recovery on if its source has",
        &["CAR-13", "DCB-03"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                let source = account.tables.get(&backup.table);
                if source.is_some_and(|source| source.recovery.window().is_some()) {
                    let since = Since { ours: account.now, told: Some(account.now) };
                    table.recovery = Recovery::default().switched_on(since, None);
                }
            })
        }),
    ),
    // --- lifecycle ---
    fault(
        "restore-is-done-at-once",
        "a restored table is ACTIVE in the answer already",
        &["LIF-01", "RTB-02", "RTB-63"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, _, _| {
                table.status = TableStatus::Active;
                table.backups_enabled = true;
            })
        }),
    ),
    fault(
        "restored-table-has-the-source-s-id",
        "a restored table has the id of its source",
        &["RTB-70", "CAR-23"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                table.id = backup.table_id.clone();
            })
        }),
    ),
    fault(
        "restored-table-is-as-old-as-its-source",
        "a restored table has the creation time of its source",
        &["RTB-64", "CAR-23"],
        in_step(|account, request, fresh| {
            spoil_restore(account, request, fresh, |table, backup, _| {
                table.created = backup.table_created;
            })
        }),
    ),
    fault(
        "finished-restore-disables-backups",
        "no backup can ever be made of a restored table",
        &[],
        Place::Behaviour(Behaviour {
            events: |account| {
                let mut events = service::events(account);
                events.retain(|event| match event {
                    Event::BackupsEnabled(name) => account.tables[name].restore.is_none(),
                    _ => true,
                });
                events
            },
            ..Behaviour::SPECIFIED
        }),
    ),
];

/// A restore carries a setting over.
fn carry(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    copy: impl FnOnce(&mut Settings, &Settings),
) -> Outcome {
    spoil_restore(account, request, fresh, |table, backup, _| {
        copy(Arc::make_mut(&mut table.settings), &backup.settings);
    })
}
