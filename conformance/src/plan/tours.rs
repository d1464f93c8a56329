//! Tours of the model: cases that together take every transition of a few small scopes, and at
//! [`Depth::Thorough`] every two transitions that can follow each other.
//!
//! They do not depend on the seed, and are the same for every target.

use std::sync::{Arc, OnceLock};

use reinstate_model::account::Account;
use reinstate_model::behaviour::Behaviour;
use reinstate_model::explore::action::{Action, Reaction};
use reinstate_model::explore::listing::brief;
use reinstate_model::explore::machine::Machine;
use reinstate_model::explore::scope::{self, Scope};
use reinstate_model::explore::story::{Chapter, Story};
use reinstate_model::explore::tour::{TransitionId, Transitions};
use reinstate_model::outcome::Violation;
use reinstate_model::service;

use super::Depth;
use crate::drive::status;
use crate::scenario::{Scenario, Source};
use crate::story;

/// How many steps a tour has at most: short enough for what goes wrong in it to be found, long enough for
/// the way from the start not to be gone too often.
const LONGEST: usize = 50;

/// The tours of one scope.
#[derive(Debug)]
pub struct Tours {
    /// The scope's name.
    pub scope: &'static str,
    /// Its transitions, by number.
    pub transitions: Vec<Transition>,
    /// How many pairs of them can follow each other, if the cases take all of these.
    pub pairs: Option<usize>,
    /// The cases.
    pub cases: Vec<Tour>,
}

/// A transition that a tour can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What is done.
    pub action: String,
    /// What there is before, in a line.
    pub before: String,
    /// Whether the service has something to do yet: an endpoint that does it at once is never seen there.
    pub is_in_flight: bool,
}

/// One case and the transitions that its actions take.
#[derive(Debug)]
pub struct Tour {
    /// The case.
    pub case: Arc<Scenario>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// One step of a tour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The transition.
    pub transition: TransitionId,
    /// The action of the case that takes it. Further ones only look for what it has left behind.
    pub action: usize,
    /// What comes of it.
    pub outcome: Outcome,
    /// Whether everything is at rest afterwards.
    pub then_at_rest: bool,
}

/// What comes of a step in the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request is refused with one of these errors.
    Refused(Vec<&'static str>),
    /// The request is accepted.
    Accepted {
        /// The status that its answer shows, if it shows one.
        status: Option<String>,
        /// The errors with which it may be refused all the same, and leave everything as it was.
        or: Vec<&'static str>,
    },
    /// Something happens that nobody asked for.
    Happens,
}

/// The tours of a depth.
pub fn tours(depth: Depth) -> &'static [Tours] {
    static QUICK: OnceLock<Vec<Tours>> = OnceLock::new();
    static DEFAULT: OnceLock<Vec<Tours>> = OnceLock::new();
    static THOROUGH: OnceLock<Vec<Tours>> = OnceLock::new();
    let of =
        |scopes: &[&Scope], takes| scopes.iter().map(|scope| Tours::of(scope, takes)).collect();
    match depth {
        Depth::Quick => QUICK.get_or_init(|| of(scope::QUICK_TOURS, Takes::Transitions)),
        Depth::Default => DEFAULT.get_or_init(|| of(scope::TOURS, Takes::Transitions)),
        Depth::Thorough => THOROUGH.get_or_init(|| {
            let pairs: Vec<_> = of(scope::TOURS, Takes::Pairs);
            pairs.into_iter().chain(of(scope::LONG_TOURS, Takes::Transitions)).collect()
        }),
    }
}

pub(super) fn scenarios(depth: Depth) -> impl Iterator<Item = Arc<Scenario>> {
    tours(depth).iter().flat_map(|tours| &tours.cases).map(|tour| tour.case.clone())
}

/// What the cases of a scope take all of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Transitions,
    Pairs,
}

impl Tours {
    fn of(scope: &Scope, takes: Takes) -> Self {
        let machine = Machine::new(scope, Behaviour::SPECIFIED);
        let found = Transitions::of(&machine);
        let (paths, pairs) = match takes {
            Takes::Transitions => (found.tours(LONGEST), None),
            Takes::Pairs => (found.tours_of_pairs(LONGEST), Some(found.pairs())),
        };
        let count = paths.len();
        let name = scope.name.replace('-', " ");
        let cases = paths.into_iter().enumerate().map(|(number, path)| {
            Tour::of(&machine, &found, format!("{name}, {} of {count}", number + 1), path)
        });
        let transitions = found.all.iter().map(|transition| {
            let before = &found.states[transition.from];
            Transition {
                action: transition.action.to_string(),
                before: brief(before).join("; "),
                is_in_flight: !is_at_rest(before),
            }
        });
        Self {
            scope: scope.name,
            transitions: transitions.collect(),
            pairs,
            cases: cases.collect(),
        }
    }
}

impl Tour {
    fn of(machine: &Machine, found: &Transitions, title: String, path: Vec<TransitionId>) -> Self {
        let actions: Vec<Action> = path.iter().map(|id| found.all[*id].action.clone()).collect();
        let story = Story::of(machine, &actions);
        let (actions, begins) = story::actions(&story);
        let case = Arc::new(Scenario::new(title, Source::Tour, actions));
        let step = |((transition, action), (before, chapter)): (_, (&Account, &Chapter))| Step {
            transition,
            action,
            outcome: Outcome::of(machine, before, &chapter.reaction),
            then_at_rest: is_at_rest(&chapter.after),
        };
        let steps = path.into_iter().zip(begins).zip(story.steps()).map(step).collect();
        Self { case, steps }
    }
}

impl Outcome {
    fn of(machine: &Machine, before: &Account, reaction: &Reaction) -> Self {
        let errors = |violations: &[Violation]| {
            violations.iter().map(|violation| violation.error.as_str()).collect::<Vec<_>>()
        };
        match reaction {
            Reaction::Refused { refusal, .. } => Self::Refused(errors(refusal.violations())),
            Reaction::Accepted(accepted) => Self::Accepted {
                status: status(&machine.answer(accepted)).map(str::to_owned),
                // Whoever is refused where the account would have changed is no longer on the tour.
                or: if accepted.account == *before { errors(&accepted.or) } else { Vec::new() },
            },
            Reaction::Happened(_) => Self::Happens,
        }
    }
}

/// Whether the service has nothing to do.
fn is_at_rest(account: &Account) -> bool {
    service::events(account).is_empty()
}
