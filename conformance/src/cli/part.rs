//! Which part of a plan `reinstate check` runs, for how long, and where it keeps what it did.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{StringValueParser, TypedValueParser};
use reinstate::cost::Prices;
use reinstate::duration;
use reinstate::job::{self, Exercised, Job};
use reinstate::log::{Because, Header};
use reinstate::names;
use reinstate::plan::{Depth, Plan};
use reinstate::rehearsal;
use reinstate::report::{Report, Target};
use reinstate::select::{Selection, Selector, Shard};
use reinstate::session::Session;
use reinstate::shrink::Limits;
use reinstate_model::rules::Evidence;

use super::exit::{Exit, Failure};
use super::safety::SafetyArguments;
use super::shrink::ShrinkArguments;
use super::timeout::Timeout;

/// Which part of the plan.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Part of the plan")]
pub struct PartArguments {
    /// Judge these only: rules (RTB-90), families of rules (RTB), operations, impacts (data-loss) or
    /// levels (documented). Words of one kind add up, those of different kinds restrict each other.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    only: Vec<Selector>,
    /// Judge none of these.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    skip: Vec<Selector>,
    /// Run one share of the cases, such as 1/4; `reinstate merge` puts the logs of all together.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Begin no case after this time, such as 30s or 5m.
    #[arg(long, value_name = "TIME", value_parser = StringValueParser::new().try_map(time))]
    budget: Option<Duration>,
    /// Log each case when it has ended, for `reinstate merge` and `--resume`.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Go on with the run that left this log, with the options that began it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["log", "record"])]
    resume: Option<PathBuf>,
}

fn time(text: String) -> Result<Duration, String> {
    duration::parse(&text)
        .map_err(|problem| format!("`{text}` {problem}\nhint: write a time such as `30s` or `5m`"))
}

impl PartArguments {
    /// Refuses what is about one run where there are several.
    pub fn check_alone(&self, safety: &SafetyArguments) -> Result<(), Failure> {
        if self.log.is_none() && self.resume.is_none() && !safety.is_about_one() {
            return Ok(());
        }
        Err(Failure::usage(
            "a log, a journal and a recording are of one target each\nhint: check one target at a time with `--log`, `--resume`, `--journal` and `--record`",
        ))
    }

    fn selection(&self) -> Selection {
        Selection { only: self.only.clone(), skip: self.skip.clone() }
    }
}

/// How a subject is reached.
pub struct Place {
    /// The Region.
    pub region: String,
    /// Whether its events are moved by hand.
    pub by_hand: bool,
    /// Whether it is not on this machine, so that it may hold what is somebody else's.
    pub is_elsewhere: bool,
}

impl Place {
    /// That of a session.
    pub fn of(session: &Session) -> Self {
        Self {
            region: session.region().to_owned(),
            by_hand: session.by_hand,
            is_elsewhere: !session.endpoint().is_loopback(),
        }
    }
}

/// What to run against each subject.
pub struct Asked {
    part: PartArguments,
    /// How careful to be.
    pub safety: SafetyArguments,
    plan: Plan,
    depth: Depth,
    evidence: Evidence,
    /// How long an answer may take.
    time: Duration,
    /// What each case exercises, if the choice depends on it.
    exercised: Option<Exercised>,
    /// How much to spend on minimal cases; nothing if left out.
    shrink: Option<ShrinkArguments>,
}

impl Asked {
    /// A part of a plan.
    pub async fn new(
        part: PartArguments,
        safety: SafetyArguments,
        plan: Plan,
        depth: Depth,
        evidence: Evidence,
    ) -> Self {
        let exercised = match part.selection().is_by_rule() {
            true => Some(job::exercised(&plan, evidence).await),
            false => None,
        };
        let time = Timeout::default().time();
        Self { part, safety, plan, depth, evidence, time, exercised, shrink: None }
    }

    /// The same, where an answer may take so much time.
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// The same, and the cases of findings are made as small as can be.
    pub fn with_minimal_cases(self, shrink: ShrinkArguments) -> Self {
        Self { shrink: Some(shrink), ..self }
    }

    /// How much to spend on minimal cases where it is reached like this. A recording is of the plan, and
    /// is to give the same report when it is judged again.
    fn shrinking(&self, at: &Place) -> Option<Limits> {
        self.shrink.as_ref().filter(|_| self.safety.record.is_none())?.limits(at)
    }

    /// How long an answer may take.
    pub fn time(&self) -> Duration {
        self.time
    }

    /// What is told of a target that could not be asked anything.
    pub fn unasked(&self, target: Target) -> Report {
        let header = Header::whole(target, &self.plan, self.depth, self.evidence);
        Report::new(&header, Because::Unreachable, &[])
    }

    /// Which side is taken of what is contested.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Refuses a run on a real account that is estimated to cost more than may be spent, before anything
    /// is sent: one that stops in the middle has been paid for and says little.
    pub async fn check_cost(&self, target: &Target, at: &Place) -> Result<(), Failure> {
        if !at.is_elsewhere {
            return Ok(());
        }
        let job = self.selected(target.clone(), at)?;
        let job = match &self.part.resume {
            Some(file) => job.resumed(file).map_err(Failure::usage)?,
            None => job,
        };
        let bill = rehearsal::bill(job.cases().to_vec(), Prices::shipped()).await;
        self.safety.afford(&target.name, bill.total())
    }

    /// The run of an id against a target that is reached like this.
    pub fn job(&self, target: Target, run_id: &str, at: &Place) -> Result<Job, Failure> {
        let job = self.selected(target, at)?;
        let job = match &self.safety.record {
            Some(file) => {
                job.recorded(file, run_id, &at.region, at.by_hand).map_err(Failure::usage)?
            }
            None => job,
        };
        match (&self.part.log, &self.part.resume) {
            (Some(file), _) => job.logged(file).map_err(Failure::usage),
            (None, Some(file)) => job.resumed(file).map_err(Failure::usage),
            (None, None) => Ok(job),
        }
    }

    /// The same, of which no file is written yet.
    fn selected(&self, target: Target, at: &Place) -> Result<Job, Failure> {
        let part = &self.part;
        let selection = part.selection();
        let job = Job::whole(target, &self.plan, self.depth, self.evidence)
            .selected(&selection, self.exercised.as_ref())
            .without(|scenario| at.is_elsewhere && names::has_short_names(scenario))
            .shared(part.shard)
            .within(part.budget)
            .shrinking(self.shrinking(at));
        if job.header().selected == 0 {
            return Err(Failure {
                exit: Exit::Nothing,
                message: format!(
                    "no case of the plan is left by `{selection}`\nhint: select more, or try more with `--depth thorough`"
                ),
            });
        }
        Ok(job)
    }
}
