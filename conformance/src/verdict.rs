//! Stage 7: what a run says of each rule.

use std::collections::{BTreeMap, BTreeSet};

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::{Evidence, catalogue};
use serde::{Deserialize, Serialize};

use crate::drive::{CaseRun, End};

/// What a run says of one rule on one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every answer that it bore on kept it.
    Pass,
    /// Some answer broke it.
    Diverges,
    /// Only broken by an endpoint that does at once what takes time.
    TooFast,
    /// Broken, but the rule is not sure enough to hold it against an endpoint.
    Reported,
    /// Broken as a waiver says, so it is not held against the endpoint.
    Waived,
    /// A waiver says that it is broken, but it was kept.
    StaleWaiver,
    /// It speaks only of operations that the endpoint does not have.
    Unsupported,
    /// No answer that it bears on was seen.
    NotRun,
}

impl Verdict {
    /// Whether some answer was judged by the rule.
    pub fn is_exercised(self) -> bool {
        !matches!(self, Self::Unsupported | Self::NotRun)
    }

    /// The verdict as it is written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Diverges => "diverges",
            Self::TooFast => "too-fast",
            Self::Reported => "reported",
            Self::Waived => "waived",
            Self::StaleWaiver => "stale-waiver",
            Self::Unsupported => "unsupported",
            Self::NotRun => "not-run",
        }
    }
}

/// The verdict on every rule of the catalogue, by id.
pub fn verdicts<'a>(
    runs: impl Iterator<Item = &'a CaseRun>,
    evidence: Evidence,
) -> BTreeMap<String, Verdict> {
    let mut verdicts: BTreeMap<String, Verdict> =
        catalogue().rules().iter().map(|rule| (rule.id.clone(), Verdict::NotRun)).collect();
    for step in runs.flat_map(|run| &run.steps) {
        for rule in &step.rules {
            let verdict = verdicts.entry((*rule).to_owned()).or_insert(Verdict::Pass);
            if *verdict == Verdict::NotRun {
                *verdict = Verdict::Pass;
            }
        }
        for difference in &step.differences {
            let sure = difference.fails(&step.operation, evidence);
            let worse = match difference.kind {
                // The answer was right but for its words.
                DifferenceKind::WrongText => continue,
                _ if !sure => Verdict::Reported,
                DifferenceKind::TooFast => Verdict::TooFast,
                _ => Verdict::Diverges,
            };
            let verdict = verdicts.entry(difference.rule.to_owned()).or_insert(worse);
            if *verdict != Verdict::Diverges
                && !(*verdict == Verdict::TooFast && worse == Verdict::Reported)
            {
                *verdict = worse;
            }
        }
    }
    verdicts
}

/// Rules that no answer bore on because the endpoint lacks all operations that they speak of.
pub fn mark_unsupported(verdicts: &mut BTreeMap<String, Verdict>, operations: &[String]) {
    for rule in catalogue().rules() {
        let lacks = |operation: &String| operations.contains(operation);
        if !rule.operations.is_empty()
            && rule.operations.iter().all(lacks)
            && let Some(verdict) = verdicts.get_mut(&rule.id)
            && *verdict == Verdict::NotRun
        {
            *verdict = Verdict::Unsupported;
        }
    }
}

/// The operation without which there is nothing to restore.
const BACKUP: &str = "CreateBackup";

/// Which operations an endpoint has, as its cases tell.
#[derive(Debug, Default)]
pub struct Support {
    lacks: BTreeSet<String>,
    does: BTreeSet<String>,
}

impl Support {
    /// Takes over what a case tells.
    pub fn see(&mut self, run: &CaseRun) {
        if let End::Unsupported(operation) = &run.end {
            self.lacks.insert(operation.clone());
        }
        for step in run.steps.iter().filter(|step| step.status == 200) {
            if !self.does.contains(&step.operation) {
                self.does.insert(step.operation.clone());
            }
        }
    }

    /// The operations that it does not have. One that it did once is none of these, whatever it says at
    /// another time.
    pub fn lacked(&self) -> Vec<String> {
        self.lacks.difference(&self.does).cloned().collect()
    }
}

/// The operations that an endpoint does not have, as its cases told.
pub fn unsupported<'a>(runs: impl Iterator<Item = &'a CaseRun>) -> Vec<String> {
    let mut support = Support::default();
    runs.for_each(|run| support.see(run));
    support.lacked()
}

/// Whether operations that a target lacks are those without which there is nothing to restore.
pub fn lacks_backups(lacked: &[String]) -> bool {
    lacked.iter().any(|operation| operation == BACKUP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::Step;

    #[test]
    fn an_operation_that_was_done_once_is_not_lacked() {
        let run = |operation: &str, status| CaseRun {
            steps: vec![Step { operation: operation.to_owned(), status, ..Step::default() }],
            end: match status {
                200 => End::Completed,
                _ => End::Unsupported(operation.to_owned()),
            },
            tables: vec![],
            backups: vec![],
        };
        let runs = [run("Scan", 501), run("CreateBackup", 400), run("CreateBackup", 200)];
        assert_eq!(unsupported(runs.iter()), ["Scan"]);
    }
}
