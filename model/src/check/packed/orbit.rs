//! Names that stand for each other: states that differ only in which of them is which are one.
//!
//! # Why that is sound
//!
//! Take names that the scope only restores to, all with the same overrides. Nothing in an account says such
//! a name but the key of its table: no backup is of it, so no ARN and no restore holds it, and whatever was
//! found is held against that. The specification only ever compares names, and the alphabet asks the same
//! of each of them. So an exchange of two such names turns each account into one with the same steps, but
//! for the exchange, and each step into one of those: it is an automorphism of the graph of states.
//! Properties do not say such names either. Then it is enough to follow one account of each orbit, and the
//! canonical one is that whose words are in order. An orbit has as many accounts as its words can be
//! arranged in ways, and each has as many steps: so the numbers of the whole graph can be told from the
//! reduced one, and the tests hold them against the whole graph where that is small enough to be made.
//!
//! Backups are not exchanged here: a table remembers the backup it came from when that is gone, and the
//! ids of backups are used again. Where backups are exchanged too, they are counted
//! (`limit`).

use super::Kinds;
use super::pack::Word;
use crate::check::alphabet::Override;
use crate::check::scope::Scope;

/// Places of names that stand for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Orbits {
    classes: Vec<Vec<usize>>,
    /// All of these names.
    names: Vec<&'static str>,
}

impl Orbits {
    /// Every name stands for itself.
    pub(super) fn trivial() -> Self {
        Self::default()
    }

    /// Names that are only restored to, with the same overrides.
    ///
    /// # Panics
    /// If the scope asks for more than the lives of tables and backups: of that, not everything treats
    /// names alike.
    pub(super) fn of(scope: &Scope) -> Self {
        assert!(scope.families.is_empty(), "only the lives of tables treat all names alike");
        let names = scope.names();
        let overrides_of = |name: &str| -> Option<&[Override]> {
            let is_source = scope.sources.contains(&name);
            let target = scope.targets.iter().find(|(target, _)| *target == name);
            target.filter(|_| !is_source).map(|(_, overrides)| *overrides)
        };
        let mut classes: Vec<(&[Override], Vec<usize>)> = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let Some(overrides) = overrides_of(name) else { continue };
            match classes.iter_mut().find(|(of, _)| *of == overrides) {
                Some((_, class)) => class.push(place),
                None => classes.push((overrides, vec![place])),
            }
        }
        let classes: Vec<_> = classes.into_iter().map(|(_, class)| class).collect();
        let names = classes.iter().flatten().map(|place| names[*place]).collect();
        Self { classes, names }
    }

    /// Holds what there is in the states against the reason why exchanged names are alike.
    ///
    /// # Panics
    /// If anything but the key of a table says such a name: then nothing that was found can be relied on.
    pub(super) fn check(&self, kinds: &Kinds) {
        let sources = kinds.tables.iter().filter_map(|table| table.restore.as_ref());
        let sources = sources.map(|restore| &restore.source_table);
        let backed_up = kinds.backups.iter().map(|(_, backup)| &backup.table);
        for said in sources.chain(backed_up) {
            let is_exchanged = self.names.contains(&said.as_str());
            assert!(!is_exchanged, "`{said}` does not stand for other names: something says it");
        }
    }

    /// Makes each of the rows, which lie one after the other, that of the canonical account of its orbit.
    pub(super) fn canonical_all(&self, rows: &mut [Word], width: usize) {
        if !self.classes.is_empty() {
            rows.chunks_exact_mut(width).for_each(|row| self.canonical(row));
        }
    }

    /// Makes a row that of the canonical account of its orbit.
    fn canonical(&self, row: &mut [Word]) {
        for class in &self.classes {
            // By insertion: classes are small, and most rows are nearly in order.
            for end in 1..class.len() {
                let mut at = end;
                while at > 0 && row[class[at - 1]] > row[class[at]] {
                    row.swap(class[at - 1], class[at]);
                    at -= 1;
                }
            }
        }
    }

    /// How many accounts are in the orbit of a canonical row.
    pub(super) fn size(&self, row: &[Word]) -> u128 {
        self.classes
            .iter()
            .map(|class| arrangements(class.iter().map(|place| row[*place])))
            .product()
    }
}

/// In how many orders words can stand, of which equal ones stand together now.
fn arrangements(words: impl Iterator<Item = Word>) -> u128 {
    let (mut count, mut alike, mut last) = (1, 0, None);
    for (words, word) in (1..).zip(words) {
        alike = if last == Some(word) { alike + 1 } else { 1 };
        last = Some(word);
        count = count * words / alike;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_an_order_and_a_number_of_others() {
        let orbits = Orbits { classes: vec![vec![0, 2, 3], vec![1, 4]], names: vec![] };
        let mut row = [3, 9, 1, 3, 7];
        orbits.canonical(&mut row);
        assert_eq!(row, [1, 7, 3, 3, 9]);
        assert_eq!(orbits.size(&row), 3 * 2);
        assert_eq!(orbits.size(&[1, 7, 1, 1, 7]), 1);
        assert_eq!(Orbits::trivial().size(&row), 1);
    }
}
