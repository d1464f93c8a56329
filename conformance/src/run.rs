//! A plan against a target: cases run at the same time, each in a name space of its own; what needs
//! the account to itself runs last and alone.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::drive::{self, CaseRun, End};
use crate::plan::Plan;
use crate::scenario::{Lane, Scenario, Source};
use crate::session::Session;

/// Cases that run at the same time.
const AT_ONCE: usize = 16;

/// Gives every case the endpoint that it runs against.
pub trait Stage: Send + Sync + 'static {
    /// Opens a session for a case; what is returned beside it is kept until the case has ended.
    fn open(&self) -> impl Future<Output = Result<(Session, Box<dyn Send>), String>> + Send;
}

/// One endpoint for all cases.
pub struct Shared(pub Session);

impl Stage for Shared {
    async fn open(&self) -> Result<(Session, Box<dyn Send>), String> {
        Ok((self.0.clone(), Box::new(())))
    }
}

/// Tells the cases of a run to stop early.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// No case begins from here on.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs every case of a plan, in the plan's order in what is returned. A case that did not begin is
/// left out.
pub async fn run<S: Stage>(
    stage: Arc<S>,
    plan: &Plan,
    run_id: &str,
    stop: &Stop,
) -> Vec<(Scenario, CaseRun)> {
    let progress = Arc::new(Progress::new(plan.scenarios.len()));
    let (alone, together): (Vec<_>, Vec<_>) =
        plan.scenarios.iter().cloned().enumerate().partition(|(_, scenario)| scenario.alone);
    let mut done = side_by_side(&stage, together, run_id, stop, &progress, AT_ONCE).await;
    done.extend(side_by_side(&stage, alone, run_id, stop, &progress, 1).await);
    progress.finish();
    done.sort_by_key(|(index, _, _)| *index);
    done.into_iter().map(|(_, scenario, run)| (scenario, run)).collect()
}

type Done = (usize, Scenario, CaseRun);

async fn side_by_side<S: Stage>(
    stage: &Arc<S>,
    scenarios: Vec<(usize, Scenario)>,
    run_id: &str,
    stop: &Stop,
    progress: &Arc<Progress>,
    at_once: usize,
) -> Vec<Done> {
    let permits = Arc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for (index, scenario) in scenarios {
        // Taken before the task is made, so that cases begin in the order of the plan.
        let Ok(permit) = permits.clone().acquire_owned().await else { break };
        let (stage, stop, progress) = (stage.clone(), stop.clone(), progress.clone());
        let run_id = run_id.to_owned();
        tasks.spawn(async move {
            let _permit = permit;
            if stop.is_told() {
                return None;
            }
            let run = one(&*stage, &scenario, &run_id, index).await;
            // An endpoint that has gone is not asked again and again. One that hangs up on what no SDK
            // sends has not gone.
            let is_usual = scenario.source != Source::Wire;
            if is_usual && matches!(run.end, End::NoAnswer(_)) && progress.failed() {
                stop.now();
            }
            progress.step();
            Some((index, scenario, run))
        });
    }
    let mut done = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok(result) => done.extend(result),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }
    done
}

async fn one<S: Stage>(stage: &S, scenario: &Scenario, run_id: &str, number: usize) -> CaseRun {
    match stage.open().await {
        Ok((session, keep)) => {
            let run = drive::run(&session, scenario, run_id, number).await;
            drop(keep);
            run
        }
        Err(reason) => CaseRun {
            steps: vec![],
            end: End::Indeterminate(reason),
            tables: vec![],
            backups: vec![],
        },
    }
}

/// Answers that may be missing before a run is given up.
const FAILURES: usize = 20;

/// A counter on the terminal.
struct Progress {
    total: usize,
    done: AtomicUsize,
    failures: AtomicUsize,
    shown: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self {
            total,
            done: AtomicUsize::new(0),
            failures: AtomicUsize::new(0),
            shown: std::io::stderr().is_terminal(),
        }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.shown && (done.is_multiple_of(10) || done == self.total) {
            eprint!("\r  {done} of {} cases", self.total);
        }
    }

    /// Counts an answer that did not come, and tells whether those were enough.
    fn failed(&self) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES
    }

    fn finish(&self) {
        if self.shown {
            eprint!("\r{:40}\r", "");
        }
    }
}

/// Deletes what the cases of a run may have left on an endpoint that is not ours: once each, without
/// waiting. What is not there, or not yet to be deleted, is passed over.
pub async fn sweep(session: &Session, runs: &[(Scenario, CaseRun)]) {
    for (_, run) in runs {
        for arn in &run.backups {
            session.send("DeleteBackup", &json!({"BackupArn": arn}), Lane::Raw).await;
        }
        for name in &run.tables {
            session.send("DeleteTable", &json!({"TableName": name}), Lane::Raw).await;
        }
    }
}
