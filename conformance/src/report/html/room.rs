//! What of the findings fits on a page. Each has a line and, from the most needed to the least, several
//! parts; every finding of every target gets its line before any gets a part, and so on, and where room
//! runs out the worst findings come first. The JSON report has all.

use std::collections::BTreeMap;

use maud::Markup;

use super::{Column, findings};
use crate::finding::Finding;

/// A finding on the page: its target by number, and its identity.
type Place = (usize, String);

/// The parts of the findings that are on the page; a finding that is not even listed has no entry.
#[derive(Default)]
pub struct Room(BTreeMap<Place, Vec<Markup>>);

impl Room {
    /// What fits into so many bytes.
    pub fn of(columns: &[Column<'_>], mut bytes: usize) -> Self {
        let order = order(columns);
        let mut room = Self::default();
        let mut take = |markup: &Markup, more: usize| {
            let size = markup.0.len() + more;
            let fits = size <= bytes;
            bytes -= if fits { size } else { 0 };
            fits
        };
        for (target, finding) in &order {
            let column = &columns[*target];
            // The cell of the matrix grows by the end of the link to it, and the notes are for all sizes.
            let more = finding.kind.as_str().len() + 1;
            if take(&findings::one(finding, column, &[]), more) {
                room.0.insert((*target, finding.identity()), Vec::new());
            }
        }
        for (number, part) in findings::PARTS.iter().enumerate() {
            for (target, finding) in &order {
                let Some(parts) = room.0.get_mut(&(*target, finding.identity())) else { continue };
                let markup = part(finding);
                // A part that is left out takes those after it along.
                if parts.len() == number && take(&markup, 0) {
                    parts.push(markup);
                }
            }
        }
        room
    }

    /// The parts of a finding; none if it is not on the page.
    pub fn parts(&self, target: usize, finding: &Finding) -> Option<&[Markup]> {
        self.0.get(&(target, finding.identity())).map(Vec::as_slice)
    }
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
