//! Large scopes: the same search as in [`graph`](super::graph), over accounts packed into a few words.
//!
//! | module | what it is for |
//! | --- | --- |
//! | `pack` | accounts as words, and back |
//! | `change` | how the words of one become those of another |
//! | `sight` | how much of an account a request looks at |
//! | `facts` | what has to be known of each table and backup for that |
//! | `space` | the steps from a packed account, and what comes of requests that see the same |
//! | `found` | those steps, one after the other |
//! | `follow` | the account of one row after the other |
//! | `orbit` | states that are alike but for names, and why one of them is enough |
//! | `arena` | the states that were found, each once |
//!
//! States are compared, not their hashes: what was explored is everything. A state takes some fifty
//! bytes.

mod arena;
mod change;
mod facts;
mod follow;
mod found;
mod orbit;
mod pack;
mod sight;
mod space;

use super::action::Action;
use super::graph::{Along, Explored, StateId, Visit, Way};
use super::machine::Machine;
use crate::account::{Backup, Table};
use crate::name::BackupArn;
use arena::{Arena, Id};
use follow::Follow;
use found::Found;
use orbit::Orbits;
use pack::Word;
use space::Space;

/// In one state of so many, the steps are held against those of the whole account.
#[derive(Clone, Copy, Debug)]
pub struct Audit {
    /// 1 for every state.
    pub one_in: usize,
}

impl Audit {
    /// A prime, so that the states that are audited are of every kind.
    pub const RARELY: Self = Self { one_in: 1009 };
}

/// Everything that is under a name or in the place of a backup in some state.
#[derive(Clone, Debug)]
pub struct Kinds {
    /// Tables.
    pub tables: Vec<Table>,
    /// Backups, each under its ARN.
    pub backups: Vec<(BackupArn, Backup)>,
}

/// All states of a machine.
#[derive(Debug)]
pub struct Packed<'a> {
    space: Space<'a>,
    orbits: Orbits,
    arena: Arena,
    parents: Vec<Id>,
    shortcuts: Vec<Shortcut>,
    /// The steps from one state.
    found: Found,
    transitions: usize,
    refusals: usize,
    depth: usize,
    audited: usize,
    covered: Covered,
}

/// Three of the steps from a state, by where they lead; to the state itself where there is none.
///
/// Nearly all that progress asks for comes about along them: the service finishes one thing after the
/// other, what is removed is in its last state before that, and then leads back.
#[derive(Clone, Copy, Debug)]
struct Shortcut {
    /// The step that leads to the state that was found first of all.
    back: Id,
    /// The step that leads to the state that was found last of all.
    on: Id,
    /// The first thing that the service does by itself.
    event: Id,
}

/// What the orbits that were found are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// States.
    pub states: u128,
    /// Steps between them.
    pub transitions: u128,
}

impl<'a> Packed<'a> {
    /// Finds everything. Steps that look the same are shown once, cut down to what they look at.
    pub fn explore(machine: &'a Machine, audit: Audit, visitor: &mut impl Visit) -> Self {
        Self::search(machine, Orbits::trivial(), audit, visitor)
    }

    /// Finds one state of each orbit.
    ///
    /// # Panics
    /// If the scope has more than the lives of tables and backups: not everything treats names alike. If
    /// something says a name that stands for others.
    pub fn explore_orbits(machine: &'a Machine, audit: Audit, visitor: &mut impl Visit) -> Self {
        let packed = Self::search(machine, Orbits::of(machine.scope()), audit, visitor);
        packed.orbits.check(&packed.kinds());
        packed
    }

