//! Both sides of every constraint that the API model puts on a request member, one at a time.

use serde_json::{Value, json};

use super::Variation;
use crate::api::{Kind, Member, OperationModel};

/// For each member of the core that `body` holds: what lies just within and just beyond each of its
/// constraints, and a value of another JSON type; and the body without it, if it is required.
pub fn variations(model: &OperationModel, body: &Value) -> Vec<Variation> {
    let mut variations = Vec::new();
    for member in model.input.iter().filter(|member| !member.extension) {
        let pointer = pointer(&member.path);
        if let Some(value) = body.pointer(&pointer) {
            for (what, changed) in values(member, value) {
                let mut body = body.clone();
                if let Some(place) = body.pointer_mut(&pointer) {
                    *place = changed;
                }
                variations.push(Variation::new(format!("{}: {what}", member.path), body));
            }
            if member.required {
                let what = format!("{}: left out", member.path);
                variations.push(Variation::new(what, without(body, &pointer)));
            }
        }
    }
    variations
}

/// The first element stands for all.
fn pointer(path: &str) -> String {
    format!("/{}", path.replace("[]", "/0").replace('.', "/"))
}

fn without(body: &Value, pointer: &str) -> Value {
    let mut body = body.clone();
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(members)) = body.pointer_mut(parent)
    {
        members.remove(name);
    }
    body
}

fn values(member: &Member, value: &Value) -> Vec<(String, Value)> {
    let mut values = match value {
        Value::String(text) => texts(member, text),
        Value::Number(_) => numbers(member),
        Value::Array(elements) => lists(member, elements),
        Value::Object(_) => vec![("empty structure".to_owned(), json!({}))],
        Value::Bool(_) | Value::Null => vec![],
    };
    values.push(("another JSON type".to_owned(), other_type(member.kind)));
    if member.kind == Kind::Structure && member.path.ends_with("[]") {
        // A scalar there is answered in other words than elsewhere (PRO-016).
        values.push(("a number".to_owned(), json!(23)));
    }
    values
}

fn texts(member: &Member, text: &str) -> Vec<(String, Value)> {
    if let Some(allowed) = &member.values {
        let mut values: Vec<(String, Value)> =
            allowed.iter().map(|value| (format!("`{value}`"), json!(value))).collect();
        values.push(("unknown value".to_owned(), json!("BOGUS")));
        values.push(("in lower case".to_owned(), json!(text.to_lowercase())));
        values.push(("empty".to_owned(), json!("")));
        return values;
    }
    let mut values = vec![("empty".to_owned(), json!(""))];
    let lengths = [
        member.min.map(|min| ("one too short", min - 1)),
        member.min.map(|min| ("shortest", min)),
        member.max.map(|max| ("longest", max)),
        member.max.map(|max| ("one too long", max + 1)),
    ];
    for (what, length) in lengths.into_iter().flatten().filter(|(_, length)| *length > 0) {
        values.push((what.to_owned(), json!(of_length(text, length as usize))));
    }
    if member.pattern.is_some() {
        // Still a name of this case, so that whoever accepts it does not disturb another case.
        for (what, bad) in [("a blank", " "), ("an exclamation mark", "!"), ("no ASCII", "ä")] {
            values.push((what.to_owned(), json!(format!("{text}{bad}x"))));
        }
    }
    values
}

/// A text of some length; of a symbolic name, the name of that length.
fn of_length(text: &str, length: usize) -> String {
    match text.strip_prefix("{table:").and_then(|rest| rest.strip_suffix('}')) {
        Some(symbol) => format!("{{table:{symbol}:{length}}}"),
        None => text.chars().cycle().take(length).collect(),
    }
}

fn numbers(member: &Member) -> Vec<(String, Value)> {
    let bounds = [
        member.min.map(|min| ("one below the least", min - 1)),
        member.min.map(|min| ("the least", min)),
        member.max.map(|max| ("the greatest", max)),
        member.max.map(|max| ("one above the greatest", max + 1)),
        Some(("negative", -7)),
    ];
    bounds.into_iter().flatten().map(|(what, number)| (what.to_owned(), json!(number))).collect()
}

fn lists(member: &Member, elements: &[Value]) -> Vec<(String, Value)> {
    let mut values = vec![("empty list".to_owned(), json!([]))];
    let Some(element) = elements.first() else { return values };
    for (what, length) in
        [("longest list", member.max), ("one element too many", member.max.map(|max| max + 1))]
    {
        if let Some(length) = length {
            let list: Vec<Value> = (0..length).map(|index| numbered(element, index)).collect();
            values.push((what.to_owned(), json!(list)));
        }
    }
    values
}

/// Texts of a list must differ.
fn numbered(element: &Value, index: i64) -> Value {
    match element {
        Value::String(text) => json!(format!("{text}{index}")),
        other => other.clone(),
    }
}

fn other_type(kind: Kind) -> Value {
    match kind {
        Kind::String | Kind::TableName | Kind::Blob => json!(23),
        Kind::Long | Kind::Integer | Kind::Timestamp => json!("many"),
        Kind::Boolean => json!("true"),
        Kind::Structure | Kind::Map => json!([]),
        Kind::List => json!("x"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn both_sides_of_a_length_are_tried_and_nothing_else_is_changed() {
        let model = api::operation("CreateBackup").unwrap();
        let body = json!({"TableName": "{table:a}", "BackupName": "abc"});
        let found = variations(model, &body);
        let named = |what: &str| {
            let variation =
                found.iter().find(|v| v.what == what).unwrap_or_else(|| panic!("{what}"));
            variation.body.clone()
        };
        assert_eq!(named("BackupName: one too short")["BackupName"], "ab");
        assert_eq!(named("BackupName: longest")["BackupName"].as_str().unwrap().len(), 255);
        assert_eq!(named("BackupName: one too long")["BackupName"].as_str().unwrap().len(), 256);
        assert_eq!(named("BackupName: left out"), json!({"TableName": "{table:a}"}));
        assert_eq!(named("TableName: longest")["TableName"], "{table:a:255}");
    }
}
