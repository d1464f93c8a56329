//! A picture of a map that needs no other program: a row for each number of steps from the start.
//!
//! Up to [`MOST_IN_WORDS`] states are boxes in words with labelled arrows. More are dots, and what they
//! and their arrows stand for is shown where the pointer rests.

use std::collections::VecDeque;
use std::fmt::Write;

use super::{Arrow, By, arrows, fill};
use crate::check::listing::brief;
use crate::check::map::Map;

/// The most states that are drawn in words: no screen has room for more.
const MOST_IN_WORDS: usize = 60;

/// How often rows are put in a better order, down and up again: it hardly gets better after that.
const SWEEPS: usize = 12;

/// The width of a letter and the height of a line in a box, in pixels; as good as any font has them.
const LETTER: f64 = 6.1;
const LINE: f64 = 14.0;

/// The same of a label.
const LABEL_LETTER: f64 = 4.9;
const LABEL_LINE: f64 = 10.0;

/// Room around boxes.
const GAP: f64 = 40.0;
const ROW_GAP: f64 = 64.0;

/// A dot with the room around it.
const DOT: f64 = 8.0;
const DOT_ROW: f64 = 56.0;

/// The picture of a map, as SVG.
pub fn svg(map: &Map) -> String {
    let arrows = arrows(map);
    let layout = Layout::of(map, &arrows);
    let (width, height) = layout.size;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"Helvetica, Arial, sans-serif\">\n\
         <title>{}: {} states, {} steps</title>\n\
         <style>text {{ font-size: 11px; text-anchor: middle }} .label {{ font-size: 9px; paint-order: \
         stroke; stroke: #fff; stroke-width: 3px }} path {{ fill: none }}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        escaped(map.scope.name),
        map.states.len(),
        map.edges.len()
    );
    for by in [By::Request, By::Event] {
        let _ = writeln!(
            text,
            "<marker id=\"{by:?}\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" style=\"fill: {}\"/></marker>",
            by.colour()
        );
    }
    for arrow in &arrows {
        layout.draw_arrow(arrow, &mut text);
    }
    for (id, account) in map.states.iter().enumerate() {
        layout.draw_state(id, &brief(account), fill(account), &mut text);
    }
    let mut taken = layout.boxes();
    for arrow in arrows.iter().filter(|_| layout.in_words) {
        let place = layout.place_label(arrow, &mut taken);
        layout.draw_label(arrow, place, &mut text);
    }
    text + "</svg>\n"
}

/// Where everything is.
struct Layout {
    in_words: bool,
    /// The row of each state: how many steps it is from the start.
    rows: Vec<usize>,
    /// The middle of each state, and its width and height.
    places: Vec<(f64, f64)>,
    extents: Vec<(f64, f64)>,
    size: (f64, f64),
}

impl Layout {
    fn of(map: &Map, arrows: &[Arrow]) -> Self {
        let in_words = map.states.len() <= MOST_IN_WORDS;
        let extent = |lines: Vec<String>| {
            let letters = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
            (letters as f64 * LETTER + 16.0, lines.len() as f64 * LINE + 8.0)
        };
        let extents: Vec<_> = map
            .states
            .iter()
            .map(|account| if in_words { extent(brief(account)) } else { (DOT, DOT) })
            .collect();
        let rows = distances(map.states.len(), arrows);
        let order = ordered(&rows, arrows);
        let gap = if in_words { GAP } else { DOT };
        let width_of =
            |row: &Vec<usize>| row.iter().map(|id| extents[*id].0 + gap).sum::<f64>() + gap;
        // Room at the right for the arrows that lead back.
        let widest = order.iter().map(width_of).fold(0.0, f64::max);
        let margin = 40.0 + 14.0 * order.len() as f64;
        let mut places = vec![(0.0, 0.0); map.states.len()];
        let mut top = gap;
        for row in &order {
            let tallest = row.iter().map(|id| extents[*id].1).fold(0.0, f64::max);
            let mut left = margin + (widest - width_of(row)) / 2.0 + gap;
            for id in row {
                places[*id] = (left + extents[*id].0 / 2.0, top + tallest / 2.0);
                left += extents[*id].0 + gap;
            }
            top += if in_words { tallest + ROW_GAP } else { DOT_ROW };
        }
        let size = (widest + 2.0 * margin, top);
        Self { in_words, rows, places, extents, size }
    }

    fn boxes(&self) -> Vec<Rectangle> {
        let boxes = self.places.iter().zip(&self.extents);
        boxes.map(|(&middle, &extent)| Rectangle { middle, extent }).collect()
    }

