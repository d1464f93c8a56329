//! The reference endpoint: DynamoDB's JSON protocol over real HTTP, answered by the model.
//!
//! It lets any SDK talk to the specification, and it is what the suite itself is tried on. It holds
//! no rule of DynamoDB: every request goes to [`reinstate_model::wire::handle`], and whatever the
//! service does by itself goes through [`reinstate_model::service`]. What is decided here is HTTP:
//! methods, content types, sizes, headers, and whether a signature is there at all.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `settle` | when events happen: [`Settle`] |
//! | `clock`, `ids` | what a service makes up: times and ids |
//! | `state` | the account between two requests, and the events that are due |
//! | `http` | from a request of HTTP to an answer of HTTP |
//! | `overlap` | requests that do not see each other, as a fault |
//! | `control` | requests to the endpoint itself, such as to make an event happen |
//!
//! Known limitations: the signature is not verified, any credentials will do; there is one account
//! and one Region; nothing is kept when it stops; it listens on the loopback interface only, since
//! whoever reaches it may do everything.
//!
//! # Control requests
//!
//! No DynamoDB client uses the path `/reinstate`, so these share the port. They need no headers, and
//! answer in JSON.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /reinstate/events` | lists the events that may happen now, each with an index, its kind, what it happens to, and a text |
//! | `POST /reinstate/events/{index}` | makes one of them happen |
//! | `POST /reinstate/events/{kind}` | makes the one of that kind happen to the table name or backup ARN in the body |
//! | `POST /reinstate/events/all` | makes all happen, and those that follow, until none is left |
//! | `POST /reinstate/elapse` | moves the clock forward by the milliseconds in the body |
//! | `POST /reinstate/reset` | forgets all tables and backups, and the time that was elapsed |
//!
//! # Example
//!
//! ```
//! use reinstate::reference::{Options, Reference};
//!
//! # async fn example() -> std::io::Result<()> {
//! let reference = Reference::start(Options::default())?;
//! println!("aws dynamodb list-tables --endpoint-url {}", reference.endpoint_url());
//! reference.stop().await;
//! # Ok(())
//! # }
//! ```

mod clock;
mod control;
mod http;
mod ids;
mod overlap;
mod settle;
mod state;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use axum::serve::ListenerExt;
use reinstate_model::name::{AccountId, Region};
use tokio::sync::{oneshot, watch};

use crate::fault::Fault;

pub(crate) use overlap::merge;
pub use settle::{Settle, SettleError};

/// How long requests that are being answered may take when the endpoint is stopped. An answer takes
/// milliseconds; only a client that does not finish its request reaches this.
const GRACE: Duration = Duration::from_secs(1);

/// What kind of endpoint to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on `127.0.0.1`; 0 takes any that is free.
    pub port: u16,
    /// When the service does what it does by itself.
    pub settle: Settle,
    /// The account that ARNs name.
    pub account: AccountId,
    /// The Region that ARNs name. Requests that are signed for another one are answered all the same.
    pub region: Region,
    /// Where made-up ids start from: the same seed and the same requests give the same ids, but for
    /// the time that the id of a backup holds.
    pub seed: u64,
    /// What it does otherwise than specified: a deliberate bug, for trying out whoever uses it.
    pub fault: Option<&'static Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            settle: Settle::Now,
            account: AccountId::new("123456789012").expect("an account has twelve digits"),
            region: Region::new("us-east-1").expect("a Region is not empty"),
            seed: 0,
            fault: None,
        }
    }
}

/// A running reference endpoint.
///
/// It runs on a thread of its own unless it is told otherwise, so it can be started from any code,
/// asynchronous or not, and any number of them can run in one process. Dropping it stops it too, without
/// waiting for the end.
#[derive(Debug)]
pub struct Reference {
    address: SocketAddr,
    server: Arc<http::Server>,
    stop: watch::Sender<bool>,
    ended: oneshot::Receiver<()>,
}

impl Reference {
    /// Starts an endpoint. It accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// The port is in use or not allowed, or there is no thread to be had.
    pub fn start(options: Options) -> io::Result<Self> {
        let (listener, address) = listen(options.port)?;
        let (stop, stopping) = watch::channel(false);
        let (tell_ended, ended) = oneshot::channel();
        let (tell_started, started) = mpsc::channel();
        let server = Arc::new(http::Server::new(options));
        let serves = server.clone();
        thread::Builder::new().name(format!("reference:{}", address.port())).spawn(move || {
            run(listener, serves, stopping, &tell_started);
            // Nobody listens if the endpoint was dropped.
            let _ = tell_ended.send(());
        })?;
        started.recv().unwrap_or_else(|_| Err(io::Error::other("the endpoint's thread ended")))?;
        Ok(Self { address, server, stop, ended })
    }

    /// Starts an endpoint on the runtime that runs already: for many of them, which come and go. A connection
    /// that a client keeps open outlives it, and gets no answer.
    ///
    /// # Errors
    ///
    /// The port is in use or not allowed.
    ///
    /// # Panics
    ///
    /// If no runtime of tokio's runs here.
    pub fn start_here(options: Options) -> io::Result<Self> {
        let (listener, address) = listen(options.port)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (stop, stopping) = watch::channel(false);
        let (tell_ended, ended) = oneshot::channel();
        let server = Arc::new(http::Server::new(options));
        let serves = server.clone();
        tokio::spawn(async move {
            serve(listener, serves, stopping).await;
            // Nobody listens if the endpoint was dropped.
            let _ = tell_ended.send(());
        });
        Ok(Self { address, server, stop, ended })
    }

    /// The URL to give to a client, such as `http://127.0.0.1:8000`.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Forgets everything: it is as if it had just been started. Nobody may be asking it.
    pub(crate) fn renew(&self) {
        self.server.renew();
    }

    /// Stops it. Requests that are being answered are finished; when this returns, its port is free
    /// and every connection is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // An error means that the thread has ended already.
        let _ = self.ended.await;
    }
}

/// A port of this machine's own that nobody else listens on, and its address.
fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until told to stop, and tells once whether it could start. The runtime is made and dropped
/// here: its end closes whatever connection is left.
fn run(
    listener: TcpListener,
    server: Arc<http::Server>,
    stopping: watch::Receiver<bool>,
    started: &mpsc::Sender<io::Result<()>>,
) {
    let report = |result| {
        // Whoever started it waits for this; if it was dropped meanwhile, there is nobody to tell.
        let _ = started.send(result);
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(Err(error)),
    };
    runtime.block_on(async {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return report(Err(error)),
        };
        report(Ok(()));
        serve(listener, server, stopping).await;
    });
}

/// Serves until told to stop.
async fn serve(
    listener: tokio::net::TcpListener,
    server: Arc<http::Server>,
    stopping: watch::Receiver<bool>,
) {
    let listener = listener.tap_io(|stream| {
        // Only makes answers faster, so it may fail.
        let _ = stream.set_nodelay(true);
    });
    let router = http::router(server);
    let serving = axum::serve(listener, router).with_graceful_shutdown(told(stopping.clone()));
    tokio::select! {
        // It never fails: what goes wrong on a connection ends that connection only.
        _ = serving.into_future() => {}
        () = async { told(stopping).await; tokio::time::sleep(GRACE).await } => {}
    }
}

/// Waits until the endpoint is stopped or dropped.
async fn told(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}
