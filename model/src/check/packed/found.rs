//! The steps from one state, one after the other.

use super::pack::Word;
use super::space::Label;

/// Rows that lie one after the other, each with what led to it.
#[derive(Debug, Default)]
pub(in crate::check) struct Found {
    /// The rows of other states.
    pub(in crate::check) rows: Vec<Word>,
    /// What leads to each of them.
    pub(in crate::check) labels: Vec<Label>,
    /// How many steps lead nowhere else.
    pub(in crate::check) idle: usize,
    /// How many requests were refused.
    pub(in crate::check) refused: usize,
}

impl Found {
    /// Forgets everything.
    pub(in crate::check) fn clear(&mut self) {
        self.rows.clear();
        self.labels.clear();
        (self.idle, self.refused) = (0, 0);
    }

    /// Adds a copy of a row, and returns it.
    pub(super) fn push(&mut self, label: Label, row: &[Word]) -> &mut [Word] {
        let at = self.rows.len();
        self.rows.extend_from_slice(row);
        self.labels.push(label);
        &mut self.rows[at..]
    }

    /// How many steps there are.
    pub(in crate::check) fn steps(&self) -> usize {
        self.labels.len() + self.idle
    }
}
