//! What a run may leave behind, written down before it exists.
//!
//! One JSON value on each line: first whose run it is, then each table and backup before the request
//! that may make it is sent. A line is synced to the disk first, so that whatever stops the run, also
//! the machine's, all that exists is listed. Only what is listed is ever deleted ([`crate::sweep`]).

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// The version of the journal's form.
pub const SCHEMA: &str = "reinstate-journal/1";

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// The first line.
    Run(Run),
    /// A table that may be made.
    Table(String),
    /// A backup that may be made.
    Backup(Backup),
}

/// Whose journal it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of Reinstate.
    pub version: String,
    /// How the names of all tables begin that no other run makes.
    pub prefix: String,
    /// The URL of the endpoint.
    pub endpoint: String,
    /// The Region.
    pub region: String,
}

impl Run {
    /// The run of an id against an endpoint.
    pub fn new(run_id: &str, endpoint: String, region: &str) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            prefix: crate::names::prefix(run_id),
            endpoint,
            region: region.to_owned(),
        }
    }
}

impl Run {
    /// Whether a name is one that no other run makes.
    pub fn is_unique(&self, table: &str) -> bool {
        table.starts_with(&self.prefix)
    }
}

/// A backup, as it is known before it has an ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Backup {
    /// The name of its table.
    pub table: String,
    /// Its own.
    pub name: String,
}

/// All that a run may have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Whose they are.
    pub run: Run,
    /// Tables.
    pub tables: BTreeSet<String>,
    /// Backups.
    pub backups: BTreeSet<Backup>,
}

impl Claims {
    /// Whether a name is one that no other run makes.
    pub fn is_unique(&self, table: &str) -> bool {
        self.run.is_unique(table)
    }

    /// Whether a backup of a listed table is the run's: it is listed, or its table was never anybody
    /// else's.
    pub fn owns_backup(&self, table: &str, name: &str) -> bool {
        self.tables.contains(table)
            && (self.is_unique(table)
                || self
                    .backups
                    .contains(&Backup { table: table.to_owned(), name: name.to_owned() }))
    }
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    run: Run,
    inner: Mutex<(File, Claims)>,
}

impl Journal {
    /// Begins a journal, and keeps others from sweeping it as long as it is written.
    ///
    /// # Errors
    /// If the file is there already, or cannot be written.
    pub fn create(path: &Path, run: Run) -> Result<Self, JournalError> {
        let fail = |reason| JournalError::Unwritable { file: path.to_owned(), reason };
        let mut file = OpenOptions::new().append(true).create_new(true).open(path).map_err(
            |error| match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    JournalError::ThereAlready { file: path.to_owned() }
                }
                _ => fail(error),
            },
        )?;
        lock(&file, path)?;
        write(&mut file, &Line::Run(run.clone())).map_err(fail)?;
        // A file that was synced is still lost if its folder was not.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(fail)?;
        let claims = Claims { run: run.clone(), tables: BTreeSet::new(), backups: BTreeSet::new() };
        Ok(Self { path: path.to_owned(), run, inner: Mutex::new((file, claims)) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose it is.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Whether a table is listed.
    pub fn lists(&self, table: &str) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.1.tables.contains(table)
    }

    /// Lists a table; only then may it be made.
    ///
    /// # Errors
    /// If that cannot be written down.
    pub fn table(&self, name: &str) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, claims) = &mut *inner;
        if claims.tables.contains(name) {
            return Ok(());
        }
        write(file, &Line::Table(name.to_owned()))?;
        claims.tables.insert(name.to_owned());
        Ok(())
    }

    /// Lists a backup; only then may it be made.
    ///
    /// # Errors
    /// If that cannot be written down.
    pub fn backup(&self, table: &str, name: &str) -> io::Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, claims) = &mut *inner;
        let backup = Backup { table: table.to_owned(), name: name.to_owned() };
        if claims.backups.contains(&backup) {
            return Ok(());
        }
        write(file, &Line::Backup(backup.clone()))?;
        claims.backups.insert(backup);
        Ok(())
    }

    /// What is listed so far.
    pub fn claims(&self) -> Claims {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

fn write(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn lock(file: &File, path: &Path) -> Result<(), JournalError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => JournalError::Running { file: path.to_owned() },
        TryLockError::Error(reason) => JournalError::Unreadable { file: path.to_owned(), reason },
    })
}

/// Reads the journal of a run that has ended, however it did. The file is returned so that nobody
/// else reads it meanwhile.
///
/// # Errors
/// If it cannot be read, is none, or its run is still going on.
pub fn read(path: &Path) -> Result<(Claims, File), JournalError> {
    let unreadable = |reason| JournalError::Unreadable { file: path.to_owned(), reason };
    let file = File::open(path).map_err(unreadable)?;
    lock(&file, path)?;
    let text = io::read_to_string(&file).map_err(unreadable)?;
    Ok((parse(path, &text)?, file))
}

