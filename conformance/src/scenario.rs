//! Stage 1: a case as data. Symbolic actions, the file format of `fixtures/scenarios`.
//!
//! `{table:a}` in a body stands for a table of the case, `{table:a:255}` for one whose name has 255
//! characters, `{backup:b}` for the ARN of the backup that the call labelled `b` made, and
//! `{backup-id:b}` for its last part; `{account}`, `{other-account}` and `{region}` for themselves. A
//! member that is the text `{time:c}` stands for a number: the latest restorable time that the call
//! labelled `c` told.

mod wire;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use wire::{Body, Signature, Wire};

/// Where a case comes from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A way through the states that the model checker knows.
    Tour,
    /// One request and what it needs.
    Requests,
    /// A random sequence.
    Walk,
    /// What somebody thought out: a file, or a case of the plan's own.
    #[default]
    Scenario,
    /// A request that no SDK can send.
    Wire,
}

/// Through which client a call goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// A hand-made, signed request: it can send anything.
    #[default]
    Raw,
    /// AWS's own SDK: it must accept what was answered.
    Sdk,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Action {
    /// Send a request.
    Call(Call),
    /// Ask until the service has done what it does by itself.
    Await {
        /// `table:a` or `backup:b`.
        #[serde(rename = "await")]
        what: String,
        /// The kind of the one event that is waited for, if it is one. Where events are moved by hand,
        /// this one happens and no other; elsewhere it is as good as none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<String>,
    },
    /// Let several clients make their calls at the same time, each its own ones in order. No label that
    /// is given here can be used before all have ended.
    Race {
        /// The calls of each client.
        race: Vec<Vec<Call>>,
    },
    /// Let time pass.
    Elapse {
        /// How much, in milliseconds.
        elapse_millis: u64,
    },
}

/// A request to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation.
    pub call: String,
    /// The body, with symbolic names.
    #[serde(default = "empty", skip_serializing_if = "is_empty")]
    pub with: Value,
    /// The label of the backup that it makes, of the first that it lists, or of the time that it tells.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The client.
    #[serde(default, skip_serializing_if = "is_raw")]
    pub lane: Lane,
    /// Whether it is not sent again when it is refused for the moment only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
    /// What no SDK can send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
}

impl Call {
    /// A call with a body and nothing special about it.
    pub fn new(operation: &str, with: Value) -> Self {
        Self {
            call: operation.to_owned(),
            with,
            label: None,
            lane: Lane::Raw,
            once: false,
            wire: None,
        }
    }
}

fn is_raw(lane: &Lane) -> bool {
    *lane == Lane::Raw
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

fn is_empty(with: &Value) -> bool {
    with.as_object().is_some_and(serde_json::Map::is_empty)
}

/// A case: a finite sequence of actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in a few words.
    pub title: String,
    /// The rule that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: Source,
    /// Whether it needs the account to itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// What to do.
    pub actions: Vec<Action>,
}

impl Scenario {
    /// A case that shares its account with others.
    pub fn new(title: impl Into<String>, source: Source, actions: Vec<Action>) -> Self {
        Self { title: title.into(), rule: None, source, alone: false, actions }
    }

    /// The id by which it is found again: a hash of its actions.
    pub fn id(&self) -> String {
        let text = serde_json::to_string(&self.actions).expect("actions are made of JSON values");
        format!("{:016x}", fnv64(text.as_bytes()))
    }

    /// The case up to an action, which is its last one then.
    pub fn until(&self, action: usize) -> Self {
        let actions = self.actions.iter().take(action + 1).cloned().collect();
        Self { actions, ..self.clone() }
    }

    /// How many requests it asks for, not counting those that wait.
    pub fn calls(&self) -> usize {
        self.all_calls().count()
    }

    /// Every request that it asks for, those of clients that race among them.
    pub fn all_calls(&self) -> impl Iterator<Item = &Call> {
        self.actions.iter().flat_map(|action| {
            let calls: Vec<&Call> = match action {
                Action::Call(call) => vec![call],
                Action::Race { race } => race.iter().flatten().collect(),
                Action::Await { .. } | Action::Elapse { .. } => vec![],
            };
            calls
        })
    }

    /// Whether clients race in it. What comes of that differs from run to run.
    pub fn has_race(&self) -> bool {
        self.actions.iter().any(|action| matches!(action, Action::Race { .. }))
    }

    /// The same case through the SDK.
    pub fn through_sdk(mut self) -> Self {
        self.title.push_str(", through the SDK");
        for action in &mut self.actions {
            if let Action::Call(call) = action {
                call.lane = Lane::Sdk;
            }
        }
        self
    }
}

/// The 64-bit FNV-1a hash: small, and the same for ever.
pub fn fnv64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A call.
pub fn call(operation: &str, with: Value) -> Action {
    Action::Call(Call::new(operation, with))
}

/// The same call, but it is not sent again when it is refused for the moment only.
pub fn once(action: Action) -> Action {
    match action {
        Action::Call(call) => Action::Call(Call { once: true, ..call }),
        Action::Await { .. } | Action::Race { .. } | Action::Elapse { .. } => action,
    }
}

/// A call that makes a backup with a label.
pub fn labelled(operation: &str, with: Value, label: &str) -> Action {
    Action::Call(Call { label: Some(label.to_owned()), ..Call::new(operation, with) })
}

/// Asks until `what` is at rest.
pub fn wait(what: impl Into<String>) -> Action {
    Action::Await { what: what.into(), event: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_scenario_reads_back_as_it_was_written_and_keeps_its_id() {
        let scenario = Scenario::new(
            "a backup",
            Source::Scenario,
            vec![
                labelled(
                    "CreateBackup",
                    json!({"TableName": "{table:a}", "BackupName": "abc"}),
                    "b",
                ),
                wait("backup:b"),
                Action::Elapse { elapse_millis: 5 },
            ],
        );
        let text = serde_json::to_string(&scenario).unwrap();
        let back: Scenario = serde_json::from_str(&text).unwrap();
        assert_eq!(back, scenario);
        assert_eq!(back.id(), scenario.id());
        assert_ne!(scenario.clone().through_sdk().id(), scenario.id());
    }
}
