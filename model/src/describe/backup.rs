//! A backup as CreateBackup, DescribeBackup, DeleteBackup and ListBackups show it.

use serde_json::json;

use super::{encryption, index_capacity, instant, keyed_indexes, projection, table_arn_matcher};
use crate::account::{Account, Backup, BackupKind, BackupStatus, Millis, SYSTEM_SUFFIX};
use crate::matcher::{Form, Matcher, Member, member};
use crate::name::BackupArn;
use crate::rules::RuleId;
use crate::schema::{BillingMode, Encryption};

/// A backup in the answer of CreateBackup: its ARN and time are not known before.
pub(super) fn new_details(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let known = account.id.is_some() && backup.created.is_some();
    let arn_matcher = if known {
        Matcher::text(arn.as_str())
    } else {
        Matcher::Form(Form::BackupArn {
            prefix: format!("arn:aws:dynamodb:{}:", account.region),
            middle: format!(":table/{}/backup/", backup.table),
        })
    };
    let mut members = members(account, backup, "CRB-05");
    members.push(member("BackupArn", "CRB-06", arn_matcher));
    members.push(member("BackupStatus", "CRB-04", Matcher::text(backup.status.as_str())));
    Matcher::Object(members)
}

/// A backup in the answer of DescribeBackup.
pub(super) fn details(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let status = Matcher::text(backup.status.as_str());
    let mut members = members(account, backup, "DBK-017");
    members.push(member("BackupArn", "RTB-15", Matcher::text(arn.as_str())));
    members.push(member("BackupStatus", status_rule(account, arn, backup), status));
    Matcher::Object(members)
}

/// A backup in the answer of DeleteBackup.
pub(super) fn deleted_details(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let mut members = members(account, backup, "DBK-017");
    members.push(member("BackupArn", "RTB-15", Matcher::text(arn.as_str())));
    members.push(member("BackupStatus", "BKP-03", Matcher::text("DELETED")));
    Matcher::Object(members)
}

/// Neither a restore nor the deletion of its table changes the status of a backup.
fn status_rule(account: &Account, arn: &BackupArn, backup: &Backup) -> RuleId {
    let restoring = account.restore_of(arn).is_some();
    match (backup.status, restoring, account.tables.get(&backup.table)) {
        (BackupStatus::Creating, ..) => "BKP-06",
        (BackupStatus::Available, true, _) => "DBK-014",
        (BackupStatus::Available, false, None) => "BKP-11",
        (BackupStatus::Available, false, Some(_)) => "BKP-02",
    }
}

/// What all answers say of a backup, its ARN and status aside.
fn members(account: &Account, backup: &Backup, created_rule: RuleId) -> Vec<Member> {
    let name_rule = match backup.kind {
        BackupKind::User(_) => "CRB-04",
        BackupKind::System => "BKP-16",
    };
    vec![
        member("BackupName", name_rule, Matcher::text(backup.name())),
        member("BackupType", "BKP-04", Matcher::text(backup.kind.as_str())),
        member("BackupSizeBytes", "BKP-19", Matcher::Between(0, u64::MAX)),
        member("BackupCreationDateTime", created_rule, instant(backup.created, account.now)),
        member("BackupExpiryDateTime", "BKP-18", expiry(backup)),
    ]
}

/// A SYSTEM backup expires after a time, and one that somebody made never does.
fn expiry(backup: &Backup) -> Matcher {
    match backup.kind {
        BackupKind::User(_) => Matcher::Absent,
        BackupKind::System => {
            backup.expires().map_or(Matcher::InstantBetween(0, Millis::MAX), Matcher::Instant)
        }
    }
}

/// A backup in the answers of DescribeBackup and DeleteBackup.
pub(super) fn description(account: &Account, backup: &Backup, details: Matcher) -> Matcher {
    let source = account.tables.get(&backup.table);
    let has_changed = source
        .is_some_and(|table| table.id == backup.table_id && table.definition != backup.definition);
    let source_rule = if has_changed { "DSB-04" } else { "DSB-03" };
    let is_plain = backup.definition.global_indexes.is_empty()
        && backup.definition.local_indexes.is_empty()
        && backup.definition.encryption == Encryption::OwnedKey
        && backup.settings.stream.is_none()
        && backup.settings.time_to_live.is_none();
    let features_rule = if is_plain { "DSB-10" } else { "BKP-09" };
    Matcher::Object(vec![
        member("BackupDetails", "DSB-02", details),
        member("SourceTableDetails", source_rule, source_details(account, backup)),
        member("SourceTableFeatureDetails", features_rule, source_features(backup)),
    ])
}

