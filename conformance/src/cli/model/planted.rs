//! A bug that is planted in the specification before it is explored.

use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::fault::{self, Fault};

use super::super::exit::Failure;

/// The bug to plant.
#[derive(clap::Args)]
pub struct Planted {
    /// Plant this bug first; a part of its name will do.
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
}

impl Planted {
    /// The bug, if one is named.
    pub fn find(&self) -> Result<Option<&'static Fault>, Failure> {
        self.fault.as_deref().map(named).transpose()
    }

    /// The specification, with the bug if one is named.
    pub fn behaviour(&self) -> Result<Behaviour, Failure> {
        self.find().map(behaviour)
    }
}

/// The specification, with a bug or without.
pub fn behaviour(fault: Option<&Fault>) -> Behaviour {
    fault.map_or(Behaviour::SPECIFIED, |fault| fault.behaviour)
}

/// The one fault that a name, or a part of one, can mean.
fn named(name: &str) -> Result<&'static Fault, Failure> {
    if let Some(fault) = fault::all().find(|fault| fault.name == name) {
        return Ok(fault);
    }
    let meant: Vec<_> = fault::all().filter(|fault| fault.name.contains(name)).collect();
    match meant[..] {
        [only] => Ok(only),
        [] => Err(Failure::usage(format!(
            "there is no fault `{name}`\nhint: `reinstate model check --faults` lists them"
        ))),
        _ => {
            let names: Vec<_> = meant.iter().map(|fault| fault.name).collect();
            let names = names.join("`, `");
            Err(Failure::usage(format!("`{name}` may be any of `{names}`\nhint: say more of it")))
        }
    }
}
