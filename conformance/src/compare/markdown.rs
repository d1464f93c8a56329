//! Comparisons as Markdown, for the summary of a CI job or a comment on a change.

use std::fmt::Write;

use super::{Comparison, What};
use crate::report::markdown::plain;
use crate::report::standing::target_name;

/// Rules that are listed of each sort.
const LISTED: usize = 100;

/// All comparisons as one document.
pub fn render(comparisons: &[Comparison]) -> String {
    let mut out = String::new();
    for comparison in comparisons {
        one(&mut out, comparison);
    }
    out
}

fn one(out: &mut String, comparison: &Comparison) {
    let worse = comparison.worse().count();
    let answer = match worse {
        0 => "nothing that counts is worse".to_owned(),
        1 => "**worse** in 1 rule".to_owned(),
        _ => format!("**worse** in {worse} rules"),
    };
    let _ = writeln!(
        out,
        "## {} to {}\n\n{answer}\n",
        plain(&target_name(&comparison.old)),
        plain(&target_name(&comparison.new))
    );
    if !comparison.same_plan {
        out.push_str(
            "The two runs judged different cases, so some changes may come from these.\n\n",
        );
    }
    out.push_str("| | rules | |\n| --- | ---: | --- |\n");
    for what in What::ALL {
        let count = comparison.changes(what).count();
        let _ = writeln!(out, "| {} | {count} | {} |", what.title(), what.meaning());
    }
    out.push('\n');
    for what in What::ALL {
        section(out, comparison, what);
    }
}

fn section(out: &mut String, comparison: &Comparison, what: What) {
    let count = comparison.changes(what).count();
    if count == 0 {
        return;
    }
    let _ = writeln!(
        out,
        "<details>\n<summary>{}: {count}</summary>\n\n| rule | impact | before | after | |\n| --- | --- | --- | --- | --- |",
        what.title()
    );
    for change in comparison.changes(what).take(LISTED) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {}{} |",
            plain(&change.rule),
            change.impact,
            change.before.join(", "),
            change.after.join(", "),
            if change.worse { "**worse** " } else { "" },
            plain(&change.title)
        );
    }
    if count > LISTED {
        let _ = writeln!(out, "\n... and {} more.", count - LISTED);
    }
    out.push_str("\n</details>\n\n");
}
