//! The command line of Reinstate.

mod cli;

use std::process::ExitCode;

/// The model checker allocates in every step, on two threads at once; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
