//! Two reports of one target, before and after: what was fixed and what was broken.
//!
//! Findings are told apart by the rule, the way in which it is broken, and the operations and members
//! that show it, never by how many there are. A rule that was not exercised before is not broken now,
//! since nobody knows what it was, and one that is not exercised any more is not fixed.

pub mod markdown;
pub mod terminal;

use std::collections::BTreeSet;

use reinstate_model::rules::{Impact, catalogue};
use serde::Serialize;

use crate::finding::Finding;
use crate::report::standing::target_name;
use crate::report::{Report, Target};
use crate::verdict::Verdict;

/// The version of the JSON form.
pub const SCHEMA: &str = "reinstate-comparison/1";

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It was kept and is broken.
    Broken,
    /// It is broken in another way than before.
    Changed,
    /// It is broken in the same way as before, and shows in more places.
    Wider,
    /// It is broken, and was not exercised before.
    New,
    /// It was broken and is kept.
    Fixed,
    /// It was broken, and is not exercised any more.
    Gone,
    /// It was kept, and is not exercised any more.
    Skipped,
}

impl What {
    /// All, worst first.
    pub const ALL: [Self; 7] = [
        Self::Broken,
        Self::Changed,
        Self::Wider,
        Self::New,
        Self::Fixed,
        Self::Gone,
        Self::Skipped,
    ];

    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Changed => "changed in kind",
            Self::Wider => "in more places",
            Self::New => "new",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
            Self::Skipped => "newly skipped",
        }
    }

    /// What that means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Broken => "kept before, broken now",
            Self::Changed => "broken before and now, in another way",
            Self::Wider => "broken in the same way as before, in more answers or members",
            Self::New => "broken; no answer bore on it before",
            Self::Fixed => "broken before, kept now",
            Self::Gone => "broken before; no answer bears on it now",
            Self::Skipped => "kept before; no answer bears on it now",
        }
    }
}

/// One rule for which the two reports differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What became of it.
    pub what: What,
    /// The rule.
    pub rule: String,
    /// A few words.
    pub title: String,
    /// What breaking it costs, at its worst in either report.
    pub impact: Impact,
    /// Whether it is worse than before and counts, so that it fails a run with a baseline.
    pub worse: bool,
    /// The ways in which it was broken.
    pub before: Vec<String>,
    /// The ways in which it is broken.
    pub after: Vec<String>,
    /// Operations and members that show it and did not before.
    pub places: Vec<String>,
}

/// What tells two reports apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: String,
    /// What was tested before.
    pub old: Target,
    /// What is tested now.
    pub new: Target,
    /// Whether both ran the same cases. If not, some of the changes may come from the cases.
    pub same_plan: bool,
    /// The changes, worst first.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// Compares two reports.
    pub fn of(old: &Report, new: &Report) -> Self {
        let rules: BTreeSet<&String> = old.rules.keys().chain(new.rules.keys()).collect();
        let same_plan = old.plan == new.plan && old.evidence == new.evidence;
        let mut changes: Vec<Change> =
            rules.iter().filter_map(|rule| change(rule, old, new, same_plan)).collect();
        changes.sort_by_key(|change| (!change.worse, change.what, change.impact));
        let (old, new) = (old.target.clone(), new.target.clone());
        Self { schema: SCHEMA.to_owned(), old, new, same_plan, changes }
    }

    /// What is worse than before.
    pub fn worse(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.worse)
    }

    /// The changes of one sort.
    pub fn changes(&self, what: What) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.what == what)
    }
}

/// Pairs the reports of two files: by the name of the target, and two single ones in any case.
pub fn pairs<'a>(
    old: &'a [Report],
    new: &'a [Report],
) -> (Vec<(&'a Report, &'a Report)>, Vec<String>) {
    if let ([old], [new]) = (old, new) {
        return (vec![(old, new)], Vec::new());
    }
    let mut pairs = Vec::new();
    let mut alone = Vec::new();
    let mut taken = BTreeSet::new();
    for report in new {
        // Of two versions of a target the one that has not been taken.
        let same = |(at, other): &(usize, &Report)| {
            other.target.name == report.target.name && !taken.contains(at)
        };
        match old.iter().enumerate().find(same) {
            Some((at, other)) => {
                taken.insert(at);
                pairs.push((other, report));
            }
            None => alone.push(format!("{}: only in the new report", target_name(&report.target))),
        }
    }
    let left = old.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    alone.extend(
        left.map(|(_, report)| format!("{}: only in the old report", target_name(&report.target))),
    );
    (pairs, alone)
}

fn change(rule: &str, old: &Report, new: &Report, same_plan: bool) -> Option<Change> {
    let (before, after) = (findings(old, rule), findings(new, rule));
    let (was, is) = (is_exercised(old, rule), is_exercised(new, rule));
    let (kinds_before, kinds_after) = (kinds(&before), kinds(&after));
    let added: Vec<String> = places(&after).difference(&places(&before)).cloned().collect();
    let what = match (before.is_empty(), after.is_empty()) {
        (true, true) if was && !is => What::Skipped,
        (true, true) => return None,
        (true, false) if was => What::Broken,
        (true, false) => What::New,
        (false, true) if is => What::Fixed,
        (false, true) => What::Gone,
        (false, false) if kinds_before != kinds_after => What::Changed,
        (false, false) if !added.is_empty() => What::Wider,
        (false, false) => return None,
    };
    let all = || before.iter().chain(&after);
    let known = catalogue().get(rule);
    let impact = all().map(|finding| finding.impact).min().or(known.map(|rule| rule.impact));
    Some(Change {
        what,
        rule: rule.to_owned(),
        title: known.map_or("a rule of another version", |rule| rule.title.as_str()).to_owned(),
        impact: impact.unwrap_or(Impact::Text),
        worse: is_worse(what, &before, &after, &added, same_plan)
            || (what == What::Skipped && is_withdrawn(new, rule)),
        before: kinds_before.into_iter().collect(),
        after: kinds_after.into_iter().collect(),
        places: added,
    })
}

/// Whether a change counts as worse. What may come from other cases does not.
fn is_worse(
    what: What,
    before: &[&Finding],
    after: &[&Finding],
    added: &[String],
    same_plan: bool,
) -> bool {
    let failing = || after.iter().filter(|finding| finding.fails_run());
    match what {
        What::Broken => failing().next().is_some(),
        // Another way is worse only if it is not one of those that were known.
        What::Changed => failing().any(|finding| {
            !before.iter().any(|old| old.kind == finding.kind && old.is_above_text())
        }),
        What::Wider => {
            same_plan && failing().any(|it| it.places.iter().any(|place| added.contains(place)))
        }
        What::New | What::Fixed | What::Gone | What::Skipped => false,
    }
}

fn findings<'a>(report: &'a Report, rule: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.rule == rule).collect()
}

fn is_exercised(report: &Report, rule: &str) -> bool {
    report.rules.get(rule).is_some_and(|verdict| verdict.is_exercised())
}

/// Whether a target does not have what a rule is about any more. It was kept, so that is a loss.
fn is_withdrawn(report: &Report, rule: &str) -> bool {
    report.rules.get(rule) == Some(&Verdict::Unsupported)
}

fn kinds(findings: &[&Finding]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding.kind.to_string()).collect()
}

fn places(findings: &[&Finding]) -> BTreeSet<String> {
    findings.iter().flat_map(|finding| finding.places.iter().cloned()).collect()
}

#[cfg(test)]
mod tests;
