//! Bugs by which something never ends.

use super::{Fault, in_events};
use crate::account::{Account, IndexChange, Table};
use crate::check::scope::{INDEX_UPDATES, LOCK, QUOTA, TAGS};
use crate::name::TableName;
use crate::service::{self, Event};

/// All of them.
pub(super) const STUCK: &[Fault] = &[
    Fault::new(
        "a new table stays CREATING for as long as it has backups",
        &LOCK,
        in_events(|account| {
            without(account, |event| match event {
                Event::TableActive(name) => has_backup(account, name),
                _ => false,
            })
        }),
        &[
            "every new table can become ACTIVE by itself",
            "whatever goes on can come to rest by itself",
        ],
        &[],
    ),
    Fault::new(
        "backups are never enabled for a restored table",
        &LOCK,
        in_events(|account| {
            without(account, |event| match event {
                Event::BackupsEnabled(name) => is_restored(account, name),
                _ => false,
            })
        }),
        &[
            "backups can become enabled by themselves for every table in use",
            "whatever goes on can come to rest by itself",
        ],
        &[],
    ),
    Fault::new(
        "a backup of a table that is gone stays CREATING",
        &LOCK,
        in_events(|account| {
            without(account, |event| match event {
                Event::BackupAvailable(arn) => {
                    !account.tables.contains_key(&account.backups[arn].table)
                }
                _ => false,
            })
        }),
        &[
            "every new backup can become AVAILABLE by itself",
            "whatever goes on can come to rest by itself",
        ],
        &[],
    ),
    Fault::new(
        "an index is never removed",
        &INDEX_UPDATES,
        in_events(|account| {
            without(account, |event| match event {
                Event::UpdateFinished(name) => {
                    let change = account.tables.get(name).and_then(Table::index_change);
                    matches!(change, Some(IndexChange::Removing(_)))
                }
                _ => false,
            })
        }),
        &["every update can finish by itself", "whatever goes on can come to rest by itself"],
        &["an index is removed"],
    ),
    Fault::new(
        "tags of a restored table are never written to their end",
        &TAGS,
        in_events(|account| {
            without(account, |event| match event {
                Event::TagsWritten(name) => is_restored(account, name),
                _ => false,
            })
        }),
        &[
            "tags and time to live can take effect by themselves",
            "whatever goes on can come to rest by itself",
        ],
        &[],
    ),
    Fault::new(
        "a restore under the source's own name never finishes",
        &QUOTA,
        in_events(|account| {
            without(account, |event| match event {
                Event::RestoreFinished(name) => {
                    let restore = account.tables.get(name).and_then(|it| it.restore.as_ref());
                    restore.is_some_and(|restore| restore.source_table == *name)
                }
                _ => false,
            })
        }),
        &[
            "every restore can finish by itself",
            "a quota that is used up can become free by itself",
            "whatever goes on can come to rest by itself",
        ],
        &["a backup is made of a restored table"],
    ),
];

/// What the service may do next, but for some of it.
fn without(account: &Account, never: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut events = service::events(account);
    events.retain(|event| !never(event));
    events
}

fn has_backup(account: &Account, name: &TableName) -> bool {
    account.backups.values().any(|backup| backup.table == *name)
}

fn is_restored(account: &Account, name: &TableName) -> bool {
    account.tables.get(name).is_some_and(|table| table.restore.is_some())
}
