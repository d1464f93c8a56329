//! The lives of tables and backups, the lock and the quota, and nothing else.
//!
//! Tables are plain and restored without overrides, so that a state is no more than this: of each table
//! its status, whether backups are enabled and which backup it came from, of each backup its status and
//! its table. So much can be written down a second time in a few lines: `fixtures/tla` has it in TLA+ and
//! in Promela, and other checkers have to count the same states.
//!
//! A name says how many tables, backups and restores at once there are.

use super::{Override, QUOTA, Scope, Shape};

const PLAIN: &[Override] = &[Override::Nothing];

const fn lives(
    name: &'static str,
    sources: &'static [&'static str],
    targets: &'static [(&'static str, &'static [Override])],
    backups: usize,
    restores: usize,
) -> Scope {
    let shapes = &[Shape::Plain];
    Scope { name, sources, shapes, targets, backups, restores, ..QUOTA }
}

/// One table, one backup: small enough to be looked at.
pub const LIVES_1_1_1: Scope = lives("lives-1-1-1", &["Music"], &[("Music", PLAIN)], 1, 1);

/// Two tables, of which one may be restored from a backup of the other; the lock stands for the quota.
pub const LIVES_2_1_1: Scope = lives("lives-2-1-1", TWO, OF_TWO, 1, 1);

/// The least in which the quota refuses what the lock does not.
pub const LIVES_2_2_1: Scope = lives("lives-2-2-1", TWO, OF_TWO, 2, 1);

/// Large enough to measure how fast a checker is.
pub const LIVES_3_2_2: Scope = lives("lives-3-2-2", THREE, OF_THREE, 2, 2);

const TWO: &[&str] = &["Copy", "Music"];
const OF_TWO: &[(&str, &[Override])] = &[("Copy", PLAIN), ("Music", PLAIN)];
const THREE: &[&str] = &["Copy", "Music", "Spare"];
const OF_THREE: &[(&str, &[Override])] = &[("Copy", PLAIN), ("Music", PLAIN), ("Spare", PLAIN)];

/// All of them. Most properties speak of what they leave out, so they are explored and not judged.
pub const LIVES: &[&Scope] = &[&LIVES_1_1_1, &LIVES_2_1_1, &LIVES_2_2_1, &LIVES_3_2_2];
