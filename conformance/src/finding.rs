//! Stages 5 to 7: differences become findings: named by their rule, weighed by its evidence, and put
//! together by cause.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reinstate_model::oracle::{Difference, DifferenceKind};
use reinstate_model::rules::{Evidence, Impact, Level, Rule, catalogue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drive::{self, CaseRun, Step};
use crate::exchange::KeptExchange;
use crate::scenario::{Scenario, Source};
use crate::shrink::Minimal;

/// One request of the case that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The operation.
    pub operation: String,
    /// The body, with symbolic names.
    pub body: String,
    /// The HTTP status of the answer; 0 if there was none.
    pub status: u16,
    /// The body of the answer.
    pub answer: String,
    /// What was waited for before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waited: Vec<Wait>,
}

/// What the service did by itself before a request, as polls saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The table or backup that had to come to rest, by its symbolic name.
    pub what: String,
    /// Its statuses in the order in which they were seen, each once in a row.
    pub statuses: Vec<String>,
}

/// A rule that an endpoint breaks in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// What the rule says.
    pub sentence: String,
    /// In which way it is broken.
    pub kind: DifferenceKind,
    /// What that costs.
    pub impact: Impact,
    /// How we know the rule; of an operation that it does not speak of it is only inferred.
    pub level: Level,
    /// Where the rule is stated or was seen.
    pub sources: Vec<String>,
    /// Whether it counts against the endpoint: only what is documented or was observed, and is not
    /// contested, does.
    pub fails: bool,
    /// The operation whose answer shows it.
    pub operation: String,
    /// The member of the answer.
    pub pointer: String,
    /// Every operation and member that shows it, the one above among them.
    pub places: Vec<String>,
    /// What it may be.
    pub expected: String,
    /// What it was.
    pub got: String,
    /// The id of the case that shows it with the fewest requests.
    pub case: String,
    /// What that case is about.
    pub title: String,
    /// That case.
    pub scenario: Scenario,
    /// Whether nothing can be left out of that case: no call, no optional member, no element of a list.
    pub shrunk: bool,
    /// Its requests, up to the one that shows it.
    pub requests: Vec<Request>,
    /// The request that shows it and the answer, as they went over the wire.
    pub exchange: KeptExchange,
    /// How many cases show it.
    pub cases: usize,
    /// Why it is put up with, if a waiver says so: it is then told like any other, but fails no run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Finding {
    /// What tells one finding from another, in this run and in others: the same rule broken in the
    /// same way.
    pub fn identity(&self) -> String {
        format!("{}/{}", self.rule, self.kind)
    }

    /// The first of these steps that shows it, where the plan has shown it too.
    pub(crate) fn shown_in<'a>(&self, steps: &'a [Step]) -> Option<(usize, &'a Difference)> {
        steps.iter().enumerate().find_map(|(index, step)| {
            let is_it = |difference: &&Difference| {
                difference.rule == self.rule
                    && difference.kind == self.kind
                    && self.places.contains(&place(&step.operation, &difference.pointer))
            };
            step.differences.iter().find(is_it).map(|difference| (index, difference))
        })
    }

    /// Shows it with the smallest case that was found for it.
    pub fn show(&mut self, minimal: &Minimal) {
        let steps = &minimal.run.steps;
        let Some((index, difference)) = self.shown_in(steps) else { return };
        let step = &steps[index];
        self.operation.clone_from(&step.operation);
        self.pointer.clone_from(&difference.pointer);
        self.expected.clone_from(&difference.expected);
        self.got.clone_from(&difference.got);
        self.case = minimal.scenario.id();
        self.title.clone_from(&minimal.scenario.title);
        self.scenario = minimal.scenario.clone();
        self.requests = requests(&steps[..=index]);
        self.exchange = step.exchange.clone().unwrap_or_default();
        self.shrunk = minimal.is_minimal;
    }
}

/// What tells one finding from another: the same rule broken in the same way has one cause, in
/// however many answers and members it shows.
type Cause = (String, DifferenceKind);

fn cause(difference: &Difference) -> Cause {
    (difference.rule.to_owned(), difference.kind)
}

/// How little an answer is worth showing for a cause: one in which the rule speaks of the operation comes
/// first, then that with the fewest requests before it.
type Rank = (bool, usize);

/// Of each cause the answer that is worth showing, while cases still end in any order; of several that are
/// worth the same it is the first of the plan.
#[derive(Default)]
pub struct Shown(BTreeMap<Cause, (Rank, usize, usize)>);

