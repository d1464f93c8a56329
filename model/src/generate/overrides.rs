//! Overrides of a restore against a described table: those that fit, those that nearly fit, and all
//! combinations of billing mode and capacity.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::Variation;
use super::source::Source;

pub(super) fn indexes<'a>(source: &'a Source, member: &str) -> &'a [Value] {
    source.members[member].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn is_on_demand(source: &Source) -> bool {
    source.members["BillingMode"] == "PAY_PER_REQUEST"
}

/// An override list that keeps the given global indexes of a source as they are.
fn keep(indexes: &[Value], provisioned: bool) -> Vec<Value> {
    indexes
        .iter()
        .map(|index| {
            let mut index = index.clone();
            if provisioned {
                if index.get("ProvisionedThroughput").is_none() {
                    index["ProvisionedThroughput"] =
                        json!({"ReadCapacityUnits": 9, "WriteCapacityUnits": 8});
                }
            } else if let Value::Object(members) = &mut index {
                members.remove("ProvisionedThroughput");
            }
            index
        })
        .collect()
}

/// Overrides that a restore from the source must accept, as the members of the request.
pub fn fitting(source: Source) -> impl Strategy<Value = Value> {
    let global = indexes(&source, "GlobalSecondaryIndexes").to_vec();
    let local = indexes(&source, "LocalSecondaryIndexes").to_vec();
    let billing = prop_oneof![
        2 => Just(None),
        1 => Just(Some("PROVISIONED")),
        1 => Just(Some("PAY_PER_REQUEST")),
    ];
    let chosen = |list: Vec<Value>| {
        let count = list.len();
        prop::option::of(prop::sample::subsequence(list, 0..=count).prop_shuffle())
    };
    (
        billing,
        any::<bool>(),
        1u64..100,
        chosen(global.clone()),
        chosen(local),
        any::<bool>(),
        prop::option::of(prop_oneof![Just(json!({"Enabled": false})), Just(json!({}))]),
    )
        .prop_map(
            move |(billing, capacity, units, global_kept, local_kept, rename, encryption)| {
                let on_demand = match billing {
                    Some(mode) => mode == "PAY_PER_REQUEST",
                    None => is_on_demand(&source),
                };
                let mut members = Map::new();
                let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
                if let Some(mode) = billing {
                    put("BillingModeOverride", json!(mode));
                }
                // An override to PROVISIONED needs a capacity, and on demand there is none to give.
                let needed = billing == Some("PROVISIONED");
                if !on_demand && (capacity || needed) {
                    let throughput =
                        json!({"ReadCapacityUnits": units, "WriteCapacityUnits": units + 1});
                    put("ProvisionedThroughputOverride", throughput);
                }
                // From on-demand to provisioned, indexes need a capacity too.
                let switched = needed && is_on_demand(&source);
                let kept = if switched && global_kept.is_none() {
                    Some(global.clone())
                } else {
                    global_kept
                };
                if let Some(kept) = kept {
                    put(
                        "GlobalSecondaryIndexOverride",
                        json!(renamed(keep(&kept, !on_demand), rename)),
                    );
                }
                if let Some(kept) = local_kept {
                    put("LocalSecondaryIndexOverride", json!(renamed(kept, rename)));
                }
                if let Some(encryption) = encryption {
                    put("SSESpecificationOverride", encryption);
                }
                Value::Object(members)
            },
        )
}

fn renamed(mut indexes: Vec<Value>, rename: bool) -> Vec<Value> {
    if rename && let Some(index) = indexes.first_mut() {
        let name = format!("{}.renamed", index["IndexName"].as_str().unwrap_or_default());
        index["IndexName"] = json!(name);
    }
    indexes
}

