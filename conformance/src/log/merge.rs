//! The logs of all shares of a run, put together as if it had not been divided.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Because, Case, Done, Header, Log};
use crate::select::Shard;
use crate::shrink::Minimal;

/// Why logs cannot be put together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no log to merge")]
    Nothing,
    /// One is of another run.
    #[error(
        "`{file}` is not of the same run as `{first}`: {what}\nhint: merge the logs of one run, each of another share",
        file = file.display(),
        first = first.display()
    )]
    OtherRun {
        /// The log.
        file: PathBuf,
        /// The one that it is held against.
        first: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// Two are of the same share.
    #[error(
        "`{first}` and `{second}` are both of share {shard}\nhint: give one log for each share",
        first = first.display(),
        second = second.display()
    )]
    Twice {
        /// One of them.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// The share.
        shard: String,
    },
    /// Shares are missing.
    #[error("no log of share {shares}\nhint: give the logs of all shares")]
    Missing {
        /// Which.
        shares: String,
    },
}

impl Header {
    /// In what this differs from the header of another sitting of the same run; none if in nothing.
    pub fn differs_from(&self, other: &Self) -> Option<String> {
        let target = |header: &Self| {
            let version = header.target.version.as_deref().unwrap_or("of unknown version");
            format!("{} {version}", header.target.name)
        };
        let whole =
            |shard: Option<Shard>| shard.map_or("all".to_owned(), |shard| shard.to_string());
        let sides = [
            ("the target is", target(self), target(other)),
            ("the seed is", self.seed.to_string(), other.seed.to_string()),
            ("the depth is", self.depth.as_str().to_owned(), other.depth.as_str().to_owned()),
            (
                "the evidence is",
                self.evidence.as_str().to_owned(),
                other.evidence.as_str().to_owned(),
            ),
            ("the plan is", self.plan.clone(), other.plan.clone()),
            ("the selection is", self.selection.to_string(), other.selection.to_string()),
            ("the share is", whole(self.shard), whole(other.shard)),
            ("the cases are", self.cases.to_string(), other.cases.to_string()),
        ];
        let differs = sides.into_iter().find(|(_, own, others)| own != others);
        if differs.is_none() && self != other {
            return Some("its header differs".to_owned());
        }
        differs.map(|(what, own, others)| format!("{what} `{own}` there, `{others}` here"))
    }

    /// The header of the run that this is a share of.
    fn undivided(&self) -> Self {
        Self { shard: None, cases: self.selected, ..self.clone() }
    }
}

/// Puts the logs of all shares of a run together. One log of an undivided run is its own whole.
///
/// # Errors
/// If they are not all the shares of one run.
pub fn merge(logs: Vec<(PathBuf, Log)>) -> Result<Log, MergeError> {
    let mut logs = logs.into_iter();
    let (first, log) = logs.next().ok_or(MergeError::Nothing)?;
    let header = log.header.undivided();
    let parts = log.header.shard.map_or(1, Shard::of);
    let mut seen: BTreeMap<u32, PathBuf> = BTreeMap::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut minimal: Vec<Minimal> = Vec::new();
    let mut because = Because::Finished;
    for (file, log) in std::iter::once((first.clone(), log)).chain(logs) {
        let other = |what| MergeError::OtherRun { file: file.clone(), first: first.clone(), what };
        if let Some(what) = log.header.undivided().differs_from(&header) {
            return Err(other(what));
        }
        let of = log.header.shard.map_or(1, Shard::of);
        if of != parts {
            return Err(other(format!("it is one of {of} shares there, of {parts} here")));
        }
        let index = log.header.shard.map_or(1, Shard::index);
        if let Some(twin) = seen.insert(index, file.clone()) {
            let shard = format!("{index}/{parts}");
            return Err(MergeError::Twice { first: twin, second: file, shard });
        }
        because = because.max(log.done.map_or(Because::Finished, |done| done.because));
        cases.extend(log.cases);
        minimal.extend(log.minimal);
    }
    let missing: Vec<String> = (1..=parts)
        .filter(|index| !seen.contains_key(index))
        .take(5)
        .map(|index| format!("{index}/{parts}"))
        .collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { shares: missing.join(", ") });
    }
    cases.sort_by_key(|case| case.number);
    let done = Done { cases: cases.len(), because };
    // Each share has looked for its own; the smallest of each finding is the one to show.
    minimal.sort_by_cached_key(Minimal::rank);
    let mut seen = BTreeSet::new();
    minimal.retain(|minimal| seen.insert((minimal.rule.clone(), minimal.kind.as_str())));
    Ok(Log { header, cases, minimal, done: Some(done), whole_bytes: 0 })
}
