//! Tags, time to live and limits, as their own operations show them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::account::Table;
use crate::matcher::{Matcher, Member, member};
use crate::request::TimeToLiveSpecification;
use crate::rules::RuleId;

/// The tags of a table, in any order; while they are being written, or those from before.
pub(super) fn tags(table: &Table, rule: RuleId) -> Member {
    let list = |tags: &BTreeMap<String, String>| {
        let elements = tags.iter().map(|(key, value)| {
            let members = vec![
                member("Key", rule, Matcher::text(key.as_str())),
                member("Value", rule, Matcher::text(value.as_str())),
            ];
            (key.clone(), Matcher::Object(members))
        });
        Matcher::Keyed { key: "Key", elements: elements.collect(), open: false }
    };
    let now = list(&table.settings.tags);
    let matcher = match &table.underway.former_tags {
        Some(former) => Matcher::AnyOf(vec![now, list(former)]),
        None => now,
    };
    member("Tags", rule, matcher)
}

/// The time to live of a table. A change that takes effect may show as done or not.
pub(super) fn time_to_live(table: &Table, rule: RuleId) -> Member {
    let settling = table.underway.time_to_live;
    let attribute = table.settings.time_to_live.as_ref();
    let status = match (attribute, settling) {
        (Some(_), true) => Matcher::OneOf(vec!["ENABLING", "ENABLED"]),
        (Some(_), false) => Matcher::text("ENABLED"),
        (None, true) => Matcher::OneOf(vec!["DISABLING", "DISABLED"]),
        (None, false) => Matcher::text("DISABLED"),
    };
    let attribute = match attribute {
        Some(name) => Matcher::text(name.as_str()),
        None if settling => Matcher::Anything,
        None => Matcher::Absent,
    };
    let description =
        vec![member("TimeToLiveStatus", rule, status), member("AttributeName", rule, attribute)];
    member("TimeToLiveDescription", rule, Matcher::Object(description))
}

/// The time to live as it was asked for.
pub(super) fn specification(asked: &TimeToLiveSpecification) -> Member {
    member("TimeToLiveSpecification", "TTL-01", Matcher::Exact(json!(asked)))
}

/// How much capacity an account and a table may have.
pub(super) fn limits() -> Vec<Member> {
    [
        "AccountMaxReadCapacityUnits",
        "AccountMaxWriteCapacityUnits",
        "TableMaxReadCapacityUnits",
        "TableMaxWriteCapacityUnits",
    ]
    .map(|name| member(name, "DLM-01", Matcher::Between(1, u64::MAX)))
    .into()
}
