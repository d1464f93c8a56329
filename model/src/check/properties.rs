//! The list of properties, and the judge who holds a search against it.
//!
//! Each is a named function whose doc comment is the sentence: [`states`] and [`steps`] say what
//! always holds, [`progress`] what can still happen from everywhere, [`reached`] what does occur.
//!
//! Whatever always holds names a partner that occurs: without it, the property might hold only
//! because what it speaks of never comes up.

use super::graph::{Along, Graph, StateId, Visit};
use super::machine::{Action, Machine, Step};
use super::report::{Finding, Verdict};
use super::{progress, reached, states, steps};
use crate::account::Account;

/// Something that is checked.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// The property as a phrase.
    pub name: &'static str,
    /// What has to be the case.
    pub rule: Rule,
    /// The property that shows that this one does not hold for want of cases.
    pub partner: Option<&'static str>,
}

/// What has to be the case.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// In every state.
    Always(fn(&Machine, &Account) -> bool),
    /// In every step, refused requests included.
    EachStep(fn(&Step<'_>) -> bool),
    /// From every state of the one kind, some way leads to one of the other.
    Progress {
        /// Where the way begins.
        from: fn(&Account) -> bool,
        /// Where it ends.
        to: fn(&Account) -> bool,
        /// What it may consist of.
        along: Along,
    },
    /// In some state.
    Sometimes(fn(&Machine, &Account) -> bool),
    /// In some step.
    SomeStep(fn(&Step<'_>) -> bool),
}

impl Named {
    /// Holds in every state.
    pub(super) const fn always(
        name: &'static str,
        holds: fn(&Machine, &Account) -> bool,
        partner: &'static str,
    ) -> Self {
        Self { name, rule: Rule::Always(holds), partner: Some(partner) }
    }

    /// Holds in every step.
    pub(super) const fn each_step(
        name: &'static str,
        holds: fn(&Step<'_>) -> bool,
        partner: &'static str,
    ) -> Self {
        Self { name, rule: Rule::EachStep(holds), partner: Some(partner) }
    }

    /// Can happen from wherever it has to.
    pub(super) const fn progress(
        name: &'static str,
        from: fn(&Account) -> bool,
        to: fn(&Account) -> bool,
        along: Along,
        partner: &'static str,
    ) -> Self {
        Self { name, rule: Rule::Progress { from, to, along }, partner: Some(partner) }
    }

    /// Holds in some state.
    pub(super) const fn sometimes(
        name: &'static str,
        holds: fn(&Machine, &Account) -> bool,
    ) -> Self {
        Self { name, rule: Rule::Sometimes(holds), partner: None }
    }

    /// Holds in some step.
    pub(super) const fn some_step(name: &'static str, holds: fn(&Step<'_>) -> bool) -> Self {
        Self { name, rule: Rule::SomeStep(holds), partner: None }
    }
}

/// All properties.
pub fn all() -> impl Iterator<Item = &'static Named> {
    [states::STATES, steps::STEPS, progress::PROGRESS, reached::REACHED].into_iter().flatten()
}

/// Where a property was first seen broken, or a thing to be reached first seen.
#[derive(Clone, Debug)]
enum Place {
    State(StateId),
    Step(StateId, Action),
}

/// Watches a search, and remembers for each property the first place that settles it.
pub(super) struct Judge<'a> {
    machine: &'a Machine,
    places: Vec<(&'static Named, Option<Place>)>,
}

impl<'a> Judge<'a> {
    /// Nothing is settled yet.
    pub(super) fn new(machine: &'a Machine) -> Self {
        Self { machine, places: all().map(|property| (property, None)).collect() }
    }

    /// What came out, property by property.
    pub(super) fn findings(self, graph: &Graph) -> Vec<Finding> {
        let settle = |(property, place): (&'static Named, Option<Place>)| {
            let place = match property.rule {
                Rule::Progress { from, to, along } => {
                    graph.stuck(from, to, along).map(Place::State)
                }
                Rule::Always(_) | Rule::EachStep(_) | Rule::Sometimes(_) | Rule::SomeStep(_) => {
                    place
                }
            };
            let path = place.map(|place| match place {
                Place::State(id) => graph.path(id),
                Place::Step(id, action) => {
                    graph.path(id).into_iter().chain([action]).collect()
                }
            });
            let must_occur = matches!(property.rule, Rule::Sometimes(_) | Rule::SomeStep(_));
            let verdict = match (must_occur, path) {
                (true, Some(path)) => Verdict::Reached(path),
                (true, None) => Verdict::NeverReached,
                (false, Some(path)) => Verdict::Violated(path),
                (false, None) => Verdict::Holds,
            };
            Finding { property, verdict }
        };
        self.places.into_iter().map(settle).collect()
    }
}

impl Visit for Judge<'_> {
    fn state(&mut self, id: StateId, account: &Account) {
        for (property, place) in &mut self.places {
            let settled = place.is_none()
                && match property.rule {
                    Rule::Always(holds) => !holds(self.machine, account),
                    Rule::Sometimes(holds) => holds(self.machine, account),
                    Rule::EachStep(_) | Rule::SomeStep(_) | Rule::Progress { .. } => false,
                };
            if settled {
                *place = Some(Place::State(id));
            }
        }
    }

    fn step(&mut self, from: StateId, step: &Step<'_>) {
        for (property, place) in &mut self.places {
            let settled = place.is_none()
                && match property.rule {
                    Rule::EachStep(holds) => !holds(step),
                    Rule::SomeStep(holds) => holds(step),
                    Rule::Always(_) | Rule::Sometimes(_) | Rule::Progress { .. } => false,
                };
            if settled {
                *place = Some(Place::Step(from, step.action.clone()));
            }
        }
    }
}
