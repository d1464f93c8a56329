//! What an accepted request answers, as matchers over the body: it follows from the reply and from
//! the account after the request.
//!
//! Sizes, counts and times that nothing else depends on are matched as loosely as the evidence asks.

use serde_json::{Value, json};

use crate::account::{Account, Backup, BackupStatus, Millis, Reasons, Table, TableStatus};
use crate::matcher::{Form, Matcher, Member, member};
use crate::name::{BackupArn, IndexName, TableName, table_arn};
use crate::outcome::Reply;
use crate::rules::RuleId;
use crate::schema::{
    BillingMode, Definition, Encryption, KeySchema, Projection, ProvisionedThroughput, TableClass,
};

/// How far an endpoint's clock may be off ours, both ways. Generous: a wrong clock is no rule.
const CLOCK_SKEW_MILLIS: Millis = 15 * 60 * 1000;

/// What the body of the answer must be.
pub fn body(account: &Account, reply: &Reply) -> Matcher {
    let members = match reply {
        Reply::Empty => vec![],
        Reply::TableDescription(name) => {
            let table = &account.tables[name];
            let rule = if table.restore.is_some() { "RTB-01" } else { "CRT-02" };
            vec![member("TableDescription", rule, table_description(account, name, table))]
        }
        Reply::Table(name) => {
            let table = &account.tables[name];
            vec![member("Table", "DST-01", table_description(account, name, table))]
        }
        Reply::DeletedTable(name) => {
            let description = Matcher::Object(vec![
                member("TableName", "DLT-01", Matcher::text(name.as_str())),
                member("TableStatus", "DLT-01", Matcher::text("DELETING")),
            ]);
            vec![member("TableDescription", "DLT-01", description)]
        }
        Reply::TableNames { page, more } => {
            let names = page.iter().map(|name| json!(name)).collect();
            let last = page.last().filter(|_| *more).map(TableName::as_str);
            vec![
                member("TableNames", "LST-01", Matcher::List(names)),
                member("LastEvaluatedTableName", "LST-01", cursor(last)),
            ]
        }
        Reply::Items { sure, possible, rule } => {
            let values = |items: &[_]| items.iter().cloned().map(Value::Object).collect();
            let items = Matcher::Bag { sure: values(sure), possible: values(possible) };
            let count = Matcher::Between(sure.len() as u64, (sure.len() + possible.len()) as u64);
            vec![member("Items", rule, items), member("Count", "DAT-02", count)]
        }
        Reply::BackupDetails(arn) => {
            let backup = &account.backups[arn];
            vec![member("BackupDetails", "CRB-03", new_backup_details(account, arn, backup))]
        }
        Reply::BackupDescription { arn } => {
            let kept = account.find_backup(arn).expect("a described backup is there");
            let backup = &account.backups[kept];
            let details = backup_details(account, arn, backup, backup.status.as_str());
            vec![member("BackupDescription", "DSB-02", backup_description(account, backup, details))]
        }
        Reply::DeletedBackup { arn, backup } => {
            let details = backup_details(account, arn, backup, "DELETED");
            vec![member("BackupDescription", "DLB-02", backup_description(account, backup, details))]
        }
        Reply::BackupSummaries { page, more, rule } => {
            let elements = page.iter().map(|arn| {
                (arn.to_string(), backup_summary(account, arn, &account.backups[arn]))
            });
            let summaries =
                Matcher::Keyed { key: "BackupArn", elements: elements.collect(), open: false };
            let last = page.last().filter(|_| *more).map(BackupArn::as_str);
            vec![
                member("BackupSummaries", rule, summaries),
                member("LastEvaluatedBackupArn", "LSB-08", cursor(last)),
            ]
        }
    };
    Matcher::Object(members)
}

fn cursor(last: Option<&str>) -> Matcher {
    last.map_or(Matcher::Absent, Matcher::text)
}

