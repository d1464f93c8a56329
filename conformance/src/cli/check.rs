//! `reinstate check`.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use reinstate::fault::Fault;
use reinstate::log::{Because, Header};
use reinstate::plan::{Depth, Plan};
use reinstate::reference::{Options, Reference, Settle};
use reinstate::report::{self, Report, Target};
use reinstate::run::{self, Shared, Stage, Stop};
use reinstate::scenario::Lane;
use reinstate::session::Session;
use reinstate::sign::Credentials;
use reinstate::target::{Definition, Running, default_cache};
use reinstate::transport::Endpoint;
use reinstate_model::rules::Evidence;
use serde_json::json;

use super::exit::{Exit, Failure};
use super::out::say;
use super::outputs::Outputs;
use super::serve::FaultArgument;

/// What to check.
#[derive(clap::Args)]
pub struct Arguments {
    /// A target that is installed and started for the run; the embedded reference if left out.
    target: Option<String>,
    /// The URL of an endpoint that runs already, such as http://127.0.0.1:8000.
    #[arg(long, value_name = "URL", conflicts_with = "target")]
    endpoint: Option<String>,
    /// How much to try.
    #[arg(long, value_enum, default_value = "default")]
    depth: DepthArgument,
    /// Which side to take where documents and observations disagree: an endpoint may follow either
    /// with `both`.
    #[arg(long, value_enum, default_value = "both")]
    evidence: EvidenceArgument,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    fault: FaultArgument,
    #[command(flatten)]
    outputs: Outputs,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            target: None,
            endpoint: None,
            depth: DepthArgument::Default,
            evidence: EvidenceArgument::Both,
            seed: 1,
            fault: FaultArgument::default(),
            outputs: Outputs::default(),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum DepthArgument {
    Quick,
    Default,
    Thorough,
}

impl From<DepthArgument> for Depth {
    fn from(depth: DepthArgument) -> Self {
        match depth {
            DepthArgument::Quick => Depth::Quick,
            DepthArgument::Default => Depth::Default,
            DepthArgument::Thorough => Depth::Thorough,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum EvidenceArgument {
    Both,
    Documented,
    Observed,
}

impl From<EvidenceArgument> for Evidence {
    fn from(evidence: EvidenceArgument) -> Self {
        match evidence {
            EvidenceArgument::Both => Evidence::Both,
            EvidenceArgument::Documented => Evidence::Documented,
            EvidenceArgument::Observed => Evidence::Observed,
        }
    }
}

/// A reference for each case: accounts of their own, whose events are moved by the case.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// Which side is taken of what is contested.
    pub evidence: Evidence,
    /// What they do otherwise than specified.
    pub fault: Option<&'static Fault>,
}

impl Stage for Embedded {
    async fn open(&self) -> Result<(Session, Box<dyn Send>), String> {
        let options = Options { settle: Settle::Manual, fault: self.fault, ..Options::default() };
        let reference = Reference::start(options)
            .map_err(|error| format!("no reference could be started: {error}"))?;
        let endpoint = Endpoint::loopback(reference.port());
        let session = Session::new(endpoint, Credentials::local()).by_hand().under(self.evidence);
        Ok((session, Box::new(reference)))
    }
}

/// Runs the plan against what was asked for, prints the report, and writes it.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let elsewhere = arguments.target.is_some() || arguments.endpoint.is_some();
    if elsewhere && arguments.fault.fault.is_some() {
        return Err(Failure::usage(
            "`--fault` is about the embedded reference\nhint: leave the target out",
        ));
    }
    arguments.outputs.check()?;
    let plan = Plan::new(arguments.depth.into(), arguments.seed);
    let evidence = arguments.evidence.into();
    let stop = Stop::default();
    let (target, runs, interrupted) = match (&arguments.target, &arguments.endpoint) {
        (None, None) => {
            let fault = arguments.fault.fault;
            let target = Target {
                name: match fault {
                    Some(fault) => format!("reference with the fault {}", fault.name),
                    None => "reference".to_owned(),
                },
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            };
            let (runs, interrupted) =
                until_interrupted(Arc::new(Embedded { evidence, fault }), &plan, &stop).await;
            (target, runs, interrupted)
        }
        (None, Some(url)) => {
            let endpoint = Endpoint::parse(url).map_err(Failure::usage)?;
            let credentials =
                Credentials::from_environment().unwrap_or_else(|_| Credentials::local());
            let session = Session::new(endpoint, credentials).under(evidence);
            preflight(&session, url).await?;
            let (runs, interrupted) =
                until_interrupted(Arc::new(Shared(session.clone())), &plan, &stop).await;
            run::sweep(&session, &runs).await;
            (Target { name: url.clone(), version: None }, runs, interrupted)
        }
        (Some(name), _) => {
            let definition = Definition::find(name).map_err(Failure::usage)?;
            let running = start(&definition, &stop).await?;
            let session =
                Session::new(running.endpoint.clone(), Credentials::local()).under(evidence);
            let target =
                Target { name: running.name.clone(), version: Some(running.version.clone()) };
            let (runs, interrupted) =
                until_interrupted(Arc::new(Shared(session)), &plan, &stop).await;
            let died = finish(running).await;
            if let (Some(reason), false) = (died, interrupted) {
                eprintln!("error: {name} died in mid-run: {reason}");
                stop.now(Because::Unreachable);
            }
            (target, runs, interrupted)
        }
    };
    let header = Header::whole(target, &plan, arguments.depth.into(), evidence);
    let report = Report::new(&header, stop.because(), &runs);
    say(&report::terminal::render(&report));
    arguments.outputs.write(std::slice::from_ref(&report))?;
    Ok(if interrupted { Exit::Interrupted } else { exit_of(&report, stop.is_told()) })
}

/// Cases that did not come to an end, in percent of all, above which nothing is said.
const INDETERMINATE_PERCENT: usize = 20;

fn exit_of(report: &Report, died: bool) -> Exit {
    let summary = &report.summary;
    if died || summary.exchanges == 0 {
        Exit::Unreachable
    } else if report.is_unsupported() {
        Exit::Nothing
    } else if !report.conforms() {
        Exit::Diverges
    } else if summary.cases_indeterminate * 100 > summary.cases * INDETERMINATE_PERCENT {
        Exit::Indeterminate
    } else {
        Exit::Conforms
    }
}

/// Runs the plan; Ctrl-C lets the cases that have begun end and begins no other.
async fn until_interrupted<S: Stage>(
    stage: Arc<S>,
    plan: &Plan,
    stop: &Stop,
) -> (Vec<(reinstate::scenario::Scenario, reinstate::drive::CaseRun)>, bool) {
    // Names that no other run uses: the time of its start.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let run_id = format!("{:x}", now.as_millis());
    let running = run::whole(stage, plan, &run_id, stop);
    tokio::pin!(running);
    tokio::select! {
        runs = &mut running => (runs, false),
        _ = tokio::signal::ctrl_c() => {
            eprintln!("interrupted: the cases that have begun are ended");
            stop.now(Because::Interrupted);
            (running.await, true)
        }
    }
}

/// Installs and starts a target; Ctrl-C ends it.
async fn start(definition: &Definition, stop: &Stop) -> Result<Running, Failure> {
    let progress = |text: &str| eprintln!("  {text}");
    let starting = async {
        let cache = default_cache()?;
        definition.install(&cache, &progress).await?.start(&progress).await
    };
    tokio::select! {
        started = starting => started.map_err(Failure::unreachable),
        _ = tokio::signal::ctrl_c() => {
            stop.now(Because::Interrupted);
            let message = format!("interrupted while {} was being started", definition.name);
            Err(Failure { exit: Exit::Interrupted, message })
        }
    }
}

/// Ends a target, and tells if it had ended by itself.
async fn finish(mut running: Running) -> Option<String> {
    let died = running.exited();
    running.stop().await;
    died
}

/// One request, so that what is no DynamoDB is told at once.
async fn preflight(session: &Session, url: &str) -> Result<(), Failure> {
    let sent = session.send("ListTables", &json!({}), Lane::Raw).await;
    let Some(exchange) = sent.exchange else { return Ok(()) };
    let response = exchange.response.map_err(|error| {
        Failure::unreachable(format!(
            "{url} does not answer: {error}\nhint: is an endpoint running there?"
        ))
    })?;
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
