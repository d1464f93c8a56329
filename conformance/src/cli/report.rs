//! `reinstate report`: views of reports that were saved as JSON.

use std::path::PathBuf;

use reinstate::report::{self, Report};

use super::exit::{Exit, Failure};
use super::gate::reports as read;
use super::out::say;
use super::outputs::Outputs;

/// What to make views of.
#[derive(clap::Args)]
pub struct Arguments {
    /// Reports that `reinstate check --json` wrote; several become one view.
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
}

/// Writes the views that were asked for, or prints the reports if none was. Whether a target
/// conforms was said by the run itself, so it does not decide the exit code here.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.outputs.check()?;
    let mut reports: Vec<Report> = Vec::new();
    for file in &arguments.reports {
        reports.extend(read(file)?);
    }
    if arguments.outputs.is_empty() {
        for report in &reports {
            say(&report::terminal::render(report));
        }
    }
    arguments.outputs.write(&reports)?;
    Ok(Exit::Conforms)
}