    /// The four points of an arrow's curve: down from row to row, and around the side all else.
    fn curve(&self, arrow: &Arrow) -> [(f64, f64); 4] {
        let (from, to) = (self.places[arrow.from], self.places[arrow.to]);
        let (source, target) = (self.extents[arrow.from], self.extents[arrow.to]);
        if self.rows[arrow.to] > self.rows[arrow.from] {
            let (start, end) = (from.1 + source.1 / 2.0, to.1 - target.1 / 2.0);
            let pull = (end - start) / 2.0;
            return [(from.0, start), (from.0, start + pull), (to.0, end - pull), (to.0, end)];
        }
        // To the side on which it ends, so that it does not go through what lies between.
        let side = if to.0 + from.0 < self.size.0 { -1.0 } else { 1.0 };
        let far = 24.0 + 14.0 * (self.rows[arrow.from] - self.rows[arrow.to]) as f64;
        let (start, end) = (from.0 + side * source.0 / 2.0, to.0 + side * target.0 / 2.0);
        let out = if side < 0.0 { start.min(end) } else { start.max(end) } + side * far;
        [(start, from.1), (out, from.1), (out, to.1), (end, to.1)]
    }

    fn draw_arrow(&self, arrow: &Arrow, text: &mut String) {
        let [a, b, c, d] = self.curve(arrow);
        let dashes = match arrow.by {
            By::Request => "",
            By::Event => " stroke-dasharray=\"4 3\"",
        };
        let faint = if self.in_words { "" } else { " opacity=\".35\"" };
        let _ = writeln!(
            text,
            "<path d=\"M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}\" stroke=\"{}\"{dashes}{faint} \
             marker-end=\"url(#{:?})\"><title>{}</title></path>",
            a.0,
            a.1,
            b.0,
            b.1,
            c.0,
            c.1,
            d.0,
            d.1,
            arrow.by.colour(),
            arrow.by,
            escaped(&arrow.labels.join("\n"))
        );
    }

    /// Near the middle of its curve, where it covers neither a state nor one of the labels before it.
    fn place_label(&self, arrow: &Arrow, taken: &mut Vec<Rectangle>) -> (f64, f64) {
        let [a, b, c, d] = self.curve(arrow);
        let letters = arrow.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let extent = (letters as f64 * LABEL_LETTER, arrow.labels.len() as f64 * LABEL_LINE);
        let along = |at: f64, a: f64, b: f64, c: f64, d: f64| {
            let back = 1.0 - at;
            back.powi(3) * a
                + 3.0 * back * back * at * b
                + 3.0 * back * at * at * c
                + at.powi(3) * d
        };
        let candidate = |at| Rectangle {
            middle: (along(at, a.0, b.0, c.0, d.0), along(at, a.1, b.1, c.1, d.1)),
            extent,
        };
        let free = |place: &Rectangle| taken.iter().all(|other| !place.overlaps(other));
        let tries = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82].map(candidate);
        let place = tries.into_iter().find(free).unwrap_or(candidate(0.5));
        taken.push(place);
        place.middle
    }

    fn draw_label(&self, arrow: &Arrow, (x, y): (f64, f64), text: &mut String) {
        for (number, label) in arrow.labels.iter().enumerate() {
            let y = y + number as f64 * LABEL_LINE + 3.0;
            let (colour, label) = (arrow.by.colour(), escaped(label));
            let _ = writeln!(
                text,
                "<text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{label}</text>"
            );
        }
    }

    fn draw_state(&self, id: usize, lines: &[String], fill: &str, text: &mut String) {
        let ((x, y), (width, height)) = (self.places[id], self.extents[id]);
        let (left, top) = (x - width / 2.0, y - height / 2.0);
        let radius = if self.in_words { 6.0 } else { DOT / 2.0 };
        let _ = write!(
            text,
            "<g><title>{}</title><rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\" rx=\"{radius}\" fill=\"{fill}\" stroke=\"#333\"/>",
            escaped(&lines.join("\n"))
        );
        if self.in_words {
            for (number, line) in (1..).zip(lines) {
                let base = top + f64::from(number) * LINE + 1.0;
                let _ = write!(text, "<text x=\"{x:.1}\" y=\"{base:.1}\">{}</text>", escaped(line));
            }
        }
        *text += "</g>\n";
    }
}

#[derive(Clone, Copy, Debug)]
struct Rectangle {
    middle: (f64, f64),
    extent: (f64, f64),
}

