//! JSON values: one laid over another, one within another, members by pointer.

use serde_json::{Map, Value};

/// `value` with what `over` says instead: members of objects one by one, elements of lists of the
/// same length one by one, all else as a whole.
pub fn overlay(value: &Value, over: &Value) -> Value {
    match (value, over) {
        (Value::Object(value), Value::Object(over)) => {
            let mut merged = value.clone();
            for (name, over) in over {
                let member = value.get(name).map_or_else(|| over.clone(), |old| overlay(old, over));
                merged.insert(name.clone(), member);
            }
            Value::Object(merged)
        }
        (Value::Array(value), Value::Array(over)) if value.len() == over.len() => {
            value.iter().zip(over).map(|(value, over)| overlay(value, over)).collect()
        }
        _ => over.clone(),
    }
}

/// The first place, as a pointer, where `whole` does not say what `part` says.
pub fn missing(part: &Value, whole: Option<&Value>, pointer: &str) -> Option<String> {
    let differs = || Some(format!("{pointer} is {}, not {part}", show(whole)));
    match (part, whole) {
        (Value::Object(part), Some(Value::Object(whole))) => part
            .iter()
            .find_map(|(name, part)| missing(part, whole.get(name), &format!("{pointer}/{name}"))),
        (Value::Array(part), Some(Value::Array(whole))) if part.len() == whole.len() => {
            part.iter().zip(whole).enumerate().find_map(|(index, (part, whole))| {
                missing(part, Some(whole), &format!("{pointer}/{index}"))
            })
        }
        (Value::Number(part), Some(Value::Number(whole))) if part.as_f64() == whole.as_f64() => {
            None
        }
        (part, Some(whole)) if part == whole => None,
        _ => differs(),
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), Value::to_string)
}

/// Takes a member away, if it is there.
pub fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(last);
        }
        Some(Value::Array(elements)) => {
            if let Ok(index) = last.parse::<usize>()
                && index < elements.len()
            {
                elements.remove(index);
            }
        }
        _ => {}
    }
}

/// Sets a member; the objects above it are made where they are missing.
pub fn set(value: &mut Value, pointer: &str, to: Value) -> Result<(), String> {
    let mut at = value;
    for part in pointer.split('/').skip(1) {
        at = match at {
            Value::Array(elements) => {
                let index: usize = part.parse().map_err(|_| format!("`{part}` in a list"))?;
                elements.get_mut(index).ok_or_else(|| format!("nothing at {pointer}"))?
            }
            other => {
                if !other.is_object() {
                    *other = Value::Object(Map::new());
                }
                let members = other.as_object_mut().expect("it was made one");
                members.entry(part.to_owned()).or_insert(Value::Null)
            }
        };
    }
    *at = to;
    Ok(())
}

/// `value` with `fill` applied to each text in it.
pub fn map_texts(
    value: &Value,
    fill: &impl Fn(&str) -> Result<Value, String>,
) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => fill(text)?,
        Value::Array(values) => {
            values.iter().map(|value| map_texts(value, fill)).collect::<Result<_, _>>()?
        }
        Value::Object(members) => Value::Object(map_members(members, fill)?),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

/// The same for the values of an object.
pub fn map_members(
    members: &Map<String, Value>,
    fill: &impl Fn(&str) -> Result<Value, String>,
) -> Result<Map<String, Value>, String> {
    members.iter().map(|(name, value)| Ok((name.clone(), map_texts(value, fill)?))).collect()
}
