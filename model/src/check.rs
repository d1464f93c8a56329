//! The model checker: every state that a small account can get into, and every step between them.
//!
//! It runs the very same [`crate::step`] and [`crate::service`] as everything else; there is no
//! second, simplified model. What is small is the [`scope`]: a few names, a few backups, a low quota
//! and an alphabet of requests with one of each kind.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`scope`] | what is looked at, and why that is enough |
//! | [`alphabet`] | the requests of a scope |
//! | [`behaviour`], [`machine`] | what is checked, as states and steps; stateright's view of it |
//! | [`properties`], [`states`], [`steps`], [`progress`], [`reached`] | what has to hold |
//! | [`graph`] | all states and steps, with shortest paths |
//! | [`report`] | what came out |
//! | [`fault`] | bugs planted from outside, which show that the properties can fail |
//!
//! Two engines explore the same machine. stateright judges states only, and its counterexamples are
//! not the shortest; our own breadth-first search also judges steps and progress, and finds shortest
//! paths. They have to agree on every count and verdict ([`Report::engines_agree`]).
//!
//! No run is ever cut off by time or depth: a run that was would pass without having looked.
//!
//! [`Report::engines_agree`]: report::Report::engines_agree

pub mod alphabet;
pub mod behaviour;
pub mod fault;
pub mod graph;
pub mod machine;
pub mod progress;
pub mod properties;
pub mod reached;
pub mod report;
pub mod scope;
pub mod states;
pub mod steps;

use std::time::Instant;

use stateright::{Checker, Model};

use behaviour::Behaviour;
use fault::Fault;
use graph::Graph;
use machine::Machine;
use properties::Judge;
use report::{Counts, Report};
use scope::Scope;

/// Checks the specification in a scope.
pub fn check(scope: &Scope) -> Report {
    examine(Machine::new(scope, Behaviour::SPECIFIED))
}

/// Checks the specification with a bug planted in it: the property that names the bug must fail.
pub fn check_with(scope: &Scope, fault: &Fault) -> Report {
    examine(Machine::new(scope, fault.behaviour))
}

fn examine(machine: Machine) -> Report {
    let start = Instant::now();
    let scope = machine.scope().name;
    let mut judge = Judge::new(&machine);
    let graph = Graph::explore(&machine, &mut judge);
    let findings = judge.findings(&graph);
    let stateright = machine.checker().spawn_bfs().join();
    Report {
        scope,
        states: graph.states(),
        transitions: graph.transitions(),
        refusals: graph.refusals(),
        depth: graph.depth(),
        elapsed: start.elapsed(),
        stateright: Counts {
            states: stateright.unique_state_count(),
            // stateright also counts the start as generated.
            transitions: stateright.state_count() - 1,
            discoveries: stateright.discoveries().into_keys().collect(),
        },
        findings,
    }
}
