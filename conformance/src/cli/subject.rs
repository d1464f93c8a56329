//! What `reinstate check` holds against the specification: the embedded reference, endpoints that run
//! already, and targets, which are installed, started and ended here.

use std::sync::Arc;

use reinstate::drive::{self, is_throttling};
use reinstate::embedded::Embedded;
use reinstate::fault::Fault;
use reinstate::job::Job;
use reinstate::log::{Because, Log};
use reinstate::names;
use reinstate::report::Target;
use reinstate::run::{Shared, Stage, Stop};
use reinstate::scenario::Lane;
use reinstate::session::Session;
use reinstate::sign::Credentials;
use reinstate::sweep::Swept;
use reinstate::target::{self, Definition, Processes, Running, TargetError, default_cache};
use reinstate::transport::Endpoint;
use reinstate_model::wire::read_answer;
use serde_json::json;

use super::exit::{Exit, Failure};
use super::interrupt::interrupted;
use super::part::{Asked, Place};

/// The name of the embedded reference.
const REFERENCE: &str = "reference";

/// The part of the command line that says what to check.
#[derive(Clone, Default, clap::Args)]
pub struct Subjects {
    /// Targets that are installed and started for the run, one after the other: a name, a name with a
    /// version (`moto@5.2.5`), or the path of a TOML file; the embedded reference if left out.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// The URL of an endpoint that runs already, such as http://127.0.0.1:8000.
    #[arg(long, value_name = "URL")]
    endpoint: Vec<String>,
    /// What reports and waivers call the endpoint: a name, or a name with a version (`mine@1.2`).
    #[arg(long = "as", value_name = "NAME", requires = "endpoint")]
    label: Option<String>,
    /// Every target that can run here.
    #[arg(long, conflicts_with = "targets")]
    all: bool,
}

/// One of them.
pub enum Subject {
    /// The embedded reference, and what it does otherwise than specified.
    Reference(Option<&'static Fault>),
    /// An endpoint that runs already, and what it is called.
    Endpoint(Target, Endpoint),
    /// A target.
    Target(Box<Definition>),
}

impl Subjects {
    /// What an endpoint is called: by its URL if nothing else was said.
    fn called(&self, url: &str) -> Target {
        let name = self.label.as_deref().unwrap_or(url);
        // A URL may hold such a sign of its own.
        match name.rsplit_once('@').filter(|_| self.label.is_some()) {
            Some((name, version)) => {
                Target { name: name.to_owned(), version: Some(version.to_owned()) }
            }
            None => Target { name: name.to_owned(), version: None },
        }
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.endpoint.is_empty() && !self.all
    }

    /// Finds everything that was asked for, before anything is started. The fault is planted in the
    /// reference, so there has to be one.
    pub fn resolve(&self, fault: Option<&'static Fault>) -> Result<Vec<Subject>, Failure> {
        if self.label.is_some() && self.endpoint.len() > 1 {
            return Err(Failure::usage(
                "`--as` names one endpoint, but there are several\nhint: check one at a time",
            ));
        }
        let mut subjects = Vec::new();
        for url in &self.endpoint {
            let endpoint = Endpoint::parse(url).map_err(Failure::usage)?;
            subjects.push(Subject::Endpoint(self.called(url), endpoint));
        }
        for word in &self.targets {
            subjects.push(if word == REFERENCE {
                Subject::Reference(fault)
            } else {
                Subject::Target(Box::new(Definition::find(word).map_err(Failure::usage)?))
            });
        }
        for definition in target::all().into_iter().filter(|_| self.all) {
            if !definition.in_all {
                continue;
            }
            match definition.can_run() {
                Ok(_) => subjects.push(Subject::Target(Box::new(definition))),
                Err(reason) => eprintln!(
                    "left out: {} {}: {}",
                    definition.name,
                    definition.version,
                    reason.lines().next().unwrap_or_default()
                ),
            }
        }
        if subjects.is_empty() && !self.all {
            subjects.push(Subject::Reference(fault));
        }
        if subjects.is_empty() {
            return Err(Failure::unreachable(
                "no target can run here\nhint: `reinstate targets` says what each of them needs",
            ));
        }
        let is_reference = |subject: &Subject| matches!(subject, Subject::Reference(_));
        if fault.is_some() && !subjects.iter().any(is_reference) {
            return Err(Failure::usage(
                "`--fault` is about the embedded reference\nhint: leave the target out, or name `reference` too",
            ));
        }
        Ok(subjects)
    }
}

impl Subject {
    /// What a report is about.
    pub fn of(target: &Target) -> Result<Self, Failure> {
        if target.name == REFERENCE {
            let version = target.version.as_deref().unwrap_or_default();
            let fault = version.split_once(" with the fault ").map(|(_, name)| Fault::named(name));
            return fault.transpose().map(Self::Reference).map_err(Failure::usage);
        }
        if target.name.contains("://") {
            let endpoint = Endpoint::parse(&target.name).map_err(Failure::usage)?;
            return Ok(Self::Endpoint(target.clone(), endpoint));
        }
        let word = match &target.version {
            Some(version) => format!("{}@{version}", target.name),
            None => target.name.clone(),
        };
        Definition::find(&word).map(Box::new).map(Self::Target).map_err(Failure::usage)
    }

