//! The states that were found, each once, in the order in which they were found.
//!
//! A state is a row of words; rows lie one after the other, in chunks that never move. The index
//! holds their numbers only and compares the rows themselves, so no two states are ever taken for
//! one, as they may be where only hashes are kept.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::pack::Word;

/// The number of a state.
pub(super) type Id = u32;

/// Rows in a chunk.
const CHUNK: usize = 1 << 15;

/// Rows of words of one width, each once.
#[derive(Debug)]
pub(super) struct Arena {
    width: usize,
    chunks: Vec<Vec<Word>>,
    index: HashTable<Id>,
    hasher: FixedState,
    len: usize,
}

impl Arena {
    /// No rows yet.
    pub(super) fn new(width: usize) -> Self {
        let hasher = FixedState::default();
        Self { width, chunks: vec![], index: HashTable::new(), hasher, len: 0 }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The row of that number.
    pub(super) fn row(&self, id: Id) -> &[Word] {
        row(&self.chunks, self.width, id)
    }

    /// The number of a row, and whether it is new.
    ///
    /// # Panics
    ///
    /// If there are more than four billion rows.
    pub(super) fn insert(&mut self, words: &[Word]) -> (Id, bool) {
        let (chunks, width, hasher) = (&self.chunks, self.width, &self.hasher);
        let slot = self.index.entry(
            hasher.hash_one(words),
            |id| row(chunks, width, *id) == words,
            |id| hasher.hash_one(row(chunks, width, *id)),
        );
        let slot = match slot {
            Entry::Occupied(known) => return (*known.get(), false),
            Entry::Vacant(slot) => slot,
        };
        let id = Id::try_from(self.len).expect("there are fewer than four billion states");
        slot.insert(id);
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK * self.width));
        }
        self.chunks.last_mut().expect("one was just added").extend_from_slice(words);
        self.len += 1;
        (id, true)
    }

    /// The number of a row, if it is there.
    pub(super) fn find(&self, words: &[Word]) -> Option<Id> {
        let same = |id: &Id| self.row(*id) == words;
        self.index.find(self.hasher.hash_one(words), same).copied()
    }

    /// What the rows and their index take.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.capacity() * size_of::<Word>()).sum::<usize>()
            + self.index.allocation_size()
    }
}

fn row(chunks: &[Vec<Word>], width: usize, id: Id) -> &[Word] {
    let id = id as usize;
    let start = id % CHUNK * width;
    &chunks[id / CHUNK][start..start + width]
}
