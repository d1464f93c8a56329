//! How much `reinstate check` spends on making the cases of findings smaller.

use std::time::Duration;

use reinstate::shrink::Limits;

use super::part::Place;

/// Shrinking, as asked for on the command line.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Minimal cases")]
pub struct ShrinkArguments {
    /// How long to make the cases of findings smaller, in seconds; 0 leaves them as they were found.
    /// If left out, 10 seconds; for the embedded reference only the number of attempts is bounded, and
    /// on an endpoint that is not on this machine, and with `--record`, nothing is spent on it.
    #[arg(long, value_name = "SECONDS")]
    shrink: Option<u64>,
}

/// A bound that is there to end what hangs, not to be reached.
const LONG: Duration = Duration::from_secs(900);

impl ShrinkArguments {
    /// The limits for a target that is reached like this; none if nothing is to be made smaller.
    pub fn limits(&self, at: &Place) -> Option<Limits> {
        let time = match self.shrink {
            Some(0) => return None,
            Some(seconds) => Duration::from_secs(seconds),
            None if at.is_elsewhere => return None,
            // The same report whatever else the machine does.
            None if at.by_hand => LONG,
            None => Limits::default().time,
        };
        Some(Limits { time, ..Limits::default() })
    }
}
