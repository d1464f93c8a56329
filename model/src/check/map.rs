//! A whole graph with its labels, for people and other programs to read. [`super::graph`] keeps less.

use std::collections::HashMap;

use super::action::{Action, Step};
use super::behaviour::Behaviour;
use super::graph::{Graph, StateId, Visit};
use super::machine::Machine;
use super::scope::Scope;
use crate::account::Account;

/// Every state of a scope, and every step that is no refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The scope.
    pub scope: Scope,
    /// The states, the empty account first, in the order of their distance from it.
    pub states: Vec<Account>,
    /// The steps.
    pub edges: Vec<Edge>,
}

/// A step from one state to another, or to itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The state before.
    pub from: StateId,
    /// The state after.
    pub to: StateId,
    /// What was done.
    pub action: Action,
}

impl Map {
    /// Draws the specification in a scope.
    pub fn of(scope: &Scope) -> Self {
        let mut surveyor = Surveyor::default();
        Graph::explore(&Machine::new(scope, Behaviour::SPECIFIED), &mut surveyor);
        let Surveyor { ids, steps } = surveyor;
        let edges = steps.into_iter().map(|(from, action, after)| {
            let to = ids[&after];
            Edge { from, to, action }
        });
        let edges = edges.collect();
        let mut states: Vec<_> = ids.into_iter().collect();
        states.sort_unstable_by_key(|(_, id)| *id);
        let states = states.into_iter().map(|(account, _)| account).collect();
        Self { scope: *scope, states, edges }
    }
}

/// Notes everything that a search finds.
#[derive(Default)]
struct Surveyor {
    ids: HashMap<Account, StateId>,
    steps: Vec<(StateId, Action, Account)>,
}

impl Visit for Surveyor {
    fn state(&mut self, id: StateId, account: &Account) {
        self.ids.insert(account.clone(), id);
    }

    fn step(&mut self, from: StateId, step: &Step<'_>) {
        if let Some(after) = step.reaction.after() {
            self.steps.push((from, step.action.clone(), after.clone()));
        }
    }
}
