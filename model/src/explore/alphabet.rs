//! The requests of a scope: one of each kind that the rules tell apart.
//!
//! | module | what it asks for |
//! | --- | --- |
//! | `lives` | tables and backups made, described, restored and deleted: in every scope |
//! | `overrides` | the overrides of a restore |
//! | `arns` | tables and backups by ARNs of every kind |
//! | `creations` | tables that cannot be made |
//! | `recovery` | point-in-time recovery and its restores |
//! | `updates` | changes of a table |
//! | `settings` | tags and time to live |
//! | `items` | items written and read |
//! | `lists` | lists of tables and backups, and limits |

mod arns;
mod creations;
mod items;
mod lists;
mod lives;
mod overrides;
mod recovery;
mod settings;
mod updates;

use std::sync::Arc;

use serde_json::Value;

use super::scope::Scope;
use crate::account::{Millis, SYSTEM_SUFFIX};
use crate::name::{AccountId, BackupArn, Region, TableName};
use crate::request::{Operation, Request};
use crate::wire::{Decoded, decode};

pub use lives::Shape;
pub use overrides::Override;

/// What is asked for beside the lives of tables and backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Tables and backups are named by ARNs of every kind.
    Arns,
    /// Tables that cannot be made, whatever the account holds.
    FaultyTables,
    /// Point-in-time recovery of some tables is switched on and off, and that of all described.
    Recovery(Of),
    /// Point-in-time recovery of some tables is switched on, and never off.
    RecoveryOn(Of),
    /// Tables are restored to the latest time.
    RestoresToLatest,
    /// The same, and in every way that is wrong.
    RestoresOfRecovery,
    /// Tables are restored to times in and out of their windows.
    RestoresOfThePast,
    /// Indexes are added to tables and removed.
    IndexUpdates(Of),
    /// Billing mode and capacity of tables are changed.
    CapacityUpdates(Of),
    /// What a restore does not bring back is set up.
    SettingUpdates(Of),
    /// Changes that no table can be made.
    FaultyUpdates,
    /// Tags are written and listed.
    Tags,
    /// Time to live is switched on and off, and described.
    TimeToLive,
    /// Items of some tables are written, and those of all read.
    Items(Of),
    /// Items of some tables are replaced by others of the same key.
    Replacements(Of),
    /// Writes and reads of items that no table can be asked for.
    FaultyItems,
    /// Tables and backups are listed, and backups described.
    Lists,
}

/// Which tables are meant: there are fewer states if not all are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Every table.
    All,
    /// Those that are created, and may be restored to.
    Sources,
    /// Those that are restored to, and never created.
    Targets,
}

/// A request and what the checker calls it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// How a path shows it.
    pub label: String,
    /// The request.
    pub request: Request,
    /// The backup that it names, if it names one.
    pub backup: Option<BackupArn>,
}

/// The Region of the account.
pub(crate) fn region() -> Region {
    Region::new("us-east-1").expect("a Region")
}

/// The account, so that its ARNs are those that the service answers with.
pub(crate) fn owner() -> AccountId {
    AccountId::new("123456789012").expect("twelve digits")
}

/// A table name.
pub(crate) fn table_name(name: &str) -> TableName {
    TableName::new(name).expect("names in a scope are names of tables")
}

/// What the backup in a slot is called at the end of its ARN: ids begin with a time, and so those that
/// the service makes up by itself are among them.
pub(crate) fn backup_id(scope: &Scope, slot: usize) -> String {
    backup_id_at(scope.clock.first().copied().unwrap_or_default() + slot as u64)
}

/// The id of a backup that begins with a time.
pub(crate) fn backup_id_at(time: Millis) -> String {
    format!("{time:014}{SYSTEM_SUFFIX}")
}

/// A table of the plain shape is created.
pub(crate) fn create_plain(name: &str) -> Call {
    lives::created(name, Shape::Plain)
}

/// A backup of a table is made.
pub(crate) fn create_backup(name: &str) -> Call {
    lives::backed_up(name)
}

/// Point-in-time recovery of a table is switched on.
pub(crate) fn switch_recovery_on(name: &str) -> Call {
    recovery::switched_on(name)
}

/// The ARN of the backup of a table in a slot.
fn backup_arn(scope: &Scope, table: &str, slot: usize) -> BackupArn {
    BackupArn::from_parts(&region(), &owner(), &table_name(table), &backup_id(scope, slot))
}

/// Every request of a scope. Requests about a backup name one that may come to be, except for
/// those about the slot behind the last: that backup never exists (RTB-92).
pub(crate) fn calls(scope: &Scope) -> Vec<Arc<Call>> {
    let families = scope.families.iter().flat_map(|family| in_family(scope, *family));
    lives::calls(scope).into_iter().chain(families).map(Arc::new).collect()
}

fn names(scope: &Scope, of: Of) -> Vec<&'static str> {
    match of {
        Of::All => scope.names(),
        Of::Sources => scope.sources.to_vec(),
        Of::Targets => {
            let names = scope.names().into_iter();
            names.filter(|name| !scope.sources.contains(name)).collect()
        }
    }
}

fn in_family(scope: &Scope, family: Family) -> Vec<Call> {
    let about = |of: Of, about: fn(&str) -> Vec<Call>| -> Vec<Call> {
        names(scope, of).into_iter().flat_map(about).collect()
    };
    let about_all = |these: fn(&str) -> Vec<Call>| about(Of::All, these);
    match family {
        Family::Arns => arns::calls(scope),
        Family::FaultyTables => about_all(creations::faulty),
        Family::Recovery(of) => {
            [about_all(recovery::descriptions), about(of, recovery::switches)].concat()
        }
        Family::RecoveryOn(of) => about(of, recovery::on),
        Family::RestoresToLatest => recovery::latest(scope),
        Family::RestoresOfRecovery => [recovery::latest(scope), recovery::faulty(scope)].concat(),
        Family::RestoresOfThePast => recovery::restores_of_the_past(scope),
        Family::IndexUpdates(of) => about(of, updates::of_indexes),
        Family::CapacityUpdates(of) => about(of, updates::of_capacity),
        Family::SettingUpdates(of) => about(of, updates::of_settings),
        Family::FaultyUpdates => about_all(updates::faulty),
        Family::Tags => about_all(settings::tags),
        Family::TimeToLive => about_all(settings::time_to_live),
        Family::Items(of) => [about_all(items::reads), about(of, items::writes)].concat(),
        Family::Replacements(of) => about(of, items::replacements),
        Family::FaultyItems => about_all(items::faulty),
        Family::Lists => lists::calls(scope),
    }
}

/// A request as it is written on the wire.
///
/// # Panics
/// If it is not well formed, which is a bug of the alphabet.
pub(crate) fn ask(label: impl Into<String>, operation: Operation, body: Value) -> Call {
    let label = label.into();
    match decode(operation, &body) {
        Decoded::WellFormed(request) => Call { label, request, backup: None },
        Decoded::Broken { refusal, .. } | Decoded::Unreadable(refusal) => {
            panic!("the alphabet's `{label}` is not well formed: {refusal:?}")
        }
    }
}

/// The same about a backup.
fn ask_about(backup: BackupArn, label: String, operation: Operation, body: Value) -> Call {
    Call { backup: Some(backup), ..ask(label, operation, body) }
}