/// A table as DescribeTable, CreateTable and the restores show it.
fn table_description(account: &Account, name: &TableName, table: &Table) -> Matcher {
    let definition = &table.definition;
    let restored = table.restore.is_some();
    // The same members, but a restored table has rules of its own for them.
    let rule = |restore, other| if restored { restore } else { other };
    let mut members = vec![
        member("TableName", rule("RTB-61", "DST-01"), Matcher::text(name.as_str())),
        member("TableStatus", status_rule(table), Matcher::text(table.status.as_str())),
        member("TableArn", rule("RTB-69", "DST-01"), table_arn_matcher(account, name, "")),
        member("TableId", rule("RTB-70", "DST-01"), id(table)),
        member(
            "CreationDateTime",
            rule("RTB-64", "DST-01"),
            instant(table.created, account.now),
        ),
    ];
    if table.status != TableStatus::Deleting {
        members.extend(definition_members(account, name, table));
    }
    members.extend([
        member("TableSizeBytes", rule("RTB-68", "CRT-10"), size(table)),
        member("ItemCount", rule("RTB-68", "CRT-10"), size(table)),
        member(
            "DeletionProtectionEnabled",
            rule("RTB-89", "DST-01"),
            flag(table.settings.deletion_protection),
        ),
        member("TableClassSummary", rule("RTB-88", "CRT-12"), class(table.settings.class)),
        member(
            "SSEDescription",
            table.restore.as_ref().map_or("KMS-01", |restore| restore.reasons.encryption),
            encryption(&definition.encryption),
        ),
        member("RestoreSummary", rule("RTB-80", "TBL-003"), restore_summary(account, table)),
    ]);
    if restored {
        members.extend([
            member("StreamSpecification", "RTB-78", Matcher::Absent),
            member("LatestStreamLabel", "RTB-78", Matcher::Absent),
            member("LatestStreamArn", "RTB-78", Matcher::Absent),
            member("Replicas", "RTB-79", Matcher::Absent),
            member("GlobalTableVersion", "RTB-79", Matcher::Absent),
            member("ArchivalSummary", "RTB-87", Matcher::Absent),
        ]);
    }
    Matcher::Object(members)
}

fn status_rule(table: &Table) -> RuleId {
    match (table.restore.is_some(), table.status) {
        (true, TableStatus::Creating) => "RTB-63",
        (true, TableStatus::Active) => "LIF-01",
        (false, TableStatus::Creating | TableStatus::Active) => "CRT-02",
        (_, TableStatus::Deleting) => "DLT-01",
    }
}

/// Keys, capacity and indexes.
fn definition_members(account: &Account, name: &TableName, table: &Table) -> Vec<Member> {
    let definition = &table.definition;
    let restored = table.restore.is_some();
    let rule = |restore, other| if restored { restore } else { other };
    let reason = |of: fn(&Reasons) -> RuleId, other| {
        table.restore.as_ref().map_or(other, |restore| of(&restore.reasons))
    };
    vec![
        member("AttributeDefinitions", rule("RTB-60", "DST-01"), attributes(definition, restored)),
        member("KeySchema", rule("RTB-62", "DST-01"), Matcher::Exact(json!(definition.keys))),
        member(
            "ProvisionedThroughput",
            rule("RTB-65", "CRT-10"),
            capacity(
                definition.throughput,
                reason(|reasons| reasons.throughput, "CRT-10"),
                restored,
            ),
        ),
        member(
            "BillingModeSummary",
            rule("RTB-71", "CRT-09"),
            billing(definition.billing, reason(|reasons| reasons.billing, "CRT-09")),
        ),
        member(
            "GlobalSecondaryIndexes",
            reason(|reasons| reasons.global_indexes, "DST-01"),
            global_indexes(account, name, table),
        ),
        member(
            "LocalSecondaryIndexes",
            reason(|reasons| reasons.local_indexes, "DST-01"),
            local_indexes(account, name, table),
        ),
    ]
}

/// The types of the attributes that a key uses, in any order. Whether those are kept that only an
/// excluded index used is not documented, so more are allowed of a restored table.
fn attributes(definition: &Definition, restored: bool) -> Matcher {
    let elements = definition.attributes.iter().map(|(name, kind)| {
        let kind = Matcher::Exact(json!(kind));
        let rule = if restored { "RTB-60" } else { "DST-01" };
        (
            name.to_string(),
            Matcher::Object(vec![
                member("AttributeName", rule, Matcher::text(name.as_str())),
                member("AttributeType", rule, kind),
            ]),
        )
    });
    Matcher::Keyed { key: "AttributeName", elements: elements.collect(), open: restored }
}

fn capacity(throughput: ProvisionedThroughput, rule: RuleId, restored: bool) -> Matcher {
    let decreases = if restored { "RTB-66" } else { "CRT-10" };
    let mut members = vec![
        member("ReadCapacityUnits", rule, Matcher::Exact(json!(throughput.read_capacity_units))),
        member("WriteCapacityUnits", rule, Matcher::Exact(json!(throughput.write_capacity_units))),
        member("NumberOfDecreasesToday", decreases, Matcher::Between(0, 0)),
    ];
    if restored {
        members.push(member("LastIncreaseDateTime", "RTB-67", Matcher::Absent));
        members.push(member("LastDecreaseDateTime", "RTB-67", Matcher::Absent));
    }
    Matcher::Object(members)
}

