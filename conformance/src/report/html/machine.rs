//! The life cycles of tables and backups as the model checker sees them, each transition coloured by
//! what was seen of the rules that decide it. `cycles.json` is what the model says; a test finds it again.

mod drawing;

use std::sync::LazyLock;

use maud::{Markup, html};
use serde::Deserialize;

use self::drawing::{Arrow, BACKUPS, Drawing, Place, TABLES};
use super::Column;
use crate::verdict::Verdict;

/// The life cycles of tables and of backups.
#[derive(Deserialize)]
struct Cycles {
    tables: Cycle,
    backups: Cycle,
}

#[derive(Deserialize)]
struct Cycle {
    moves: Vec<Move>,
    refusals: Vec<Refusal>,
}

/// A transition, and the rules that decide it.
#[derive(Deserialize)]
struct Move {
    from: String,
    to: String,
    by: String,
    is_event: bool,
    rules: Vec<String>,
}

/// A request that is refused at a stage, and the rules that refuse it.
#[derive(Deserialize)]
struct Refusal {
    stage: String,
    operation: String,
    rules: Vec<String>,
}

static CYCLES: LazyLock<Cycles> = LazyLock::new(|| {
    serde_json::from_str(include_str!("machine/cycles.json"))
        .expect("built in, and a test reads it")
});

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
fn seen(column: &Column<'_>, rules: &[String]) -> Seen {
    let verdicts = rules.iter().filter_map(|rule| column.report.rules.get(rule));
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
                "What a table and a backup go through, as the model checker sees it. An arrow is a transition, a line "
                "in a box a request that is refused at that stage; broken arrows happen by themselves. Colours say what "
                "was seen of the rules that decide it: "
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
            @for column in Column::judged(columns) {
                @if columns.len() > 1 { h3 { (column.name) } }
                (figure("Tables", &CYCLES.tables, &TABLES, column))
                (figure("Backups", &CYCLES.backups, &BACKUPS, column))
            }
        }
    }
}

fn figure(title: &str, cycle: &Cycle, drawing: &Drawing, column: &Column<'_>) -> Markup {
    let name = |stage: &str| {
        drawing.stages.iter().find(|place| place.stage == stage).map_or("?", |place| place.name)
    };
    html! {
        figure.cycle {
            figcaption { (title) }
            div.scroll tabindex="0" role="region" aria-label={(title) " of " (column.name)} {
                svg viewBox={"0 0 " (drawing.width) " " (drawing.height)} width=(drawing.width) height=(drawing.height)
                    role="img" aria-label={"Life cycle of " (title.to_lowercase()) "; the list below says the same"} {
                    @for place in drawing.arrows { (arrow(place, cycle, column)) }
                    @for place in drawing.stages { (stage(place, cycle, column)) }
                }
            }
            details {
                summary { "The same as a list" }
                ul.transitions {
                    @for it in &cycle.moves {
                        (item(&format!("{} to {}: {}", name(&it.from), name(&it.to), it.label()), &it.rules, column))
                    }
                    @for it in &cycle.refusals {
                        (item(&format!("{}: {} is refused", name(&it.stage), it.operation), &it.rules, column))
                    }
                }
            }
        }
    }
}

impl Move {
    /// What makes it, in words: an operation as it is called, an event in small letters.
    fn label(&self) -> String {
        self.by.replace('-', " ")
    }
}

fn item(text: &str, rules: &[String], column: &Column<'_>) -> Markup {
    let seen = seen(column, rules);
    html! {
        li.(seen.class()) {
            span.sign { (seen.sign()) } " " (text) ": " (seen.word())
            @for rule in rules.iter().filter(|rule| column.report.rules.contains_key(*rule)) {
                " " a.id href={"#" (column.cell(rule))} { (rule) }
            }
        }
    }
}

fn arrow(place: &Arrow, cycle: &Cycle, column: &Column<'_>) -> Markup {
    let is_it = |it: &&Move| it.from == place.from && it.to == place.to && it.by == place.by;
    let Some(it) = cycle.moves.iter().find(is_it) else { return html! {} };
    let seen = seen(column, &it.rules);
    let [x, y] = place.at;
    html! {
        g.edge.(seen.class()).own[it.is_event] {
            title { (it.label()) ": " (seen.word()) " (" (it.rules.join(", ")) ")" }
            path d=(place.path) marker-end="url(#tip)" {}
            text x=(x) y=(y) text-anchor=(place.anchor) { (seen.sign()) " " (it.label()) }
        }
    }
}

fn stage(place: &Place, cycle: &Cycle, column: &Column<'_>) -> Markup {
    let [x, y] = place.at;
    let refusals: Vec<&Refusal> =
        cycle.refusals.iter().filter(|refusal| refusal.stage == place.stage).collect();
    html! {
        g.state {
            rect x=(x) y=(y) width=(place.width) height=(Place::height(refusals.len())) rx="6" {}
            text.name x=(x + 12) y=(y + 22) { (place.name) }
            @for (index, refusal) in (0..).zip(refusals) {
                (refused(refusal, x + 12, y + 42 + 17 * index, column))
            }
        }
    }
}

fn refused(refusal: &Refusal, x: i32, y: i32, column: &Column<'_>) -> Markup {
    let seen = seen(column, &refusal.rules);
    html! {
        text.refusal.(seen.class()) x=(x) y=(y) {
            title { (refusal.operation) " is refused: " (seen.word()) " (" (refusal.rules.join(", ")) ")" }
            (seen.sign()) " " (refusal.operation)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use reinstate_model::rules::catalogue;

    use super::*;

    fn drawings() -> [(&'static Cycle, &'static Drawing); 2] {
        [(&CYCLES.tables, &TABLES), (&CYCLES.backups, &BACKUPS)]
    }

    #[test]
    fn every_transition_is_drawn_and_nothing_else() {
        for (cycle, drawing) in drawings() {
            let moves: BTreeSet<[&str; 3]> =
                cycle.moves.iter().map(|it| [it.from.as_str(), &it.to, &it.by]).collect();
            let arrows = drawing.arrows.iter().map(|place| [place.from, place.to, place.by]);
            assert_eq!(moves, arrows.collect());
            let stages: BTreeSet<&str> = drawing.stages.iter().map(|place| place.stage).collect();
            for refusal in &cycle.refusals {
                assert!(stages.contains(refusal.stage.as_str()), "{}", refusal.stage);
            }
            let rules = cycle.moves.iter().flat_map(|it| &it.rules);
            for rule in rules.chain(cycle.refusals.iter().flat_map(|it| &it.rules)) {
                assert!(catalogue().get(rule).is_some(), "{rule}");
            }
        }
    }

    #[test]
    fn every_stage_lies_within_its_drawing() {
        for (cycle, drawing) in drawings() {
            for place in drawing.stages {
                let lines = cycle.refusals.iter().filter(|it| it.stage == place.stage).count();
                assert!(place.at[0] + place.width <= drawing.width, "{}", place.name);
                assert!(place.at[1] + Place::height(lines) <= drawing.height, "{}", place.name);
            }
        }
    }
}
