//! `reinstate replay`: dispatch only, by what is to be judged again.

use std::path::{Path, PathBuf};

use reinstate::record::is_recording;

use super::again::{self, Case};
use super::exit::{Exit, Failure};
use super::gate::GateArguments;
use super::outputs::Outputs;
use super::recording;
use super::safety::SafetyArguments;
use super::serve::FaultArgument;
use super::subject::Subjects;

/// What to judge again.
#[derive(clap::Args)]
pub struct Arguments {
    /// A recording that `reinstate check --record` wrote, a file with a case as JSON, or, with
    /// `--report`, the id of a case in it.
    #[arg(value_name = "RECORDING|FILE|CASE")]
    what: String,
    /// The report that `reinstate check --json` wrote and that has the case. Without a target, the case
    /// is run against what the report is about.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    subjects: Subjects,
    #[command(flatten)]
    fault: FaultArgument,
    #[command(flatten)]
    safety: SafetyArguments,
    #[command(flatten)]
    gate: GateArguments,
    #[command(flatten)]
    outputs: Outputs,
}

/// Judges it again.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let what = &arguments.what;
    let file = Path::new(what);
    if arguments.report.is_none() && is_recording(file) {
        if !arguments.subjects.is_empty() || arguments.fault.fault.is_some() {
            return Err(Failure::usage(format!(
                "`{what}` is a recording, which is judged without an endpoint\nhint: leave the target out"
            )));
        }
        return recording::judge(file, &arguments.gate, &arguments.outputs).await;
    }
    let case = match &arguments.report {
        Some(report) => Case::of_report(report, what)?,
        None if file.exists() => Case::of_file(file)?,
        None => {
            return Err(Failure::usage(format!(
                "there is no file `{what}`\nhint: a case by its id needs the report: `reinstate replay {what} --report FILE`"
            )));
        }
    };
    let Arguments { subjects, fault, safety, gate, outputs, .. } = arguments;
    let subjects = case.subjects(&subjects, fault)?;
    again::run(case, &subjects, safety, &gate, &outputs).await
}
