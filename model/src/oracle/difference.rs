//! In what an answer differs from what it may be.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rules::{RuleId, written};

/// The kind of a difference between what an endpoint answered and what it may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// It accepted what must be refused.
    Accepted,
    /// It refused what must be accepted.
    Refused,
    /// It refused with another exception.
    WrongError,
    /// It refused with another text.
    WrongText,
    /// A member of the answer is missing, wrong or too many.
    WrongMember,
    /// It answered as if something that takes time were done already.
    TooFast,
}

impl DifferenceKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Refused,
        Self::WrongError,
        Self::WrongText,
        Self::WrongMember,
        Self::TooFast,
    ];

    /// The kind as it is written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            DifferenceKind::Accepted => "accepted",
            DifferenceKind::Refused => "refused",
            DifferenceKind::WrongError => "wrong-error",
            DifferenceKind::WrongText => "wrong-text",
            DifferenceKind::WrongMember => "wrong-member",
            DifferenceKind::TooFast => "too-fast",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One difference between what an endpoint answered and what it may answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The rule that the endpoint breaks.
    #[serde(deserialize_with = "written::one")]
    pub rule: RuleId,
    /// The member of the answer, as a JSON pointer; empty for the answer as a whole.
    pub pointer: String,
    /// What it may be, in words.
    pub expected: String,
    /// What it was.
    pub got: String,
}

/// How much a difference weighs when explanations are compared: the mildest that does is the one to
/// charge an endpoint with.
pub(super) fn weight(kind: DifferenceKind) -> usize {
    match kind {
        DifferenceKind::WrongText => 1,
        DifferenceKind::TooFast => 2,
        DifferenceKind::WrongMember => 4,
        DifferenceKind::WrongError => 8,
        DifferenceKind::Accepted | DifferenceKind::Refused => 16,
    }
}
