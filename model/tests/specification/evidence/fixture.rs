//! The files of `fixtures/evidence`, as they are written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// All files together.
pub struct Fixtures {
    pub records: Vec<Record>,
    pub entries: Vec<Entry>,
    pub not_executable: Vec<NotExecutable>,
    states: BTreeMap<String, Vec<Step>>,
}

/// A record of the evidence, as facts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub id: String,
    #[serde(rename = "operation")]
    _operation: String,
    pub situation: String,
    #[serde(rename = "status")]
    _status: u16,
    pub code: Option<String>,
}

/// A record that is not replayed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotExecutable {
    pub id: String,
    pub reason: String,
}

/// A record that is replayed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub id: String,
    /// Why it is written as it is, where that needs saying.
    pub because: Option<String>,
    #[serde(default)]
    reference: Reference,
    given: Vec<Step>,
    when: When,
    then: Then,
    corruption: Corruption,
    #[serde(default)]
    also: Vec<Also>,
}

/// Whether the reference answers what was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    #[default]
    Agrees,
    Differs,
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let agrees = bool::deserialize(deserializer)?;
        Ok(if agrees { Self::Agrees } else { Self::Differs })
    }
}

/// Another request that shows the same record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Also {
    #[serde(default)]
    reference: Reference,
    given: Option<Vec<Step>>,
    when: Option<When>,
    then: Option<Then>,
    corruption: Option<Corruption>,
}

/// One account, one request, one answer.
pub struct Case<'a> {
    pub reference: Reference,
    pub given: &'a [Step],
    pub when: &'a When,
    pub then: &'a Then,
    pub corruption: &'a Corruption,
}

/// A step on the way to the account in question.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// `settle`, or an event in the words of the model.
    Event(String),
    /// The steps of `states.json` under that name.
    State { state: String },
    /// Time passes.
    Elapse { elapse: u64 },
    /// The same steps with `{i}` from 1 on.
    Repeat { repeat: usize, steps: Vec<Step> },
    /// A request, accepted unless it says otherwise.
    Request(Given),
}

/// A request on the way to the account in question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub operation: String,
    pub body: Value,
    /// The label of what it makes.
    #[serde(rename = "as")]
    pub label: Option<String>,
    /// The code with which it is refused.
    pub refused: Option<String>,
}

/// The request in question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub operation: String,
    pub body: Option<Value>,
    /// A body that is sent as it is.
    pub raw: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    pub status: u16,
    pub code: Option<String>,
    pub message: Option<String>,
    pub message_prefix: Option<String>,
    pub message_contains: Option<String>,
    /// The whole of `__type`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// How the member of the message is spelled.
    pub message_member: Option<String>,
    /// The checksum of the body.
    pub crc32: Option<String>,
    /// The facts, as a part of the body.
    pub body: Option<Value>,
    /// JSON pointers to members that were there, of whatever value.
    #[serde(default)]
    pub present: Vec<String>,
    /// JSON pointers to members that were not there.
    #[serde(default)]
    pub absent: Vec<String>,
}

/// A change of the answer that must be noticed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corruption {
    /// What is wrong then, in words.
    pub name: String,
    /// Refused with this code.
    pub code: Option<String>,
    /// Refused with this text.
    pub message: Option<String>,
    /// Accepted.
    #[serde(default)]
    pub accepted: bool,
    /// With another HTTP status.
    pub status: Option<u16>,
    /// With another `__type`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// With these headers; null takes one away.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// With other values, by JSON pointer.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Without these members.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl Fixtures {
    /// Reads them all.
    pub fn read() -> Self {
        let entries = files()
            .iter()
            .filter(|path| is_family(path))
            .flat_map(|path| read::<Vec<Entry>>(path))
            .collect();
        Self {
            records: read(&folder().join("records.json")),
            entries,
            not_executable: read(&folder().join("not-executable.json")),
            states: read(&folder().join("states.json")),
        }
    }

    /// The entries whose id begins with `family`.
    pub fn family(&self, family: &str) -> Vec<&Entry> {
        let prefix = format!("{family}-");
        self.entries.iter().filter(|entry| entry.id.starts_with(&prefix)).collect()
    }

    /// The steps of a named state.
    pub fn state(&self, name: &str) -> Result<&[Step], String> {
        self.states.get(name).map(Vec::as_slice).ok_or_else(|| format!("no state `{name}`"))
    }
}

impl Entry {
    /// Every request of the entry; one that leaves a part out has that of the first.
    pub fn cases(&self) -> Vec<Case<'_>> {
        let first = Case {
            reference: self.reference,
            given: &self.given,
            when: &self.when,
            then: &self.then,
            corruption: &self.corruption,
        };
        let others = self.also.iter().map(|also| Case {
            reference: if self.reference == Reference::Differs {
                self.reference
            } else {
                also.reference
            },
            given: also.given.as_deref().unwrap_or(&self.given),
            when: also.when.as_ref().unwrap_or(&self.when),
            then: also.then.as_ref().unwrap_or(&self.then),
            corruption: also.corruption.as_ref().unwrap_or(&self.corruption),
        });
        std::iter::once(first).chain(others).collect()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/evidence")
}

fn files() -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder()).expect("the evidence is in the tree");
    let mut files: Vec<_> =
        listed.map(|file| file.expect("a folder can be listed").path()).collect();
    files.sort();
    files
}

/// Whether a file holds entries: all that is JSON and no list or set of states.
fn is_family(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".json")
        && !["records.json", "not-executable.json", "states.json"].contains(&name)
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}
