//! The life cycles of tables and backups, drawn by hand, each transition coloured by what was seen of
//! the rules that state it.

mod drawing;

use maud::{Markup, html};

use self::drawing::{BACKUPS, Cycle, Edge, Refusal, State, TABLES};
use super::Column;
use crate::verdict::Verdict;

/// What was seen of a transition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Every rule that was seen was kept.
    Kept,
    /// Some rule that counts was broken.
    Diverged,
    /// A rule that is not sure enough to count was broken.
    Reported,
    /// No answer bore on any of its rules.
    Not,
}

impl Seen {
    fn class(self) -> &'static str {
        match self {
            Seen::Kept => "p",
            Seen::Diverged => "d",
            Seen::Reported => "r",
            Seen::Not => "n",
        }
    }

    /// A sign beside the colour, for those who do not see it.
    fn sign(self) -> &'static str {
        match self {
            Seen::Kept => "✓",
            Seen::Diverged => "✕",
            Seen::Reported => "~",
            Seen::Not => "·",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Seen::Kept => "seen as specified",
            Seen::Diverged => "diverged",
            Seen::Reported => "differs, not counted",
            Seen::Not => "not seen",
        }
    }
}

/// What a report says of the rules of one transition.
fn seen(column: &Column<'_>, rules: &[&str]) -> Seen {
    let verdicts = rules.iter().filter_map(|rule| column.report.rules.get(*rule));
    verdicts.fold(Seen::Not, |seen, verdict| match (seen, verdict) {
        (Seen::Diverged, _) | (_, Verdict::Diverges | Verdict::TooFast | Verdict::Waived) => {
            Seen::Diverged
        }
        (Seen::Reported, _) | (_, Verdict::Reported) => Seen::Reported,
        (Seen::Kept, _) | (_, Verdict::Pass | Verdict::StaleWaiver) => Seen::Kept,
        (Seen::Not, Verdict::NotRun | Verdict::Unsupported) => Seen::Not,
    })
}

pub fn section(columns: &[Column<'_>]) -> Markup {
    html! {
        section #cycles {
            h2 { "Life cycles" }
            p.legend {
                "An arrow is a transition, a line in a box a request that is refused there. Broken arrows happen by themselves. "
                @for seen in [Seen::Kept, Seen::Diverged, Seen::Reported, Seen::Not] {
                    span.key.(seen.class()) { (seen.sign()) " " (seen.word()) } " "
                }
            }
            // Arrowheads take the colour of their line, one set for the whole page.
            svg.defs aria-hidden="true" width="0" height="0" {
                defs { marker #tip viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                    path d="M0 0 8 4 0 8z" fill="context-stroke" {}
                } }
            }
            @for column in columns {
                @if columns.len() > 1 { h3 { (column.name) } }
                (figure("Tables", &TABLES, column))
                (figure("Backups", &BACKUPS, column))
            }
        }
    }
}

fn figure(title: &str, cycle: &Cycle, column: &Column<'_>) -> Markup {
    html! {
        figure.cycle {
            figcaption { (title) }
            div.scroll tabindex="0" role="region" aria-label={(title) " of " (column.name)} {
                svg viewBox={"0 0 " (cycle.width) " " (cycle.height)} width=(cycle.width) height=(cycle.height)
                    role="img" aria-label={"Life cycle of " (title.to_lowercase()) "; the list below says the same"} {
                    @for edge in cycle.edges { (arrow(edge, column)) }
                    @for state in cycle.states { (state_box(state, column)) }
                }
            }
            details {
                summary { "The same as a list" }
                ul.transitions {
                    @for edge in cycle.edges { (item(edge.says, edge.rules, column)) }
                    @for state in cycle.states {
                        @for refusal in state.refusals {
                            (item(&format!("{}: {} is refused", state.name, refusal.says), refusal.rules, column))
                        }
                    }
                }
            }
        }
    }
}

fn item(text: &str, rules: &[&str], column: &Column<'_>) -> Markup {
    let seen = seen(column, rules);
    html! {
        li.(seen.class()) {
            span.sign { (seen.sign()) } " " (text) ": " (seen.word())
            @for rule in rules { " " a.id href={"#" (rule) "/" (column.slug)} { (rule) } }
        }
    }
}

fn arrow(edge: &Edge, column: &Column<'_>) -> Markup {
    let seen = seen(column, edge.rules);
    let [x, y] = edge.at;
    html! {
        g.edge.(seen.class()).own[edge.own] {
            title { (edge.says) ": " (seen.word()) " (" (edge.rules.join(", ")) ")" }
            path d=(edge.path) marker-end="url(#tip)" {}
            text x=(x) y=(y) text-anchor=(edge.anchor) { (seen.sign()) " " (edge.label) }
        }
    }
}

fn state_box(state: &State, column: &Column<'_>) -> Markup {
    let [x, y] = state.at;
    let height = state.height();
    html! {
        g.state {
            rect x=(x) y=(y) width=(state.width) height=(height) rx="6" {}
            text.name x=(x + 12) y=(y + 22) { (state.name) }
            @for (index, refusal) in (0..).zip(state.refusals) {
                (refused(refusal, x + 12, y + 42 + 17 * index, column))
            }
        }
    }
}

fn refused(refusal: &Refusal, x: i32, y: i32, column: &Column<'_>) -> Markup {
    let seen = seen(column, refusal.rules);
    html! {
        text.refusal.(seen.class()) x=(x) y=(y) {
            title { (refusal.says) " is refused: " (seen.word()) " (" (refusal.rules.join(", ")) ")" }
            (seen.sign()) " " (refusal.says)
        }
    }
}

#[cfg(test)]
mod tests {
    use reinstate_model::rules::catalogue;

    use super::{BACKUPS, TABLES};

    #[test]
    fn every_transition_names_rules_of_the_catalogue() {
        for cycle in [&TABLES, &BACKUPS] {
            let edges = cycle.edges.iter().map(|edge| edge.rules);
            let refusals = cycle.states.iter().flat_map(|state| state.refusals);
            for rules in edges.chain(refusals.map(|refusal| refusal.rules)) {
                assert!(!rules.is_empty());
                for rule in rules {
                    assert!(catalogue().get(rule).is_some(), "{rule}");
                }
            }
        }
    }

    #[test]
    fn every_state_lies_within_its_drawing() {
        for cycle in [&TABLES, &BACKUPS] {
            for state in cycle.states {
                assert!(state.at[0] + state.width <= cycle.width, "{}", state.name);
                assert!(state.at[1] + state.height() <= cycle.height, "{}", state.name);
            }
        }
    }
}
