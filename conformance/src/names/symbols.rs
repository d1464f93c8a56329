//! The way back: from what was made up for a run to its symbols.

use memchr::memmem::Finder;

/// Names and what stands for them, in the order in which they are replaced.
#[derive(Debug, Default)]
pub(super) struct Symbols(Vec<Symbol>);

/// A name, ready to be looked for: every text of a run is searched for every name.
#[derive(Debug)]
struct Symbol {
    name: Finder<'static>,
    symbol: String,
}

impl Symbols {
    /// Has a name replaced after all others.
    pub(super) fn add(&mut self, name: &str, symbol: impl Into<String>) {
        let name = Finder::new(name).into_owned();
        self.0.push(Symbol { name, symbol: symbol.into() });
    }

    /// Puts a symbol wherever a name stands.
    pub(super) fn put(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for Symbol { name, symbol } in &self.0 {
            let mut places = name.find_iter(text.as_bytes()).peekable();
            // Most names stand in few texts.
            if places.peek().is_none() {
                continue;
            }
            let mut replaced = String::with_capacity(text.len());
            let mut rest = 0;
            for place in places {
                replaced.push_str(&text[rest..place]);
                replaced.push_str(symbol);
                rest = place + name.needle().len();
            }
            replaced.push_str(&text[rest..]);
            text = replaced;
        }
        text
    }
}
