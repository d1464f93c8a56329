//! How the words of an account change.

use smallvec::SmallVec;

use super::pack::{ABSENT, Packing, Word, sort_backups};

/// What is to be done to a row. Where backups lie in it depends on the others, so they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Change {
    tables: SmallVec<[(u16, Word); 2]>,
    removed: SmallVec<[Word; 2]>,
    added: SmallVec<[Word; 2]>,
}

impl Change {
    /// What makes one row into another.
    pub(super) fn between(packing: &Packing, before: &[Word], after: &[Word]) -> Self {
        let without = |left: &[Word], right: &[Word]| -> SmallVec<[Word; 2]> {
            let only = left.iter().filter(|word| **word != ABSENT && !right.contains(word));
            only.copied().collect()
        };
        let (old, new) = (packing.backups_of(before), packing.backups_of(after));
        let tables = packing.tables_of(before).iter().zip(packing.tables_of(after)).enumerate();
        let changed = tables.filter(|(_, (before, after))| before != after);
        Self {
            tables: changed.map(|(place, (_, after))| (place as u16, *after)).collect(),
            removed: without(old, new),
            added: without(new, old),
        }
    }

    /// Whether nothing changes.
    pub(super) fn is_none(&self) -> bool {
        self.tables.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }

    /// Makes it in a row.
    ///
    /// # Panics
    ///
    /// If the row has not what is removed, or no place for what is added.
    pub(super) fn make(&self, packing: &Packing, row: &mut [Word]) {
        for (place, word) in &self.tables {
            row[usize::from(*place)] = *word;
        }
        if self.removed.is_empty() && self.added.is_empty() {
            return;
        }
        let backups = packing.backups_of_mut(row);
        for removed in &self.removed {
            let place = backups.iter().position(|word| word == removed);
            backups[place.expect("what is removed was there")] = ABSENT;
        }
        for added in &self.added {
            let place = backups.iter().position(|word| *word == ABSENT);
            backups[place.expect("there is room, or it would not have been asked for")] = *added;
        }
        sort_backups(backups);
    }
}