fn parse(path: &Path, text: &str) -> Result<Claims, JournalError> {
    let wrong = |line: usize, reason: String| JournalError::Wrong {
        file: path.to_owned(),
        line: line + 1,
        reason,
    };
    // What follows the last line end was cut off before it was synced, so nothing was made for it.
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let mut lines = whole.lines().enumerate();
    let first = lines.next().map(|(_, line)| serde_json::from_str(line));
    let run = match first {
        Some(Ok(Line::Run(run))) if run.schema == SCHEMA => run,
        _ => return Err(wrong(0, format!("no first line of a `{SCHEMA}`"))),
    };
    if run.prefix.len() < crate::names::prefix("").len() + 1 {
        return Err(wrong(0, "a prefix that is not unique to a run".to_owned()));
    }
    let mut claims = Claims { run, tables: BTreeSet::new(), backups: BTreeSet::new() };
    for (number, line) in lines {
        match serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))? {
            Line::Run(_) => return Err(wrong(number, "a second first line".to_owned())),
            Line::Table(name) => {
                claims.tables.insert(name);
            }
            Line::Backup(backup) => {
                claims.backups.insert(backup);
            }
        }
    }
    Ok(claims)
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read.
    #[error("the journal `{file}` cannot be read: {reason}", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// It cannot be written, so nothing may be made.
    #[error("the journal `{file}` cannot be written: {reason}\nhint: give another place with `--journal`", file = file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another run's would be lost.
    #[error("the journal `{file}` is there already\nhint: `reinstate sweep` it, then remove it", file = file.display())]
    ThereAlready {
        /// The file.
        file: PathBuf,
    },
    /// Its run is going on.
    #[error("the run of the journal `{file}` is still going on\nhint: sweep when it has ended", file = file.display())]
    Running {
        /// The file.
        file: PathBuf,
    },
    /// A line is not what it has to be.
    #[error("`{file}`, line {line}: {reason}\nhint: give a journal that `reinstate check` wrote", file = file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("reinstate-journal-{name}-{}", std::process::id()))
    }

    fn begun(name: &str) -> (PathBuf, Journal) {
        let file = file(name);
        let run = Run::new("r1", "http://127.0.0.1:1".to_owned(), "us-east-1");
        let journal = Journal::create(&file, run).unwrap();
        (file, journal)
    }

    #[test]
    fn what_was_listed_reads_back_also_if_the_last_line_was_cut_off() {
        let (file, journal) = begun("whole");
        journal.table("rst-r1-0-a").unwrap();
        journal.table("rst-r1-0-a").unwrap();
        journal.backup("rst-r1-0-a", "b").unwrap();
        let claims = journal.claims();
        drop(journal);
        assert_eq!(read(&file).unwrap().0, claims);
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.matches('\n').count(), 3, "nothing is listed twice: {text}");
        std::fs::write(&file, &text[..text.len() - 3]).unwrap();
        assert_eq!(read(&file).unwrap().0.backups.len(), 0);
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_journal_is_neither_replaced_nor_swept_while_its_run_goes_on() {
        let (file, journal) = begun("busy");
        assert!(matches!(read(&file), Err(JournalError::Running { .. })));
        let run = journal.claims().run;
        drop(journal);
        assert!(read(&file).is_ok());
        assert!(matches!(Journal::create(&file, run), Err(JournalError::ThereAlready { .. })));
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn what_is_no_journal_is_refused_with_its_line() {
        let says = |text: &str, wanted: &str| {
            let error = parse(Path::new("x"), text).unwrap_err().to_string();
            assert!(error.contains(wanted) && error.contains("hint:"), "{error}");
        };
        says("", "line 1: no first line");
        says("{\"table\":\"orders\"}\n", "line 1: no first line");
        let run = Run::new("r1", String::new(), "us-east-1");
        let first = serde_json::to_string(&Line::Run(run.clone())).unwrap();
        says(&format!("{first}\n{first}\n"), "line 2: a second");
        says(&format!("{first}\nnonsense\n"), "line 2: expected");
        let everything = Run { prefix: String::new(), ..run };
        let first = serde_json::to_string(&Line::Run(everything)).unwrap();
        says(&format!("{first}\n"), "not unique");
    }

    #[test]
    fn a_backup_is_owned_if_it_is_listed_or_its_table_is_unique_to_the_run() {
        let (file, journal) = begun("owned");
        journal.table("rst-r1-0-a").unwrap();
        journal.table("abc").unwrap();
        journal.backup("abc", "mine").unwrap();
        let claims = journal.claims();
        assert!(claims.owns_backup("rst-r1-0-a", "any"));
        assert!(claims.owns_backup("abc", "mine"));
        assert!(!claims.owns_backup("abc", "other"));
        assert!(!claims.owns_backup("rst-r1-1-a", "of a table that is not listed"));
        std::fs::remove_file(&file).unwrap();
    }
}
