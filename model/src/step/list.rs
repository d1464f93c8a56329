//! ListTables and ListBackups.

use std::collections::BTreeSet;

use crate::account::{Account, Backup, BackupKind, Millis, Table, TableStatus};
use crate::matcher::millis;
use crate::name::{ArnParts, BackupArn, TableName};
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Accepted, Objections, Outcome, PageEnd, Reply};
use crate::request::{ListBackups, ListTables, TableReference};
use crate::rules::RuleId;

/// Entries on a page, unless fewer are asked for (LST-01, LSB-06).
const PAGE: u64 = 100;

/// Lists the tables by name, whatever their status (LST-01, LST-02).
pub(super) fn tables(account: &Account, request: &ListTables) -> Outcome {
    let start = request.exclusive_start_table_name.as_ref();
    let mut names = account.tables.keys().filter(|name| start.is_none_or(|start| *name > start));
    let limit = request.limit.unwrap_or(PAGE) as usize;
    let page: Vec<_> = names.by_ref().take(limit).cloned().collect();
    let more = names.next().is_some();
    let on_page =
        |applies: fn(&Table) -> bool| page.iter().any(|name| applies(&account.tables[name]));
    let passing =
        |table: &Table| matches!(table.status, TableStatus::Creating | TableStatus::Deleting);
    let grants = [
        (true, "LST-01"),
        (page.len() > 1 || request.limit.is_some(), "TBL-021"),
        (on_page(passing), "TBL-027"),
        (on_page(Table::is_restoring), "LST-02"),
    ];
    let grants = grants.into_iter().filter_map(|(applies, rule)| applies.then_some(rule)).collect();
    let accepted = Accepted::new(account.clone(), Reply::TableNames { page, more }, grants);
    Outcome::Accepted(Box::new(accepted))
}

/// Lists backups in the order in which they were made.
pub(super) fn backups(account: &Account, request: &ListBackups) -> Outcome {
    let mut objections = Objections::new();
    let time = |number: &serde_json::Number| millis(&number.clone().into());
    let lower = request.time_range_lower_bound.as_ref().and_then(time);
    let upper = request.time_range_upper_bound.as_ref().and_then(time);
    let inverted = lower.zip(upper).is_some_and(|(lower, upper)| lower > upper);
    objections.when(inverted, "LSB-18", ValidationException, Vec::new);
    let start = request.exclusive_start_backup_arn.as_ref();
    let elsewhere = start.is_some_and(|start| {
        matches!(start.parts(), ArnParts::Backup { region, .. } if region != account.region.as_str())
    });
    objections.when(elsewhere, "LBK-011", ValidationException, Vec::new);
    objections.unless(|| {
        let lists = |backup: &Backup| {
            is_of_type(backup, request.backup_type.as_deref())
                && request.table_name.as_ref().is_none_or(|table| table.0 == backup.table)
                && backup.created.is_none_or(|created| {
                    lower.is_none_or(|lower| lower <= created)
                        && upper.is_none_or(|upper| created < upper)
                })
        };
        let mut listed: Vec<(&BackupArn, &Backup)> =
            account.backups.iter().filter(|(_, backup)| lists(backup)).collect();
        listed.sort_by_key(|(arn, backup)| (backup.created, *arn));
        // A cursor is a position in the order of creation; its backup need not exist (LSB-18a).
        let position = |arn: &BackupArn| (created_by_arn(arn), arn.clone());
        listed.retain(|(arn, _)| start.is_none_or(|start| position(arn) > position(start)));
        let limit = request.limit.unwrap_or(PAGE) as usize;
        let more = listed.len() > limit;
        listed.truncate(limit);
        let page = listed.iter().map(|(arn, _)| (*arn).clone()).collect();
        let rule = rule(account, request, &listed);
        let grants = reasons_to_list(account, request, rule);
        let reply = Reply::BackupSummaries {
            page,
            end: match (more, listed.len() == limit) {
                (true, _) => PageEnd::More,
                (false, true) => PageEnd::Full,
                (false, false) => PageEnd::Short,
            },
            rule,
            in_order: request.table_name.is_some(),
        };
        Accepted::new(account.clone(), reply, grants)
    })
}

/// Whether a backup is of the type that is asked for. A SYSTEM backup that is not complete is not seen.
pub(crate) fn is_of_type(backup: &Backup, asked: Option<&str>) -> bool {
    backup.is_visible()
        && match asked {
            None => matches!(backup.kind, BackupKind::User(_)),
            Some("ALL") => true,
            Some(kind) => kind == backup.kind.as_str(),
        }
}

/// The rules by which a list must be given, `listing` being the one about what is on it.
fn reasons_to_list(account: &Account, request: &ListBackups, listing: RuleId) -> Vec<RuleId> {
    let cursor = request.exclusive_start_backup_arn.as_ref();
    let lost = cursor.is_some_and(|cursor| account.find_backup(cursor).is_none());
    let by_arn = request.table_name.as_ref().is_some_and(TableReference::is_arn);
    let table = request.table_name.as_ref().and_then(|table| account.tables.get(&table.0));
    let restored = table.is_some_and(|table| table.restore.is_some());
    [(restored, "CAR-23a"), (true, listing), (lost, "LSB-18a"), (by_arn, "LSB-03a")]
        .into_iter()
        .filter_map(|(applies, rule)| applies.then_some(rule))
        .collect()
}

