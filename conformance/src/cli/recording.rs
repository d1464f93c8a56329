//! Judging a recording again, for `reinstate replay`.

use std::path::Path;

use reinstate::record::Recording;

use super::check::tell;
use super::exit::{Exit, Failure};
use super::gate::GateArguments;
use super::outputs::Outputs;

/// Judges every case of a recording again, without its endpoint, and reports as the run did.
pub async fn judge(file: &Path, gate: &GateArguments, outputs: &Outputs) -> Result<Exit, Failure> {
    outputs.check()?;
    let gate = gate.read()?;
    let log = Recording::read(file).map_err(Failure::usage)?.judge().await;
    let (report, exit) = tell(log, &gate);
    outputs.write(std::slice::from_ref(&report))?;
    Ok(exit)
}
