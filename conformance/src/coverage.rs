//! How much of the model a run has seen: transitions of the scopes that are toured, pairs of them, and the
//! errors of each operation.
//!
//! A transition counts as reached if the endpoint accepted or refused as the model does there and showed
//! the same status, and at every step of the case before; what else is wrong with an answer is no matter. What
//! an endpoint does too fast is not held against what follows once everything is at rest again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use reinstate_model::api;
use reinstate_model::oracle::DifferenceKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drive::{self, CaseRun, End};
use crate::plan::Depth;
use crate::plan::tours::{self, Outcome, Tour, Tours};
use crate::scenario::{Scenario, Source};

/// How many of something were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// So many were.
    pub reached: usize,
    /// So many there are.
    pub of: usize,
}

/// What a run has seen of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Transitions that begin where everything is at rest.
    pub at_rest: Reached,
    /// Transitions that begin where the service has something to do yet. An endpoint that does it at once
    /// is never seen there.
    pub in_flight: Reached,
    /// Pairs of transitions that can follow each other, where the plan takes all of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Reached>,
    /// The transitions that were not reached: for each scope and action, what there was before.
    pub missed: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// For each operation the errors that requests can ask for, and whether one was seen where it belongs.
    pub errors: BTreeMap<String, BTreeMap<String, bool>>,
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.reached, self.of)
    }
}

impl Coverage {
    /// How many errors were seen, of how many, all operations taken together.
    pub fn errors(&self) -> Reached {
        let all = || self.errors.values().flat_map(BTreeMap::values);
        Reached { reached: all().filter(|seen| **seen).count(), of: all().count() }
    }

    /// The errors that were not seen, each with its operation.
    pub fn unseen_errors(&self) -> Vec<(&str, &str)> {
        let all = self.errors.iter().flat_map(|(operation, errors)| {
            errors.iter().map(move |(error, seen)| (operation.as_str(), error.as_str(), seen))
        });
        let unseen = all.filter(|(.., seen)| !**seen);
        unseen.map(|(operation, error, _)| (operation, error)).collect()
    }

    /// That of the runs of a plan's cases.
    pub fn of(depth: Depth, runs: &[(Arc<Scenario>, CaseRun)]) -> Self {
        let by_id: BTreeMap<String, &CaseRun> = runs
            .iter()
            .filter(|(scenario, _)| scenario.source == Source::Tour)
            .map(|(scenario, run)| (scenario.id(), run))
            .collect();
        let mut coverage = Self { errors: errors(runs), ..Self::default() };
        for tours in tours::tours(depth) {
            coverage.add(tours, &by_id);
        }
        coverage
    }

    fn add(&mut self, tours: &Tours, runs: &BTreeMap<String, &CaseRun>) {
        let mut reached = vec![false; tours.transitions.len()];
        let mut pairs = BTreeSet::new();
        for tour in &tours.cases {
            let Some(run) = runs.get(&tour.case.id()) else { continue };
            let steps = in_step(tour, run);
            for (number, step) in tour.steps.iter().enumerate().filter(|(number, _)| steps[*number])
            {
                reached[step.transition] = true;
                let before = number.checked_sub(1).filter(|before| steps[*before]);
                pairs.extend(before.map(|it| (tour.steps[it].transition, step.transition)));
            }
        }
        for (transition, reached) in tours.transitions.iter().zip(reached) {
            let count =
                if transition.is_in_flight { &mut self.in_flight } else { &mut self.at_rest };
            count.of += 1;
            count.reached += usize::from(reached);
            if !reached {
                let of_scope = self.missed.entry(tours.scope.to_owned()).or_default();
                let befores = of_scope.entry(transition.action.clone()).or_default();
                befores.insert(transition.before.clone());
            }
        }
        if let Some(of) = tours.pairs {
            let count = self.pairs.get_or_insert_default();
            count.of += of;
            count.reached += pairs.len();
        }
    }
}

/// For each step of a tour, whether the endpoint went it as the model does.
fn in_step(tour: &Tour, run: &CaseRun) -> Vec<bool> {
    let mut went = vec![false; tour.steps.len()];
    let mut is_ahead = false;
    // An action that the case ended in was not done.
    let last = run.steps.last().map_or(0, |answer| answer.action);
    let done = if run.end == End::Completed { usize::MAX } else { last };
    let mut answers = run.steps.iter().peekable();
    for (number, step) in tour.steps.iter().enumerate() {
        let next = tour.steps.get(number + 1).map_or(usize::MAX, |next| next.action);
        if step.action >= done {
            break;
        }
        let mut fit = Fit::Same;
        while let Some(answer) = answers.next_if(|answer| answer.action < next) {
            let is_its = answer.action == step.action;
            let outcome = if is_its { &step.outcome } else { &Outcome::Happens };
            fit = fit.max(fit_of(outcome, answer));
        }
        match fit {
            Fit::Same => went[number] = !is_ahead,
            Fit::Ahead => is_ahead = true,
            Fit::Other => break,
        }
        if step.then_at_rest && step.outcome == Outcome::Happens {
            is_ahead = false;
        }
    }
    went
}

/// How an answer fits what the model answers there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the same.
    Same,
    /// It comes from an endpoint that has done already what the model has to do yet.
    Ahead,
    /// It is another one.
    Other,
}

fn fit_of(outcome: &Outcome, answer: &drive::Step) -> Fit {
    let body: Value = serde_json::from_str(&answer.answer).unwrap_or_default();
    match outcome {
        Outcome::Happens => Fit::Same,
        Outcome::Accepted { status, .. } if answer.status == 200 => {
            let is_same = status.as_deref() == drive::status(&body);
            if is_same { Fit::Same } else { Fit::Ahead }
        }
        Outcome::Refused(errors) | Outcome::Accepted { or: errors, .. } => {
            let is_same = error_of(&body).is_some_and(|it| errors.contains(&it));
            if is_same { Fit::Same } else { Fit::Other }
        }
    }
}

/// The error that a body names.
fn error_of(body: &Value) -> Option<&str> {
    let name = body["__type"].as_str()?;
    Some(name.rsplit_once('#').map_or(name, |(_, name)| name))
}

/// Errors that an operation declares, and that no request can ask for.
const NOT_ASKED_FOR: [&str; 6] = [
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
];

/// Whether each error was seen that an operation declares and that a request can ask for, where it is the
/// right answer; and what else was seen there.
fn errors(runs: &[(Arc<Scenario>, CaseRun)]) -> BTreeMap<String, BTreeMap<String, bool>> {
    let mut errors: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for (operation, model) in api::operations() {
        let asked_for = model.errors.iter().filter(|it| !NOT_ASKED_FOR.contains(&it.as_str()));
        errors.insert(operation.to_owned(), asked_for.map(|it| (it.clone(), false)).collect());
    }
    for step in runs.iter().flat_map(|(_, run)| &run.steps) {
        let is_wrong = step.differences.iter().any(|difference| {
            matches!(difference.kind, DifferenceKind::Refused | DifferenceKind::WrongError)
        });
        if step.status >= 400
            && !is_wrong
            && let Some(of_operation) = errors.get_mut(&step.operation)
        {
            let body: Value = serde_json::from_str(&step.answer).unwrap_or_default();
            of_operation.extend(error_of(&body).map(|error| (error.to_owned(), true)));
        }
    }
    errors
}
