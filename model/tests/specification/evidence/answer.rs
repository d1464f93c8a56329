//! The answer that was seen, as a whole one: what the record leaves open is as in the reference's.

use std::fmt;

use reinstate_model::outcome::ErrorCode;
use reinstate_model::wire;
use serde_json::{Map, Value, json};

use super::fixture::{Corruption, Then};
use super::json::{missing, overlay, remove, set};
use super::replay::Answered;

/// Stands for a text that nobody wrote down.
const UNRECORDED: &str = "a text that was not recorded";

/// An answer as it came over the wire.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub status: u16,
    body: Value,
    /// Headers that are not as usual.
    odd_headers: Map<String, Value>,
    /// The checksum that was seen.
    crc32: Option<String>,
}

impl Recorded {
    /// The answer of a record, completed by the reference's.
    pub fn new(then: &Then, reference: &Answered) -> Self {
        let body =
            if then.status == 200 { success(then, reference) } else { error(then, reference) };
        Self { status: then.status, body, odd_headers: Map::new(), crc32: then.crc32.clone() }
    }

    /// The same, but with a fault.
    pub fn corrupted(&self, corruption: &Corruption) -> Result<Self, String> {
        let mut other = self.clone();
        if corruption.accepted {
            other.status = 200;
            other.body = json!({});
        }
        if let Some(code) = &corruption.code {
            other.status = 400;
            let kind = shape_id(code);
            let text = self.message().unwrap_or(UNRECORDED);
            other.body = error_body(&kind, usual_member(&kind), Some(text));
        }
        if let Some(message) = &corruption.message {
            let name = self.message_member().unwrap_or("message").to_owned();
            set(&mut other.body, &format!("/{name}"), json!(message))?;
        }
        if let Some(kind) = &corruption.kind {
            set(&mut other.body, "/__type", json!(kind))?;
        }
        for (pointer, value) in &corruption.set {
            set(&mut other.body, pointer, value.clone())?;
        }
        for pointer in &corruption.remove {
            if other.body.pointer(pointer).is_none() {
                return Err(format!("there is nothing at {pointer} to take away in {self}"));
            }
            remove(&mut other.body, pointer);
        }
        other.status = corruption.status.unwrap_or(other.status);
        other.odd_headers = corruption.headers.clone();
        other.crc32 = None;
        if other.body == self.body && other.status == self.status && other.odd_headers.is_empty() {
            return Err("the corruption changes nothing".to_owned());
        }
        Ok(other)
    }

    /// The body as it came.
    pub fn bytes(&self) -> Vec<u8> {
        self.body.to_string().into_bytes()
    }

    /// The headers of every answer, save those that are not as usual.
    pub fn headers(&self, body: &[u8]) -> Vec<(String, String)> {
        let crc32 = self.crc32.clone().unwrap_or_else(|| crc32(body).to_string());
        let usual = [
            ("content-type", "application/x-amz-json-1.0".to_owned()),
            ("x-amzn-requestid", "A".repeat(52)),
            ("x-amz-crc32", crc32),
            ("server", "Server".to_owned()),
            ("connection", "keep-alive".to_owned()),
        ];
        usual
            .into_iter()
            .filter_map(|(name, usual)| match self.odd_headers.get(name) {
                None => Some((name.to_owned(), usual)),
                Some(Value::String(odd)) => Some((name.to_owned(), odd.clone())),
                Some(_) => None,
            })
            .collect()
    }

    fn message_member(&self) -> Option<&'static str> {
        ["message", "Message"].into_iter().find(|name| self.body.get(*name).is_some())
    }

    fn message(&self) -> Option<&str> {
        self.message_member().and_then(|name| self.body[name].as_str())
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {} {}", self.status, self.body)
    }
}

fn success(then: &Then, reference: &Answered) -> Value {
    let empty = json!({});
    let base = if reference.status == 200 { &reference.body } else { &empty };
    let mut body = overlay(base, then.body.as_ref().unwrap_or(&empty));
    for pointer in &then.absent {
        remove(&mut body, pointer);
    }
    body
}

fn error(then: &Then, reference: &Answered) -> Value {
    let theirs = reference_error(reference);
    let code =
        then.code.as_deref().or(theirs.map(|(code, _)| code)).unwrap_or("ValidationException");
    let kind = then.kind.clone().unwrap_or_else(|| shape_id(code));
    let whole = theirs.filter(|(theirs, _)| *theirs == code).and_then(|(_, message)| message);
    let whole = whole.filter(|whole| then.fits(Some(whole)));
    let cut = then.message.as_deref().or(then.message_prefix.as_deref());
    let message = then.message.as_deref().or(whole).or(cut).or(then.message_contains.as_deref());
    let member = then.message_member.as_deref().unwrap_or_else(|| usual_member(&kind));
    // What the service itself says comes with a text, if perhaps one that nobody wrote down.
    let message = message.or((member == "message").then_some(UNRECORDED));
    error_body(&kind, member, message)
}

