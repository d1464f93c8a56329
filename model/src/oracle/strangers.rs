//! What an account holds that is not the case's: other cases, and whoever else uses it, have tables and
//! backups there of which no answer ever told. Only lists of the whole account show them.

use serde_json::{Value, json};

use super::explain::Asked;
use super::named::Named;
use super::{Judgement, Oracle};
use crate::account::{Account, Fresh};
use crate::name::TableName;
use crate::outcome::Outcome;
use crate::service::{self, Event};
use crate::step::step;
use crate::wire::{self, Answer, Received};

impl Oracle {
    /// The same, for an account that others use too.
    pub fn beside_others(self) -> Self {
        Self { has_strangers: true, ..self }
    }

    /// Judges an accepted request of an account that others use as well.
    pub(super) fn judge_beside_others(
        &mut self,
        asked: &Asked<'_>,
        named: &Named,
        answer: &Answer,
        page: &Value,
    ) -> Judgement {
        match asked.request.operation() {
            "ListBackups" => match without_others(&self.account, asked.request, page) {
                Some(page) => self.judge_own(asked, named, &Answer::Success(page)),
                None => Judgement::default(),
            },
            // Who has a table of a name that is none was told so when it was made.
            "ListTables" if names(page).any(|name| TableName::new(name).is_none()) => {
                Judgement::default()
            }
            "ListTables" => {
                let own: Vec<TableName> = self.account.tables.keys().cloned().collect();
                self.account = with_others(&self.account, asked.request.body(), page);
                let judgement = self.judge_own(asked, named, answer);
                self.account.tables.retain(|name, _| own.contains(name));
                judgement
            }
            _ => self.judge_own(asked, named, answer),
        }
    }
}

/// A page of backups without those of tables that the account does not know. None if nothing can be said
/// of it: where a page is only a part of the list, what is on it depends on the others.
fn without_others(account: &Account, received: &Received, page: &Value) -> Option<Value> {
    let mut page = page.clone();
    let request = received.body();
    let is_refused = || {
        let outcome = received.outcome(step, account, &NOTHING_NEW);
        matches!(outcome, Outcome::Refused(_))
    };
    if !request["TableName"].is_null() || is_refused() {
        return Some(page);
    }
    let is_part = !request["Limit"].is_null()
        || !request["ExclusiveStartBackupArn"].is_null()
        || !page["LastEvaluatedBackupArn"].is_null();
    let is_own = |name: &str| {
        let of_backups = account.backups.values().map(|backup| &backup.table);
        account.tables.keys().chain(of_backups).any(|own| own.as_str() == name)
    };
    if let Some(summaries) = page["BackupSummaries"].as_array_mut() {
        summaries.retain(|summary| summary["TableName"].as_str().is_none_or(is_own));
    }
    (!is_part).then_some(page)
}

/// The account with the tables that a page of names shows and it does not know, and with one more if the
/// page says that others follow.
fn with_others(account: &Account, request: &Value, page: &Value) -> Account {
    let after = request["ExclusiveStartTableName"].as_str().unwrap_or_default();
    let next = page["LastEvaluatedTableName"].as_str().map(|last| format!("{last}."));
    let mut added = account.clone();
    // A name that is not to be on the page at all is the endpoint's mistake.
    for name in names(page).map(str::to_owned).chain(next).filter(|name| name.as_str() > after) {
        let is_known = TableName::new(&name).is_none_or(|name| added.tables.contains_key(&name));
        if !is_known {
            added = with_table(&added, &name);
        }
    }
    added
}

