//! An account that goes from row to row. Rows that follow each other have most in common, and what they do
//! not share is put aside and taken out again: nothing is copied twice.

use super::pack::{ABSENT, Packing, Word};
use crate::account::{Account, Backup, Table};
use crate::name::BackupArn;

/// The account of one row after the other.
#[derive(Debug)]
pub(super) struct Follow {
    account: Account,
    words: Vec<Word>,
    /// What is not in the account now, by place and word.
    tables: Vec<Vec<Option<Table>>>,
    /// The same of backups, by word: none is in an account twice.
    backups: Vec<Option<(BackupArn, Backup)>>,
}

impl Follow {
    /// An account without tables and backups.
    pub(super) fn new(packing: &Packing) -> Self {
        let words = vec![ABSENT; packing.width()];
        Self {
            account: packing.unpack(&words),
            tables: vec![vec![]; packing.tables_of(&words).len()],
            backups: vec![],
            words,
        }
    }

    /// Goes to a row.
    pub(super) fn to(&mut self, packing: &Packing, words: &[Word]) -> &Account {
        for (place, word) in packing.tables_of(words).iter().enumerate() {
            if self.words[place] != *word {
                self.table(packing, place, *word);
            }
        }
        let (old, new) = (packing.backups_of(&self.words), packing.backups_of(words));
        if old != new {
            for word in old.iter().filter(|word| **word != ABSENT && !new.contains(word)) {
                let (arn, _) = packing.backup(*word).expect("the word is known");
                *at(&mut self.backups, *word) = self.account.backups.remove_entry(arn);
            }
            for word in new.iter().filter(|word| **word != ABSENT && !old.contains(word)) {
                let aside = at(&mut self.backups, *word).take();
                let known = || packing.backup(*word).expect("the word is known").clone();
                let (arn, backup) = aside.unwrap_or_else(known);
                self.account.backups.insert(arn, backup);
            }
        }
        self.account.now = packing.time_of(words);
        self.words.copy_from_slice(words);
        &self.account
    }

    /// Puts the table of a word in a place.
    fn table(&mut self, packing: &Packing, place: usize, word: Word) {
        let (name, aside) = (packing.name(place), &mut self.tables[place]);
        let new = (word != ABSENT).then(|| {
            let known = || packing.table(word).expect("the word is known").clone();
            at(aside, word).take().unwrap_or_else(known)
        });
        let old = match (self.account.tables.get_mut(name), new) {
            (Some(held), Some(new)) => Some(std::mem::replace(held, new)),
            (Some(_), None) => self.account.tables.remove(name),
            (None, Some(new)) => self.account.tables.insert(name.clone(), new),
            (None, None) => None,
        };
        *at(aside, self.words[place]) = old;
    }
}

/// What is put aside of a word.
fn at<T>(aside: &mut Vec<Option<T>>, word: Word) -> &mut Option<T> {
    let index = usize::from(word);
    if aside.len() <= index {
        aside.resize_with(index + 1, || None);
    }
    &mut aside[index]
}
