//! Stage 8: what a run found, as one value that every view prints.

pub mod badge;
pub mod comparison;
#[cfg(test)]
pub(crate) mod example;
pub mod excerpt;
#[cfg(feature = "views")]
pub mod html;
pub mod json;
#[cfg(feature = "views")]
pub mod junit;
pub mod layout;
pub mod markdown;
pub mod ndjson;
pub mod sarif;
pub mod source;
pub mod standing;
pub mod table;
pub mod terminal;

use std::collections::BTreeMap;
use std::sync::Arc;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::{Evidence, Impact, catalogue};
use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::drive::{CaseRun, End};
use crate::finding::{self, Finding};
use crate::log::{Because, Header};
use crate::plan::Depth;
use crate::scenario::Scenario;
use crate::shrink::Minimal;
use crate::verdict::{self, Verdict};
use crate::waiver::Stale;

/// The version of the JSON form; it changes when a member that others read changes its meaning.
pub const SCHEMA: &str = "reinstate-report/1";

/// What was tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name; a URL for an endpoint that is no known target.
    pub name: String,
    /// Its version, where known.
    pub version: Option<String>,
}

/// The figures of a run. Divergence and coverage are two things and are never added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rules of the catalogue.
    pub rules: usize,
    /// Rules that bore on some answer.
    pub rules_exercised: usize,
    /// Rules that some answer broke, and that count.
    pub rules_diverging: usize,
    /// Rules that are only broken by being too fast, and that count.
    pub rules_too_fast: usize,
    /// Rules that some answer broke and that do not count.
    pub rules_reported: usize,
    /// Cases that ran.
    pub cases: usize,
    /// Cases that were judged to their end.
    pub cases_completed: usize,
    /// Cases that an answer left without a known state.
    pub cases_lost: usize,
    /// Cases that did not come to an end in time.
    pub cases_indeterminate: usize,
    /// Cases that were not begun or got no answer.
    pub cases_unanswered: usize,
    /// Requests that were answered.
    pub exchanges: usize,
}

/// Cases that did not come to an end for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// How many.
    pub cases: usize,
    /// What one of them is about.
    pub example: String,
}

/// Everything that a run found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of Reinstate.
    pub version: String,
    /// What was tested.
    pub target: Target,
    /// The seed of everything random.
    pub seed: u64,
    /// The hash of the plan.
    pub plan: String,
    /// Which side was taken of what is contested.
    pub evidence: Evidence,
    /// Whether every case of a plan of at least the default depth was begun. Only then it shows
    /// something that a rule was kept throughout.
    pub whole: bool,
    /// The figures.
    pub summary: Summary,
    /// Operations that the target does not have.
    pub unsupported: Vec<String>,
    /// What it does otherwise, worst first; what counts comes before what does not.
    pub findings: Vec<Finding>,
    /// The verdict on every rule.
    pub rules: BTreeMap<String, Verdict>,
    /// How much of the model was seen.
    #[serde(default)]
    pub coverage: Coverage,
    /// Why cases did not come to an end.
    pub unfinished: BTreeMap<String, Unfinished>,
    /// Waivers that are no longer true.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale_waivers: Vec<Stale>,
    /// What a reader might take the run to show although it does not.
    pub does_not_show: Vec<String>,
}

