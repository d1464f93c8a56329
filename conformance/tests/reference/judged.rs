//! What the reference says always satisfies what the oracle expects.
//!
//! Every answer in here is judged by [`Client`]; a difference fails the test. The walks are random
//! but for their seed, and the requests are valid, nearly valid and hostile on purpose.

use std::time::Duration;

use http::Method;
use reinstate::reference::{Options, Settle};
use reinstate_model::wire::Answer;
use serde_json::json;

use crate::alphabet::{Random, attributes, create_table, key, request};
use crate::client::Client;

/// Walks at random; with events made to happen by hand, or as time is elapsed.
async fn walk(settle: Settle, seed: u64, steps: usize) {
    let mut client = Client::start_with(Options { settle, seed, ..Options::default() });
    let mut random = Random(seed);
    // The first answer with an ARN tells the oracle which account this is; before that it cannot
    // know which ARNs are of another one.
    let first = create_table(&mut Random(0), "aaa");
    client.accepted("CreateTable", first).await;
    let mut arns = Vec::new();
    let mut accepted = 0;
    for _ in 0..steps {
        match settle {
            Settle::Now | Settle::AfterRequests(_) => {}
            Settle::After(_) if random.below(8) == 0 => {
                client.control(Method::POST, "elapse", &random.below(3_000).to_string()).await;
            }
            Settle::Manual if random.below(3) == 0 => {
                let which = random.pick(&["0", "0", "1", "2", "all"]);
                client.control(Method::POST, &format!("events/{which}"), "").await;
            }
            Settle::After(_) | Settle::Manual => {}
        }
        let (operation, body) = request(&mut random, &arns);
        if let Answer::Success(answer) = client.ask(operation, &body).await {
            accepted += 1;
            let arn = answer["BackupDetails"]["BackupArn"].as_str();
            arns.extend(arn.map(str::to_owned));
        }
    }
    assert!(accepted * 10 > steps, "too few of the requests were accepted: {accepted} of {steps}");
    client.stop().await;
}

#[tokio::test]
async fn walks_when_everything_settles_at_once() {
    for seed in 0..4 {
        walk(Settle::Now, seed, 400).await;
    }
}

#[tokio::test]
async fn walks_when_settling_takes_time() {
    for seed in 10..14 {
        walk(Settle::After(Duration::from_secs(1)), seed, 400).await;
    }
}

#[tokio::test]
async fn walks_when_settling_takes_requests() {
    for seed in 30..34 {
        walk(Settle::AfterRequests(3), seed, 400).await;
    }
}

#[tokio::test]
async fn walks_when_settling_is_done_by_hand() {
    for seed in 20..24 {
        walk(Settle::Manual, seed, 400).await;
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused_as_expected() {
    let mut client = Client::start(Settle::Now);
    let deep = "[".repeat(100_000);
    let nested = format!("{}1{}", r#"{"M":"#.repeat(120), "}".repeat(120));
    let item = format!(r#"{{"TableName": "abc", "Item": {{"k": {nested}}}}}"#);
    let number = r#"{"Limit": 1e999}"#;
    let bodies = [
        "",
        " ",
        "{",
        "{}}",
        "null",
        "[]",
        "1",
        "\"x\"",
        "\u{feff}{}",
        "{\"TableName\": \"\\ud800\"}",
        "{\"TableName\": \"\\u0000\\u0000\\u0000\"}",
        "{\"TableName\": \"abc\", \"TableName\": \"abd\"}",
        number,
        &deep,
        &item,
    ];
    for operation in [
        "CreateTable",
        "DescribeTable",
        "DeleteTable",
        "ListTables",
        "PutItem",
        "Scan",
        "CreateBackup",
        "DescribeBackup",
        "ListBackups",
        "DeleteBackup",
        "RestoreTableFromBackup",
        "UpdateItem",
        "",
    ] {
        for body in bodies {
            client.ask_text(operation, body).await;
        }
    }
    assert_eq!(client.judged, 13 * 15);
    client.stop().await;
}

#[tokio::test]
async fn the_quota_of_running_restores_is_kept() {
    let mut client = Client::start(Settle::Manual);
    let table = json!({
        "TableName": "source",
        "AttributeDefinitions": attributes(&["k"]),
        "KeySchema": key("k", None),
        "BillingMode": "PAY_PER_REQUEST",
    });
    client.accepted("CreateTable", table).await;
    client.control(Method::POST, "events/all", "").await;
    let mut arns = Vec::new();
    for number in 0..51 {
        let body = json!({"TableName": "source", "BackupName": format!("backup-{number}")});
        let made = client.accepted("CreateBackup", body).await;
        arns.push(made["BackupDetails"]["BackupArn"].clone());
    }
    client.control(Method::POST, "events/all", "").await;
    let body = |number: usize| {
        let target = format!("target-{number}");
        json!({"TargetTableName": target, "BackupArn": arns[number]})
    };
    for number in 0..50 {
        client.accepted("RestoreTableFromBackup", body(number)).await;
    }
    let refused = client.refused("RestoreTableFromBackup", body(50)).await;
    assert_eq!(refused, "LimitExceededException");
    client.control(Method::POST, "events/0", "").await;
    client.accepted("RestoreTableFromBackup", body(50)).await;
    client.stop().await;
}
