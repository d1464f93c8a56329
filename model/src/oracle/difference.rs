//! In what an answer differs from what it may be.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::only_reads;
use crate::rules::{Evidence, RuleId, catalogue, written};

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

/// What is said of a member that was not there.
pub(super) const ABSENT: &str = "absent";

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

impl Difference {
    /// Whether an endpoint fails by it in its answer to an operation.
    pub fn fails(&self, operation: &str, evidence: Evidence) -> bool {
        catalogue().rule(self.rule).can_fail(evidence) && !self.is_by_analogy(operation)
    }

    /// Whether the rule speaks of another operation: what is known of one is no evidence of another that
    /// may be like it. But what a rule says of a table or a backup shows in the answers of all operations
    /// that only read.
    pub fn is_by_analogy(&self, operation: &str) -> bool {
        let shows = matches!(self.kind, DifferenceKind::WrongMember | DifferenceKind::TooFast)
            && only_reads(operation);
        !shows && !catalogue().rule(self.rule).speaks_of(operation)
    }

    /// Whether it is about how far a table or a backup has come. That an endpoint tells in so many words,
    /// so no explanation that denies it is looked for.
    pub(super) fn denies_status(&self) -> bool {
        self.kind == DifferenceKind::WrongMember
            && (self.pointer.ends_with("/TableStatus") || self.pointer.ends_with("/BackupStatus"))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_held_against_the_operations_that_it_speaks_of_and_where_its_state_is_read() {
        let fails = |rule, kind, operation: &str| {
            let (pointer, expected, got) = (String::new(), String::new(), String::new());
            Difference { kind, rule, pointer, expected, got }.fails(operation, Evidence::Both)
        };
        let member = DifferenceKind::WrongMember;
        assert!(fails("CAR-06", member, "RestoreTableFromBackup"));
        assert!(fails("CAR-06", member, "DescribeTable"));
        assert!(!fails("CAR-06", member, "UpdateTable"));
        // It is documented that overrides are the same there (PTR-06).
        assert!(fails("RTB-27", DifferenceKind::Accepted, "RestoreTableToPointInTime"));
        assert!(!fails("TAG-004", DifferenceKind::Accepted, "UntagResource"));
        assert!(!fails("TAG-004", DifferenceKind::WrongError, "ListTagsOfResource"));
        assert!(fails("PRO-03", member, "UpdateTable"));
    }

    #[test]
    fn the_milder_a_difference_is_the_less_it_weighs() {
        let weights = DifferenceKind::ALL.map(|kind| (weight(kind), kind));
        let mut kinds = weights.to_vec();
        kinds.sort();
        let names: Vec<_> = kinds.iter().map(|(weight, kind)| format!("{weight} {kind}")).collect();
        let expected = [
            "1 wrong-text",
            "2 too-fast",
            "4 wrong-member",
            "8 wrong-error",
            "16 accepted",
            "16 refused",
        ];
        assert_eq!(names, expected);
    }
}
