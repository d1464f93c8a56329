//! What an accepted request answers, as matchers over the body: it follows from the reply and from
//! the account after the request.
//!
//! Sizes, counts and times that nothing else depends on are matched as loosely as the evidence asks.

mod backup;
mod index;
mod recovery;
mod restore;
mod settings;
mod table;

use serde_json::{Value, json};

use self::table::View;
use crate::account::{Account, Millis, Table};
use crate::matcher::{Form, Matcher, member};
use crate::name::{BackupArn, TableName, table_arn};
use crate::outcome::{PageEnd, Reply};
use crate::request::Item;
use crate::rules::RuleId;
use crate::schema::{Encryption, Projection, ProvisionedThroughput};

/// How far an endpoint's clock may be off ours, both ways. Generous: a wrong clock is no rule.
const CLOCK_SKEW_MILLIS: Millis = 15 * 60 * 1000;

/// So far behind the present the latest restorable time lies in the long run (PTR-12).
const LATEST_LAG_MILLIS: Millis = 5 * 60 * 1000;

/// What the body of the answer must be.
pub fn body(account: &Account, reply: &Reply) -> Matcher {
    let members = match reply {
        Reply::Empty | Reply::TagsWritten => vec![],
        Reply::Tags { table, rule } => vec![settings::tags(&account.tables[table], rule)],
        Reply::TimeToLiveSpecification(asked) => vec![settings::specification(asked)],
        Reply::TimeToLiveDescription { table, rule } => {
            vec![settings::time_to_live(&account.tables[table], rule)]
        }
        Reply::Limits => settings::limits(),
        // What was left undone is taken back by the oracle.
        Reply::Written { .. } => {
            vec![member("UnprocessedItems", "DAT-01b", Matcher::Object(vec![]))]
        }
        Reply::Item { item, possible, rule } => {
            let matcher = match item {
                Some(item) => Matcher::Item(item.clone()),
                None => {
                    let possible = possible.iter().cloned().map(Matcher::Item);
                    Matcher::AnyOf(possible.chain([Matcher::Absent]).collect())
                }
            };
            vec![member("Item", rule, matcher)]
        }
        Reply::TableDescription(name) => {
            let table = &account.tables[name];
            let rule = if table.restore.is_some() { "RTB-01" } else { "CRT-02" };
            let description = table::description(account, name, table, View::Answer);
            vec![member("TableDescription", rule, description)]
        }
        Reply::UpdatedTable(name) => {
            let table = &account.tables[name];
            let description = table::description(account, name, table, View::Described);
            vec![member("TableDescription", "UPT-02", description)]
        }
        Reply::Table(name) => {
            let table = &account.tables[name];
            let description = table::description(account, name, table, View::Described);
            vec![member("Table", "DST-01", description)]
        }
        Reply::DeletedTable(name) => {
            vec![member("TableDescription", "DLT-01", table::deleted(name))]
        }
        Reply::TableNames { page, more } => {
            let names = page.iter().map(|name| json!(name)).collect();
            let last = page.last().filter(|_| *more).map(TableName::as_str);
            vec![
                member("TableNames", "LST-01", Matcher::List(names)),
                member("LastEvaluatedTableName", "LST-01", cursor(last)),
            ]
        }
        Reply::Items { sure, possible, others, rule } => {
            let with = |possible: Vec<Item>| Matcher::Items { sure: sure.clone(), possible };
            let items = if others.is_empty() {
                with(possible.clone())
            } else {
                Matcher::AnyOf(vec![with(possible.clone()), with([&possible[..], others].concat())])
            };
            vec![member("Items", rule, items), member("Count", "DAT-02", Matcher::CountOf("Items"))]
        }
        Reply::BackupDetails(arn) => {
            let backup = &account.backups[arn];
            vec![member("BackupDetails", "CRB-03", backup::new_details(account, arn, backup))]
        }
        Reply::BackupDescription { arn } => {
            let kept = account.find_backup(arn).expect("a described backup is there");
            let backup = &account.backups[kept];
            let details = backup::details(account, arn, backup);
            vec![member(
                "BackupDescription",
                "DSB-02",
                backup::description(account, backup, details),
            )]
        }
        Reply::DeletedBackup { arn, backup } => {
            let details = backup::deleted_details(account, arn, backup);
            vec![member(
                "BackupDescription",
                "DLB-02",
                backup::description(account, backup, details),
            )]
        }
        Reply::BackupSummaries { page, end, rule, in_order } => {
            let elements = page
                .iter()
                .map(|arn| (arn.to_string(), backup::summary(account, arn, &account.backups[arn])));
            let summaries =
                Matcher::Keyed { key: "BackupArn", elements: elements.collect(), open: false };
            let summaries = if *in_order {
                summaries.ascending("BackupCreationDateTime", "LSB-11")
            } else {
                summaries
            };
            let last = page.last().map(BackupArn::as_str);
            let (cursor_rule, cursor) = match end {
                PageEnd::More => ("LSB-09", cursor(last)),
                PageEnd::Full => ("LBK-009", Matcher::Absent),
                // A cursor after the last entry would be odd, but the documents allow one.
                PageEnd::Short => ("LSB-10", Matcher::Anything),
            };
            vec![
                member("BackupSummaries", rule, summaries),
                member("LastEvaluatedBackupArn", cursor_rule, cursor),
            ]
        }
        Reply::ContinuousBackups { table, switch } => {
            let rule = if switch.is_some() { "UCB-02" } else { "DCB-02" };
            let description = recovery::description(account, &account.tables[table], *switch);
            vec![member("ContinuousBackupsDescription", rule, description)]
        }
    };
    Matcher::Object(members)
}

