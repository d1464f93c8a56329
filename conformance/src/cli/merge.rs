//! `reinstate merge`: the logs of all shares of a run become the report of the whole.

use std::path::PathBuf;

use reinstate::log::{self, Log};

use super::check::tell;
use super::exit::{Exit, Failure};
use super::gate::GateArguments;
use super::outputs::Outputs;

/// What to put together.
#[derive(clap::Args)]
pub struct Arguments {
    /// Logs that `reinstate check --log` wrote, one of each share of a run; or that of a whole run.
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    gate: GateArguments,
    #[command(flatten)]
    outputs: Outputs,
}

/// Prints and writes the report that the undivided run would have made, and ends like it.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.outputs.check()?;
    let gate = arguments.gate.read()?;
    let mut logs = Vec::new();
    for file in &arguments.logs {
        logs.push((file.clone(), Log::read(file).map_err(Failure::usage)?));
    }
    let log = log::merge(logs).map_err(Failure::usage)?;
    let (report, exit) = tell(log, &gate);
    arguments.outputs.write(std::slice::from_ref(&report))?;
    Ok(exit)
}
