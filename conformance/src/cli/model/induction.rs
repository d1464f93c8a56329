//! `reinstate model induction`.

use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::induction::induct;

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::check::fault;

/// What to combine.
#[derive(clap::Args)]
pub struct Arguments {
    /// The scope whose tables and backups are combined.
    #[arg(long, value_name = "NAME", default_value = "lives-2-2-1")]
    scope: String,
    /// Plant this bug first; a part of its name will do.
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
}

/// Takes every step from every combination that satisfies the invariants.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let fault = arguments.fault.as_deref().map(fault).transpose()?;
    let behaviour = fault.map_or(Behaviour::SPECIFIED, |it| it.behaviour);
    let found = induct(super::scope(&arguments.scope)?, behaviour);
    say(&found.to_string());
    Ok(if found.holds() { Exit::Conforms } else { Exit::Diverges })
}
