//! `reinstate model`: dispatch only; one file below for each thing to do.

mod check;
mod explore;
mod graph;
mod induction;
mod limit;
mod planted;

use clap::Subcommand;
use reinstate::nearest::hint;
use reinstate_model::check::scope::{NAMED, Scope};

use super::exit::{Exit, Failure};

pub use check::summarise;

/// What to do with the specification.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Explore every state of the small scopes and check every property.
    Check(check::Arguments),
    /// Go from state to state in the browser.
    Explore(explore::Arguments),
    /// Write the states of a scope and the steps between them.
    Graph(graph::Arguments),
    /// Take every step from every state that satisfies the invariants, reachable or not.
    Induction(induction::Arguments),
    /// Explore the real limit of fifty restores, with 51 names and 51 backups.
    Limit(limit::Arguments),
}

/// Does what is asked of the specification.
pub async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments),
        Command::Explore(arguments) => explore::run(arguments).await,
        Command::Graph(arguments) => graph::run(arguments),
        Command::Induction(arguments) => induction::run(arguments),
        Command::Limit(arguments) => limit::run(arguments),
    }
}

/// The scope of that name.
fn scope(name: &str) -> Result<&'static Scope, Failure> {
    Scope::named(name).ok_or_else(|| {
        let names: Vec<_> = NAMED.iter().map(|scope| scope.name).collect();
        unknown("scope", name, &names)
    })
}

/// A name that nothing has, and the one that was meant.
fn unknown(kind: &str, name: &str, known: &[&str]) -> Failure {
    let list = format!("there are `{}`", known.join("`, `"));
    let hint = hint(name, known.iter().copied(), &list);
    Failure::usage(format!("there is no {kind} `{name}`\nhint: {hint}"))
}
