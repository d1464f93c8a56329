//! What can be left out of a case. Pure: every function makes a smaller case, and whether it still
//! shows the fault is found out elsewhere.

use std::collections::BTreeSet;
use std::ops::Range;

use reinstate_model::pointer;
use serde_json::{Value, json};

use crate::members;
use crate::scenario::{Action, Call, Lane, Scenario, Wire};

/// The last action with what makes the tables and backups that it speaks of, and what these need in
/// turn: most findings need no more. None if that is all there is.
pub(super) fn slice(scenario: &Scenario) -> Option<Scenario> {
    let (last, before) = scenario.actions.split_last()?;
    let mut needed = symbols(last);
    let mut kept = vec![last.clone()];
    for action in before.iter().rev() {
        let is_needed = match action {
            Action::Call(call) => made_by(call).iter().any(|symbol| needed.contains(symbol)),
            Action::Await { what, event: None } => needed.contains(what),
            Action::Await { .. } | Action::Race { .. } | Action::Elapse { .. } => false,
        };
        if is_needed {
            needed.extend(symbols(action));
            kept.push(action.clone());
        }
    }
    kept.reverse();
    (kept.len() < scenario.actions.len()).then(|| Scenario { actions: kept, ..scenario.clone() })
}

/// The tables and backups that an action speaks of, as `table:a` and `backup:b`.
fn symbols(action: &Action) -> BTreeSet<String> {
    let text = match action {
        Action::Await { what, .. } => return BTreeSet::from([what.clone()]),
        Action::Call(call) => serde_json::to_string(call).unwrap_or_default(),
        Action::Race { race } => serde_json::to_string(race).unwrap_or_default(),
        Action::Elapse { .. } => return BTreeSet::new(),
    };
    // What follows a brace up to the next one; whatever else that catches, nothing makes it.
    text.split('{')
        .filter_map(|rest| rest.split_once('}').map(|(inner, _)| inner))
        .map(|inner| inner.replacen("backup-id:", "backup:", 1))
        .collect()
}

/// What a call makes, or would if it were accepted.
fn made_by(call: &Call) -> Vec<String> {
    let made = match call.call.as_str() {
        "CreateTable" => call.with["TableName"].as_str(),
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => {
            call.with["TargetTableName"].as_str()
        }
        _ => None,
    };
    let table = made.map(|symbol| symbol.trim_matches(['{', '}']).to_owned());
    let backup = call.label.as_ref().map(|label| format!("backup:{label}"));
    table.into_iter().chain(backup).collect()
}

/// The case without some of its actions. None if they are nothing but waiting for what is still made:
/// that is no part of what shows a fault, and where things take time all the rest depends on it.
pub(super) fn without(scenario: &Scenario, range: &Range<usize>) -> Option<Scenario> {
    let waits = |action: &Action| matches!(action, Action::Await { event: None, .. });
    if scenario.actions[range.clone()].iter().all(waits) {
        return None;
    }
    let kept = scenario.actions.iter().enumerate().filter(|(at, _)| !range.contains(at));
    let actions = tidy(kept.map(|(_, action)| action.clone()).collect());
    Some(Scenario { actions, ..scenario.clone() })
}

/// Without waiting for what no call before it speaks of.
fn tidy(actions: Vec<Action>) -> Vec<Action> {
    let mut spoken = String::new();
    let mut kept = Vec::new();
    for action in actions {
        match &action {
            Action::Call(call) => {
                spoken.push_str(&call.with.to_string());
                let label = call.label.as_deref().unwrap_or_default();
                spoken.push_str(&format!("{{backup:{label}}}"));
            }
            Action::Await { what, .. } => {
                if !spoken.contains(&format!("{{{what}}}")) {
                    continue;
                }
            }
            Action::Race { race } => {
                let calls = race.iter().flatten();
                spoken.extend(calls.map(|call| call.with.to_string()));
            }
            Action::Elapse { .. } => {}
        }
        kept.push(action);
    }
    kept
}

/// Where in the body of a call something can be left out, as JSON pointers: outer parts before those
/// inside them, and of each list the last element first. Members that are required stay; so does what
/// keeps a list to the case's own table, since others run beside it.
pub(super) fn parts(scenario: &Scenario, call: &Call) -> Vec<String> {
    let is_shared = call.call == "ListBackups" && !scenario.alone;
    let mut found = Vec::new();
    collect(&call.with, "", &mut found);
    let stays = |pointer: &String| {
        members::is_required(&call.call, pointer) || (is_shared && pointer == "/TableName")
    };
    found.retain(|pointer| !stays(pointer));
    found
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let name = pointer::escape(name);
                (format!("{at}/{name}"), value)
            })
            .collect(),
        Value::Array(values) => {
            values.iter().enumerate().rev().map(|(n, v)| (format!("{at}/{n}"), v)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    };
    found.extend(children.iter().map(|(at, _)| at.clone()));
    for (at, value) in children {
        collect(value, &at, found);
    }
}

