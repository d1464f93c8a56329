//! How the rules are tested: a request against an account, and the rules that it comes to.

use serde_json::{Value, json};

use super::given::settled;
use crate::account::{Account, Fresh};
use crate::name::{AccountId, Region};
use crate::outcome::Outcome;
use crate::service;
use crate::wire::{accepted_body, handle};

/// The ARN of a table of the tests' account.
pub(super) fn arn(table: &str) -> String {
    format!("arn:aws:dynamodb:us-east-1:123456789012:table/{table}")
}

/// The ARN of the backup that [`Test::backup`] makes of `Music`.
pub(super) fn backup_arn() -> String {
    format!("{}/backup/00000000000000-00000000", arn("Music"))
}

/// An account, and what is done with it.
#[derive(Clone)]
pub(super) struct Test(Account);

impl Test {
    /// An account without tables.
    pub(super) fn empty() -> Self {
        let region = Region::new("us-east-1").expect("a Region");
        Self(Account::empty(region, AccountId::new("123456789012")))
    }

    /// An account with the table `Music`, which has an index `year` and two items, one without a year.
    pub(super) fn music() -> Self {
        Self::empty()
            .send("CreateTable", &music())
            .settle()
            .send("PutItem", &json!({"TableName": "Music", "Item": song("one", Some("1999"))}))
            .send("PutItem", &json!({"TableName": "Music", "Item": song("two", None)}))
    }

    /// The same, and a minute later the table has a backup.
    pub(super) fn backup(self) -> Self {
        let later = Self(service::elapse(&self.0, 60_000));
        later.send("CreateBackup", &json!({"TableName": "Music", "BackupName": "first"})).settle()
    }

    /// The same, and the backup is being restored into `Copy`.
    pub(super) fn restore(self) -> Self {
        let body = json!({"TargetTableName": "Copy", "BackupArn": backup_arn()});
        self.send("RestoreTableFromBackup", &body)
    }

    /// After a request that must be accepted.
    pub(super) fn send(self, operation: &str, body: &Value) -> Self {
        match self.outcome(operation, body) {
            Outcome::Accepted(accepted) => Self(accepted.account),
            Outcome::Refused(refusal) => panic!("{operation} {body} is refused: {refusal:?}"),
        }
    }

    /// After whatever the service does by itself, until nothing is left.
    pub(super) fn settle(self) -> Self {
        Self(settled(&self.0, 0))
    }

    /// After the next event only.
    pub(super) fn one_event(self) -> Self {
        let event = service::events(&self.0).into_iter().next().expect("something is underway");
        Self(service::fire(&self.0, &event))
    }

    fn outcome(&self, operation: &str, body: &Value) -> Outcome {
        let backup_id = "00000000000000-00000000".to_owned();
        let fresh = Fresh { table_id: None, created: Some(self.0.now), backup_id };
        handle(&self.0, operation, body.to_string().as_bytes(), &fresh)
    }

    /// Checks by which rule a request is accepted, or all those by which it may be refused.
    #[track_caller]
    pub(super) fn check(&self, operation: &str, body: &Value, expected: &str) -> &Self {
        let got = match self.outcome(operation, body) {
            Outcome::Accepted(accepted) => {
                format!("accepted by {}", accepted.grants.last().expect("a rule grants it"))
            }
            Outcome::Refused(refusal) => {
                let rules =
                    refusal.reportable(operation).into_iter().map(|violation| violation.rule);
                rules.collect::<Vec<_>>().join(" or ")
            }
        };
        assert_eq!(got, expected, "{operation} {body}");
        self
    }

    /// Checks a part of the answer to an accepted request.
    #[track_caller]
    pub(super) fn shows(
        &self,
        operation: &str,
        body: &Value,
        pointer: &str,
        expected: &Value,
    ) -> &Self {
        let Outcome::Accepted(accepted) = self.outcome(operation, body) else {
            panic!("{operation} {body} is refused");
        };
        let answer = accepted_body(&accepted);
        assert_eq!(answer.pointer(pointer).unwrap_or(&Value::Null), expected, "{answer}");
        self
    }
}

/// A request that makes the table `Music`.
pub(super) fn music() -> Value {
    json!({
        "TableName": "Music",
        "AttributeDefinitions": [
            {"AttributeName": "title", "AttributeType": "S"},
            {"AttributeName": "year", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("year")],
    })
}

/// An index of the keys of `attribute`, called as it.
pub(super) fn index(attribute: &str) -> Value {
    json!({
        "IndexName": attribute,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    })
}

/// An item of `Music`.
pub(super) fn song(title: &str, year: Option<&str>) -> Value {
    let mut item = json!({"title": {"S": title}, "label": {"S": "Blue"}});
    if let Some(year) = year {
        item["year"] = json!({ "N": year });
    }
    item
}
