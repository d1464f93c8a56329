//! How long to go on deleting what a run may have left.

use std::time::Duration;

/// The part of the command line that says so.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct ClearUp {
    /// For how many seconds to try again to delete what cannot be deleted yet, as tables that are being
    /// restored: a minute on this machine and an hour elsewhere if left out. Everything is tried once in
    /// any case.
    #[arg(long, value_name = "SECONDS")]
    clear_up: Option<u32>,
}

/// What is usual here, and where a restore takes as long as it does on AWS.
const LOCAL: Duration = Duration::from_secs(60);
const REMOTE: Duration = Duration::from_secs(60 * 60);

impl ClearUp {
    /// The time.
    pub fn patience(self, is_loopback: bool) -> Duration {
        match self.clear_up {
            Some(seconds) => Duration::from_secs(u64::from(seconds)),
            None if is_loopback => LOCAL,
            None => REMOTE,
        }
    }
}
