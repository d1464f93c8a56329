//! Changes of a table.

use serde_json::{Value, json};

use super::{Call, ask};
use crate::request::Operation;

fn update(name: &str, how: &str, changes: Value) -> Call {
    let mut body = changes;
    body["TableName"] = json!(name);
    ask(format!("UpdateTable {name}, {how}"), Operation::UpdateTable, body)
}

fn capacity(units: u64) -> Value {
    json!({"ReadCapacityUnits": units, "WriteCapacityUnits": units})
}

/// An index of the keys of `attribute`.
fn index(attribute: &str, capacity: Option<Value>) -> Value {
    let mut index = json!({
        "IndexName": format!("by-{attribute}"),
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    });
    if let Some(capacity) = capacity {
        index["ProvisionedThroughput"] = capacity;
    }
    index
}

/// Changes of indexes that define the attribute `label`.
fn of_label(changes: &[Value]) -> Value {
    json!({
        "AttributeDefinitions": [{"AttributeName": "label", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": changes,
    })
}

/// An index is added, another one removed.
pub(super) fn of_indexes(name: &str) -> Vec<Call> {
    let add = json!({"Create": index("label", Some(capacity(1)))});
    vec![
        update(name, "with a new index", of_label(&[add])),
        update(name, "without an index", remove("by-genre")),
    ]
}

fn remove(index: &str) -> Value {
    json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index}}]})
}

/// Billing mode and capacity are changed.
pub(super) fn of_capacity(name: &str) -> Vec<Call> {
    let of_index = |units: u64| {
        let change = json!({"IndexName": "by-genre", "ProvisionedThroughput": capacity(units)});
        json!([{ "Update": change }])
    };
    vec![
        update(name, "with more capacity", json!({"ProvisionedThroughput": capacity(2)})),
        update(
            name,
            "with more capacity for an index",
            json!({"GlobalSecondaryIndexUpdates": of_index(2)}),
        ),
        update(name, "on demand", json!({"BillingMode": "PAY_PER_REQUEST"})),
        update(
            name,
            "provisioned",
            // Whether the index may be left out here is not documented.
            json!({
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": capacity(1),
                "GlobalSecondaryIndexUpdates": of_index(1),
            }),
        ),
    ]
}

/// What a restore does not bring back is set up, and some of it taken away again.
pub(super) fn of_settings(name: &str) -> Vec<Call> {
    let all = json!({
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
        "SSESpecification": {"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/library"},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "DeletionProtectionEnabled": true,
    });
    vec![
        update(name, "with all settings", all),
        update(name, "unprotected", json!({"DeletionProtectionEnabled": false})),
        update(name, "without stream", json!({"StreamSpecification": {"StreamEnabled": false}})),
    ]
}

/// Changes that no table can be made, or that some cannot.
pub(super) fn faulty(name: &str) -> Vec<Call> {
    let add = |index: Value| json!({ "Create": index });
    let new = || add(index("label", Some(capacity(1))));
    let mut with_capacity = of_label(&[new()]);
    with_capacity["ProvisionedThroughput"] = capacity(3);
    let mut named_as_local = index("label", Some(capacity(1)));
    named_as_local["IndexName"] = json!("by-year");
    let update_of = |index: &str| {
        let change = json!({"IndexName": index, "ProvisionedThroughput": capacity(3)});
        json!({"GlobalSecondaryIndexUpdates": [{ "Update": change }]})
    };
    vec![
        update(name, "with nothing", json!({})),
        update(
            name,
            "with one index more and one less",
            of_label(&[new(), json!({"Delete": {"IndexName": "by-genre"}})]),
        ),
        update(name, "with a new index and capacity", with_capacity),
        update(name, "with the same capacity", json!({"ProvisionedThroughput": capacity(1)})),
        update(name, "provisioned without capacity", json!({"BillingMode": "PROVISIONED"})),
        update(
            name,
            "on demand with capacity",
            json!({"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": capacity(1)}),
        ),
        update(name, "without an unknown index", remove("by-nothing")),
        update(name, "with more capacity for an unknown index", update_of("by-nothing")),
        update(
            name,
            "with an index of a name that is taken",
            json!({"GlobalSecondaryIndexUpdates": [add(index("genre", Some(capacity(1))))]}),
        ),
        update(name, "with an index of the name of a local one", of_label(&[add(named_as_local)])),
        update(
            name,
            "with an index of an undefined key",
            json!({"GlobalSecondaryIndexUpdates": [add(index("composer", Some(capacity(1))))]}),
        ),
        update(
            name,
            "with a new index without capacity",
            json!({
                "BillingMode": "PROVISIONED",
                "AttributeDefinitions": [{"AttributeName": "label", "AttributeType": "S"}],
                "GlobalSecondaryIndexUpdates": [add(index("label", None))],
            }),
        ),
        update(
            name,
            "on demand with a new index with capacity",
            json!({
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "label", "AttributeType": "S"}],
                "GlobalSecondaryIndexUpdates": [new()],
            }),
        ),
    ]
}
