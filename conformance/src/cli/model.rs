//! `reinstate model`.

use clap::Subcommand;
use reinstate_model::check::report::Report;
use reinstate_model::check::{self, scope};

use super::exit::Exit;
use super::out::say;

/// What to do with the specification.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Explore every state of the small scopes and check every property.
    Check,
}

/// Explores the specification and prints each property.
pub fn run(arguments: &Arguments) -> Exit {
    match arguments.command {
        Command::Check => explore(|report| say(&format!("{report}\n"))),
    }
}

/// Explores the specification and prints a line for each scope, and what does not hold.
pub fn summarise() -> Exit {
    explore(|report| {
        if !report.passes() {
            say(&format!("{report}\n"));
            return;
        }
        say(&format!(
            "specification, scope {}: {} states, {} transitions, {} properties hold, {:.2} s\n",
            report.scope,
            report.states,
            report.transitions,
            report.findings.len(),
            report.elapsed.as_secs_f64()
        ));
    })
}

fn explore(show: impl Fn(&Report)) -> Exit {
    let mut exit = Exit::Conforms;
    for scope in &scope::QUICK {
        let report = check::check(scope);
        show(&report);
        if !report.passes() {
            exit = Exit::Diverges;
        }
    }
    exit
}
