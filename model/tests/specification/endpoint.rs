//! An endpoint that keeps every rule, to ask things of.

use reinstate_model::account::{Account, Fresh};
use reinstate_model::name::{AccountId, Region, TableId};
use reinstate_model::outcome::{Outcome, Refusal};
use reinstate_model::{service, wire};
use serde_json::Value;

/// An account without tables, in the year 2026.
pub fn empty() -> Account {
    let region = Region::new("us-east-1").expect("a Region");
    let account = Account::empty(region, AccountId::new("123456789012"));
    service::elapse(&account, 1_790_000_000_000)
}

/// What a request comes to.
pub fn outcome(account: &Account, operation: &str, body: &Value) -> Outcome {
    let made = account.tables.len() + account.backups.len();
    outcome_with(account, operation, body, (made, made))
}

/// What a request comes to where the table and the backup that it may make have these numbers.
pub fn outcome_with(
    account: &Account,
    operation: &str,
    body: &Value,
    (table, backup): (usize, usize),
) -> Outcome {
    let fresh = Fresh {
        table_id: TableId::new(&format!("00000000-0000-4000-8000-{table:012}")),
        created: Some(account.now),
        backup_id: format!("{:014}-{backup:08}", account.now),
    };
    wire::handle(account, operation, body.to_string().as_bytes(), &fresh)
}

/// The account after a request that must be accepted.
#[track_caller]
pub fn accepted(account: &Account, operation: &str, body: &Value) -> Account {
    match outcome(account, operation, body) {
        Outcome::Accepted(accepted) => accepted.account,
        Outcome::Refused(refusal) => panic!("{operation} {body}: {refusal:?}"),
    }
}

/// The refusal of a request that must be refused.
#[track_caller]
pub fn refused(account: &Account, operation: &str, body: &Value) -> Refusal {
    match outcome(account, operation, body) {
        Outcome::Refused(refusal) => refusal,
        Outcome::Accepted(_) => panic!("{operation} {body} is accepted"),
    }
}

/// The account once the service has nothing left to do.
pub fn settled(mut account: Account) -> Account {
    while let Some(event) = service::events(&account).first() {
        account = service::fire(&account, event);
    }
    account
}
