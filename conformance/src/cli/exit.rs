//! Exit codes, and failures that are not a verdict.

use std::process::ExitCode;

use reinstate::log::Because;
use reinstate::report::Report;

use super::gate::Gate;

/// Shown below the help.
pub const HELP: &str = "\
Exit codes:
    0  conforms
    1  diverges
    2  wrong usage
    3  a waiver has expired, or is no longer true
    4  nothing to judge: the target has no backups
    5  the target is unreachable, cannot be installed or started, or died
    6  worse than the baseline
    7  out of budget, or too much is indeterminate
    8  resources left behind on an endpoint that is not ours
  130  interrupted; a partial report was written
Of several targets the worst one's is taken, in the order 130, 2, 5, 1, 6, 3, 7, 8, 0; 4 only if it is that of all.";

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing that counts diverges.
    Conforms = 0,
    /// Something that counts diverges.
    Diverges = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A waiver is no longer true.
    Waiver = 3,
    /// There was nothing to judge.
    Nothing = 4,
    /// The target could not be asked.
    Unreachable = 5,
    /// Something that counts is worse than in the baseline.
    Worse = 6,
    /// Too many cases did not come to an end, or were not begun.
    Indeterminate = 7,
    /// Something could not be deleted.
    LeftBehind = 8,
    /// Somebody interrupted the run.
    Interrupted = 130,
}

impl Exit {
    /// Worst first. What could not be asked comes before what was found, since it hides findings.
    const ORDER: [Self; 9] = [
        Self::Interrupted,
        Self::Usage,
        Self::Unreachable,
        Self::Diverges,
        Self::Worse,
        Self::Waiver,
        Self::Indeterminate,
        Self::LeftBehind,
        Self::Conforms,
    ];

    /// That of several targets: the worst. One without backups scores nothing, so it counts only if
    /// there is no other.
    pub fn of_several(exits: &[Self]) -> Self {
        Self::ORDER.into_iter().find(|exit| exits.contains(exit)).unwrap_or(Self::Nothing)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Cases that did not come to an end, in percent of all, above which nothing is said.
const INDETERMINATE_PERCENT: usize = 20;

/// How the program ends after a run of so many cases that began no further one for a reason.
pub fn exit_of(report: &Report, because: Because, cases: usize, gate: &Gate) -> Exit {
    let summary = &report.summary;
    if because == Because::Interrupted {
        Exit::Interrupted
    } else if report.is_unsupported() {
        // That it died too is told, but there was nothing to judge anyway.
        Exit::Nothing
    } else if because == Because::Unreachable
        || (because != Because::Throttled && summary.exchanges == 0 && cases > 0)
    {
        Exit::Unreachable
    } else {
        let exit = gate.judge(report);
        let without_end = summary.cases_indeterminate + summary.cases_unanswered;
        let open =
            summary.cases < cases || without_end * 100 > summary.cases * INDETERMINATE_PERCENT;
        if exit == Exit::Conforms && open { Exit::Indeterminate } else { exit }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_targets_the_worst_counts_and_one_without_backups_does_not() {
        use Exit::*;
        for (exits, expected) in [
            (&[Conforms, Diverges, Nothing][..], Diverges),
            (&[Diverges, Unreachable], Unreachable),
            (&[Unreachable, Interrupted], Interrupted),
            (&[Conforms, Nothing], Conforms),
            (&[Nothing, Nothing], Nothing),
            (&[Conforms, Indeterminate], Indeterminate),
            (&[Waiver, Diverges], Diverges),
            (&[Waiver, Worse, Conforms], Worse),
        ] {
            assert_eq!(Exit::of_several(exits), expected, "{exits:?}");
        }
    }
}
