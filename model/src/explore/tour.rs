//! Tours: few paths from the start that together take every step of a machine, or every two steps that
//! can follow each other.
//!
//! Greedy: what is not yet taken here is taken, else the nearest place is gone to where something is left.
//! That stays near the least number of steps; a shortest cover is not worth what it costs.

use std::collections::VecDeque;

use super::action::{Action, Step};
use super::graph::{Graph, StateId, Visit};
use super::machine::Machine;
use crate::account::Account;

/// The number of a transition, in the order in which the search finds them.
pub type TransitionId = usize;

/// What can be done in a state, refusals and mere reads too.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Where it begins.
    pub from: StateId,
    /// Where it ends.
    pub to: StateId,
    /// What is done.
    pub action: Action,
}

/// Every state and transition of a machine.
#[derive(Debug, Default)]
pub struct Transitions {
    /// The states, the start first.
    pub states: Vec<Account>,
    /// The transitions.
    pub all: Vec<Transition>,
    /// Those that begin in each state.
    leaving: Vec<Vec<TransitionId>>,
}

impl Visit for Transitions {
    fn state(&mut self, _: StateId, account: &Account) {
        self.states.push(account.clone());
        self.leaving.push(Vec::new());
    }

    fn step(&mut self, from: StateId, step: &Step<'_>) {
        if step.reaction.after().is_none() {
            self.add(from, from, step.action);
        }
    }

    fn edge(&mut self, from: StateId, to: StateId, action: &Action) {
        self.add(from, to, action);
    }
}

impl Transitions {
    /// Those of a machine.
    pub fn of(machine: &Machine) -> Self {
        let mut found = Self::default();
        Graph::explore(machine, &mut found);
        found
    }

    fn add(&mut self, from: StateId, to: StateId, action: &Action) {
        self.leaving[from].push(self.all.len());
        self.all.push(Transition { from, to, action: action.clone() });
    }

    /// Every two transitions that can follow each other.
    pub fn pairs(&self) -> usize {
        self.all.iter().map(|transition| self.leaving[transition.to].len()).sum()
    }

    /// Tours that take every transition. One that is longer than so many steps is the way to one that is
    /// as far from the start.
    pub fn tours(&self, longest: usize) -> Vec<Vec<TransitionId>> {
        let roads = self.leaving.iter().map(|leaving| {
            leaving.iter().map(|&id| Road { to: self.all[id].to, transition: id }).collect()
        });
        cover(&roads.collect::<Vec<_>>(), longest)
    }

    /// Tours that take every two transitions that can follow each other.
    pub fn tours_of_pairs(&self, longest: usize) -> Vec<Vec<TransitionId>> {
        // Here a place is the transition that was taken last, and a road from it a pair. The start comes
        // after all of them.
        let roads_from = |state: StateId| {
            let leaving = self.leaving[state].iter();
            leaving.map(|&id| Road { to: id, transition: id }).collect::<Vec<_>>()
        };
        let mut roads: Vec<_> = self.all.iter().map(|it| roads_from(it.to)).collect();
        roads.push(roads_from(0));
        let start = roads.len() - 1;
        cover_from(start, &roads, longest)
    }
}

/// A way from one place to another.
#[derive(Clone, Copy, Debug)]
struct Road {
    to: usize,
    transition: TransitionId,
}

fn cover(roads: &[Vec<Road>], longest: usize) -> Vec<Vec<TransitionId>> {
    cover_from(0, roads, longest)
}

/// Paths from the start that take every road.
fn cover_from(start: usize, roads: &[Vec<Road>], longest: usize) -> Vec<Vec<TransitionId>> {
    let mut left: Vec<Vec<bool>> = roads.iter().map(|roads| vec![true; roads.len()]).collect();
    let mut tours = Vec::new();
    let mut tour: Vec<TransitionId> = Vec::new();
    let mut place = start;
    loop {
        let way = nearest(place, roads, &left);
        // Whoever has come this far and would come too far begins again.
        let is_too_far = way.as_ref().is_none_or(|way| tour.len() + way.len() > longest);
        if is_too_far && !tour.is_empty() {
            tours.push(std::mem::take(&mut tour));
            place = start;
            continue;
        }
        let Some(way) = way else { return tours };
        for index in way {
            let road = roads[place][index];
            left[place][index] = false;
            tour.push(road.transition);
            place = road.to;
        }
    }
}

