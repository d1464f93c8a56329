//! A table as DescribeTable, CreateTable, UpdateTable and the restores show it.
//!
//! The members are the same everywhere, their rules are not: a restored table has one set of rules
//! for the answer of its restore (RTB) and another for what it is once ACTIVE (CAR).

use std::sync::Arc;

use serde_json::json;

use super::{encryption, id, index, instant, restore, table_arn_matcher};
use crate::account::{Account, IndexChange, Origin, Reasons, Table, TableStatus, Update};
use crate::matcher::{Matcher, Member, member};
use crate::name::{AttributeName, TableName};
use crate::rules::RuleId;
use crate::schema::{
    BillingMode, Definition, Encryption, GlobalIndex, ProvisionedThroughput, Settings,
    StreamViewType, TableClass,
};

/// Where a table is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// In the answer of the request that made it.
    Answer,
    /// In any later answer.
    Described,
}

/// What a table must look like. While it is UPDATING, what is being changed may be as before.
pub(super) fn description(
    account: &Account,
    name: &TableName,
    table: &Table,
    view: View,
) -> Matcher {
    let after = members(account, name, table, view);
    let Some(update) = &table.underway.update else { return Matcher::Object(after) };
    let before = Table {
        definition: Arc::new(former_definition(&table.definition, update)),
        settings: update.settings.clone(),
        ..table.clone()
    };
    let before = members(account, name, &before, view);
    let either = after.into_iter().zip(before).map(|(after, before)| {
        // What it is in the midst of does not depend on which of the two it shows.
        if after.matcher == before.matcher || after.name == "TableStatus" {
            return after;
        }
        Member { matcher: Matcher::AnyOf(vec![after.matcher, before.matcher]), ..after }
    });
    Matcher::Object(either.collect())
}

/// The shape before an update, but for the indexes: one that is added shows at once (UPT-03).
fn former_definition(current: &Definition, update: &Update) -> Definition {
    let former = &update.definition;
    let throughput = |index: &GlobalIndex| {
        let mut kept = former.global_indexes.iter();
        let kept = kept.find(|kept| kept.name == index.name);
        kept.map_or(index.throughput, |kept| kept.throughput)
    };
    Definition {
        billing: former.billing,
        throughput: former.throughput,
        encryption: former.encryption.clone(),
        global_indexes: current
            .global_indexes
            .iter()
            .map(|index| GlobalIndex { throughput: throughput(index), ..index.clone() })
            .collect(),
        ..current.clone()
    }
}

/// What DeleteTable answers: the table and its status, and no more of its shape.
pub(super) fn deleted(name: &TableName) -> Matcher {
    Matcher::Object(vec![
        member("TableName", "DLT-01", Matcher::text(name.as_str())),
        member("TableStatus", "DLT-01", Matcher::text(TableStatus::Deleting.as_str())),
        member("KeySchema", "TBL-010", Matcher::Absent),
        member("AttributeDefinitions", "TBL-010", Matcher::Absent),
        member("GlobalSecondaryIndexes", "TBL-010", Matcher::Absent),
        member("CreationDateTime", "TBL-010", Matcher::Absent),
    ])
}

/// The rule of a member: of a table that is being restored, that was restored, or neither.
pub(super) fn rule(table: &Table, restoring: RuleId, restored: RuleId, other: RuleId) -> RuleId {
    match &table.restore {
        Some(_) if table.status == TableStatus::Creating => restoring,
        Some(_) => restored,
        None => other,
    }
}

/// The rule of a property that a restore keeps or overrides.
pub(super) fn reason(table: &Table, of: fn(&Reasons) -> RuleId, other: RuleId) -> RuleId {
    let Some(restore) = &table.restore else { return other };
    let reason = of(&restore.reasons);
    if table.status == TableStatus::Creating {
        return reason;
    }
    // What was kept has a rule of its own for the table that is ACTIVE.
    match reason {
        "RTB-19" => "CAR-06",
        "RTB-26" => "CAR-05",
        "RTB-28" | "RTB-41" => "CAR-04",
        "RTB-42" => "CAR-03",
        "RTB-49" => "CAR-07",
        overridden => overridden,
    }
}

