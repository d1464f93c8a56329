//! A map for other programs.

use serde_json::{Map as Members, Value, json};

use crate::check::action::Action;
use crate::check::listing::listing;
use crate::check::map::{Edge, Map};

/// All states, each in the lines that tell it from every other, and all edges, each with what was asked or
/// what happened. Steps that change nothing are among them.
pub fn json(map: &Map) -> String {
    let states = map.states.iter().enumerate();
    let graph = json!({
        "scope": map.scope.name,
        "start": 0,
        "states": states.map(|(id, it)| json!({"id": id, "state": listing(it)})).collect::<Vec<_>>(),
        "edges": map.edges.iter().map(edge).collect::<Vec<_>>(),
    });
    graph.to_string() + "\n"
}

fn edge(edge: &Edge) -> Value {
    let mut members = Members::new();
    let mut say = |name: &str, value: Value| members.insert(name.to_owned(), value);
    say("from", json!(edge.from));
    say("to", json!(edge.to));
    say("label", json!(edge.action.to_string()));
    match &edge.action {
        Action::Request(call) => {
            say("request", json!(call.request.operation().name()));
            say("body", call.request.body());
        }
        Action::Event(event) => {
            say("event", json!(event.kind()));
            say("subject", json!(event.subject().as_str()));
        }
        Action::Time(time) => {
            say("time", json!(time));
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::scope::LIVES_1_1_1;

    #[test]
    fn every_edge_leads_from_a_state_to_a_state_and_says_what_was_done() {
        let map = Map::of(&LIVES_1_1_1);
        let graph: Value = serde_json::from_str(&json(&map)).unwrap();
        let states = graph["states"].as_array().unwrap().len() as u64;
        let edges = graph["edges"].as_array().unwrap();
        assert_eq!((states, edges.len()), (30, 100));
        for edge in edges {
            for end in ["from", "to"] {
                assert!(edge[end].as_u64().is_some_and(|id| id < states), "{edge}");
            }
            assert!(edge["request"].is_string() != edge["event"].is_string(), "{edge}");
        }
    }
}
