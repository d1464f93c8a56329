//! Accounts for the tests of the rules and of the oracle, brought about by requests and events alone.

use serde_json::{Value, json};

use crate::account::{Account, Fresh};
use crate::name::{AccountId, Region, TableId, TableName};
use crate::outcome::{Accepted, Outcome};
use crate::service::{self, Event};
use crate::wire;

/// When the tests begin; all times below are given in milliseconds since then.
pub(super) const START: u64 = 1_790_000_000_000;

/// An account that holds nothing.
pub(crate) fn empty() -> Account {
    let region = Region::new("us-east-1").expect("a Region");
    Account { now: START, ..Account::empty(region, AccountId::new("123456789012")) }
}

/// What a request comes to. Each one has ids and a time of its own.
pub(crate) fn outcome(account: &Account, operation: &str, body: Value) -> Outcome {
    let made = account.tables.len() + account.backups.len();
    let fresh = Fresh {
        table_id: TableId::new(&format!("00000000-0000-4000-8000-{made:012}")),
        created: Some(account.now),
        backup_id: format!("{:014}-{made:08x}", account.now),
    };
    wire::handle(account, operation, body.to_string().as_bytes(), &fresh)
}

/// A request that is accepted.
pub(super) fn accepted(account: &Account, operation: &str, body: Value) -> Accepted {
    match outcome(account, operation, body) {
        Outcome::Accepted(accepted) => *accepted,
        Outcome::Refused(refusal) => panic!("{operation} is refused: {refusal:?}"),
    }
}

/// The account after a request that is accepted.
pub(super) fn after(account: &Account, operation: &str, body: Value) -> Account {
    accepted(account, operation, body).account
}

/// Which rules are reported of a refusal, or else by which most special one a request is accepted.
pub(super) fn check(account: &Account, operation: &str, body: Value, expected: &[&str]) {
    let got: Vec<&str> = match outcome(account, operation, body) {
        Outcome::Accepted(accepted) => accepted.grants.last().copied().into_iter().collect(),
        Outcome::Refused(refusal) => {
            refusal.reportable(operation).iter().map(|violation| violation.rule).collect()
        }
    };
    assert_eq!(got, expected);
}

/// The account when some time has passed and every event has happened that was due.
pub(crate) fn settled(account: &Account, millis: u64) -> Account {
    let mut account = service::elapse(account, millis);
    while let Some(event) = service::events(&account).first() {
        account = service::fire(&account, event);
    }
    account
}

/// The account when one event has happened to a table.
pub(super) fn fired(account: &Account, event: fn(TableName) -> Event, table: &str) -> Account {
    service::fire(account, &event(TableName::new(table).expect("a name")))
}

/// The account with one more table, which is still being made.
pub(super) fn creating(account: &Account, name: &str) -> Account {
    after(account, "CreateTable", table(name))
}

/// The body that makes a table.
pub(crate) fn table(name: &str) -> Value {
    json!({
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST"
    })
}

/// The account with one more table, which is in use.
pub(super) fn with_table(account: &Account, name: &str) -> Account {
    settled(&creating(account, name), 0)
}

/// The account when point-in-time recovery of a table was switched on or off.
pub(super) fn recovering(account: &Account, table: &str, enabled: bool) -> Account {
    after(account, "UpdateContinuousBackups", recovery(table, enabled))
}

/// The body that switches point-in-time recovery of a table on or off.
pub(crate) fn recovery(table: &str, enabled: bool) -> Value {
    let wanted = json!({"PointInTimeRecoveryEnabled": enabled});
    json!({"TableName": table, "PointInTimeRecoverySpecification": wanted})
}

/// The account when an item was written.
pub(super) fn written(account: &Account, table: &str, value: &str) -> Account {
    let body = json!({"TableName": table, "Item": {"k": {"S": "key"}, "v": {"S": value}}});
    after(account, "PutItem", body)
}
