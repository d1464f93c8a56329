//! What answers have shown to be at rest: whoever is told that a table is ACTIVE need not ask for it.

use std::collections::BTreeSet;

use serde_json::Value;

/// The tables and backups that were at rest when an answer last told of them, by name or ARN.
#[derive(Debug, Default)]
pub(super) struct AtRest(BTreeSet<String>);

/// The members that name a table or a backup and tell its status.
const OF_TABLE: [&str; 2] = ["TableName", "TableStatus"];
const OF_BACKUP: [&str; 2] = ["BackupArn", "BackupStatus"];

/// Where an answer tells of a table or a backup, and by which members.
fn shown(body: &Value) -> [(&Value, [&'static str; 2]); 4] {
    [
        (&body["Table"], OF_TABLE),
        (&body["TableDescription"], OF_TABLE),
        (&body["BackupDetails"], OF_BACKUP),
        (&body["BackupDescription"]["BackupDetails"], OF_BACKUP),
    ]
}

impl AtRest {
    /// Takes over what the body of an answer tells. What is being deleted is not at rest, whatever is told.
    pub(super) fn learn(&mut self, operation: &str, body: &Value) {
        let goes = operation.starts_with("Delete");
        for (shown, [name, status]) in shown(body) {
            let Some(name) = shown[name].as_str() else { continue };
            if !goes && matches!(shown[status].as_str(), Some("ACTIVE" | "AVAILABLE")) {
                self.0.insert(name.to_owned());
            } else {
                self.0.remove(name);
            }
        }
    }

    /// Whether a table or backup was at rest when it was shown last.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_shown_last_counts() {
        let mut at_rest = AtRest::default();
        let table = |status| json!({"TableName": "abc", "TableStatus": status});
        assert!(!at_rest.has("abc"));
        at_rest.learn("CreateTable", &json!({"TableDescription": table("ACTIVE")}));
        assert!(at_rest.has("abc"));
        at_rest.learn("UpdateTable", &json!({"TableDescription": table("UPDATING")}));
        assert!(!at_rest.has("abc"));
        at_rest.learn("DescribeTable", &json!({"Table": table("ACTIVE")}));
        let details = json!({"BackupArn": "arn:b", "BackupStatus": "AVAILABLE"});
        at_rest.learn("DescribeBackup", &json!({"BackupDescription": {"BackupDetails": details}}));
        assert!(at_rest.has("abc") && at_rest.has("arn:b"));
    }

    #[test]
    fn what_is_being_deleted_is_not_at_rest_whatever_is_told() {
        let mut at_rest = AtRest::default();
        let table = json!({"TableName": "abc", "TableStatus": "ACTIVE"});
        at_rest.learn("DescribeTable", &json!({"Table": table}));
        at_rest.learn("DeleteTable", &json!({"TableDescription": table}));
        assert!(!at_rest.has("abc"));
    }
}
