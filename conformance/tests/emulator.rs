//! What stands in an emulator's own tests, with the reference as the emulator: each case that is asked
//! for becomes a test with a name. The target has `harness = false` in `Cargo.toml`.

use std::time::Duration;

use reinstate::harness::Harness;
use reinstate::reference::{Options, Reference, Settle};

fn main() -> std::process::ExitCode {
    Harness::new("mine")
        .version("1.2")
        .only(|case| case.title.starts_with("while a restore runs"))
        .run(|| {
            let settle = Settle::After(Duration::from_millis(5));
            let emulator = Reference::start(Options { settle, ..Options::default() }).unwrap();
            (emulator.endpoint_url(), emulator)
        })
}
