//! What waivers make of a report.

use reinstate_model::rules::catalogue;
use time::Date;

use super::{Problem, Stale, Waiver, Waivers};
use crate::finding::Finding;
use crate::report::{Report, Target};
use crate::verdict::Verdict;

impl Waiver {
    /// Whether it is about this target in this version.
    pub fn is_about(&self, target: &Target) -> bool {
        self.target == target.name
            && self.versions.as_ref().is_none_or(|range| {
                target.version.as_deref().is_some_and(|version| range.holds(version))
            })
    }

    /// Whether it is about this way of breaking a rule.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.kind.is_none_or(|kind| kind == finding.kind)
    }

    fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day < today)
    }

    /// What is wrong with it, in the light of a report on its target.
    pub(super) fn problem(&self, report: &Report, today: Date) -> Option<Problem> {
        // A waiver that has expired is wrong in any light.
        if self.has_expired(today) {
            return Some(Problem::Expired);
        }
        // Part of a plan shows part of what is broken, and without backups nothing is shown.
        if !self.strict || !report.is_judged_whole() || report.is_unsupported() {
            return None;
        }
        if report.findings.iter().any(|finding| self.covers(finding) && finding.is_above_text()) {
            return None;
        }
        let verdict = report.rules.get(&self.rule);
        let is_exercised = verdict.is_some_and(|verdict| verdict.is_exercised());
        Some(if is_exercised && self.can_fail(report) {
            Problem::UnexpectedPass
        } else {
            Problem::MatchesNothing
        })
    }

    /// Whether its rule can fail a run at all.
    fn can_fail(&self, report: &Report) -> bool {
        catalogue().get(&self.rule).is_some_and(|rule| rule.can_fail(report.evidence))
    }
}

/// Marks what waivers put up with, and what is wrong with these themselves.
pub fn apply(waivers: &Waivers, report: &mut Report, today: Date) {
    let target = report.target.clone();
    let about: Vec<&Waiver> = waivers.0.iter().filter(|waiver| waiver.is_about(&target)).collect();
    for finding in &mut report.findings {
        if finding.is_above_text() {
            let waiver = about.iter().find(|waiver| waiver.covers(finding));
            finding.waived = waiver.map(|waiver| reason(waiver));
        }
    }
    report.stale_waivers = about
        .iter()
        .filter_map(|waiver| Some(stale(waiver, waiver.problem(report, today)?, report)))
        .collect();
    for waiver in about {
        let counted =
            report.findings.iter().filter(|it| it.rule == waiver.rule && it.is_above_text());
        let all_waived = counted.clone().all(|finding| finding.waived.is_some());
        let problem = waiver.problem(report, today);
        if let Some(verdict) = report.rules.get_mut(&waiver.rule) {
            match verdict {
                Verdict::Diverges | Verdict::TooFast if all_waived => *verdict = Verdict::Waived,
                Verdict::Pass if problem == Some(Problem::UnexpectedPass) => {
                    *verdict = Verdict::StaleWaiver;
                }
                _ => {}
            }
        }
    }
}

fn reason(waiver: &Waiver) -> String {
    match &waiver.link {
        Some(link) => format!("{} ({link})", waiver.reason),
        None => waiver.reason.clone(),
    }
}

fn stale(waiver: &Waiver, problem: Problem, report: &Report) -> Stale {
    let Waiver { rule, target, line, .. } = waiver;
    let kind = waiver.kind.map(|kind| format!(" as {kind}")).unwrap_or_default();
    let text = match problem {
        Problem::Expired => {
            let day = waiver.expires.map(|day| day.to_string()).unwrap_or_default();
            format!(
                "the waiver of {rule} for {target} expired on {day}: see whether it is still needed, and move its `expires`"
            )
        }
        Problem::UnexpectedPass => format!(
            "{target} does not break {rule}{kind}, as a waiver says: remove the waiver (`reinstate waive --prune` does)"
        ),
        Problem::MatchesNothing if !waiver.can_fail(report) => {
            format!("{rule} never fails a run, so that its waiver for {target} is not needed")
        }
        Problem::MatchesNothing => format!(
            "no answer of {target} bore on {rule}, which a waiver says it breaks{kind}: remove the waiver (`reinstate waive --prune` does)"
        ),
    };
    Stale { rule: rule.clone(), problem, line: *line, text }
}
