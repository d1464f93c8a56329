//! What of the findings fits on a page. Each has a line and, from the most needed to the least, several
//! parts; programs that show it come last. Every finding of every target gets its line first. Then all that
//! fits is packed (`packed`), which takes a fifth of the room but needs a script to be seen, and in what room
//! is left parts stand as they are, so that the page can be read without: every finding gets its first part
//! before any gets a second, and where room runs out, the worst findings come first. The first parts take at most
//! half of the room that they find, so that the worst findings are shown in full on any page. The JSON report
//! has everything.

use std::collections::BTreeMap;

use maud::Markup;

use super::{Column, findings, packed, programs};
use crate::finding::Finding;
use crate::reproduce::Form;

/// How many parts take at most half of the room.
const CAPPED: usize = 3;

/// How often it is tried to pack less.
const TRIES: u32 = 6;

/// What stands around that which is packed.
const TEMPLATE: usize = 64;

/// A finding on the page: its target by number, and its identity.
type Place = (usize, String);

/// What the page shows of a finding that it lists.
#[derive(Default)]
pub struct Shown {
    /// Its parts that stand there as they are.
    pub parts: Vec<Markup>,
    /// Where the others stand among those that are packed.
    pub packed: Option<usize>,
}

/// The parts of the findings that are on the page; a finding that is not even listed has no entry.
#[derive(Default)]
pub struct Room {
    shown: BTreeMap<Place, Shown>,
    /// All that is packed.
    pub packed: String,
}

impl Room {
    /// What fits into so many bytes.
    pub fn of(columns: &[Column<'_>], mut bytes: usize) -> Self {
        let mut room = Self::default();
        let mut listed = Vec::new();
        for (target, finding) in order(columns) {
            let column = &columns[target];
            let line = findings::one(finding, column, &Shown { packed: Some(MOST), parts: vec![] });
            // The cell of the matrix grows by the end of the link to it, and the notes are for all sizes.
            let more = finding.kind.as_str().len() + 1;
            if let Some(left) = bytes.checked_sub(line.0.len() + more) {
                bytes = left;
                room.shown.insert((target, finding.identity()), Shown::default());
                listed.push((target, finding));
            }
        }
        let pieces: Vec<Pieces> = listed.iter().map(|(_, finding)| Pieces::of(finding)).collect();
        let extent = Extent::that_fits(&pieces, bytes);
        // Fewer pieces take less, but for a byte here and there.
        let reserved = extent.pack(&pieces, |_| 0).len();
        bytes = bytes.saturating_sub(reserved + reserved / 100 + TEMPLATE);
        room.place(&listed, &pieces, bytes);
        let inline = |number: usize| {
            let (target, finding) = listed[number];
            room.shown[&(target, finding.identity())].parts.len()
        };
        room.packed = extent.pack(&pieces, inline);
        for (number, (target, finding)) in listed.iter().enumerate().take(extent.parts) {
            if let Some(shown) = room.shown.get_mut(&(*target, finding.identity())) {
                shown.packed = Some(number);
            }
        }
        room
    }

    /// Places as many parts as there is room for.
    fn place(&mut self, listed: &[(usize, &Finding)], pieces: &[Pieces], mut bytes: usize) {
        for number in 0..findings::PARTS.len() {
            let mut share = if number < CAPPED { bytes / 2 } else { bytes };
            bytes -= share;
            for ((target, finding), pieces) in listed.iter().zip(pieces) {
                let Some(shown) = self.shown.get_mut(&(*target, finding.identity())) else {
                    continue;
                };
                let markup = &pieces.parts[number];
                // A part that is left out takes those after it along.
                if shown.parts.len() == number
                    && let Some(left) = share.checked_sub(markup.0.len())
                {
                    share = left;
                    shown.parts.push(markup.clone());
                }
            }
            bytes += share;
        }
    }

    /// What is shown of a finding; none if it is not on the page.
    pub fn shown(&self, target: usize, finding: &Finding) -> Option<&Shown> {
        self.shown.get(&(target, finding.identity()))
    }
}

/// No page lists more findings.
const MOST: usize = 99_999;

/// All that can be told of one finding.
struct Pieces {
    parts: Vec<Markup>,
    /// In each language, shortened.
    programs: Vec<String>,
}

impl Pieces {
    fn of(finding: &Finding) -> Self {
        let program = |form: &Form| packed::shortened(&programs::one(finding, *form).0);
        Self {
            parts: findings::PARTS.iter().map(|part| part(finding)).collect(),
            programs: programs::FORMS.iter().map(program).collect(),
        }
    }
}

/// How much is packed: of how many findings, the worst first, the parts, a program in the first language, and
/// programs in all.
#[derive(Clone, Copy)]
struct Extent {
    parts: usize,
    first: usize,
    all: usize,
}

impl Extent {
    /// The largest, or nearly, that fits into so many bytes.
    fn that_fits(pieces: &[Pieces], bytes: usize) -> Self {
        let fits = |extent: &Self| extent.pack(pieces, |_| 0).len() <= bytes;
        let count = pieces.len();
        let in_all = |all| Self { parts: count, first: count, all };
        let in_one = |first| Self { parts: count, first, all: 0 };
        let in_none = |parts| Self { parts, first: 0, all: 0 };
        [in_all(count)]
            .into_iter()
            .find(fits)
            .or_else(|| largest(count, in_all, fits))
            .or_else(|| largest(count, in_one, fits))
            .or_else(|| largest(count, in_none, fits))
            .unwrap_or(in_none(0))
    }

    /// The pieces, without those of each finding that are on the page already.
    fn pack(self, pieces: &[Pieces], on_page: impl Fn(usize) -> usize) -> String {
        let texts = pieces.iter().take(self.parts).enumerate().map(|(number, pieces)| {
            let parts = pieces.parts.iter().skip(on_page(number)).map(|part| part.0.as_str());
            let languages = match number {
                number if number < self.all => pieces.programs.len(),
                number if number < self.first => 1,
                _ => 0,
            };
            parts.chain(pieces.programs.iter().take(languages).map(String::as_str)).collect()
        });
        let texts: Vec<String> = texts.collect();
        if texts.is_empty() { String::new() } else { packed::pack(texts) }
    }
}

/// Of the extents up to `most` the largest that fits, or one a little smaller; none if not even that of zero
/// does.
fn largest(
    most: usize,
    extent: impl Fn(usize) -> Extent,
    fits: impl Fn(&Extent) -> bool,
) -> Option<Extent> {
    let (mut least, mut most) = (Some(extent(0)).filter(&fits).map(|_| 0)?, most);
    for _ in 0..TRIES {
        let middle = usize::midpoint(least, most);
        if fits(&extent(middle)) {
            least = middle;
        } else {
            most = middle;
        }
    }
    Some(extent(least))
}

/// The findings of all targets, the worst first. A saved report may hold one twice: once is enough.
fn order<'a>(columns: &[Column<'a>]) -> Vec<(usize, &'a Finding)> {
    let mut all: Vec<(usize, &Finding)> = Vec::new();
    for (target, column) in columns.iter().enumerate() {
        all.extend(column.findings().map(|finding| (target, finding)));
    }
    all.sort_by_key(|(_, finding)| (!finding.fails, finding.impact));
    all
}
