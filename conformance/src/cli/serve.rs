//! `reinstate serve`.

use reinstate::reference::{Options, Reference, Settle};

use super::exit::{Exit, Failure};
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
}

/// Serves until interrupted.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let options = Options { port: arguments.port, settle: arguments.settle, ..Options::default() };
    let reference = Reference::start(options).map_err(|error| {
        let port = arguments.port;
        Failure::unreachable(format!(
            "cannot listen on port {port}: {error}\nhint: choose another with `--port`"
        ))
    })?;
    say(&format!("{}\n", reference.endpoint_url()));
    eprintln!("region us-east-1, any credentials; Ctrl-C ends it");
    let _ = tokio::signal::ctrl_c().await;
    reference.stop().await;
    Ok(Exit::Conforms)
}
