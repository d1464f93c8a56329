//! Reading a log, also one that was cut off in the middle of a line.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Because, Case, Done, Header, Line, SCHEMA};
use crate::drive::{CaseRun, End};
use crate::scenario::Scenario;
use crate::shrink::Minimal;

/// A log that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What the run is.
    pub header: Header,
    /// The cases that ended, in the order of the plan.
    pub cases: Vec<Case>,
    /// The smallest cases that show its findings, worst first.
    pub minimal: Vec<Minimal>,
    /// How the run ended; none if it was killed.
    pub done: Option<Done>,
    /// The length of all whole lines up to the last case; what follows is written again.
    pub whole_bytes: u64,
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be read.
    #[error("the log `{file}` cannot be read: {reason}", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A line is not what it has to be.
    #[error("`{file}`, line {line}: {reason}\nhint: give a file that `reinstate check --log` wrote", file = file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The log comes from another version, whose rules and plan are others.
    #[error(
        "the log `{file}` was written by Reinstate {version}, this is {own}\nhint: read it with the version that wrote it, or run again",
        file = file.display(),
        own = env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The file.
        file: PathBuf,
        /// The version that wrote it.
        version: String,
    },
}

impl Log {
    /// Reads a log from a file.
    ///
    /// # Errors
    /// The error names the file, the line and what is wrong with it.
    pub fn read(file: &Path) -> Result<Self, LogError> {
        let bytes = std::fs::read(file)
            .map_err(|reason| LogError::Unreadable { file: file.to_owned(), reason })?;
        Self::parse(file, &bytes)
    }

    /// Reads a log from its bytes; `file` is for the errors. What follows the last line end was cut
    /// off and is passed over.
    pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Self, LogError> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate();
        let wrong = |line: usize, reason: String| LogError::Wrong {
            file: file.to_owned(),
            line: line + 1,
            reason,
        };
        let (_, first) =
            lines.next().ok_or_else(|| wrong(0, "the log has no whole line".to_owned()))?;
        let header = header(file, first)?;
        let whole_bytes = first.len() as u64;
        let mut log = Self { header, cases: vec![], minimal: vec![], done: None, whole_bytes };
        let mut cases = BTreeMap::new();
        for (number, text) in lines {
            if log.done.is_some() {
                return Err(wrong(number, "the run has ended before this line".to_owned()));
            }
            let line = serde_json::from_slice(text);
            match line.map_err(|error| wrong(number, error.to_string()))? {
                Line::Header(_) => return Err(wrong(number, "a second header".to_owned())),
                Line::Done(done) => log.done = Some(done),
                Line::Minimal(minimal) => log.minimal.push(*minimal),
                Line::Case(_) if !log.minimal.is_empty() => {
                    return Err(wrong(number, "a case after those of the findings".to_owned()));
                }
                Line::Case(case) => {
                    let of = case.number;
                    // A run that was resumed has tried again what got no answer before.
                    let before = cases.insert(of, *case);
                    if before.is_some_and(|case| !matches!(case.run.end, End::NoAnswer(_))) {
                        return Err(wrong(number, format!("case {of} ended twice")));
                    }
                    log.whole_bytes += text.len() as u64;
                }
            }
        }
        log.cases = cases.into_values().collect();
        Ok(log)
    }

    /// The cases as reports take them, without what is not judged.
    pub fn into_runs(self) -> Vec<(Arc<Scenario>, CaseRun)> {
        let mut runs: Vec<_> = self.cases.into_iter().map(Case::into_run).collect();
        for (_, run) in &mut runs {
            self.header.selection.strip(run);
        }
        runs
    }

    /// Notes that the endpoint was gone at the end.
    pub fn died(&mut self) {
        self.done = Some(Done { cases: self.cases.len(), because: Because::Unreachable });
    }

    /// Why no further case was begun. A log without an end is of a run that was killed.
    pub fn because(&self) -> Because {
        self.done.map_or(Because::Finished, |done| done.because)
    }
}

/// Reads the first line. Its version is looked at before its content: another version's may differ.
fn header(file: &Path, text: &[u8]) -> Result<Header, LogError> {
    let wrong = |reason: String| LogError::Wrong { file: file.to_owned(), line: 1, reason };
    let value: serde_json::Value =
        serde_json::from_slice(text).map_err(|error| wrong(format!("no JSON: {error}")))?;
    let of = |name: &str| value["header"][name].as_str().unwrap_or_default().to_owned();
    if of("schema") != SCHEMA {
        return Err(wrong(format!("no header of a `{SCHEMA}`")));
    }
    if of("version") != env!("CARGO_PKG_VERSION") {
        return Err(LogError::OtherVersion { file: file.to_owned(), version: of("version") });
    }
    match serde_json::from_value(value).map_err(|error| wrong(error.to_string()))? {
        Line::Header(header) => Ok(header),
        Line::Case(_) | Line::Minimal(_) | Line::Done(_) => Err(wrong("no header".to_owned())),
    }
}
