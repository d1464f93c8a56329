//! The account between two requests: what it holds, what time it is, which events are due.
//!
//! Nothing here is asynchronous or reads a clock; the system's time is an argument. What a request
//! comes to and what an event does is said by the model.

use std::collections::BTreeMap;

use reinstate_model::account::{Account, Fresh, Millis};
use reinstate_model::behaviour::Behaviour;
use reinstate_model::outcome::{Outcome, Refusal};
use reinstate_model::request::{Operation, Request};
use reinstate_model::rules::Evidence;
use reinstate_model::service::Event;
use reinstate_model::wire::{self, Decoded};
use serde_json::{Value, json};

use super::clock::{Clock, TooFar};
use super::{Options, Settle, ids, overlap};
use crate::fault::Place;

/// How many events may follow from each other; nobody makes that many tables in between.
const MOST_EVENTS: usize = 100_000;

/// The account of the reference.
#[derive(Debug)]
pub(super) struct State {
    options: Options,
    /// The specification, unless a fault is planted in it.
    behaviour: Behaviour,
    account: Account,
    clock: Clock,
    /// How many tables and backups were made so far.
    made: u64,
    /// How many requests were answered so far.
    answered: u64,
    /// Since when each event is possible.
    possible: BTreeMap<Event, Since>,
}

/// When something became possible.
#[derive(Clone, Copy, Debug)]
struct Since {
    time: Millis,
    /// How many requests had been answered then.
    answered: u64,
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
        let fault = options.fault;
        Self {
            options,
            behaviour: fault.map_or(Behaviour::SPECIFIED, |fault| fault.behaviour()),
            account,
            clock: Clock::default(),
            made: 0,
            answered: 0,
            possible: BTreeMap::new(),
        }
    }

    /// Answers a request. Events that follow from it happen after the answer was put in words.
    ///
    /// Under the fault that requests do not see each other, `seen` is the account as it was when this
    /// one began.
    pub(super) fn answer(
        &mut self,
        call: Call<'_>,
        seen: Option<Account>,
        system: Millis,
    ) -> Answer {
        self.answered += 1;
        self.catch_up(system);
        let fresh = self.fresh();
        let account = seen.as_ref().unwrap_or(&self.account);
        let step = self.behaviour.step;
        let outcome = wire::handle_by(step, account, call.operation, call.body, &fresh)
            // Where documents and observations disagree, it does what was seen.
            .under(Evidence::Observed);
        if !call.signed && is_addressed(&outcome) {
            return Answer::Refused(missing_token());
        }
        match outcome {
            Outcome::Refused(refusal) => {
                if let Some(left) = self.left_behind(call, &refusal) {
                    self.account = left;
                    self.note_events();
                }
                Answer::Refused(wire::refused_body(&refusal, call.operation))
            }
            Outcome::Accepted(accepted) => {
                let body = (self.behaviour.answer)(&accepted);
                let size = |account: &Account| account.tables.len() + account.backups.len();
                // Ids count what is made, so that asking twice for a status changes no later id.
                self.made += u64::from(size(&accepted.account) > size(&self.account));
                self.account = match &seen {
                    Some(seen) => overlap::merge(seen, accepted.account, &self.account),
                    None => accepted.account,
                };
                self.note_events();
                if self.options.settle == Settle::Now {
                    self.fire_all();
                }
                Answer::Accepted(body)
            }
        }
    }

    /// What is made up for what the next request makes.
    fn fresh(&self) -> Fresh {
        let fresh = ids::fresh(self.options.seed, self.made, self.account.now);
        match self.options.fault.map(|fault| fault.place) {
            Some(Place::Ids(change)) => change(fresh, self.made),
            _ => fresh,
        }
    }

    /// The account as a refused request leaves it, if a fault lets it leave something behind.
    fn left_behind(&self, call: Call<'_>, refusal: &Refusal) -> Option<Account> {
        self.options.fault?;
        let body = serde_json::from_slice(call.body).ok()?;
        match wire::decode(Operation::named(call.operation)?, &body) {
            Decoded::WellFormed(request) => self.leave(&request, refusal),
            Decoded::Broken { rest: Some(request), .. } => self.leave(&request, refusal),
            Decoded::Broken { rest: None, .. } | Decoded::Unreadable(_) => None,
        }
    }

    fn leave(&self, request: &Request, refusal: &Refusal) -> Option<Account> {
        (self.behaviour.refuse)(&self.account, request, refusal)
    }

    /// The account, for a request that will see it like this however long it takes.
    pub(super) fn account(&self) -> Account {
        self.account.clone()
    }

    /// The events that may happen next, in the order in which they are counted.
    pub(super) fn events(&mut self, system: Millis) -> Vec<Event> {
        self.catch_up(system);
        (self.behaviour.events)(&self.account)
    }

    /// Makes one event happen.
    pub(super) fn fire(&mut self, event: &Event) {
        self.account = (self.behaviour.fire)(&self.account, event);
        self.note_events();
    }

    /// Makes all events happen that can, and those that follow. Tells which.
    pub(super) fn fire_all(&mut self) -> Vec<Event> {
        let mut fired = Vec::new();
        // As specified it ends by itself, since each event moves a table or backup forward or takes it
        // away. A fault may keep an event from doing so.
        while fired.len() < MOST_EVENTS
            && let Some(event) = (self.behaviour.events)(&self.account).into_iter().next()
        {
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
        let made = self.made;
        self.renew();
        self.made = made;
    }

    /// Forgets everything.
    pub(super) fn renew(&mut self) {
        *self = Self::new(self.options.clone());
    }

    /// Brings the account up to the time: events that have become due happen, each at its own time.
    fn catch_up(&mut self, system: Millis) {
        let now = self.clock.read(system);
        while let Some((event, due)) = self.next_due(now).filter(|(_, due)| *due <= now) {
            self.account.now = due.max(self.account.now);
            self.fire(&event);
        }
        self.account.now = now;
    }

    /// The event that is due first, and when, under the policy that makes events due.
    fn next_due(&self, now: Millis) -> Option<(Event, Millis)> {
        let due = |since: &Since| match self.options.settle {
            Settle::After(wait) => {
                let wait = Millis::try_from(wait.as_millis()).unwrap_or(Millis::MAX);
                Some(since.time.saturating_add(wait))
            }
            // The request that is being answered is not one that has been.
            Settle::AfterRequests(count) => {
                (self.answered - since.answered > u64::from(count)).then_some(now)
            }
            Settle::Now | Settle::Manual => None,
        };
        let possible = self.possible.iter();
        possible
            .filter_map(|(event, since)| Some((event.clone(), due(since)?)))
            .min_by_key(|(_, due)| *due)
    }

    /// Notes since when each event is possible, and forgets those that no longer are.
    fn note_events(&mut self) {
        let now = Since { time: self.account.now, answered: self.answered };
        self.possible = (self.behaviour.events)(&self.account)
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