impl Shown {
    /// Forgets the exchanges of a case that will not be shown. There is one for every answer of an endpoint
    /// that does nothing right, and each may be large.
    pub fn thin(&mut self, number: usize, run: &mut CaseRun) {
        for index in 0..run.steps.len() {
            if run.steps[index].differences.is_empty() {
                continue;
            }
            let up_to_here = count(&run.steps[..=index]);
            let step = &run.steps[index];
            let mut is_shown = false;
            for difference in &step.differences {
                let rank = (difference.is_by_analogy(&step.operation), up_to_here);
                let rank = (rank, number, index);
                let best = self.0.entry(cause(difference)).or_insert(rank);
                *best = rank.min(*best);
                is_shown |= *best == rank;
            }
            if !is_shown {
                run.steps[index].exchange = None;
            }
        }
    }
}

/// What is known of a cause so far.
struct Gathered {
    finding: Finding,
    rank: Rank,
    places: BTreeSet<String>,
    cases: BTreeSet<String>,
}

/// What breaking a rule in some way costs: a wrong error or text is never worse than that.
pub fn impact(rule: &Rule, kind: DifferenceKind) -> Impact {
    match kind {
        DifferenceKind::WrongError => rule.impact.max(Impact::WrongError),
        DifferenceKind::WrongText => Impact::Text,
        DifferenceKind::TooFast => rule.impact.max(Impact::Lifecycle),
        DifferenceKind::Accepted | DifferenceKind::Refused | DifferenceKind::WrongMember => {
            rule.impact
        }
    }
}

/// Puts the differences of all cases together by cause: what counts first, then worst first.
pub fn collect(runs: &[(Arc<Scenario>, CaseRun)], evidence: Evidence) -> Vec<Finding> {
    let mut causes: BTreeMap<Cause, Gathered> = BTreeMap::new();
    for (scenario, run) in runs {
        let case = scenario.id();
        for (index, step) in run.steps.iter().enumerate() {
            let up_to_here = count(&run.steps[..=index]);
            for difference in &step.differences {
                let rank = (difference.is_by_analogy(&step.operation), up_to_here);
                let shown = || {
                    let shown_by = scenario.until(step.action);
                    Finding {
                        requests: requests(&run.steps[..=index]),
                        case: shown_by.id(),
                        title: scenario.title.clone(),
                        scenario: shown_by,
                        exchange: step.exchange.clone().unwrap_or_default(),
                        ..describe(difference, &step.operation, evidence)
                    }
                };
                let gathered = causes.entry(cause(difference)).or_insert_with(|| Gathered {
                    finding: shown(),
                    rank,
                    places: BTreeSet::new(),
                    cases: BTreeSet::new(),
                });
                gathered.places.insert(place(&step.operation, &difference.pointer));
                gathered.cases.insert(case.clone());
                if rank < gathered.rank {
                    gathered.finding = shown();
                    gathered.rank = rank;
                }
            }
        }
    }
    let mut findings: Vec<Finding> = causes
        .into_values()
        .map(|gathered| Finding {
            places: gathered.places.into_iter().collect(),
            cases: gathered.cases.len(),
            ..gathered.finding
        })
        .collect();
    // By the names of the kinds, as in the JSON form.
    findings.sort_by_cached_key(|finding| {
        (!finding.fails, finding.impact, finding.rule.clone(), finding.kind.as_str())
    });
    findings
}

/// An operation and a member of its answer, without the names of indexes and attributes.
fn place(operation: &str, pointer: &str) -> String {
    format!("{operation} {}", anonymous(pointer)).trim_end().to_owned()
}

fn describe(difference: &Difference, operation: &str, evidence: Evidence) -> Finding {
    let rule = catalogue().rule(difference.rule);
    let impact = impact(rule, difference.kind);
    Finding {
        rule: rule.id.clone(),
        sentence: rule.sentence.clone(),
        kind: difference.kind,
        impact,
        level: if difference.is_by_analogy(operation) { Level::Inferred } else { rule.level },
        sources: rule.sources.iter().map(ToString::to_string).collect(),
        fails: difference.fails(operation, evidence),
        operation: operation.to_owned(),
        pointer: difference.pointer.clone(),
        places: Vec::new(),
        expected: difference.expected.clone(),
        got: difference.got.clone(),
        case: String::new(),
        title: String::new(),
        scenario: Scenario::new("", Source::Scenario, Vec::new()),
        shrunk: false,
        requests: Vec::new(),
        exchange: KeptExchange::default(),
        cases: 1,
        waived: None,
    }
}

/// How many requests of a case are shown up to the last one.
fn count(steps: &[Step]) -> usize {
    let before = steps.len().saturating_sub(1);
    steps[..before].iter().filter(|step| !step.is_poll).count() + 1
}

