//! Bugs, planted from outside of the specification: each shows that a property can fail.
//!
//! A fault calls the specified function and deceives it about what it works on (`deceive`), or
//! spoils what comes out (`spoil`). So it stays a bug in *this* specification when rules change.
//!
//! What a fault hides is told as well: what is to be reached and no longer is. A property that no
//! fault breaks or hides would be no use.

mod lives;
mod progress;
mod reads;
mod records;
mod recovery;
mod restores;
mod tables;

use serde_json::Value;

use super::behaviour::{Behaviour, StepFn};
use super::scope::Scope;
use crate::account::{Account, Millis};
use crate::outcome::{Accepted, ErrorCode, Outcome, Refusal};
use crate::rules::RuleId;
use crate::service::Event;

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

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    [
        lives::LIVES,
        restores::RESTORES,
        tables::TABLES,
        reads::READS,
        records::RECORDS,
        recovery::RECOVERIES,
        progress::STUCK,
    ]
    .into_iter()
    .flatten()
}

/// An hour, by which something is dated ahead.
const HOUR: Millis = 3_600_000;

/// A refusal without a reason in the specification.
fn refused(rule: RuleId) -> Outcome {
    Outcome::Refused(Refusal::because(rule, ErrorCode::ValidationException, vec![]))
}

const fn in_answer(answer: fn(&Accepted) -> Value) -> Behaviour {
    Behaviour { answer, ..Behaviour::SPECIFIED }
}

const fn in_events(events: fn(&Account) -> Vec<Event>) -> Behaviour {
    Behaviour { events, ..Behaviour::SPECIFIED }
}

const fn when_fired(fire: fn(&Account, &Event) -> Account) -> Behaviour {
    Behaviour { fire, ..Behaviour::SPECIFIED }
}

const fn in_step(step: StepFn) -> Behaviour {
    Behaviour { step, ..Behaviour::SPECIFIED }
}
