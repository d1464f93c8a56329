//! Attribute values in the form in which the service keeps them, so that two texts of one value are one
//! value: a number without zeros that mean nothing, a set in one order.
//!
//! `12.50`, `1.25E1` and `12.5` are the same number (Developer Guide, Supported data types: leading and
//! trailing zeros are trimmed), and a set has no order. Which text an endpoint shows is never held
//! against it.

use serde_json::Value;

use crate::request::Item;

/// The greatest power of ten of a digit of a number that can be kept, and minus the least.
const MOST_POWER: i32 = 130;

/// An item, or a key, as it is kept.
pub fn kept_item(item: &Item) -> Item {
    item.iter().map(|(name, value)| (name.clone(), kept(value))).collect()
}

/// An attribute value such as `{"N": "1.0"}` as it is kept. What is no attribute value stays as it is.
pub fn kept(value: &Value) -> Value {
    let Some(typed) = value.as_object() else { return value.clone() };
    let typed = typed.iter().map(|(kind, value)| {
        let value = match (kind.as_str(), value) {
            ("N", Value::String(text)) => Value::String(number(text)),
            ("SS" | "BS", Value::Array(texts)) => sorted(texts.clone()),
            ("NS", Value::Array(texts)) => sorted(texts.iter().map(number_in_set).collect()),
            ("L", Value::Array(values)) => values.iter().map(kept).collect(),
            ("M", Value::Object(values)) => Value::Object(kept_item(values)),
            (_, value) => value.clone(),
        };
        (kind.clone(), value)
    });
    Value::Object(typed.collect())
}

fn number_in_set(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| Value::String(number(text)))
}

fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
    Value::Array(values)
}

/// The number in plain decimal notation, without zeros that mean nothing. A text that is no number, or one
/// beyond what can be kept, stays as it is.
fn number(text: &str) -> String {
    plain(text).unwrap_or_else(|| text.to_owned())
}

fn plain(text: &str) -> Option<String> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    // The number is `significant` times ten to this power.
    let trimmed = i32::try_from(digits.len() - significant.len()).ok()?;
    let power = power.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_add(trimmed)?;
    if !(-MOST_POWER..=MOST_POWER).contains(&power) {
        return None;
    }
    let sign = if is_negative { "-" } else { "" };
    let behind_point = usize::try_from(-power).unwrap_or(0);
    let zeros = usize::try_from(power).unwrap_or(0);
    let padded = format!("{significant:0>width$}{:0<zeros$}", "", width = behind_point + 1);
    let (whole, fraction) = padded.split_at(padded.len() - behind_point);
    Some(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (texts, plain) in [
            (&["12.5", "12.50", "012.5", "+12.5", "1.25E1", "125e-1", "0.125E+2"][..], "12.5"),
            (&["100", "1E2", "1e+2", "100.00", "0100."], "100"),
            (&["0", "-0", "0.00", "00", "0E5", ".0"], "0"),
            (&["-0.05", "-.05", "-5E-2", "-0.050"], "-0.05"),
            (
                &["1234567890123456789012345678901234567.8"],
                "1234567890123456789012345678901234567.8",
            ),
        ] {
            for text in texts {
                assert_eq!(number(text), plain, "{text}");
            }
        }
        assert_eq!(number("1E125").len(), 126);
        assert_eq!(number("1E-130").len(), 132);
    }

    #[test]
    fn what_is_no_number_or_cannot_be_kept_stays_as_it_is() {
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "1e",
            "0x1",
            "1 ",
            "NaN",
            "E5",
            "1E2000000000",
            "1E-999",
            "1e99999999999",
        ] {
            assert_eq!(number(text), text);
        }
    }

    #[test]
    fn a_set_has_no_order_and_a_list_has() {
        let set = |texts: [&str; 2]| kept(&json!({"NS": texts}));
        assert_eq!(set(["2.0", "1"]), set(["1.0", "2"]));
        assert_eq!(kept(&json!({"SS": ["b", "a"]})), json!({"SS": ["a", "b"]}));
        assert_eq!(kept(&json!({"BS": ["Bg==", "AQ=="]})), json!({"BS": ["AQ==", "Bg=="]}));
        let list = json!({"L": [{"S": "b"}, {"S": "a"}]});
        assert_eq!(kept(&list), list);
    }

    #[test]
    fn values_within_values_are_kept_in_the_same_way() {
        let nested = json!({"M": {"price": {"L": [{"N": "1.50"}, {"S": "1.50"}]}}});
        assert_eq!(kept(&nested), json!({"M": {"price": {"L": [{"N": "1.5"}, {"S": "1.50"}]}}}));
        assert_eq!(kept(&json!({"NS": [1, "01"], "N": 5})), json!({"NS": [1, "1"], "N": 5}));
        assert_eq!(kept(&json!("text")), json!("text"));
    }
}
