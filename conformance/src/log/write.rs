//! Writing a log, a whole line at a time.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{Case, Done, Header, Line, Log};
use crate::shrink::Minimal;

/// Is told of each case when it has ended, from whichever task ran it.
pub trait Sink: Send + Sync + 'static {
    /// A case has ended. An error ends the run: what cannot be kept need not be tried.
    fn ended(&self, case: &Case) -> io::Result<()>;
}

/// Keeps nothing.
impl Sink for () {
    fn ended(&self, _: &Case) -> io::Result<()> {
        Ok(())
    }
}

/// A log that is being written.
#[derive(Debug)]
pub struct LogWriter {
    file: Mutex<File>,
}

impl LogWriter {
    /// Begins a log; one that is there already is replaced.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, header: &Header) -> io::Result<Self> {
        let writer = Self { file: Mutex::new(File::create(path)?) };
        writer.line(&Line::Header(header.clone()))?;
        Ok(writer)
    }

    /// Goes on with a log that was read; what is left of a line that was cut off is removed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn resume(path: &Path, log: &Log) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).open(path)?;
        file.set_len(log.whole_bytes)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// The smallest case that shows a finding.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn minimal(&self, minimal: &Minimal) -> io::Result<()> {
        self.line(&Line::Minimal(Box::new(minimal.clone())))
    }

    /// The run has ended.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn done(&self, done: Done) -> io::Result<()> {
        self.line(&Line::Done(done))?;
        self.file.lock().unwrap_or_else(PoisonError::into_inner).sync_all()
    }

    /// Hands a line to the system as a whole: it outlives the process from then on.
    fn line(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())
    }
}

impl Sink for LogWriter {
    fn ended(&self, case: &Case) -> io::Result<()> {
        self.line(&Line::Case(Box::new(case.clone())))
    }
}
