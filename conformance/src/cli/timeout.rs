//! How long to wait for an answer.

use std::num::NonZero;
use std::time::Duration;

/// The part of the command line that says so.
#[derive(Clone, Copy, clap::Args)]
pub struct Timeout {
    /// How many seconds an answer may take, and how long a request is repeated at most that is refused
    /// for the moment only.
    #[arg(long, value_name = "SECONDS", default_value_t = Timeout::default().timeout)]
    timeout: NonZero<u32>,
}

impl Default for Timeout {
    fn default() -> Self {
        Self { timeout: NonZero::new(20).expect("20 is not 0") }
    }
}

impl Timeout {
    /// The time.
    pub fn time(self) -> Duration {
        Duration::from_secs(u64::from(self.timeout.get()))
    }
}
