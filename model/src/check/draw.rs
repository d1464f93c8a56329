//! A scope for people to look at, and for other programs to read.
//!
//! | module | what it makes of a [`Map`] |
//! | --- | --- |
//! | [`dot()`] | a graph in Graphviz's language |
//! | [`svg()`] | a picture that needs no other program |
//! | [`json()`] | all states and labelled edges |
//!
//! [`lifecycles()`] draws how tables and backups come, change and go ([`cycles`](super::cycles)), as Mermaid.
//!
//! In a graph, steps between the same two states are one arrow with several labels, and steps that lead
//! back to where they begin are left out: they say which requests change nothing, and would hide the rest.

mod dot;
mod json;
mod lifecycles;
mod svg;

use std::collections::BTreeMap;

use super::action::Action;
use super::graph::StateId;
use super::map::Map;
use crate::account::Account;
use crate::service;

pub use dot::dot;
pub use json::json;
pub use lifecycles::lifecycles;
pub use svg::svg;

/// All steps of one kind from one state to another.
struct Arrow {
    from: StateId,
    to: StateId,
    by: By,
    labels: Vec<String>,
}

/// Who makes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// Somebody asks for it.
    Request,
    /// It happens by itself.
    Event,
}

impl By {
    fn colour(self) -> &'static str {
        match self {
            By::Request => "#1a4e8a",
            By::Event => "#7a7a7a",
        }
    }
}

fn arrows(map: &Map) -> Vec<Arrow> {
    let mut arrows: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for edge in map.edges.iter().filter(|edge| edge.from != edge.to) {
        let by = match edge.action {
            Action::Request(_) => By::Request,
            Action::Event(_) | Action::Time(_) => By::Event,
        };
        arrows.entry((edge.from, edge.to, by)).or_default().push(edge.action.to_string());
    }
    let arrow = |((from, to, by), labels)| Arrow { from, to, by, labels };
    arrows.into_iter().map(arrow).collect()
}

/// Where a restore is in flight, where the service has nothing left to do, and all else.
fn fill(account: &Account) -> &'static str {
    if account.restores().next().is_some() {
        "#ffe3b8"
    } else if service::events(account).is_empty() {
        "#dff2df"
    } else {
        "#ffffff"
    }
}
