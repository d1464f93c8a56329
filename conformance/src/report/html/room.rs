//! What of the findings fits on a page. Each has a line and, from the most needed to the least, several
//! parts. Every finding of every target gets its line before any gets a part, and its first part before any
//! gets a second; where room runs out, the worst findings come first. The first parts take at most half of
//! the room that they find, so that the worst findings are shown in full on any page. The JSON report has
//! everything.

use std::collections::BTreeMap;

use maud::Markup;

use super::{Column, findings};
use crate::finding::Finding;

/// How many parts take at most half of the room.
const CAPPED: usize = 3;

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
        let take = |markup: &Markup, more: usize, bytes: &mut usize| {
            let left = bytes.checked_sub(markup.0.len() + more);
            *bytes = left.unwrap_or(*bytes);
            left.is_some()
        };
        for (target, finding) in &order {
            let column = &columns[*target];
            // The cell of the matrix grows by the end of the link to it, and the notes are for all sizes.
            let more = finding.kind.as_str().len() + 1;
            if take(&findings::one(finding, column, &[]), more, &mut bytes) {
                room.0.insert((*target, finding.identity()), Vec::new());
            }
        }
        for (number, part) in findings::PARTS.iter().enumerate() {
            let mut share = if number < CAPPED { bytes / 2 } else { bytes };
            bytes -= share;
            for (target, finding) in &order {
                let Some(parts) = room.0.get_mut(&(*target, finding.identity())) else { continue };
                // A part that is left out takes those after it along.
                if parts.len() == number {
                    let markup = part(finding);
                    if take(&markup, 0, &mut share) {
                        parts.push(markup);
                    }
                }
            }
            bytes += share;
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
