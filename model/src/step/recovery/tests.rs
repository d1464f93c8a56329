//! Continuous backups: when they are enabled, and what switching point-in-time recovery comes to.
use serde_json::{Value, json};

use super::super::given::{
    START, accepted, after, check, creating, empty, fired, recovering, recovery, settled,
    with_table,
};
use crate::account::{Account, BackupKind};
use crate::service::{self, Event};
use crate::wire;

const DESCRIBE: &str = "DescribeContinuousBackups";
const UPDATE: &str = "UpdateContinuousBackups";

fn described(account: &Account) -> Value {
    let accepted = accepted(account, DESCRIBE, json!({"TableName": "table"}));
    wire::accepted_body(&accepted)["ContinuousBackupsDescription"].clone()
}

fn earliest(account: &Account) -> Value {
    let description = described(account);
    description["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"].clone()
}

#[test]
fn backups_are_enabled_a_moment_after_a_table_became_active() {
    let status = |account: &Account| described(account)["ContinuousBackupsStatus"].clone();
    let new = creating(&empty(), "table");
    let not_yet = accepted(&new, DESCRIBE, json!({"TableName": "table"}));
    assert_eq!(not_yet.or[0].rule, "CON-002");
    check(&new, UPDATE, recovery("table", true), &["UCB-03", "CON-006"]);
    let active = fired(&new, Event::TableActive, "table");
    assert_eq!(status(&active), "DISABLED");
    check(&active, UPDATE, recovery("table", true), &["UCB-03"]);
    let enabled = fired(&active, Event::BackupsEnabled, "table");
    assert_eq!(status(&enabled), "ENABLED");
    check(&enabled, UPDATE, recovery("table", true), &["UCB-02"]);
}

#[test]
fn what_does_not_exist_has_no_backups() {
    check(&empty(), DESCRIBE, json!({"TableName": "table"}), &["DCB-01a"]);
    check(&empty(), UPDATE, recovery("table", true), &["CON-006"]);
}

#[test]
fn the_target_of_a_running_restore_does_not_exist_either() {
    let source = recovering(&with_table(&empty(), "source"), "source", true);
    let restore = json!({
        "SourceTableName": "source", "TargetTableName": "table", "UseLatestRestorableTime": true
    });
    let restoring = after(&source, "RestoreTableToPointInTime", restore);
    check(&restoring, DESCRIBE, json!({"TableName": "table"}), &["RFB-068"]);
    check(&restoring, UPDATE, recovery("table", true), &["RFB-069"]);
    let backup = json!({"TableName": "table", "BackupName": "backup"});
    check(&restoring, "CreateBackup", backup, &["RFB-070"]);
    let restored = settled(&restoring, 0);
    let description = &described(&restored)["PointInTimeRecoveryDescription"];
    assert_eq!(*description, json!({"PointInTimeRecoveryStatus": "DISABLED"}));
    check(&restored, UPDATE, recovery("table", true), &["RFB-081"]);
}

#[test]
fn off_and_on_again_moves_the_window_and_on_when_on_does_not() {
    let on = recovering(&with_table(&empty(), "table"), "table", true);
    assert_eq!(earliest(&on), json!(START / 1000));
    let later = service::elapse(&on, 5_000);
    check(&later, UPDATE, recovery("table", true), &["CON-016"]);
    assert_eq!(earliest(&recovering(&later, "table", true)), json!(START / 1000));
    let off = recovering(&later, "table", false);
    check(&off, UPDATE, recovery("table", false), &["CON-016"]);
    check(&off, UPDATE, recovery("table", true), &["UCB-04"]);
    assert_eq!(earliest(&recovering(&off, "table", true)), json!(START / 1000 + 5));
}

#[test]
fn a_recovery_period_belongs_to_recovery_that_is_on() {
    let table = with_table(&empty(), "table");
    let period = |enabled: bool, days: u64| {
        let wanted = json!({"PointInTimeRecoveryEnabled": enabled, "RecoveryPeriodInDays": days});
        json!({"TableName": "table", "PointInTimeRecoverySpecification": wanted})
    };
    check(&table, UPDATE, period(true, 7), &["UCB-05"]);
    check(&table, UPDATE, period(true, 36), &["UCB-05"]);
    check(&table, UPDATE, period(false, 7), &["CON-012"]);
    let shown =
        &described(&after(&table, UPDATE, period(true, 7)))["PointInTimeRecoveryDescription"];
    assert_eq!(shown["RecoveryPeriodInDays"], json!(7));
}

fn system_backups(account: &Account) -> usize {
    let is_system = |kind: &BackupKind| *kind == BackupKind::System;
    account.backups.values().filter(|backup| is_system(&backup.kind)).count()
}

#[test]
fn what_recovery_is_when_a_table_goes_decides_about_its_system_backup() {
    let delete = |account: &Account| after(account, "DeleteTable", json!({"TableName": "table"}));
    let off = with_table(&empty(), "table");
    let on = recovering(&off, "table", true);
    assert_eq!(system_backups(&settled(&delete(&off), 0)), 0, "SYS-002");
    assert_eq!(system_backups(&settled(&delete(&on), 0)), 1, "BKP-16");
    check(&delete(&on), UPDATE, recovery("table", false), &["SYS-003"]);
    assert_eq!(system_backups(&settled(&recovering(&delete(&on), "table", false), 0)), 0);
    check(&delete(&off), UPDATE, recovery("table", true), &["SYS-004"]);
    assert_eq!(system_backups(&settled(&recovering(&delete(&off), "table", true), 0)), 1);
}

#[test]
fn a_system_backup_is_made_once_whether_before_its_table_goes_or_after() {
    let on = recovering(&with_table(&empty(), "table"), "table", true);
    let deleting = after(&on, "DeleteTable", json!({"TableName": "table"}));
    let early = fired(&deleting, Event::SystemBackupMade, "table");
    assert_eq!((system_backups(&early), system_backups(&settled(&early, 0))), (1, 1));
    let gone = fired(&deleting, Event::TableGone, "table");
    let listed = |account: &Account| {
        let accepted = accepted(account, "ListBackups", json!({"BackupType": "SYSTEM"}));
        wire::accepted_body(&accepted)["BackupSummaries"].as_array().map(Vec::len)
    };
    assert_eq!((listed(&gone), listed(&settled(&gone, 0))), (Some(0), Some(1)));
}