/// The shortest way that ends with a road that is left, as the index of each road among those of its
/// place. Of several such roads from the same place the first is taken that leads nowhere else: so reads
/// and refusals come before what changes something.
fn nearest(from: usize, roads: &[Vec<Road>], left: &[Vec<bool>]) -> Option<Vec<usize>> {
    let mut reached: Vec<Option<(usize, usize)>> = vec![None; roads.len()];
    let mut seen = vec![false; roads.len()];
    seen[from] = true;
    let mut open = VecDeque::from([from]);
    while let Some(place) = open.pop_front() {
        let is_left = |index: &usize| left[place][*index];
        let stays = |index: &usize| roads[place][*index].to == place;
        let here = || (0..roads[place].len()).filter(is_left);
        if let Some(last) = here().find(stays).or_else(|| here().next()) {
            let mut way = vec![last];
            let mut at = place;
            while let Some((before, index)) = reached[at] {
                way.push(index);
                at = before;
            }
            way.reverse();
            return Some(way);
        }
        for (index, road) in roads[place].iter().enumerate() {
            if !std::mem::replace(&mut seen[road.to], true) {
                reached[road.to] = Some((place, index));
                open.push_back(road.to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::behaviour::Behaviour;
    use crate::explore::scope;

    fn transitions() -> Transitions {
        Transitions::of(&Machine::new(&scope::LIVES_1_1_1, Behaviour::SPECIFIED))
    }

    /// Whether each transition begins where the one before it has ended.
    fn is_path(transitions: &Transitions, tour: &[TransitionId]) -> bool {
        let begins = std::iter::once(0).chain(tour.iter().map(|id| transitions.all[*id].to));
        begins.zip(tour).all(|(at, id)| transitions.all[*id].from == at)
    }

    #[test]
    fn tours_are_paths_and_take_every_transition() {
        let transitions = transitions();
        let tours = transitions.tours(30);
        assert!(tours.iter().all(|tour| is_path(&transitions, tour)));
        let taken: BTreeSet<_> = tours.iter().flatten().copied().collect();
        assert_eq!(taken.len(), transitions.all.len());
        let steps: usize = tours.iter().map(Vec::len).sum();
        assert!(steps <= 2 * transitions.all.len(), "{steps} steps are too many");
    }

    #[test]
    fn tours_of_pairs_are_paths_and_take_every_two_transitions_in_a_row() {
        let transitions = transitions();
        let tours = transitions.tours_of_pairs(60);
        assert!(tours.iter().all(|tour| is_path(&transitions, tour)));
        let pairs = tours.iter().flat_map(|tour| tour.windows(2));
        let taken: BTreeSet<_> = pairs.map(|pair| (pair[0], pair[1])).collect();
        assert_eq!(taken.len(), transitions.pairs());
    }

    #[test]
    fn every_scope_that_is_toured_is_covered_in_less_than_twice_its_transitions() {
        for scope in scope::TOURS {
            let transitions = Transitions::of(&Machine::new(scope, Behaviour::SPECIFIED));
            let tours = transitions.tours(50);
            let taken: BTreeSet<_> = tours.iter().flatten().copied().collect();
            assert_eq!(taken.len(), transitions.all.len(), "{}", scope.name);
            let steps: usize = tours.iter().map(Vec::len).sum();
            assert!(steps < 2 * transitions.all.len(), "{}: {steps} steps", scope.name);
        }
    }

    #[test]
    fn a_machine_has_as_many_transitions_as_the_checker_counts() {
        let machine = Machine::new(&scope::LIVES_2_1_1, Behaviour::SPECIFIED);
        let transitions = Transitions::of(&machine);
        use crate::explore::graph::Explored;
        let graph = Graph::explore(&machine, &mut ());
        assert_eq!(transitions.all.len(), graph.transitions() + graph.refusals());
    }
}
