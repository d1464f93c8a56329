//! Minimal cases: of each finding the case that shows it, made smaller until nothing can be left out
//! of it: no call, no member, no element of a list.
//!
//! Every candidate is run; what it shows decides. So the result holds for the endpoint as it is and
//! needs no knowledge of rules. What was tried is remembered by the id of the case, and the minimal
//! case is run once more in the end: only what shows the same again counts as minimal. The number of
//! candidates and the time are bounded; a case that is not minimal by then is still the smallest that
//! was seen to show the fault.
//!
//! A finding is a rule broken in one way, so there is one case for each rule and way, however many
//! cases of the plan show it.

mod reduce;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reinstate_model::oracle::DifferenceKind;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::drive::{self, CaseRun, Step};
use crate::finding::Finding;
use crate::names::has_short_names;
use crate::run::{Stage, Stop, is_unanswered};
use crate::scenario::{Action, Scenario};

/// How much shrinking may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Candidates that are run for one finding.
    pub candidates: usize,
    /// Time for all findings together.
    pub time: Duration,
    /// Findings that are shrunk at the same time.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { candidates: 400, time: Duration::from_secs(10), at_once: 8 }
    }
}

/// The smallest case that was seen to show a rule broken in some way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Minimal {
    /// The rule.
    pub rule: String,
    /// The way.
    pub kind: DifferenceKind,
    /// Whether nothing can be left out of the case, and it showed the same when it was run once more.
    pub is_minimal: bool,
    /// The case.
    pub scenario: Scenario,
    /// What became of it.
    pub run: CaseRun,
}

impl Minimal {
    /// Less is better: what was confirmed comes first, then fewer calls, then less of anything.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        let text = serde_json::to_string(&self.scenario.actions).unwrap_or_default();
        (!self.is_minimal, self.scenario.calls(), text.len(), text)
    }
}

/// Finds the minimal cases of findings, in their order. One whose case does not show it again has
/// none.
///
/// The numbers below `first_number` are those of the plan's cases, which have made their names of them.
pub async fn shrink<S: Stage>(
    stage: &Arc<S>,
    findings: &[Finding],
    run_id: &str,
    first_number: usize,
    limits: Limits,
    stop: &Stop,
) -> Vec<Minimal> {
    let shrinker = Arc::new(Shrinker {
        stage: stage.clone(),
        run_id: run_id.to_owned(),
        short_named: AtomicUsize::new(first_number),
        others: AtomicUsize::new(first_number.max(OTHERS)),
        until: Instant::now() + limits.time,
        most: limits.candidates,
        stop: stop.clone(),
        tried: Mutex::default(),
        refused: Mutex::default(),
    });
    let mut found: BTreeMap<usize, Minimal> = BTreeMap::new();
    let (alone, together): (Vec<_>, Vec<_>) =
        (0..findings.len()).partition(|index| findings[*index].scenario.alone);
    // Every finding has few calls before any has few members: time may run out.
    for part in [Part::Calls, Part::All] {
        for (indices, at_once) in [(&together, limits.at_once), (&alone, 1)] {
            let permits = Arc::new(Semaphore::new(at_once));
            let mut tasks = JoinSet::new();
            for index in indices.iter().copied() {
                // Taken before the task is made: the worst finding, which is the first, does not wait.
                let Ok(permit) = permits.clone().acquire_owned().await else { break };
                let shrinker = shrinker.clone();
                let finding = findings[index].clone();
                let smaller = found.get(&index).map(|minimal| &minimal.scenario);
                let scenario = smaller.unwrap_or(&finding.scenario).clone();
                tasks.spawn(async move {
                    let _permit = permit;
                    (index, shrinker.minimise(&scenario, &finding, part).await)
                });
            }
            while let Some(joined) = tasks.join_next().await {
                match joined {
                    Ok((index, minimal)) => found.extend(minimal.map(|minimal| (index, minimal))),
                    Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                    Err(_) => {}
                }
            }
        }
    }
    found.into_values().collect()
}

/// What of a case is made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Its calls.
    Calls,
    /// Everything.
    All,
}

/// Where the numbers of candidates begin that have no short names.
const OTHERS: usize = 1_000_000;