/// The table as it was when the backup was made (DSB-04).
fn source_details(account: &Account, backup: &Backup) -> Matcher {
    let definition = &backup.definition;
    let units_rule =
        if definition.billing == BillingMode::PayPerRequest { "DSB-07" } else { "BKP-09" };
    let units = |units| Matcher::Exact(json!(units));
    let capacity = Matcher::Object(vec![
        member("ReadCapacityUnits", units_rule, units(definition.throughput.read_capacity_units)),
        member("WriteCapacityUnits", units_rule, units(definition.throughput.write_capacity_units)),
        member("NumberOfDecreasesToday", "DSB-06", Matcher::Absent),
        member("LastIncreaseDateTime", "DSB-06", Matcher::Absent),
        member("LastDecreaseDateTime", "DSB-06", Matcher::Absent),
    ]);
    let table_id = match &backup.table_id {
        Some(id) => Matcher::text(id.as_str()),
        None => Matcher::Form(Form::TableId),
    };
    let created = backup.table_created.map_or(Matcher::Between(0, u64::MAX), Matcher::Instant);
    Matcher::Object(vec![
        member("TableName", "DSB-03", Matcher::text(backup.table.as_str())),
        member("TableArn", "DSB-03", table_arn_matcher(account, &backup.table, "").usually()),
        member("TableId", "DSB-05", table_id),
        member("TableCreationDateTime", "DSB-05", created),
        member("KeySchema", "DSB-03", Matcher::Exact(json!(definition.keys))),
        member("ProvisionedThroughput", "DSB-03", capacity),
        member("BillingMode", "DSB-08", Matcher::Exact(json!(definition.billing))),
        member("ItemCount", "DSB-09", Matcher::Between(0, u64::MAX).usually()),
        member("TableSizeBytes", "DSB-09", Matcher::Between(0, u64::MAX).usually()),
        member("Tags", "DBK-011", Matcher::Absent),
        member("PointInTimeRecoveryDescription", "DBK-011", Matcher::Absent),
        member("TableClassSummary", "DBK-011", Matcher::Absent),
        member("DeletionProtectionEnabled", "DBK-011", Matcher::Absent),
        member("WarmThroughput", "DBK-011", Matcher::Absent),
    ])
}

/// The time to live of the source at that time.
fn time_to_live(backup: &Backup) -> Matcher {
    match &backup.settings.time_to_live {
        None => {
            let status = member("TimeToLiveStatus", "DSB-12", Matcher::text("DISABLED"));
            Matcher::Object(vec![status]).or_absent()
        }
        Some(attribute) => Matcher::Object(vec![
            member("TimeToLiveStatus", "DSB-12", Matcher::OneOf(vec!["ENABLED", "ENABLING"])),
            member("AttributeName", "DSB-12", Matcher::text(attribute.as_str())),
        ]),
    }
}

/// Indexes, stream, time to live and encryption of the source at that time.
fn source_features(backup: &Backup) -> Matcher {
    let definition = &backup.definition;
    let global = definition.global_indexes.iter().map(|index| {
        let members = vec![
            member("IndexName", "DSB-11", Matcher::text(index.name.as_str())),
            member("KeySchema", "DSB-11", Matcher::Exact(json!(index.keys))),
            member("Projection", "DSB-11", projection(&index.projection, "DSB-11")),
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
            member("Projection", "DSB-11", projection(&index.projection, "DSB-11")),
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
    // A SYSTEM backup was seen to say nothing of all this (SYS-001).
    let shown = |matcher: Matcher| match backup.kind {
        BackupKind::User(_) => matcher,
        BackupKind::System => matcher.or_absent(),
    };
    Matcher::Object(vec![
        member("GlobalSecondaryIndexes", "DSB-11", shown(keyed_indexes(global.collect()))),
        member("LocalSecondaryIndexes", "DSB-11", shown(keyed_indexes(local.collect()))),
        member("StreamDescription", "BKP-10", shown(stream)),
        member("TimeToLiveDescription", "BKP-10", shown(time_to_live(backup))),
        member(
            "SSEDescription",
            "DSB-12",
            shown(encryption(&definition.encryption, ["DSB-12", "DSB-12"])),
        ),
    ])
}

/// A backup in the answer of ListBackups.
pub(super) fn summary(account: &Account, arn: &BackupArn, backup: &Backup) -> Matcher {
    let table_id = match &backup.table_id {
        Some(id) => Matcher::text(id.as_str()),
        None => Matcher::Form(Form::TableId),
    };
    let (arn_rule, arn) = match backup.kind {
        BackupKind::User(_) => ("LSB-12", arn.to_string()),
        BackupKind::System => ("SYS-001", with_system_suffix(arn)),
    };
    Matcher::Object(vec![
        member("BackupArn", arn_rule, Matcher::text(arn)),
        member("BackupName", "LSB-15", Matcher::text(backup.name())),
        member("BackupStatus", "BKP-01", Matcher::text(backup.status.as_str())),
        member("BackupType", "LSB-12", Matcher::text(backup.kind.as_str())),
        member("BackupSizeBytes", "LSB-12", Matcher::Between(0, u64::MAX)),
        member("BackupExpiryDateTime", "LSB-12", expiry(backup)),
        member("TableName", "LSB-12", Matcher::text(backup.table.as_str())),
        member("TableArn", "LSB-12", table_arn_matcher(account, &backup.table, "")),
        member("TableId", "LSB-12", table_id),
        member("BackupCreationDateTime", "DBK-017", instant(backup.created, account.now)),
    ])
}

/// The ARN as it must be: that of a SYSTEM backup ends in zeros.
fn with_system_suffix(arn: &BackupArn) -> String {
    let text = arn.as_str();
    let time = text.rsplit_once('-').map_or(text, |(time, _)| time);
    format!("{time}{SYSTEM_SUFFIX}")
}
