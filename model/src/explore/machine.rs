//! A behaviour in a scope, as states and steps.
//!
//! The state is the account, and nothing else: what a property has to know of the past, the account
//! remembers or a step shows. Where the service may refuse for a moment what it should accept
//! ([`Accepted::or`]), only acceptance is followed: a refusal would lead back to the same state.

use std::sync::Arc;

use serde_json::Value;

use super::action::{Action, Reaction};
use super::alphabet::{self, Call};
use super::scope::Scope;
use crate::account::{Account, Fresh, Millis, Table};
use crate::behaviour::Behaviour;
use crate::name::{BackupArn, TableId, TableName};
use crate::outcome::{Accepted, Outcome};
use crate::request::Request;
use crate::service::{self, Event};

/// A behaviour in a scope.
#[derive(Clone, Debug)]
pub struct Machine {
    scope: Scope,
    behaviour: Behaviour,
    calls: Vec<Arc<Call>>,
    /// The id of a backup by its slot; the last is never given to one.
    backup_ids: Vec<String>,
}

impl Machine {
    /// A behaviour in a scope.
    pub fn new(scope: &Scope, behaviour: Behaviour) -> Self {
        Self {
            scope: *scope,
            behaviour,
            calls: alphabet::calls(scope),
            backup_ids: (0..=scope.backups).map(|slot| alphabet::backup_id(scope, slot)).collect(),
        }
    }

    /// The scope.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The account at the start: empty.
    pub fn start(&self) -> Account {
        let mut account = Account::empty(alphabet::region(), Some(alphabet::owner()));
        account.restore_quota = self.scope.restores;
        account.now = self.scope.clock.first().copied().unwrap_or_default();
        account
    }

    /// The requests of the scope, whether they may be tried or not.
    pub fn calls(&self) -> &[Arc<Call>] {
        &self.calls
    }

    /// Everything that may be tried in a state, in an order that depends on the state only. A backup
    /// that is not there is only named if it never is: that it is missing makes no difference between
    /// the others.
    pub fn actions(&self, account: &Account) -> Vec<Action> {
        let has_room = self.has_room(account);
        let calls = self.calls.iter().filter(|call| self.may_be_asked(account, call, has_room));
        calls
            .map(|call| Action::Request(call.clone()))
            .chain(self.events(account).into_iter().map(Action::Event))
            .chain(self.later(account.now).map(Action::Time))
            .collect()
    }

    /// What the service may do next.
    pub(crate) fn events(&self, account: &Account) -> Vec<Event> {
        (self.behaviour.events)(account)
    }

    /// The next time that it may be.
    pub(crate) fn later(&self, now: Millis) -> Option<Millis> {
        self.scope.clock.iter().copied().find(|time| *time > now)
    }

    /// Whether a request is looked at in a state: what would make the number of states infinite, or is
    /// about a backup that is not there, is not.
    pub(crate) fn may_be_asked(&self, account: &Account, call: &Call, has_room: bool) -> bool {
        if let Some(arn) = &call.backup {
            let is_there = account.backups.contains_key(arn);
            return is_there || arn.as_str().ends_with(self.backup_id(self.scope.backups));
        }
        let table = |name: &TableName| account.tables.get(name);
        match &call.request {
            Request::CreateBackup(_) => has_room,
            // What is deleted with recovery on leaves a backup that nobody can delete.
            Request::UpdateContinuousBackups(request) => {
                let wanted = &request.point_in_time_recovery_specification;
                let is_on = table(&request.table_name.0).is_some_and(will_leave_a_backup);
                !wanted.point_in_time_recovery_enabled || is_on || has_room
            }
            // What is replaced while recovery is on is kept.
            Request::PutItem(request) => table(&request.table_name.0).is_none_or(may_be_written),
            Request::BatchWriteItem(request) => {
                request.request_items.keys().all(|name| table(&name.0).is_none_or(may_be_written))
            }
            _ => true,
        }
    }

