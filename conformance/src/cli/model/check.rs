//! `reinstate model check`.

use reinstate_model::check;
use reinstate_model::check::report::Report;
use reinstate_model::check::scope::{QUICK, Scope};

use super::super::exit::{Exit, Failure};
use super::super::out::say;

/// What to check.
#[derive(clap::Args)]
pub struct Arguments {
    /// A scope to look at, in place of the small ones; may be given more than once.
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
}

/// Explores the specification and prints each property.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let scopes = arguments.scope.iter().map(|name| super::scope(name));
    let scopes: Vec<&Scope> = scopes.collect::<Result<_, _>>()?;
    let scopes = if scopes.is_empty() { QUICK.iter().collect() } else { scopes };
    Ok(explore(&scopes, |report| say(&format!("{report}\n"))))
}

/// Explores the specification and prints a line for each scope, and what does not hold.
pub fn summarise() -> Exit {
    explore(&QUICK.iter().collect::<Vec<_>>(), |report| {
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

fn explore(scopes: &[&Scope], show: impl Fn(&Report)) -> Exit {
    let mut exit = Exit::Conforms;
    for scope in scopes {
        let report = check::check(scope);
        show(&report);
        if !report.passes() {
            exit = Exit::Diverges;
        }
    }
    exit
}