/// The names on a page of tables.
fn names(page: &Value) -> impl Iterator<Item = &str> {
    page["TableNames"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// What a request is handled with that makes nothing.
const NOTHING_NEW: Fresh = Fresh { table_id: None, created: None, backup_id: String::new() };

/// The account with somebody else's table, about which nothing but its name is ever seen.
fn with_table(account: &Account, name: &str) -> Account {
    let create = json!({
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST"
    });
    let create = create.to_string();
    match (
        wire::handle(account, "CreateTable", create.as_bytes(), &NOTHING_NEW),
        TableName::new(name),
    ) {
        (Outcome::Accepted(accepted), Some(name)) => {
            service::fire(&accepted.account, &Event::TableActive(name))
        }
        _ => account.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::name::Region;
    use crate::oracle::Oracle;
    use crate::wire::Answer;

    fn table(name: &str) -> Value {
        json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
        })
    }

    /// The rules that a page breaks in an account where `own-1` and `own-2` are known.
    fn broken(operation: &str, request: Value, page: Value) -> Vec<&'static str> {
        let mut oracle = Oracle::new(Region::new("us-east-1").expect("a Region")).beside_others();
        for name in ["own-1", "own-2"] {
            let body = table(name).to_string();
            let description = json!({"TableDescription": {"TableName": name}});
            oracle.judge("CreateTable", body.as_bytes(), &Answer::Success(description), 1);
        }
        let body = request.to_string();
        let judgement = oracle.judge(operation, body.as_bytes(), &Answer::Success(page), 2);
        assert_eq!(oracle.account().tables.len(), 2, "strangers are forgotten again");
        judgement.differences.into_iter().map(|difference| difference.rule).collect()
    }

    #[test]
    fn tables_of_others_may_be_listed_and_ones_own_must_be() {
        let check = |request: Value, names: &[&str], last: Option<&str>| {
            let mut page = json!({ "TableNames": names });
            if let Some(last) = last {
                page["LastEvaluatedTableName"] = json!(last);
            }
            broken("ListTables", request, page)
        };
        let fine: [&str; 0] = [];
        assert_eq!(check(json!({}), &["aaa", "own-1", "own-2", "zzz"], None), fine);
        assert_eq!(check(json!({}), &["", "own-1"], None), fine, "it has tables without names");
        assert_eq!(check(json!({"Limit": 1}), &["aaa"], Some("aaa")), fine);
        assert_eq!(check(json!({"Limit": 2}), &["own-1", "own-2"], Some("own-2")), fine);
        let after = json!({"ExclusiveStartTableName": "own-1"});
        assert_eq!(check(after.clone(), &["own-2", "zzz"], None), fine);
        for (names, last) in [
            (vec!["zzz", "own-1", "own-2"], None),
            (vec!["own-1"], None),
            (vec!["own-1", "zzz"], None),
        ] {
            assert!(!check(json!({}), &names, last).is_empty(), "{names:?}");
        }
        assert!(!check(after, &["own-1", "own-2"], None).is_empty());
        assert!(!check(json!({"Limit": 1}), &["own-1", "own-2"], None).is_empty());
        assert!(!check(json!({"Limit": 1}), &["own-1"], Some("own-2")).is_empty());
    }

    #[test]
    fn backups_of_others_may_be_listed() {
        let other = json!({"TableName": "theirs", "BackupName": "theirs"});
        let check = |request: Value, page: Value| broken("ListBackups", request, page);
        assert_eq!(check(json!({}), json!({"BackupSummaries": [other]})), [""; 0]);
        // What is on the first page of several is the others' matter, but not whether it was asked for
        // as it must be.
        let page = json!({"BackupSummaries": [other], "LastEvaluatedBackupArn": "x"});
        assert_eq!(check(json!({}), page.clone()), [""; 0]);
        assert!(!check(json!({"Limit": 0}), page).is_empty());
        let own = json!({"TableName": "own-1", "BackupName": "nobody-made-it"});
        let page = json!({"BackupSummaries": [own]});
        assert!(!check(json!({}), page.clone()).is_empty());
        // A part of the list may have anything of it.
        let start =
            "arn:aws:dynamodb:us-east-1:123456789012:table/x/backup/01489602797149-73d8d5bc";
        for part in [json!({"Limit": 1}), json!({"ExclusiveStartBackupArn": start})] {
            assert_eq!(check(part.clone(), page.clone()), [""; 0], "{part}");
        }
    }
}
