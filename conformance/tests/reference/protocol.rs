//! The odd corners of the protocol, as recorded (PRO-001 to PRO-003, PRO-009, PRO-010, PRO-024).

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use reinstate::reference::Settle;
use reinstate::transport::{RawRequest, RawResponse};

use crate::client::Client;

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
const LIST_TABLES: (&str, &str) = ("x-amz-target", "DynamoDB_20120810.ListTables");
const SIGNED: (&str, &str) = ("authorization", "AWS4-HMAC-SHA256 any");

/// Sends a request, and checks status, body and the checksum that was recorded for it.
async fn check(
    method: Method,
    headers: &[(&str, &str)],
    body: &str,
    expected: (u16, &str, &str),
) -> RawResponse {
    let client = Client::start(Settle::Now);
    let got = client.unsigned(method, headers, body).await;
    client.stop().await;
    let text = std::str::from_utf8(&got.body).unwrap();
    assert_eq!((got.status, text, got.header("x-amz-crc32").unwrap()), expected);
    got
}

const UNKNOWN_OPERATION: (u16, &str, &str) =
    (400, r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#, "1368724161");
const SERIALIZATION: (u16, &str, &str) =
    (400, r#"{"__type":"com.amazon.coral.service#SerializationException"}"#, "3948637019");
const MISSING_TOKEN: (u16, &str, &str) = (
    400,
    r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#,
    "2088342776",
);
const NOT_FOUND: (u16, &str, &str) = (404, "<UnknownOperationException/>\n", "3552371480");
const HEALTHY: (u16, &str, &str) =
    (200, "healthy: dynamodb.us-east-1.amazonaws.com ", "3128867991");

#[tokio::test]
async fn a_request_without_a_known_target_names_no_operation() {
    for target in [None, Some("whatever"), Some("DynamoDB_20120810.ListTable"), Some("ListTables")]
    {
        let mut headers = vec![JSON];
        headers.extend(target.map(|target| ("x-amz-target", target)));
        check(Method::POST, &headers, "{}", UNKNOWN_OPERATION).await;
        headers.push(SIGNED);
        check(Method::POST, &headers, "{}", UNKNOWN_OPERATION).await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_seen_before_target_and_signature() {
    for headers in [&[JSON][..], &[JSON, LIST_TABLES], &[JSON, LIST_TABLES, SIGNED]] {
        check(Method::POST, headers, "hi", SERIALIZATION).await;
    }
}

#[tokio::test]
async fn a_request_must_be_signed() {
    let got = check(Method::POST, &[JSON, LIST_TABLES], "{}", MISSING_TOKEN).await;
    assert_eq!(got.header("content-type"), Some("application/x-amz-json-1.0"));
}

#[tokio::test]
async fn a_get_tells_that_it_is_healthy() {
    check(Method::GET, &[], "", HEALTHY).await;
}

#[tokio::test]
async fn other_methods_are_not_found() {
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
        check(method, &[JSON, LIST_TABLES, SIGNED], "{}", NOT_FOUND).await;
    }
}

#[tokio::test]
async fn other_content_types_are_not_found() {
    for kind in ["whatever", "application/x-amz-json-1.1", "application/jsonasdf", ""] {
        let headers = [("content-type", kind), LIST_TABLES, SIGNED];
        check(Method::POST, &headers, "{}", NOT_FOUND).await;
    }
    check(Method::POST, &[LIST_TABLES, SIGNED], "{}", NOT_FOUND).await;
    for kind in ["application/json", " application/json ; asfd", "application/x-amz-json-1.0;x"] {
        let headers = [("content-type", kind), LIST_TABLES, SIGNED];
        check(Method::POST, &headers, "{}", (200, r#"{"TableNames":[]}"#, "1315925753")).await;
    }
}

#[tokio::test]
async fn a_body_may_have_16_mib_and_no_more() {
    let client = Client::start(Settle::Now);
    let send = async |length: usize| {
        let mut body = br#"{"Limit":1}"#.to_vec();
        body.resize(length, b' ');
        let headers = [JSON, LIST_TABLES, SIGNED];
        let request = RawRequest {
            method: Method::POST,
            path: "/".to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: Bytes::from(body),
        };
        client.raw(request).await.status
    };
    assert_eq!(send(16 * 1024 * 1024).await, 200);
    assert_eq!(send(16 * 1024 * 1024 + 1).await, 413);
    assert_eq!(send(11).await, 200, "it goes on after that");
    client.stop().await;
}

#[tokio::test]
async fn every_answer_has_the_headers_of_the_service() {
    let client = Client::start(Settle::Now);
    let mut ids = BTreeSet::new();
    for (method, headers, body) in [
        (Method::POST, &[JSON, LIST_TABLES, SIGNED][..], "{}"),
        (Method::POST, &[JSON, LIST_TABLES, SIGNED], "{}"),
        (Method::POST, &[JSON, LIST_TABLES], "{}"),
        (Method::POST, &[JSON], "{}"),
        (Method::GET, &[], ""),
        (Method::PUT, &[], ""),
    ] {
        let got = client.unsigned(method, headers, body).await;
        let id = got.header("x-amzn-requestid").unwrap();
        assert_eq!(id.len(), 52);
        assert!(id.bytes().all(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase()));
        assert!(ids.insert(id.to_owned()), "a request id comes once only");
        assert_eq!(got.header("x-amz-crc32"), Some(&*crc32fast::hash(&got.body).to_string()));
        assert_eq!(got.header("content-length"), Some(&*got.body.len().to_string()));
        assert!(got.header("date").unwrap().ends_with(" GMT"));
    }
    client.stop().await;
}

#[tokio::test]
async fn the_path_does_not_matter() {
    let client = Client::start(Settle::Now);
    let headers = [JSON, LIST_TABLES, SIGNED];
    let request = RawRequest {
        method: Method::POST,
        path: "/anywhere?x=y".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: Bytes::from_static(b"{}"),
    };
    assert_eq!(client.raw(request).await.status, 200);
    client.stop().await;
}