/// The rule about the most special of the members that a request has.
fn rule(account: &Account, request: &ListBackups, listed: &[(&BackupArn, &Backup)]) -> RuleId {
    let ranged =
        request.time_range_lower_bound.is_some() || request.time_range_upper_bound.is_some();
    match request {
        ListBackups { exclusive_start_backup_arn: Some(_), .. } => "LSB-08",
        _ if ranged => "LSB-05",
        ListBackups { backup_type: Some(kind), .. } => match kind.as_str() {
            "AWS_BACKUP" => "LBK-002",
            // Nothing was deleted that had recovery on, as far as is known.
            "SYSTEM" if listed.is_empty() => "SYS-002",
            "SYSTEM" => "BKP-16",
            _ => "LSB-04",
        },
        ListBackups { limit: Some(_), .. } => "LSB-06a",
        ListBackups { table_name: Some(table), .. } => of_one_table(account, &table.0, listed),
        _ => "LSB-01",
    }
}

/// The rule about the backups of one table: there may be none, or those of several of its generations.
fn of_one_table(account: &Account, table: &TableName, listed: &[(&BackupArn, &Backup)]) -> RuleId {
    let generations: BTreeSet<_> = listed.iter().map(|(_, backup)| &backup.table_id).collect();
    match generations.len() {
        0 if !account.tables.contains_key(table) => "LSB-14",
        0 => "LSB-13",
        1 => "LSB-03",
        _ => "LSB-16",
    }
}

/// The id of a backup starts with its creation time (RTB-16).
fn created_by_arn(arn: &BackupArn) -> Option<Millis> {
    match arn.parts() {
        ArnParts::Backup { id, .. } => id.split('-').next()?.parse().ok(),
        ArnParts::Malformed | ArnParts::Foreign => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::given::{accepted, after, check, empty, recovering, settled, with_table};
    use crate::account::Account;
    use crate::wire;

    /// An account with two backups of a table, and the SYSTEM backup of another one that is gone.
    fn given() -> Account {
        let account = recovering(&with_table(&empty(), "gone"), "gone", true);
        let account = settled(&after(&account, "DeleteTable", json!({"TableName": "gone"})), 1_000);
        let account = with_table(&account, "table");
        ["one", "two"].into_iter().fold(account, |account, name| {
            let backup = json!({"TableName": "table", "BackupName": name});
            settled(&after(&account, "CreateBackup", backup), 1_000)
        })
    }

    /// The names that a list has, and whether it goes on.
    fn listed(account: &Account, body: Value) -> (Vec<String>, bool) {
        let page = wire::accepted_body(&accepted(account, "ListBackups", body));
        let summaries = page["BackupSummaries"].as_array().expect("a list").iter();
        let names =
            summaries.map(|summary| summary["BackupName"].as_str().expect("a name").to_owned());
        (names.collect(), page.get("LastEvaluatedBackupArn").is_some())
    }

    #[test]
    fn the_type_says_whose_backups_are_listed() {
        let names = |body| listed(&given(), body).0;
        let system = "gone$DeletedTableBackup";
        assert_eq!(names(json!({})), ["one", "two"]);
        assert_eq!(names(json!({"BackupType": "USER"})), ["one", "two"]);
        assert_eq!(names(json!({"BackupType": "SYSTEM"})), [system]);
        assert_eq!(names(json!({"BackupType": "ALL"})), [system, "one", "two"]);
        assert_eq!(names(json!({"BackupType": "AWS_BACKUP"})), [""; 0]);
    }

    #[test]
    fn a_page_goes_on_only_if_there_is_more() {
        let page = |limit: u64| listed(&given(), json!({"Limit": limit}));
        assert_eq!(page(1), (vec!["one".to_owned()], true));
        assert_eq!(page(2), (vec!["one".to_owned(), "two".to_owned()], false));
    }

    #[test]
    fn a_list_is_a_matter_of_its_most_special_member() {
        let account = given();
        let table = |name: &str| json!({"TableName": name});
        check(&account, "ListBackups", json!({}), &["LSB-01"]);
        check(&account, "ListBackups", table("table"), &["LSB-03"]);
        check(&account, "ListBackups", table("missing"), &["LSB-14"]);
        check(&with_table(&account, "empty"), "ListBackups", table("empty"), &["LSB-13"]);
        check(&account, "ListBackups", json!({"BackupType": "SYSTEM"}), &["BKP-16"]);
        let none = json!({"BackupType": "SYSTEM", "TableName": "table"});
        check(&account, "ListBackups", none, &["SYS-002"]);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let inverted = json!({"TimeRangeLowerBound": 2, "TimeRangeUpperBound": 1});
        check(&given(), "ListBackups", inverted, &["LSB-18"]);
        let elsewhere =
            "arn:aws:dynamodb:eu-west-1:123456789012:table/table/backup/01489602797149-73d8d5bc";
        let cursor = |arn: &str| json!({"ExclusiveStartBackupArn": arn});
        check(&given(), "ListBackups", cursor(elsewhere), &["LBK-011"]);
        let never = elsewhere.replace("eu-west-1", "us-east-1");
        check(&given(), "ListBackups", cursor(&never), &["LSB-18a"]);
    }
}
