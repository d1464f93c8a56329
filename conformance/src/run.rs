//! A plan against a target: cases run at the same time, each in a name space of its own; what needs
//! the account to itself runs last and alone.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::drive::{self, CaseRun, End};
use crate::finding::Shown;
use crate::log::{Because, Case, Sink};
use crate::plan::Plan;
use crate::scenario::{Scenario, Source};
use crate::session::Session;
use crate::verdict::{self, Support};

/// Cases that run at the same time.
const AT_ONCE: usize = 16;

/// Gives every case the endpoint that it runs against.
pub trait Stage: Send + Sync + 'static {
    /// Opens a session for a case; what is returned beside it is kept until the case has ended.
    fn open(&self) -> impl Future<Output = Result<(Session, Box<dyn Kept>), String>> + Send;
}

/// What is kept until a case has ended.
pub trait Kept: Send {
    /// Is told that the case was left without an answer.
    fn unanswered(&self) {}
}

impl Kept for () {}

/// One endpoint for all cases.
pub struct Shared(pub Session);

impl Stage for Shared {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        Ok((self.0.clone(), Box::new(())))
    }
}

/// Tells the cases of a run to stop early, and why.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<OnceLock<Because>>);

impl Stop {
    /// No case begins from here on. The first reason that was given is kept.
    pub fn now(&self, because: Because) {
        let _ = self.0.set(because);
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        self.0.get().is_some()
    }

    /// Why no further case begins; [`Because::Finished`] if nobody told it.
    pub fn because(&self) -> Because {
        self.0.get().copied().unwrap_or_default()
    }
}

/// Runs cases, each by its number in the whole plan, and tells the sink of each as soon as it has
/// ended. They are returned in the order of the plan; a case that did not begin is left out, and so are
/// exchanges that no finding will show.
///
/// # Errors
/// If the sink cannot keep a case. Those that have begun are ended all the same.
pub async fn run<S: Stage>(
    stage: Arc<S>,
    cases: Vec<(usize, Arc<Scenario>)>,
    run_id: &str,
    sink: Arc<dyn Sink>,
    stop: &Stop,
) -> io::Result<Vec<Case>> {
    let progress = Arc::new(Progress::new(cases.len()));
    let mut running = Running {
        stage,
        run_id: run_id.into(),
        sink,
        stop: stop.clone(),
        progress,
        shown: Arc::default(),
        done: vec![],
    };
    let (alone, together): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|(_, scenario)| scenario.alone);
    let kept = match running.side_by_side(together, AT_ONCE).await {
        Ok(()) => running.side_by_side(alone, 1).await,
        Err(error) => Err(error),
    };
    running.progress.finish();
    kept?;
    running.done.sort_by_key(|case| case.number);
    Ok(running.done)
}

/// Runs every case of a plan and keeps nothing but what is returned.
pub async fn whole<S: Stage>(
    stage: Arc<S>,
    plan: &Plan,
    run_id: &str,
    stop: &Stop,
) -> Vec<(Arc<Scenario>, CaseRun)> {
    let cases = run(stage, plan.numbered(), run_id, Arc::new(()), stop).await;
    cases.unwrap_or_default().into_iter().map(Case::into_run).collect()
}

/// A run that is under way.
struct Running<S> {
    stage: Arc<S>,
    run_id: Arc<str>,
    sink: Arc<dyn Sink>,
    stop: Stop,
    progress: Arc<Progress>,
    shown: Arc<Mutex<Shown>>,
    done: Vec<Case>,
}

