//! Where to write what was found: each view is a file of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use reinstate::report::{Report, badge, html, json, junit, markdown, ndjson, sarif, table};

use super::exit::Failure;

/// Makes a view of all reports of a run.
type View = fn(&[Report]) -> String;

/// The files to write.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Reports")]
pub struct Outputs {
    /// Write the report as JSON, which `reinstate report` reads again.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write one JSON object on each line: the run, each verdict, each finding.
    #[arg(long, value_name = "FILE")]
    ndjson: Option<PathBuf>,
    /// Write JUnit XML, a test case for each rule.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write SARIF 2.1.0, a result for each finding.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write Markdown for the summary of a CI job.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write a table of all that counts and differs, rule by target, as Markdown.
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// Write what shields.io needs for a badge.
    #[arg(long, value_name = "FILE")]
    badge: Option<PathBuf>,
    /// Write one HTML page, which needs no network.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Outputs {
    /// Every file that was asked for, with what belongs in it.
    fn files(&self) -> impl Iterator<Item = (&Path, View)> {
        let all: [(&Option<PathBuf>, View); 8] = [
            (&self.json, json::write),
            (&self.ndjson, ndjson::render),
            (&self.junit, junit::render),
            (&self.sarif, sarif::render),
            (&self.markdown, markdown::render),
            (&self.table, table::render),
            (&self.badge, badge::render),
            (&self.html, html::render),
        ];
        all.into_iter().filter_map(|(file, view)| file.as_deref().map(|file| (file, view)))
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.files().next().is_none()
    }

    /// Told before the run rather than after it: every file can be written, and none twice.
    pub fn check(&self) -> Result<(), Failure> {
        let mut seen = BTreeSet::new();
        for (file, _) in self.files() {
            check_writable(file)?;
            if !seen.insert(file) {
                return Err(Failure::usage(format!(
                    "`{}` is named for two reports\nhint: give each a file of its own",
                    file.display()
                )));
            }
        }
        Ok(())
    }

    /// Writes every file that was asked for.
    pub fn write(&self, reports: &[Report]) -> Result<(), Failure> {
        self.files().try_for_each(|(file, view)| write(file, &view(reports)))
    }
}

/// Told before the work rather than after it: the file can be written.
pub fn check_writable(file: &Path) -> Result<(), Failure> {
    let folder =
        file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.file_name().is_none() || file.is_dir() || !folder.is_dir() {
        return Err(Failure::usage(format!(
            "`{}` cannot be written\nhint: give a file in a folder that exists",
            file.display()
        )));
    }
    // The only sure way to know is to try; what is there already stays until the report is whole.
    let beside = beside(file);
    std::fs::write(&beside, "").and_then(|()| std::fs::remove_file(&beside)).map_err(|error| {
        Failure::usage(format!(
            "`{}` cannot be written: {error}\nhint: give a file in a folder that you may write to",
            file.display()
        ))
    })
}

/// Written beside its place and then moved there, so that half of it is never seen.
pub fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let beside = beside(file);
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file)).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Failure::usage(format!("`{}` cannot be written: {error}", file.display()))
    })
}

fn beside(file: &Path) -> PathBuf {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    beside.into()
}
