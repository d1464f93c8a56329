//! The way back: from what was made up for a run to its symbols.

use std::ops::Range;

use memchr::memmem::Finder;

/// Names and what stands for them, in the order in which they are replaced.
#[derive(Debug, Default)]
pub(super) struct Symbols(Vec<Symbol>);

/// A name, ready to be looked for: every text of a run is searched for every name.
#[derive(Debug)]
struct Symbol {
    name: Finder<'static>,
    symbol: String,
    /// Whether it stands only where it is not part of a longer name.
    is_whole: bool,
}

impl Symbols {
    /// Has a name replaced wherever it stands, in its turn: longer ones first, since one may hold another.
    pub(super) fn add(&mut self, name: &str, symbol: impl Into<String>) {
        self.insert(name, symbol.into(), false);
    }

    /// The same of one that is so short that it may be a part of any word.
    pub(super) fn add_whole(&mut self, name: &str, symbol: impl Into<String>) {
        self.insert(name, symbol.into(), true);
    }

    /// Leaves a name as it stands.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|it| it.name.needle() != name.as_bytes());
    }

    fn insert(&mut self, name: &str, symbol: String, is_whole: bool) {
        self.remove(name);
        let place = self.0.partition_point(|it| it.name.needle().len() >= name.len());
        let name = Finder::new(name).into_owned();
        self.0.insert(place, Symbol { name, symbol, is_whole });
    }

    /// Puts a symbol wherever a name stands.
    pub(super) fn put(&self, text: &str) -> String {
        // What was found, by its place.
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for symbol in &self.0 {
            let length = symbol.name.needle().len();
            for start in symbol.name.find_iter(text.as_bytes()) {
                let end = start + length;
                let place = found.partition_point(|(before, _)| before.end <= start);
                let is_free = found.get(place).is_none_or(|(after, _)| end <= after.start);
                if is_free && (!symbol.is_whole || is_word(text, start, length)) {
                    found.insert(place, (start..end, &symbol.symbol));
                }
            }
        }
        let mut replaced = String::with_capacity(text.len());
        let mut rest = 0;
        for (place, symbol) in found {
            replaced.push_str(&text[rest..place.start]);
            replaced.push_str(symbol);
            rest = place.end;
        }
        replaced + &text[rest..]
    }
}

/// Whether what stands in a text is not part of a longer name. Names hold dots, but sentences end with
/// them.
fn is_word(text: &str, place: usize, length: usize) -> bool {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let after = text[place + length..].trim_start_matches('.');
    !text[..place].ends_with(is_of_name) && !after.starts_with(is_of_name)
}
