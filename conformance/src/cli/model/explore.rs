//! `reinstate model explore`.

use std::io::IsTerminal;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use reinstate_model::check::explorer;
use reinstate_model::check::machine::Machine;
use tokio::sync::oneshot::error::TryRecvError;

use super::super::exit::{Exit, Failure};
use super::super::interrupt::interrupted;
use super::super::out::say;
use super::planted::{self, Planted};

/// What to go through, and where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The scope to go through.
    #[arg(long, value_name = "NAME", default_value = "lock")]
    scope: String,
    #[command(flatten)]
    planted: Planted,
    /// The port on 127.0.0.1; 0 takes any that is free.
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

/// How long the Explorer may take to answer.
const START: Duration = Duration::from_secs(10);

/// Serves the Explorer until interrupted, and shows it if somebody is there to see it.
pub async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let scope = super::scope(&arguments.scope)?;
    let fault = arguments.planted.find()?;
    let machine = Machine::new(scope, planted::behaviour(fault));
    let port = free(arguments.port).map_err(|error| cannot_listen(arguments.port, error))?;
    let (alive, mut ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // Dropped when the Explorer ends, which it does only if somebody else took the port.
        let _alive = alive;
        explorer::serve(machine, port);
    });
    let deadline = Instant::now() + START;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if Instant::now() > deadline || ended.try_recv() == Err(TryRecvError::Closed) {
            return Err(cannot_listen(port, "it was taken meanwhile"));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let url = format!("http://127.0.0.1:{port}/");
    say(&format!("{url}\n"));
    let planted = fault.map(|fault| format!(", planted: {}", fault.name)).unwrap_or_default();
    eprintln!(
        "scope {}{planted}; `Run to completion` judges all states; Ctrl-C ends it",
        scope.name
    );
    if std::io::stdout().is_terminal() && open::that_detached(&url).is_err() {
        eprintln!("no browser could be opened: open that address yourself");
    }
    tokio::select! {
        () = interrupted() => Ok(Exit::Conforms),
        _ = ended => Err(cannot_listen(port, "the Explorer has ended")),
    }
}

/// A port that nobody listens on: stateright ends in a panic if it is given another.
fn free(port: u16) -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr()?.port())
}

fn cannot_listen(port: u16, error: impl std::fmt::Display) -> Failure {
    Failure::unreachable(format!(
        "cannot listen on port {port}: {error}\nhint: choose another with `--port`"
    ))
}
