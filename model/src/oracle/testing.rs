//! How the oracle is tested: beside an endpoint that keeps every rule, and whose answers may be spoiled.

use serde_json::{Value, json};

use super::{Difference, Oracle};
use crate::account::Account;
use crate::name::BackupArn;
use crate::outcome::Outcome;
use crate::service;
use crate::step::given;
use crate::wire::{self, Answer};

/// An endpoint and the oracle that judges it.
pub(super) struct Watched {
    pub(super) endpoint: Account,
    pub(super) oracle: Oracle,
}

impl Watched {
    /// Nothing is there yet.
    pub(super) fn new() -> Self {
        let endpoint = given::empty();
        let oracle = Oracle::new(endpoint.region.clone());
        Self { endpoint, oracle }
    }

    /// Tables that are not in use yet: `Music0`, `Music1`, and so on.
    pub(super) fn with_tables(count: usize) -> Self {
        let mut new = Self::new();
        (0..count).for_each(|number| new.create(&format!("Music{number}")));
        new
    }

    /// The oracle believes in no event that it is not told of.
    pub(super) fn told() -> Self {
        let new = Self::new();
        Self { oracle: new.oracle.told(), ..new }
    }

    /// Makes a request a second later. The rules that the answer breaks are told.
    pub(super) fn ask(&mut self, operation: &str, body: Value) -> Vec<&'static str> {
        rules(&self.exchange(operation, &body, |_| {}))
    }

    /// The same with a request that must be accepted, and an answer that is changed before the oracle sees it.
    pub(super) fn ask_spoiled(
        &mut self,
        operation: &str,
        body: Value,
        spoil: impl FnOnce(&mut Value),
    ) -> Vec<&'static str> {
        rules(&self.differences(operation, body, spoil))
    }

    /// The same, and all that is told of it.
    pub(super) fn differences(
        &mut self,
        operation: &str,
        body: Value,
        spoil: impl FnOnce(&mut Value),
    ) -> Vec<Difference> {
        self.exchange(operation, &body, |answer| match answer {
            Answer::Success(answer) => spoil(answer),
            Answer::Error { .. } => panic!("{operation} is refused: {answer:?}"),
        })
    }

    fn exchange(
        &mut self,
        operation: &str,
        body: &Value,
        spoil: impl FnOnce(&mut Answer),
    ) -> Vec<Difference> {
        self.endpoint = service::elapse(&self.endpoint, 1_000);
        let (mut answer, after) = answer(&self.endpoint, operation, body);
        spoil(&mut answer);
        self.endpoint = after;
        let body = body.to_string();
        self.oracle.judge(operation, body.as_bytes(), &answer, self.endpoint.now).differences
    }

    /// Makes a request that must be accepted, and whose answer breaks no rule.
    pub(super) fn fine(&mut self, operation: &str, body: Value) {
        assert_eq!(self.differences(operation, body, |_| {}), [], "{operation}");
    }

    /// Makes a table. It is not in use before [`settle`](Self::settle).
    pub(super) fn create(&mut self, name: &str) {
        self.fine("CreateTable", given::table(name));
    }

    /// Makes a backup, and tells its ARN.
    pub(super) fn back_up(&mut self, table: &str) -> BackupArn {
        let known: Vec<_> = self.endpoint.backups.keys().cloned().collect();
        self.fine("CreateBackup", json!({"TableName": table, "BackupName": "abc"}));
        let new = self.endpoint.backups.keys().find(|arn| !known.contains(arn));
        new.expect("it was accepted").clone()
    }

    /// Everything happens that the endpoint does by itself.
    pub(super) fn settle(&mut self) {
        self.endpoint = given::settled(&self.endpoint, 0);
    }
}

/// The rules that are broken.
pub(super) fn rules(differences: &[Difference]) -> Vec<&'static str> {
    differences.iter().map(|difference| difference.rule).collect()
}

/// What an endpoint answers to a request, and what it is after that.
pub(super) fn answer(endpoint: &Account, operation: &str, body: &Value) -> (Answer, Account) {
    match given::outcome(endpoint, operation, body.clone()) {
        Outcome::Accepted(accepted) => {
            (Answer::Success(wire::accepted_body(&accepted)), accepted.account)
        }
        Outcome::Refused(refusal) => {
            let refused = wire::refused_body(&refusal, operation).to_string();
            (wire::read_answer(400, refused.as_bytes()), endpoint.clone())
        }
    }
}
