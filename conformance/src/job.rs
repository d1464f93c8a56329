//! One run as a whole: a part of a plan, from the log of an earlier sitting or from nothing, until its
//! cases have ended, its budget is used up, or somebody stops it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reinstate_model::rules::{Evidence, RuleId};

use crate::drive::End;
use crate::log::{Because, Case, Done, Header, Log, LogError, LogWriter, Sink};
use crate::plan::{Depth, Plan};
use crate::record::{self, First, Recorder, RecordingSink, Tape};
use crate::report::{self, Target};
use crate::run::{self, Kept, Stage, Stop};
use crate::scenario::Scenario;
use crate::select::{Selection, Shard};
use crate::session::Session;
use crate::shrink::{self, Limits, Minimal};
use crate::verdict;

/// The rules that each case of a plan exercises, by its number.
pub type Exercised = Vec<BTreeSet<RuleId>>;

/// A run that has not begun.
#[derive(Debug)]
pub struct Job {
    header: Header,
    cases: Vec<(usize, Arc<Scenario>)>,
    before: Vec<Case>,
    log: Option<Arc<LogWriter>>,
    recorder: Option<Arc<Recorder>>,
    budget: Option<Duration>,
    shrinking: Option<Limits>,
}

/// Why a run cannot go on from a log.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// It cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It is of another run.
    #[error(
        "the log `{file}` is of another run: {what}\nhint: resume with the options that began it, or begin another with `--log`",
        file = file.display()
    )]
    OtherRun {
        /// The file.
        file: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// It, or another file of the run, cannot be written.
    #[error("`{file}` cannot be written: {reason}", file = file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

impl Job {
    /// A run of a whole plan.
    pub fn whole(target: Target, plan: &Plan, depth: Depth, evidence: Evidence) -> Self {
        Self {
            header: Header::whole(target, plan, depth, evidence),
            cases: plan.numbered(),
            before: vec![],
            log: None,
            recorder: None,
            budget: None,
            shrinking: None,
        }
    }

    /// The same, but only what is selected. What each case exercises need be known only if the
    /// selection is by rule.
    #[must_use]
    pub fn selected(mut self, selection: &Selection, exercised: Option<&Exercised>) -> Self {
        let nothing = BTreeSet::new();
        self.cases.retain(|(number, scenario)| {
            let rules = exercised.and_then(|all| all.get(*number)).unwrap_or(&nothing);
            selection.takes(scenario, rules)
        });
        self.header.selection = selection.clone();
        self.header.selected = self.cases.len();
        self.header.cases = self.cases.len();
        self
    }

    /// The same, but without the cases that something forbids.
    #[must_use]
    pub fn without(mut self, forbidden: impl Fn(&Scenario) -> bool) -> Self {
        self.cases.retain(|(_, scenario)| !forbidden(scenario));
        self.header.selected = self.cases.len();
        self.header.cases = self.cases.len();
        self
    }

    /// The same, but only a share of it.
    #[must_use]
    pub fn shared(mut self, shard: Option<Shard>) -> Self {
        if let Some(shard) = shard {
            self.cases.retain(|(_, scenario)| shard.takes(scenario));
        }
        self.header.shard = shard;
        self.header.cases = self.cases.len();
        self
    }

    /// The same, but no case begins after this time.
    #[must_use]
    pub fn within(self, budget: Option<Duration>) -> Self {
        Self { budget, ..self }
    }

    /// The same, and the cases of its findings are made as small as can be within limits.
    #[must_use]
    pub fn shrinking(self, limits: Option<Limits>) -> Self {
        Self { shrinking: limits, ..self }
    }

    /// The same, and every case is logged when it has ended.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn logged(mut self, file: &Path) -> Result<Self, ResumeError> {
        let writer = LogWriter::create(file, &self.header)
            .map_err(|reason| ResumeError::Unwritable { file: file.to_owned(), reason })?;
        self.log = Some(Arc::new(writer));
        Ok(self)
    }

    /// The same, but the cases that a log holds need not be run again, and the others are added to it.
    ///
    /// # Errors
    /// If the log cannot be read or written, or is of another run.
    pub fn resumed(mut self, file: &Path) -> Result<Self, ResumeError> {
        let log = Log::read(file)?;
        if let Some(what) = log.header.differs_from(&self.header) {
            return Err(ResumeError::OtherRun { file: file.to_owned(), what });
        }
        let writer = LogWriter::resume(file, &log)
            .map_err(|reason| ResumeError::Unwritable { file: file.to_owned(), reason })?;
        self.log = Some(Arc::new(writer));
        // An endpoint that had gone may be back.
        self.before = log.cases;
        self.before.retain(|case| !matches!(case.run.end, End::NoAnswer(_)));
        let ended: BTreeSet<usize> = self.before.iter().map(|case| case.number).collect();
        self.cases.retain(|(number, _)| !ended.contains(number));
        Ok(self)
    }

    /// The same, and every exchange is kept: of a run of this id in a Region, whose events are moved by
    /// hand or not.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn recorded(
        mut self,
        file: &Path,
        run_id: &str,
        region: &str,
        by_hand: bool,
    ) -> Result<Self, ResumeError> {
        let first = First {
            schema: record::SCHEMA.to_owned(),
            header: self.header.clone(),
            run_id: run_id.to_owned(),
            region: region.to_owned(),
            by_hand,
        };
        let recorder = Recorder::create(file, first)
            .map_err(|reason| ResumeError::Unwritable { file: file.to_owned(), reason })?;
        self.recorder = Some(Arc::new(recorder));
        Ok(self)
    }

    /// What the run is.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The cases that are left to be run.
    pub fn cases(&self) -> &[(usize, Arc<Scenario>)] {
        &self.cases
    }

    /// Runs what is left. The log is returned as it would be read back.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub async fn run<S: Stage>(self, stage: Arc<S>, run_id: &str, stop: &Stop) -> io::Result<Log> {
        let mut sink: Arc<dyn Sink> = match &self.log {
            Some(log) => log.clone(),
            None => Arc::new(()),
        };
        if let Some(recorder) = self.recorder.clone() {
            sink = Arc::new(RecordingSink { recorder, then: sink });
        }
        let taped = Arc::new(Taped { stage: stage.clone(), recorder: self.recorder.clone() });
        let (header, before, limits) = (self.header, self.before, self.shrinking);
        let running = async {
            let mut cases = run::run(taped, self.cases, run_id, sink, stop).await?;
            cases.extend(before);
            cases.sort_by_key(|case| case.number);
            let minimal = match limits {
                Some(limits) => minimal(&stage, &header, &cases, run_id, limits, stop).await,
                None => Vec::new(),
            };
            io::Result::Ok((cases, minimal))
        };
        tokio::pin!(running);
        let (cases, minimal) = match self.budget {
            None => running.await?,
            Some(budget) => tokio::select! {
                ran = &mut running => ran?,
                () = tokio::time::sleep(budget) => {
                    stop.now(Because::OutOfBudget);
                    running.await?
                }
            },
        };
        let is_whole = cases.len() == header.cases;
        let because = match stop.because() {
            // Nothing was left to be done when it was stopped.
            Because::OutOfBudget | Because::Interrupted if is_whole => Because::Finished,
            because => because,
        };
        let done = Done { cases: cases.len(), because };
        if let Some(log) = &self.log {
            minimal.iter().try_for_each(|minimal| log.minimal(minimal))?;
            log.done(done)?;
        }
        if let Some(recorder) = &self.recorder {
            recorder.done(done)?;
        }
        Ok(Log { header: header.clone(), cases, minimal, done: Some(done), whole_bytes: 0 })
    }
}

