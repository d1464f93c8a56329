//! Bugs, planted from outside of the specification: each shows that a property can fail.
//!
//! A fault calls the specified function and deceives it about what it works on (`deceive`), or
//! spoils what comes out (`spoil`). So it stays a bug in *this* specification when rules change.
//!
//! What a fault hides is told as well: what is to be reached and no longer is. A property that no
//! fault breaks or hides would be no use.

use super::behaviour::{Behaviour, StepFn};
use super::scope::{LOCK, QUOTA, Scope};
use super::{deceive, spoil};
use crate::account::TableStatus::{Active, Creating};

/// A deliberate bug.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// What is wrong.
    pub name: &'static str,
    /// The properties that fail because of it.
    pub breaks: &'static [&'static str],
    /// What is no longer reached because of it.
    pub hides: &'static [&'static str],
    /// A small scope in which that is so.
    pub scope: &'static Scope,
    /// The behaviour that has it.
    pub behaviour: Behaviour,
}

impl Fault {
    const fn new(
        name: &'static str,
        scope: &'static Scope,
        behaviour: Behaviour,
        breaks: &'static [&'static str],
        hides: &'static [&'static str],
    ) -> Self {
        Self { name, breaks, hides, scope, behaviour }
    }
}

const fn in_step(step: StepFn) -> Behaviour {
    Behaviour { step, ..Behaviour::SPECIFIED }
}

