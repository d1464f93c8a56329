//! Waivers: differences of a target that are known and put up with, in a file that people keep.
//!
//! They are strict. A waiver says that a rule is broken; once it is kept, or the waiver has expired, or
//! no answer bears on its rule, that is a problem of its own, so that the file never says more than is
//! true. A waiver changes whether a run fails, and nothing that a report says of the target.

mod apply;
mod edit;
mod file;
mod range;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use apply::apply;
pub use edit::{Edited, WriteOptions, prune, write};
pub use file::{Waiver, WaiverError, Waivers, day};
pub use range::Range;

/// The file that is read if no other is named.
pub const FILE: &str = "reinstate.toml";

/// What is wrong with a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The rule that it says is broken was kept.
    UnexpectedPass,
    /// Its day has come.
    Expired,
    /// It is about a rule that nothing bore on, or that does not count.
    MatchesNothing,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnexpectedPass => "unexpected pass",
            Self::Expired => "expired",
            Self::MatchesNothing => "matches nothing",
        })
    }
}

/// A waiver that is wrong, as reports tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// Its rule.
    pub rule: String,
    /// What is wrong.
    pub problem: Problem,
    /// The line of the file that it begins on.
    pub line: usize,
    /// In a sentence, with the remedy.
    pub text: String,
}

#[cfg(test)]
mod tests;
