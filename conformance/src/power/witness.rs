//! Sees the cases of a run as they end, keeps what they show of a fault, and stops the run as soon as
//! it is found.
//!
//! Cases that run side by side end in any order, but they begin in the order of the plan. So when a
//! case shows the fault, all before it have begun, are waited for, and tell whether they show it too:
//! which answer is the first does not depend on how fast which case was. How many calls it takes to find it
//! does not depend on who won which race before: calls of cases in which clients race are not counted there.

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
        if !case.scenario.has_race() {
            seen.calls.insert(turn, case.run.steps.len());
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reinstate_model::oracle::Difference;
    use serde_json::json;

    use super::*;
    use crate::drive::Step;
    use crate::scenario::{Action, Scenario, Source, call};

    /// A case of so many calls, whose last answer breaks a rule if one is named.
    fn case(number: usize, action: Action, calls: usize, breaks: Option<RuleId>) -> Case {
        let mut steps = vec![Step::default(); calls];
        let last = steps.last_mut().expect("a case has calls");
        last.differences.extend(breaks.map(|rule| Difference {
            kind: DifferenceKind::Accepted,
            rule,
            pointer: String::new(),
            expected: String::new(),
            got: String::new(),
        }));
        let run = CaseRun { steps, end: End::Completed, tables: vec![], backups: vec![] };
        let scenario = Scenario::new("a case", Source::Scenario, vec![action]);
        Case { number, scenario: Arc::new(scenario), run }
    }

    #[test]
    fn how_many_calls_a_race_made_does_not_tell_on_what_is_found_later() {
        let plain = || call("ListTables", json!({}));
        let race = || Action::Race { race: vec![] };
        for calls in [4, 5] {
            let witness = Witness::new(&["QUO-01"], Stop::default());
            let cases = [
                case(2, plain(), 7, Some("QUO-01")),
                case(0, plain(), 3, Some("RTB-83")),
                case(1, race(), calls, None),
            ];
            cases.iter().for_each(|case| witness.ended(case).unwrap());
            let shown = witness.shown();
            assert_eq!(shown.broken, ["QUO-01", "RTB-83"].into());
            let first = shown.first.unwrap();
            assert_eq!((first.rule, first.calls, first.calls_of_case), ("QUO-01", 10, 7));
        }
        // What a race shows itself takes its own calls.
        let witness = Witness::new(&["QUO-01"], Stop::default());
        let cases = [case(0, plain(), 3, None), case(1, race(), 4, Some("QUO-01"))];
        cases.iter().for_each(|case| witness.ended(case).unwrap());
        assert_eq!(witness.shown().first.unwrap().calls, 7);
    }
}
