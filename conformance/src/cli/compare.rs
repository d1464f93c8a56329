//! `reinstate compare`: a target before and after.

use std::path::PathBuf;

use reinstate::compare::{Comparison, markdown, pairs, terminal};
use serde_json::json;

use super::exit::{Exit, Failure};
use super::gate::reports;
use super::out::say;
use super::outputs;

/// What to compare.
#[derive(clap::Args)]
pub struct Arguments {
    /// What `reinstate check --json` wrote before.
    old: PathBuf,
    /// What it wrote now.
    new: PathBuf,
    /// Write the comparison as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write it as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// Prints the comparison, and writes it. What is worse decides the exit code.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let files = [&arguments.json, &arguments.markdown];
    files.into_iter().flatten().try_for_each(|file| outputs::check_writable(file))?;
    let (old, new) = (reports(&arguments.old)?, reports(&arguments.new)?);
    let (pairs, alone) = pairs(&old, &new);
    if pairs.is_empty() {
        return Err(Failure::usage(
            "the two files have no target in common\nhint: give two reports of one target",
        ));
    }
    let comparisons: Vec<Comparison> =
        pairs.iter().map(|(old, new)| Comparison::of(old, new)).collect();
    for comparison in &comparisons {
        say(&terminal::render(comparison));
    }
    for line in &alone {
        eprintln!("not compared: {line}");
    }
    if let Some(file) = &arguments.json {
        let value = match comparisons.as_slice() {
            [one] => json!(one),
            all => json!(all),
        };
        outputs::write(file, &format!("{value:#}\n"))?;
    }
    if let Some(file) = &arguments.markdown {
        outputs::write(file, &markdown::render(&comparisons))?;
    }
    let is_worse = comparisons.iter().any(|comparison| comparison.worse().next().is_some());
    Ok(if is_worse { Exit::Worse } else { Exit::Conforms })
}