/// The body without what a pointer names.
fn without_part(body: &Value, pointer: &str) -> Option<Value> {
    let mut body = body.clone();
    let (outer, name) = pointer.rsplit_once('/')?;
    match body.pointer_mut(outer)? {
        Value::Object(members) => {
            members.remove(&pointer::unescape(name))?;
        }
        Value::Array(values) => {
            let index = name.parse().ok().filter(|index| *index < values.len())?;
            values.remove(index);
        }
        _ => return None,
    }
    Some(body)
}

/// The case without one part of the body of one call.
pub(super) fn without_member(
    scenario: &Scenario,
    action: usize,
    pointer: &str,
) -> Option<Scenario> {
    changed(scenario, action, |call| {
        without_part(&call.with, pointer).map(|with| Call { with, ..call.clone() })
    })
}

/// The same case with smaller races: a call less, or its calls one after the other. Whether a race
/// shows something is a matter of luck, so what is left need not be minimal.
pub(super) fn calmer(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = Vec::new();
    for (at, action) in scenario.actions.iter().enumerate() {
        let Action::Race { race } = action else { continue };
        let with = |actions: Vec<Action>| {
            let mut changed = scenario.clone();
            changed.actions.splice(at..=at, actions);
            changed
        };
        let in_turn =
            |clients: &[Vec<Call>]| clients.concat().into_iter().map(Action::Call).collect();
        let backwards: Vec<Vec<Call>> = race.iter().rev().cloned().collect();
        found.extend([with(in_turn(race)), with(in_turn(&backwards))]);
        for (client, calls) in race.iter().enumerate() {
            for call in 0..calls.len() {
                let mut smaller = race.clone();
                smaller[client].remove(call);
                smaller.retain(|calls| !calls.is_empty());
                found.push(match smaller.as_slice() {
                    [only] => with(only.iter().cloned().map(Action::Call).collect()),
                    _ => with(vec![Action::Race { race: smaller }]),
                });
            }
        }
    }
    found
}

/// The same case with plainer calls: the plainest table, a request by hand in place of the SDK's, no
/// headers or signature of its own.
pub(super) fn plainer(scenario: &Scenario) -> Vec<Scenario> {
    let mut found = Vec::new();
    for action in 0..scenario.actions.len() {
        let mut add = |change: &dyn Fn(&Call) -> Option<Call>| {
            found.extend(changed(scenario, action, change).filter(|plainer| plainer != scenario));
        };
        add(&|call| (call.call == "CreateTable").then(|| plain_table(call)).flatten());
        add(&|call| Some(Call { lane: Lane::Raw, ..call.clone() }));
        add(&|call| Some(Call { once: false, ..call.clone() }));
        add(&|call| Some(Call { wire: None, ..call.clone() }));
        add(&|call| {
            let wire = Wire { signature: Default::default(), ..call.wire.clone()? };
            Some(Call { wire: Some(wire), ..call.clone() })
        });
        let Action::Call(Call { wire: Some(wire), .. }) = &scenario.actions[action] else {
            continue;
        };
        for name in wire.headers.keys() {
            add(&|call| {
                let mut wire = call.wire.clone()?;
                wire.headers.remove(name);
                Some(Call { wire: Some(wire), ..call.clone() })
            });
        }
    }
    found
}

fn plain_table(call: &Call) -> Option<Call> {
    let name = call.with.get("TableName")?;
    let with = json!({
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TableName": name
    });
    Some(Call { with, ..call.clone() })
}

/// The case that ends with one look at what it waits for in the end: the plainest call that shows the
/// same, if waiting is not what shows it.
pub(super) fn looked_at(scenario: &Scenario) -> Option<Scenario> {
    let Some(Action::Await { what, .. }) = scenario.actions.last() else { return None };
    let (kind, _) = what.split_once(':')?;
    let symbol = format!("{{{what}}}");
    let look = match kind {
        "backup" => Call::new("DescribeBackup", json!({ "BackupArn": symbol })),
        _ => Call::new("DescribeTable", json!({ "TableName": symbol })),
    };
    let mut actions = scenario.actions.clone();
    *actions.last_mut()? = Action::Call(look);
    Some(Scenario { actions, ..scenario.clone() })
}