struct Shrinker<S> {
    stage: Arc<S>,
    run_id: String,
    /// Short names are made of a case's number, and there are few of them.
    short_named: AtomicUsize,
    others: AtomicUsize,
    until: Instant,
    most: usize,
    stop: Stop,
    tried: Mutex<Tried>,
    /// Beginnings of cases whose last call was refused.
    refused: Mutex<BTreeSet<String>>,
}

/// What of the answers to candidates is remembered, in bytes: far more than those of an endpoint that
/// answers what it should, and a bound for one that sends a large answer to everything.
const REMEMBERED: usize = 32 * 1024 * 1024;

/// What became of the candidates that were run, by the ids of the cases.
#[derive(Default)]
struct Tried {
    runs: BTreeMap<String, Arc<CaseRun>>,
    bytes: usize,
}

impl Tried {
    /// Remembers a run while there is room. One that is forgotten is run again if it is asked for.
    fn remember(&mut self, scenario: &Scenario, run: &Arc<CaseRun>) {
        if self.bytes < REMEMBERED {
            self.bytes += run.steps.iter().map(Step::bytes).sum::<usize>();
            self.runs.insert(scenario.id(), run.clone());
        }
    }
}

/// Cases of so many actions are not cut into halves first.
const SHORT: usize = 8;

/// The search for one finding's minimal case.
struct Search<'a, S> {
    shrinker: &'a Shrinker<S>,
    finding: &'a Finding,
    candidates: usize,
    best: Scenario,
    run: Arc<CaseRun>,
}

/// The bound is reached.
struct OutOfBudget;

impl<S: Stage> Shrinker<S> {
    /// The smallest case that was seen to show a finding; none if the case does not show it again.
    async fn minimise(
        &self,
        scenario: &Scenario,
        finding: &Finding,
        part: Part,
    ) -> Option<Minimal> {
        let run = self.run(scenario, 0).await.ok()?;
        let at = showing(&run, finding)?;
        let best = scenario.until(at);
        let mut search = Search { shrinker: self, finding, candidates: 1, best, run };
        let mut is_minimal = false;
        if part == Part::Calls {
            let _ = search.reduce_calls().await;
        } else if search.reduce_fully().await.is_ok() {
            // Not from memory: it has to show the same once more.
            if let Ok(again) = self.run_now(&search.best, 0).await
                && showing(&again, finding).is_some()
            {
                search.run = again;
                // Whether a race shows something is a matter of luck, so no attempt that failed proves
                // anything.
                is_minimal = !search.best.has_race();
            }
        }
        let Search { best, run, .. } = search;
        let (rule, kind) = (finding.rule.clone(), finding.kind);
        Some(Minimal { rule, kind, is_minimal, scenario: best, run: CaseRun::clone(&run) })
    }

    async fn run(
        &self,
        scenario: &Scenario,
        candidates: usize,
    ) -> Result<Arc<CaseRun>, OutOfBudget> {
        let tried = || self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tried().runs.get(&scenario.id()).cloned();
        if let Some(run) = known {
            return Ok(run);
        }
        let run = self.run_now(scenario, candidates).await?;
        tried().remember(scenario, &run);
        Ok(run)
    }

    async fn run_now(
        &self,
        scenario: &Scenario,
        candidates: usize,
    ) -> Result<Arc<CaseRun>, OutOfBudget> {
        if candidates >= self.most || Instant::now() >= self.until || self.stop.is_told() {
            return Err(OutOfBudget);
        }
        let numbers = if has_short_names(scenario) { &self.short_named } else { &self.others };
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let (session, kept) = self.stage.open().await.map_err(|_| OutOfBudget)?;
        let run = drive::run(&session, scenario, &self.run_id, number).await;
        if is_unanswered(scenario, &run) {
            kept.unanswered();
        }
        self.remember_refusals(scenario, &run);
        Ok(Arc::new(run))
    }

    /// Keeps the first call of a case that was refused, in the right way, with all that came before it.
    fn remember_refusals(&self, scenario: &Scenario, run: &CaseRun) {
        let refused = |step: &&Step| (400..500).contains(&step.status) && !step.is_poll;
        let Some(step) = run.steps.iter().find(refused) else { return };
        let is_last = run.steps.iter().rfind(|other| other.action == step.action) == Some(step);
        if is_last && step.differences.is_empty() {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            refused.insert(beginning(scenario, step.action));
        }
    }

    fn is_refused(&self, beginning: &str) -> bool {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(beginning)
    }
}

