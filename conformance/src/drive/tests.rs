use std::borrow::Cow;
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::{Value, json};

use super::testing::{run, table};
use crate::fault::{Answered, Asked, Fault, Place};
use crate::scenario::{Scenario, Source, call};

/// Says that each table it makes has no name.
const NAMELESS: &Fault = &Fault {
    name: Cow::Borrowed("nameless"),
    wrong: "tables have no names",
    rules: &[],
    place: Place::Answer(without_name),
    equivalent: None,
};

static DELETED: Mutex<Vec<Bytes>> = Mutex::new(Vec::new());

fn without_name(asked: &Asked, answered: &mut Answered) {
    if asked.operation == "DeleteTable" {
        DELETED.lock().unwrap().push(asked.body.clone());
    }
    if asked.operation == "CreateTable" {
        let mut body: Value = serde_json::from_slice(&answered.body).unwrap();
        body["TableDescription"]["TableName"] = json!("");
        answered.body = body.to_string().into();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_a_name_goes_at_the_end_of_the_case_that_made_it() {
    let deleted = || DELETED.lock().unwrap().clone();
    let looks = vec![call("DescribeTable", json!({"TableName": "{table:a}"}))];
    run(&Scenario::new("looks", Source::Scenario, looks), Some(NAMELESS)).await;
    assert_eq!(deleted(), [""; 0]);
    let makes = vec![call("CreateTable", table("a"))];
    run(&Scenario::new("makes", Source::Scenario, makes), Some(NAMELESS)).await;
    assert_eq!(deleted(), [r#"{"TableName":""}"#]);
}
