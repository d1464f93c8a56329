//! What the checker looks at: how many of everything, and which requests.
//!
//! A bug that needs more than two tables, two backups and one restore at a time to show would need
//! a rule that counts further than that, and there is only one such rule, the quota, which a scope
//! sets low. What a scope leaves out is said here and nowhere else.

use super::alphabet::{Override, Shape};

/// The bounds of a run.
#[derive(Clone, Copy, Debug)]
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
}

/// The scope that every test run can afford.
///
/// - Two names: the source, and a target that is not the source. The source is restored too, so
///   that a table under its own old name is seen (RTB-13), and a backup of a restored table.
/// - Two backups, of one source: with one, a restore of another backup is never refused by the
///   quota alone.
/// - A quota of one: the lowest that lets a restore begin.
/// - The source is always restored as it was, and only the target otherwise: so the overrides do
///   not multiply with themselves.
/// - No items: nothing but PutItem and Scan looks at them.
pub const QUICK: Scope = Scope {
    name: "quick",
    sources: &["Music"],
    shapes: &[Shape::Provisioned],
    targets: &[("Music", &[Override::Nothing]), ("Copy", Override::ALL)],
    backups: 2,
    restores: 1,
};

impl Scope {
    /// Every table name, each once.
    pub fn names(&self) -> Vec<&'static str> {
        let targets = self.targets.iter().map(|(name, _)| *name);
        let mut names: Vec<_> = self.sources.iter().copied().chain(targets).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
