//! What the SDK makes of good and bad answers, and which requests it cannot express.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::transport::Limits;

const LIMITS: Limits = Limits {
    connect: Duration::from_millis(500),
    response: Duration::from_millis(500),
    body_bytes: 100_000,
};

fn lane(endpoint: &Endpoint) -> SdkLane {
    let transport = Transport::new(endpoint.clone(), LIMITS);
    SdkLane::new(transport, endpoint, &Credentials::local())
}

/// Calls an endpoint that gives one and the same answer to whatever comes.
async fn call(operation: &str, body: &Value, status: u16, answer: &'static str) -> SdkAnswer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = Endpoint::loopback(listener.local_addr().unwrap().port());
    let serve = async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = Vec::new();
            // Every body sent here ends with a brace, and no header does.
            while !seen.ends_with(b"}") && stream.read_buf(&mut seen).await.unwrap() > 0 {}
            let head = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    };
    let lane = lane(&endpoint);
    tokio::select! {
        () = serve => unreachable!("the endpoint serves for ever"),
        answer = lane.call(operation, body) => answer,
    }
}

/// The body that the SDK sends for a body that it can express.
async fn sent(operation: &str, body: &Value) -> Value {
    let answer = call(operation, body, 200, "{}").await;
    let exchange = answer.exchange.unwrap_or_else(|| panic!("{:?}", answer.verdict));
    serde_json::from_slice(&exchange.request.body).unwrap()
}

