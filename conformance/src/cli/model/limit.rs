//! `reinstate model limit`.

use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::limit::{REAL, explore};

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::check::fault;

/// What to explore.
#[derive(clap::Args)]
pub struct Arguments {
    /// Plant this bug first; a part of its name will do.
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
}

/// In one state of so many, the steps are held against those of a real account.
const AUDIT_ONE_IN: usize = 20_011;

/// Explores the limit of fifty restores with 51 names and 51 backups, and prints what runs at once.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let fault = arguments.fault.as_deref().map(fault).transpose()?;
    let found = explore(REAL, fault.map_or(Behaviour::SPECIFIED, |it| it.behaviour), AUDIT_ONE_IN);
    let (names, backups) = (REAL.names, REAL.backups);
    say(&format!("{names} names, {backups} backups, restores of both kinds: {found}"));
    let allowed = usize::from(REAL.restores);
    if found.most.0 == allowed {
        return Ok(Exit::Conforms);
    }
    say(&format!("VIOLATED: {} restores run at once, and {allowed} may\n", found.most.0));
    Ok(Exit::Diverges)
}
