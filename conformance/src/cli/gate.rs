//! What fails a run: waivers and a baseline take from it what is known.

use std::path::{Path, PathBuf};

use reinstate::compare::{self, Comparison};
use reinstate::report::{Report, json};
use reinstate::waiver::{self, Waivers};
use time::{Date, OffsetDateTime};

use super::exit::{Exit, Failure};
use super::out::say;

/// What is known beforehand.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "What fails a run")]
pub struct GateArguments {
    /// Differences that are put up with [default: reinstate.toml, if there is one here].
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Put up with nothing, whatever the file says.
    #[arg(long, conflicts_with = "waivers")]
    no_waivers: bool,
    /// Fail only on what is worse than in this report, which `--json` wrote.
    #[arg(long, value_name = "REPORT")]
    baseline: Option<PathBuf>,
}

/// The same, read.
pub struct Gate {
    waivers: Waivers,
    /// The file of the waivers, for messages.
    file: PathBuf,
    baseline: Option<Vec<Report>>,
}

impl GateArguments {
    /// Reads the files, so that what is wrong with them is told before the run.
    pub fn read(&self) -> Result<Gate, Failure> {
        let named = self.waivers.clone();
        let file = named.clone().unwrap_or_else(|| waiver::FILE.into());
        let is_read = named.is_some() || (!self.no_waivers && file.exists());
        let waivers = if is_read { waivers(&file)? } else { Waivers::default() };
        let baseline = self.baseline.as_deref().map(reports).transpose()?;
        Ok(Gate { waivers, file, baseline })
    }
}

impl Gate {
    /// Marks in a report what is waived.
    pub fn apply(&self, report: &mut Report) {
        waiver::apply(&self.waivers, report, today());
    }

    /// Whether a report that was judged to its end passes; prints how it compares with the baseline.
    pub fn judge(&self, report: &Report) -> Exit {
        let worse = self.baseline.as_deref().map(|baseline| worse(baseline, report));
        match worse {
            Some(true) => Exit::Worse,
            None if !report.passes() => Exit::Diverges,
            _ if !report.stale_waivers.is_empty() => {
                eprintln!("error: `{}` is no longer true, see above", self.file.display());
                Exit::Waiver
            }
            _ => Exit::Conforms,
        }
    }
}

/// Whether a report is worse than the one of the same target in the baseline. Without one, whatever
/// fails a run is new.
fn worse(baseline: &[Report], report: &Report) -> bool {
    match compare::pairs(baseline, std::slice::from_ref(report)).0.first() {
        Some((old, new)) => {
            let comparison = Comparison::of(old, new);
            say(&compare::terminal::render(&comparison));
            comparison.worse().next().is_some()
        }
        None => {
            eprintln!("warning: the baseline has no report of {}", report.target.name);
            !report.passes()
        }
    }
}

/// Reads a file of waivers.
pub fn waivers(file: &Path) -> Result<Waivers, Failure> {
    let text = read(file)?;
    Waivers::parse(&text).map_err(|error| in_file(file, error))
}

/// Reads the reports of a file.
pub fn reports(file: &Path) -> Result<Vec<Report>, Failure> {
    json::read(&read(file)?).map_err(|error| in_file(file, error))
}

/// Reads a file as a text.
pub fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("`{}` cannot be read: {error}", file.display())))
}

/// An error about what a file says.
pub fn in_file(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("`{}`: {error}", file.display()))
}

/// The day by which waivers expire.
pub fn today() -> Date {
    OffsetDateTime::now_utc().date()
}
