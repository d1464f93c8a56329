//! The catalogue: every sentence that the specification tests, with its sources.
//!
//! The entries are data (`fixtures/rules`); the code names them by id. What an id says, how sure we
//! are of it and what breaking it costs is looked up here and nowhere else.

pub mod written;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The id of a rule, such as `RTB-90`. A test holds that code and catalogue name the same ids.
pub type RuleId = &'static str;

/// How we know a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A document of AWS states or shows it.
    Documented,
    /// Somebody recorded the real service doing it.
    Observed,
    /// Somebody says so, without a record.
    Claimed,
    /// It follows from other documents by reasoning alone.
    Inferred,
}

/// What somebody suffers who trusts an endpoint that breaks a rule, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Data is missing, overwritten or not what was backed up.
    DataLoss,
    /// A table or an answer has other values than production.
    WrongData,
    /// Something is accepted that production refuses: a test passes that should not.
    UnsafeAccept,
    /// Statuses or their order differ: code that must wait in production is never made to.
    Lifecycle,
    /// Another exception than in production.
    WrongError,
    /// Another message than in production.
    Text,
}

impl Impact {
    /// Every impact, worst first.
    pub const ALL: [Impact; 6] = [
        Impact::DataLoss,
        Impact::WrongData,
        Impact::UnsafeAccept,
        Impact::Lifecycle,
        Impact::WrongError,
        Impact::Text,
    ];

    /// The impact as it is written in the catalogue and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::DataLoss => "data-loss",
            Impact::WrongData => "wrong-data",
            Impact::UnsafeAccept => "unsafe-accept",
            Impact::Lifecycle => "lifecycle",
            Impact::WrongError => "wrong-error",
            Impact::Text => "text",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Level {
    /// All of them, surest first.
    pub const ALL: [Self; 4] = [Self::Documented, Self::Observed, Self::Claimed, Self::Inferred];

    /// The level as it is written in the catalogue and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Documented => "documented",
            Level::Observed => "observed",
            Level::Claimed => "claimed",
            Level::Inferred => "inferred",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a rule is stated or was seen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A document, as abbreviated in the catalogue's README, or the id of an observed record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When it was observed: a day, a month or a year.
    pub on: Option<String>,
}

impl fmt::Display for Source {
    /// With the time at which it was observed, if it was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.on {
            Some(on) => write!(f, "{} ({on})", self.reference),
            None => f.write_str(&self.reference),
        }
    }
}

/// How much of a message text must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// All of it.
    Exact,
    /// Its beginning.
    Prefix,
    /// Some part of it.
    Contains,
}

/// A message text as it was observed, with placeholders in braces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageTemplate {
    /// The text.
    pub text: String,
    /// How much of it must agree.
    #[serde(rename = "match")]
    pub matching: Match,
    /// The record that shows it.
    pub source: String,
    /// When it was seen.
    pub on: Option<String>,
}

/// One entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// A few words.
    pub title: String,
    /// The sentence that is tested.
    pub sentence: String,
    /// The operations that it speaks of; `*` for all.
    pub operations: Vec<String>,
    /// How we know it.
    pub level: Level,
    /// What breaking it costs.
    pub impact: Impact,
    /// Rules that say something else of the same situation.
    #[serde(default)]
    pub contested_by: Vec<String>,
    /// Whether it speaks of members newer than the core.
    #[serde(default)]
    pub extension: bool,
    /// Where it comes from.
    pub sources: Vec<Source>,
    /// The texts on record, newest first.
    #[serde(default)]
    pub messages: Vec<MessageTemplate>,
}

impl Rule {
    /// Whether an endpoint that breaks the rule fails: only what is documented or was observed may do
    /// that, and is within the core, and is not contested, unless that was settled beforehand.
    pub fn can_fail(&self, evidence: Evidence) -> bool {
        let settled =
            self.contested_by.is_empty() || (evidence != Evidence::Both && evidence.admits(self));
        matches!(self.level, Level::Documented | Level::Observed) && settled && !self.extension
    }

    /// Whether it says anything of an operation.
    pub fn speaks_of(&self, operation: &str) -> bool {
        self.operations.iter().any(|named| named == operation || named == "*")
    }
}

/// Which side is taken where documents and observations disagree.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Neither: an endpoint may follow either.
    #[default]
    Both,
    /// The documents'.
    Documented,
    /// That of what was seen, which is what the reference follows.
    Observed,
}

impl Evidence {
    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::Both => "both",
            Evidence::Documented => "documented",
            Evidence::Observed => "observed",
        }
    }

    /// Whether a rule holds: one that is contested does not if only the other side is of the kind
    /// that was chosen.
    pub fn admits(self, rule: &Rule) -> bool {
        let chosen = match self {
            Evidence::Both => return true,
            Evidence::Documented => Level::Documented,
            Evidence::Observed => Level::Observed,
        };
        let opposed = rule.contested_by.iter().map(|id| catalogue().rule(id));
        rule.level == chosen || !opposed.into_iter().any(|other| other.level == chosen)
    }
}

