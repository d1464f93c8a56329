//! One case run again, for `reinstate replay`: from a file, or by its id in a report.

use std::path::Path;

use reinstate::drive::End;
use reinstate::finding::Finding;
use reinstate::plan::{Depth, Plan};
use reinstate::replay;
use reinstate::report::Report;
use reinstate::run::Stop;
use reinstate::scenario::Scenario;
use reinstate_model::rules::Evidence;

use super::exit::{Exit, Failure, exit_of};
use super::gate::{self, GateArguments};
use super::out::say;
use super::outputs::Outputs;
use super::part::{Asked, PartArguments};
use super::safety::{SafetyArguments, exit_after};
use super::serve::FaultArgument;
use super::subject::{Subject, Subjects};

/// A case to run again, and what it showed, if it is from a report.
pub struct Case {
    scenario: Scenario,
    finding: Option<Finding>,
    report: Option<Report>,
}

impl Case {
    /// The case of a finding.
    pub fn of_report(file: &Path, id: &str) -> Result<Self, Failure> {
        for report in gate::reports(file)? {
            let finding = report.findings.iter().find(|finding| finding.case == id).cloned();
            if let Some(finding) = finding {
                let scenario = finding.scenario.clone();
                return Ok(Self { scenario, finding: Some(finding), report: Some(report) });
            }
        }
        Err(Failure::usage(format!(
            "no finding in `{}` has the case `{id}`\nhint: its `findings[].case` are the ids",
            file.display()
        )))
    }

    /// The case that a file holds.
    pub fn of_file(file: &Path) -> Result<Self, Failure> {
        let scenario = serde_json::from_str(&gate::read(file)?).map_err(|error| {
            Failure::usage(format!(
                "`{}` is no recording and no case: {error}\nhint: a case is a JSON object with `title` and `actions`, such as `findings[].scenario` of a report",
                file.display()
            ))
        })?;
        Ok(Self { scenario, finding: None, report: None })
    }

    /// What to run it against: what was asked for, or what the report is about.
    pub fn subjects(
        &self,
        asked: &Subjects,
        fault: FaultArgument,
    ) -> Result<Vec<Subject>, Failure> {
        match &self.report {
            Some(report) if asked.is_empty() && fault.fault.is_none() => {
                Ok(vec![Subject::of(&report.target)?])
            }
            _ => asked.resolve(fault.fault),
        }
    }
}

/// Runs a case and tells every request, answer and difference.
pub async fn run(
    case: Case,
    subjects: &[Subject],
    safety: SafetyArguments,
    gate: &GateArguments,
    outputs: &Outputs,
) -> Result<Exit, Failure> {
    outputs.check()?;
    let gate = gate.read()?;
    let Case { scenario, finding, report } = case;
    let evidence = report.map_or(Evidence::Both, |report| report.evidence);
    let plan = Plan { seed: 0, scenarios: vec![scenario.into()] };
    let asked = Asked::new(PartArguments::default(), safety, plan, Depth::Default, evidence).await;
    let mut exits = Vec::new();
    let mut reports = Vec::new();
    for subject in subjects {
        let (log, swept) = subject.run(&asked, &Stop::default()).await?;
        let (header, because) = (log.header.clone(), log.because());
        let runs = log.into_runs();
        let Some((scenario, ran)) = runs.first() else {
            return Err(Failure::unreachable(format!("{} was given up", subject.name())));
        };
        say(&format!("{}, {}", subject.name(), replay::render(scenario, ran)));
        let mut report = Report::new(&header, because, &runs);
        gate.apply(&mut report);
        let exit = match &finding {
            Some(wanted) => shows(wanted, &report, &ran.end),
            None => exit_of(&report, because, header.cases, &gate),
        };
        exits.push(exit_after(&swept, exit));
        reports.push(report);
    }
    outputs.write(&reports)?;
    Ok(Exit::of_several(&exits))
}

/// Says whether a finding is there again.
fn shows(wanted: &Finding, report: &Report, end: &End) -> Exit {
    let again = report.findings.iter().any(|found| found.identity() == wanted.identity());
    let (says, exit) = match end {
        _ if again => ("shows again", Exit::Diverges),
        End::Completed | End::Lost => ("does not show any more", Exit::Conforms),
        End::NoAnswer(_) => ("cannot be told", Exit::Unreachable),
        End::Unsupported(_) => ("cannot be told", Exit::Nothing),
        End::Indeterminate(_) => ("cannot be told", Exit::Indeterminate),
    };
    say(&format!("{} {} {says}\n", wanted.rule, wanted.kind));
    exit
}
