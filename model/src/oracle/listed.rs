//! What the pages of lists tell of the account. They name so many things that trying every combination
//! of events would take too long, and their answers tell each of them apart anyway.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::{Account, Backup, BackupKind, BackupStatus};
use crate::matcher::millis;
use crate::name::{BackupArn, TableName};
use crate::pointer;
use crate::service::{self, Event};
use crate::step::list::is_of_type;
use crate::wire::Received;

use super::Difference;

/// Makes the account what a page of a list tells it to be: what it shows as AVAILABLE is, and what is being
/// deleted and should be on it, but is not, is gone. A list names so many things that trying every
/// combination of events would take too long, and its answer tells each of them apart anyway.
pub(super) fn as_listed(account: &mut Account, request: &Received, page: &Value) {
    for summary in page["BackupSummaries"].as_array().into_iter().flatten() {
        adopt_system_backup(account, summary, None);
        if summary["BackupStatus"] == "AVAILABLE"
            && let Some(arn) = summary["BackupArn"].as_str().and_then(BackupArn::new)
        {
            *account = service::fire(account, &Event::BackupAvailable(arn));
        }
    }
    if request.operation() == "ListTables" && page["TableNames"].is_array() {
        let after = request.body()["ExclusiveStartTableName"].as_str().unwrap_or_default();
        let until = page["LastEvaluatedTableName"].as_str();
        let listed = |name: &TableName| {
            let names = page["TableNames"].as_array().into_iter().flatten();
            names.into_iter().any(|listed| listed.as_str() == Some(name.as_str()))
        };
        let names: Vec<TableName> = account.tables.keys().cloned().collect();
        for name in names {
            let in_range =
                name.as_str() > after && until.is_none_or(|until| name.as_str() <= until);
            if in_range && !listed(&name) {
                *account = service::fire(account, &Event::TableGone(name));
            }
        }
    }
}

/// Makes the account what a page of a list tells it to be where nothing happens that is not told: it shows
/// the ARNs of backups that the service made, and nothing else that is not known.
pub(super) fn as_told(account: &mut Account, page: &Value, unlisted: &mut BTreeSet<BackupArn>) {
    for summary in page["BackupSummaries"].as_array().into_iter().flatten() {
        adopt_system_backup(account, summary, Some(unlisted));
    }
}

/// Takes over the ARN and the time of a SYSTEM backup that shows for the first time: it is that of a
/// table that is gone, or still being deleted. If no such table had recovery on, it is a stranger. Where
/// it is known which backups there are, it is one of those that were not listed yet.
fn adopt_system_backup(
    account: &mut Account,
    summary: &Value,
    mut unlisted: Option<&mut BTreeSet<BackupArn>>,
) {
    let Some(arn) = summary["BackupArn"].as_str().and_then(BackupArn::new) else { return };
    let Some(table) = summary["TableName"].as_str().and_then(TableName::new) else { return };
    if summary["BackupType"] != "SYSTEM" || account.backups.contains_key(&arn) {
        return;
    }
    let id = summary["TableId"].as_str();
    let is_unseen = |arn: &BackupArn, backup: &Backup| {
        backup.kind == BackupKind::System
            && unlisted.as_ref().map_or(!backup.is_visible(), |unlisted| unlisted.contains(arn))
            && backup.table == table
            && backup.table_id.as_ref().is_none_or(|known| Some(known.as_str()) == id)
    };
    let unseen = account.backups.iter().find(|(arn, backup)| is_unseen(arn, backup));
    let made_up = unseen.map(|(made_up, _)| made_up.clone()).or_else(|| {
        if unlisted.is_some() {
            return None;
        }
        let made = service::fire(account, &Event::SystemBackupMade(table.clone()));
        let new = made.backups.keys().find(|arn| !account.backups.contains_key(arn)).cloned();
        *account = made;
        new
    });
    if let Some(made_up) = made_up
        && let Some(backup) = account.backups.remove(&made_up)
    {
        let created = millis(&summary["BackupCreationDateTime"]);
        let status = match &mut unlisted {
            Some(unlisted) => {
                unlisted.remove(&made_up);
                backup.status
            }
            None => BackupStatus::Available,
        };
        account.backups.insert(arn, Backup { status, created, ..backup });
    }
}

