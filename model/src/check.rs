//! The model checker: every state that a small account can get into, and every step between them.
//!
//! It runs the very same [`crate::step`] and [`crate::service`] as everything else; there is no
//! second, simplified model. What is small is the [`scope`]: a few names, a few backups, a low quota
//! and an alphabet of requests with one of each kind.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`scope`], [`alphabet`], [`behaviour`], [`machine`], [`action`], [`graph`], [`listing`], [`story`] | what is checked, as states and steps: of [`crate::explore`] |
//! | [`properties`], `states`, `shapes`, `records`, `steps`, `guards`, `changes`, `pages`, `system`, `progress`, `reached`, `occurs` | what has to hold, one function each |
//! | [`coverage`] | which rules decide something, and how often |
//! | [`induction`] | that the invariants keep themselves up, in states that cannot be reached too |
//! | [`limit`] | the limit of fifty restores as it is, by counting |
//! | [`packed`] | the same for large scopes, over accounts of a few words |
//! | [`cycles`] | the lives of tables and backups, with the rules that decide them |
//! | [`map`] | a graph with its labels, for people and other programs |
//! | [`report`] | what came out |
//! | `view`, [`explorer`], [`draw`] | states and paths as stateright sees them, in a browser, and as graphs and life cycles |
//! | [`fault`], `spoil`, `deceive` | bugs planted from outside, which show that properties can fail |
//!
//! Two engines explore the same machine. stateright judges states only, and its counterexamples are
//! not the shortest; our own breadth-first search also judges steps and progress, and finds shortest
//! paths. They have to agree on every count and verdict ([`Report::engines_agree`]). In large scopes our
//! search runs over packed accounts, and audits itself.
//!
//! No run is ever cut off by time or depth: a run that was would pass without having looked.
//!
//! [`Report::engines_agree`]: report::Report::engines_agree

mod changes;
pub mod coverage;
pub mod cycles;
mod deceive;
pub mod draw;
pub mod explorer;
pub mod fault;
mod guards;
pub mod induction;
pub mod limit;
pub mod map;
mod occurs;
pub mod packed;
mod pages;
mod progress;
pub mod properties;
mod reached;
mod records;
pub mod report;
mod shapes;
mod spoil;
mod states;
mod steps;
mod system;
mod view;

use std::time::Instant;

use stateright::{Checker, Model};

pub use crate::behaviour;
pub use crate::explore::{action, alphabet, graph, listing, machine, scope, story};

use behaviour::Behaviour;
use fault::Fault;
use graph::Graph;
use machine::Machine;
use packed::{Audit, Packed};
use properties::Judge;
use report::{Finding, Report, Second, SecondOpinion};
use scope::{Scope, Search};

/// Checks the specification in a scope, as the scope says. Where it is packed, stateright is not asked.
pub fn check(scope: &Scope) -> Report {
    match scope.search {
        Search::Whole => examine(Machine::new(scope, Behaviour::SPECIFIED)),
        Search::Packed => check_packed(scope, Audit::RARELY),
        Search::Orbits => check_orbits(scope, Audit::RARELY),
    }
}

/// Checks the specification with a bug planted in it: the property that names the bug must fail.
pub fn check_with(scope: &Scope, fault: &Fault) -> Report {
    Report { fault: Some(fault.name), ..examine(Machine::new(scope, fault.behaviour)) }
}

/// The same without asking stateright, which has nothing to say of steps and of progress.
pub fn search_with(scope: &Scope, fault: &Fault) -> Report {
    let start = Instant::now();
    let machine = Machine::new(scope, fault.behaviour);
    let (graph, findings) = search(&machine);
    let report = Report::new(scope, &graph, findings, Second::Nothing, start.elapsed());
    Report { fault: Some(fault.name), ..report }
}

/// Checks the specification in a scope by packed accounts, and nothing else.
pub fn check_packed(scope: &Scope, audit: Audit) -> Report {
    search_packed(scope, Behaviour::SPECIFIED, audit)
}

/// The same with a bug planted in the specification.
///
/// # Panics
/// If the bug makes what comes of a request, or what the service does, depend on more of an account than
/// in the specification, and a state that is audited shows it.
pub fn check_packed_with(scope: &Scope, fault: &Fault, audit: Audit) -> Report {
    Report { fault: Some(fault.name), ..search_packed(scope, fault.behaviour, audit) }
}

/// Checks the specification in a scope up to an exchange of the names that stand for each other.
///
/// # Panics
/// If the scope asks for more than the lives of tables and backups. If something says one of these names:
/// then nothing that was found can be relied on.
pub fn check_orbits(scope: &Scope, audit: Audit) -> Report {
    search_orbits(scope, Behaviour::SPECIFIED, audit)
}

/// The same with a bug planted in the specification.
///
/// # Panics
/// As [`check_packed_with`] and [`check_orbits`] do.
pub fn check_orbits_with(scope: &Scope, fault: &Fault, audit: Audit) -> Report {
    Report { fault: Some(fault.name), ..search_orbits(scope, fault.behaviour, audit) }
}

fn search_packed(scope: &Scope, behaviour: Behaviour, audit: Audit) -> Report {
    examine_packed(scope, behaviour, |machine, judge| Packed::explore(machine, audit, judge))
}

fn search_orbits(scope: &Scope, behaviour: Behaviour, audit: Audit) -> Report {
    examine_packed(scope, behaviour, |machine, judge| Packed::explore_orbits(machine, audit, judge))
}

fn examine(machine: Machine) -> Report {
    let start = Instant::now();
    // It runs on a thread of its own, beside our search.
    let checker = machine.clone().checker().spawn_bfs();
    let (graph, findings) = search(&machine);
    let checker = checker.join();
    let stateright = SecondOpinion {
        states: checker.unique_state_count(),
        // stateright counts the start as generated.
        transitions: checker.state_count() - 1,
        discoveries: checker.discoveries().into_keys().collect(),
    };
    let second = Second::Stateright(stateright);
    Report::new(machine.scope(), &graph, findings, second, start.elapsed())
}

fn search(machine: &Machine) -> (Graph, Vec<Finding>) {
    let mut judge = Judge::new(machine);
    let mut graph = Graph::explore(machine, &mut judge);
    let findings = judge.findings(&mut graph);
    (graph, findings)
}

fn examine_packed(
    scope: &Scope,
    behaviour: Behaviour,
    explore: impl for<'a> Fn(&'a Machine, &mut Judge<'a>) -> Packed<'a>,
) -> Report {
    let start = Instant::now();
    let machine = Machine::new(scope, behaviour);
    let mut judge = Judge::new(&machine);
    let mut packed = explore(&machine, &mut judge);
    let findings = judge.findings(&mut packed);
    let second = Second::Audit {
        states: packed.audited(),
        bytes: packed.bytes(),
        covered: packed.covered(),
    };
    Report::new(scope, &packed, findings, second, start.elapsed())
}
