use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Mutex;

use bytes::Bytes;
use reinstate_model::oracle::DifferenceKind;
use serde_json::{Value, json};

use crate::drive::End;
use crate::drive::testing::{run, table};
use crate::fault::{Answered, Asked, Fault, Place};
use crate::scenario::{Action, Call, Scenario, Source, Wire, call};

/// Does what it is asked, and says of each request the first time that it failed.
const FAILS_AT_FIRST: &Fault = &Fault {
    name: Cow::Borrowed("fails-at-first"),
    wrong: "each request is taken, and answered with an error the first time",
    rules: &[],
    place: Place::Answer(fail_at_first),
    equivalent: None,
};

fn fail_at_first(asked: &Asked, answered: &mut Answered) {
    static FAILED: Mutex<BTreeSet<Bytes>> = Mutex::new(BTreeSet::new());
    if FAILED.lock().unwrap().insert(asked.body.clone()) {
        answered.status = 500;
        answered.body = Bytes::from_static(br#"{"__type":"InternalServerError"}"#);
    }
}

/// Does what it is asked, and says that it failed to make a table.
const NEVER_MAKES: &Fault = &Fault {
    name: Cow::Borrowed("never-makes"),
    wrong: "CreateTable is taken, and answered with an error",
    rules: &[],
    place: Place::Answer(fail_to_make),
    equivalent: None,
};

fn fail_to_make(asked: &Asked, answered: &mut Answered) {
    if asked.operation == "CreateTable" {
        answered.status = 500;
        answered.body = Bytes::from_static(br#"{"__type":"InternalServerError"}"#);
    }
}

/// As no SDK sends it, but nothing is wrong with it.
fn by_hand(operation: &str, with: Value) -> Action {
    Action::Call(Call { wire: Some(Wire::default()), ..Call::new(operation, with) })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_and_answered_with_an_error_of_the_server_is_unknown_and_not_wrong() {
    for (make, name) in [(call as fn(&str, _) -> Action, "a"), (by_hand, "b")] {
        let missing = json!({"TableName": format!("{{table:no-{name}}}")});
        let actions = vec![
            // Whether this was taken makes no difference.
            make("DescribeTable", missing),
            make("CreateTable", table(name)),
            make("ListTables", json!({"Limit": 1})),
        ];
        let scenario = Scenario::new("a server that fails", Source::Scenario, actions);
        let run = run(&scenario, Some(FAILS_AT_FIRST)).await;
        let statuses: Vec<_> = run.steps.iter().map(|step| step.status).collect();
        assert_eq!((statuses, run.end), (vec![400, 400], End::Lost), "{name}");
        assert!(run.steps.iter().all(|step| step.differences.is_empty()), "{:?}", run.steps);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_still_fails_is_wrong_and_nothing_that_follows_is() {
    let table_a = json!({"TableName": "{table:a}"});
    let actions = vec![call("CreateTable", table("a")), call("DescribeTable", table_a)];
    let scenario = Scenario::new("a server that fails", Source::Scenario, actions);
    let run = run(&scenario, Some(NEVER_MAKES)).await;
    let found = run.steps[0].differences.iter().map(|it| it.kind);
    assert!(found.into_iter().any(|kind| kind == DifferenceKind::Refused), "{:?}", run.steps);
    assert_eq!((run.steps.len(), run.end), (1, End::Lost));
}
