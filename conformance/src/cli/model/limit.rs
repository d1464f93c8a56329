//! `reinstate model limit`.

use reinstate_model::check::limit::{REAL, explore};

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::planted::Planted;

/// What to explore.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    planted: Planted,
}

/// In one state of so many, the steps are held against those of a real account.
const AUDIT_ONE_IN: usize = 20_011;

/// Explores the limit of fifty restores with 51 names and 51 backups, and prints what runs at once.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let found = explore(REAL, arguments.planted.behaviour()?, AUDIT_ONE_IN);
    let (names, backups) = (REAL.names, REAL.backups);
    say(&format!("{names} names, {backups} backups, restores of both kinds: {found}"));
    let allowed = usize::from(REAL.restores);
    if found.most.0 == allowed {
        return Ok(Exit::Conforms);
    }
    say(&format!("VIOLATED: {} restores run at once, and {allowed} may\n", found.most.0));
    Ok(Exit::Diverges)
}