/// One override at a time, each on its own: what every rule about overrides is first seen by.
pub fn single(source: &Source) -> Vec<Variation> {
    let provisioned = !is_on_demand(source);
    let global = indexes(source, "GlobalSecondaryIndexes");
    let local = indexes(source, "LocalSecondaryIndexes");
    let mut found = vec![
        Variation::new("no override", json!({})),
        Variation::new("encryption off", json!({"SSESpecificationOverride": {"Enabled": false}})),
        Variation::new("empty encryption", json!({"SSESpecificationOverride": {}})),
        Variation::new("no global index", json!({"GlobalSecondaryIndexOverride": []})),
        Variation::new("no local index", json!({"LocalSecondaryIndexOverride": []})),
        Variation::new(
            "no index at all",
            json!({"GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": []}),
        ),
    ];
    for index in keep(global, provisioned) {
        let name = index["IndexName"].as_str().unwrap_or_default().to_owned();
        let mut other = index.clone();
        other["IndexName"] = json!("another-name");
        found.push(Variation::new(
            format!("only the global index {name}"),
            json!({"GlobalSecondaryIndexOverride": [index]}),
        ));
        found.push(Variation::new(
            format!("the global index {name} under another name"),
            json!({"GlobalSecondaryIndexOverride": [other]}),
        ));
    }
    for index in local {
        let name = index["IndexName"].as_str().unwrap_or_default();
        let mut other = index.clone();
        other["IndexName"] = json!("another-name");
        found.push(Variation::new(
            format!("only the local index {name}"),
            json!({"LocalSecondaryIndexOverride": [index]}),
        ));
        found.push(Variation::new(
            format!("the local index {name} under another name"),
            json!({"LocalSecondaryIndexOverride": [other]}),
        ));
    }
    if let (true, Some(index)) = (provisioned, global.first()) {
        let mut faster = index.clone();
        faster["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 8, "WriteCapacityUnits": 9});
        found.push(Variation::new(
            "another capacity of a global index",
            json!({"GlobalSecondaryIndexOverride": [faster]}),
        ));
    }
    found
}

/// Every combination of a billing mode override with a capacity override, with and without the
/// global indexes listed.
pub fn billing(source: &Source) -> Vec<Variation> {
    let global = indexes(source, "GlobalSecondaryIndexes");
    let mut found = Vec::new();
    for mode in [None, Some("PROVISIONED"), Some("PAY_PER_REQUEST")] {
        for capacity in [false, true] {
            for list in [None, Some(false), Some(true)] {
                if list.is_some() && global.is_empty() {
                    continue;
                }
                let mut members = Map::new();
                if let Some(mode) = mode {
                    members.insert("BillingModeOverride".to_owned(), json!(mode));
                }
                if capacity {
                    let throughput = json!({"ReadCapacityUnits": 6, "WriteCapacityUnits": 7});
                    members.insert("ProvisionedThroughputOverride".to_owned(), throughput);
                }
                if let Some(provisioned) = list {
                    let kept = json!(keep(global, provisioned));
                    members.insert("GlobalSecondaryIndexOverride".to_owned(), kept);
                }
                let what = format!(
                    "billing mode {}{}{}",
                    mode.unwrap_or("as it was"),
                    if capacity { ", with capacity" } else { "" },
                    match list {
                        None => "",
                        Some(false) => ", indexes listed without capacity",
                        Some(true) => ", indexes listed with capacity",
                    }
                );
                found.push(Variation::new(what, Value::Object(members)));
            }
        }
    }
    found
}

/// Index overrides that match no index of the source: each differs from one of them in one thing.
pub fn mismatches(source: &Source) -> Vec<Variation> {
    let provisioned = !is_on_demand(source);
    let global = keep(indexes(source, "GlobalSecondaryIndexes"), provisioned);
    let local = indexes(source, "LocalSecondaryIndexes");
    let mut found = Vec::new();
    for (member, kept) in [
        ("GlobalSecondaryIndexOverride", global.as_slice()),
        ("LocalSecondaryIndexOverride", local),
    ] {
        for index in kept {
            let name = index["IndexName"].as_str().unwrap_or_default();
            for (what, change) in CHANGES {
                let mut changed = index.clone();
                change(&mut changed);
                if changed != *index {
                    found.push(Variation::new(
                        format!("{name}: {what}"),
                        json!({member: [changed]}),
                    ));
                }
            }
        }
    }
    let stranger = new_index(provisioned);
    found.push(Variation::new(
        "an index that the backup lacks",
        json!({"GlobalSecondaryIndexOverride": [stranger]}),
    ));
    if let Some(index) = global.first() {
        let mut twin = index.clone();
        twin["IndexName"] = json!("twin");
        found.push(Variation::new(
            "one index twice, under two names",
            json!({"GlobalSecondaryIndexOverride": [index, twin]}),
        ));
        found.push(Variation::new(
            "one index twice, under one name",
            json!({"GlobalSecondaryIndexOverride": [index, index]}),
        ));
        let many: Vec<Value> = (0..21)
            .map(|number| {
                let mut index = index.clone();
                index["IndexName"] = json!(format!("index-{number}"));
                index
            })
            .collect();
        found.push(Variation::new(
            "21 global indexes",
            json!({"GlobalSecondaryIndexOverride": many}),
        ));
    }
    found
}

fn new_index(provisioned: bool) -> Value {
    let mut index = json!({
        "IndexName": "stranger",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"}
    });
    if provisioned {
        index["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    }
    index
}

/// A change to an index that keeps it well formed.
type Change = (&'static str, fn(&mut Value));

const CHANGES: [Change; 6] = [
    ("another partition key", |index| index["KeySchema"][0]["AttributeName"] = json!("sk")),
    ("another sort key", |index| {
        if index["KeySchema"][1].is_object() {
            index["KeySchema"][1]["AttributeName"] = json!("owner");
        }
    }),
    ("the sort key left out", |index| {
        if let Some(keys) = index["KeySchema"].as_array_mut() {
            keys.truncate(1);
        }
    }),
    ("a sort key added", |index| {
        if let Some(keys) = index["KeySchema"].as_array_mut().filter(|keys| keys.len() == 1) {
            keys.push(json!({"AttributeName": "sk", "KeyType": "RANGE"}));
        }
    }),
    ("another kind of projection", |index| {
        let kind = if index["Projection"]["ProjectionType"] == "ALL" { "KEYS_ONLY" } else { "ALL" };
        index["Projection"] = json!({"ProjectionType": kind});
    }),
    ("a projected attribute added", |index| {
        if let Some(list) = index["Projection"]["NonKeyAttributes"].as_array_mut() {
            list.push(json!("extra"));
        }
    }),
];
