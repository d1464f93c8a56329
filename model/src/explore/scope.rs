//! What the checker looks at: how many of everything, and which requests.
//!
//! The rules compare names and backups only with each other, so little can go wrong with more of
//! them that does not go wrong with two; that is a reason, and no proof. The one rule that counts is
//! the quota, which a scope sets low.

mod large;
mod lives;
mod themes;
mod tours;

use super::alphabet::{self, Family, Override, Shape};
use crate::account::Millis;
use crate::name::TableName;

pub use large::{COUNTS, DEEP, FEW_IDENTITIES, IDENTITIES, STANDARD};
pub use lives::{LIVES, LIVES_1_1_1, LIVES_2_1_1, LIVES_2_2_1, LIVES_3_2_2};
pub use themes::{
    BILLING, BOTH, CAPACITY_UPDATES, ENCRYPTED, GENERATIONS, INDEX_UPDATES, INDEXES, ITEMS, KEPT,
    LISTS, PAST, RECOVERY, REQUESTS, RESTORED_UPDATES, SETTING_UPDATES, TAGS, TIME_TO_LIVE, TWO,
};
pub use tours::{LONG_TOURS, QUICK_TOURS, TOUR_OF_RECOVERY, TOURS};

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
    /// What else is asked of every table and of the account.
    pub families: &'static [Family],
    /// The times that it may be, in order: it begins with the first, and each of the others comes
    /// whenever it likes.
    pub clock: &'static [Millis],
    /// Whether tables have ids. Those of tables and backups that are gone are used again.
    pub ids: bool,
    /// How it is searched.
    pub search: Search,
}

/// How a scope is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Over accounts as they are, by stateright too.
    Whole,
    /// Over packed accounts: others would be too slow and too large.
    Packed,
    /// Over packed accounts, one of each orbit of names that stand for each other.
    Orbits,
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
    families: &[],
    clock: &[0],
    ids: false,
    search: Search::Whole,
};

/// The lock on a backup.
///
/// - One backup and a quota of two: so a second restore of a backup is refused by the lock alone.
/// - Few overrides, and of one target only: then they do not multiply with themselves. It is here that
///   most planted bugs show.
pub const LOCK: Scope = Scope {
    name: "lock",
    targets: &[
        ("Music", &[Override::Nothing]),
        ("Copy", &[Override::ListedIndex, Override::NoIndexes, Override::OnDemand]),
    ],
    backups: 1,
    restores: 2,
    ..QUOTA
};

/// The scopes that every test run can afford. Together they reach everything.
pub const QUICK: [Scope; 17] = [
    QUOTA,
    LOCK,
    INDEXES,
    BILLING,
    REQUESTS,
    TWO,
    RECOVERY,
    PAST,
    INDEX_UPDATES,
    CAPACITY_UPDATES,
    SETTING_UPDATES,
    RESTORED_UPDATES,
    TAGS,
    TIME_TO_LIVE,
    ITEMS,
    LISTS,
    GENERATIONS,
];

/// Every scope that may be asked for by name.
pub const NAMED: &[&Scope] = &[
    &QUOTA,
    &LOCK,
    &INDEXES,
    &BILLING,
    &REQUESTS,
    &TWO,
    &RECOVERY,
    &PAST,
    &INDEX_UPDATES,
    &CAPACITY_UPDATES,
    &SETTING_UPDATES,
    &RESTORED_UPDATES,
    &TAGS,
    &TIME_TO_LIVE,
    &ITEMS,
    &LISTS,
    &GENERATIONS,
    &BOTH,
    &STANDARD,
    &DEEP,
    &IDENTITIES,
];

impl Scope {
    /// The scope of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        NAMED
            .iter()
            .chain(LIVES)
            .chain(TOURS)
            .chain(LONG_TOURS)
            .copied()
            .find(|scope| scope.name == name)
    }

    /// Every table name, each once, as the model has it.
    pub(crate) fn table_names(&self) -> Vec<TableName> {
        self.names().into_iter().map(alphabet::table_name).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_found_by_its_name_and_has_its_tables_by_theirs() {
        for scope in [NAMED, LIVES, TOURS, LONG_TOURS].concat() {
            assert_eq!(Scope::named(scope.name), Some(scope));
        }
        assert_eq!(Scope::named("nothing"), None);
        assert_eq!(LOCK.names(), ["Copy", "Music"]);
        let names: Vec<_> = LOCK.table_names().iter().map(ToString::to_string).collect();
        assert_eq!(names, LOCK.names());
    }
}
