//! Which part of a plan is judged: by rule, operation, impact and level, and which share of it.
//!
//! An operation chooses cases: those that call it. A rule, a family of rules, an impact and a level
//! choose rules: the cases that exercise one of them run, and nothing else is judged in their answers.
//! Selectors of one kind add up, those of different kinds restrict each other.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::request::Operation;
use reinstate_model::rules::{Impact, Level, Rule, catalogue};
use serde::{Deserialize, Serialize};

use crate::drive::CaseRun;
use crate::finding;
use crate::nearest::nearest;
use crate::scenario::{Scenario, fnv64};

/// One word of `--only` or `--skip`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Selector {
    /// A rule by its id.
    Rule(String),
    /// All rules whose ids begin like this: `RTB` for `RTB-90` and its neighbours.
    Family(String),
    /// An operation.
    Operation(Operation),
    /// What breaking a rule costs.
    Impact(Impact),
    /// How a rule is known.
    Level(Level),
}

impl Selector {
    /// Whether it chooses a rule that is broken in a way that costs `impact`; none if it chooses
    /// cases instead.
    fn takes_rule(&self, rule: &Rule, impact: Impact) -> Option<bool> {
        match self {
            Self::Rule(id) => Some(rule.id == *id),
            Self::Family(family) => Some(family_of(&rule.id) == family),
            Self::Impact(wanted) => Some(*wanted == impact),
            Self::Level(level) => Some(rule.level == *level),
            Self::Operation(_) => None,
        }
    }

    /// Selectors of one kind add up.
    fn kind(&self) -> u8 {
        match self {
            Self::Rule(_) | Self::Family(_) => 0,
            Self::Operation(_) => 1,
            Self::Impact(_) => 2,
            Self::Level(_) => 3,
        }
    }
}

fn family_of(id: &str) -> &str {
    id.split_once('-').map_or(id, |(family, _)| family)
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(word: &str) -> Result<Self, SelectorError> {
        let upper = word.to_uppercase();
        let lower = word.to_lowercase();
        let same = |name: &str| name.eq_ignore_ascii_case(word);
        let rules = catalogue().rules();
        if let Some(rule) = rules.iter().find(|rule| same(&rule.id)) {
            return Ok(Self::Rule(rule.id.clone()));
        }
        if rules.iter().any(|rule| family_of(&rule.id) == upper) {
            return Ok(Self::Family(upper));
        }
        if let Some(operation) = Operation::ALL.iter().find(|operation| same(operation.name())) {
            return Ok(Self::Operation(*operation));
        }
        if let Some(impact) = Impact::ALL.iter().find(|impact| impact.as_str() == lower) {
            return Ok(Self::Impact(*impact));
        }
        if let Some(level) = Level::ALL.iter().find(|level| level.as_str() == lower) {
            return Ok(Self::Level(*level));
        }
        let known = rules.iter().map(|rule| rule.id.as_str());
        let known = known.chain(Operation::ALL.iter().map(|operation| operation.name()));
        let known = known.chain(Impact::ALL.iter().map(|impact| impact.as_str()));
        let known = known.chain(Level::ALL.iter().map(|level| level.as_str()));
        Err(SelectorError { word: word.to_owned(), near: nearest(word, known) })
    }
}

impl TryFrom<String> for Selector {
    type Error = SelectorError;

    fn try_from(word: String) -> Result<Self, SelectorError> {
        word.parse()
    }
}

impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.to_string()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rule(word) | Self::Family(word) => word,
            Self::Operation(operation) => operation.name(),
            Self::Impact(impact) => impact.as_str(),
            Self::Level(level) => level.as_str(),
        })
    }
}

/// A word that selects nothing that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorError {
    word: String,
    near: Option<&'static str>,
}

impl std::error::Error for SelectorError {}

