//! Which rules decide something in a scope, and how often.
//!
//! A rule decides a step if the request is refused by it, accepted by it or might be refused by it for a
//! moment, or if the answer has a member by it. So whoever drops a rule from the specification, or has
//! it apply elsewhere, moves these numbers.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use super::action::{Reaction, Step};
use super::behaviour::Behaviour;
use super::graph::{Graph, StateId, Visit};
use super::machine::Machine;
use super::scope::Scope;
use crate::account::Account;
use crate::describe;
use crate::outcome::{Accepted, Violation};
use crate::rules::RuleId;

/// How many steps of a scope each rule decides.
pub type Coverage = BTreeMap<RuleId, usize>;

/// What decides in a scope.
pub fn coverage(scope: &Scope) -> Coverage {
    let mut counter = Counter::default();
    Graph::explore(&Machine::new(scope, Behaviour::SPECIFIED), &mut counter);
    counter.coverage
}

#[derive(Default)]
struct Counter {
    coverage: Coverage,
    /// The rules of answers that were seen before, by what the answer is made of.
    answers: HashMap<u64, Vec<RuleId>>,
}

impl Visit for Counter {
    fn state(&mut self, _: StateId, _: &Account) {}

    fn step(&mut self, _: StateId, step: &Step<'_>) {
        let rules = match step.reaction {
            Reaction::Refused { refusal, .. } => {
                let reasons = refusal.violations().iter().map(|violation| violation.rule);
                reasons.chain(refusal.cases_of().iter().copied()).collect()
            }
            Reaction::Accepted(accepted) => self.of_accepted(accepted),
            Reaction::Happened(_) => BTreeSet::new(),
        };
        for rule in rules {
            *self.coverage.entry(rule).or_default() += 1;
        }
    }
}

impl Counter {
    fn of_accepted(&mut self, accepted: &Accepted) -> BTreeSet<RuleId> {
        let or = accepted.or.iter().map(|violation: &Violation| violation.rule);
        let decided = accepted.grants.iter().copied().chain(or);
        let mut hasher = DefaultHasher::new();
        // What an answer looks like follows from the reply and the account after it.
        format!("{:?}", accepted.reply).hash(&mut hasher);
        accepted.account.hash(&mut hasher);
        let of_answer = match self.answers.entry(hasher.finish()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let mut rules = Vec::new();
                describe::body(&accepted.account, &accepted.reply).rules(&mut rules);
                new.insert(rules)
            }
        };
        decided.chain(of_answer.iter().copied()).collect()
    }
}
