//! `reinstate serve`.

use reinstate::fault::{Fault, UnknownFault};
use reinstate::reference::{Options, Reference, Settle};

use super::exit::{Exit, Failure};
use super::interrupt::interrupted;
use super::out::say;

/// What to serve.
#[derive(clap::Args)]
pub struct Arguments {
    /// The port on 127.0.0.1; 0 takes any that is free.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// When tables, backups and restores finish: `now`, after a time such as `30s`, or `manual`.
    #[arg(long, default_value = "now")]
    settle: Settle,
    #[command(flatten)]
    fault: FaultArgument,
}

/// A deliberate bug of the reference.
#[derive(clap::Args, Clone, Copy, Default)]
pub struct FaultArgument {
    /// Plant this fault in the reference; `reinstate power --list` names them.
    #[arg(long, value_name = "NAME", value_parser = named)]
    pub fault: Option<&'static Fault>,
}

fn named(name: &str) -> Result<&'static Fault, UnknownFault> {
    Fault::named(name)
}

/// Serves until interrupted.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let options = Options {
        port: arguments.port,
        settle: arguments.settle,
        fault: arguments.fault.fault,
        ..Options::default()
    };
    let reference = Reference::start(options).map_err(|error| {
        let port = arguments.port;
        Failure::unreachable(format!(
            "cannot listen on port {port}: {error}\nhint: choose another with `--port`"
        ))
    })?;
    say(&format!("{}\n", reference.endpoint_url()));
    if let Some(fault) = arguments.fault.fault {
        eprintln!("not as specified: {}", fault.wrong);
    }
    eprintln!("region us-east-1, any credentials; Ctrl-C ends it");
    interrupted().await;
    reference.stop().await;
    Ok(Exit::Conforms)
}
