//! All states and steps of a machine, explored breadth first and exactly: states are compared, not
//! their hashes. The first time that anything is seen is also the shortest way to it.

use std::collections::HashMap;
use std::sync::Arc;

use super::action::{Action, Step};
use super::machine::Machine;
use crate::account::Account;

/// The number of a state, in the order in which it was found.
pub type StateId = usize;

/// Is shown everything that the search finds, in order of distance from the start.
pub trait Visit {
    /// Whether it looks at states: they need not be unpacked for one that does not.
    const LOOKS_AT_STATES: bool = true;
    /// A state that was not seen before.
    fn state(&mut self, id: StateId, account: &Account);
    /// A step from a known state, refused ones too.
    fn step(&mut self, from: StateId, step: &Step<'_>);
    /// A step that is no refusal, once it is known where it leads.
    fn edge(&mut self, _from: StateId, _to: StateId, _action: &Action) {}
}

/// From every state of the one kind, some way leads to one of the other.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Where it begins.
    pub from: fn(&Account) -> bool,
    /// Where it ends.
    pub to: fn(&Account) -> bool,
    /// What it may consist of.
    pub along: Along,
}

/// What a search has found.
pub trait Explored {
    /// How many states there are.
    fn states(&self) -> usize;
    /// How many steps there are, refused requests aside.
    fn transitions(&self) -> usize;
    /// How many requests were refused.
    fn refusals(&self) -> usize;
    /// How many steps the farthest state is from the start.
    fn depth(&self) -> usize;
    /// A shortest way to a state.
    fn path(&mut self, to: StateId) -> Vec<Action>;
    /// For each of the ways, the first state from which there is none.
    fn stuck(&mut self, ways: &[Way]) -> Vec<Option<StateId>>;
}

/// Nobody watches.
impl Visit for () {
    const LOOKS_AT_STATES: bool = false;
    fn state(&mut self, _: StateId, _: &Account) {}
    fn step(&mut self, _: StateId, _: &Step<'_>) {}
}

/// All states and steps.
#[derive(Debug)]
pub struct Graph {
    accounts: Vec<Arc<Account>>,
    /// How each state was first reached; none for the start.
    parents: Vec<Option<(StateId, Action)>>,
    depths: Vec<usize>,
    edges: Vec<Edge>,
    refusals: usize,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: StateId,
    to: StateId,
    is_event: bool,
}

/// Which edges a search may go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// What the service does by itself: nobody has to ask.
    Events,
    /// Requests too.
    Everything,
}

impl Graph {
    /// Finds everything.
    pub fn explore(machine: &Machine, visitor: &mut impl Visit) -> Self {
        let start = Arc::new(machine.start());
        visitor.state(0, &start);
        let mut ids = HashMap::from([(start.clone(), 0)]);
        let mut graph = Self {
            accounts: vec![start],
            parents: vec![None],
            depths: vec![0],
            edges: vec![],
            refusals: 0,
        };
        let mut from = 0;
        while let Some(before) = graph.accounts.get(from).cloned() {
            for action in machine.actions(&before) {
                let reaction = machine.react(&before, &action);
                let step = Step { before: &before, action: &action, reaction: &reaction, machine };
                visitor.step(from, &step);
                graph.refusals += usize::from(step.refused().is_some());
                let is_event = matches!(action, Action::Event(_));
                let Some(after) = reaction.into_after() else { continue };
                let to = *ids.entry(Arc::new(after)).or_insert_with_key(|account| {
                    let to = graph.accounts.len();
                    visitor.state(to, account);
                    graph.accounts.push(account.clone());
                    graph.parents.push(Some((from, action.clone())));
                    graph.depths.push(graph.depths[from] + 1);
                    to
                });
                visitor.edge(from, to, &action);
                graph.edges.push(Edge { from, to, is_event });
            }
            from += 1;
        }
        graph
    }

    fn stuck_on(&self, way: &Way) -> Option<StateId> {
        let mut before = vec![vec![]; self.accounts.len()];
        let asked = way.along == Along::Everything;
        for edge in self.edges.iter().filter(|edge| asked || edge.is_event) {
            before[edge.to].push(edge.from);
        }
        let mut arrives: Vec<bool> = self.accounts.iter().map(|it| (way.to)(it)).collect();
        let mut open: Vec<_> = (0..arrives.len()).filter(|id| arrives[*id]).collect();
        while let Some(id) = open.pop() {
            for &earlier in &before[id] {
                if !std::mem::replace(&mut arrives[earlier], true) {
                    open.push(earlier);
                }
            }
        }
        (0..arrives.len()).find(|id| (way.from)(&self.accounts[*id]) && !arrives[*id])
    }
}

impl Explored for Graph {
    fn states(&self) -> usize {
        self.accounts.len()
    }

    fn transitions(&self) -> usize {
        self.edges.len()
    }

    fn refusals(&self) -> usize {
        self.refusals
    }

    fn depth(&self) -> usize {
        self.depths.iter().copied().max().unwrap_or(0)
    }

    fn path(&mut self, to: StateId) -> Vec<Action> {
        let mut path = Vec::new();
        let mut id = to;
        while let Some((parent, action)) = &self.parents[id] {
            path.push(action.clone());
            id = *parent;
        }
        path.reverse();
        path
    }

    fn stuck(&mut self, ways: &[Way]) -> Vec<Option<StateId>> {
        ways.iter().map(|way| self.stuck_on(way)).collect()
    }
}