/// A pair of refusals of which the first was seen to win.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precedence {
    /// The operations in which it was seen.
    pub operations: Vec<String>,
    /// The rule whose refusal is answered; `SHAPE` for any constraint of the API model.
    pub first: String,
    /// The rule whose refusal is not, although it applies too; `*` for any other.
    pub over: String,
    /// The record that shows it.
    pub source: String,
}

/// Evidence that no rule tests, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Ids of the evidence.
    pub ids: Vec<String>,
    /// Why no rule tests them.
    pub reason: String,
}

/// Rules that no request to one endpoint can reach, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreached {
    /// Their ids.
    pub ids: Vec<String>,
    /// Why no answer bears on them.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Rule>,
    #[serde(default)]
    wins: Vec<Precedence>,
    #[serde(default)]
    left_out: Vec<LeftOut>,
    #[serde(default)]
    unreached: Vec<Unreached>,
}

/// All rules in reading order, the recorded precedences, and what was left out or cannot be reached.
#[derive(Debug)]
pub struct Catalogue {
    rules: Vec<Rule>,
    by_id: BTreeMap<String, usize>,
    precedence: Vec<Precedence>,
    left_out: Vec<LeftOut>,
    unreached: Vec<Unreached>,
    sections: Vec<(&'static str, Range<usize>)>,
}

macro_rules! rule_file {
    ($name:literal, $title:literal) => {
        (
            $name,
            $title,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/rules/", $name)),
        )
    };
}

/// The files of the catalogue in reading order, with their headings; those without a heading hold no
/// rules.
const FILES: [(&str, &str, &str); 15] = [
    rule_file!("01-protocol.toml", "The protocol"),
    rule_file!("02-errors.toml", "Errors common to all operations"),
    rule_file!("03-restore.toml", "RestoreTableFromBackup"),
    rule_file!("04-carried-over.toml", "What a restore carries over"),
    rule_file!("05-lifecycle.toml", "The life of a restored table"),
    rule_file!("06-backups.toml", "Backups"),
    rule_file!("07-point-in-time.toml", "RestoreTableToPointInTime"),
    rule_file!("08-continuous-backups.toml", "Continuous backups"),
    rule_file!("09-tables.toml", "Tables"),
    rule_file!("10-tags-ttl-items.toml", "Tags, time to live, limits and items"),
    rule_file!("11-quotas.toml", "Quotas"),
    rule_file!("precedence.toml", ""),
    rule_file!("left-out-1.toml", ""),
    rule_file!("left-out-2.toml", ""),
    rule_file!("unreached.toml", ""),
];

/// The catalogue that this version of the specification was built with.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut catalogue = Catalogue {
            rules: Vec::new(),
            by_id: BTreeMap::new(),
            precedence: Vec::new(),
            left_out: Vec::new(),
            unreached: Vec::new(),
            sections: Vec::new(),
        };
        for (name, title, text) in FILES {
            let first = catalogue.rules.len();
            let file: File = toml::from_str(text)
                .unwrap_or_else(|error| panic!("fixtures/rules/{name} is built in: {error}"));
            catalogue.rules.extend(file.rule);
            catalogue.precedence.extend(file.wins);
            catalogue.left_out.extend(file.left_out);
            catalogue.unreached.extend(file.unreached);
            if first < catalogue.rules.len() {
                catalogue.sections.push((title, first..catalogue.rules.len()));
            }
        }
        for (index, rule) in catalogue.rules.iter().enumerate() {
            let earlier = catalogue.by_id.insert(rule.id.clone(), index);
            assert!(earlier.is_none(), "two rules are called {}", rule.id);
        }
        catalogue
    })
}

impl Catalogue {
    /// All rules in reading order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules under their headings, in reading order.
    pub fn sections(&self) -> impl Iterator<Item = (&'static str, &[Rule])> {
        self.sections.iter().map(|(title, range)| (*title, &self.rules[range.clone()]))
    }

    /// The rule of an id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&index| &self.rules[index])
    }

    /// The rule of an id that the code names; that it exists is tested.
    ///
    /// # Panics
    /// If the catalogue has no such rule, which is a bug of the specification.
    pub fn rule(&self, id: &str) -> &Rule {
        self.get(id).unwrap_or_else(|| panic!("the catalogue has no rule {id}"))
    }

    /// The file below `fixtures/rules` that states a rule, and the line of its id.
    pub fn place(&self, id: &str) -> Option<(&'static str, usize)> {
        let wanted = format!("id = \"{id}\"");
        FILES.iter().find_map(|(name, _, text)| {
            let line = text.lines().position(|line| line == wanted)?;
            Some((*name, line + 1))
        })
    }

    /// The pairs of refusals of which one was seen to win.
    pub fn precedence(&self) -> &[Precedence] {
        &self.precedence
    }

    /// What no rule tests, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The rules that no request can reach, and why.
    pub fn unreached(&self) -> &[Unreached] {
        &self.unreached
    }

    /// How many rules a request can reach.
    pub fn reachable(&self) -> usize {
        self.rules.len() - self.unreached.iter().map(|unreached| unreached.ids.len()).sum::<usize>()
    }
}
