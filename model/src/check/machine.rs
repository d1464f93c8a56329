//! A behaviour in a scope, as states and steps; and stateright's view of it.
//!
//! The state is the account, and nothing else: what a property has to know of the past, the account
//! remembers or a step shows. Where the service may refuse for a moment what it should accept
//! ([`Accepted::or`]), only acceptance is followed: a refusal would lead back to the same state.

use std::sync::Arc;

use serde_json::Value;
use stateright::Model;

use super::action::{Action, Reaction};
use super::alphabet::{self, Call};
use super::behaviour::Behaviour;
use super::properties::{self, Claim};
use super::scope::Scope;
use crate::account::{Account, Fresh};
use crate::outcome::{Accepted, Outcome};
use crate::request::Request;

/// A behaviour in a scope.
#[derive(Clone, Debug)]
pub struct Machine {
    scope: Scope,
    behaviour: Behaviour,
    calls: Vec<Arc<Call>>,
    never_made: String,
}

impl Machine {
    /// A behaviour in a scope.
    pub fn new(scope: &Scope, behaviour: Behaviour) -> Self {
        Self {
            scope: *scope,
            behaviour,
            calls: alphabet::calls(scope),
            never_made: alphabet::backup_id(scope.backups),
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
        account
    }

    /// Everything that may be tried in a state, in an order that depends on the state only. A backup
    /// is only asked for while there is room for it, and a backup that is not there is only named if
    /// it never is: that it is missing makes no difference between the others.
    pub fn actions(&self, account: &Account) -> Vec<Action> {
        let room = account.backups.len() < self.scope.backups;
        let calls = self.calls.iter().filter(|call| match (&call.backup, &call.request) {
            (Some(arn), _) => {
                account.backups.contains_key(arn) || arn.as_str().ends_with(&self.never_made)
            }
            (None, Request::CreateBackup(_)) => room,
            (None, _) => true,
        });
        let events = (self.behaviour.events)(account);
        calls
            .map(|call| Action::Request(call.clone()))
            .chain(events.into_iter().map(Action::Event))
            .collect()
    }

    /// What comes of an action.
    pub fn react(&self, account: &Account, action: &Action) -> Reaction {
        match action {
            Action::Event(event) => Reaction::Happened((self.behaviour.fire)(account, event)),
            Action::Request(call) => {
                let fresh = self.fresh(account);
                match (self.behaviour.step)(account, &call.request, &fresh) {
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

    /// Fresh values that keep the number of states finite: no ids of tables, no times, and the
    /// lowest id that no backup has.
    fn fresh(&self, account: &Account) -> Fresh {
        let taken = |id: &str| account.backups.keys().any(|arn| arn.as_str().ends_with(id));
        let backup_id = (0..self.scope.backups)
            .map(alphabet::backup_id)
            .find(|id| !taken(id))
            .unwrap_or_else(|| self.never_made.clone());
        Fresh { table_id: None, created: None, backup_id }
    }
}

/// An action that is enabled, and what comes of it: refused requests are no edges, unless a fault
/// lets them change something. The result is kept because finding out what is enabled has made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    action: Action,
    after: Account,
}

impl Model for Machine {
    type State = Account;
    type Action = Edge;

    fn init_states(&self) -> Vec<Account> {
        vec![self.start()]
    }

    fn actions(&self, account: &Account, edges: &mut Vec<Edge>) {
        edges.extend(Machine::actions(self, account).into_iter().filter_map(|action| {
            let after = self.react(account, &action).into_after()?;
            Some(Edge { action, after })
        }));
    }

    fn next_state(&self, _: &Account, edge: Edge) -> Option<Account> {
        Some(edge.after)
    }

    fn format_action(&self, edge: &Edge) -> String {
        edge.action.to_string()
    }

    /// Those that stateright can judge, which looks at single states.
    fn properties(&self) -> Vec<stateright::Property<Self>> {
        properties::all()
            .filter_map(|property| match property.claim {
                Claim::Always(holds) => Some(stateright::Property::always(property.name, holds)),
                Claim::Sometimes(holds) => {
                    Some(stateright::Property::sometimes(property.name, holds))
                }
                Claim::EachStep(_) | Claim::SomeStep(_) | Claim::Progress { .. } => None,
            })
            .collect()
    }
}