/// A provisioned table may leave the summary out: one that was restored shows it (RTB-71), one that
/// was created does not (CRT-09), and for neither is there more than an example.
fn billing(mode: BillingMode, rule: RuleId) -> Matcher {
    let summary =
        |mode| Matcher::Object(vec![member("BillingMode", rule, Matcher::text(mode))]);
    match mode {
        BillingMode::PayPerRequest => summary("PAY_PER_REQUEST"),
        BillingMode::Provisioned => summary("PROVISIONED").or_absent(),
    }
}

fn global_indexes(account: &Account, table_name: &TableName, table: &Table) -> Matcher {
    let restored = table.restore.is_some();
    let rule = if restored { "RTB-74" } else { "DST-01" };
    let status = match table.status {
        // An index of a restore target was seen without a status (RFB-058).
        TableStatus::Creating if restored => Matcher::OneOf(vec!["CREATING"]).or_absent(),
        TableStatus::Creating => Matcher::text("CREATING"),
        TableStatus::Active | TableStatus::Deleting => Matcher::text("ACTIVE"),
    };
    let elements = table.definition.global_indexes.iter().map(|index| {
        let restore = table.restore.as_ref();
        let capacity_rule = restore.map_or("DST-01", |restore| restore.reasons.index_throughput);
        let mut members = index_members(account, table_name, &index.name, &index.keys, rule);
        members.push(member("Projection", rule, projection(&index.projection)));
        members.push(member(
            "IndexStatus",
            if restored { "RTB-75" } else { "CTB-041" },
            status.clone(),
        ));
        members.push(member(
            "ProvisionedThroughput",
            if restored { "RTB-77" } else { "DST-01" },
            index_capacity(index.throughput, capacity_rule),
        ));
        (index.name.to_string(), Matcher::Object(members))
    });
    keyed_indexes(elements.collect())
}

/// On-demand indexes may leave their capacity out or show it as zero.
fn index_capacity(throughput: ProvisionedThroughput, rule: RuleId) -> Matcher {
    let matcher = Matcher::Object(vec![
        member("ReadCapacityUnits", rule, Matcher::Exact(json!(throughput.read_capacity_units))),
        member("WriteCapacityUnits", rule, Matcher::Exact(json!(throughput.write_capacity_units))),
    ]);
    if throughput == ProvisionedThroughput::ZERO { matcher.or_absent() } else { matcher }
}

fn local_indexes(account: &Account, table_name: &TableName, table: &Table) -> Matcher {
    let rule = if table.restore.is_some() { "RTB-73" } else { "DST-01" };
    let elements = table.definition.local_indexes.iter().map(|index| {
        let mut members = index_members(account, table_name, &index.name, &index.keys, rule);
        members.push(member("Projection", rule, projection(&index.projection)));
        (index.name.to_string(), Matcher::Object(members))
    });
    keyed_indexes(elements.collect())
}

fn keyed_indexes(elements: Vec<(String, Matcher)>) -> Matcher {
    if elements.is_empty() {
        // No index: the member is left out (RTB-73, RTB-74), though an empty list says the same.
        Matcher::Exact(json!([])).or_absent()
    } else {
        Matcher::Keyed { key: "IndexName", elements, open: false }
    }
}

fn index_members(
    account: &Account,
    table: &TableName,
    index: &IndexName,
    keys: &KeySchema,
    rule: RuleId,
) -> Vec<Member> {
    let arn = table_arn_matcher(account, table, &format!("/index/{index}"));
    vec![
        member("IndexName", rule, Matcher::text(index.as_str())),
        member("KeySchema", rule, Matcher::Exact(json!(keys))),
        member("IndexArn", rule, arn),
        member("IndexSizeBytes", rule, Matcher::Between(0, u64::MAX)),
        member("ItemCount", rule, Matcher::Between(0, u64::MAX)),
    ]
}

fn projection(projection: &Projection) -> Matcher {
    let kind = json!(projection.projection_type);
    let attributes: Vec<Value> = projection.attributes().into_iter().map(|name| json!(name)).collect();
    let listed = if attributes.is_empty() {
        Matcher::Exact(json!([])).or_absent()
    } else {
        Matcher::Bag { sure: attributes, possible: vec![] }
    };
    Matcher::Object(vec![
        member("ProjectionType", "RTB-38", Matcher::Exact(kind)),
        member("NonKeyAttributes", "RTB-38", listed),
    ])
}