    fn search<V: Visit>(
        machine: &'a Machine,
        orbits: Orbits,
        audit: Audit,
        visitor: &mut V,
    ) -> Self {
        let mut space = Space::new(machine);
        let start = space.start();
        let mut arena = Arena::new(start.len());
        arena.insert_all(&start, |_, _| ());
        let mut packed = Self {
            space,
            orbits,
            arena,
            parents: vec![0],
            shortcuts: vec![],
            found: Found::default(),
            transitions: 0,
            refusals: 0,
            depth: 0,
            audited: 0,
            covered: Covered::default(),
        };
        let mut follow = Follow::new(packed.space.packing());
        let mut words = start;
        let mut level_ends = 1;
        for from in 0.. {
            if from == packed.arena.len() {
                break;
            }
            if from == level_ends {
                packed.depth += 1;
                level_ends = packed.arena.len();
            }
            words.copy_from_slice(packed.arena.row(from as Id));
            if V::LOOKS_AT_STATES {
                visitor.state(from, follow.to(packed.space.packing(), &words));
            }
            packed.steps_from(from, &words, visitor);
            if from % audit.one_in == 0 {
                packed.space.check(&words, &mut |step| visitor.step(from, step));
                packed.audited += 1;
            }
        }
        packed
    }

    fn steps_from(&mut self, from: StateId, words: &[Word], visitor: &mut impl Visit) {
        let Self { space, orbits, arena, parents, shortcuts, found, .. } = self;
        space.successors(words, &mut |step| visitor.step(from, step), found);
        orbits.canonical_all(&mut found.rows, words.len());
        let first_event = found.labels.iter().position(|label| label.is_event());
        let mut shortcut = Shortcut { back: from as Id, on: from as Id, event: from as Id };
        arena.insert_all(&found.rows, |at, to| {
            shortcut.back = shortcut.back.min(to);
            shortcut.on = shortcut.on.max(to);
            if first_event == Some(at) {
                shortcut.event = to;
            }
        });
        shortcuts.push(shortcut);
        parents.resize(arena.len(), from as Id);
        let alike = orbits.size(words);
        self.covered.states += alike;
        self.covered.transitions += alike * found.steps() as u128;
        self.transitions += found.steps();
        self.refusals += found.refused;
    }

    /// How many states and steps the orbits have in all.
    pub fn covered(&self) -> Covered {
        self.covered
    }

    /// What there is in the states.
    pub fn kinds(&self) -> Kinds {
        self.space.packing().known()
    }

    /// In how many states the steps were held against those of the whole account.
    pub fn audited(&self) -> usize {
        self.audited
    }

    /// The bytes that the states take: their words, the index over them, the ways to them and the
    /// shortcuts from them.
    pub fn bytes(&self) -> usize {
        self.arena.bytes()
            + self.parents.capacity() * size_of::<Id>()
            + self.shortcuts.capacity() * size_of::<Shortcut>()
    }

    /// Marks with what a state arrives at what its shortcuts lead to arrives at, until nothing is new;
    /// `asked` is what may take steps that somebody has to ask for.
    fn take_shortcuts(&self, arrives: &mut [u32], asked: u32) {
        let mut moved = true;
        while std::mem::take(&mut moved) {
            let mut take = |id: usize| {
                let Shortcut { back, on, event } = self.shortcuts[id];
                let by_requests = arrives[back as usize] | arrives[on as usize];
                let arrived = arrives[id] | arrives[event as usize] | by_requests & asked;
                moved |= arrived != arrives[id];
                arrives[id] = arrived;
            };
            // What was found first is near to the start, and what the service does leads away from it.
            (0..self.states()).for_each(&mut take);
            (0..self.states()).rev().for_each(&mut take);
        }
    }

    /// An action that leads from a state to one of an orbit, and where it leads.
    fn action_into(&mut self, from: &[Word], orbit: Id) -> (Action, Vec<Word>) {
        let Self { space, orbits, arena, found, .. } = self;
        space.successors(from, &mut |_| {}, found);
        let mut canonical = found.rows.clone();
        orbits.canonical_all(&mut canonical, from.len());
        let wanted = arena.row(orbit);
        let at = canonical.chunks_exact(from.len()).position(|row| row == wanted);
        let at = at.expect("a state follows from its parent");
        let to = found.rows[at * from.len()..][..from.len()].to_vec();
        let label = found.labels[at];
        (self.space.action(from, label), to)
    }
}

