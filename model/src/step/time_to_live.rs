//! UpdateTimeToLive and DescribeTimeToLive. That items expire is not modelled: nobody can say when.
//!
//! A restored table has no time to live, whatever its source had (CAR-10).

use std::sync::Arc;

use crate::account::{Account, Table, TableStatus, Underway};
use crate::name::TableName;
use crate::outcome::ErrorCode::{
    ResourceInUseException, ResourceNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Reply, Violation};
use crate::request::UpdateTimeToLive;
use crate::rules::RuleId;
use crate::schema::Settings;

/// Turns it on or off, which takes a while to take effect.
pub(super) fn update(account: &Account, request: &UpdateTimeToLive) -> Outcome {
    let name = &request.table_name.0;
    let wanted = &request.time_to_live_specification;
    let mut objections = Objections::new();
    let table = find(account, name, "RFB-066", &mut objections);
    let arguments = || vec![("table", name.to_string())];
    match table.map(|table| table.status) {
        Some(TableStatus::Creating) => {
            objections.add("TTL-005", ResourceInUseException, arguments());
        }
        // Which of the two it is nobody has recorded.
        Some(TableStatus::Deleting) => {
            objections.add_unworded("TTL-005", ResourceInUseException);
            objections.add_unworded("ERR-12", ResourceNotFoundException);
        }
        Some(TableStatus::Active | TableStatus::Updating) => {
            let table = table.expect("its status is known");
            let unchanged = table.settings.time_to_live.is_some() == wanted.enabled;
            if unchanged {
                let words = if wanted.enabled { "already enabled" } else { "already disabled" };
                objections.add_worded("TTL-003", ValidationException, words, &vec![]);
            }
            let settling = table.underway.time_to_live;
            objections.when(settling, "TTL-02", ValidationException, Vec::new);
        }
        None => {}
    }
    objections.unless(|| {
        let table = table.expect("the time to live of no table was refused");
        let time_to_live = wanted.enabled.then(|| wanted.attribute_name.clone());
        let changed = Table {
            settings: Arc::new(Settings { time_to_live, ..(*table.settings).clone() }),
            underway: Arc::new(Underway { time_to_live: true, ..(*table.underway).clone() }),
            ..table.clone()
        };
        let mut next = account.clone();
        next.tables.insert(name.clone(), changed);
        let restored = table.restore.is_some().then_some("RFB-081");
        let grants = ["TTL-01"].into_iter().chain(restored).collect();
        // Whether an update of the table is in the way nobody has recorded.
        let updating = table.status == TableStatus::Updating;
        let not_yet = Violation::because("TTL-005", ResourceInUseException, vec![]);
        Accepted::new(next, Reply::TimeToLiveSpecification(wanted.clone()), grants)
            .or(if updating { vec![not_yet] } else { vec![] })
    })
}

/// Describes it.
pub(super) fn describe(account: &Account, name: &TableName) -> Outcome {
    let mut objections = Objections::new();
    let table = find(account, name, "RFB-067", &mut objections);
    if let Some(table) = table
        && matches!(table.status, TableStatus::Creating | TableStatus::Deleting)
    {
        let arguments = vec![("status", table.status.as_str().to_owned())];
        objections.add("TTL-001", ValidationException, arguments);
    }
    objections.unless(|| {
        let table = table.expect("the time to live of no table was refused");
        let rule = rule(table);
        let reply = Reply::TimeToLiveDescription { table: name.clone(), rule };
        Accepted::new(account.clone(), reply, vec![rule])
    })
}

/// Why a table has the time to live that it has.
fn rule(table: &Table) -> RuleId {
    match (&table.restore, &table.settings.time_to_live) {
        (Some(_), None) => "CAR-10",
        (Some(_), Some(_)) | (None, _) => "TTL-01",
    }
}

/// The table, unless it does not exist as far as the time to live goes.
fn find<'a>(
    account: &'a Account,
    name: &TableName,
    restoring: RuleId,
    objections: &mut Objections,
) -> Option<&'a Table> {
    let arguments = vec![("table", name.to_string())];
    match account.tables.get(name) {
        None => objections.add("ERR-12", ResourceNotFoundException, arguments),
        Some(table) if table.is_restoring() => {
            objections.add(restoring, ResourceNotFoundException, arguments);
        }
        found @ Some(_) => return found,
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, music};
    use serde_json::{Value, json};

    fn turned(table: &str, enabled: bool) -> Value {
        let specification = json!({"Enabled": enabled, "AttributeName": "expires"});
        json!({"TableName": table, "TimeToLiveSpecification": specification})
    }

    fn of(table: &str) -> Value {
        json!({ "TableName": table })
    }

    #[test]
    fn a_change_is_refused_if_it_is_none_or_the_last_one_still_takes_effect() {
        let music = Test::music();
        music.check("UpdateTimeToLive", &turned("Music", false), "TTL-003");
        music.check("UpdateTimeToLive", &turned("None", true), "ERR-12");
        let settling = music.send("UpdateTimeToLive", &turned("Music", true));
        settling.check("UpdateTimeToLive", &turned("Music", false), "TTL-02");
        settling.check("UpdateTimeToLive", &turned("Music", true), "TTL-003");
        let status = "/TimeToLiveDescription/TimeToLiveStatus";
        settling.shows("DescribeTimeToLive", &of("Music"), status, &json!("ENABLING"));
        let settled = settling.settle();
        settled.shows("DescribeTimeToLive", &of("Music"), status, &json!("ENABLED"));
        settled.check("UpdateTimeToLive", &turned("Music", false), "accepted by TTL-01");
    }

    #[test]
    fn a_table_that_is_not_ready_has_none_to_describe_or_change() {
        let creating = Test::empty().send("CreateTable", &music());
        creating.check("DescribeTimeToLive", &of("Music"), "TTL-001");
        creating.check("UpdateTimeToLive", &turned("Music", true), "TTL-005");
        let deleting = Test::music().send("DeleteTable", &of("Music"));
        deleting.check("DescribeTimeToLive", &of("Music"), "TTL-001");
    }

    #[test]
    fn a_backup_records_it_and_a_restore_does_not_bring_it_back() {
        let on = Test::music().send("UpdateTimeToLive", &turned("Music", true)).settle().backup();
        let recorded =
            "/BackupDescription/SourceTableFeatureDetails/TimeToLiveDescription/AttributeName";
        let backup = json!({"BackupArn": super::super::testing::backup_arn()});
        on.shows("DescribeBackup", &backup, recorded, &json!("expires"));
        let restoring = on.restore();
        restoring.check("DescribeTimeToLive", &of("Copy"), "RFB-067");
        restoring.check("UpdateTimeToLive", &turned("Copy", true), "RFB-066");
        let restored = restoring.settle();
        restored.check("DescribeTimeToLive", &of("Copy"), "accepted by CAR-10");
        let status = "/TimeToLiveDescription/TimeToLiveStatus";
        restored.shows("DescribeTimeToLive", &of("Copy"), status, &json!("DISABLED"));
        restored.check("UpdateTimeToLive", &turned("Copy", true), "accepted by RFB-081");
    }
}
