//! The account between two requests: what it holds, what time it is, which events are due.
//!
//! Nothing here is asynchronous or reads a clock; the system's time is an argument. What a request
//! comes to and what an event does is said by the model.

use std::collections::BTreeMap;

use reinstate_model::account::{Account, Millis};
use reinstate_model::outcome::Outcome;
use reinstate_model::rules::Evidence;
use reinstate_model::service::{self, Event};
use reinstate_model::wire;
use serde_json::{Value, json};

use super::clock::{Clock, TooFar};
use super::{Options, Settle, ids};

/// The account of the reference.
#[derive(Debug)]
pub(super) struct State {
    options: Options,
    account: Account,
    clock: Clock,
    /// How many tables and backups were made so far.
    made: u64,
    /// Since when each event is possible.
    possible: BTreeMap<Event, Millis>,
}

/// A request as far as it matters to the account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    /// The operation; any text that names none if the request does not say.
    pub operation: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// Whether it is signed, in whatever way.
    pub signed: bool,
}

/// An answer to a request: whether it was accepted, and the body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// HTTP 200.
    Accepted(Value),
    /// HTTP 400.
    Refused(Value),
}

impl State {
    /// An account that holds nothing.
    pub(super) fn new(options: Options) -> Self {
        let account = Account::empty(options.region.clone(), Some(options.account.clone()));
        Self { options, account, clock: Clock::default(), made: 0, possible: BTreeMap::new() }
    }

    /// Answers a request. Events that follow from it happen after the answer was put in words.
    pub(super) fn answer(&mut self, call: Call<'_>, system: Millis) -> Answer {
        self.catch_up(system);
        let fresh = ids::fresh(self.options.seed, self.made, self.account.now);
        let outcome = wire::handle(&self.account, call.operation, call.body, &fresh)
            // Where documents and observations disagree, it does what was seen.
            .under(Evidence::Observed);
        if !call.signed && is_addressed(&outcome) {
            return Answer::Refused(missing_token());
        }
        match outcome {
            Outcome::Refused(refusal) => {
                Answer::Refused(wire::refused_body(&refusal, call.operation))
            }
            Outcome::Accepted(accepted) => {
                let body = wire::accepted_body(&accepted);
                let size = |account: &Account| account.tables.len() + account.backups.len();
                // Ids count what is made, so that asking twice for a status changes no later id.
                self.made += u64::from(size(&accepted.account) > size(&self.account));
                self.account = accepted.account;
                self.note_events();
                if self.options.settle == Settle::Now {
                    self.fire_all();
                }
                Answer::Accepted(body)
            }
        }
    }

    /// The events that may happen next, in the order in which they are counted.
    pub(super) fn events(&mut self, system: Millis) -> Vec<Event> {
        self.catch_up(system);
        service::events(&self.account)
    }

    /// Makes one event happen.
    pub(super) fn fire(&mut self, event: &Event) {
        self.account = service::fire(&self.account, event);
        self.note_events();
    }

    /// Makes all events happen that can, and those that follow. Tells which.
    pub(super) fn fire_all(&mut self) -> Vec<Event> {
        let mut fired = Vec::new();
        // INVARIANT: it ends, since each event moves a table or backup forward or takes it away.
        while let Some(event) = service::events(&self.account).into_iter().next() {
            self.fire(&event);
            fired.push(event);
        }
        fired
    }

    /// Moves the clock forward; events that are then due happen.
    pub(super) fn elapse(&mut self, millis: Millis, system: Millis) -> Result<(), TooFar> {
        self.catch_up(system);
        self.clock.elapse(millis)?;
        self.catch_up(system);
        Ok(())
    }

    /// The time.
    pub(super) fn now(&self) -> Millis {
        self.account.now
    }

    /// Forgets everything but how many ids were made, so that none is given twice.
    pub(super) fn reset(&mut self) {
        *self = Self { made: self.made, ..Self::new(self.options.clone()) };
    }

    /// Brings the account up to the time: events that have become due happen, each at its own time.
    fn catch_up(&mut self, system: Millis) {
        let now = self.clock.read(system);
        while let Some((event, due)) = self.next_due().filter(|(_, due)| *due <= now) {
            self.account.now = due.max(self.account.now);
            self.fire(&event);
        }
        self.account.now = now;
    }

    /// The event that is due first, under the policy that makes events due.
    fn next_due(&self) -> Option<(Event, Millis)> {
        let Settle::After(wait) = self.options.settle else { return None };
        let wait = Millis::try_from(wait.as_millis()).unwrap_or(Millis::MAX);
        self.possible
            .iter()
            .map(|(event, since)| (event.clone(), since.saturating_add(wait)))
            .min_by_key(|(_, due)| *due)
    }

    /// Notes since when each event is possible, and forgets those that no longer are.
    fn note_events(&mut self) {
        let now = self.account.now;
        self.possible = service::events(&self.account)
            .into_iter()
            .map(|event| {
                let since = self.possible.get(&event).copied().unwrap_or(now);
                (event, since)
            })
            .collect();
    }
}

/// Whether a request got as far as an operation: only then its signature was seen to be asked for. A
/// body that is no JSON, and a target that is unknown, are refused whether signed or not.
fn is_addressed(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Accepted(_) => true,
        Outcome::Refused(refusal) => refusal
            .violations()
            .iter()
            .all(|violation| !matches!(violation.rule, "PRO-001" | "PRO-002")),
    }
}

/// The answer to a request without a signature, as recorded (PRO-003 of the observations). It is no
/// rule of the catalogue, since signatures are no part of the specification.
fn missing_token() -> Value {
    json!({
        "__type": "com.amazon.coral.service#MissingAuthenticationTokenException",
        "message": "Request is missing Authentication Token",
    })
}

#[cfg(test)]
mod tests;
