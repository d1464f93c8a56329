//! The list of properties, and the judge who holds a search against it.
//!
//! Each is a named function whose doc comment is the sentence: `states`, `shapes` and `records` say what
//! holds in every state, `steps`, `guards`, `changes`, `pages` and `system` what holds in every step, `progress`
//! what can still happen from everywhere, `reached` and `occurs` what does occur.
//!
//! Whatever always holds names a partner that occurs: without it, the property might hold only
//! because what it speaks of never comes up.

use super::action::{Action, Step};
use super::graph::{Along, Explored, StateId, Visit, Way};
use super::machine::Machine;
use super::report::{Finding, Verdict};
use super::{
    changes, guards, occurs, pages, progress, reached, records, shapes, states, steps, system,
};
use crate::account::Account;

/// Something that is checked.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The property as a phrase.
    pub name: &'static str,
    /// What it claims.
    pub claim: Claim,
    /// The property that shows that this one does not hold for want of cases.
    pub partner: Option<&'static str>,
    /// The scopes that have to reach what occurs; others may be too small for it.
    pub shown_in: &'static [&'static str],
}

/// What a property claims to be the case.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
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

impl Property {
    /// Holds in every state.
    pub(super) const fn always(
        name: &'static str,
        holds: fn(&Machine, &Account) -> bool,
        partner: &'static str,
    ) -> Self {
        Self { name, claim: Claim::Always(holds), partner: Some(partner), shown_in: &[] }
    }

    /// Holds in every step.
    pub(super) const fn each_step(
        name: &'static str,
        holds: fn(&Step<'_>) -> bool,
        partner: &'static str,
    ) -> Self {
        Self { name, claim: Claim::EachStep(holds), partner: Some(partner), shown_in: &[] }
    }

    /// Can happen from wherever it has to.
    pub(super) const fn progress(
        name: &'static str,
        from: fn(&Account) -> bool,
        to: fn(&Account) -> bool,
        along: Along,
        partner: &'static str,
    ) -> Self {
        Self {
            name,
            claim: Claim::Progress { from, to, along },
            partner: Some(partner),
            shown_in: &[],
        }
    }

    /// Holds in some state of these scopes.
    pub(super) const fn sometimes(
        name: &'static str,
        holds: fn(&Machine, &Account) -> bool,
        shown_in: &'static [&'static str],
    ) -> Self {
        Self { name, claim: Claim::Sometimes(holds), partner: None, shown_in }
    }

    /// Holds in some step of these scopes.
    pub(super) const fn some_step(
        name: &'static str,
        holds: fn(&Step<'_>) -> bool,
        shown_in: &'static [&'static str],
    ) -> Self {
        Self { name, claim: Claim::SomeStep(holds), partner: None, shown_in }
    }
}

impl Claim {
    /// The way that there has to be, if it is one of progress.
    fn way(self) -> Option<Way> {
        match self {
            Claim::Progress { from, to, along } => Some(Way { from, to, along }),
            Claim::Always(_) | Claim::EachStep(_) | Claim::Sometimes(_) | Claim::SomeStep(_) => {
                None
            }
        }
    }
}

/// All properties.
pub fn all() -> impl Iterator<Item = &'static Property> {
    [
        states::STATES,
        shapes::SHAPES,
        records::RECORDS,
        steps::STEPS,
        guards::GUARDS,
        changes::CHANGES,
        pages::PAGES,
        system::SYSTEM,
        progress::PROGRESS,
        reached::REACHED,
        occurs::OCCURS,
    ]
    .into_iter()
    .flatten()
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
    places: Vec<(&'static Property, Option<Place>)>,
}

impl<'a> Judge<'a> {
    /// Nothing is settled yet.
    pub(super) fn new(machine: &'a Machine) -> Self {
        Self { machine, places: all().map(|property| (property, None)).collect() }
    }

    /// What came out, property by property.
    pub(super) fn findings(self, found: &mut impl Explored) -> Vec<Finding> {
        let ways = self.places.iter().filter_map(|(property, _)| property.claim.way());
        let mut stuck = found.stuck(&ways.collect::<Vec<_>>()).into_iter();
        let settle = |(property, place): (&'static Property, Option<Place>)| {
            let place = match property.claim {
                Claim::Progress { .. } => {
                    stuck.next().expect("each way has an answer").map(Place::State)
                }
                Claim::Always(_)
                | Claim::EachStep(_)
                | Claim::Sometimes(_)
                | Claim::SomeStep(_) => place,
            };
            let path = place.map(|place| match place {
                Place::State(id) => found.path(id),
                Place::Step(id, action) => found.path(id).into_iter().chain([action]).collect(),
            });
            let must_occur = matches!(property.claim, Claim::Sometimes(_) | Claim::SomeStep(_));
            let is_beyond = !property.shown_in.contains(&self.machine.scope().name);
            let verdict = match (must_occur, path) {
                (true, Some(path)) => Verdict::Reached(path),
                (true, None) if is_beyond => Verdict::BeyondScope,
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
                && match property.claim {
                    Claim::Always(holds) => !holds(self.machine, account),
                    Claim::Sometimes(holds) => holds(self.machine, account),
                    Claim::EachStep(_) | Claim::SomeStep(_) | Claim::Progress { .. } => false,
                };
            if settled {
                *place = Some(Place::State(id));
            }
        }
    }

    fn step(&mut self, from: StateId, step: &Step<'_>) {
        for (property, place) in &mut self.places {
            let settled = place.is_none()
                && match property.claim {
                    Claim::EachStep(holds) => !holds(step),
                    Claim::SomeStep(holds) => holds(step),
                    Claim::Always(_) | Claim::Sometimes(_) | Claim::Progress { .. } => false,
                };
            if settled {
                *place = Some(Place::Step(from, step.action.clone()));
            }
        }
    }
}