impl Report {
    /// Puts the report of a run together: what it is, why it began no further case, and what became
    /// of those that it began.
    pub fn new(header: &Header, because: Because, runs: &[(Arc<Scenario>, CaseRun)]) -> Self {
        let evidence = header.evidence;
        let mut rules = verdict::verdicts(runs.iter().map(|(_, run)| run), evidence);
        let unsupported = verdict::unsupported(runs.iter().map(|(_, run)| run));
        verdict::mark_unsupported(&mut rules, &unsupported);
        // Without backups there is nothing to trust or to distrust: what its tables do is not scored.
        let nothing_to_judge = verdict::lacks_backups(&unsupported);
        if nothing_to_judge {
            rules.values_mut().for_each(|verdict| *verdict = Verdict::Unsupported);
        }
        let count = |wanted: Verdict| rules.values().filter(|verdict| **verdict == wanted).count();
        let ended =
            |wanted: fn(&End) -> bool| runs.iter().filter(|(_, run)| wanted(&run.end)).count();
        let summary = Summary {
            rules: rules.len(),
            rules_exercised: rules.values().filter(|verdict| verdict.is_exercised()).count(),
            rules_diverging: count(Verdict::Diverges),
            rules_too_fast: count(Verdict::TooFast),
            rules_reported: count(Verdict::Reported),
            cases: runs.len(),
            cases_completed: ended(|end| *end == End::Completed),
            cases_lost: ended(|end| *end == End::Lost),
            cases_indeterminate: ended(|end| matches!(end, End::Indeterminate(_))),
            cases_unanswered: ended(|end| matches!(end, End::NoAnswer(_)))
                + header.cases.saturating_sub(runs.len()),
            exchanges: runs
                .iter()
                .map(|(_, run)| run.steps.iter().filter(|step| step.status > 0).count())
                .sum(),
        };
        let mut unfinished: BTreeMap<String, Unfinished> = BTreeMap::new();
        for (scenario, run) in runs {
            let reason = match &run.end {
                End::Completed | End::Lost => continue,
                End::Indeterminate(reason) => reason.clone(),
                End::Unsupported(operation) => format!("{operation} is not supported"),
                End::NoAnswer(error) => error.to_string(),
            };
            unfinished
                .entry(reason)
                .or_insert_with(|| Unfinished { cases: 0, example: scenario.title.clone() })
                .cases += 1;
        }
        let findings = findings(runs, &unsupported, evidence);
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target: header.target.clone(),
            seed: header.seed,
            plan: header.plan.clone(),
            evidence,
            whole: is_whole(header, because) && runs.len() >= header.cases,
            stale_waivers: Vec::new(),
            does_not_show: does_not_show(header, because, &summary),
            summary,
            unsupported,
            findings,
            rules,
            coverage: Coverage::of(header.depth, runs),
            unfinished,
        }
    }

    /// Shows findings with the smallest cases that were found for them.
    pub fn show(&mut self, minimal: &[Minimal]) {
        for finding in &mut self.findings {
            let is_its =
                |minimal: &&Minimal| minimal.rule == finding.rule && minimal.kind == finding.kind;
            if let Some(minimal) = minimal.iter().find(is_its) {
                finding.show(minimal);
            }
        }
    }

    /// Whether the target has no backups, so that there is nothing to judge.
    pub fn is_unsupported(&self) -> bool {
        verdict::lacks_backups(&self.unsupported)
    }

    /// Whether too little was answered to say anything: no case got to where something is known.
    pub fn is_unanswered(&self) -> bool {
        let judged = self.summary.cases_completed + self.summary.cases_lost;
        judged == 0 && self.findings.is_empty()
    }

    /// Whether nothing diverges that counts and is not waived.
    pub fn passes(&self) -> bool {
        !self.findings.iter().any(Finding::fails_run)
    }

    /// Whether a rule that was not seen broken can be said to have been kept: every case was begun,
    /// and none of them was left open by the time that things took.
    pub fn is_judged_whole(&self) -> bool {
        self.whole && self.summary.cases_indeterminate == 0
    }
}

/// The findings of a target that lacks some operations: it is not also accused of refusing them.
pub(crate) fn findings(
    runs: &[(Arc<Scenario>, CaseRun)],
    unsupported: &[String],
    evidence: Evidence,
) -> Vec<Finding> {
    if verdict::lacks_backups(unsupported) {
        return Vec::new();
    }
    let mut findings = finding::collect(runs, evidence);
    findings.retain(|finding| {
        finding.kind != DifferenceKind::Refused || !unsupported.contains(&finding.operation)
    });
    findings
}

fn is_whole(header: &Header, because: Because) -> bool {
    header.cases == header.planned
        && header.selection.is_all()
        && header.depth != Depth::Quick
        && because == Because::Finished
}

impl Finding {
    /// Whether it is worth a failed build: it counts, and not for its words alone.
    pub fn is_above_text(&self) -> bool {
        self.fails && self.impact != Impact::Text
    }

    /// Whether it fails a run: it is worth a failed build, and nobody has waived it.
    pub fn fails_run(&self) -> bool {
        self.is_above_text() && self.waived.is_none()
    }
}

/// How many of the rules a request can reach.
pub(crate) fn reachable(summary: &Summary) -> usize {
    let unreached = catalogue().rules().len() - catalogue().reachable();
    summary.rules.saturating_sub(unreached)
}

fn does_not_show(header: &Header, because: Because, summary: &Summary) -> Vec<String> {
    let mut notes = vec![
        "whether requests are authenticated: any signature is taken as good here".to_owned(),
        "encryption with customer keys, other Regions and accounts, and call rates".to_owned(),
    ];
    let unreached = summary.rules - reachable(summary);
    if unreached > 0 {
        notes.push(format!("{unreached} rules of the catalogue that no request can reach"));
    }
    let not_run = reachable(summary).saturating_sub(summary.rules_exercised);
    if not_run > 0 {
        notes.push(format!("{not_run} rules of the catalogue that no answer of this run bore on"));
    }
    let deselected = header.planned.saturating_sub(header.selected);
    if deselected > 0 || !header.selection.is_all() {
        notes.push(format!(
            "whatever `{}` leaves out, {deselected} cases of {} among it",
            header.selection, header.planned
        ));
    }
    if let Some(shard) = header.shard {
        notes.push(format!(
            "{} cases that are not in share {shard}",
            header.selected.saturating_sub(header.cases)
        ));
    }
    let not_begun = header.cases.saturating_sub(summary.cases);
    if not_begun > 0 {
        notes.push(format!("{not_begun} cases that were not begun: {}", because.as_str()));
    }
    if summary.cases_lost > 0 {
        notes.push(format!(
            "what follows in {} cases after an answer that left the endpoint's state unknown",
            summary.cases_lost
        ));
    }
    notes
}

#[cfg(test)]
mod tests;
