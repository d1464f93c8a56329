//! A comparison for people at a terminal.

use std::fmt::Write;

use super::{Change, Comparison, What};
use crate::report::layout::visible;
use crate::report::standing::target_name;

/// Places that a change names.
const PLACES: usize = 4;

/// The comparison as text: what is worse first, a count of each sort last.
pub fn render(comparison: &Comparison) -> String {
    let mut out =
        format!("\n{} -> {}\n", target_name(&comparison.old), target_name(&comparison.new));
    for what in What::ALL {
        let changes: Vec<&Change> = comparison.changes(what).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{} ({}):", what.title(), what.meaning());
        for change in changes {
            line(&mut out, change);
        }
    }
    let counts = What::ALL.map(|what| {
        let count = comparison.changes(what).count();
        format!("{count} {}", what.title())
    });
    let _ = writeln!(out, "\n{}", counts.join(", "));
    match comparison.worse().count() {
        0 => out.push_str("nothing that counts is worse\n"),
        worse => {
            let _ = writeln!(out, "WORSE in {worse} rules that count (marked with !)");
        }
    }
    if !comparison.same_plan {
        out.push_str("the two runs judged different cases, so some changes may come from these\n");
    }
    out
}

fn line(out: &mut String, change: &Change) {
    let mark = if change.worse { '!' } else { ' ' };
    let _ =
        writeln!(out, "{mark} {:<9} {} [{}]", change.rule, visible(&change.title), change.impact);
    if change.before != change.after && !change.before.is_empty() && !change.after.is_empty() {
        let _ = writeln!(
            out,
            "            {} -> {}",
            change.before.join(", "),
            change.after.join(", ")
        );
    }
    for place in change.places.iter().take(PLACES) {
        let _ = writeln!(out, "            {}", visible(place));
    }
    if change.places.len() > PLACES {
        let _ = writeln!(out, "            and {} more", change.places.len() - PLACES);
    }
}
