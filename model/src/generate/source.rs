//! Tables to back up: between them they have every kind of index, both billing modes and every
//! setting that a restore must or must not bring back.

use serde_json::{Value, json};

/// A table to back up, as the members of its CreateTable request beside `TableName`.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// A word for it.
    pub name: &'static str,
    /// The members.
    pub members: Value,
}

/// A source without indexes, on provisioned capacity: the least there is.
pub fn plain() -> Source {
    Source {
        name: "plain",
        members: json!({
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
        }),
    }
}

/// A source on demand, with one global secondary index.
pub fn on_demand() -> Source {
    Source {
        name: "on-demand",
        members: json!({
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "owner", "AttributeType": "S"}
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}
            }]
        }),
    }
}

/// A source with two global and two local secondary indexes of different projections.
pub fn indexed() -> Source {
    Source {
        name: "indexed",
        members: json!({
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "owner", "AttributeType": "S"},
                {"AttributeName": "due", "AttributeType": "N"},
                {"AttributeName": "blob", "AttributeType": "B"}
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"}
            ],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-owner",
                    "KeySchema": [
                        {"AttributeName": "owner", "KeyType": "HASH"},
                        {"AttributeName": "due", "KeyType": "RANGE"}
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
                },
                {
                    "IndexName": "by-due",
                    "KeySchema": [{"AttributeName": "due", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title", "size"]},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 6}
                }
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "local-due",
                    "KeySchema": [
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "due", "KeyType": "RANGE"}
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"}
                },
                {
                    "IndexName": "local-blob",
                    "KeySchema": [
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "blob", "KeyType": "RANGE"}
                    ],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}
                }
            ]
        }),
    }
}

/// A source with every setting that a restore must not bring back.
pub fn decorated() -> Source {
    Source {
        name: "decorated",
        members: json!({
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Tags": [{"Key": "team", "Value": "music"}],
            "TableClass": "STANDARD_INFREQUENT_ACCESS"
        }),
    }
}

/// A source on demand whose global indexes list so many attributes together, 20 each.
pub fn projecting(attributes: usize) -> Source {
    const OF_ONE_INDEX: usize = 20;
    let names: Vec<String> = (0..attributes).map(|number| format!("attribute-{number}")).collect();
    let index = |(number, names): (usize, &[String])| {
        json!({
            "IndexName": format!("projecting-{number}"),
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": names}
        })
    };
    let indexes: Vec<Value> = names.chunks(OF_ONE_INDEX).enumerate().map(index).collect();
    Source {
        name: "projecting",
        members: json!({
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": indexes
        }),
    }
}

/// Every source.
pub fn all() -> Vec<Source> {
    vec![plain(), on_demand(), indexed(), decorated()]
}

/// An item that fits every source.
pub fn item(key: &str) -> Value {
    json!({
        "pk": {"S": key},
        "sk": {"N": "1"},
        "owner": {"S": "ada"},
        "due": {"N": "20261123"},
        "blob": {"B": "AAEC"},
        "title": {"S": "Ω and more"},
        "list": {"L": [{"N": "1.5"}, {"BOOL": true}, {"NULL": true}]}
    })
}
