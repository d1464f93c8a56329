//! Items and queries at the edges of what a table takes.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{put, scan, table};
use crate::scenario::{Action, Scenario, Source, call};

/// Size of a partition key's value that is still taken (DAT-05).
const PARTITION_KEY_BYTES: usize = 2048;
/// Size of a sort key's value that is still taken (DAT-05).
const SORT_KEY_BYTES: usize = 1024;
/// Size of an item that is still taken, whatever a kilobyte is (DAT-05).
const ITEM_BYTES: usize = 400 * 1000;
/// Size of an item that is refused, whatever a kilobyte is (DAT-05).
const TOO_MANY_BYTES: usize = 400 * 1024 + 1;

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = sizes();
    found.extend(queries());
    found
}

fn case(title: &str, source: &source::Source, more: Vec<Action>) -> Scenario {
    let actions = [table("source", source), more].concat();
    Scenario::new(title, Source::Requests, actions)
}

/// A table whose sort key is a text.
fn sorted() -> source::Source {
    let mut sorted = source::plain();
    sorted.members["AttributeDefinitions"] = json!([
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"}
    ]);
    sorted.members["KeySchema"] = json!([
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"}
    ]);
    sorted
}

fn sizes() -> Vec<Scenario> {
    let item = |partition: usize, sort: usize| json!({"pk": {"S": "p".repeat(partition)}, "sk": {"S": "s".repeat(sort)}});
    // The names count too.
    let filled = |bytes: usize| {
        let rest = bytes - "pkpsksdata".len();
        json!({"pk": {"S": "p"}, "sk": {"S": "s"}, "data": {"S": "d".repeat(rest)}})
    };
    let with = |what: &str, item: Value| {
        case(&format!("write {what}"), &sorted(), vec![put("source", item)])
    };
    vec![
        with("the longest keys", item(PARTITION_KEY_BYTES, SORT_KEY_BYTES)),
        with("a partition key that is too long", item(PARTITION_KEY_BYTES + 1, 1)),
        with("a sort key that is too long", item(1, SORT_KEY_BYTES + 1)),
        with("a large item", filled(ITEM_BYTES)),
        with("an item that is too large", filled(TOO_MANY_BYTES)),
        with("an item without its sort key", json!({"pk": {"S": "p"}})),
        with("an item whose key is of another type", json!({"pk": {"N": "1"}, "sk": {"S": "s"}})),
        case(
            "an item that was refused is not there",
            &sorted(),
            vec![
                put("source", item(1, 1)),
                put("source", item(PARTITION_KEY_BYTES + 1, 1)),
                scan("source"),
            ],
        ),
    ]
}

fn queries() -> Vec<Scenario> {
    let query = |index: &str, name: &str, value: Value, consistent: bool| {
        call(
            "Query",
            json!({
                "TableName": "{table:source}",
                "IndexName": index,
                "KeyConditionExpression": "#k = :v",
                "ExpressionAttributeNames": {"#k": name},
                "ExpressionAttributeValues": {":v": value},
                "ConsistentRead": consistent
            }),
        )
    };
    let owner = |index: &str, consistent| query(index, "owner", json!({"S": "ada"}), consistent);
    let with = |what: &str, query: Action| {
        case(
            &format!("query {what}"),
            &source::indexed(),
            vec![put("source", source::item("one")), query],
        )
    };
    vec![
        with("an index that the table lacks", owner("none", false)),
        with("a global index consistently", owner("by-owner", true)),
        with("a global index", owner("by-owner", false)),
        with("a local index consistently", query("local-due", "pk", json!({"S": "one"}), true)),
    ]
}
