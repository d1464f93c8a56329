//! Starts an installed target on a free port of the loopback interface, and ends it.
//!
//! Each process started here leads a process group of its own, and signals go to that group only:
//! nothing that somebody else started can be met. A group of its own also means that the terminal's
//! interrupt does not reach it, so a program that starts targets has to end them when it is
//! interrupted itself.

use std::fs::{self, File};
use std::net::TcpListener;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::container::Container;
use super::error::Tail;
use super::{Install, Installed, Reset, TargetError};
use crate::sign::{Credentials, signed};
use crate::transport::{Endpoint, Limits, RawRequest, Transport};

/// How often a target is asked whether it is up.
const READY_POLL: Duration = Duration::from_millis(50);

/// How long a target may take to end when it is asked to; after that it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How many logs of a target are kept.
const KEPT_LOGS: usize = 20;

/// What a program sees of our environment. Anything else, credentials above all, could change what
/// it does, or reach somebody whom it is not for.
const INHERITED: [&str; 6] = ["PATH", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"];

/// A target that is up. Dropping it kills it; [`Running::stop`] asks first.
#[derive(Debug)]
pub struct Running {
    /// The target's name.
    pub name: String,
    /// The target's version.
    pub version: String,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// The file with everything that it prints.
    pub log: PathBuf,
    reset: Option<Reset>,
    child: Child,
    container: Option<Container>,
    /// What it writes goes when it goes, and no other process sees it.
    _home: TempDir,
}

impl Installed {
    /// Starts the target and waits until it answers.
    ///
    /// # Errors
    ///
    /// When the program does not start, ends too early, or does not answer in time. The error shows
    /// the last lines that it printed.
    pub async fn start(&self, progress: &(dyn Fn(&str) + Sync)) -> Result<Running, TargetError> {
        let mut tries = PORTS_TRIED;
        loop {
            let port =
                free_port().map_err(|error| self.failure(Path::new(""), error.to_string()))?;
            progress(&format!(
                "starting {} {} on port {port}",
                self.definition.title, self.definition.version
            ));
            tries -= 1;
            match self.start_on(port).await {
                // Somebody was faster.
                Err(_) if tries > 0 && !is_free(port) => {}
                outcome => return outcome,
            }
        }
    }

    async fn start_on(&self, port: u16) -> Result<Running, TargetError> {
        let logs = self.folder.join("logs");
        fs::create_dir_all(&logs).map_err(|error| TargetError::cache(&logs, error))?;
        let prefix = format!("reinstate-{}-", self.definition.name);
        let home = TempDir::with_prefix(prefix).map_err(|error| {
            self.failure(Path::new(""), format!("has no folder to write into: {error}"))
        })?;
        remove_old_logs(&logs);
        let log = logs.join(format!("{port}.log"));
        let container = match &self.definition.install {
            Install::Container { .. } => {
                Some(Container::new(&self.tool.program, &self.definition, port))
            }
            _ => None,
        };
        let child = self
            .spawn(port, home.path(), &log, container.as_ref())
            .map_err(|error| self.failure(&log, format!("does not start: {error}")))?;
        let mut running = Running {
            name: self.definition.name.clone(),
            version: self.definition.version.clone(),
            endpoint: Endpoint::loopback(port),
            log,
            reset: self.definition.reset.clone(),
            child,
            container,
            _home: home,
        };
        match self.wait_until_ready(&mut running).await {
            Ok(()) => Ok(running),
            Err(reason) => Err(self.failure(&running.log, reason)),
        }
    }

    fn spawn(
        &self,
        port: u16,
        home: &Path,
        log: &Path,
        container: Option<&Container>,
    ) -> std::io::Result<Child> {
        let bin = self.bin();
        let fill = |text: &String| {
            text.replace("{port}", &port.to_string())
                .replace("{bin}", &bin.to_string_lossy())
                .replace("{folder}", &self.folder.to_string_lossy())
                .replace("{home}", &home.to_string_lossy())
        };
        let output = File::create(log)?;
        let mut command = match container {
            Some(container) => container.command(&self.definition),
            None => {
                let mut words = self.definition.start.iter().map(fill);
                let mut command = Command::new(words.next().unwrap_or_default());
                let inherited =
                    INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
                command.args(words).env_clear().envs(inherited).env("HOME", home).envs(
                    self.definition.environment.iter().map(|(name, value)| (name, fill(value))),
                );
                command
            }
        };
        command
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    }

    async fn wait_until_ready(&self, running: &mut Running) -> Result<(), String> {
        let readiness = &self.definition.readiness;
        let limits = Limits {
            connect: Duration::from_millis(500),
            response: Duration::from_secs(2),
            ..Limits::default()
        };
        let endpoint = running.endpoint.clone();
        let transport = Transport::new(endpoint.clone(), limits);
        let started = Instant::now();
        loop {
            let now = SystemTime::now();
            let body = Bytes::from_static(b"{}");
            let credentials = Credentials::local();
            let request = signed(&endpoint, &readiness.operation, body, &credentials, now);
            let response = transport.send(&readiness.operation, request).await.response;
            // An answer without the process would be somebody else's.
            if let Some(ended) = running.ended() {
                return Err(ended);
            }
            let last = match response {
                Ok(response) if response.status == 200 => return Ok(()),
                Ok(response) => format!("it answers with status {}", response.status),
                Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
            };
            if started.elapsed() >= Duration::from_secs(readiness.within_seconds) {
                return Err(format!("is not up after {} s: {last}", readiness.within_seconds));
            }
            tokio::time::sleep(READY_POLL).await;
        }
    }

    fn failure(&self, log: &Path, reason: String) -> TargetError {
        TargetError::Start {
            name: self.definition.name.clone(),
            reason,
            tail: Tail::of(log),
            log: log.to_owned(),
        }
    }
}

impl Running {
    /// Says that the target died, and how, with its last lines; nothing while it runs.
    pub fn exited(&mut self) -> Option<String> {
        let reason = self.ended()?;
        let error = TargetError::Start {
            name: self.name.clone(),
            reason,
            tail: Tail::of(&self.log),
            log: self.log.clone(),
        };
        Some(error.to_string())
    }

    /// Empties the target, if its definition says how.
    ///
    /// # Errors
    ///
    /// When the target has no such request, or does not answer it with a status of success.
    pub async fn reset(&self) -> Result<(), TargetError> {
        let failure = |reason: String| TargetError::Reset { name: self.name.clone(), reason };
        let Some(reset) = &self.reset else {
            return Err(failure("its definition names no request for that".to_owned()));
        };
        let request = RawRequest {
            method: reset
                .method
                .parse()
                .map_err(|_| failure(format!("`{}` is no method", reset.method)))?,
            path: reset.path.clone(),
            headers: vec![("host".to_owned(), self.endpoint.authority())],
            body: Bytes::new(),
        };
        let transport = Transport::new(self.endpoint.clone(), Limits::default());
        match transport.send("reset", request).await.response {
            Ok(response) if (200..300).contains(&response.status) => Ok(()),
            Ok(response) => Err(failure(format!("it answers with status {}", response.status))),
            Err(error) => Err(failure(error.to_string())),
        }
    }

    /// Asks the target to end, waits some seconds, and kills it if it is still there.
    pub async fn stop(self) {
        self.stop_within(STOP_LIMIT).await;
    }

    async fn stop_within(mut self, limit: Duration) {
        self.signal(Signal::End);
        if tokio::time::timeout(limit, self.child.wait()).await.is_err() {
            self.signal(Signal::Kill);
            self.remove_container();
            // The answer does not matter: a killed process ends, and one that is gone has ended.
            let _ = self.child.wait().await;
        }
    }

    /// A container outlives the client that started it if that is killed.
    fn remove_container(&mut self) {
        if let Some(container) = self.container.take()
            && self.child.id().is_some()
        {
            container.kill();
        }
    }

    fn ended(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(format!("ended by itself with {status}")),
            Err(error) => Some(format!("cannot be watched: {error}")),
        }
    }

    /// Sends a signal to the process and what it started, unless it has ended.
    fn signal(&mut self, signal: Signal) {
        // The id is known only until the process has been waited for, and until then no other
        // process can have it.
        let Some(id) = self.child.id() else { return };
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal as Number, kill_process_group};
            let number = match signal {
                Signal::End => Number::TERM,
                Signal::Kill => Number::KILL,
            };
            if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
                // This fails only for a process that has ended in the meantime.
                let _ = kill_process_group(group, number);
            }
        }
        #[cfg(not(unix))]
        {
            let (Signal::End | Signal::Kill) = signal;
            let _ = (id, self.child.start_kill());
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::Kill);
        self.remove_container();
    }
}

#[derive(Debug, Clone, Copy)]
enum Signal {
    End,
    Kill,
}

/// How many ports are tried, if somebody takes the first ones before the target does.
const PORTS_TRIED: usize = 4;

/// Where systems do not take ports from by themselves: one that is free stays so, unless somebody asks for
/// that very one.
const PORTS: Range<u16> = 20_000..32_000;

/// A port that nobody listens on: any, so that runs at the same time rarely want the same.
fn free_port() -> std::io::Result<u16> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let begin = (now.subsec_nanos() ^ std::process::id()) as usize % PORTS.len();
    let mut ports = PORTS.cycle().skip(begin).take(PORTS.len());
    ports.find(|port| is_free(*port)).ok_or_else(|| std::io::ErrorKind::AddrInUse.into())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// Keeps the latest logs. What cannot be read or removed stays: a log is no reason to fail.
fn remove_old_logs(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut logs: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .collect();
    logs.sort();
    let superfluous = logs.len().saturating_sub(KEPT_LOGS - 1);
    for (_, log) in logs.drain(..superfluous) {
        let _ = fs::remove_file(log);
    }
}

#[cfg(all(test, unix))]
mod tests;
