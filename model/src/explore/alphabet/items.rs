//! Items written and read.

use serde_json::{Value, json};

use super::{Call, ask};
use crate::request::Operation;

/// An item of the tables of a scope, with the keys of all their indexes.
fn song(title: &str, label: &str) -> Value {
    json!({
        "artist": {"S": "Miles"}, "title": {"S": title}, "genre": {"S": "jazz"},
        "year": {"S": "1959"}, "label": {"S": label},
    })
}

fn key() -> Value {
    json!({"artist": {"S": "Miles"}, "title": {"S": "So What"}})
}

fn put(name: &str, how: &str, item: Value) -> Call {
    let body = json!({"TableName": name, "Item": item});
    ask(format!("PutItem {name}, {how}"), Operation::PutItem, body)
}

fn get(name: &str, how: &str, key: Value) -> Call {
    let body = json!({"TableName": name, "Key": key});
    ask(format!("GetItem {name}{how}"), Operation::GetItem, body)
}

fn batch(name: &str, how: &str, writes: Value) -> Call {
    let body = json!({"RequestItems": {name: writes}});
    ask(format!("BatchWriteItem {name}, {how}"), Operation::BatchWriteItem, body)
}

/// A query with these members, besides its table and `:value`.
fn query(name: &str, how: &str, condition: &str, value: &str, members: Value) -> Call {
    let mut body = members;
    body["TableName"] = json!(name);
    body["KeyConditionExpression"] = json!(condition);
    body["ExpressionAttributeValues"] = json!({":value": {"S": value}});
    ask(format!("Query {name}{how}"), Operation::Query, body)
}

/// An item is written and deleted.
pub(super) fn writes(name: &str) -> Vec<Call> {
    vec![
        put(name, "an item", song("So What", "Columbia")),
        batch(name, "a deletion", json!([{"DeleteRequest": {"Key": key()}}])),
    ]
}

/// An item is replaced.
pub(super) fn replacements(name: &str) -> Vec<Call> {
    vec![put(name, "another item of the same key", song("So What", "Sony"))]
}

/// Items are read one by one, all together, and by each index.
pub(super) fn reads(name: &str) -> Vec<Call> {
    vec![
        get(name, "", key()),
        ask(format!("Scan {name}"), Operation::Scan, json!({ "TableName": name })),
        query(name, "", "artist = :value", "Miles", json!({})),
        query(name, " for another partition", "artist = :value", "Ella", json!({})),
        query(
            name,
            " with a placeholder",
            "#name = :value",
            "Miles",
            json!({"ExpressionAttributeNames": {"#name": "artist"}}),
        ),
        query(name, " by-genre", "genre = :value", "jazz", json!({"IndexName": "by-genre"})),
        query(name, " by-year", "artist = :value", "Miles", json!({"IndexName": "by-year"})),
    ]
}

/// Writes and reads that no table can be asked for, or that some cannot.
pub(super) fn faulty(name: &str) -> Vec<Call> {
    let with = |attribute: &str, value: Value| {
        let mut item = song("So What", "Columbia");
        item[attribute] = value;
        item
    };
    let text = |length: usize| json!({"S": "x".repeat(length)});
    let keyless = json!({"artist": {"S": "Miles"}});
    vec![
        put(name, "an item without sort key", keyless.clone()),
        put(name, "an item with a key of another type", with("title", json!({"N": "1"}))),
        put(name, "an item with too long a partition key", with("artist", text(2049))),
        put(name, "an item with too long a sort key", with("title", text(1025))),
        put(name, "too large an item", with("label", text(400 * 1024))),
        batch(name, "a write of nothing", json!([{}])),
        batch(
            name,
            "a write and a deletion in one",
            json!([{
                "PutRequest": {"Item": song("So What", "Columbia")},
                "DeleteRequest": {"Key": key()},
            }]),
        ),
        batch(name, "a deletion without sort key", json!([{"DeleteRequest": {"Key": keyless}}])),
        batch(name, "an item without sort key", json!([{"PutRequest": {"Item": keyless}}])),
        get(name, " without sort key", keyless),
        get(name, " with more than a key", song("So What", "Columbia")),
        query(name, " with another condition", "title = :value", "So What", json!({})),
        query(name, " with no value", "artist = :other", "Miles", json!({})),
        query(
            name,
            " by an unknown index",
            "artist = :value",
            "Miles",
            json!({"IndexName": "by-nothing"}),
        ),
        query(
            name,
            " by-genre, consistently",
            "genre = :value",
            "jazz",
            json!({"IndexName": "by-genre", "ConsistentRead": true}),
        ),
    ]
}
