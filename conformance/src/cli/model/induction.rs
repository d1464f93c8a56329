//! `reinstate model induction`.

use reinstate_model::check::induction::induct;

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::planted::Planted;

/// What to combine.
#[derive(clap::Args)]
pub struct Arguments {
    /// The scope whose tables and backups are combined.
    #[arg(long, value_name = "NAME", default_value = "lives-2-2-1")]
    scope: String,
    #[command(flatten)]
    planted: Planted,
}

/// Takes every step from every combination that satisfies the invariants.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let behaviour = arguments.planted.behaviour()?;
    let found = induct(super::scope(&arguments.scope)?, behaviour);
    say(&found.to_string());
    Ok(if found.holds() { Exit::Conforms } else { Exit::Diverges })
}
