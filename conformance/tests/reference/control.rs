//! Control requests.

use http::Method;
use reinstate::reference::Settle;
use serde_json::{Value, json};

use crate::client::Client;

async fn with_a_table() -> Client {
    let mut client = Client::start(Settle::Manual);
    let table = json!({
        "TableName": "abc",
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    client.accepted("CreateTable", table).await;
    client
}

#[tokio::test]
async fn events_are_listed_and_made_to_happen() {
    let client = with_a_table().await;
    let (status, listed) = client.control(Method::GET, "events", "").await;
    let text = "table abc becomes ACTIVE";
    let expected = json!([{"index": 0, "kind": "table-active", "subject": "abc", "text": text}]);
    assert_eq!((status, &listed["events"]), (200, &expected));
    assert!(listed["now_millis"].as_u64() > Some(1_700_000_000_000));
    // An event that may not happen, by its kind or by whom it happens to, does not.
    for (kind, subject) in [("backups-enabled", "abc"), ("table-active", "abd")] {
        let (status, _) = client.control(Method::POST, &format!("events/{kind}"), subject).await;
        assert_eq!(status, 404);
    }
    let (status, done) = client.control(Method::POST, "events/table-active", "abc").await;
    assert_eq!((status, &done["fired"]), (200, &json!([text])));
    let client = with_a_table().await;
    let (status, done) = client.control(Method::POST, "events/all", "").await;
    assert_eq!(status, 200);
    let both = json!(["table abc becomes ACTIVE", "backups are enabled for table abc"]);
    assert_eq!((&done["fired"], &done["events"]), (&both, &json!([])));
    client.stop().await;
}

#[tokio::test]
async fn the_clock_moves_forward() {
    let client = with_a_table().await;
    let now = |answer: &Value| answer["now_millis"].as_u64().unwrap();
    let (_, before) = client.control(Method::GET, "events", "").await;
    let (status, after) = client.control(Method::POST, "elapse", "86400000\n").await;
    assert_eq!(status, 200);
    assert!(now(&after) >= now(&before) + 86_400_000);
    client.stop().await;
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let client = with_a_table().await;
    let (status, done) = client.control(Method::POST, "reset", "").await;
    assert_eq!((status, &done["events"]), (200, &json!([])));
    client.stop().await;
}

#[tokio::test]
async fn what_is_no_control_request_is_refused_and_changes_nothing() {
    let client = with_a_table().await;
    for (method, path, body, status) in [
        (Method::GET, "event", "", 404),
        (Method::POST, "events", "", 405),
        (Method::POST, "events/1", "", 404),
        (Method::POST, "events/-1", "", 404),
        (Method::POST, "events/first", "", 404),
        (Method::POST, "events/%ff", "", 400),
        (Method::POST, "elapse", "", 400),
        (Method::POST, "elapse", "-1", 400),
        (Method::POST, "elapse", "1.5", 400),
        (Method::POST, "elapse", "99999999999999999999999", 400),
        (Method::POST, "elapse", "18446744073709551615", 400),
    ] {
        let (got, answer) = client.control(method, path, body).await;
        assert_eq!(got, status, "{path} {body} {answer}");
    }
    let (_, listed) = client.control(Method::GET, "events", "").await;
    assert_eq!(listed["events"].as_array().map(Vec::len), Some(1));
    client.stop().await;
}
