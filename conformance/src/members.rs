//! What AWS's API model says of the members of requests: which bodies its clients can send, and which
//! members cannot be left out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Api {
    operations: BTreeMap<String, Operation>,
}

#[derive(Deserialize)]
struct Operation {
    input: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    path: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: bool,
}

/// Every member of an operation's body, by its path.
type Members = BTreeMap<String, Member>;

static API: LazyLock<BTreeMap<String, Members>> = LazyLock::new(|| {
    let api: Api = serde_json::from_str(include_str!("../../fixtures/api/requests.json"))
        .expect("the API model is well formed");
    let members = |operation: Operation| {
        operation.input.into_iter().map(|member| (member.path.clone(), member)).collect()
    };
    api.operations.into_iter().map(|(name, operation)| (name, members(operation))).collect()
});

/// Whether AWS's clients can send a body, once their checks of parameters are switched off.
pub(crate) fn is_sendable(operation: &str, body: &Value) -> bool {
    let Some(known) = API.get(operation) else { return false };
    body.as_object()
        .is_some_and(|members| members.iter().all(|(name, value)| is_of_type(known, name, value)))
}

fn is_of_type(known: &Members, path: &str, value: &Value) -> bool {
    let Some(member) = known.get(path) else { return false };
    match (member.kind.as_str(), value) {
        ("string" | "tableName", Value::String(_)) | ("boolean", Value::Bool(_)) => true,
        ("long" | "integer", Value::Number(number)) => number.is_i64(),
        // The clients read dates and write them in another form.
        ("timestamp", _) => false,
        ("structure", Value::Object(members)) => {
            members.iter().all(|(name, value)| is_of_type(known, &format!("{path}.{name}"), value))
        }
        ("list", Value::Array(values)) => {
            let path = format!("{path}[]");
            values.iter().all(|value| is_of_type(known, &path, value))
        }
        ("map", Value::Object(members)) => members.values().all(is_plain),
        _ => false,
    }
}

/// Attribute values and the like: what a client sends as it is given.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Number(_) => false,
        Value::Bool(_) | Value::String(_) => true,
        Value::Array(values) => values.iter().all(is_plain),
        Value::Object(members) => {
            // Bytes are base64 on the wire and something else in the clients.
            members.iter().all(|(name, value)| name != "B" && name != "BS" && is_plain(value))
        }
    }
}

/// Whether the member that a JSON pointer leads to must be there wherever what holds it is. Elements of
/// lists need not be.
pub(crate) fn is_required(operation: &str, pointer: &str) -> bool {
    let Some(known) = API.get(operation) else { return false };
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let element = format!("{path}[]");
        if known.contains_key(&element) && part.bytes().all(|byte| byte.is_ascii_digit()) {
            path = element;
        } else {
            let between = if path.is_empty() { "" } else { "." };
            path = format!("{path}{between}{part}");
        }
    }
    known.get(&path).is_some_and(|member| member.required)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_that_aws_s_clients_would_change_are_told() {
        let table = |value| json!({"TableName": value});
        assert!(is_sendable("DescribeTable", &table(json!("a"))));
        assert!(!is_sendable("DescribeTable", &table(json!(7))));
        assert!(!is_sendable("DescribeTable", &table(json!(null))));
        assert!(!is_sendable("DescribeTable", &json!({"Odd": "a"})));
        assert!(!is_sendable("NoSuchOperation", &json!({})));
        let item = json!({"TableName": "a", "Item": {"pk": {"S": "1"}}});
        assert!(is_sendable("PutItem", &item));
    }

    #[test]
    fn required_are_members_and_not_elements_of_lists() {
        for (pointer, required) in [
            ("/TableName", true),
            ("/BillingMode", false),
            ("/AttributeDefinitions", true),
            ("/AttributeDefinitions/0", false),
            ("/AttributeDefinitions/0/AttributeType", true),
            ("/GlobalSecondaryIndexes", false),
            ("/GlobalSecondaryIndexes/1/IndexName", true),
            ("/NoSuchMember", false),
        ] {
            assert_eq!(is_required("CreateTable", pointer), required, "{pointer}");
        }
    }
}
