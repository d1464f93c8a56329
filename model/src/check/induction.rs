//! Induction: the invariants keep themselves up.
//!
//! That an invariant holds in every reachable state says nothing of an endpoint whose state came about in
//! another way, or of a scope that was cut too small. So here every combination of what can be under the
//! names and in the slots of a scope is made, reachable or not. From each that satisfies all invariants,
//! every step is taken, and has to lead to one that satisfies them too, and to be as steps have to be.

use std::fmt;

use super::action::{Action, Step};
use super::behaviour::Behaviour;
use super::graph::Explored;
use super::machine::Machine;
use super::packed::{Audit, Kinds, Packed};
use super::properties::{self, Claim};
use super::scope::Scope;
use crate::account::Account;

/// What came out.
#[derive(Clone, Debug)]
pub struct Induction {
    /// The scope whose combinations were made.
    pub scope: &'static str,
    /// Combinations.
    pub combinations: usize,
    /// Those that satisfy every invariant.
    pub satisfying: usize,
    /// Those that can be reached.
    pub reachable: usize,
    /// Steps that were taken.
    pub steps: usize,
    /// The first step that breaks something.
    pub broken: Option<Broken>,
}

/// A step out of the invariants.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The property that no longer holds.
    pub property: &'static str,
    /// The account before, which satisfies all.
    pub before: Account,
    /// The step.
    pub action: Action,
}

/// Takes every step from every combination that satisfies the invariants, until one breaks them.
pub fn induct(scope: &Scope, behaviour: Behaviour) -> Induction {
    let machine = Machine::new(scope, behaviour);
    // What there can be is what there is in the specified service; what it comes to is what is checked.
    let specified = Machine::new(scope, Behaviour::SPECIFIED);
    let packed = Packed::explore(&specified, Audit::RARELY, &mut ());
    let kinds = packed.kinds();
    let mut found = Induction {
        scope: scope.name,
        combinations: 0,
        satisfying: 0,
        reachable: packed.states(),
        steps: 0,
        broken: None,
    };
    for account in combinations(&machine, &kinds) {
        found.combinations += 1;
        if first_unsatisfied(&machine, &account).is_some() {
            continue;
        }
        found.satisfying += 1;
        found.broken = found.steps_from(&machine, &account);
        if found.broken.is_some() {
            break;
        }
    }
    found
}

impl Induction {
    /// The first step from an account that breaks something.
    fn steps_from(&mut self, machine: &Machine, before: &Account) -> Option<Broken> {
        for action in machine.actions(before) {
            let reaction = machine.react(before, &action);
            self.steps += 1;
            let step = Step { before, action: &action, reaction: &reaction, machine };
            let unlike = properties::all().find(|property| match property.claim {
                Claim::EachStep(holds) => !holds(&step),
                Claim::Always(_)
                | Claim::Sometimes(_)
                | Claim::SomeStep(_)
                | Claim::Progress { .. } => false,
            });
            let broken = unlike.map(|property| property.name);
            let broken = broken.or_else(|| first_unsatisfied(machine, step.after()));
            if let Some(property) = broken {
                return Some(Broken { property, before: before.clone(), action });
            }
        }
        None
    }

    /// Whether nothing was broken.
    pub fn holds(&self) -> bool {
        self.broken.is_none()
    }
}

/// The first invariant that an account does not satisfy.
fn first_unsatisfied(machine: &Machine, account: &Account) -> Option<&'static str> {
    let unsatisfied = properties::all().find(|property| match property.claim {
        Claim::Always(holds) => !holds(machine, account),
        Claim::EachStep(_) | Claim::Sometimes(_) | Claim::SomeStep(_) | Claim::Progress { .. } => {
            false
        }
    });
    unsatisfied.map(|property| property.name)
}

/// Every combination of a table or none under each name, and a backup or none in each slot.
fn combinations(machine: &Machine, kinds: &Kinds) -> impl Iterator<Item = Account> {
    let names = machine.scope().table_names();
    let slots: Vec<Vec<_>> = (0..machine.scope().backups)
        .map(|slot| {
            let here = kinds.backups.iter().filter(|(arn, _)| machine.slot(arn) == Some(slot));
            here.cloned().collect()
        })
        .collect();
    let tables = kinds.tables.clone();
    let sides = names.iter().map(|_| tables.len() + 1).chain(slots.iter().map(|it| it.len() + 1));
    let sides: Vec<usize> = sides.collect();
    let start = machine.start();
    (0..sides.iter().product()).map(move |number: usize| {
        let mut rest = number;
        let mut choices = sides.iter().map(|side| {
            let choice = rest % side;
            rest /= side;
            choice.checked_sub(1)
        });
        let mut account = start.clone();
        for (name, choice) in names.iter().zip(&mut choices) {
            let table = choice.map(|choice| (name.clone(), tables[choice].clone()));
            account.tables.extend(table);
        }
        for (slot, choice) in slots.iter().zip(choices) {
            account.backups.extend(choice.map(|choice| slot[choice].clone()));
        }
        account
    })
}

impl fmt::Display for Induction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, combinations, satisfying, reachable, steps, broken } = self;
        writeln!(
            f,
            "scope {scope}: of {combinations} combinations {satisfying} satisfy every invariant \
             ({reachable} can be reached); {steps} steps from them"
        )?;
        match broken {
            None => writeln!(f, "every step keeps every invariant"),
            Some(Broken { property, before, action }) => {
                writeln!(f, "BROKEN by {action}: {property}\nin {before:?}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fault;
    use crate::check::scope::LIVES_2_2_1;

    #[test]
    fn every_step_from_what_satisfies_the_invariants_leads_to_what_does() {
        let found = induct(&LIVES_2_2_1, Behaviour::SPECIFIED);
        assert!(found.holds(), "{found}");
        let numbers = (found.combinations, found.satisfying, found.reachable, found.steps);
        assert_eq!(numbers, (16_900, 12_980, 11_606, 217_868));
        let text = "scope lives-2-2-1: of 16900 combinations 12980 satisfy every invariant (11606 can be \
             reached); 217868 steps from them\nevery step keeps every invariant\n";
        assert_eq!(found.to_string(), text);
    }

    #[test]
    fn a_bug_breaks_the_invariants_in_one_step() {
        let fault = |name: &str| fault::all().find(|fault| fault.name == name).unwrap();
        for (name, broken) in [
            (
                "a backup can be deleted while it is restored",
                "the backup of a restore in flight exists and is AVAILABLE",
            ),
            ("the quota is off by one", "no more restores run at once than the quota allows"),
        ] {
            let found = induct(&LIVES_2_2_1, fault(name).behaviour);
            assert!(!found.holds() && found.to_string().contains(&format!(": {broken}\nin ")));
            assert_eq!(found.broken.map(|it| it.property), Some(broken));
        }
    }
}
