//! A behaviour in a scope, as states and steps; and stateright's view of it.
//!
//! The state is the account, and nothing else: what a property has to know of the past, the account
//! remembers or a step shows.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use stateright::{Model, Property};

use super::alphabet::{self, Call};
use super::behaviour::Behaviour;
use super::properties::{self, Rule};
use super::scope::Scope;
use crate::account::{Account, Fresh};
use crate::name::{BackupArn, TableName};
use crate::outcome::{Accepted, Outcome, Refusal};
use crate::request::Request;
use crate::service::Event;

/// A behaviour in a scope.
#[derive(Clone, Debug)]
pub struct Machine {
    scope: Scope,
    behaviour: Behaviour,
    calls: Vec<Arc<Call>>,
    never_made: String,
}

/// What may happen in a state: somebody asks for something, or the service does something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A request.
    Request(Arc<Call>),
    /// An event.
    Event(Event),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Request(call) => f.write_str(&call.label),
            Action::Event(event) => write!(f, "... {event}"),
        }
    }
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// The request was refused.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The account afterwards, if the refusal changed it.
        left: Option<Account>,
    },
    /// The request was accepted.
    Accepted(Box<Accepted>),
    /// The event happened.
    Happened(Account),
}

/// One step, as step properties see it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The account before.
    pub before: &'a Account,
    /// What was done.
    pub action: &'a Action,
    /// What came of it.
    pub reaction: &'a Reaction,
    /// The machine, which knows how the answer reads.
    pub machine: &'a Machine,
}

impl Reaction {
    /// The account afterwards, if it may be another one.
    pub fn after(&self) -> Option<&Account> {
        match self {
            Reaction::Refused { left, .. } => left.as_ref(),
            Reaction::Accepted(accepted) => Some(&accepted.account),
            Reaction::Happened(account) => Some(account),
        }
    }

    /// The account afterwards, if it may be another one. None is a refusal: no edge of the graph.
    pub fn into_after(self) -> Option<Account> {
        match self {
            Reaction::Refused { left, .. } => left,
            Reaction::Accepted(accepted) => Some(accepted.account),
            Reaction::Happened(account) => Some(account),
        }
    }
}

impl Step<'_> {
    /// The account after the step.
    pub fn after(&self) -> &Account {
        self.reaction.after().unwrap_or(self.before)
    }

    /// The request, if it was one.
    pub fn request(&self) -> Option<&Request> {
        match self.action {
            Action::Request(call) => Some(&call.request),
            Action::Event(_) => None,
        }
    }

    /// What was accepted, if it was a request and was.
    pub fn accepted(&self) -> Option<(&Request, &Accepted)> {
        match self.reaction {
            Reaction::Accepted(accepted) => self.request().map(|request| (request, &**accepted)),
            Reaction::Refused { .. } | Reaction::Happened(_) => None,
        }
    }

    /// Why it was refused, if it was a request and was.
    pub fn refused(&self) -> Option<(&Request, &Refusal)> {
        match self.reaction {
            Reaction::Refused { refusal, .. } => self.request().map(|request| (request, refusal)),
            Reaction::Accepted(_) | Reaction::Happened(_) => None,
        }
    }

    /// The body of the answer.
    pub fn answer(&self, accepted: &Accepted) -> Value {
        (self.machine.behaviour.answer)(accepted)
    }

    /// The table and the backup that the action names. A new backup cannot be named before.
    pub fn named(&self) -> (Option<&TableName>, Option<&BackupArn>) {
        match self.action {
            Action::Request(call) => {
                let table = match &call.request {
                    Request::CreateTable(request) => Some(&request.table_name.0),
                    Request::DescribeTable(request) => Some(&request.table_name.0),
                    Request::DeleteTable(request) => Some(&request.table_name.0),
                    Request::PutItem(request) => Some(&request.table_name.0),
                    Request::Scan(request) => Some(&request.table_name.0),
                    Request::CreateBackup(request) => Some(&request.table_name.0),
                    Request::RestoreTableFromBackup(request) => Some(&request.target_table_name),
                    Request::ListTables(_)
                    | Request::DescribeBackup(_)
                    | Request::ListBackups(_)
                    | Request::DeleteBackup(_) => None,
                };
                (table, call.backup.as_ref())
            }
            Action::Event(event) => match event {
                Event::TableActive(name)
                | Event::BackupsEnabled(name)
                | Event::TableGone(name)
                | Event::RestoreFinished(name) => (Some(name), None),
                Event::BackupAvailable(arn) => (None, Some(arn)),
            },
        }
    }
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
    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
            .filter_map(|property| match property.rule {
                Rule::Always(holds) => Some(Property::always(property.name, holds)),
                Rule::Sometimes(holds) => Some(Property::sometimes(property.name, holds)),
                Rule::EachStep(_) | Rule::SomeStep(_) | Rule::Progress { .. } => None,
            })
            .collect()
    }
}