impl<S: Stage> Running<S> {
    async fn side_by_side(
        &mut self,
        cases: Vec<(usize, Arc<Scenario>)>,
        at_once: usize,
    ) -> io::Result<()> {
        let permits = Arc::new(Semaphore::new(at_once));
        let mut tasks = JoinSet::new();
        for (number, scenario) in cases {
            // Taken before the task is made, so that cases begin in the order of the plan.
            let Ok(permit) = permits.clone().acquire_owned().await else { break };
            if self.stop.is_told() {
                break;
            }
            let (stage, stop, progress) =
                (self.stage.clone(), self.stop.clone(), self.progress.clone());
            let (run_id, sink, shown) =
                (self.run_id.clone(), self.sink.clone(), self.shown.clone());
            tasks.spawn(async move {
                let _permit = permit;
                let run = one(&*stage, &scenario, &run_id, number).await;
                if is_unanswered(&scenario, &run) && progress.unanswered(&run) {
                    stop.now(Because::Unreachable);
                }
                if progress.lacks_backups(&run) {
                    stop.now(Because::Unsupported);
                }
                if run.end.is_throttled() && progress.throttled() {
                    stop.now(Because::Throttled);
                }
                let mut case = Case { number, scenario, run };
                let kept = sink.ended(&case);
                shown.lock().unwrap_or_else(PoisonError::into_inner).thin(number, &mut case.run);
                if kept.is_err() {
                    stop.now(Because::NotKept);
                }
                progress.step();
                kept.map(|()| case)
            });
        }
        let mut all_kept = Ok(());
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok(Ok(case)) => self.done.push(case),
                Ok(Err(error)) => all_kept = Err(error),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => {}
            }
        }
        all_kept
    }
}

/// Whether a case was left without an answer. An endpoint that hangs up on what no SDK sends has not gone.
pub(crate) fn is_unanswered(scenario: &Scenario, run: &CaseRun) -> bool {
    scenario.source != Source::Wire && matches!(run.end, End::NoAnswer(_))
}

async fn one<S: Stage>(stage: &S, scenario: &Scenario, run_id: &str, number: usize) -> CaseRun {
    match stage.open().await {
        Ok((session, kept)) => {
            let session = session.of_case(number);
            let run = drive::run(&session, scenario, run_id, number).await;
            if is_unanswered(scenario, &run) {
                kept.unanswered();
            }
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

/// Cases that may go without any answer before a run is given up, and that may be throttled to their end:
/// an endpoint that has gone is not asked again and again.
const FAILURES: usize = 20;

/// Cases that may be left without an answer after some. An endpoint that never answers one operation is
/// there all the same, but each of these cases takes as long as an answer may take.
const LEFT_WITHOUT: usize = 200;

/// A counter on the terminal.
struct Progress {
    total: usize,
    done: AtomicUsize,
    unanswered: AtomicUsize,
    left_without: AtomicUsize,
    throttled: AtomicUsize,
    support: Mutex<Support>,
    shown: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self {
            total,
            done: AtomicUsize::new(0),
            unanswered: AtomicUsize::new(0),
            left_without: AtomicUsize::new(0),
            throttled: AtomicUsize::new(0),
            support: Mutex::default(),
            shown: std::io::stderr().is_terminal(),
        }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.shown && (done.is_multiple_of(10) || done == self.total) {
            eprint!("\r  {done} of {} cases", self.total);
        }
    }

    /// Counts a case in which an answer did not come, and tells whether those were enough.
    fn unanswered(&self, run: &CaseRun) -> bool {
        let is_answered = run.steps.iter().any(|step| step.status != 0);
        let (count, most) = match is_answered {
            false => (&self.unanswered, FAILURES),
            true => (&self.left_without, LEFT_WITHOUT),
        };
        count.fetch_add(1, Ordering::Relaxed) + 1 >= most
    }

    /// Whether the cases so far show that the endpoint has no backups.
    fn lacks_backups(&self, run: &CaseRun) -> bool {
        let mut support = self.support.lock().unwrap_or_else(PoisonError::into_inner);
        support.see(run);
        verdict::lacks_backups(&support.lacked())
    }

    /// Counts a case that was throttled to its end, and tells whether those were enough.
    fn throttled(&self) -> bool {
        self.throttled.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES
    }

    fn finish(&self) {
        if self.shown {
            eprint!("\r{:40}\r", "");
        }
    }
}
