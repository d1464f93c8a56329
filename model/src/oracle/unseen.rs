//! Events that no later account tells of: whether they happened before a request is never seen, and once
//! the request is accepted they can no longer happen.

use super::candidates::Candidate;
use super::named::Named;
use crate::account::{Account, TableStatus};

/// The account in which backups were enabled for the named tables before their deletion began. No answer
/// to DeleteTable shows it, and a table that is being deleted shows it only by what it still accepts
/// (SYS-004).
pub(super) fn enabled_before_deletion(
    account: &Account,
    named: &Named,
) -> Option<Candidate<Account>> {
    let mut seen = account.clone();
    let mut events = 0;
    for (name, table) in &mut seen.tables {
        let is_named = named.tables.contains(name);
        if is_named && table.status == TableStatus::Deleting && !table.backups_enabled {
            table.backups_enabled = true;
            events += 1;
        }
    }
    (events > 0).then_some(Candidate { account: seen, events })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::enabled_before_deletion;
    use crate::account::{Account, Fresh, TableStatus};
    use crate::name::{AccountId, Region, TableId, TableName};
    use crate::oracle::Oracle;
    use crate::oracle::named::Named;
    use crate::oracle::tests::many_tables;
    use crate::outcome::Outcome;
    use crate::service::{self, Event};
    use crate::wire;

    /// Recovery is switched on while the table is being deleted, after these events.
    fn judged(events: fn(TableName) -> Vec<Event>) -> Vec<String> {
        let region = || Region::new("us-east-1").expect("a Region");
        let mut endpoint = Account::empty(region(), AccountId::new("123456789012"));
        let mut oracle = Oracle::new(region());
        let mut ask = |endpoint: &mut Account, operation: &str, body: Value| {
            endpoint.now += 1_000;
            let fresh = Fresh {
                table_id: TableId::new("00000000-0000-4000-8000-000000000000"),
                created: Some(endpoint.now),
                backup_id: format!("{:014}-00000001", endpoint.now),
            };
            let body = body.to_string();
            let (status, answer) = match wire::handle(endpoint, operation, body.as_bytes(), &fresh)
            {
                Outcome::Accepted(accepted) => {
                    let answer = wire::accepted_body(&accepted);
                    *endpoint = accepted.account;
                    (200, answer)
                }
                Outcome::Refused(refusal) => (400, wire::refused_body(&refusal, operation)),
            };
            let answer = wire::read_answer(status, answer.to_string().as_bytes());
            let judgement = oracle.judge(operation, body.as_bytes(), &answer, endpoint.now);
            let rules = judgement.differences.into_iter().map(|it| it.rule.to_string());
            (status, rules.collect::<Vec<_>>())
        };
        let create = json!({
            "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
        });
        assert_eq!(ask(&mut endpoint, "CreateTable", create), (200, vec![]));
        let name = endpoint.tables.keys().next().expect("it was just created").clone();
        for event in events(name) {
            endpoint = service::fire(&endpoint, &event);
        }
        let delete = json!({"TableName": "Music"});
        assert_eq!(ask(&mut endpoint, "DeleteTable", delete), (200, vec![]));
        let recovery = json!({
            "TableName": "Music",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}
        });
        ask(&mut endpoint, "UpdateContinuousBackups", recovery).1
    }

    #[test]
    fn whether_backups_were_enabled_before_a_deletion_is_alleged_neither_way() {
        let enabled =
            |name: TableName| vec![Event::TableActive(name.clone()), Event::BackupsEnabled(name)];
        assert_eq!(judged(enabled), [""; 0]);
        assert_eq!(judged(|name| vec![Event::TableActive(name)]), [""; 0]);
    }

    #[test]
    fn just_what_is_named_and_being_deleted_may_have_been_enabled_before() {
        let (mut account, _) = many_tables(4);
        // The fourth is being deleted as well, and nobody names it.
        let [deleting, enabled, active] = ["Music0", "Music1", "Music2"];
        for (name, table) in &mut account.tables {
            let is_active = name.as_str() == active;
            table.status = if is_active { TableStatus::Active } else { TableStatus::Deleting };
            table.backups_enabled = name.as_str() == enabled;
        }
        let candidate_of = |name: &str| {
            let named = Named::of(&json!({ "TableName": name }));
            let candidate = enabled_before_deletion(&account, &named)?;
            let tables = candidate.account.tables.iter();
            let seen = tables.filter(|(_, table)| table.backups_enabled);
            let names: Vec<_> = seen.map(|(name, _)| name.to_string()).collect();
            Some((names, candidate.events))
        };
        assert_eq!(candidate_of(deleting), Some((vec![deleting.into(), enabled.into()], 1)));
        for name in [enabled, active, "nobody"] {
            assert_eq!(candidate_of(name), None, "{name}");
        }
    }
}
