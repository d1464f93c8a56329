//! Speed, as ratios from one run: `cargo bench -p reinstate --bench speed [-- PART...]`.
//!
//! | part | what it measures |
//! | --- | --- |
//! | `checkers` | our search against SPIN and TLC, which must count the same states of the same model |
//! | `in-process` | judged calls a second on one core, with the model itself as endpoint |
//! | `loopback` | the whole suite over HTTP against the same requests without judging |
//! | `moto` | the default run against moto, with all that belongs to it but the installation |
//!
//! Seconds are of processor time where the system tells it, since others may use the machine too.

mod checkers;
mod clock;
mod judging;
mod player;

use std::process::{Command, ExitCode};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a part comes to: whether everything that has to be equal was.
type Part = fn() -> Result<(), String>;

const PARTS: [(&str, Part); 4] = [
    ("checkers", checkers::run),
    ("in-process", judging::in_process),
    ("loopback", judging::over_loopback),
    ("moto", moto),
];

fn main() -> ExitCode {
    // Cargo itself adds `--bench`.
    let wanted: Vec<_> = std::env::args().skip(1).filter(|name| name != "--bench").collect();
    if let Some(name) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != *name)) {
        let parts = PARTS.map(|(part, _)| part).join("`, `");
        eprintln!("error: there is no part `{name}`\nhint: there are `{parts}`");
        return ExitCode::from(2);
    }
    let mut exit = ExitCode::SUCCESS;
    for (name, part) in PARTS {
        if !wanted.is_empty() && wanted.iter().all(|it| it != name) {
            continue;
        }
        println!("== {name}");
        if let Err(reason) = part() {
            eprintln!("error: {name}: {reason}");
            exit = ExitCode::FAILURE;
        }
    }
    exit
}

/// The longest that a default run against moto may take.
const MOTO_SECONDS: f64 = 30.0;

fn moto() -> Result<(), String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_reinstate"));
    // Installed before, if it can be: that is measured on no machine.
    let prepared = program.args(["check", "moto", "--depth", "quick"]).output();
    let prepared = prepared.map_err(|error| error.to_string())?;
    if prepared.status.code() != Some(1) {
        let error = String::from_utf8_lossy(&prepared.stderr);
        println!("skipped, there is no moto: {}", error.lines().last().unwrap_or_default());
        return Ok(());
    }
    let (output, time) = clock::measure(|| {
        Command::new(env!("CARGO_BIN_EXE_reinstate")).args(["check", "moto"]).output()
    });
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures = text
        .lines()
        .filter(|line| ["  cases ", "  exchanges "].iter().any(|start| line.starts_with(start)));
    figures.for_each(|line| println!("{line}"));
    println!(
        "default run against moto  {:>6.1} s of time, {:.1} s of processor   goal {MOTO_SECONDS} s",
        time.wall, time.processor
    );
    Ok(())
}