fn cursor(last: Option<&str>) -> Matcher {
    last.map_or(Matcher::Absent, Matcher::text)
}

/// On-demand indexes may leave their capacity out or show it as zero.
fn index_capacity(throughput: ProvisionedThroughput, rule: RuleId) -> Matcher {
    let matcher = Matcher::Object(vec![
        member("ReadCapacityUnits", rule, Matcher::Exact(json!(throughput.read_capacity_units))),
        member("WriteCapacityUnits", rule, Matcher::Exact(json!(throughput.write_capacity_units))),
    ]);
    if throughput == ProvisionedThroughput::ZERO { matcher.usually() } else { matcher }
}

fn keyed_indexes(elements: Vec<(String, Matcher)>) -> Matcher {
    if elements.is_empty() {
        // No index: the member is left out (RTB-73, RTB-74), though an empty list says the same.
        Matcher::Exact(json!([])).or_absent()
    } else {
        Matcher::Keyed { key: "IndexName", elements, open: false }
    }
}

fn projection(projection: &Projection, rule: RuleId) -> Matcher {
    let kind = json!(projection.projection_type);
    let attributes: Vec<Value> =
        projection.attributes().into_iter().map(|name| json!(name)).collect();
    let listed = if attributes.is_empty() {
        Matcher::Exact(json!([])).or_absent()
    } else {
        Matcher::Bag(attributes)
    };
    Matcher::Object(vec![
        member("ProjectionType", rule, Matcher::Exact(kind)),
        member("NonKeyAttributes", rule, listed),
    ])
}

/// Encryption with a key of KMS, whose status and whose key have a rule each.
fn encryption(encryption: &Encryption, [status, key]: [RuleId; 2]) -> Matcher {
    match encryption {
        Encryption::OwnedKey => Matcher::Absent,
        Encryption::Kms { .. } => Matcher::Object(vec![
            member("Status", status, Matcher::OneOf(vec!["ENABLED", "UPDATING"])),
            member("SSEType", key, Matcher::text("KMS")),
            member("KMSMasterKeyArn", key, Matcher::Form(Form::KeyArn)),
        ]),
    }
}

/// The id of a table; one that is not known yet is none of those that are.
fn id(account: &Account, table: &Table) -> Matcher {
    let taken = || {
        let tables = account.tables.values().filter_map(|table| table.id.clone());
        let backups = account.backups.values().filter_map(|backup| backup.table_id.clone());
        tables.chain(backups).collect()
    };
    match &table.id {
        Some(id) => Matcher::text(id.as_str()),
        None => Matcher::Form(Form::NewTableId(taken())),
    }
}

fn instant(known: Option<Millis>, now: Millis) -> Matcher {
    let around =
        || Matcher::InstantBetween(now.saturating_sub(CLOCK_SKEW_MILLIS), now + CLOCK_SKEW_MILLIS);
    known.map_or_else(around, Matcher::Instant)
}

fn table_arn_matcher(account: &Account, name: &TableName, suffix: &str) -> Matcher {
    match &account.id {
        Some(id) => Matcher::text(table_arn(&account.region, id, name) + suffix),
        None => Matcher::Form(Form::TableArn {
            prefix: format!("arn:aws:dynamodb:{}:", account.region),
            suffix: format!(":table/{name}{suffix}"),
        }),
    }
}
