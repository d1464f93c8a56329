//! What is checked or served: the specification, or the specification with a bug planted from outside.

use serde_json::Value;

use crate::account::{Account, Fresh};
use crate::outcome::{Accepted, Outcome, Refusal};
use crate::request::Request;
use crate::service::{self, Event};
use crate::{step, wire};

/// What a request comes to.
pub type StepFn = fn(&Account, &Request, &Fresh) -> Outcome;

/// The functions that make up the behaviour. A fault replaces one of them by a function that calls
/// it and spoils what comes out, so that no rule has to be written twice.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// What a request comes to.
    pub step: StepFn,
    /// What a refused request leaves behind: none if the account is as before.
    pub refuse: fn(&Account, &Request, &Refusal) -> Option<Account>,
    /// What the service may do next.
    pub events: fn(&Account) -> Vec<Event>,
    /// What happens when it does.
    pub fire: fn(&Account, &Event) -> Account,
    /// The body that answers an accepted request.
    pub answer: fn(&Accepted) -> Value,
}

impl Behaviour {
    /// The specification itself.
    pub const SPECIFIED: Self = Self {
        step: step::step,
        refuse: |_, _, _| None,
        events: service::events,
        fire: service::fire,
        answer: wire::accepted_body,
    };
}