    /// What it is called in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Reference(_) => REFERENCE.to_owned(),
            Self::Endpoint(target, _) => target.name.clone(),
            Self::Target(definition) => format!("{} {}", definition.name, definition.version),
        }
    }

    /// What reports call it.
    pub fn target(&self) -> Target {
        match self {
            // It stays the same target with a fault, so that waivers of it apply.
            Self::Reference(fault) => {
                let version = match fault {
                    Some(fault) => {
                        format!("{} with the fault {}", env!("CARGO_PKG_VERSION"), fault.name)
                    }
                    None => env!("CARGO_PKG_VERSION").to_owned(),
                };
                Target { name: REFERENCE.to_owned(), version: Some(version) }
            }
            Self::Endpoint(target, _) => target.clone(),
            Self::Target(definition) => {
                Target { name: definition.name.clone(), version: Some(definition.version.clone()) }
            }
        }
    }

    /// Runs what was asked for against it.
    pub async fn run(&self, asked: &Asked, stop: &Stop) -> Result<(Log, Swept), Failure> {
        let evidence = asked.evidence();
        let run_id = names::new_run_id();
        match self {
            Self::Reference(fault) => {
                let region = Credentials::local().region().to_owned();
                let at = Place { region, by_hand: true, is_elsewhere: false };
                let job = asked.job(self.target(), &run_id, &at)?;
                let stage = Arc::new(Embedded::new(evidence, *fault));
                Ok((until_interrupted(stage, job, &run_id, stop).await?, Swept::default()))
            }
            Self::Endpoint(_, endpoint) => {
                let credentials =
                    Credentials::from_environment().unwrap_or_else(|_| Credentials::local());
                let session = Session::new(endpoint.clone(), credentials);
                let session = session.under(evidence).within(asked.time());
                there_already(session, self.target(), asked, &run_id, stop).await
            }
            Self::Target(definition) => {
                if definition.is_remote() {
                    let (endpoint, credentials) = remote(definition)?;
                    let session = Session::new(endpoint, credentials);
                    let session = session.under(evidence).within(asked.time());
                    return there_already(session, self.target(), asked, &run_id, stop).await;
                }
                let region = Credentials::local().region().to_owned();
                let at = Place { region, by_hand: false, is_elsewhere: false };
                let job = asked.job(self.target(), &run_id, &at)?;
                let time = asked.time();
                let session = move |running: &Running| {
                    let session = Session::new(running.endpoint.clone(), Credentials::local());
                    session.under(evidence).within(time)
                };
                let processes = Arc::new(start(definition, session, stop).await?);
                let log = until_interrupted(processes.clone(), job, &run_id, stop).await;
                let died = processes.stop().await;
                let mut log = log?;
                if let Some(reason) = died.filter(|_| log.because() != Because::Interrupted) {
                    eprintln!("error: {} died in mid-run: {reason}", definition.name);
                    log.died();
                }
                Ok((log, Swept::default()))
            }
        }
    }
}