/// All of them.
pub const FAULTS: &[Fault] = &[
    Fault::new(
        "the quota is off by one",
        &QUOTA,
        in_step(deceive::quota_off_by_one),
        &["no more restores run at once than the quota allows"],
        &["a restore is refused by the quota alone"],
    ),
    Fault::new(
        "a backup can be restored twice at once",
        &LOCK,
        in_step(deceive::restored_twice),
        &["a backup feeds one restore at a time"],
        &["a second restore of a backup is refused"],
    ),
    Fault::new(
        "a backup can be deleted while it is restored",
        &LOCK,
        in_step(deceive::deleted_in_use),
        &["the backup of a restore in flight exists and is AVAILABLE"],
        &["the deletion of a backup in use is refused"],
    ),
    Fault::new(
        "a backup can be restored while it is being made",
        &LOCK,
        in_step(deceive::restored_too_early),
        &["the backup of a restore in flight exists and is AVAILABLE"],
        &[],
    ),
    Fault::new(
        "a restore takes its target for its source",
        &LOCK,
        in_step(spoil::source_is_target),
        &["a restore remembers which table its backup is of"],
        &["a table is restored under another name"],
    ),
    Fault::new(
        "a restored index projects less",
        &LOCK,
        in_step(spoil::projection_is_less),
        &["a restored table has only indexes that its backup has"],
        &[],
    ),
    Fault::new(
        "an index is restored twice",
        &LOCK,
        in_step(spoil::index_twice),
        &[
            "a restored table has only indexes that its backup has",
            "an index list that is left out keeps all indexes, and any other just those it lists",
        ],
        &[],
    ),
    Fault::new(
        "the types of index keys are lost",
        &LOCK,
        in_step(spoil::types_are_lost),
        &["a restored table has the key and the attribute types of its backup"],
        &[],
    ),
    Fault::new(
        "an index keeps its capacity when its table is restored on demand",
        &LOCK,
        in_step(spoil::index_capacity_stays),
        &["what is paid for by request has no capacity, and all else has"],
        &[],
    ),
    Fault::new(
        "the billing mode cannot be overridden",
        &LOCK,
        in_step(deceive::billing_stays),
        &[],
        &["an index of a provisioned backup is restored on demand"],
    ),
    Fault::new(
        "a restore carries settings over",
        &LOCK,
        in_step(spoil::settings_come_along),
        &["a restore carries no settings over"],
        &[],
    ),
    Fault::new(
        "a restore that the quota refuses leaves its target behind",
        &QUOTA,
        Behaviour { refuse: spoil::refused_target_stays, ..Behaviour::SPECIFIED },
        &["a refused request changes nothing"],
        &[],
    ),
    Fault::new(
        "a restore finishes when somebody looks",
        &LOCK,
        in_step(spoil::looking_finishes),
        &["a description changes nothing"],
        &["a description tells of a restore in flight"],
    ),
    Fault::new(
        "the backups of a table go with it",
        &LOCK,
        Behaviour { fire: spoil::backups_go_along, ..Behaviour::SPECIFIED },
        &["an action touches only the table and the backup that it names"],
        &[],
    ),
    Fault::new(
        "a restore replaces a table that is being created",
        &LOCK,
        in_step(|account, request, fresh| deceive::replace(account, request, fresh, Creating)),
        &["a restore never replaces a table"],
        &[],
    ),
    Fault::new(
        "a restore replaces a table in use",
        &LOCK,
        in_step(|account, request, fresh| deceive::replace(account, request, fresh, Active)),
        &[
            "a restore never replaces a table",
            "a table is CREATING, then ACTIVE, then DELETING, then gone",
        ],
        &["a restore onto a table is refused"],
    ),
    Fault::new(
        "a restore under the source's own name is not counted",
        &LOCK,
        in_step(spoil::own_name_is_free),
        &["an accepted restore is one more restore in flight, of the backup that it names"],
        &["a backup is made of a restored table", "a table is restored under its own name"],
    ),
    Fault::new(
        "an empty index list is read as none",
        &LOCK,
        in_step(deceive::empty_is_none),
        &["an index list that is left out keeps all indexes, and any other just those it lists"],
        &["a table is restored without its indexes"],
    ),
    Fault::new(
        "a backup forgets the local indexes",
        &LOCK,
        in_step(spoil::local_indexes_are_lost),
        &["a backup is the table as it was"],
        &["a table is restored with some of its indexes"],
    ),
    Fault::new(
        "a restore uses its backup up",
        &LOCK,
        in_step(spoil::backup_is_used_up),
        &["a backup that is AVAILABLE never changes"],
        &["a table with settings is restored"],
    ),
    Fault::new(
        "a table can be deleted while it is being created",
        &LOCK,
        in_step(|account, request, fresh| deceive::delete_creating(account, request, fresh, false)),
        &["a table is CREATING, then ACTIVE, then DELETING, then gone"],
        &[],
    ),
    Fault::new(
        "a restore is cancelled by deleting its target",
        &LOCK,
        in_step(|account, request, fresh| deceive::delete_creating(account, request, fresh, true)),
        &["a table is CREATING, then ACTIVE, then DELETING, then gone"],
        &[],
    ),
    Fault::new(
        "a backup can be deleted while it is being made",
        &LOCK,
        in_step(deceive::deleted_too_early),
        &["a backup is CREATING, then AVAILABLE, then gone"],
        &["the deletion of a backup that is being made is refused"],
    ),
    Fault::new(
        "RestoreInProgress stays true",
        &LOCK,
        Behaviour { answer: spoil::flag_stays, ..Behaviour::SPECIFIED },
        &["RestoreInProgress is shown just while a table is CREATING from a backup"],
        &[],
    ),
    Fault::new(
        "a restore never finishes",
        &LOCK,
        Behaviour { events: spoil::restores_go_on, ..Behaviour::SPECIFIED },
        &["every restore can finish by itself"],
        &["a backup is made of a restored table", "a restored table is deleted"],
    ),
    Fault::new(
        "a deleted table stays for as long as it has backups",
        &LOCK,
        Behaviour { events: spoil::backups_hold_their_table, ..Behaviour::SPECIFIED },
        &["every table that is being deleted can go by itself"],
        &[
            "a second restore of a backup is refused",
            "a backup is made of a restored table",
            "a table is restored under its own name",
            "a source is deleted while its backup is restored",
            "a backup outlives its table",
        ],
    ),
    Fault::new(
        "a restored table cannot be deleted",
        &LOCK,
        in_step(deceive::restored_tables_stay),
        &["whatever is at rest can be removed on request"],
        &["a restored table is deleted"],
    ),
];
