//! Ways to spoil what was right: bytes that flip, are lost or come twice, and members of the wrong kind.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// Bytes that are nearly those given.
pub fn bytes(right: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<Index>(), any::<u8>(), 0u8..4, 0usize..40);
    prop::collection::vec(change, 1..6).prop_map(move |changes| {
        let mut bytes = right.clone();
        for (place, byte, way, length) in changes {
            if bytes.is_empty() {
                return bytes;
            }
            let at = place.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match way {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(at..end)),
                _ => {
                    let twice = bytes[at..end].to_vec();
                    bytes.splice(at..at, twice);
                }
            }
        }
        bytes
    })
}

/// JSON that is nearly that given: still JSON, but members are lost, renamed, or of another kind.
pub fn json(right: Value) -> impl Strategy<Value = Value> {
    let mut places = Vec::new();
    pointers(&right, String::new(), &mut places);
    let change = (any::<Index>(), junk(), 0u8..4);
    prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut value = right.clone();
        for (place, junk, way) in changes {
            let pointer = &places[place.index(places.len())];
            let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
            match (way, value.pointer_mut(parent)) {
                (0, Some(Value::Object(members))) => drop(members.remove(name)),
                (1, Some(Value::Object(members))) => {
                    if let Some(kept) = members.remove(name) {
                        members.insert(name.to_lowercase(), kept);
                    }
                }
                _ => {
                    if let Some(spoiled) = value.pointer_mut(pointer) {
                        *spoiled = junk;
                    }
                }
            }
        }
        value
    })
}

/// A value that is hardly ever meant.
fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,300}".prop_map(Value::from),
        "arn:aws:dynamodb:[a-z0-9-]{0,20}:[0-9]{0,13}:table/.{0,20}(/backup/.{0,30})?"
            .prop_map(Value::from),
        (1usize..200).prop_map(nested),
        Just(json!([])),
        Just(json!({})),
    ]
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(
        json!(1),
        |inner, level| {
            if level % 2 == 0 { json!([inner]) } else { json!({"a": inner}) }
        },
    )
}

/// Where every value is, the whole one included.
fn pointers(value: &Value, here: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{here}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                pointers(value, format!("{here}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(here);
}
