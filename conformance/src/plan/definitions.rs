//! What the definition of a table may be, when it is created and when it is changed: everything that is
//! refused, each beside what is like it and accepted.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{about, table};
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found: Vec<Scenario> =
        [keys(), attributes(), indexes(), projections(), capacities(), encryption()]
            .concat()
            .into_iter()
            .map(|(what, members)| create(what, members))
            .collect();
    found.push(before_existence());
    found.extend(updates());
    found
}

/// What is special about a definition, and the members of its CreateTable.
type Definition = (&'static str, Value);

fn create(what: &str, members: Value) -> Scenario {
    let mut body = members;
    body["TableName"] = json!("{table:source}");
    let actions = vec![call("CreateTable", body), wait("table:source")];
    Scenario::new(format!("create a table: {what}"), Source::Requests, actions)
}

/// The members of a source with changes.
fn with(source: source::Source, change: impl FnOnce(&mut Value)) -> Value {
    let mut members = source.members;
    change(&mut members);
    members
}

fn attribute(name: &str) -> Value {
    json!({"AttributeName": name, "AttributeType": "S"})
}

fn key(name: &str, kind: &str) -> Value {
    json!({"AttributeName": name, "KeyType": kind})
}

fn keys() -> Vec<Definition> {
    let keys = |attributes: &[&str], keys: Value| {
        with(source::plain(), |members| {
            members["AttributeDefinitions"] =
                attributes.iter().map(|name| attribute(name)).collect();
            members["KeySchema"] = keys;
        })
    };
    vec![
        (
            "a partition and a sort key",
            keys(&["pk", "sk"], json!([key("pk", "HASH"), key("sk", "RANGE")])),
        ),
        ("only a sort key", keys(&["pk"], json!([key("pk", "RANGE")]))),
        ("the sort key first", keys(&["pk", "sk"], json!([key("sk", "RANGE"), key("pk", "HASH")]))),
        ("two partition keys", keys(&["pk", "sk"], json!([key("pk", "HASH"), key("sk", "HASH")]))),
        (
            "a key of one attribute, defined once",
            keys(&["pk"], json!([key("pk", "HASH"), key("pk", "RANGE")])),
        ),
        (
            "a key of one attribute, and another one defined",
            keys(&["pk", "sk"], json!([key("pk", "HASH"), key("pk", "RANGE")])),
        ),
    ]
}

fn attributes() -> Vec<Definition> {
    let defined = |names: &[&str]| {
        with(source::plain(), |members| {
            members["AttributeDefinitions"] = names.iter().map(|name| attribute(name)).collect();
        })
    };
    vec![
        ("an attribute defined twice", defined(&["pk", "pk"])),
        ("an attribute that no key uses", defined(&["pk", "other"])),
        ("a key attribute that is not defined", defined(&["other"])),
    ]
}

/// A source with partition and sort key, and as many indexes.
fn indexed(global: usize, local: usize) -> Value {
    let index = |name: String, partition: &str| {
        json!({
            "IndexName": name,
            "KeySchema": [key(partition, "HASH"), key("due", "RANGE")],
            "Projection": {"ProjectionType": "KEYS_ONLY"}
        })
    };
    let lists = |count: usize, kind: &str, partition: &str| {
        (0..count).map(|number| index(format!("{kind}-{number}"), partition)).collect::<Value>()
    };
    let mut members = json!({
        "AttributeDefinitions": (["pk", "sk", "due"].map(attribute)),
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "BillingMode": "PAY_PER_REQUEST"
    });
    if global > 0 {
        members["GlobalSecondaryIndexes"] = lists(global, "global", "sk");
    }
    if local > 0 {
        members["LocalSecondaryIndexes"] = lists(local, "local", "pk");
    }
    members
}

fn indexes() -> Vec<Definition> {
    let one = |change: fn(&mut Value)| {
        let mut members = indexed(1, 1);
        change(&mut members);
        members
    };
    let mut unranged = indexed(0, 1);
    unranged["KeySchema"] = json!([key("pk", "HASH")]);
    unranged["AttributeDefinitions"] = json!([attribute("pk"), attribute("due")]);
    vec![
        ("20 global indexes and 5 local ones", indexed(20, 5)),
        ("21 global indexes", indexed(21, 0)),
        ("6 local indexes", indexed(0, 6)),
        ("a global and a local index", indexed(1, 1)),
        (
            "two global indexes of one name",
            with_both(2, 0, |members| {
                members["GlobalSecondaryIndexes"][1]["IndexName"] = json!("global-0");
            }),
        ),
        (
            "a global and a local index of one name",
            one(|members| members["LocalSecondaryIndexes"][0]["IndexName"] = json!("global-0")),
        ),
        ("a local index without a sort key of the table", unranged),
        (
            "a local index of another partition key",
            one(|members| {
                members["LocalSecondaryIndexes"][0]["KeySchema"][0]["AttributeName"] = json!("sk");
            }),
        ),
        (
            "an empty list of global indexes",
            one(|members| {
                members["GlobalSecondaryIndexes"] = json!([]);
            }),
        ),
        (
            "an empty list of local indexes",
            one(|members| {
                members["LocalSecondaryIndexes"] = json!([]);
            }),
        ),
    ]
}

fn with_both(global: usize, local: usize, change: fn(&mut Value)) -> Value {
    let mut members = indexed(global, local);
    change(&mut members);
    members
}

fn projections() -> Vec<Definition> {
    let projected = |projection: Value| {
        let mut members = indexed(1, 0);
        members["GlobalSecondaryIndexes"][0]["Projection"] = projection;
        members
    };
    let listing = |kind: &str| json!({"ProjectionType": kind, "NonKeyAttributes": ["title"]});
    vec![
        ("a projection of all", projected(json!({"ProjectionType": "ALL"}))),
        ("a projection of all that lists attributes", projected(listing("ALL"))),
        ("a projection of the keys that lists attributes", projected(listing("KEYS_ONLY"))),
        ("a projection that includes attributes", projected(listing("INCLUDE"))),
        ("a projection that includes nothing", projected(json!({"ProjectionType": "INCLUDE"}))),
        ("a projection of no kind", projected(json!({}))),
        ("100 projected attributes", source::projecting(100).members),
        ("101 projected attributes", source::projecting(101).members),
    ]
}

fn capacities() -> Vec<Definition> {
    let capacity = || json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    let mut none = source::plain().members;
    none["ProvisionedThroughput"] = Value::Null;
    let mut idle = source::on_demand().members;
    idle["ProvisionedThroughput"] = capacity();
    let mut idle_index = source::on_demand().members;
    idle_index["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = capacity();
    vec![
        ("on demand", source::on_demand().members),
        ("provisioned without a capacity", none),
        ("on demand with a capacity", idle),
        ("on demand with a capacity of an index", idle_index),
    ]
}

fn encryption() -> Vec<Definition> {
    let encrypted = |specification: Value| {
        with(source::plain(), |members| members["SSESpecification"] = specification)
    };
    vec![
        ("encryption off", encrypted(json!({"Enabled": false}))),
        ("encryption off, with a type", encrypted(json!({"Enabled": false, "SSEType": "KMS"}))),
    ]
}

/// What is wrong with a request counts before the name that is taken.
fn before_existence() -> Scenario {
    let mut body = source::plain().members;
    body["TableName"] = json!("{table:source}");
    body["KeySchema"] = json!([key("pk", "RANGE")]);
    let mut actions = table("source", &source::plain());
    actions.push(call("CreateTable", body));
    Scenario::new("create a table: invalid, and of a name that is taken", Source::Requests, actions)
}

/// Changes of a table, one at a time.
fn updates() -> Vec<Scenario> {
    let update = |members: Value| {
        let mut body = members;
        body["TableName"] = json!("{table:source}");
        call("UpdateTable", body)
    };
    let names = ["pk", "genre", "label"];
    let add = |attribute: &str| {
        json!({"Create": {
            "IndexName": format!("by-{attribute}"),
            "KeySchema": [key(attribute, "HASH")],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}
        }})
    };
    let adding = |changes: &[Value], attributes: &[&str]| {
        json!({
            "AttributeDefinitions": attributes.iter().map(|name| attribute(name)).collect::<Value>(),
            "GlobalSecondaryIndexUpdates": changes
        })
    };
    let one = || adding(&[add("genre")], &names[..2]);
    let mut with_capacity = one();
    with_capacity["ProvisionedThroughput"] =
        json!({"ReadCapacityUnits": 6, "WriteCapacityUnits": 6});
    let capacity = json!({"ReadCapacityUnits": 3, "WriteCapacityUnits": 3});
    let provisioned = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity});
    let case = |what: &str, source: source::Source, more: Vec<Action>| {
        let actions = [table("source", &source), more].concat();
        Scenario::new(format!("change a table: {what}"), Source::Requests, actions)
    };
    let mut plain_on_demand = source::plain();
    plain_on_demand.members["BillingMode"] = json!("PAY_PER_REQUEST");
    plain_on_demand.members["ProvisionedThroughput"] = Value::Null;
    vec![
        case("an index and the capacity at once", source::plain(), vec![update(with_capacity)]),
        case(
            "two indexes at once",
            source::plain(),
            vec![update(adding(&[add("genre"), add("label")], &names))],
        ),
        case(
            "an index while another is being added",
            source::plain(),
            vec![
                update(one()),
                update(adding(&[add("label")], &names)),
                about("DescribeTable", "source"),
                wait("table:source"),
            ],
        ),
        case(
            "to provisioned without a capacity",
            plain_on_demand.clone(),
            vec![update(json!({"BillingMode": "PROVISIONED"}))],
        ),
        case(
            "to provisioned with a capacity",
            plain_on_demand,
            vec![update(provisioned), wait("table:source"), about("DescribeTable", "source")],
        ),
    ]
}
