//! How much the suite finds: it runs against the reference with each fault of the bank, and what it
//! finds is the kill matrix.
//!
//! A fault is found if some answer breaks one of the rules that are expected to find it. What breaks
//! other rules only is told, but does not count: the suite would send its user to the wrong place. A
//! fault is first sought with few cases, and with more as long as it is not found.
//!
//! It is sought as in any endpoint at first: the judge has to guess what the service did by itself between
//! two answers, and grants what might have happened. What this does not find is sought once more with a
//! judge that is told which events were moved by hand, which only the reference can do. The matrix says
//! which of the two found a fault, and the figures are apart.

mod matrix;
mod witness;

use std::sync::Arc;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::{Evidence, RuleId};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::embedded::Embedded;
use crate::fault::Fault;
use crate::plan::{Depth, Plan};
use crate::run::{self, Kept, Stage, Stop};
use crate::session::Session;

pub use matrix::Matrix;
use witness::{Shown, Witness};

/// The depths, from the least to the most.
const DEPTHS: [Depth; 3] = [Depth::Quick, Depth::Default, Depth::Thorough];

/// The name of a depth.
fn depth_name(depth: Depth) -> &'static str {
    match depth {
        Depth::Quick => "quick",
        Depth::Default => "default",
        Depth::Thorough => "thorough",
    }
}

/// What became of a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Verdict {
    /// An answer breaks a rule that is expected to find it.
    Found(Found),
    /// No rule is expected to be broken, and cases do not come to their end.
    Unfinished {
        /// The smallest depth at which that is so.
        depth: &'static str,
        /// Whether the judge was told which events happened.
        told: bool,
        /// How many cases.
        cases: usize,
    },
    /// Only rules are broken that are not expected to find it.
    Misplaced,
    /// Nothing shows it.
    Survived,
    /// The suite itself broke down.
    Crashed,
}

/// How a fault was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The smallest depth at which it is found.
    pub depth: &'static str,
    /// Whether the judge was told which events happened.
    pub told: bool,
    /// The rule that is broken first, of those that are expected to be.
    pub rule: RuleId,
    /// In which way.
    pub kind: DifferenceKind,
    /// Whether the rule counts against an endpoint, or is only reported.
    pub counts: bool,
    /// How many calls the run makes up to that answer, if it runs one case after the other. Cases in which
    /// clients race before it are not counted: who wins tells how many calls they make.
    pub calls: usize,
    /// How many calls the case makes up to that answer.
    pub calls_of_case: usize,
    /// The case.
    pub title: String,
}

/// A line of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The fault.
    pub fault: String,
    /// What is wrong.
    pub wrong: &'static str,
    /// Where it acts.
    pub place: String,
    /// The rules that may find it.
    pub expected: Vec<RuleId>,
    /// Why nobody can tell it from the specification, if that is so.
    pub equivalent: Option<&'static str>,
    /// What became of it.
    pub verdict: Verdict,
    /// Every rule that is broken at the last depth that was tried, if none of them was expected.
    pub broken: Vec<RuleId>,
}

impl Row {
    /// Whether nothing is left to be explained.
    pub fn is_settled(&self) -> bool {
        let found = matches!(self.verdict, Verdict::Found(_) | Verdict::Unfinished { .. });
        // What cannot be told apart must not be told apart either.
        found != self.equivalent.is_some() && self.verdict != Verdict::Crashed
    }
}

/// Seeks faults with plans of growing depth.
pub struct Search {
    plans: Vec<(Depth, Plan)>,
}

impl Search {
    /// A search up to a depth.
    pub fn new(depth: Depth, seed: u64) -> Self {
        let last = DEPTHS.iter().position(|known| *known == depth).unwrap_or(DEPTHS.len() - 1);
        let plan = |depth: &Depth| (*depth, Plan::new(*depth, seed).with_races());
        Self { plans: DEPTHS[..=last].iter().map(plan).collect() }
    }

    /// The hash of each plan by its depth.
    pub fn plans(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        self.plans.iter().map(|(depth, plan)| (depth_name(*depth), plan.hash()))
    }

