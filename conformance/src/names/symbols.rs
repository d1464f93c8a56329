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
    /// Whether it stands only where it is not part of a longer name.
    is_whole: bool,
}

impl Symbols {
    /// Has a name replaced after all others, wherever it stands: nothing else holds it.
    pub(super) fn add(&mut self, name: &str, symbol: impl Into<String>) {
        let name = Finder::new(name).into_owned();
        self.0.push(Symbol { name, symbol: symbol.into(), is_whole: false });
    }

    /// The same of one that is so short that it may be a part of any word.
    pub(super) fn add_whole(&mut self, name: &str, symbol: impl Into<String>) {
        let name = Finder::new(name).into_owned();
        self.0.push(Symbol { name, symbol: symbol.into(), is_whole: true });
    }

    /// Puts a symbol wherever a name stands.
    pub(super) fn put(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for Symbol { name, symbol, is_whole } in &self.0 {
            let length = name.needle().len();
            let stands = |place: &usize| !is_whole || is_word(&text, *place, length);
            let mut places = name.find_iter(text.as_bytes()).filter(stands).peekable();
            // Most names stand in few texts.
            if places.peek().is_none() {
                continue;
            }
            let mut replaced = String::with_capacity(text.len());
            let mut rest = 0;
            for place in places {
                replaced.push_str(&text[rest..place]);
                replaced.push_str(symbol);
                rest = place + length;
            }
            replaced.push_str(&text[rest..]);
            text = replaced;
        }
        text
    }
}

/// Whether what stands in a text is not part of a longer name. Names hold dots, but sentences end with
/// them.
fn is_word(text: &str, place: usize, length: usize) -> bool {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let after = text[place + length..].trim_start_matches('.');
    !text[..place].ends_with(is_of_name) && !after.starts_with(is_of_name)
}