impl fmt::Display for SelectorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = &self.word;
        write!(
            formatter,
            "`{word}` is no rule, family of rules, operation, impact or level\nhint: "
        )?;
        match self.near {
            Some(near) => write!(formatter, "did you mean `{near}`?"),
            None => formatter.write_str(
                "for example `RTB-90`, `RTB`, `RestoreTableFromBackup`, `data-loss` or `documented`",
            ),
        }
    }
}

/// Which part of a plan is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Nothing but these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Selector>,
    /// None of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<Selector>,
}

impl Selection {
    /// Whether everything is judged.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }

    /// Whether it depends on the rules that a case exercises.
    pub fn is_by_rule(&self) -> bool {
        let mut all = self.only.iter().chain(&self.skip);
        all.any(|selector| !matches!(selector, Selector::Operation(_)))
    }

    /// Whether a rule that is broken in some way is judged.
    pub fn judges(&self, rule: &Rule, kind: DifferenceKind) -> bool {
        let impact = finding::impact(rule, kind);
        self.only_takes(|selector| selector.takes_rule(rule, impact))
            && !self.skip.iter().any(|selector| selector.takes_rule(rule, impact) == Some(true))
    }

    fn judges_at_all(&self, id: &str) -> bool {
        let rule = catalogue().rule(id);
        DifferenceKind::ALL.iter().any(|kind| self.judges(rule, *kind))
    }

    /// Whether a case is run that exercises these rules.
    pub fn takes(&self, scenario: &Scenario, exercises: &BTreeSet<&'static str>) -> bool {
        let calls = |selector: &Selector| match selector {
            Selector::Operation(wanted) => {
                Some(scenario.all_calls().any(|call| call.call == wanted.name()))
            }
            _ => None,
        };
        self.only_takes(calls)
            && !self.skip.iter().any(|selector| calls(selector) == Some(true))
            && (!self.is_by_rule() || exercises.iter().any(|id| self.judges_at_all(id)))
    }

    /// For each kind that says anything, one of `only` has to say yes.
    fn only_takes(&self, says: impl Fn(&Selector) -> Option<bool>) -> bool {
        (0..=3).all(|kind| {
            let mut of_kind =
                self.only.iter().filter(|selector| selector.kind() == kind).peekable();
            of_kind.peek().is_none_or(|first| says(first).is_none())
                || of_kind.any(|selector| says(selector) == Some(true))
        })
    }

    /// Takes from a case what is not judged.
    pub fn strip(&self, run: &mut CaseRun) {
        if !self.is_by_rule() {
            return;
        }
        for step in &mut run.steps {
            step.rules.retain(|id| self.judges_at_all(id));
            step.differences.retain(|difference| {
                self.judges(catalogue().rule(difference.rule), difference.kind)
            });
        }
    }
}

/// As the options of the command line that make it.
impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let only = self.only.iter().map(|selector| ("--only", selector));
        let all = only.chain(self.skip.iter().map(|selector| ("--skip", selector)));
        for (index, (option, selector)) in all.enumerate() {
            let space = if index > 0 { " " } else { "" };
            write!(formatter, "{space}{option} {selector}")?;
        }
        Ok(())
    }
}

/// A share of a plan: the `index`th of `of`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    index: u32,
    of: u32,
}

/// More shards than anybody has machines.
const MOST_SHARDS: u32 = 10_000;

impl Shard {
    /// Which one it is, counted from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Of how many.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether a case belongs to it. That depends on the case alone, so a case stays in its shard
    /// when others come and go.
    pub fn takes(self, scenario: &Scenario) -> bool {
        self.takes_named(&scenario.id())
    }

    /// The same for anything that has a name.
    pub fn takes_named(self, name: &str) -> bool {
        fnv64(name.as_bytes()) % u64::from(self.of) == u64::from(self.index - 1)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_once('/')
            .and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)))
            .filter(|(index, of)| (1..=*of).contains(index) && *of <= MOST_SHARDS)
            .map(|(index, of)| Self { index, of })
            .ok_or_else(|| {
                format!("`{text}` is no share\nhint: `1/4` is the first of four, `4/4` the last")
            })
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests;
