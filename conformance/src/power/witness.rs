//! Sees the cases of a run as they end, keeps what they show of a fault, and stops the run as soon as
//! it is found.
//!
//! Cases that run side by side end in any order, but they begin in the order of the plan. So when a
//! case shows the fault, all before it have begun, are waited for, and tell whether they show it too:
//! which answer is the first does not depend on how fast which case was.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::{Evidence, RuleId};

use crate::drive::{CaseRun, End};
use crate::log::{Because, Case, Sink};
use crate::run::Stop;

/// What a run shows of a fault.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The first answer that breaks an expected rule.
    pub(super) first: Option<First>,
    /// Every rule that was broken.
    pub(super) broken: BTreeSet<RuleId>,
    /// Cases that did not come to an end.
    pub(super) unfinished: usize,
}

/// The first answer that breaks an expected rule.
#[derive(Debug)]
pub(super) struct First {
    pub(super) rule: RuleId,
    pub(super) kind: DifferenceKind,
    /// Whether it counts against an endpoint.
    pub(super) counts: bool,
    pub(super) calls: usize,
    pub(super) calls_of_case: usize,
    pub(super) title: String,
}

/// Where a case stands in the order of running: what runs alone runs last.
type Turn = (bool, usize);

#[derive(Debug, Default)]
struct Seen {
    calls: BTreeMap<Turn, usize>,
    first: Option<(Turn, First)>,
    broken: BTreeSet<RuleId>,
    unfinished: usize,
}

/// The sink of a run with a fault.
pub(super) struct Witness {
    expected: &'static [RuleId],
    stop: Stop,
    seen: Mutex<Seen>,
}

impl Witness {
    /// A witness that stops the run when one of the expected rules is broken.
    pub(super) fn new(expected: &'static [RuleId], stop: Stop) -> Self {
        Self { expected, stop, seen: Mutex::default() }
    }

    /// What was seen, when the run has ended.
    pub(super) fn shown(&self) -> Shown {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = std::mem::take(&mut *seen);
        let before = |turn: Turn| seen.calls.range(..turn).map(|(_, calls)| calls).sum::<usize>();
        let first = seen
            .first
            .map(|(turn, first)| First { calls: before(turn) + first.calls_of_case, ..first });
        Shown { first, broken: seen.broken, unfinished: seen.unfinished }
    }

    fn first(&self, title: &str, run: &CaseRun) -> Option<First> {
        run.steps.iter().enumerate().find_map(|(index, step)| {
            let is_expected = |rule| self.expected.contains(rule);
            let found = step.differences.iter().find(|found| is_expected(&found.rule))?;
            Some(First {
                rule: found.rule,
                kind: found.kind,
                counts: found.fails(&step.operation, Evidence::Both),
                calls: 0,
                calls_of_case: index + 1,
                title: title.to_owned(),
            })
        })
    }
}

impl Sink for Witness {
    fn ended(&self, case: &Case) -> io::Result<()> {
        let turn = (case.scenario.alone, case.number);
        let first = self.first(&case.scenario.title, &case.run);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.calls.insert(turn, case.run.steps.len());
        let broken = case.run.steps.iter().flat_map(|step| &step.differences);
        seen.broken.extend(broken.map(|difference| difference.rule));
        seen.unfinished += usize::from(!matches!(case.run.end, End::Completed | End::Lost));
        if let Some(first) = first {
            self.stop.now(Because::Finished);
            if seen.first.as_ref().is_none_or(|(earliest, _)| turn < *earliest) {
                seen.first = Some((turn, first));
            }
        }
        Ok(())
    }
}
