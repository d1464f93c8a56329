//! A whole graph with its labels, for people and other programs to read. [`super::graph`] keeps less.

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
        let mut map = Self { scope: *scope, states: vec![], edges: vec![] };
        Graph::explore(&Machine::new(scope, Behaviour::SPECIFIED), &mut map);
        map
    }
}

impl Visit for Map {
    /// States come in the order of their numbers.
    fn state(&mut self, _: StateId, account: &Account) {
        self.states.push(account.clone());
    }

    fn step(&mut self, _: StateId, _: &Step<'_>) {}

    fn edge(&mut self, from: StateId, to: StateId, action: &Action) {
        self.edges.push(Edge { from, to, action: action.clone() });
    }
}
