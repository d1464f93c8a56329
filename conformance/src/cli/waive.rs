//! `reinstate waive`: from a report to waivers.

use std::path::PathBuf;

use reinstate::waiver::{self, WriteOptions, day};
use time::{Date, Duration};

use super::exit::{Exit, Failure};
use super::gate::{in_file, reports, today};
use super::out::say;
use super::outputs;

/// Days after which a new waiver expires if nothing is said.
const DAYS: i64 = 180;

/// What to waive.
#[derive(clap::Args)]
pub struct Arguments {
    /// Reports that `reinstate check --json` wrote.
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// The file of waivers; what is in it already stays as it is, comments too.
    #[arg(long, value_name = "FILE", default_value = waiver::FILE)]
    file: PathBuf,
    /// Why the differences are put up with.
    #[arg(long, value_name = "TEXT", default_value = "known, not looked into yet")]
    reason: String,
    /// Where they are tracked.
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// The last day of the new waivers, such as 2027-06-30, or `never` [default: in 180 days].
    #[arg(long, value_name = "DAY", value_parser = expiry)]
    expires: Option<Expiry>,
    /// Add nothing; remove the waivers that the reports show to be no longer true.
    #[arg(long, conflicts_with_all = ["reason", "link", "expires"])]
    prune: bool,
}

#[derive(Clone, Copy)]
enum Expiry {
    Never,
    On(Date),
}

fn expiry(word: &str) -> Result<Expiry, String> {
    if word == "never" {
        return Ok(Expiry::Never);
    }
    day(word)
        .map(Expiry::On)
        .ok_or_else(|| "it is no day; write it like 2027-06-30, or `never`".to_owned())
}

/// Edits the file, and says what has changed in it.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = &arguments.file;
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(in_file(file, format!("it cannot be read: {error}"))),
    };
    let mut read = Vec::new();
    for report in &arguments.reports {
        read.extend(reports(report)?);
    }
    if arguments.reason.trim().is_empty() {
        return Err(Failure::usage("`--reason` is empty\nhint: say why they are put up with"));
    }
    outputs::check_writable(file)?;
    let edited = if arguments.prune {
        if let Some(part) = read.iter().find(|report| !report.is_judged_whole()) {
            eprintln!(
                "warning: the report of {} shows only part of the plan, so that only expired waivers can be told by it",
                part.target.name
            );
        }
        waiver::prune(&text, &read, today())
    } else {
        let expires = match arguments.expires {
            None => today().checked_add(Duration::days(DAYS)),
            Some(Expiry::On(day)) => Some(day),
            Some(Expiry::Never) => None,
        };
        let options = WriteOptions {
            reason: arguments.reason.clone(),
            link: arguments.link.clone(),
            expires,
        };
        waiver::write(&text, &read, &options, today())
    };
    let edited = edited.map_err(|error| in_file(file, error))?;
    if edited.text != text {
        outputs::write(file, &edited.text)?;
    }
    say(&format!(
        "{}: {} added, {} renewed, {} removed\n",
        file.display(),
        edited.added,
        edited.renewed,
        edited.removed
    ));
    Ok(Exit::Conforms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_with_its_year_first() {
        assert_eq!(day("2027-06-30").unwrap().to_string(), "2027-06-30");
        for wrong in ["2027-02-30", "30-06-2027", "2027-06", "2027-06-30-1", "soon", ""] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