fn members(account: &Account, name: &TableName, table: &Table, view: View) -> Vec<Member> {
    let created = instant(table.created, account.now);
    let empty = if is_of_the_past(table) { "PIT-018" } else { "RTB-68" };
    let mut members = vec![
        member(
            "TableName",
            rule(table, "RTB-61", "RTB-61", "DST-01"),
            Matcher::text(name.as_str()),
        ),
        member("TableStatus", status_rule(table, view), status(table)),
        member(
            "TableArn",
            rule(table, "RTB-69", "RTB-69", "DST-01"),
            table_arn_matcher(account, name, ""),
        ),
        member("TableId", rule(table, "RTB-70", "CAR-23", "DST-01"), id(account, table)),
        member("CreationDateTime", rule(table, "RTB-64", "CAR-23", "DST-01"), created),
        member("TableSizeBytes", rule(table, empty, "RTB-68", "CRT-10"), size(table)),
        member("ItemCount", rule(table, empty, "RTB-68", "CRT-10"), size(table)),
    ];
    if table.status == TableStatus::Deleting {
        members.push(member("GlobalSecondaryIndexes", "DST-04", Matcher::Absent));
        members.push(member("LocalSecondaryIndexes", "DST-04", Matcher::Absent));
    } else {
        members.extend(definition_members(account, name, table, view));
        members.extend(settings_members(table));
    }
    members.push(member(
        "RestoreSummary",
        rule(table, "RTB-80", "LIF-06a", "TBL-003"),
        restore::summary(account, table, view),
    ));
    if table.restore.is_some() {
        members.extend([
            member("Replicas", "RTB-79", Matcher::Absent),
            member("GlobalTableVersion", "RTB-79", Matcher::Absent),
            member("ArchivalSummary", "RTB-87", Matcher::Absent),
            member("MultiRegionConsistency", "RTB-89c", Matcher::Absent),
            member("GlobalTableWitnesses", "RTB-89c", Matcher::Absent),
            member("GlobalTableSettingsReplicationMode", "RTB-89c", Matcher::Absent),
        ]);
    }
    members
}

fn status_rule(table: &Table, view: View) -> RuleId {
    match (table.restore.is_some(), table.status, view) {
        (true, TableStatus::Creating, View::Answer) => "RTB-63",
        (true, TableStatus::Creating, View::Described) => "LIF-02",
        (true, TableStatus::Active, _) => "LIF-01",
        (false, TableStatus::Creating | TableStatus::Active, _) => "CRT-02",
        (_, TableStatus::Updating, _) => "UPT-02",
        (_, TableStatus::Deleting, _) => "DLT-01",
    }
}

/// A change of deletion protection alone was not seen to take time, and while the table is copied
/// into a new index it can be used as before; so there the table may be ACTIVE as well.
fn status(table: &Table) -> Matcher {
    let at_once = table.underway.update.as_ref().is_some_and(|update| {
        let protected = Settings {
            deletion_protection: table.settings.deletion_protection,
            ..(*update.settings).clone()
        };
        match update.index {
            Some(IndexChange::Backfilling(_)) => true,
            Some(IndexChange::Allocating(_) | IndexChange::Removing(_)) => false,
            None => update.definition == table.definition && protected == *table.settings,
        }
    });
    match table.status {
        TableStatus::Updating if at_once => Matcher::OneOf(vec!["UPDATING", "ACTIVE"]),
        status => Matcher::text(status.as_str()),
    }
}

