use std::collections::HashSet;

use super::*;
use crate::check::behaviour::Behaviour;
use crate::check::scope::QUICK;

/// Holds every state of the scope of quotas against whole accounts.
fn check_all(narrow: impl Fn(&mut Part)) {
    let scope = QUICK.iter().find(|scope| scope.name == "quota").expect("there is one");
    let machine = Machine::new(scope, Behaviour::SPECIFIED);
    let mut space = Space::new(&machine);
    space.groups.iter_mut().for_each(|group| narrow(&mut group.places.part));
    let mut left = vec![space.start()];
    let mut seen: HashSet<Vec<Word>> = left.iter().cloned().collect();
    let mut found = Found::default();
    while let Some(words) = left.pop() {
        space.check(&words, &mut |_| {});
        space.successors(&words, &mut |_| {}, &mut found);
        let rows = found.rows.chunks_exact(words.len()).map(<[Word]>::to_vec);
        left.extend(rows.filter(|row| seen.insert(row.clone())));
    }
}

#[test]
fn a_sight_that_is_wide_enough_passes() {
    check_all(|_| {});
}

#[test]
#[should_panic = "a sight is too narrow"]
fn a_sight_without_the_quota_is_too_narrow() {
    check_all(|part| part.quota = false);
}

#[test]
#[should_panic = "a sight is too narrow"]
fn a_sight_without_locks_is_too_narrow() {
    check_all(|part| part.lock = false);
}