/// Charges a backup that a list must not have with its type, where it is not of the one that was asked for,
/// to the rule about types: whatever else was asked for, that is what was passed over.
pub(super) fn blame(differences: &mut [Difference], account: &Account, request: &Value) {
    let asked = request["BackupType"].as_str();
    for difference in differences.iter_mut().filter(|it| it.expected == "absent") {
        let Some(arn) = difference.pointer.strip_prefix("/BackupSummaries/") else { continue };
        let arn = BackupArn::new(&pointer::unescape(arn));
        let backup = arn.and_then(|arn| account.backups.get(&arn));
        if backup.is_some_and(|backup| backup.is_visible() && !is_of_type(backup, asked)) {
            difference.rule = if asked == Some("AWS_BACKUP") { "LBK-002" } else { "LSB-04" };
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::account::BackupStatus;
    use crate::oracle::testing::Watched;
    use crate::service;
    use crate::step::given::recovery;

    /// A table in use, with point-in-time recovery on or off.
    fn with_table(recovering: bool) -> Watched {
        let mut watched = Watched::new();
        watched.create("table");
        watched.settle();
        watched.fine("UpdateContinuousBackups", recovery("table", recovering));
        watched
    }

    #[test]
    fn a_system_backup_may_show_late_and_is_known_from_then_on() {
        let mut watched = with_table(true);
        watched.fine("DeleteTable", json!({"TableName": "table"}));
        watched.fine("ListBackups", json!({"BackupType": "SYSTEM"}));
        watched.settle();
        watched.fine("ListBackups", json!({"BackupType": "SYSTEM"}));
        let arn = watched.endpoint.backups.keys().next().expect("it is listed").clone();
        watched.fine("DescribeBackup", json!({"BackupArn": arn}));
        let restore = json!({"BackupArn": arn, "TargetTableName": "target"});
        watched.fine("RestoreTableFromBackup", restore);
        watched.fine("ListBackups", json!({"BackupType": "ALL"}));
    }

    #[test]
    fn a_system_backup_may_show_while_its_table_is_still_being_deleted() {
        let mut watched = with_table(true);
        watched.fine("DeleteTable", json!({"TableName": "table"}));
        let made = service::events(&watched.endpoint);
        let made = made.iter().find(|event| matches!(event, service::Event::SystemBackupMade(_)));
        watched.endpoint = service::fire(&watched.endpoint, made.expect("recovery was on"));
        watched.fine("ListBackups", json!({"BackupType": "SYSTEM"}));
        watched.fine("DescribeTable", json!({"TableName": "table"}));
    }

    #[test]
    fn a_system_backup_without_recovery_is_a_stranger() {
        let mut watched = with_table(false);
        watched.fine("DeleteTable", json!({"TableName": "table"}));
        watched.settle();
        let stranger = json!([{
            "BackupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/table/backup/01790000000000-00000000",
            "BackupType": "SYSTEM", "TableName": "table"
        }]);
        let broken =
            watched.ask_spoiled("ListBackups", json!({"BackupType": "SYSTEM"}), |answer| {
                answer["BackupSummaries"] = stranger;
            });
        assert_eq!(broken, ["SYS-002"]);
    }

    #[test]
    fn a_backup_of_another_type_is_a_matter_of_types_whatever_else_is_asked_for() {
        for more in [json!({}), json!({"TimeRangeLowerBound": 1})] {
            let mut watched = with_table(false);
            watched.back_up("table");
            watched.settle();
            let mut all = json!(null);
            watched.ask_spoiled("ListBackups", json!({}), |answer| {
                all = answer["BackupSummaries"].clone();
            });
            assert_eq!(all.as_array().map(Vec::len), Some(1));
            let mut asked = more;
            for (kind, rule) in [("SYSTEM", "LSB-04"), ("AWS_BACKUP", "LBK-002")] {
                asked["BackupType"] = json!(kind);
                let broken = watched.ask_spoiled("ListBackups", asked.clone(), |answer| {
                    answer["BackupSummaries"] = all.clone();
                });
                assert_eq!(broken, [rule], "{asked}");
            }
        }
    }

    #[test]
    fn the_window_must_move_when_recovery_is_switched_off_and_on_again() {
        let mut watched = with_table(true);
        let since = json!(watched.endpoint.now / 1_000);
        watched.endpoint = service::elapse(&watched.endpoint, 10_000);
        watched.fine("UpdateContinuousBackups", recovery("table", true));
        watched.fine("UpdateContinuousBackups", recovery("table", false));
        let broken =
            watched.ask_spoiled("UpdateContinuousBackups", recovery("table", true), |answer| {
                let window =
                    &mut answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
                window["EarliestRestorableDateTime"] = since.clone();
                window["LatestRestorableDateTime"] = since.clone();
            });
        assert_eq!(broken, ["UCB-04"]);
    }

    #[test]
    fn at_first_the_window_has_no_length() {
        let mut watched = with_table(false);
        let broken =
            watched.ask_spoiled("UpdateContinuousBackups", recovery("table", true), |answer| {
                let window =
                    &mut answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
                window["LatestRestorableDateTime"] = json!(1_790_000_060);
            });
        assert_eq!(broken, ["UCB-02"]);
    }

    fn known(watched: &Watched) -> Vec<&str> {
        watched.oracle.account().tables.keys().map(|name| name.as_str()).collect()
    }

    #[test]
    fn a_table_that_is_being_deleted_is_gone_if_a_page_that_should_have_it_does_not() {
        let mut watched = Watched::new();
        for name in ["a-gone", "b-gone", "c-kept", "d-gone", "e-kept"] {
            watched.create(name);
            watched.settle();
            watched.fine("DescribeTable", json!({ "TableName": name }));
        }
        for name in ["a-gone", "b-gone", "d-gone"] {
            watched.fine("DeleteTable", json!({ "TableName": name }));
        }
        watched.settle();
        // Nothing can be read from what is no page.
        watched.ask_spoiled("ListTables", json!({}), |answer| *answer = json!({}));
        assert_eq!(known(&watched).len(), 5);
        // From behind the first one to the third one.
        let page = json!({"ExclusiveStartTableName": "a-gone", "Limit": 1});
        watched.fine("ListTables", page);
        assert_eq!(known(&watched), ["a-gone", "c-kept", "d-gone", "e-kept"]);
        watched.fine("ListTables", json!({"ExclusiveStartTableName": "c-kept"}));
        assert_eq!(known(&watched), ["a-gone", "c-kept", "e-kept"]);
        watched.fine("ListTables", json!({}));
        assert_eq!(known(&watched), ["c-kept", "e-kept"]);
    }

    #[test]
    fn a_backup_that_a_page_shows_as_available_is() {
        let mut watched = with_table(false);
        let first = watched.back_up("table");
        watched.endpoint =
            service::fire(&watched.endpoint, &service::Event::BackupAvailable(first.clone()));
        watched.back_up("table");
        watched.fine("ListBackups", json!({}));
        for (arn, backup) in &watched.oracle.account().backups {
            assert_eq!(backup.status == BackupStatus::Available, *arn == first, "{arn}");
        }
    }

    #[test]
    fn each_of_several_system_backups_is_that_of_its_own_table() {
        let mut watched = Watched::new();
        // Two of one name, one after the other, and one of another name.
        for name in ["one", "other", "one"] {
            watched.create(name);
            watched.settle();
            watched.fine("UpdateContinuousBackups", recovery(name, true));
            watched.back_up(name);
            watched.fine("DeleteTable", json!({"TableName": name}));
            watched.settle();
        }
        for _ in 0..2 {
            watched.fine("ListBackups", json!({"BackupType": "ALL"}));
        }
        let known: Vec<_> = watched.oracle.account().backups.iter().collect();
        let there: Vec<_> = watched.endpoint.backups.iter().collect();
        assert_eq!(known.len(), 6);
        for ((arn, known), (other, there)) in known.into_iter().zip(there) {
            assert_eq!(arn, other);
            assert_eq!(
                (&known.kind, known.status, &known.table_id),
                (&there.kind, there.status, &there.table_id)
            );
            assert_eq!(known.created, there.created);
        }
    }
}
