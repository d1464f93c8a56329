//! What a report comes to, in the words that every view uses: the answer first, then the rules one by
//! one, with what they say and what was found.

use std::collections::BTreeMap;
use std::fmt;

use reinstate_model::rules::{Impact, Rule, catalogue};

use super::layout::one_line;
use super::{Report, Target};
use crate::finding::Finding;
use crate::verdict::Verdict;

/// Whether restores on a target can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has no backups.
    Unsupported,
    /// Too little was answered, so nothing is known.
    Unanswered,
    /// Nothing that counts diverges.
    Conforms,
    /// Something that counts diverges, at worst with this impact.
    Diverges(Impact),
}

impl Answer {
    /// The answer of one report.
    pub fn of(report: &Report) -> Self {
        let counted = report.findings.iter().filter(|finding| finding.is_above_text());
        if report.is_unsupported() {
            Answer::Unsupported
        } else if report.is_unanswered() {
            Answer::Unanswered
        } else {
            counted.map(|finding| finding.impact).min().map_or(Answer::Conforms, Answer::Diverges)
        }
    }

    /// The answer in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Unsupported => "Nothing to judge",
            Answer::Unanswered => "Not known",
            Answer::Conforms => "Yes",
            Answer::Diverges(Impact::DataLoss | Impact::WrongData) => "No",
            Answer::Diverges(Impact::UnsafeAccept) => "Not as a safety net",
            Answer::Diverges(Impact::Lifecycle) => "With care",
            Answer::Diverges(Impact::WrongError | Impact::Text) => "Mostly",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Answer::Unsupported => "it has no backups to restore",
            Answer::Unanswered => "no case was answered to its end",
            Answer::Conforms => "as far as this run shows, nothing that counts differs from AWS",
            Answer::Diverges(Impact::DataLoss) => {
                "data is missing, overwritten or not what was backed up"
            }
            Answer::Diverges(Impact::WrongData) => {
                "tables and answers hold other values than they would on AWS"
            }
            Answer::Diverges(Impact::UnsafeAccept) => {
                "it accepts what AWS refuses, so a test passes here that fails in production"
            }
            Answer::Diverges(Impact::Lifecycle) => {
                "what is kept is right, but code that has to wait on AWS is never made to here"
            }
            Answer::Diverges(Impact::WrongError) => {
                "what is kept is right, but some exceptions are others than on AWS"
            }
            Answer::Diverges(Impact::Text) => "only texts differ from those of AWS",
        })
    }
}

/// The name of an impact as a heading.
pub fn impact_title(impact: Impact) -> &'static str {
    match impact {
        Impact::DataLoss => "Data loss",
        Impact::WrongData => "Wrong data",
        Impact::UnsafeAccept => "Unsafe accepts",
        Impact::Lifecycle => "Life cycle",
        Impact::WrongError => "Wrong errors",
        Impact::Text => "Texts",
    }
}

/// The figures of one impact. What was found and what was looked at are two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The impact.
    pub impact: Impact,
    /// Ways in which an endpoint diverges that count and have this impact.
    pub counted: usize,
    /// Ways that are reported only.
    pub reported: usize,
    /// Rules whose breach has this impact.
    pub rules: usize,
    /// How many of them some answer bore on.
    pub exercised: usize,
}

/// The figures of a report by impact, worst first.
pub fn tallies(report: &Report) -> [Tally; 6] {
    Impact::ALL.map(|impact| {
        let findings = report.findings.iter().filter(|finding| finding.impact == impact);
        let (counted, reported): (Vec<_>, Vec<_>) = findings.partition(|finding| finding.fails);
        let rules = report
            .rules
            .iter()
            .filter(|(id, _)| catalogue().get(id).is_some_and(|rule| rule.impact == impact));
        let exercised = rules.clone().filter(|(_, verdict)| verdict.is_exercised());
        Tally {
            impact,
            counted: counted.len(),
            reported: reported.len(),
            rules: rules.clone().count(),
            exercised: exercised.count(),
        }
    })
}

/// One rule of a report, with all that was found of it.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The id of the rule.
    pub id: &'a str,
    /// The rule; none if the catalogue of the version that made the report had it and this one has not.
    pub rule: Option<&'static Rule>,
    /// What the run says of it.
    pub verdict: Verdict,
    /// In which ways it is broken.
    pub findings: Vec<&'a Finding>,
}

impl Line<'_> {
    /// Whether it fails a run.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.fails_run())
    }

    /// A few words.
    pub fn title(&self) -> &str {
        self.rule.map_or("a rule of another version", |rule| rule.title.as_str())
    }
}

/// Every rule of a report in reading order; those that this version does not know come last.
pub fn lines(report: &Report) -> Vec<Line<'_>> {
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        findings.entry(&finding.rule).or_default().push(finding);
    }
    let known = catalogue().rules().iter().filter_map(|rule| {
        report.rules.get_key_value(&rule.id).map(|(id, verdict)| (id, verdict, Some(rule)))
    });
    let others = report
        .rules
        .iter()
        .filter(|(id, _)| catalogue().get(id).is_none())
        .map(|(id, verdict)| (id, verdict, None));
    known
        .chain(others)
        .map(|(id, verdict, rule)| Line {
            id,
            rule,
            verdict: *verdict,
            findings: findings.remove(id.as_str()).unwrap_or_default(),
        })
        .collect()
}

/// The longest name of a target, in characters: some versions are told by the target itself.
const NAME: usize = 100;

/// A target with its version, on one line.
pub fn target_name(target: &Target) -> String {
    let name = match &target.version {
        Some(version) => format!("{} {version}", target.name),
        None => target.name.clone(),
    };
    one_line(&name, NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example::clean;

    #[test]
    fn a_target_that_died_before_a_case_was_judged_is_not_called_conforming() {
        let mut died = clean("dead");
        died.summary.cases_completed = 0;
        died.summary.cases_lost = 0;
        assert!(died.summary.exchanges > 0);
        assert_eq!(Answer::of(&died), Answer::Unanswered);
    }
}
