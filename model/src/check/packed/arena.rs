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
    index: HashTable<Slot>,
    hasher: FixedState,
    len: usize,
    /// The hashes of the rows that are being looked up.
    hashes: Vec<u32>,
}

/// A row in the index. Its hash is kept, so that rows need not be read again when the index grows.
#[derive(Clone, Copy, Debug)]
struct Slot {
    id: Id,
    hash: u32,
}

/// The index takes a hash's place from its lower bits and its tag from the highest seven.
fn spread(hash: u32) -> u64 {
    u64::from(hash) | u64::from(hash >> 25) << 57
}

impl Arena {
    /// No rows yet.
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            chunks: vec![],
            index: HashTable::new(),
            hasher: FixedState::default(),
            len: 0,
            hashes: vec![],
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The row of that number.
    pub(super) fn row(&self, id: Id) -> &[Word] {
        row(&self.chunks, self.width, id)
    }

    /// Adds those of the rows, which lie one after the other, that are not here yet, and tells the number
    /// of each.
    ///
    /// # Panics
    ///
    /// If there are more than four billion rows.
    pub(super) fn insert_all(&mut self, rows: &[Word], mut each: impl FnMut(usize, Id)) {
        self.look_at(rows);
        for at in 0..self.hashes.len() {
            each(at, self.insert(&rows[at * self.width..(at + 1) * self.width], self.hashes[at]));
        }
    }

    fn insert(&mut self, words: &[Word], hash: u32) -> Id {
        let (chunks, width) = (&self.chunks, self.width);
        let is_same =
            |slot: &Slot| slot.hash == hash && is_same(row(chunks, width, slot.id), words);
        let entry = self.index.entry(spread(hash), is_same, |slot| spread(slot.hash));
        let vacant = match entry {
            Entry::Occupied(known) => return known.get().id,
            Entry::Vacant(vacant) => vacant,
        };
        let id = Id::try_from(self.len).expect("there are fewer than four billion states");
        vacant.insert(Slot { id, hash });
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK * self.width));
        }
        self.chunks.last_mut().expect("one was just added").extend_from_slice(words);
        self.len += 1;
        id
    }

    /// Tells the number of each of the rows, which lie one after the other and are all here.
    ///
    /// # Panics
    ///
    /// If one is not.
    pub(super) fn find_all(&mut self, rows: &[Word], mut each: impl FnMut(usize, Id)) {
        self.look_at(rows);
        for (at, (words, hash)) in rows.chunks_exact(self.width).zip(&self.hashes).enumerate() {
            let is_same = |slot: &Slot| slot.hash == *hash && is_same(self.row(slot.id), words);
            let slot = self.index.find(spread(*hash), is_same).expect("every state was found");
            each(at, slot.id);
        }
    }

    /// Hashes rows, and touches all that looking them up needs. Most of it lies far away, and the machine
    /// can wait for all of it at once, but only if nothing else is done between.
    fn look_at(&mut self, rows: &[Word]) {
        self.hashes.clear();
        let hashes = rows.chunks_exact(self.width).map(|row| self.hasher.hash_one(row) as u32);
        self.hashes.extend(hashes);
        let likely = |hash: &u32| self.index.find(spread(*hash), |slot| slot.hash == *hash);
        let slots = self.hashes.iter().filter_map(likely);
        let first_words = slots.map(|slot| u32::from(self.row(slot.id)[0]));
        std::hint::black_box(first_words.fold(0, u32::wrapping_add));
    }

    /// What the rows and their index take.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.capacity() * size_of::<Word>()).sum::<usize>()
            + self.index.allocation_size()
    }
}

/// Whether rows are equal. They are so short that to call for a comparison takes longer than to do it.
fn is_same(left: &[Word], right: &[Word]) -> bool {
    left.iter().zip(right).fold(true, |same, (left, right)| same & (left == right))
}

fn row(chunks: &[Vec<Word>], width: usize, id: Id) -> &[Word] {
    let id = id as usize;
    let start = id % CHUNK * width;
    &chunks[id / CHUNK][start..start + width]
}
