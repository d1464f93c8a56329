//! How the members of a successful answer are written, whatever the operation: their JSON types go by
//! their names. The attributes of items have names of the caller's choice, and rules of their own.

use serde_json::{Map, Value};

use super::difference;
use crate::oracle::Difference;
use crate::pointer::Place;

/// The values of TableStatus that the API model lists.
const TABLE_STATUSES: [&str; 8] = [
    "CREATING",
    "UPDATING",
    "DELETING",
    "ACTIVE",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
    "ARCHIVING",
    "ARCHIVED",
    "REPLICATION_NOT_AUTHORIZED",
];

/// Checks every member of an answer, at any depth.
pub(super) fn check(value: &Value, place: Place<'_>, found: &mut Vec<Difference>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = Place::Member(&place, name);
                check_member(name, value, at, found);
                match (name.as_str(), value) {
                    ("Item", Value::Object(item)) => check_item(item, at, found),
                    ("Items", Value::Array(items)) => {
                        for item in items.iter().filter_map(Value::as_object) {
                            check_item(item, at, found);
                        }
                    }
                    // Names of tables, and items below them; and units that may be fractions.
                    ("UnprocessedItems" | "ConsumedCapacity", _) => {}
                    _ => check(value, at, found),
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                check(value, Place::Element(&place, index), found);
            }
        }
        Value::Null => {
            found.push(difference("PRO-16", &place.to_string(), "absent", "null".to_owned()))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A member without a value is left out, times and counts are numbers, flags are booleans.
fn check_member(name: &str, value: &Value, at: Place<'_>, found: &mut Vec<Difference>) {
    if value.is_null() {
        return;
    }
    let is_count =
        ["Count", "SizeBytes", "ReadCapacityUnits", "WriteCapacityUnits", "NumberOfDecreasesToday"]
            .iter()
            .any(|end| name.ends_with(end));
    let is_flag = matches!(
        name,
        "RestoreInProgress" | "StreamEnabled" | "DeletionProtectionEnabled" | "Backfilling"
    );
    let (rule, expected, fits) = if name.ends_with("DateTime") {
        ("PRO-10", "a number", value.is_number())
    } else if is_count {
        ("PRO-12", "a whole number", value.is_i64() || value.is_u64())
    } else if is_flag {
        ("PRO-12", "true or false", value.is_boolean())
    } else if name == "TableStatus" {
        let known = value.as_str().is_some_and(|status| TABLE_STATUSES.contains(&status));
        ("LIF-13", "a status of the API model", known)
    } else {
        return;
    };
    if !fits {
        found.push(difference(rule, &at.to_string(), expected, value.to_string()));
    }
}

fn check_item(item: &Map<String, Value>, place: Place<'_>, found: &mut Vec<Difference>) {
    for (name, value) in item {
        check_attribute(value, Place::Member(&place, name), found);
    }
}

/// The value of an attribute such as `{"N": "1"}`: numbers and binaries are strings.
fn check_attribute(value: &Value, at: Place<'_>, found: &mut Vec<Difference>) {
    for (kind, value) in value.as_object().into_iter().flatten() {
        match (kind.as_str(), value) {
            ("L", Value::Array(values)) => {
                for value in values {
                    check_attribute(value, at, found);
                }
            }
            ("M", Value::Object(values)) => check_item(values, at, found),
            ("N", value) if !value.is_string() => {
                found.push(difference("PRO-12a", &at.to_string(), "a string", value.to_string()));
            }
            ("B", value) if !value.as_str().is_some_and(is_base64) => {
                found.push(difference("PRO-15", &at.to_string(), "base64", value.to_string()));
            }
            _ => {}
        }
    }
}

fn is_base64(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - letters.len() <= 2
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(body: Value) -> Vec<&'static str> {
        let mut found = Vec::new();
        check(&body, Place::Whole, &mut found);
        found.into_iter().map(|difference| difference.rule).collect()
    }

    #[test]
    fn members_have_the_json_type_of_their_name() {
        let table = json!({
            "CreationDateTime": 1.5, "ItemCount": 0, "DeletionProtectionEnabled": false,
            "TableStatus": "ACTIVE",
        });
        assert_eq!(rules(json!({ "Table": table })), [""; 0]);
        // What was accepted against the rules is a number all the same.
        assert_eq!(rules(json!({"ReadCapacityUnits": -7})), [""; 0]);
        assert_eq!(rules(json!({"ConsumedCapacity": {"ReadCapacityUnits": 0.5}})), [""; 0]);
        for (wrong, rule) in [
            (json!({"CreationDateTime": "2026-01-01T00:00:00Z"}), "PRO-10"),
            (json!({"ItemCount": "0"}), "PRO-12"),
            (json!({"DeletionProtectionEnabled": "false"}), "PRO-12"),
            (json!({"TableStatus": "READY"}), "LIF-13"),
            (json!({"RestoreSummary": null}), "PRO-16"),
        ] {
            assert_eq!(rules(json!({ "Table": wrong })), [rule]);
        }
    }

    #[test]
    fn numbers_and_binaries_in_items_are_strings_whatever_the_attribute_is_called() {
        let fits =
            json!({"Items": [{"ItemCount": {"S": "x"}, "n": {"N": "1"}, "b": {"B": "AQ=="}}]});
        assert_eq!(rules(fits), [""; 0]);
        assert_eq!(rules(json!({"Item": {"n": {"N": 1}}})), ["PRO-12a"]);
        assert_eq!(rules(json!({"Item": {"l": {"L": [{"B": "*"}]}}})), ["PRO-15"]);
        assert_eq!(rules(json!({"Item": {"m": {"M": {"n": {"N": 1}}}}})), ["PRO-12a"]);
    }

    #[test]
    fn base64_comes_in_fours_with_at_most_two_signs_of_its_end() {
        for good in ["", "AQID", "AQ==", "AQI=", "+/+/"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["A", "AQI", "A===", "====", "AQ==AQ==", "AQI-", "AQIDAQI"] {
            assert!(!is_base64(bad), "{bad}");
        }
    }
}