    /// Whether there may be one more backup, besides those that tables will leave when they go.
    fn has_room(&self, account: &Account) -> bool {
        let expected = account.tables.values().filter(|table| will_leave_a_backup(table)).count();
        account.backups.len() + expected < self.scope.backups
    }

    /// What comes of an action.
    pub fn react(&self, account: &Account, action: &Action) -> Reaction {
        self.react_with(account, action, || self.fresh(account))
    }

    /// What comes of an action, with the fresh values that a request is given.
    pub(crate) fn react_with(
        &self,
        account: &Account,
        action: &Action,
        fresh: impl FnOnce() -> Fresh,
    ) -> Reaction {
        match action {
            Action::Event(event) => Reaction::Happened((self.behaviour.fire)(account, event)),
            Action::Time(time) => {
                Reaction::Happened(service::elapse(account, time.saturating_sub(account.now)))
            }
            Action::Request(call) => {
                match (self.behaviour.step)(account, &call.request, &fresh()) {
                    Outcome::Accepted(accepted) => Reaction::Accepted(accepted),
                    Outcome::Refused(refusal) => {
                        let left = (self.behaviour.refuse)(account, &call.request, &refusal);
                        Reaction::Refused { refusal, left }
                    }
                }
            }
        }
    }

    /// The body that answers an accepted request.
    pub fn answer(&self, accepted: &Accepted) -> Value {
        (self.behaviour.answer)(accepted)
    }

    /// Fresh values that keep the number of states finite: of ids, the lowest that nothing has.
    fn fresh(&self, account: &Account) -> Fresh {
        let slots = account.backups.keys().filter_map(|arn| self.slot(arn));
        let table_id = self.scope.ids.then(|| fresh_table_id(account));
        Fresh { table_id, ..self.fresh_in(free_slot(slots), account.now) }
    }

    /// Fresh values without an id for a table.
    pub(crate) fn fresh_in(&self, slot: usize, now: Millis) -> Fresh {
        let backup_id = self.backup_id(slot.min(self.scope.backups)).to_owned();
        Fresh { table_id: None, created: Some(now), backup_id }
    }

    fn backup_id(&self, slot: usize) -> &str {
        &self.backup_ids[slot]
    }

    /// The slot whose id a backup has.
    pub(crate) fn slot(&self, arn: &BackupArn) -> Option<usize> {
        (0..self.scope.backups).find(|slot| arn.as_str().ends_with(self.backup_id(*slot)))
    }
}

/// The lowest slot that is not among these.
pub(crate) fn free_slot(slots: impl Iterator<Item = usize>) -> usize {
    let taken = slots.fold(0_u64, |taken, slot| taken | 1 << slot);
    taken.trailing_ones() as usize
}

/// The lowest id that no table has, and no source of a backup had.
fn fresh_table_id(account: &Account) -> TableId {
    let of_tables = account.tables.values().filter_map(|table| table.id.as_ref());
    let of_sources = account.backups.values().filter_map(|backup| backup.table_id.as_ref());
    let taken: Vec<_> = of_tables.chain(of_sources).collect();
    (0..)
        .map(|number: u64| format!("00000000-0000-4000-8000-{number:012}"))
        .find_map(|id| TableId::new(&id).filter(|id| !taken.contains(&id)))
        .expect("there are finitely many tables and backups")
}

/// Whether a table has recovery on, and its SYSTEM backup is not made yet.
pub(crate) fn will_leave_a_backup(table: &Table) -> bool {
    table.recovery.window().is_some_and(|window| !window.saved)
}

/// How many items that are no longer there recovery keeps of a table.
const PAST_ITEMS: usize = 1;

/// Whether a table may be written to.
fn may_be_written(table: &Table) -> bool {
    table.recovery.window().is_none_or(|window| window.past.len() < PAST_ITEMS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_slot_that_is_free_is_taken_again() {
        let cases: [(&[usize], usize); 4] = [(&[], 0), (&[1], 0), (&[0, 1], 2), (&[2, 0], 1)];
        for (slots, free) in cases {
            assert_eq!(free_slot(slots.iter().copied()), free, "{slots:?}");
        }
    }
}