    /// What is found without any fault: rules, and cases that do not come to an end. If that is not
    /// nothing, then a matrix means nothing.
    pub async fn control(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (told, depth, plan) in self.attempts() {
            let how = if told { format!("{depth}, told") } else { depth.to_owned() };
            match shown(None, plan, told).await {
                None => wrong.push(format!("{how}: the run broke down")),
                Some(shown) => {
                    wrong.extend(shown.broken.iter().map(|rule| format!("{how}: {rule}")));
                    if shown.unfinished > 0 {
                        wrong.push(format!("{how}: {} unfinished cases", shown.unfinished));
                    }
                }
            }
        }
        wrong
    }

    /// How a fault is sought, in this order: whether the judge is told of events, and with which plan.
    fn attempts(&self) -> impl Iterator<Item = (bool, &'static str, &Plan)> {
        [false, true].into_iter().flat_map(|told| {
            self.plans.iter().map(move |(depth, plan)| (told, depth_name(*depth), plan))
        })
    }

    /// Seeks all faults, some of them at once, and hands their rows out in the order of the faults.
    pub fn seek_all(
        self: &Arc<Self>,
        faults: impl IntoIterator<Item = &'static Fault>,
        at_once: usize,
    ) -> Vec<JoinHandle<Row>> {
        let turns = Arc::new(Semaphore::new(at_once));
        let seek = |fault| {
            let (search, turns) = (self.clone(), turns.clone());
            tokio::spawn(async move {
                // Never closed, so there is always a turn.
                let _turn = turns.acquire().await;
                search.seek(fault).await
            })
        };
        faults.into_iter().map(seek).collect()
    }

    /// Seeks one fault.
    pub async fn seek(&self, fault: &'static Fault) -> Row {
        let mut row = Row {
            fault: fault.name.to_string(),
            wrong: fault.wrong,
            place: fault.place.to_string(),
            expected: fault.rules.to_vec(),
            equivalent: fault.equivalent,
            verdict: Verdict::Survived,
            broken: vec![],
        };
        for (told, depth, plan) in self.attempts() {
            let Some(shown) = shown(Some(fault), plan, told).await else {
                row.verdict = Verdict::Crashed;
                return row;
            };
            row.verdict = judge(fault, depth, told, &shown);
            if matches!(row.verdict, Verdict::Found(_) | Verdict::Unfinished { .. }) {
                row.broken.clear();
                break;
            }
            row.broken = shown.broken.into_iter().collect();
        }
        row
    }
}

fn judge(fault: &Fault, depth: &'static str, told: bool, shown: &Shown) -> Verdict {
    if let Some(first) = &shown.first {
        return Verdict::Found(Found {
            depth,
            told,
            rule: first.rule,
            kind: first.kind,
            counts: first.counts,
            calls: first.calls,
            calls_of_case: first.calls_of_case,
            title: first.title.clone(),
        });
    }
    if fault.rules.is_empty() && shown.unfinished > 0 {
        return Verdict::Unfinished { depth, told, cases: shown.unfinished };
    }
    if shown.broken.is_empty() { Verdict::Survived } else { Verdict::Misplaced }
}

/// Runs a plan against the reference with a fault, until it is found. None if the run itself broke
/// down.
async fn shown(fault: Option<&'static Fault>, plan: &Plan, told: bool) -> Option<Shown> {
    let stop = Stop::default();
    let witness = Arc::new(Witness::new(fault.map_or(&[], |fault| fault.rules), stop.clone()));
    let stage = Embedded::new(Evidence::Both, fault);
    let (cases, sink) = (plan.numbered(), witness.clone());
    // In a task of its own, so that a panic is told and ends nothing else.
    let running = tokio::spawn(async move {
        match told {
            true => run::run(Arc::new(stage), cases, "power", sink, &stop).await.is_ok(),
            false => run::run(Arc::new(Guessed(stage)), cases, "power", sink, &stop).await.is_ok(),
        }
    });
    running.await.ok().filter(|kept| *kept)?;
    Some(witness.shown())
}

/// The reference, judged like any other endpoint.
struct Guessed(Embedded);

impl Stage for Guessed {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let (session, kept) = self.0.open().await?;
        Ok((session.guessing(), kept))
    }
}

#[cfg(test)]
mod tests;