impl Rectangle {
    fn overlaps(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64, extents: f64| (a - b).abs() < extents / 2.0;
        near(self.middle.0, other.middle.0, self.extent.0 + other.extent.0)
            && near(self.middle.1, other.middle.1, self.extent.1 + other.extent.1)
    }
}

/// How many steps each state is from the start.
fn distances(states: usize, arrows: &[Arrow]) -> Vec<usize> {
    let mut next = vec![vec![]; states];
    for arrow in arrows {
        next[arrow.from].push(arrow.to);
    }
    let mut rows = vec![usize::MAX; states];
    rows[0] = 0;
    let mut open = VecDeque::from([0]);
    while let Some(id) = open.pop_front() {
        for &after in &next[id] {
            if rows[after] == usize::MAX {
                rows[after] = rows[id] + 1;
                open.push_back(after);
            }
        }
    }
    rows
}

/// The states of each row, from left to right: each where its neighbours in the rows beside are on
/// average, so that fewer arrows cross.
fn ordered(rows: &[usize], arrows: &[Arrow]) -> Vec<Vec<usize>> {
    let deepest = rows.iter().copied().max().unwrap_or(0);
    let mut order = vec![vec![]; deepest + 1];
    for (id, row) in rows.iter().enumerate() {
        order[*row].push(id);
    }
    let (mut above, mut below) = (vec![vec![]; rows.len()], vec![vec![]; rows.len()]);
    for arrow in arrows {
        if rows[arrow.from] < rows[arrow.to] {
            above[arrow.to].push(arrow.from);
            below[arrow.from].push(arrow.to);
        } else if rows[arrow.from] > rows[arrow.to] {
            below[arrow.to].push(arrow.from);
            above[arrow.from].push(arrow.to);
        }
    }
    let mut at = vec![0.0; rows.len()];
    let remember = |row: &[usize], at: &mut Vec<f64>| {
        for (place, id) in row.iter().enumerate() {
            at[*id] = (place as f64 + 0.5) / row.len() as f64;
        }
    };
    for row in &order {
        remember(row, &mut at);
    }
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        for step in 0..order.len() {
            let number = if down { step } else { deepest - step };
            let neighbours = if down { &above } else { &below };
            let wish = |id: &usize| {
                let near = &neighbours[*id];
                let sum: f64 = near.iter().map(|other| at[*other]).sum();
                if near.is_empty() { at[*id] } else { sum / near.len() as f64 }
            };
            order[number].sort_by(|a, b| wish(a).total_cmp(&wish(b)));
            remember(&order[number], &mut at);
        }
    }
    order
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::scope::{LIVES_1_1_1, LIVES_2_1_1};

    #[test]
    fn a_small_scope_is_drawn_in_words_and_a_larger_one_in_dots() {
        for (scope, in_words) in [(&LIVES_1_1_1, true), (&LIVES_2_1_1, false)] {
            let map = Map::of(scope);
            let arrows = arrows(&map);
            let text = svg(&map);
            assert_eq!(text.matches("<g>").count(), map.states.len());
            assert_eq!(text.matches("marker-end").count(), arrows.len());
            assert_eq!(text.contains("class=\"label\""), in_words);
            assert!(text.contains("the restore of Music finishes"));
        }
    }

    #[test]
    fn the_labels_of_an_arrow_stand_one_below_the_other() {
        let map = Map::of(&LIVES_1_1_1);
        let layout = Layout::of(&map, &arrows(&map));
        let labels = vec!["one".to_owned(), "two".to_owned()];
        let mut text = String::new();
        let arrow = Arrow { from: 0, to: 1, by: By::Event, labels };
        layout.draw_label(&arrow, (10.0, 20.0), &mut text);
        let lines: Vec<_> = text.lines().collect();
        let line = |y: f64, label: &str| {
            format!("<text class=\"label\" x=\"10.0\" y=\"{y:.1}\" fill=\"#7a7a7a\">{label}</text>")
        };
        assert_eq!(lines, [line(23.0, "one"), line(23.0 + LABEL_LINE, "two")]);
    }

    #[test]
    fn no_two_states_are_drawn_at_one_place_and_all_are_in_the_picture() {
        for scope in [&LIVES_1_1_1, &LIVES_2_1_1] {
            let map = Map::of(scope);
            let layout = Layout::of(&map, &arrows(&map));
            let boxes = layout.boxes();
            for (number, state) in boxes.iter().enumerate() {
                let (x, y) = state.middle;
                assert!(x > 0.0 && y > 0.0 && x < layout.size.0 && y < layout.size.1);
                let over = boxes[..number].iter().find(|other| state.overlaps(other));
                assert!(over.is_none(), "state {number} lies over another");
            }
        }
    }
}
