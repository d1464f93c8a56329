//! What the checker looks at: how many of everything, and which requests.
//!
//! The rules compare names and backups only with each other, so little can go wrong with more of
//! them that does not go wrong with two; that is a reason, and no proof. The one rule that counts is
//! the quota, which a scope sets low. What a scope is too small for, it says.

mod lives;

use super::alphabet::{Override, Shape};

pub use lives::{LIVES, LIVES_1_1_1, LIVES_2_1_1, LIVES_2_2_1, LIVES_3_2_2};

/// The bounds of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What it is called.
    pub name: &'static str,
    /// Tables that are created, backed up, described and deleted.
    pub sources: &'static [&'static str],
    /// How a table may be created.
    pub shapes: &'static [Shape],
    /// Names that tables are restored under, each with the overrides that are asked for.
    pub targets: &'static [(&'static str, &'static [Override])],
    /// How many backups there may be at once. The ids of deleted ones are used again, so that
    /// there are only finitely many states; the service never does that.
    pub backups: usize,
    /// How many restores may run at once, in place of the fifty of QUO-01.
    pub restores: usize,
    /// Properties that ask for something to be reached which this scope is too small for.
    pub too_small_for: &'static [&'static str],
}

/// The quota and the lives of tables and backups.
///
/// - Two targets, one of them the source itself: so a table is restored under its own old name
///   (RTB-13), backups are made of restored tables, and one restore can be in another's way.
/// - Two backups: with one, a restore is never refused by the quota alone, as the lock on the
///   backup stands in its way too.
/// - A quota of one, the lowest that lets a restore begin: a quota of two needs three backups.
/// - No overrides and no items: they change nothing in the life of a table.
pub const QUOTA: Scope = Scope {
    name: "quota",
    sources: &["Music"],
    shapes: &[Shape::Provisioned],
    targets: &[("Music", &[Override::Nothing]), ("Copy", &[Override::Nothing])],
    backups: 2,
    restores: 1,
    too_small_for: &[
        "a second restore of a backup is refused",
        "a table is restored with some of its indexes",
        "a table is restored without its indexes",
        "an index of a provisioned backup is restored on demand",
    ],
};

/// The lock on a backup, and the overrides.
///
/// - One backup and a quota of two: so a second restore of a backup is refused by the lock alone.
/// - Every override, but of one target only: then overrides do not multiply with themselves, and
///   what comes of one does not depend on what came of another.
pub const OVERRIDES: Scope = Scope {
    name: "overrides",
    sources: &["Music"],
    shapes: &[Shape::Provisioned, Shape::OnDemand],
    targets: &[("Music", &[Override::Nothing]), ("Copy", Override::ALL)],
    backups: 1,
    restores: 2,
    too_small_for: &["a restore is refused by the quota alone"],
};

/// The lock on a backup, with few overrides: where the planted bugs show, and no larger.
pub const LOCK: Scope = Scope {
    name: "lock",
    shapes: &[Shape::Provisioned],
    targets: &[
        ("Music", &[Override::Nothing]),
        ("Copy", &[Override::ListedIndex, Override::NoIndexes, Override::OnDemand]),
    ],
    ..OVERRIDES
};

/// The scopes that every test run can afford. Together they reach everything.
pub const QUICK: [Scope; 2] = [QUOTA, OVERRIDES];

/// Every scope that may be asked for by name.
pub const NAMED: &[&Scope] = &[&QUOTA, &OVERRIDES, &LOCK];

impl Scope {
    /// The scope of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        NAMED.iter().chain(LIVES).copied().find(|scope| scope.name == name)
    }

    /// Every table name, each once.
    pub fn names(&self) -> Vec<&'static str> {
        let targets = self.targets.iter().map(|(name, _)| *name);
        let mut names: Vec<_> = self.sources.iter().copied().chain(targets).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
