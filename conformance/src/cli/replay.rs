//! `reinstate replay`: dispatch only, by what is to be judged again.

use std::path::PathBuf;

use reinstate::record::is_recording;

use super::exit::{Exit, Failure};
use super::gate::GateArguments;
use super::outputs::Outputs;
use super::recording;

/// What to judge again.
#[derive(clap::Args)]
pub struct Arguments {
    /// A recording that `reinstate check --record` wrote.
    #[arg(value_name = "RECORDING")]
    file: PathBuf,
    #[command(flatten)]
    gate: GateArguments,
    #[command(flatten)]
    outputs: Outputs,
}

/// Judges it again.
pub async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = &arguments.file;
    if file.is_file() && !is_recording(file) {
        return Err(Failure::usage(format!(
            "`{}` is no recording\nhint: give a file that `reinstate check --record` wrote",
            file.display()
        )));
    }
    recording::judge(file, &arguments.gate, &arguments.outputs).await
}