fn encryption(encryption: &Encryption) -> Matcher {
    match encryption {
        Encryption::OwnedKey => Matcher::Absent,
        Encryption::Kms { .. } => Matcher::Object(vec![
            member("Status", "RTB-86", Matcher::OneOf(vec!["ENABLED", "UPDATING"])),
            member("SSEType", "RTB-85", Matcher::text("KMS")),
            member("KMSMasterKeyArn", "RTB-85", Matcher::Form(Form::KeyArn)),
        ]),
    }
}

fn class(class: TableClass) -> Matcher {
    let summary =
        |class| Matcher::Object(vec![member("TableClass", "RTB-88", Matcher::Exact(json!(class)))]);
    match class {
        TableClass::Standard => summary(class).or_absent(),
        TableClass::StandardInfrequentAccess => summary(class),
    }
}

fn flag(on: bool) -> Matcher {
    if on { Matcher::Exact(json!(true)) } else { Matcher::Exact(json!(false)).or_absent() }
}

/// A fresh table is empty; later the figures are refreshed about every six hours, so any will do.
fn size(table: &Table) -> Matcher {
    match table.status {
        TableStatus::Creating => Matcher::Between(0, 0),
        TableStatus::Active | TableStatus::Deleting => Matcher::Between(0, u64::MAX),
    }
}

fn id(table: &Table) -> Matcher {
    table.id.as_ref().map_or(Matcher::Form(Form::TableId), |id| Matcher::text(id.as_str()))
}

fn instant(known: Option<Millis>, now: Millis) -> Matcher {
    let around = || {
        Matcher::InstantBetween(now.saturating_sub(CLOCK_SKEW_MILLIS), now + CLOCK_SKEW_MILLIS)
    };
    known.map_or_else(around, Matcher::Instant)
}

