//! Accounts of one scope as a few words: the only place that knows how.
//!
//! Tables and backups come in few kinds. Each kind that occurs gets a number, and an account is a row
//! of numbers: one for each name of the scope, one for each backup, one for the time. Equal accounts
//! have equal rows and the other way round, so rows can be compared and hashed in the accounts' place.
//! Nothing is left out and nothing is simplified: [`Packing::unpack`] gives the very same account back.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;

use super::Kinds;
use crate::account::{Account, Backup, Millis, Table};
use crate::name::{BackupArn, TableName};

/// The number of a kind of table or backup; [`ABSENT`] where there is none.
pub(in crate::check) type Word = u16;

/// No table under the name, no backup in the place.
pub(in crate::check) const ABSENT: Word = 0;

/// A backup under its ARN.
type Entry = (BackupArn, Backup);

/// Numbers for the accounts of one scope.
#[derive(Clone, Debug)]
pub(in crate::check) struct Packing {
    /// An account without tables and backups; all that is the same in every account.
    empty: Account,
    names: Vec<TableName>,
    backups_at_most: usize,
    tables: Numbers<Table>,
    backups: Numbers<Entry>,
    times: Numbers<Millis>,
}

impl Packing {
    /// No kinds are known yet. There may be tables under these names, and so many backups.
    pub(in crate::check) fn new(
        empty: Account,
        names: Vec<TableName>,
        backups_at_most: usize,
    ) -> Self {
        Self {
            empty,
            names,
            backups_at_most,
            tables: Numbers::default(),
            backups: Numbers::default(),
            times: Numbers::default(),
        }
    }

    /// How many words an account takes.
    pub(in crate::check) fn width(&self) -> usize {
        self.names.len() + self.backups_at_most + 1
    }

    /// The words of tables.
    pub(in crate::check) fn tables_of<'a>(&self, words: &'a [Word]) -> &'a [Word] {
        &words[..self.names.len()]
    }

    /// The words of backups, those of no backup last.
    pub(in crate::check) fn backups_of<'a>(&self, words: &'a [Word]) -> &'a [Word] {
        &words[self.names.len()..self.names.len() + self.backups_at_most]
    }

    /// The same, to change them; [`sort_backups`] puts them in order again.
    pub(in crate::check) fn backups_of_mut<'a>(&self, words: &'a mut [Word]) -> &'a mut [Word] {
        &mut words[self.names.len()..self.names.len() + self.backups_at_most]
    }

    /// The name of a place.
    pub(in crate::check) fn name(&self, place: usize) -> &TableName {
        &self.names[place]
    }

    /// The place of a name.
    pub(in crate::check) fn place(&self, name: &TableName) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The table that a word stands for.
    pub(in crate::check) fn table(&self, word: Word) -> Option<&Table> {
        self.tables.get(word)
    }

    /// The backup that a word stands for, under its ARN.
    pub(in crate::check) fn backup(&self, word: Word) -> Option<&Entry> {
        self.backups.get(word)
    }

    /// The time that a word stands for.
    pub(in crate::check) fn time(&self, word: Word) -> Option<Millis> {
        self.times.get(word).copied()
    }

    /// The time of a row.
    pub(in crate::check) fn time_of(&self, words: &[Word]) -> Millis {
        words.last().and_then(|word| self.time(*word)).unwrap_or(self.empty.now)
    }

    /// The word of a time.
    pub(in crate::check) fn time_word(&mut self, time: Millis) -> Word {
        self.times.number(&time)
    }

    /// Every table and every backup that is known.
    pub(in crate::check) fn known(&self) -> Kinds {
        Kinds { tables: self.tables.known.clone(), backups: self.backups.known.clone() }
    }

    /// How many kinds of table and of backup are known.
    pub(in crate::check) fn kinds(&self) -> (usize, usize) {
        (self.tables.known.len(), self.backups.known.len())
    }

    /// The words of an account. Kinds that are new get their number.
    ///
    /// # Panics
    ///
    /// If the account has other names or more backups than the scope.
    pub(in crate::check) fn pack(&mut self, account: &Account) -> Vec<Word> {
        let tables = account.tables.keys().all(|name| self.names.contains(name));
        assert!(tables, "a table has a name that the scope does not have: {account:?}");
        assert!(account.backups.len() <= self.backups_at_most, "too many backups: {account:?}");
        let mut words = vec![ABSENT; self.width()];
        for (place, name) in self.names.iter().enumerate() {
            words[place] = account.tables.get(name).map_or(ABSENT, |it| self.tables.number(it));
        }
        let first = self.names.len();
        for (place, (arn, backup)) in account.backups.iter().enumerate() {
            words[first + place] = self.backups.number(&(arn.clone(), backup.clone()));
        }
        sort_backups(self.backups_of_mut(&mut words));
        *words.last_mut().expect("the last word is the time's") = self.times.number(&account.now);
        words
    }

    /// The account of a row of words.
    pub(in crate::check) fn unpack(&self, words: &[Word]) -> Account {
        let mut account = self.empty.clone();
        let tables = self.names.iter().zip(self.tables_of(words));
        let tables =
            tables.filter_map(|(name, word)| Some((name.clone(), self.table(*word)?.clone())));
        account.tables = tables.collect();
        let backups = self.backups_of(words).iter();
        account.backups = backups.filter_map(|word| self.backup(*word).cloned()).collect();
        account.now = self.time_of(words);
        account
    }
}

/// Puts the words of backups in their order: it says nothing, so there is only one.
pub(in crate::check) fn sort_backups(words: &mut [Word]) {
    words.sort_unstable_by(|left, right| right.cmp(left));
}

/// A number for each value that occurs, from 1 on.
#[derive(Clone, Debug)]
struct Numbers<T> {
    known: Vec<T>,
    numbers: HashMap<T, Word, FixedState>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { known: Vec::new(), numbers: HashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Numbers<T> {
    fn get(&self, word: Word) -> Option<&T> {
        self.known.get(usize::from(word).checked_sub(1)?)
    }

    fn number(&mut self, value: &T) -> Word {
        if let Some(word) = self.numbers.get(value) {
            return *word;
        }
        let word = Word::try_from(self.known.len() + 1);
        let word = word.expect("a scope has fewer than 65,535 kinds of tables and of backups");
        self.known.push(value.clone());
        self.numbers.insert(value.clone(), word);
        word
    }
}
