//! How large an item is, by which the service refuses those that are too large (DAT-05).
//!
//! Numbers and nested values are counted by the documented estimate, so an item of just about the
//! greatest size may be judged otherwise than by the service.

use serde_json::Value;

use crate::request::Item;

/// What a list or map takes beside its elements.
const NESTING_BYTES: usize = 3;

/// The size of an item: names and values of its attributes.
pub(super) fn size_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

/// The size of an attribute value such as `{"S": "text"}`.
pub(super) fn value_bytes(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return 0;
    };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(text)) => number_bytes(text),
        ("B", Value::String(text)) => binary_bytes(text),
        ("SS", Value::Array(texts)) => sum(texts, str::len),
        ("NS", Value::Array(texts)) => sum(texts, number_bytes),
        ("BS", Value::Array(texts)) => sum(texts, binary_bytes),
        ("L", Value::Array(values)) => {
            NESTING_BYTES + values.iter().map(|value| 1 + value_bytes(value)).sum::<usize>()
        }
        ("M", Value::Object(values)) => NESTING_BYTES + values.len() + size_bytes(values),
        _ => 1,
    }
}

fn sum(texts: &[Value], bytes: fn(&str) -> usize) -> usize {
    texts.iter().filter_map(Value::as_str).map(bytes).sum()
}

/// About one byte for two significant digits, and one more.
fn number_bytes(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len().div_ceil(2) + 1
}

/// Four letters of base64 stand for three bytes.
fn binary_bytes(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_has_the_size_of_its_bytes_and_not_of_its_letters() {
        for (value, bytes) in [
            (json!({"S": "äb"}), 3),
            (json!({"B": "AAAA"}), 3),
            (json!({"B": "AA=="}), 1),
            (json!({"N": "1234"}), 3),
            (json!({"N": "0.0012"}), 2),
            (json!({"N": "1200"}), 2),
            (json!({"BOOL": true}), 1),
            (json!({"L": [{"S": "ab"}]}), 6),
            (json!({"M": {"k": {"S": "ab"}}}), 7),
        ] {
            assert_eq!(value_bytes(&value), bytes, "{value}");
        }
    }
}