/// Where a service that is somewhere else is, and with which credentials.
fn remote(definition: &Definition) -> Result<(Endpoint, Credentials), Failure> {
    definition.can_run().map_err(|reason| {
        Failure::unreachable(format!("`{}` cannot run here: {reason}", definition.name))
    })?;
    let credentials = Credentials::from_environment().map_err(Failure::unreachable)?;
    let endpoint = definition.remote(credentials.region()).map_err(Failure::unreachable)?;
    Ok((endpoint, credentials))
}

/// Runs a plan against an endpoint that is not ours, and deletes what that may have left there.
async fn there_already(
    session: Session,
    target: Target,
    asked: &Asked,
    run_id: &str,
    stop: &Stop,
) -> Result<(Log, Swept), Failure> {
    let url = session.endpoint().to_string();
    let session = asked.safety.allow(session, &url)?;
    let at = Place::of(&session);
    asked.check_cost(&target, &at).await?;
    preflight(&session, &url).await?;
    let job = asked.job(target, run_id, &at)?;
    let (watched, guard) = asked.safety.watch(session.clone(), run_id)?;
    let log = until_interrupted(Arc::new(Shared(watched)), job, run_id, stop).await;
    // Also what a run leaves that ends with an error.
    let swept = asked.safety.clear(&session, &guard).await;
    Ok((log?, swept))
}

/// Runs what is left of a job; an interrupt lets the cases that have begun end and begins no other.
async fn until_interrupted<S: Stage>(
    stage: Arc<S>,
    job: Job,
    run_id: &str,
    stop: &Stop,
) -> Result<Log, Failure> {
    let running = job.run(stage, run_id, stop);
    tokio::pin!(running);
    let log = tokio::select! {
        log = &mut running => log,
        () = interrupted() => {
            eprintln!("interrupted: the cases that have begun are ended");
            stop.now(Because::Interrupted);
            running.await
        }
    };
    log.map_err(|error| Failure::usage(format!("the log or recording cannot be written: {error}")))
}

/// Installs a target and starts its processes; an interrupt ends them.
async fn start(
    definition: &Definition,
    session: impl Fn(&Running) -> Session + Send + Sync + 'static,
    stop: &Stop,
) -> Result<Processes, Failure> {
    let progress: fn(&str) = |text| eprintln!("  {text}");
    let starting = async {
        let installed = definition.install(&default_cache()?, &progress).await?;
        Processes::start(installed, progress, session).await
    };
    tokio::select! {
        started = starting => started.map_err(|error: TargetError| Failure::unreachable(error)),
        () = interrupted() => {
            stop.now(Because::Interrupted);
            let message = format!("interrupted while {} was being started", definition.name);
            Err(Failure { exit: Exit::Interrupted, message })
        }
    }
}

/// One request, so that what is no DynamoDB is told at once. One that is throttled tells nothing, and one at
/// which the server fails is repeated as in a case.
async fn preflight(session: &Session, url: &str) -> Result<(), Failure> {
    let mut repeats = drive::REPEATS;
    let response = loop {
        let sent = session.send("ListTables", &json!({}), Lane::Raw).await;
        let exchange = sent.exchange.map_err(Failure::unreachable)?;
        let response = exchange.response.map_err(|error| {
            Failure::unreachable(format!(
                "{url} does not answer: {error}\nhint: is an endpoint running there?"
            ))
        })?;
        if !drive::is_failure(response.status) || repeats == 0 {
            break response;
        }
        repeats -= 1;
    };
    if is_throttling(&read_answer(response.status, &response.body)) {
        return Ok(());
    }
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status == 200 && body["TableNames"].is_array() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&response.body);
    let shown: String = text.chars().take(200).collect();
    Err(Failure::unreachable(format!(
        "{url} answers, but not as DynamoDB does: HTTP {} to ListTables: {shown}\nhint: give the URL of a DynamoDB endpoint",
        response.status
    )))
}