fn reference_error(reference: &Answered) -> Option<(&str, Option<&str>)> {
    let code = wire::error_name(reference.body["__type"].as_str()?);
    let message = reference.body.get("message").or(reference.body.get("Message"));
    (reference.status != 200).then_some((code, message.and_then(Value::as_str)))
}

/// How the member of the message is spelled (PRO-017 to PRO-019).
fn usual_member(kind: &str) -> &'static str {
    if kind.starts_with("com.amazon.coral.service") { "Message" } else { "message" }
}

fn error_body(kind: &str, member: &str, message: Option<&str>) -> Value {
    let mut body = Map::new();
    body.insert("__type".to_owned(), json!(kind));
    if let Some(message) = message {
        body.insert(member.to_owned(), json!(message));
    }
    Value::Object(body)
}

fn shape_id(code: &str) -> String {
    match ErrorCode::named(code) {
        Some(code) => code.shape_id(),
        None => format!("com.amazonaws.dynamodb.v20120810#{code}"),
    }
}

impl Then {
    /// Whether anything of the text was seen.
    pub fn has_text(&self) -> bool {
        [&self.message, &self.message_prefix, &self.message_contains]
            .iter()
            .any(|text| text.is_some())
    }

    /// Whether a message fits what was seen of it.
    fn fits(&self, message: Option<&str>) -> bool {
        let fits = |seen: &Option<String>, fits: fn(&str, &str) -> bool| {
            seen.as_ref().is_none_or(|seen| message.is_some_and(|message| fits(message, seen)))
        };
        fits(&self.message, same_text)
            && fits(&self.message_prefix, begins_with)
            && fits(&self.message_contains, |message, seen| message.contains(seen))
    }
}

/// Whether two texts are the same; the clauses of a joined text have no order (PRO-026).
fn same_text(left: &str, right: &str) -> bool {
    let sorted = |text| {
        let (count, mut listed) = clauses(text)?;
        listed.sort_unstable();
        Some((count, listed))
    };
    left == right || (clauses(left).is_some() && sorted(left) == sorted(right))
}

/// Whether a text begins as seen. Of joined clauses, only the last one seen may be cut.
fn begins_with(message: &str, seen: &str) -> bool {
    let in_any_order = || {
        let ((count, mut whole), (seen_count, seen)) = (clauses(message)?, clauses(seen)?);
        let (cut, complete) = seen.split_last()?;
        for clause in complete {
            whole.swap_remove(whole.iter().position(|whole| whole == clause)?);
        }
        (count == seen_count && whole.iter().any(|clause| clause.starts_with(cut))).then_some(())
    };
    message.starts_with(seen) || in_any_order().is_some()
}

/// The count and the clauses of a joined text.
fn clauses(text: &str) -> Option<(&str, Vec<&str>)> {
    let (count, listed) = text.split_once(" detected: ")?;
    Some((count, listed.split("; ").collect()))
}

/// What of the record the reference does not give.
pub fn reference_misses(then: &Then, reference: &Answered) -> Option<String> {
    if reference.status != then.status {
        return Some(format!("answers HTTP {} {}", reference.status, reference.body));
    }
    if then.status == 200 {
        let fact = then.body.as_ref().and_then(|part| missing(part, Some(&reference.body), ""));
        let is_there = |pointer: &&String| reference.body.pointer(pointer).is_some();
        let missing = then.present.iter().find(|pointer| !is_there(pointer));
        let extra = then.absent.iter().find(is_there);
        return fact
            .or_else(|| missing.map(|pointer| format!("{pointer} is absent")))
            .or_else(|| extra.map(|pointer| format!("{pointer} is there")));
    }
    let (code, message) = reference_error(reference)?;
    if then.code.as_ref().is_some_and(|seen| seen != code) {
        return Some(format!("answers {}", reference.body));
    }
    let kind = reference.body["__type"].as_str();
    if then.kind.is_some() && then.kind.as_deref() != kind {
        return Some(format!("has the type {kind:?}"));
    }
    let member = then.message_member.as_ref();
    if member.is_some_and(|member| reference.body.get(member).is_none()) {
        return Some(format!("spells the message otherwise: {}", reference.body));
    }
    (!then.fits(message)).then(|| format!("says {message:?}"))
}

/// CRC-32 as in zlib, bit by bit: bodies are small.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}
