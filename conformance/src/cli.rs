//! Subcommands and exit codes. What they do is in the library; how they are asked is here.

mod again;
mod book;
mod check;
mod clear_up;
mod compare;
mod exit;
mod gate;
mod interrupt;
mod merge;
mod model;
mod out;
mod outputs;
mod part;
mod plan;
mod power;
mod recording;
mod replay;
mod report;
mod reproduce;
mod safety;
mod serve;
mod shrink;
mod subject;
mod sweep;
mod targets;
mod timeout;
mod waive;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Exit;

/// An executable specification of DynamoDB's backup and restore, and a conformance suite for any
/// endpoint that claims to have them.
///
/// Without a subcommand: explores the specification and checks the embedded reference against it.
#[derive(Parser)]
#[command(name = "reinstate", version, after_help = exit::HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Hold an endpoint against the specification.
    Check(Box<check::Arguments>),
    /// Explore the specification itself.
    Model(model::Arguments),
    /// Say what a rule says, how we know it, and which cases exercise it.
    Explain(book::Arguments),
    /// Print all rules as one Markdown document.
    Spec,
    /// Say what a run would do and cost on a real account; nothing is sent.
    Plan(plan::Arguments),
    /// Delete what an interrupted run left behind.
    Sweep(sweep::Arguments),
    /// Judge a recording again, without its endpoint; or run one case again.
    Replay(Box<replay::Arguments>),
    /// Write findings as programs: for the aws CLI, boto3, curl and Rust.
    Reproduce(reproduce::Arguments),
    /// Put the logs of all shares of a run together.
    Merge(merge::Arguments),
    /// Find out how many deliberate bugs of the reference the suite finds, and by which rules.
    Power(power::Arguments),
    /// Make views of reports that were saved as JSON.
    Report(report::Arguments),
    /// Say what is better and what is worse in a report than in an older one.
    Compare(compare::Arguments),
    /// Write waivers for what a report found, so that it does not fail a run.
    Waive(waive::Arguments),
    /// Say which targets there are, which of them can run here, and why not.
    Targets,
    /// Serve the specification as an endpoint for any SDK, on loopback.
    Serve(serve::Arguments),
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` are no mistakes.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Conforms };
            let _ = error.print();
            return exit.into();
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no threads to run on: {error}");
            return Exit::Unreachable.into();
        }
    };
    let exit = runtime.block_on(async {
        match arguments.command {
            None => main_job().await,
            Some(Command::Check(arguments)) => check::run(*arguments).await,
            Some(Command::Model(arguments)) => model::run(&arguments).await,
            Some(Command::Explain(arguments)) => book::explain(arguments).await,
            Some(Command::Spec) => Ok(book::spec()),
            Some(Command::Plan(arguments)) => plan::run(&arguments).await,
            Some(Command::Replay(arguments)) => replay::run(*arguments).await,
            Some(Command::Reproduce(arguments)) => reproduce::run(&arguments),
            Some(Command::Sweep(arguments)) => sweep::run(&arguments).await,
            Some(Command::Merge(arguments)) => merge::run(&arguments),
            Some(Command::Power(arguments)) => power::run(arguments).await,
            Some(Command::Report(arguments)) => report::run(&arguments),
            Some(Command::Compare(arguments)) => compare::run(&arguments),
            Some(Command::Waive(arguments)) => waive::run(&arguments),
            Some(Command::Targets) => Ok(targets::run()),
            Some(Command::Serve(arguments)) => serve::run(arguments).await,
        }
    });
    match exit {
        Ok(exit) => exit.into(),
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            failure.exit.into()
        }
    }
}

/// The specification explored, then the reference checked against it.
async fn main_job() -> Result<Exit, exit::Failure> {
    let explored = model::summarise();
    let checked = check::run(check::Arguments::default()).await?;
    Ok(if explored == Exit::Conforms { checked } else { explored })
}
