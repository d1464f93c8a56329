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
    use serde_json::json;

    use super::enabled_before_deletion;
    use crate::account::TableStatus;
    use crate::name::TableName;
    use crate::oracle::named::Named;
    use crate::oracle::testing::Watched;
    use crate::service::{self, Event};
    use crate::step::given::recovery;

    /// Recovery is switched on while the table is being deleted, after these events.
    fn judged(events: fn(TableName) -> Vec<Event>) -> Vec<&'static str> {
        let mut watched = Watched::new();
        watched.create("Music");
        for event in events(TableName::new("Music").expect("a name")) {
            watched.endpoint = service::fire(&watched.endpoint, &event);
        }
        watched.fine("DeleteTable", json!({"TableName": "Music"}));
        watched.ask("UpdateContinuousBackups", recovery("Music", true))
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
        let mut account = Watched::with_tables(4).endpoint;
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
