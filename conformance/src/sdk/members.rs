//! Reads a JSON object member by member, for builders that take one value after the other.
//!
//! The generated types cannot be deserialised, so each member is taken by its name. What is left at
//! the end is something that the SDK has no place for, and dropping it would send another request
//! than the one that was asked for.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::DateTime;
use serde_json::{Map, Value};

/// Why the SDK cannot express a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the SDK cannot express `{pointer}`: {reason}")]
pub(super) struct Refusal {
    pointer: String,
    reason: String,
}

/// Refuses the value at a JSON pointer.
pub(super) fn refuse<T>(pointer: &str, reason: impl ToString) -> Result<T, Refusal> {
    Err(Refusal {
        pointer: if pointer.is_empty() { "/" } else { pointer }.to_owned(),
        reason: reason.to_string(),
    })
}

/// The members of an object that have not been taken yet.
pub(super) struct Members<'a> {
    pointer: &'a str,
    left: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Members<'a> {
    pub(super) fn of(value: &'a Value, pointer: &'a str) -> Result<Self, Refusal> {
        let left =
            object(value, pointer)?.iter().map(|(name, value)| (name.as_str(), value)).collect();
        Ok(Self { pointer, left })
    }

    /// Takes a member, if it is there, as what `read` makes of it.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value, &str) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        let pointer = format!("{}/{name}", self.pointer);
        match self.left.remove(name) {
            None => Ok(None),
            Some(value) => read(value, &pointer).map(Some),
        }
    }

    /// Ends the reading; a member that nobody took is refused.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => {
                refuse(&format!("{}/{name}", self.pointer), "this lane has no such member")
            }
        }
    }
}

pub(super) fn string(value: &Value, pointer: &str) -> Result<String, Refusal> {
    value.as_str().map_or_else(|| refuse(pointer, "not a string"), |text| Ok(text.to_owned()))
}

/// A value of an enumeration, of which the SDK takes any word.
pub(super) fn word<T: for<'a> From<&'a str>>(value: &Value, pointer: &str) -> Result<T, Refusal> {
    string(value, pointer).map(|text| T::from(text.as_str()))
}

pub(super) fn boolean(value: &Value, pointer: &str) -> Result<bool, Refusal> {
    value.as_bool().map_or_else(|| refuse(pointer, "not a boolean"), Ok)
}

/// An integer that fits the SDK's type.
pub(super) fn integer<T: TryFrom<i64>>(value: &Value, pointer: &str) -> Result<T, Refusal> {
    value
        .as_i64()
        .and_then(|number| T::try_from(number).ok())
        .map_or_else(|| refuse(pointer, "not an integer of this size"), Ok)
}

/// A date, on the wire a number of seconds since 1970.
pub(super) fn date(value: &Value, pointer: &str) -> Result<DateTime, Refusal> {
    match (value.as_i64(), value.as_f64()) {
        (Some(seconds), _) => Ok(DateTime::from_secs(seconds)),
        (None, Some(seconds)) => Ok(DateTime::from_secs_f64(seconds)),
        (None, None) => refuse(pointer, "not a number"),
    }
}

pub(super) fn object<'a>(
    value: &'a Value,
    pointer: &str,
) -> Result<&'a Map<String, Value>, Refusal> {
    value.as_object().map_or_else(|| refuse(pointer, "not an object"), Ok)
}

pub(super) fn list<T>(
    read: impl Fn(&Value, &str) -> Result<T, Refusal>,
) -> impl FnOnce(&Value, &str) -> Result<Vec<T>, Refusal> {
    move |value, pointer| {
        let Some(entries) = value.as_array() else {
            return refuse(pointer, "not a list");
        };
        let entries = entries.iter().enumerate();
        entries.map(|(index, entry)| read(entry, &format!("{pointer}/{index}"))).collect()
    }
}

pub(super) fn map<T>(
    read: impl Fn(&Value, &str) -> Result<T, Refusal>,
) -> impl FnOnce(&Value, &str) -> Result<HashMap<String, T>, Refusal> {
    move |value, pointer| {
        let entries = object(value, pointer)?.iter();
        entries
            .map(|(name, entry)| Ok((name.clone(), read(entry, &format!("{pointer}/{name}"))?)))
            .collect()
    }
}
