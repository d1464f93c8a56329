//! Tables that cannot be made, whatever the account holds: one for each reason.

use serde_json::{Value, json};

use super::{Call, ask};
use crate::request::Operation;

/// Requests for a table of a name that are refused.
pub(super) fn faulty(name: &str) -> Vec<Call> {
    let of_table = of_table().into_iter();
    let of_index = of_index().into_iter();
    of_table
        .chain(of_index)
        .map(|(what, changes)| {
            let mut body = sound(name);
            for (member, value) in changes.as_object().expect("changes are members") {
                body[member] = value.clone();
            }
            let members = body.as_object_mut().expect("a body has members");
            members.retain(|_, value| !value.is_null());
            ask(format!("CreateTable {name}, {what}"), Operation::CreateTable, body)
        })
        .collect()
}

/// A request with which nothing is wrong.
fn sound(name: &str) -> Value {
    json!({
        "TableName": name,
        "AttributeDefinitions": definitions(&["artist", "title"]),
        "KeySchema": keys(&["artist", "title"]),
        "BillingMode": "PAY_PER_REQUEST",
    })
}

fn definitions(names: &[&str]) -> Value {
    let definition = |name: &&str| json!({"AttributeName": name, "AttributeType": "S"});
    names.iter().map(definition).collect()
}

fn key(name: &str, kind: &str) -> Value {
    json!({"AttributeName": name, "KeyType": kind})
}

fn keys(names: &[&str]) -> Value {
    names.iter().zip(["HASH", "RANGE"]).map(|(name, kind)| key(name, kind)).collect()
}

fn index(name: &str, names: &[&str], projection: Value) -> Value {
    json!({"IndexName": name, "KeySchema": keys(names), "Projection": projection})
}

fn all() -> Value {
    json!({"ProjectionType": "ALL"})
}

fn capacity() -> Value {
    json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
}

/// What can be wrong with a table, as changes of a sound request; null takes a member away.
fn of_table() -> Vec<(&'static str, Value)> {
    let (hash, range) = (key("artist", "HASH"), key("title", "RANGE"));
    vec![
        ("provisioned without capacity", json!({"BillingMode": "PROVISIONED"})),
        ("without billing mode and capacity", json!({"BillingMode": null})),
        ("on demand with capacity", json!({"ProvisionedThroughput": capacity()})),
        (
            "with a key but no encryption",
            json!({"SSESpecification": {"Enabled": false, "KMSMasterKeyId": "alias/library"}}),
        ),
        (
            "with a type of encryption but none",
            json!({"SSESpecification": {"Enabled": false, "SSEType": "KMS"}}),
        ),
        ("with a sort key first", json!({"KeySchema": [range, hash]})),
        ("with two partition keys", json!({"KeySchema": [hash, key("title", "HASH")]})),
        ("with one attribute twice in its key", json!({"KeySchema": keys(&["artist", "artist"])})),
        (
            "with one attribute twice in its key and no other",
            json!({
                "AttributeDefinitions": definitions(&["artist"]),
                "KeySchema": keys(&["artist", "artist"]),
            }),
        ),
        (
            "with one attribute defined twice",
            json!({"AttributeDefinitions": definitions(&["artist", "title", "title"])}),
        ),
        (
            "with an undefined key",
            json!({"AttributeDefinitions": definitions(&["artist", "label"])}),
        ),
        (
            "with an attribute that no key uses",
            json!({"AttributeDefinitions": definitions(&["artist", "title", "label"])}),
        ),
    ]
}

/// What can be wrong with indexes.
fn of_index() -> Vec<(&'static str, Value)> {
    let global = |indexes: &[Value]| json!({ "GlobalSecondaryIndexes": indexes });
    let local = |indexes: &[Value]| json!({ "LocalSecondaryIndexes": indexes });
    let projecting = |projection: Value| global(&[index("by-title", &["title"], projection)]);
    let mut provisioned = index("by-title", &["title"], all());
    provisioned["ProvisionedThroughput"] = capacity();
    let numbered = |count: usize, keys: &[&str]| -> Vec<Value> {
        (0..count).map(|number| index(&format!("index-{number}"), keys, all())).collect()
    };
    let included = |number: usize| {
        let names: Vec<_> = (0..15).map(|other| format!("attribute-{number}-{other}")).collect();
        let projection = json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names});
        index(&format!("index-{number}"), &["title"], projection)
    };
    let mut unsorted = local(&[index("by-title", &["artist", "title"], all())]);
    unsorted["KeySchema"] = keys(&["artist"]);
    let mut twice = global(&[index("by-title", &["title"], all())]);
    twice["LocalSecondaryIndexes"] = json!([index("by-title", &["artist", "title"], all())]);
    vec![
        ("with capacity for an index on demand", global(&[provisioned])),
        ("with an empty list of indexes", global(&[])),
        ("with an empty list of local indexes", local(&[])),
        ("with too many indexes", global(&numbered(21, &["title"]))),
        ("with too many local indexes", local(&numbered(6, &["artist", "title"]))),
        ("with too many projected attributes", global(&(0..7).map(included).collect::<Vec<_>>())),
        ("with an index of a projection of nothing", projecting(json!({}))),
        (
            "with an index that lists attributes of all",
            projecting(json!({"ProjectionType": "ALL", "NonKeyAttributes": ["label"]})),
        ),
        (
            "with an index that lists attributes but keys",
            projecting(json!({"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["label"]})),
        ),
        (
            "with an index that lists no attributes",
            projecting(json!({"ProjectionType": "INCLUDE"})),
        ),
        (
            "with a local index of another partition",
            local(&[index("by-title", &["title", "artist"], all())]),
        ),
        ("with a local index and no sort key", unsorted),
        ("with one index name twice", twice),
        (
            "with an index whose sort key is first",
            global(&[json!({
                "IndexName": "by-title",
                "KeySchema": [key("title", "RANGE")],
                "Projection": all(),
            })]),
        ),
        (
            "with a local index whose sort key is first",
            local(&[json!({
                "IndexName": "by-title",
                "KeySchema": [key("artist", "RANGE"), key("title", "RANGE")],
                "Projection": all(),
            })]),
        ),
    ]
}