/// Keys, capacity and indexes.
fn definition_members(
    account: &Account,
    name: &TableName,
    table: &Table,
    view: View,
) -> Vec<Member> {
    let definition = &table.definition;
    let shown = if is_of_the_past(table) { "PIT-018" } else { "RTB-71" };
    let created = if definition.encryption == Encryption::OwnedKey { "KMS-01" } else { "CRT-11" };
    let encrypted =
        if table.restore.is_some() { ["RTB-86", "RTB-85"] } else { ["CRT-11", "CRT-11"] };
    vec![
        member(
            "AttributeDefinitions",
            rule(table, "RTB-60", "CAR-02", "DST-01"),
            attributes(table),
        ),
        member(
            "KeySchema",
            rule(table, "RTB-62", "CAR-02", "DST-01"),
            Matcher::Exact(json!(definition.keys)),
        ),
        member("ProvisionedThroughput", rule(table, "RTB-65", "RTB-65", "CRT-10"), capacity(table)),
        member("BillingModeSummary", rule(table, shown, "CAR-06", "CRT-09"), billing(table, view)),
        member(
            "GlobalSecondaryIndexes",
            reason(table, |reasons| reasons.global_indexes, "DST-01"),
            index::global_indexes(account, name, table),
        ),
        member(
            "LocalSecondaryIndexes",
            reason(table, |reasons| reasons.local_indexes, "DST-01"),
            index::local_indexes(account, name, table),
        ),
        member(
            "SSEDescription",
            reason(table, |reasons| reasons.encryption, created),
            encryption(&definition.encryption, encrypted),
        ),
    ]
}

/// Whether the table comes from a point in time; some of its rules are other than of one from a backup.
fn is_of_the_past(table: &Table) -> bool {
    let origin = table.restore.as_ref().map(|restore| &restore.origin);
    matches!(origin, Some(Origin::PointInTime(_)))
}

/// What a restore does not bring back: it is as for a new table, until it is set up again.
fn settings_members(table: &Table) -> Vec<Member> {
    let settings = &table.settings;
    let rule = |is_set: bool, restoring, restored, other| {
        if is_set && table.restore.is_some() {
            "UPT-05"
        } else {
            rule(table, restoring, restored, other)
        }
    };
    let (dropped, never_had) =
        if is_of_the_past(table) { ("PTR-08", "PTR-08") } else { ("RTB-78", "CAR-09") };
    let streams = rule(settings.stream.is_some(), dropped, never_had, "CRT-15");
    let protected = rule(settings.deletion_protection, "RTB-89", "CAR-12", "CRT-15");
    let infrequent = settings.class != TableClass::default();
    let class_rule = rule(infrequent, "RTB-88", "CAR-08", "CRT-12");
    let mut members = vec![
        member("StreamSpecification", streams, stream(settings.stream, streams)),
        member("DeletionProtectionEnabled", protected, flag(settings.deletion_protection)),
        member("TableClassSummary", class_rule, class(settings.class, class_rule)),
    ];
    // Afterwards a stream that was switched off keeps its name for a while.
    if table.is_restoring() {
        members.push(member("LatestStreamLabel", "RTB-78", Matcher::Absent));
        members.push(member("LatestStreamArn", "RTB-78", Matcher::Absent));
    }
    members
}

fn stream(view: Option<StreamViewType>, rule: RuleId) -> Matcher {
    let enabled = |on: bool| member("StreamEnabled", rule, Matcher::Exact(json!(on)));
    match view {
        None => Matcher::Object(vec![enabled(false)]).or_absent(),
        Some(view) => Matcher::Object(vec![
            enabled(true),
            member("StreamViewType", rule, Matcher::Exact(json!(view))),
        ]),
    }
}

