//! Requests and sequences to try on an endpoint: valid, nearly valid and hostile.
//!
//! What a generated request should come to is not said here: the specification says it when the
//! request is made. Names are symbolic: `{table:source}` stands for a table of this case, and
//! `{backup:b}` for the ARN that an endpoint gave for the backup labelled `b`.

pub mod boundary;
pub mod overrides;
pub mod pairs;
pub mod source;
pub mod walk;

use serde_json::Value;

/// A request body and what is special about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    /// What is special, in a few words.
    pub what: String,
    /// The body.
    pub body: Value,
}

impl Variation {
    /// A body with what is special about it.
    pub fn new(what: impl Into<String>, body: Value) -> Self {
        Self { what: what.into(), body }
    }
}
