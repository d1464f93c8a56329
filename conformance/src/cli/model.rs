//! `reinstate model`.

use clap::Subcommand;
use reinstate_model::check::{self, scope};

use super::exit::Exit;

/// What to do with the specification.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Explore every state of a small scope and check every property.
    Check,
}

impl Arguments {
    /// The quick check that the main job begins with.
    pub fn quick() -> Self {
        Self { command: Command::Check }
    }
}

/// Explores the specification.
pub fn run(arguments: &Arguments) -> Exit {
    match arguments.command {
        Command::Check => {
            let report = check::check(&scope::QUICK);
            print!("{report}");
            if report.passes() { Exit::Conforms } else { Exit::Diverges }
        }
    }
}
