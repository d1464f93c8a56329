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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::Behaviour;
    use crate::check::scope::LOCK;

    #[test]
    fn the_explorer_calls_a_step_by_its_action_and_shows_what_it_changes() {
        let machine = Machine::new(&LOCK, Behaviour::SPECIFIED);
        let start = machine.start();
        let mut edges = Vec::new();
        Model::actions(&machine, &start, &mut edges);
        let [edge] = &edges[..] else { panic!("{edges:?}") };
        assert_eq!(format!("{edge:?}"), "CreateTable Music, Provisioned");
        assert_eq!(machine.format_action(edge), "CreateTable Music, Provisioned");
        let page = machine.format_step(&start, edge.clone()).expect("every step has a page");
        for part in ["CreateTable Music, Provisioned: ", "\nNow there is:\n", "\nRefused here:\n"] {
            assert!(page.contains(part), "{page}");
        }
    }
}
