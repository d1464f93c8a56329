//! A restore from CreateTable to Scan, under each policy.

use std::time::Duration;

use reinstate::reference::{Options, Reference, Settle};
use serde_json::{Value, json};

use crate::client::Client;

fn table(name: &str) -> Value {
    json!({
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

#[tokio::test]
async fn a_backup_is_restored_with_its_items() {
    let mut client = Client::start(Settle::Now);
    let made = client.accepted("CreateTable", table("source")).await;
    assert_eq!(made["TableDescription"]["TableStatus"], "CREATING");
    let seen = client.accepted("DescribeTable", json!({"TableName": "source"})).await;
    assert_eq!(seen["Table"]["TableStatus"], "ACTIVE");

    let item = json!({"k": {"S": "one"}, "v": {"N": "1"}});
    client.accepted("PutItem", json!({"TableName": "source", "Item": item})).await;
    let backup = json!({"TableName": "source", "BackupName": "backup"});
    let backup = client.accepted("CreateBackup", backup).await;
    assert_eq!(backup["BackupDetails"]["BackupStatus"], "CREATING");
    let arn = &backup["BackupDetails"]["BackupArn"];
    let later = json!({"k": {"S": "two"}});
    client.accepted("PutItem", json!({"TableName": "source", "Item": later})).await;

    let restore = json!({"TargetTableName": "target", "BackupArn": arn});
    let restored = client.accepted("RestoreTableFromBackup", restore).await;
    let description = &restored["TableDescription"];
    assert_eq!(description["TableStatus"], "CREATING");
    assert_eq!(description["RestoreSummary"]["RestoreInProgress"], true);
    let seen = client.accepted("DescribeTable", json!({"TableName": "target"})).await;
    assert_eq!(seen["Table"]["TableStatus"], "ACTIVE");
    let scan = client.accepted("Scan", json!({"TableName": "target"})).await;
    assert_eq!(scan["Items"], json!([item]));
    client.stop().await;
}

#[tokio::test]
async fn by_hand_a_table_stays_creating_until_its_event() {
    let mut client = Client::start(Settle::Manual);
    client.accepted("CreateTable", table("source")).await;
    for _ in 0..3 {
        let seen = client.accepted("DescribeTable", json!({"TableName": "source"})).await;
        assert_eq!(seen["Table"]["TableStatus"], "CREATING");
    }
    let (status, done) = client.control(http::Method::POST, "events/0", "").await;
    assert_eq!((status, &done["fired"]), (200, &json!(["table source becomes ACTIVE"])));
    let seen = client.accepted("DescribeTable", json!({"TableName": "source"})).await;
    assert_eq!(seen["Table"]["TableStatus"], "ACTIVE");
    let backup = json!({"TableName": "source", "BackupName": "backup"});
    let too_early = client.refused("CreateBackup", backup.clone()).await;
    assert_eq!(too_early, "ContinuousBackupsUnavailableException");
    client.control(http::Method::POST, "events/all", "").await;
    client.accepted("CreateBackup", backup).await;
    client.stop().await;
}

#[tokio::test]
async fn after_a_time_that_is_elapsed_instead_of_waited_for() {
    let mut client = Client::start(Settle::After(Duration::from_secs(3_600)));
    client.accepted("CreateTable", table("source")).await;
    let seen = client.accepted("DescribeTable", json!({"TableName": "source"})).await;
    assert_eq!(seen["Table"]["TableStatus"], "CREATING");
    client.control(http::Method::POST, "elapse", "3600000").await;
    let seen = client.accepted("DescribeTable", json!({"TableName": "source"})).await;
    assert_eq!(seen["Table"]["TableStatus"], "ACTIVE");
    client.stop().await;
}

#[tokio::test]
async fn requests_at_the_same_time_are_answered_one_after_the_other() {
    let client = Client::start(Settle::Manual);
    let mut requests = tokio::task::JoinSet::new();
    let client = std::sync::Arc::new(client);
    for _ in 0..20 {
        let client = client.clone();
        requests.spawn(async move {
            let headers = [
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amz-target", "DynamoDB_20120810.CreateTable"),
                ("authorization", "AWS4-HMAC-SHA256 any"),
            ];
            let body = table("contested").to_string();
            client.unsigned(http::Method::POST, &headers, &body).await.status
        });
    }
    let mut statuses = requests.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn endpoints_do_not_share_anything_and_free_their_port() {
    let mut first = Client::start(Settle::Now);
    let mut second = Client::start(Settle::Now);
    first.accepted("CreateTable", table("only-here")).await;
    assert_eq!(second.accepted("ListTables", json!({})).await["TableNames"], json!([]));
    second.stop().await;
    first.stop().await;

    let reference = Reference::start(Options::default()).unwrap();
    let port = reference.port();
    let taken = Reference::start(Options { port, ..Options::default() });
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    // A client that never finishes its request does not keep the endpoint from stopping.
    let mut half = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, b"POST / HTTP/1.1\r\n").await.unwrap();
    reference.stop().await;
    Reference::start(Options { port, ..Options::default() }).unwrap().stop().await;
}

#[test]
fn it_needs_no_runtime_around_it() {
    let reference = Reference::start(Options::default()).unwrap();
    assert!(reference.endpoint_url().starts_with("http://127.0.0.1:"));
    drop(reference);
}
