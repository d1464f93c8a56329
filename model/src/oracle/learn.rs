//! What only the endpoint can know: ids, times, ARNs, and which writes of a batch it left undone.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::account::{Account, StoredItem};
use crate::matcher::millis;
use crate::name::{AccountId, BackupArn, TableId, TableName};
use crate::outcome::Reply;

/// Takes over what only the endpoint can know: ids, times, ARNs. Tells whether it said enough to go
/// on.
pub(super) fn learn(account: &mut Account, reply: &Reply, body: &Value) -> bool {
    match reply {
        Reply::TableDescription(name) | Reply::UpdatedTable(name) | Reply::Table(name) => {
            let member =
                if matches!(reply, Reply::Table(_)) { "Table" } else { "TableDescription" };
            let description = &body[member];
            learn_owner(account, description["TableArn"].as_str());
            if let Some(table) = account.tables.get_mut(name) {
                let id = description["TableId"].as_str().and_then(TableId::new);
                table.id = table.id.take().or(id);
                table.created = table.created.or(millis(&description["CreationDateTime"]));
            }
            true
        }
        Reply::BackupDetails(made_up) => {
            let details = &body["BackupDetails"];
            let Some(arn) = details["BackupArn"].as_str().and_then(BackupArn::new) else {
                return false;
            };
            learn_owner(account, Some(arn.as_str()));
            if let Some(mut backup) = account.backups.remove(made_up) {
                backup.created = backup.created.or(millis(&details["BackupCreationDateTime"]));
                account.backups.insert(arn, backup);
            }
            true
        }
        Reply::ContinuousBackups { table, .. } => {
            let description = &body["ContinuousBackupsDescription"];
            learn_window(account, table, &description["PointInTimeRecoveryDescription"]);
            true
        }
        Reply::Written { former } => {
            take_back(account, former, &body["UnprocessedItems"]);
            true
        }
        Reply::Empty
        | Reply::DeletedTable(_)
        | Reply::TagsWritten
        | Reply::Tags { .. }
        | Reply::TimeToLiveSpecification(_)
        | Reply::TimeToLiveDescription { .. }
        | Reply::Limits
        | Reply::Item { .. }
        | Reply::TableNames { .. }
        | Reply::Items { .. }
        | Reply::BackupDescription { .. }
        | Reply::DeletedBackup { .. }
        | Reply::BackupSummaries { .. } => true,
    }
}

/// Takes back the writes of a batch that were not made (DAT-01b).
fn take_back(
    account: &mut Account,
    former: &BTreeMap<(TableName, String), Option<StoredItem>>,
    unprocessed: &Value,
) {
    for (name, writes) in unprocessed.as_object().into_iter().flatten() {
        let Some(name) = TableName::new(name) else { continue };
        let Some(table) = account.tables.get_mut(&name) else { continue };
        for write in writes.as_array().into_iter().flatten() {
            let item = write.pointer("/PutRequest/Item").or(write.pointer("/DeleteRequest/Key"));
            let Some(item) = item.and_then(Value::as_object) else { continue };
            let key = table.key_of(item);
            let items = Arc::make_mut(&mut table.items);
            match former.get(&(name.clone(), key.clone())) {
                Some(Some(before)) => drop(items.insert(key, before.clone())),
                Some(None) => drop(items.remove(&key)),
                None => {}
            }
        }
    }
}

/// The window of time that can be restored, as far as it is told.
fn learn_window(account: &mut Account, table: &TableName, description: &Value) {
    let table = account.tables.get_mut(table);
    if let Some(window) = table.and_then(|table| table.recovery.window_mut()) {
        window.since.told =
            window.since.told.or(millis(&description["EarliestRestorableDateTime"]));
        window.latest = window.latest.max(millis(&description["LatestRestorableDateTime"]));
    }
}

/// The account that an ARN of ours belongs to.
fn learn_owner(account: &mut Account, arn: Option<&str>) {
    if account.id.is_none() {
        account.id = arn.and_then(|arn| arn.split(':').nth(4)).and_then(AccountId::new);
    }
}

#[cfg(test)]
mod tests {
    use crate::name::Region;
    use crate::oracle::Oracle;
    use crate::wire::Answer;
    use serde_json::{Value, json};

    #[test]
    fn a_write_of_a_batch_that_was_left_undone_is_not_looked_for() {
        let mut oracle = Oracle::new(Region::new("us-east-1").expect("a Region"));
        let mut judge = |operation: &str, body: Value, answer: Value| {
            let judgement =
                oracle.judge(operation, body.to_string().as_bytes(), &Answer::Success(answer), 1);
            let wrong =
                judgement.differences.into_iter().filter(|difference| difference.rule == "DAT-02");
            wrong.count()
        };
        let table = json!({
            "TableName": "Music",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        });
        judge("CreateTable", table, json!({"TableDescription": {"TableStatus": "CREATING"}}));
        judge(
            "DescribeTable",
            json!({"TableName": "Music"}),
            json!({"Table": {"TableStatus": "ACTIVE"}}),
        );
        let put = |key: &str| json!({"PutRequest": {"Item": {"pk": {"S": key}}}});
        let batch = json!({"RequestItems": {"Music": [put("a"), put("b")]}});
        judge("BatchWriteItem", batch, json!({"UnprocessedItems": {"Music": [put("b")]}}));
        let page = |keys: &[&str]| {
            let items = keys.iter().map(|key| json!({"pk": {"S": key}})).collect::<Value>();
            json!({"Items": items, "Count": keys.len()})
        };
        let scan = || json!({"TableName": "Music"});
        assert_eq!(judge("Scan", scan(), page(&["a"])), 0);
        assert_ne!(judge("Scan", scan(), page(&["a", "b"])), 0);
    }
}