/// The smallest cases that show what the cases of a run have shown.
async fn minimal<S: Stage>(
    stage: &Arc<S>,
    header: &Header,
    cases: &[Case],
    run_id: &str,
    limits: Limits,
    stop: &Stop,
) -> Vec<Minimal> {
    let tells = |case: &&Case| {
        let differs = case.run.steps.iter().any(|step| !step.differences.is_empty());
        differs || matches!(case.run.end, End::Unsupported(_))
    };
    let mut runs: Vec<_> = cases.iter().filter(tells).cloned().map(Case::into_run).collect();
    for (_, run) in &mut runs {
        header.selection.strip(run);
    }
    let unsupported = verdict::unsupported(cases.iter().map(|case| &case.run));
    let findings = report::findings(&runs, &unsupported, header.evidence);
    shrink::shrink(stage, &findings, run_id, header.planned, limits, stop).await
}

/// A stage whose exchanges are kept, if they are to be.
struct Taped<S> {
    stage: Arc<S>,
    recorder: Option<Arc<Recorder>>,
}

impl<S: Stage> Stage for Taped<S> {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let (session, keep) = self.stage.open().await?;
        let session = match self.recorder.clone() {
            Some(recorder) => session.on(Tape::Recording { recorder, case: 0 }),
            None => session,
        };
        Ok((session, keep))
    }
}

/// What each case of a plan exercises, learned from the reference.
#[cfg(feature = "reference")]
pub async fn exercised(plan: &Plan, evidence: Evidence) -> Exercised {
    let stage = Arc::new(crate::embedded::Embedded::new(evidence, None));
    let rules = |case: Case| case.run.steps.into_iter().flat_map(|step| step.rules).collect();
    run::run(stage, plan.numbered(), "exercise", Arc::new(()), &Stop::default())
        .await
        .unwrap_or_default()
        .into_iter()
        .map(rules)
        .collect()
}

#[cfg(test)]
mod tests;