/// While a restore runs the summary tells of it. Afterwards it was seen to be gone (RFB-056), and
/// others say that it stays with `false`; either will do.
fn restore_summary(account: &Account, table: &Table) -> Matcher {
    let Some(restore) = &table.restore else { return Matcher::Absent };
    let summary = |rule, in_progress| {
        Matcher::Object(vec![
            member("RestoreInProgress", rule, Matcher::Exact(json!(in_progress))),
            member("SourceBackupArn", "RTB-81", Matcher::text(restore.backup.as_str())),
            member(
                "SourceTableArn",
                "RTB-82",
                table_arn_matcher(account, &restore.source_table, ""),
            ),
            member(
                "RestoreDateTime",
                "RTB-83",
                restore.backup_created.map_or(Matcher::Anything, Matcher::Instant),
            ),
        ])
    };
    match table.status {
        TableStatus::Creating => summary("RTB-84", true),
        TableStatus::Active | TableStatus::Deleting => summary("LIF-06", false).or_absent(),
    }
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

/// A backup in the answer of CreateBackup: its ARN and time are not known before.
fn new_backup_details(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let known = account.id.is_some() && backup.created.is_some();
    let arn_matcher = if known {
        Matcher::text(arn.as_str())
    } else {
        Matcher::Form(Form::BackupArn {
            prefix: format!("arn:aws:dynamodb:{}:", account.region),
            middle: format!(":table/{}/backup/", backup.table),
        })
    };
    details(account, arn_matcher, backup, BackupStatus::Creating.as_str(), "CRB-04")
}

fn backup_details(account: &Account, arn: &BackupArn, backup: &Backup, status: &str) -> Matcher {
    let rule = if status == "DELETED" { "BKP-03" } else { "BKP-02" };
    details(account, Matcher::text(arn.as_str()), backup, status, rule)
}

fn details(
    account: &Account,
    arn: Matcher,
    backup: &Backup,
    status: &str,
    status_rule: RuleId,
) -> Matcher {
    Matcher::Object(vec![
        member("BackupArn", "RTB-15", arn),
        member("BackupName", "CRB-04", Matcher::text(backup.name.as_str())),
        member("BackupStatus", status_rule, Matcher::text(status)),
        member("BackupType", "BKP-04", Matcher::text("USER")),
        member("BackupSizeBytes", "BKP-19", Matcher::Between(0, u64::MAX)),
        member("BackupCreationDateTime", "CRB-05", instant(backup.created, account.now)),
        member("BackupExpiryDateTime", "BKP-18", Matcher::Absent),
    ])
}

fn backup_description(account: &Account, backup: &Backup, details: Matcher) -> Matcher {
    Matcher::Object(vec![
        member("BackupDetails", "DSB-02", details),
        member("SourceTableDetails", "DSB-03", source_details(account, backup)),
        member("SourceTableFeatureDetails", "DSB-10", source_features(backup)),
    ])
}

/// The table as it was when the backup was made (DSB-04).
fn source_details(account: &Account, backup: &Backup) -> Matcher {
    let definition = &backup.definition;
    let capacity = Matcher::Object(vec![
        member(
            "ReadCapacityUnits",
            "DSB-07",
            Matcher::Exact(json!(definition.throughput.read_capacity_units)),
        ),
        member(
            "WriteCapacityUnits",
            "DSB-07",
            Matcher::Exact(json!(definition.throughput.write_capacity_units)),
        ),
    ]);
    let table_id = match &backup.table_id {
        Some(id) => Matcher::text(id.as_str()),
        None => Matcher::Form(Form::TableId),
    };
    let created = backup.table_created.map_or(Matcher::Between(0, u64::MAX), Matcher::Instant);
    Matcher::Object(vec![
        member("TableName", "DSB-03", Matcher::text(backup.table.as_str())),
        member("TableArn", "DSB-03", table_arn_matcher(account, &backup.table, "").or_absent()),
        member("TableId", "DSB-05", table_id),
        member("TableCreationDateTime", "DSB-05", created),
        member("KeySchema", "DSB-03", Matcher::Exact(json!(definition.keys))),
        member("ProvisionedThroughput", "DSB-03", capacity),
        member("BillingMode", "DSB-08", Matcher::Exact(json!(definition.billing))),
        member("ItemCount", "DSB-09", Matcher::Between(0, u64::MAX).or_absent()),
        member("TableSizeBytes", "DSB-09", Matcher::Between(0, u64::MAX).or_absent()),
    ])
}

/// Indexes, stream and encryption of the source at that time.
fn source_features(backup: &Backup) -> Matcher {
    let definition = &backup.definition;
    let global = definition.global_indexes.iter().map(|index| {
        let members = vec![
            member("IndexName", "DSB-11", Matcher::text(index.name.as_str())),
            member("KeySchema", "DSB-11", Matcher::Exact(json!(index.keys))),
            member("Projection", "DSB-11", projection(&index.projection)),
            member("ProvisionedThroughput", "DSB-11", index_capacity(index.throughput, "DSB-11")),
            member("IndexStatus", "DSB-11", Matcher::Absent),
            member("IndexArn", "DSB-11", Matcher::Absent),
        ];
        (index.name.to_string(), Matcher::Object(members))
    });
    let local = definition.local_indexes.iter().map(|index| {
        let members = vec![
            member("IndexName", "DSB-11", Matcher::text(index.name.as_str())),
            member("KeySchema", "DSB-11", Matcher::Exact(json!(index.keys))),
            member("Projection", "DSB-11", projection(&index.projection)),
        ];
        (index.name.to_string(), Matcher::Object(members))
    });
    let stream = match backup.settings.stream {
        None => Matcher::Absent,
        Some(view) => Matcher::Object(vec![
            member("StreamEnabled", "DSB-12", Matcher::Exact(json!(true))),
            member("StreamViewType", "DSB-12", Matcher::Exact(json!(view))),
        ]),
    };
    Matcher::Object(vec![
        member("GlobalSecondaryIndexes", "DSB-11", keyed_indexes(global.collect())),
        member("LocalSecondaryIndexes", "DSB-11", keyed_indexes(local.collect())),
        member("StreamDescription", "DSB-12", stream),
        member("SSEDescription", "DSB-12", encryption(&definition.encryption)),
    ])
}

fn backup_summary(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let table_id = match &backup.table_id {
        Some(id) => Matcher::text(id.as_str()),
        None => Matcher::Form(Form::TableId),
    };
    Matcher::Object(vec![
        member("BackupArn", "LSB-12", Matcher::text(arn.as_str())),
        member("BackupName", "LSB-15", Matcher::text(backup.name.as_str())),
        member("BackupStatus", "LSB-13", Matcher::text(backup.status.as_str())),
        member("BackupType", "LSB-12", Matcher::text("USER")),
        member("BackupSizeBytes", "LSB-12", Matcher::Between(0, u64::MAX)),
        member("TableName", "LSB-12", Matcher::text(backup.table.as_str())),
        member("TableArn", "LSB-12", table_arn_matcher(account, &backup.table, "")),
        member("TableId", "LSB-12", table_id),
        member(
            "BackupCreationDateTime",
            "LSB-15",
            backup.created.map_or_else(|| instant(None, account.now), Matcher::Instant),
        ),
    ])
}
