//! The command line of Reinstate.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
