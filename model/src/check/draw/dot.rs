//! A graph in DOT, Graphviz's language.

use std::fmt::Write;

use super::{By, arrows, fill};
use crate::check::listing::brief;
use crate::check::map::Map;

/// A map in DOT.
pub fn dot(map: &Map) -> String {
    let mut text = format!("digraph {:?} {{\n", map.scope.name);
    text += "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n";
    text += "  edge [fontname=\"Helvetica\", fontsize=9];\n";
    for (id, account) in map.states.iter().enumerate() {
        let label = quoted(&brief(account));
        let _ = writeln!(text, "  s{id} [label={label}, fillcolor=\"{}\"];", fill(account));
    }
    for arrow in arrows(map) {
        let (from, to, label) = (arrow.from, arrow.to, quoted(&arrow.labels));
        let colour = arrow.by.colour();
        let style = match arrow.by {
            By::Request => "solid",
            By::Event => "dashed",
        };
        let _ = writeln!(
            text,
            "  s{from} -> s{to} [label={label}, style={style}, color=\"{colour}\", \
             fontcolor=\"{colour}\"];"
        );
    }
    text + "}\n"
}

/// Lines as one string of DOT.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<_> =
        lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::scope::LIVES_1_1_1;

    #[test]
    fn every_state_and_every_step_that_changes_something_is_drawn() {
        let map = Map::of(&LIVES_1_1_1);
        let text = dot(&map);
        let nodes = text.lines().filter(|line| line.starts_with("  s") && !line.contains("->"));
        assert_eq!(nodes.count(), map.states.len());
        let drawn: usize = arrows(&map).iter().map(|arrow| arrow.labels.len()).sum();
        assert_eq!(drawn, map.edges.iter().filter(|edge| edge.from != edge.to).count());
        assert_eq!(text.matches(" -> ").count(), arrows(&map).len());
        assert!(text.contains("\"... the restore of Music finishes\", style=dashed"), "{text}");
    }

    #[test]
    fn what_a_label_says_does_not_end_its_string() {
        assert_eq!(quoted(&["a \"b\" \\".to_owned(), "c".to_owned()]), r#""a \"b\" \\\nc""#);
    }
}