async fn refusal(operation: &str, body: Value) -> String {
    let answer = lane(&Endpoint::loopback(1)).call(operation, &body).await;
    assert_eq!(answer.exchange, None);
    match answer.verdict {
        SdkVerdict::NotSent(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_member_reaches_the_wire_unchanged() {
    let schema = json!([{"AttributeName": "a", "KeyType": "HASH"}]);
    let capacity = json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": 2});
    let demand = json!({"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 4});
    let global = json!([{
        "IndexName": "g", "KeySchema": schema, "ProvisionedThroughput": capacity,
        "OnDemandThroughput": demand,
        "WarmThroughput": {"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 2},
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
    }]);
    let local = json!([{
        "IndexName": "l", "KeySchema": schema, "Projection": {"ProjectionType": "SOME"},
    }]);
    let encryption = json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/k"});
    let item = json!({
        "s": {"S": ""}, "n": {"N": "1.50"}, "b": {"B": "AAH/"}, "t": {"BOOL": false},
        "z": {"NULL": true}, "l": {"L": [{"S": "x"}]}, "m": {"M": {"k": {"N": "1"}}},
        "ss": {"SS": ["a"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": ["AA=="]},
    });
    for (operation, body) in [
        ("ListTables", json!({"Limit": 0, "ExclusiveStartTableName": "t"})),
        ("DescribeTable", json!({"TableName": "t"})),
        ("DeleteTable", json!({"TableName": "a/b"})),
        ("CreateBackup", json!({"TableName": "t", "BackupName": ""})),
        ("DescribeBackup", json!({"BackupArn": "x"})),
        ("DeleteBackup", json!({"BackupArn": "x"})),
        (
            "ListBackups",
            json!({
                "TableName": "t", "Limit": 101, "BackupType": "NOPE",
                "TimeRangeLowerBound": 5, "TimeRangeUpperBound": 1.5,
                "ExclusiveStartBackupArn": "x",
            }),
        ),
        ("PutItem", json!({"TableName": "t", "Item": item})),
        ("Scan", json!({"TableName": "t", "Limit": 1, "ExclusiveStartKey": item})),
        (
            "CreateTable",
            json!({
                "TableName": "t", "KeySchema": schema, "BillingMode": "NOPE",
                "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
                "GlobalSecondaryIndexes": global, "LocalSecondaryIndexes": local,
                "ProvisionedThroughput": capacity, "OnDemandThroughput": demand,
                "SSESpecification": encryption, "DeletionProtectionEnabled": false,
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
                "TableClass": "STANDARD", "Tags": [{"Key": "k", "Value": "v"}],
                "ResourcePolicy": "{}",
            }),
        ),
        (
            "RestoreTableFromBackup",
            json!({
                "TargetTableName": "t", "BackupArn": "x", "BillingModeOverride": "PROVISIONED",
                "GlobalSecondaryIndexOverride": global, "LocalSecondaryIndexOverride": local,
                "ProvisionedThroughputOverride": capacity, "OnDemandThroughputOverride": demand,
                "SSESpecificationOverride": encryption,
            }),
        ),
    ] {
        assert_eq!(sent(operation, &body).await, body, "{operation}");
    }
}

#[tokio::test]
async fn an_error_with_a_code_is_an_answer() {
    let error = r#"{"__type": "com.amazonaws.dynamodb.v20120810#BackupNotFoundException"}"#;
    let body = json!({"BackupArn": "x"});
    let answer = call("DescribeBackup", &body, 400, error).await;
    assert_eq!(answer.verdict, SdkVerdict::Parsed);
    let exchange = answer.exchange.unwrap();
    assert_eq!(exchange.operation, "DescribeBackup");
    assert_eq!(exchange.response.unwrap().body, error);
}

#[tokio::test]
async fn a_refused_restore_is_sent_once_even_if_the_client_takes_it_for_throttling() {
    let error = r#"{"__type": "com.amazonaws.dynamodb.v20120810#LimitExceededException"}"#;
    let body = json!({"TargetTableName": "abc", "BackupArn": "x"});
    let answer = call("RestoreTableFromBackup", &body, 400, error).await;
    let request = answer.exchange.unwrap().request;
    let mut headers = request.headers.iter();
    let (_, attempt) = headers.find(|(name, _)| name == "amz-sdk-request").unwrap();
    assert!(attempt.starts_with("attempt=1"), "{attempt}");
}

#[tokio::test]
async fn answers_that_no_client_can_read_are_told_apart() {
    let body = json!({});
    for (status, answer) in [
        (200, "<html>"),
        (200, r#"{"TableNames": "a"}"#),
        (200, r#"{"TableNames": ["a""#),
        (400, "{}"),
        (500, "Internal Server Error"),
    ] {
        let verdict = call("ListTables", &body, status, answer).await.verdict;
        assert!(matches!(verdict, SdkVerdict::Unparsable(_)), "{status} {answer}: {verdict:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_not_called_unreadable() {
    let answer = lane(&Endpoint::loopback(1)).call("ListTables", &json!({})).await;
    assert!(matches!(answer.verdict, SdkVerdict::NoAnswer(_)), "{:?}", answer.verdict);
    assert_eq!(answer.exchange.unwrap().response, Err(TransportError::Refused));
}

#[tokio::test]
async fn what_the_sdk_cannot_express_is_named() {
    for (operation, body, expected) in [
        ("ListTables", json!([]), "`/`: not an object"),
        ("ListTables", json!({"Limit": "1"}), "`/Limit`: not an integer of this size"),
        (
            "ListTables",
            json!({"Limit": 5_000_000_000_i64}),
            "`/Limit`: not an integer of this size",
        ),
        ("ListTables", json!({"Limit": null}), "`/Limit`: not an integer of this size"),
        ("ListTables", json!({"Nope": 1}), "`/Nope`: this lane has no such member"),
        ("UpdateTable", json!({}), "this lane has no operation `UpdateTable`"),
        (
            "PutItem",
            json!({"TableName": "t", "Item": {"a": {"S": "x", "N": "1"}}}),
            "`/Item/a`: a value has exactly one type",
        ),
        ("PutItem", json!({"Item": {"a": {"B": "?"}}}), "`/Item/a/B`: not base64"),
        (
            "RestoreTableFromBackup",
            json!({"GlobalSecondaryIndexOverride": [{"IndexName": "i"}]}),
            "`/GlobalSecondaryIndexOverride/0`",
        ),
        ("RestoreTableFromBackup", json!({"BackupArn": "x"}), "target_table_name"),
        ("DescribeTable", json!({"TableName": ""}), "table_name was missing"),
    ] {
        let reason = refusal(operation, body).await;
        assert!(reason.contains(expected), "{reason}");
    }
}
