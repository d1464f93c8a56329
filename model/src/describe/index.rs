//! The secondary indexes of a table as its description shows them.

use serde_json::json;

use super::table::{reason, rule};
use super::{index_capacity, keyed_indexes, projection, table_arn_matcher};
use crate::account::{Account, IndexChange, Table, TableStatus};
use crate::matcher::{Matcher, Member, member};
use crate::name::{IndexName, TableName};
use crate::rules::RuleId;
use crate::schema::KeySchema;

/// The global secondary indexes of a table.
pub(super) fn global_indexes(account: &Account, table_name: &TableName, table: &Table) -> Matcher {
    let shown = rule(table, "RTB-74", "CAR-04", "DST-01");
    let described = rule(table, "RTB-74", "RTB-74", "DST-01");
    let elements = table.definition.global_indexes.iter().map(|index| {
        let units = reason(table, |reasons| reasons.index_throughput, "DST-01");
        let mut members = index_members(&index.name, &index.keys, shown);
        members.extend(index_accounting(account, table_name, &index.name, described));
        members.push(member("Projection", shown, projection(&index.projection, shown)));
        members.extend(index_status(table, &index.name));
        members.push(member(
            "ProvisionedThroughput",
            rule(table, "RTB-77", "RTB-77", "DST-01"),
            index_capacity(index.throughput, units),
        ));
        (index.name.to_string(), Matcher::Object(members))
    });
    keyed_indexes(elements.collect())
}

/// Whether an index can be used, and how far it is if it was added (UPT-03).
fn index_status(table: &Table, name: &IndexName) -> [Member; 2] {
    let text = |text: &str| Matcher::text(text);
    let unless_true = Matcher::Exact(json!(false)).or_absent();
    let plain = rule(table, "RTB-75", "CAR-04", "CTB-041");
    let (rule, status, backfilling) = match table.index_change() {
        Some(IndexChange::Allocating(changed)) if changed == name => {
            ("UPT-03", text("CREATING"), unless_true)
        }
        Some(IndexChange::Backfilling(changed)) if changed == name => {
            ("UPT-03", text("CREATING"), Matcher::Exact(json!(true)))
        }
        Some(IndexChange::Removing(changed)) if changed == name => {
            ("UPT-02", text("DELETING"), unless_true)
        }
        Some(_) | None => match table.status {
            // An index of a restore target was seen without a status (RFB-058).
            TableStatus::Creating if table.restore.is_some() => {
                (plain, Matcher::OneOf(vec!["CREATING"]).or_absent(), Matcher::Anything)
            }
            TableStatus::Creating => (plain, text("CREATING"), unless_true),
            TableStatus::Updating => {
                ("UPT-02", Matcher::OneOf(vec!["ACTIVE", "UPDATING"]), unless_true)
            }
            TableStatus::Active | TableStatus::Deleting => (plain, text("ACTIVE"), unless_true),
        },
    };
    [member("IndexStatus", rule, status), member("Backfilling", rule, backfilling)]
}

/// The local secondary indexes of a table.
pub(super) fn local_indexes(account: &Account, table_name: &TableName, table: &Table) -> Matcher {
    let shown = rule(table, "RTB-73", "CAR-03", "DST-01");
    let described = rule(table, "RTB-73", "RTB-73", "DST-01");
    let elements = table.definition.local_indexes.iter().map(|index| {
        let mut members = index_members(&index.name, &index.keys, shown);
        members.extend(index_accounting(account, table_name, &index.name, described));
        members.push(member("Projection", shown, projection(&index.projection, shown)));
        (index.name.to_string(), Matcher::Object(members))
    });
    keyed_indexes(elements.collect())
}

fn index_members(name: &IndexName, keys: &KeySchema, rule: RuleId) -> Vec<Member> {
    vec![
        member("IndexName", rule, Matcher::text(name.as_str())),
        member("KeySchema", rule, Matcher::Exact(json!(keys))),
    ]
}

/// What is said of an index beside what it is.
fn index_accounting(
    account: &Account,
    table: &TableName,
    index: &IndexName,
    rule: RuleId,
) -> [Member; 3] {
    [
        member("IndexArn", rule, table_arn_matcher(account, table, &format!("/index/{index}"))),
        member("IndexSizeBytes", rule, Matcher::Between(0, u64::MAX)),
        member("ItemCount", rule, Matcher::Between(0, u64::MAX)),
    ]
}