impl Explored for Packed<'_> {
    fn states(&self) -> usize {
        self.arena.len()
    }

    fn transitions(&self) -> usize {
        self.transitions
    }

    fn refusals(&self) -> usize {
        self.refusals
    }

    fn depth(&self) -> usize {
        self.depth
    }

    /// In reality, names and all: where the parent has a way into the orbit, so has its whole orbit.
    fn path(&mut self, to: StateId) -> Vec<Action> {
        let mut orbits = vec![to as Id];
        while let Some(&to) = orbits.last().filter(|to| **to != 0) {
            orbits.push(self.parents[to as usize]);
        }
        let mut words = self.arena.row(0).to_vec();
        let mut path = Vec::new();
        for orbit in orbits.into_iter().rev().skip(1) {
            let (action, after) = self.action_into(&words, orbit);
            path.push(action);
            words = after;
        }
        path
    }

    /// Edges are not kept, but for shortcuts: each sweep makes them anew, and only of states that have not
    /// arrived.
    fn stuck(&mut self, ways: &[Way]) -> Vec<Option<StateId>> {
        let mut follow = Follow::new(self.space.packing());
        let mut starts = Vec::with_capacity(self.states());
        let mut arrives = Vec::with_capacity(self.states());
        for id in 0..self.states() {
            let account = follow.to(self.space.packing(), self.arena.row(id as Id));
            starts.push(mask(ways, |way| (way.from)(account)));
            arrives.push(mask(ways, |way| (way.to)(account)));
        }
        let everything = mask(ways, |_| true);
        let asked = mask(ways, |way| way.along == Along::Everything);
        self.take_shortcuts(&mut arrives, asked);
        let mut moved = true;
        while std::mem::take(&mut moved) {
            for id in (0..self.states()).rev() {
                let missing = everything & !arrives[id];
                if missing == 0 {
                    continue;
                }
                let words = self.arena.row(id as Id).to_vec();
                let Self { space, orbits, arena, found, .. } = self;
                if missing & asked == 0 {
                    space.happenings(&words, &mut |_| {}, found);
                } else {
                    space.successors(&words, &mut |_| {}, found);
                }
                orbits.canonical_all(&mut found.rows, words.len());
                let mut arrived = arrives[id];
                arena.find_all(&found.rows, |at, to| {
                    let allowed = if found.labels[at].is_event() { everything } else { asked };
                    arrived |= arrives[to as usize] & allowed;
                });
                moved |= arrived != arrives[id];
                arrives[id] = arrived;
            }
        }
        let first = |bit: usize| {
            let is_stuck = |id: &usize| starts[*id] >> bit & 1 == 1 && arrives[*id] >> bit & 1 == 0;
            (0..starts.len()).find(is_stuck)
        };
        (0..ways.len()).map(first).collect()
    }
}

/// A bit for each way.
fn mask(ways: &[Way], is_set: impl Fn(&Way) -> bool) -> u32 {
    assert!(ways.len() <= 32, "there are more progress properties than bits");
    ways.iter().rev().fold(0, |mask, way| mask << 1 | u32::from(is_set(way)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Account;
    use crate::check::behaviour::Behaviour;
    use crate::check::graph::Graph;
    use crate::check::scope::LIVES_1_1_1;

    #[test]
    fn what_has_to_be_asked_for_does_not_come_about_by_itself() {
        let machine = Machine::new(&LIVES_1_1_1, Behaviour::SPECIFIED);
        let is_empty = |account: &Account| account.tables.is_empty();
        let has_table = |account: &Account| !account.tables.is_empty();
        let way = |along| Way { from: is_empty, to: has_table, along };
        let ways = [way(Along::Events), way(Along::Everything)];
        let mut packed = Packed::explore(&machine, Audit::RARELY, &mut ());
        assert_eq!(packed.stuck(&ways), [Some(0), None]);
        assert_eq!(Graph::explore(&machine, &mut ()).stuck(&ways), [Some(0), None]);
    }
}