impl<S: Stage> Search<'_, S> {
    /// Leaves out calls until none can be any more.
    async fn reduce_calls(&mut self) -> Result<(), OutOfBudget> {
        self.take(reduce::slice(&self.best)).await?;
        self.drop_actions().await
    }

    /// Leaves out whatever can be until nothing can be any more.
    async fn reduce_fully(&mut self) -> Result<(), OutOfBudget> {
        loop {
            let before = self.best.id();
            self.drop_actions().await?;
            self.make_plainer().await?;
            self.drop_parts().await?;
            if self.best.id() == before {
                return Ok(());
            }
        }
    }

    /// Takes a candidate over if it shows the finding as well, up to where it does.
    async fn take(&mut self, candidate: Option<Scenario>) -> Result<bool, OutOfBudget> {
        let Some(candidate) = candidate.filter(|candidate| *candidate != self.best) else {
            return Ok(false);
        };
        self.candidates += 1;
        let run = self.shrinker.run(&candidate, self.candidates).await?;
        let Some(at) = showing(&run, self.finding) else { return Ok(false) };
        self.best = candidate.until(at);
        self.run = run;
        Ok(true)
    }

    /// Delta debugging: halves first, then quarters, at last single actions, with which a short case
    /// begins.
    async fn drop_actions(&mut self) -> Result<(), OutOfBudget> {
        let actions = self.best.actions.len();
        let mut size = if actions <= SHORT { 1 } else { actions.div_ceil(2) };
        while size >= 1 {
            let mut dropped = false;
            let mut end = self.best.actions.len();
            while end > 0 {
                let start = end.saturating_sub(size);
                dropped |= self.take(reduce::without(&self.best, &(start..end))).await?;
                end = start.min(self.best.actions.len());
            }
            if size > 1 || !dropped {
                size /= 2;
            }
        }
        Ok(())
    }

    async fn make_plainer(&mut self) -> Result<(), OutOfBudget> {
        self.take(reduce::looked_at(&self.best)).await?;
        loop {
            let mut taken = false;
            let calmer = reduce::calmer(&self.best);
            for candidate in calmer.into_iter().chain(reduce::plainer(&self.best)) {
                if self.take(Some(candidate)).await? {
                    taken = true;
                    break;
                }
            }
            if !taken {
                return Ok(());
            }
        }
    }

    async fn drop_parts(&mut self) -> Result<(), OutOfBudget> {
        let mut action = 0;
        while action < self.best.actions.len() {
            while self.drop_a_part(action).await? {}
            action += 1;
        }
        Ok(())
    }

    async fn drop_a_part(&mut self, action: usize) -> Result<bool, OutOfBudget> {
        let Some(Action::Call(call)) = self.best.actions.get(action) else { return Ok(false) };
        for pointer in reduce::parts(&self.best, &call.clone()) {
            let Some(smaller) = reduce::without_member(&self.best, action, &pointer) else {
                continue;
            };
            // A call that is refused changes nothing (a rule of its own): without that part the case is
            // what it is without the call, which is tried already, or shorter.
            let beginning = beginning(&smaller, action);
            let candidate = match self.shrinker.is_refused(&beginning) {
                true => reduce::without(&self.best, &(action..action + 1)),
                false => Some(smaller),
            };
            if self.take(candidate).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The actions of a case up to one of them, as a text.
fn beginning(scenario: &Scenario, action: usize) -> String {
    serde_json::to_string(&scenario.actions[..=action]).unwrap_or_default()
}

/// The first action whose answer shows a finding.
fn showing(run: &CaseRun, finding: &Finding) -> Option<usize> {
    finding.shown_in(&run.steps).map(|(index, _)| run.steps[index].action)
}

/// How many calls the cases of findings have: the length of a case, and how many have it.
pub fn distribution(findings: &[Finding]) -> BTreeMap<usize, usize> {
    let mut lengths = BTreeMap::new();
    for finding in findings {
        *lengths.entry(finding.scenario.calls()).or_insert(0) += 1;
    }
    lengths
}

/// The length that as many cases stay below as exceed it.
pub fn median(lengths: &BTreeMap<usize, usize>) -> Option<usize> {
    let half = lengths.values().sum::<usize>().div_ceil(2);
    let mut seen = 0;
    lengths.iter().find_map(|(length, count)| {
        seen += count;
        (seen >= half && half > 0).then_some(*length)
    })
}

#[cfg(all(test, feature = "reference"))]
mod tests;
