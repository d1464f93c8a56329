//! `reinstate model graph`.

use std::path::PathBuf;

use reinstate_model::check::cycles::Cycles;
use reinstate_model::check::draw::{self, dot, json, svg};
use reinstate_model::check::map::Map;
use reinstate_model::check::scope::{LIVES_3_2_2, Search};

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::super::outputs::{check_writable, write};

/// What to write, and where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The scope to draw.
    #[arg(long, value_name = "NAME", default_value = "lives-1-1-1")]
    scope: String,
    /// Write the graph in Graphviz's language to this file. It is printed if no file is asked for.
    #[arg(long, value_name = "FILE")]
    dot: Option<PathBuf>,
    /// Write it as a picture: in words if it is small enough, else in dots that say what they are.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write its states and labelled edges for other programs.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the life cycles of tables and backups, as Mermaid in Markdown.
    #[arg(long, value_name = "FILE")]
    lifecycles: Option<PathBuf>,
}

/// What a view makes of a map.
type View = fn(&Map) -> String;

/// Draws what is asked for.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Arguments { scope, dot: graph, svg: picture, json: data, lifecycles } = arguments;
    let scope = super::scope(scope)?;
    // The last is there to be timed: its graph would fill the memory as those of packed scopes would.
    if scope.search != Search::Whole || *scope == LIVES_3_2_2 {
        return Err(Failure::usage(format!(
            "scope `{}` has too many states for a graph\nhint: take one of a single theme",
            scope.name
        )));
    }
    for file in [graph, picture, data, lifecycles].into_iter().flatten() {
        check_writable(file)?;
    }
    if let Some(file) = lifecycles {
        write(file, &draw::lifecycles(&Cycles::of_all_kinds()))?;
    }
    let views: [(_, View); 3] = [(graph, dot), (picture, svg), (data, json)];
    let wanted: Vec<_> =
        views.iter().filter_map(|(file, view)| file.as_ref().map(|file| (file, view))).collect();
    if wanted.is_empty() && lifecycles.is_some() {
        return Ok(Exit::Conforms);
    }
    let map = Map::of(scope);
    if wanted.is_empty() {
        say(&dot(&map));
    }
    for (file, view) in wanted {
        write(file, &view(&map))?;
    }
    Ok(Exit::Conforms)
}
