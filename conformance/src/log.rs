//! The event log: what a run is, then each case when it has ended, then that the run has ended.
//!
//! One JSON value on each line. A line is written at once and as a whole, so that a run that is killed
//! leaves a log that can be read up to its last case, and continued from there.

mod merge;
mod read;
mod write;

use std::sync::Arc;

use reinstate_model::rules::Evidence;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

pub use merge::{MergeError, merge};
pub use read::{Log, LogError};
pub use write::{LogWriter, Sink};

use crate::drive::CaseRun;
use crate::plan::{Depth, Plan};
use crate::report::Target;
use crate::scenario::Scenario;
use crate::select::{Selection, Shard};
use crate::shrink::Minimal;

/// The version of the log's form.
pub const SCHEMA: &str = "reinstate-log/1";

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// The first line: what the run is.
    Header(Header),
    /// A case that has ended.
    Case(Box<Case>),
    /// After all cases: the smallest case that shows a finding.
    Minimal(Box<Minimal>),
    /// The last line: the run has ended.
    Done(Done),
}

/// What a run is. Runs of equal headers judge the same cases in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of Reinstate.
    pub version: String,
    /// What is tested.
    pub target: Target,
    /// The hash of the plan, before anything is selected from it.
    pub plan: String,
    /// Cases of the plan.
    pub planned: usize,
    /// Cases that are left of it after the selection.
    pub selected: usize,
    /// Cases that are left of these in this shard.
    pub cases: usize,
    /// The seed of everything random.
    pub seed: u64,
    /// How much is tried.
    pub depth: Depth,
    /// Which side is taken of what is contested.
    pub evidence: Evidence,
    /// Which part of the plan is judged.
    #[serde(default, skip_serializing_if = "Selection::is_all")]
    pub selection: Selection,
    /// Which share of these cases is judged; all if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

impl Header {
    /// A run of a whole plan.
    pub fn whole(target: Target, plan: &Plan, depth: Depth, evidence: Evidence) -> Self {
        let planned = plan.scenarios.len();
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target,
            plan: plan.hash(),
            planned,
            selected: planned,
            cases: planned,
            seed: plan.seed,
            depth,
            evidence,
            selection: Selection::default(),
            shard: None,
        }
    }
}

/// A case that has ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Case {
    /// Its place in the plan.
    pub number: usize,
    /// The case itself.
    pub scenario: Arc<Scenario>,
    /// What became of it.
    pub run: CaseRun,
}

/// Its line also has its id, for those who search the log by it.
impl Serialize for Case {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Case", 4)?;
        line.serialize_field("number", &self.number)?;
        line.serialize_field("id", &self.scenario.id())?;
        line.serialize_field("scenario", &self.scenario)?;
        line.serialize_field("run", &self.run)?;
        line.end()
    }
}

impl Case {
    /// What reports are made of.
    pub fn into_run(self) -> (Arc<Scenario>, CaseRun) {
        (self.scenario, self.run)
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Cases that were begun and have ended.
    pub cases: usize,
    /// Why others were not begun, if they were not.
    pub because: Because,
}

/// Why no further case was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// There was none left.
    #[default]
    Finished,
    /// The time of `--budget` was over.
    OutOfBudget,
    /// The endpoint has gone.
    Unreachable,
    /// The endpoint has no backups, so that there is nothing to judge.
    Unsupported,
    /// The endpoint throttles whatever is asked.
    Throttled,
    /// What was found could not be kept.
    NotKept,
    /// Somebody interrupted the run.
    Interrupted,
}

impl Because {
    /// The reason in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "the run was cut off",
            Self::OutOfBudget => "the budget was used up",
            Self::Unreachable => "the endpoint has gone",
            Self::Unsupported => "the endpoint has no backups",
            Self::Throttled => "the endpoint throttles everything",
            Self::NotKept => "what was found could not be kept",
            Self::Interrupted => "somebody interrupted the run",
        }
    }
}

#[cfg(test)]
mod tests;