/// The requests of a case up to the last one. Polls before it become what was waited for.
fn requests(steps: &[Step]) -> Vec<Request> {
    let mut requests = Vec::new();
    let mut waited = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if step.is_poll && index + 1 < steps.len() {
            wait(&mut waited, step);
            continue;
        }
        requests.push(Request {
            operation: step.operation.clone(),
            body: step.request.clone(),
            status: step.status,
            answer: step.answer.clone(),
            waited: std::mem::take(&mut waited),
        });
    }
    requests
}

/// Adds what one poll saw.
fn wait(waited: &mut Vec<Wait>, step: &Step) {
    let asked: Value = serde_json::from_str(&step.request).unwrap_or_default();
    let answer: Value = serde_json::from_str(&step.answer).unwrap_or_default();
    let asked = asked["TableName"].as_str().or(asked["BackupArn"].as_str());
    let what = asked.unwrap_or(&step.operation);
    let status =
        drive::status(&answer).map_or_else(|| format!("HTTP {}", step.status), str::to_owned);
    match waited.iter_mut().find(|wait| wait.what == what) {
        Some(wait) if wait.statuses.last() == Some(&status) => {}
        Some(wait) => wait.statuses.push(status),
        None => waited.push(Wait { what: what.to_owned(), statuses: vec![status] }),
    }
}

fn anonymous(pointer: &str) -> String {
    pointer
        .split('/')
        .map(|part| if is_member_name(part) { part } else { "*" })
        .collect::<Vec<_>>()
        .join("/")
}

fn is_member_name(part: &str) -> bool {
    part.is_empty()
        || part.starts_with("header ")
        || matches!(part, "__type" | "message" | "status")
        || (part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::End;

    /// A case in which so many answers are right and then two are wrong.
    fn run(right: usize) -> CaseRun {
        let step = |differences: Vec<Difference>| Step {
            exchange: (!differences.is_empty()).then(KeptExchange::default),
            differences,
            ..Step::default()
        };
        let wrong = Difference {
            kind: DifferenceKind::WrongMember,
            rule: "PRO-03",
            pointer: String::new(),
            expected: String::new(),
            got: String::new(),
        };
        let mut steps: Vec<Step> = (0..right).map(|_| step(vec![])).collect();
        steps.extend([step(vec![wrong.clone()]), step(vec![wrong])]);
        CaseRun { steps, end: End::Completed, tables: vec![], backups: vec![] }
    }

    #[test]
    fn what_is_known_of_another_operation_is_only_reported() {
        let answered = |operation: &str| Step {
            operation: operation.to_owned(),
            differences: vec![Difference {
                kind: DifferenceKind::Accepted,
                rule: "CRT-07",
                pointer: String::new(),
                expected: String::new(),
                got: String::new(),
            }],
            ..Step::default()
        };
        let case = |steps: &[&str]| {
            let steps = steps.iter().map(|operation| answered(operation)).collect();
            let run = CaseRun { steps, end: End::Completed, tables: vec![], backups: vec![] };
            (Arc::new(Scenario::new("", Source::Scenario, Vec::new())), run)
        };
        let found = |cases: &[(Arc<Scenario>, CaseRun)]| {
            let findings = collect(cases, Evidence::Both);
            let [finding] = findings.as_slice() else { panic!("{findings:?}") };
            (finding.fails, finding.level, finding.operation.clone())
        };
        let update = (false, Level::Inferred, "UpdateTable".to_owned());
        let create = (true, Level::Documented, "CreateTable".to_owned());
        assert_eq!(found(&[case(&["UpdateTable"])]), update);
        // The answer that counts is shown, though another one takes fewer requests.
        assert_eq!(found(&[case(&["UpdateTable", "CreateTable"])]), create);
        assert_eq!(found(&[case(&["CreateTable", "UpdateTable"])]), create);
        let verdict = |steps: &[&str]| {
            let (_, run) = case(steps);
            crate::verdict::verdicts([run].iter(), Evidence::Both)["CRT-07"]
        };
        assert_eq!(verdict(&["UpdateTable"]), crate::verdict::Verdict::Reported);
        assert_eq!(verdict(&["UpdateTable", "CreateTable"]), crate::verdict::Verdict::Diverges);
    }

    #[test]
    fn in_whatever_order_cases_end_the_exchange_that_is_shown_is_kept() {
        let plan = [run(2), run(1), run(1), run(5)];
        let mut orders = 0;
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut shown = Shown::default();
            let mut thinned = plan.clone();
            for number in order {
                shown.thin(number, &mut thinned[number]);
            }
            assert!(thinned[1].steps[1].exchange.is_some(), "{order:?}");
            assert!(thinned[1].steps[2].exchange.is_none(), "{order:?}");
            orders += usize::from(thinned[3].steps[5].exchange.is_none());
        }
        assert_eq!(orders, 3, "what is worse than what is known is forgotten at once");
    }
}
