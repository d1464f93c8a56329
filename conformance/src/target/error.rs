//! Why a target is not there.
//!
//! Whatever a tool or a target itself said goes to a log file; the error names that file and shows
//! its last lines, because they nearly always hold the reason.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::nearest::hint;

/// How much of a log an error shows.
const SHOWN_LINES: usize = 10;

/// How much of a log is read for that.
const READ_BYTES: u64 = 8 * 1024;

/// Why a target could not be found, installed, started or reset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// No target of that name comes with the suite.
    #[error("there is no target `{name}`\nhint: {hint}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The nearest name, if any is near, and all of them.
        hint: String,
    },
    /// A file is not the definition of a target.
    #[error("the target's definition `{origin}` is wrong: {reason}")]
    Definition {
        /// Where the text is from.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file that is to define a target cannot be read.
    #[error(
        "the target's definition `{path}` cannot be read: {reason}\nhint: give the path of a TOML file; fixtures/targets/README.md says what is in it"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// A target is known, but not that version of it.
    #[error("`{name}` has no version `{version}` here\nhint: there are `{versions}`")]
    NoVersion {
        /// The target.
        name: String,
        /// The version that was asked for.
        version: String,
        /// Those that there are.
        versions: String,
    },
    /// This machine lacks a tool.
    #[error("`{name}` cannot run here: {reason}")]
    CannotRun {
        /// The target.
        name: String,
        /// What is missing, with the remedy.
        reason: String,
    },
    /// No folder for installed targets is known.
    #[error("there is no cache folder\nhint: set `REINSTATE_CACHE` to a folder to install into")]
    NoCache,
    /// The cache folder cannot be used.
    #[error(
        "`{path}` cannot be used: {reason}\nhint: set `REINSTATE_CACHE` to a folder that is yours"
    )]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// A tool failed while it installed the target.
    #[error("{step} failed for `{name}`: {reason}{tail}\nhint: the whole output is in `{log}`")]
    Install {
        /// The target.
        name: String,
        /// What was being done.
        step: String,
        /// How it ended.
        reason: String,
        /// The output.
        log: PathBuf,
        /// The last lines of it.
        tail: Tail,
    },
    /// The target did not come up, or is no longer there.
    #[error("`{name}` {reason}{tail}\nhint: its whole output is in `{log}`")]
    Start {
        /// The target.
        name: String,
        /// What happened.
        reason: String,
        /// Its output.
        log: PathBuf,
        /// The last lines of it.
        tail: Tail,
    },
    /// The target could not be emptied.
    #[error("`{name}` cannot be reset: {reason}")]
    Reset {
        /// The target.
        name: String,
        /// What happened.
        reason: String,
    },
}

impl TargetError {
    pub(super) fn unknown(name: &str, all: &[&str]) -> Self {
        let list: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
        let list = format!("the targets are {}", list.join(", "));
        Self::Unknown { name: name.to_owned(), hint: hint(name, all.iter().copied(), &list) }
    }

    pub(super) fn cache(path: &Path, reason: impl ToString) -> Self {
        Self::Cache { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// The last lines of a log, indented, each on its own line; nothing for an empty log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail(String);

impl Tail {
    pub(super) fn of(log: &Path) -> Self {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = std::fs::File::open(log)?;
            let length = file.seek(SeekFrom::End(0))?;
            file.seek(SeekFrom::Start(length.saturating_sub(READ_BYTES)))?;
            let mut bytes = Vec::new();
            file.take(READ_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        // A log that cannot be read must not hide the failure that it is about.
        let bytes = read().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
        Self(shown.iter().map(|line| format!("\n  {line}")).collect())
    }
}

impl std::fmt::Display for Tail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_missing_log_is_empty() {
        assert_eq!(Tail::of(Path::new("/no/such/log")), Tail::default());
    }
}
