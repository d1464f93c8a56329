//! The policies, without HTTP and without waiting: the tests say what time it is.
use std::time::Duration;

use super::*;

const START: Millis = 1_700_000_000_000;

fn state(settle: Settle) -> State {
    State::new(Options { settle, ..Options::default() })
}

fn call(state: &mut State, at: Millis, operation: &str, body: Value) -> Answer {
    let body = body.to_string();
    state.answer(Call { operation, body: body.as_bytes(), signed: true }, None, START + at)
}

fn create_table(state: &mut State, at: Millis) -> Answer {
    let body = json!({
        "TableName": "abc",
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    call(state, at, "CreateTable", body)
}

/// The status of the table, or nothing if there is none.
fn status(state: &mut State, at: Millis) -> String {
    match call(state, at, "DescribeTable", json!({"TableName": "abc"})) {
        Answer::Accepted(body) => body["Table"]["TableStatus"].as_str().unwrap().to_owned(),
        Answer::Refused(_) => String::new(),
    }
}

fn create_backup(state: &mut State, at: Millis) -> Answer {
    call(state, at, "CreateBackup", json!({"TableName": "abc", "BackupName": "bbb"}))
}

#[test]
fn now_means_after_the_answer() {
    let mut state = state(Settle::Now);
    let Answer::Accepted(body) = create_table(&mut state, 0) else { panic!("refused") };
    assert_eq!(body["TableDescription"]["TableStatus"], "CREATING");
    assert_eq!(status(&mut state, 1), "ACTIVE");
    let Answer::Accepted(body) = create_backup(&mut state, 2) else { panic!("refused") };
    assert_eq!(body["BackupDetails"]["BackupStatus"], "CREATING");
    assert_eq!(state.events(START + 3), []);
}

#[test]
fn events_that_wait_for_requests_happen_after_so_many_and_what_follows_waits_again() {
    let mut state = state(Settle::AfterRequests(2));
    create_table(&mut state, 0);
    assert_eq!(status(&mut state, 1), "CREATING");
    assert_eq!(status(&mut state, 1), "CREATING");
    assert_eq!(status(&mut state, 1), "ACTIVE");
    assert!(matches!(create_backup(&mut state, 1), Answer::Refused(_)));
    assert!(matches!(create_backup(&mut state, 1), Answer::Refused(_)));
    assert!(matches!(create_backup(&mut state, 1), Answer::Accepted(_)));
}

#[test]
fn each_event_waits_its_time_and_what_follows_waits_again() {
    let mut state = state(Settle::After(Duration::from_secs(10)));
    create_table(&mut state, 0);
    assert_eq!(status(&mut state, 9_999), "CREATING");
    assert_eq!(status(&mut state, 10_000), "ACTIVE");
    assert!(matches!(create_backup(&mut state, 19_999), Answer::Refused(_)));
    assert!(matches!(create_backup(&mut state, 20_000), Answer::Accepted(_)));
}

#[test]
fn a_chain_counts_from_when_it_was_due_and_not_from_when_somebody_asked() {
    let mut state = state(Settle::After(Duration::from_secs(10)));
    create_table(&mut state, 0);
    assert!(matches!(create_backup(&mut state, 20_000), Answer::Accepted(_)));
    call(&mut state, 30_000, "DeleteTable", json!({"TableName": "abc"}));
    assert_eq!(status(&mut state, 35_000), "DELETING");
    // The name is free at 40 seconds; the new table under it has a time of its own.
    create_table(&mut state, 41_000);
    assert_eq!(status(&mut state, 50_999), "CREATING");
    assert_eq!(status(&mut state, 51_000), "ACTIVE");
}

#[test]
fn elapsed_time_makes_events_due() {
    let mut state = state(Settle::After(Duration::from_secs(10)));
    create_table(&mut state, 0);
    assert_eq!(state.elapse(20_000, START + 1), Ok(()));
    assert_eq!(state.events(START + 2), []);
    assert!(matches!(create_backup(&mut state, 3), Answer::Accepted(_)));
}

#[test]
fn by_hand_nothing_happens_by_itself() {
    let mut state = state(Settle::Manual);
    create_table(&mut state, 0);
    assert_eq!(state.elapse(1_000_000_000, START), Ok(()));
    assert_eq!(status(&mut state, 1), "CREATING");
    let events = state.events(START + 2);
    assert_eq!(events.len(), 1);
    state.fire(&events[0]);
    assert_eq!(status(&mut state, 3), "ACTIVE");
    assert!(matches!(create_backup(&mut state, 4), Answer::Refused(_)));
    assert_eq!(state.fire_all().len(), 1);
    assert!(matches!(create_backup(&mut state, 5), Answer::Accepted(_)));
}

#[test]
fn two_backups_of_one_moment_have_different_arns() {
    let mut state = state(Settle::Now);
    create_table(&mut state, 0);
    let arns: std::collections::BTreeSet<_> = (0..100)
        .map(|_| match create_backup(&mut state, 1) {
            Answer::Accepted(body) => body["BackupDetails"]["BackupArn"].to_string(),
            Answer::Refused(body) => panic!("{body}"),
        })
        .collect();
    assert_eq!(arns.len(), 100);
}

#[test]
fn ids_depend_on_what_was_made_and_not_on_how_often_one_asked() {
    let run = |questions: u64| {
        let mut state = state(Settle::Now);
        for at in 0..questions {
            status(&mut state, at);
        }
        match create_table(&mut state, 10) {
            Answer::Accepted(body) => body["TableDescription"]["TableId"].to_string(),
            Answer::Refused(body) => panic!("{body}"),
        }
    };
    assert_eq!(run(0), run(3));
}

#[test]
fn a_reset_forgets_everything_but_gives_no_id_twice() {
    let mut state = state(Settle::Now);
    let Answer::Accepted(first) = create_table(&mut state, 0) else { panic!("refused") };
    state.reset();
    assert_eq!(status(&mut state, 1), "");
    let Answer::Accepted(second) = create_table(&mut state, 2) else { panic!("refused") };
    assert_ne!(first["TableDescription"]["TableId"], second["TableDescription"]["TableId"]);
}

#[test]
fn a_signature_is_asked_for_only_where_an_operation_is_named() {
    let mut state = state(Settle::Now);
    let mut kind = |operation, body: &[u8]| match state.answer(
        Call { operation, body, signed: false },
        None,
        START,
    ) {
        Answer::Accepted(body) => panic!("{body}"),
        Answer::Refused(body) => wire::error_name(body["__type"].as_str().unwrap()).to_owned(),
    };
    assert_eq!(kind("ListTables", b"{}"), "MissingAuthenticationTokenException");
    assert_eq!(kind("ListTables", b"{\"Limit\": \"a\"}"), "MissingAuthenticationTokenException");
    assert_eq!(kind("ListTable", b"{}"), "UnknownOperationException");
    assert_eq!(kind("", b"{}"), "UnknownOperationException");
    assert_eq!(kind("ListTables", b"hi"), "SerializationException");
    assert_eq!(kind("ListTable", b"hi"), "SerializationException");
}
