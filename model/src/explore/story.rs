//! A path told request by request: what was asked, what came of it, and what it changed.

use std::fmt;

use super::action::{Action, Reaction};
use super::listing::{brief, changes, listing};
use super::machine::Machine;
use crate::account::Account;

/// A path with everything on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The account at the start.
    pub start: Account,
    /// What happened, one after the other.
    pub chapters: Vec<Chapter>,
}

/// One step of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub reaction: Reaction,
    /// The account afterwards.
    pub after: Account,
}

impl Story {
    /// Takes the steps of a path again.
    pub fn of(machine: &Machine, path: &[Action]) -> Self {
        let start = machine.start();
        let mut account = start.clone();
        let chapters = path.iter().map(|action| {
            let reaction = machine.react(&account, action);
            if let Some(after) = reaction.after() {
                account = after.clone();
            }
            Chapter { action: action.clone(), reaction, after: account.clone() }
        });
        let chapters = chapters.collect();
        Self { start, chapters }
    }

    /// The account before each step, and the step.
    pub fn steps(&self) -> impl Iterator<Item = (&Account, &Chapter)> {
        let after = self.chapters.iter().map(|chapter| &chapter.after);
        std::iter::once(&self.start).chain(after).zip(&self.chapters)
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reaction::Accepted(_) => f.write_str("accepted"),
            Reaction::Happened(_) => f.write_str("happens"),
            Reaction::Refused { refusal, .. } => {
                f.write_str("refused:")?;
                for (number, violation) in refusal.violations().iter().enumerate() {
                    let or = if number == 0 { "" } else { " or" };
                    write!(f, "{or} {} ({})", violation.error, violation.rule)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Story {
    /// A line for each step, below it what it changed, and at the end what there is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (before, chapter)) in (1..).zip(self.steps()) {
            let Chapter { action, reaction, after } = chapter;
            writeln!(f, "{number:>4}. {}", headline(action, reaction))?;
            for line in changes(before, after) {
                writeln!(f, "{}", wrapped(&line, 8))?;
            }
        }
        let end = self.chapters.last().map_or(&self.start, |chapter| &chapter.after);
        writeln!(f, "   In the end:")?;
        for line in brief(end) {
            writeln!(f, "{}", wrapped(&line, 10))?;
        }
        Ok(())
    }
}

/// What was done and what came of it; of what happens by itself the first says all.
fn headline(action: &Action, reaction: &Reaction) -> String {
    match reaction {
        Reaction::Happened(_) => action.to_string(),
        Reaction::Accepted(_) | Reaction::Refused { .. } => format!("{action}: {reaction}"),
    }
}

/// A step for somebody who goes from state to state: what came of it, what there is then, and what would
/// be refused there.
pub(crate) fn page(machine: &Machine, before: &Account, action: &Action) -> String {
    let reaction = machine.react(before, action);
    let after = reaction.after().unwrap_or(before);
    let mut text = headline(action, &reaction) + "\n";
    for line in changes(before, after) {
        text += &format!("{}\n", wrapped(&line, 2));
    }
    text += "\nNow there is:\n";
    for line in listing(after) {
        text += &format!("{}\n", wrapped(&line, 2));
    }
    let tried = machine.actions(after);
    let refused = tried.iter().filter_map(|action| match machine.react(after, action) {
        refused @ Reaction::Refused { .. } => Some(format!("{action}: {refused}")),
        Reaction::Accepted(_) | Reaction::Happened(_) => None,
    });
    let refused: Vec<_> = refused.collect();
    if !refused.is_empty() {
        text += "\nRefused here:\n";
    }
    for line in refused {
        text += &format!("{}\n", wrapped(&line, 2));
    }
    text
}

/// How wide a terminal is taken to be.
const COLUMNS: usize = 100;

/// A line that is cut between words where it would be too long; what follows is indented further.
fn wrapped(line: &str, indent: usize) -> String {
    let mut text = " ".repeat(indent);
    let mut column = indent;
    for (number, word) in line.split(' ').enumerate() {
        let width = word.chars().count();
        if number > 0 && column + 1 + width > COLUMNS {
            text += "\n";
            text += &" ".repeat(indent + 6);
            column = indent + 6;
        } else if number > 0 {
            text.push(' ');
            column += 1;
        }
        text += word;
        column += width;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_would_be_longer_than_a_terminal_is_wide() {
        let words = |second: usize| format!("{} {}", "x".repeat(47), "y".repeat(second));
        assert_eq!(wrapped(&words(50), 2), format!("  {}", words(50)));
        let cut = format!("  {}\n        {}", "x".repeat(47), "y".repeat(51));
        assert_eq!(wrapped(&words(51), 2), cut);
        // There is no better place for the first word.
        assert_eq!(wrapped(&"x".repeat(120), 2), format!("  {}", "x".repeat(120)));
    }
}