fn changed(
    scenario: &Scenario,
    action: usize,
    change: impl Fn(&Call) -> Option<Call>,
) -> Option<Scenario> {
    let Action::Call(call) = scenario.actions.get(action)? else { return None };
    let mut changed = scenario.clone();
    changed.actions[action] = Action::Call(change(call)?);
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Source, call, labelled, wait};

    #[test]
    fn every_optional_member_and_every_element_can_be_left_out_and_nothing_else() {
        let body = json!({"A": [{"B": 1}, {"B": 2}], "C/~": {"D": {}}, "TableName": "a"});
        let own = Scenario::new("", Source::Walk, vec![]);
        let parts = parts(&own, &Call::new("CreateTable", body.clone()));
        assert_eq!(parts, ["/A", "/C~1~0", "/A/1", "/A/0", "/A/1/B", "/A/0/B", "/C~1~0/D"]);
        let left: Vec<Value> = parts.iter().map(|at| without_part(&body, at).unwrap()).collect();
        let with = |body: Value| {
            let mut body = body;
            body["TableName"] = json!("a");
            body
        };
        assert_eq!(left[1], with(json!({"A": [{"B": 1}, {"B": 2}]})));
        assert_eq!(left[2], with(json!({"A": [{"B": 1}], "C/~": {"D": {}}})));
        assert_eq!(left[6], with(json!({"A": [{"B": 1}, {"B": 2}], "C/~": {}})));
        assert!(left.iter().all(|smaller| *smaller != body));
    }

    #[test]
    fn a_list_of_the_case_s_own_backups_does_not_become_one_of_all_that_others_make() {
        let own = Scenario::new("", Source::Walk, vec![]);
        let list = Call::new("ListBackups", json!({"TableName": "{table:a}", "Limit": 1}));
        assert_eq!(parts(&own, &list), ["/Limit"]);
        assert_eq!(parts(&Scenario { alone: true, ..own }, &list), ["/Limit", "/TableName"]);
    }

    #[test]
    fn waiting_goes_with_the_call_that_made_what_is_waited_for_and_not_before() {
        let table = json!({"TableName": "{table:a}"});
        let actions = vec![
            call("CreateTable", table.clone()),
            wait("table:a"),
            labelled("CreateBackup", table, "b"),
            wait("backup:b"),
            call("ListTables", json!({})),
        ];
        let scenario = Scenario::new("", Source::Scenario, actions);
        assert_eq!(without(&scenario, &(1..2)), None);
        let operations = |scenario: &Scenario| {
            let names = scenario.actions.iter().map(|action| match action {
                Action::Call(call) => call.call.clone(),
                Action::Await { what, .. } => what.clone(),
                Action::Race { .. } | Action::Elapse { .. } => "other".to_owned(),
            });
            names.collect::<Vec<_>>().join(" ")
        };
        let smaller = |range| operations(&without(&scenario, &range).unwrap());
        assert_eq!(smaller(0..1), "CreateBackup backup:b ListTables");
        assert_eq!(smaller(2..3), "CreateTable table:a ListTables");
        assert_eq!(smaller(0..4), "ListTables");
        let until = scenario.until(3);
        assert_eq!(
            operations(&looked_at(&until).unwrap()),
            "CreateTable table:a CreateBackup DescribeBackup"
        );
    }

    #[test]
    fn a_slice_is_the_last_call_with_all_that_it_needs_and_nothing_else() {
        let table = |name: &str| json!({"TableName": format!("{{table:{name}}}")});
        let restore = json!({"BackupArn": "{backup:b}", "TargetTableName": "{table:copy}"});
        let actions = vec![
            call("ListTables", json!({})),
            call("CreateTable", table("a")),
            wait("table:a"),
            call("CreateTable", table("other")),
            wait("table:other"),
            call("PutItem", table("a")),
            labelled("CreateBackup", table("a"), "b"),
            wait("backup:b"),
            call("RestoreTableFromBackup", restore),
            call("DeleteTable", table("other")),
            wait("table:copy"),
            call("DescribeTable", table("copy")),
        ];
        let scenario = Scenario::new("", Source::Walk, actions);
        let sliced = slice(&scenario).unwrap();
        let wanted = [1, 2, 6, 7, 8, 10, 11].map(|at| scenario.actions[at].clone());
        assert_eq!(sliced.actions, wanted);
        assert_eq!(slice(&sliced), None);
    }

    #[test]
    fn plainer_calls_are_other_calls() {
        let scenario = Scenario::new(
            "",
            Source::Scenario,
            vec![call("CreateTable", json!({"TableName": "{table:a}", "Tags": []}))],
        )
        .through_sdk();
        let found = plainer(&scenario);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|plainer| plainer.actions != scenario.actions));
        let plain = plainer(&found[0]);
        assert_eq!(plain.len(), 1, "only the client is left to make plainer");
    }
}