/// The types of the attributes that a key uses, in any order. Whether those are kept that only an
/// excluded or removed index used is not documented, so more are allowed then.
fn attributes(table: &Table) -> Matcher {
    let definition = &table.definition;
    let named = rule(table, "RTB-60", "CAR-02", "DST-01");
    let used = definition.key_attributes();
    let of_table =
        |name: &AttributeName| definition.keys.iter().any(|key| key.attribute_name == *name);
    let elements =
        definition.attributes.iter().filter(|(name, _)| used.contains(name)).map(|(name, kind)| {
            // An override has no types, so those of its indexes come from the backup.
            let typed = if of_table(name) { "RTB-36" } else { "RTB-37" };
            let members = vec![
                member("AttributeName", named, Matcher::text(name.as_str())),
                member(
                    "AttributeType",
                    rule(table, typed, "CAR-02", "DST-01"),
                    Matcher::Exact(json!(kind)),
                ),
            ];
            (name.to_string(), Matcher::Object(members))
        });
    let open = table.restore.is_some() || definition.attributes.len() > used.len();
    Matcher::Keyed { key: "AttributeName", elements: elements.collect(), open }
}

fn capacity(table: &Table) -> Matcher {
    let ProvisionedThroughput { read_capacity_units, write_capacity_units } =
        table.definition.throughput;
    let on_demand = table.definition.billing == BillingMode::PayPerRequest;
    let other = if on_demand { "CTB-028" } else { "CRT-10" };
    let units = reason(table, |reasons| reasons.throughput, other);
    let is_new = table.status == TableStatus::Creating;
    let decreases =
        if is_new { Matcher::Between(0, 0) } else { Matcher::Between(0, u64::MAX).usually() };
    let mut members = vec![
        member("ReadCapacityUnits", units, Matcher::Exact(json!(read_capacity_units))),
        member("WriteCapacityUnits", units, Matcher::Exact(json!(write_capacity_units))),
        member("NumberOfDecreasesToday", rule(table, "RTB-66", "RTB-66", "CRT-10"), decreases),
    ];
    if table.is_restoring() {
        members.push(member("LastIncreaseDateTime", "RTB-67", Matcher::Absent));
        members.push(member("LastDecreaseDateTime", "RTB-67", Matcher::Absent));
    }
    Matcher::Object(members)
}

/// A provisioned table may leave the summary out: one that was restored shows it (RTB-71), one that
/// was created does not (CRT-09), and for neither is there more than an example.
fn billing(table: &Table, view: View) -> Matcher {
    let mode = table.definition.billing;
    let reason = reason(table, |reasons| reasons.billing, "CRT-09");
    let mut members = vec![member("BillingMode", reason, Matcher::Exact(json!(mode)))];
    let is_new = table.status == TableStatus::Creating && view == View::Answer;
    let unswitched = match (&table.restore, mode) {
        (Some(_), BillingMode::Provisioned) if is_new => Some("RTB-72"),
        (None, BillingMode::PayPerRequest) if is_new => Some("CTB-028"),
        (Some(_) | None, _) => None,
    };
    if let Some(rule) = unswitched {
        members.push(member("LastUpdateToPayPerRequestDateTime", rule, Matcher::Absent));
    }
    match mode {
        BillingMode::PayPerRequest => Matcher::Object(members),
        // A restored table shows it (RTB-71, PIT-018), one that was created does not (CRT-09), and for
        // neither is there more than an example.
        BillingMode::Provisioned if table.restore.is_some() => Matcher::Object(members).usually(),
        BillingMode::Provisioned => Matcher::Object(members).or_absent(),
    }
}

fn class(class: TableClass, rule: RuleId) -> Matcher {
    let summary = Matcher::Object(vec![member("TableClass", rule, Matcher::Exact(json!(class)))]);
    match class {
        TableClass::Standard => summary.or_absent(),
        TableClass::StandardInfrequentAccess => summary,
    }
}

fn flag(on: bool) -> Matcher {
    if on { Matcher::Exact(json!(true)) } else { Matcher::Exact(json!(false)).usually() }
}

/// A fresh table is empty; later the figures are refreshed about every six hours, so any will do.
fn size(table: &Table) -> Matcher {
    match table.status {
        TableStatus::Creating => Matcher::Between(0, 0),
        TableStatus::Active | TableStatus::Updating | TableStatus::Deleting => {
            Matcher::Between(0, u64::MAX)
        }
    }
}
