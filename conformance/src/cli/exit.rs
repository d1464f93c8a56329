//! Exit codes, and failures that are not a verdict.

use std::process::ExitCode;

/// Shown below the help.
pub const HELP: &str = "\
Exit codes:
    0  conforms
    1  diverges
    2  wrong usage
    4  nothing to judge: the target has no backups
    5  the target is unreachable, cannot be installed or started, or died
    7  too much is indeterminate
  130  interrupted; a partial report was written";

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing that counts diverges.
    Conforms = 0,
    /// Something that counts diverges.
    Diverges = 1,
    /// The command line is wrong.
    Usage = 2,
    /// There was nothing to judge.
    Nothing = 4,
    /// The target could not be asked.
    Unreachable = 5,
    /// Too many cases did not come to an end.
    Indeterminate = 7,
    /// Somebody interrupted the run.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why the program could not do what it was asked.
#[derive(Debug)]
pub struct Failure {
    /// How it ends.
    pub exit: Exit,
    /// What to tell; the hint is on a line of its own.
    pub message: String,
}

impl Failure {
    /// A wrong command line.
    pub fn usage(message: impl ToString) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// A target that cannot be asked.
    pub fn unreachable(message: impl ToString) -> Self {
        Self { exit: Exit::Unreachable, message: message.to_string() }
    }
}
