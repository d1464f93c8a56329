//! The limit of fifty restores as it is (QUO-01): 51 names and 51 backups, and restores of both kinds.
//!
//! # Why counting is enough
//!
//! One table with point-in-time recovery stays as it is, with backups of it that are all alike; names are
//! restored to, and nothing but an exchange tells one from another. Of a name it matters only what is
//! there ([`Class`]), of a backup only whether it is there and whether it is being restored; what a
//! finished restore remembers, no request of this alphabet asks for. So accounts with equal numbers of
//! each have the same steps, up to an exchange, into accounts with equal numbers again: the map from
//! accounts to [`Counts`] is a bisimulation. Nobody has to believe that: the tests hold the graph of
//! counts against the graph of accounts at small limits, and each run holds the steps from one state in
//! so many against those of a real account with all its names and backups, made by real requests.
//!
//! No rule is written here a second time: what comes of a request is found out by the specified functions
//! in a real account, once for all states in which it sees the same.

mod counts;
mod laboratory;

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use super::behaviour::Behaviour;
use laboratory::{Effect, Laboratory, moves};

pub use counts::{Class, Counts};

/// How many of everything.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Names that may be restored to.
    pub names: u8,
    /// Backups at the start.
    pub backups: u8,
    /// Restores at once.
    pub restores: u8,
}

/// The real limit, with one name and one backup more than it.
pub const REAL: Limits = Limits { names: 51, backups: 51, restores: 50 };

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// States.
    pub states: usize,
    /// Steps between them, requests that change nothing included, each kind once.
    pub transitions: usize,
    /// Refused requests, each kind once.
    pub refusals: usize,
    /// Of these, those that the quota alone refuses.
    pub refused_by_quota: usize,
    /// The most restores that ran at once, and those of them from backups, as few and as many as may be.
    pub most: (usize, usize, usize),
    /// The steps to the first state with so many restores.
    pub steps_to_most: usize,
    /// In how many states the steps were held against a real account.
    pub audited: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// Explores every state, and audits one in so many.
///
/// # Panics
/// If an audit fails: then the counts leave out something that matters.
pub fn explore(limits: Limits, behaviour: Behaviour, audit_one_in: usize) -> Found {
    let since = Instant::now();
    let mut lab = Laboratory::new(limits, behaviour);
    let mut seen = Seen::new(limits);
    let start = Counts { names: [limits.names, 0, 0, 0, 0], free: limits.backups };
    let mut open = VecDeque::from([(start, 0_usize)]);
    seen.insert(start);
    let mut found = Found::default();
    while let Some((counts, depth)) = open.pop_front() {
        found.note(counts, depth);
        let is_audited = found.states % audit_one_in == 0;
        if is_audited {
            lab.audit(counts);
            found.audited += 1;
        }
        for kind in moves(counts) {
            match lab.effect(kind, counts) {
                Effect::Refused { by_quota } => {
                    found.refusals += 1;
                    found.refused_by_quota += usize::from(by_quota);
                }
                Effect::Leads(difference) => {
                    found.transitions += 1;
                    let to = counts.after(difference);
                    if seen.insert(to) {
                        open.push_back((to, depth + 1));
                    }
                }
            }
        }
    }
    found.elapsed = since.elapsed();
    found
}

impl Found {
    fn note(&mut self, counts: Counts, depth: usize) {
        self.states += 1;
        let from_backup = usize::from(counts.of(Class::FromBackup));
        let restores = counts.restores();
        let (most, fewest, largest) = self.most;
        if restores > most {
            self.most = (restores, from_backup, from_backup);
            self.steps_to_most = depth;
        } else if restores == most {
            self.most = (most, fewest.min(from_backup), largest.max(from_backup));
        }
    }
}

/// The states that were seen: a bit for each that there could be.
struct Seen {
    bits: Vec<u64>,
    side: usize,
}

impl Seen {
    fn new(limits: Limits) -> Self {
        let side = usize::from(limits.names.max(limits.backups)) + 1;
        // The number of absent names follows from the others.
        Self { bits: vec![0; side.pow(5).div_ceil(64)], side }
    }

    fn insert(&mut self, counts: Counts) -> bool {
        let [_, others @ ..] = counts.names;
        let parts = others.into_iter().chain([counts.free]);
        let at = parts.fold(0, |at, part| at * self.side + usize::from(part));
        let (word, bit) = (&mut self.bits[at / 64], 1 << (at % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, transitions, refusals, refused_by_quota, audited, .. } = self;
        let (most, fewest, largest) = self.most;
        writeln!(
            f,
            "{states} states, {transitions} transitions, {refusals} refusals, {:.2} s",
            self.elapsed.as_secs_f64()
        )?;
        writeln!(f, "{audited} states held against real accounts")?;
        writeln!(
            f,
            "at most {most} restores run at once, {fewest} to {largest} of them from backups, first \
             after {} steps; the quota alone refuses {refused_by_quota}",
            self.steps_to_most
        )
    }
}

#[cfg(test)]
mod tests;
