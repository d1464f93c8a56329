//! stateright's view of a machine.

use std::fmt;

use stateright::{Model, Property};

use super::action::Action;
use super::machine::Machine;
use super::properties::{self, Claim};
use super::story;
use crate::account::Account;

/// An action that is enabled, and what comes of it: refused requests are no edges, unless a fault
/// lets them change something. The result is kept because finding out what is enabled has made it.
#[derive(Clone, PartialEq)]
pub struct Edge {
    action: Action,
    after: Account,
}

/// As the Explorer shows where a search is.
impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.action.to_string())
    }
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

    fn format_step(&self, account: &Account, edge: Edge) -> Option<String> {
        Some(story::page(self, account, &edge.action))
    }

    /// Those that stateright can judge, which looks at single states.
    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
            .filter_map(|property| match property.claim {
                Claim::Always(holds) => Some(Property::always(property.name, holds)),
                Claim::Sometimes(holds) => Some(Property::sometimes(property.name, holds)),
                Claim::EachStep(_) | Claim::SomeStep(_) | Claim::Progress { .. } => None,
            })
            .collect()
    }
}
