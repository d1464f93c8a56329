//! A request and its answer as they went over the wire, in the form that a report keeps: with symbols
//! in place of names, without secrets, without what is new in every run, and bounded in size.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::transport::{RawRequest, RawResponse};

/// One request and its answer, byte for byte but for what the module says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptExchange {
    /// What was sent.
    pub request: KeptRequest,
    /// What came back.
    pub answer: KeptAnswer,
}

/// What was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRequest {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// The longest body and the longest value of a header that is kept, in bytes, and how many headers.
const BODY_BYTES: usize = 16_000;
const HEADER_BYTES: usize = 1_000;
const HEADERS: usize = 64;

/// Headers whose values are secret, or other in every run: each with what stands in their place.
const HIDDEN: [(&str, &str); 10] = [
    ("authorization", "{signature}"),
    ("x-amz-security-token", "{secret}"),
    ("cookie", "{secret}"),
    ("content-length", "{length}"),
    ("x-amz-crc32", "{checksum}"),
    ("x-amz-date", "{date}"),
    ("date", "{date}"),
    ("host", "{host}"),
    ("amz-sdk-invocation-id", "{id}"),
    ("x-amzn-requestid", "{id}"),
];

impl KeptExchange {
    /// What is kept of an exchange in a case of these names.
    pub fn new(request: &RawRequest, response: &RawResponse, names: &Names) -> Self {
        Self {
            request: KeptRequest {
                method: request.method.to_string(),
                path: request.path.clone(),
                headers: headers(&request.headers, names),
                body: shorten(names.normalise(&text(&request.body)), BODY_BYTES),
            },
            answer: KeptAnswer {
                status: response.status,
                headers: headers(&response.headers, names),
                body: shorten(names.normalise_answer(&text(&response.body)), BODY_BYTES),
            },
        }
    }

    /// About how much room it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let headers = self.request.headers.iter().chain(&self.answer.headers);
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        headers + self.request.body.len() + self.answer.body.len()
    }
}

fn headers(headers: &[(String, String)], names: &Names) -> Vec<(String, String)> {
    let kept = headers.iter().take(HEADERS).map(|(name, value)| {
        let hidden = HIDDEN.iter().find(|(hidden, _)| name.eq_ignore_ascii_case(hidden));
        let value = match hidden {
            Some((_, symbol)) => (*symbol).to_owned(),
            None => shorten(names.normalise(value), HEADER_BYTES),
        };
        (shorten(name.clone(), HEADER_BYTES), value)
    });
    kept.collect()
}

/// A body that is no text is shown as one, with a mark for every byte that is none. Of a large one no more
/// is looked at than can be left of it: names and times are replaced in the whole text, which would take
/// many times its room.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(8 * BODY_BYTES)])
}

/// Cuts a text that is longer than so many bytes, and says so. Nothing is kept of the room that the
/// whole text took: an endpoint may send megabytes as the answer to every request of a run.
pub(crate) fn shorten(text: String, bytes: usize) -> String {
    if text.len() <= bytes {
        return text;
    }
    let end = (0..=bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}... (cut)", &text[..end])
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn what_is_kept_names_no_secret_and_nothing_of_the_run_and_is_bounded() {
        let mut names = Names::new("run7", 3, "us-east-1");
        let table = names.table("a");
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = RawRequest {
            method: http::Method::POST,
            path: "/".to_owned(),
            headers: vec![
                header("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=00"),
                header("x-amz-security-token", "token"),
                header("host", "127.0.0.1:5000"),
                header("x-amz-target", "DynamoDB_20120810.DescribeTable"),
            ],
            body: Bytes::from(format!("{{\"TableName\":\"{table}\"}}")),
        };
        let response = RawResponse {
            status: 200,
            headers: vec![header("x-amzn-requestid", "0123")],
            body: Bytes::from(vec![b'\xff'; 100_000]),
        };
        let kept = KeptExchange::new(&request, &response, &names);
        let text = serde_json::to_string(&kept).unwrap();
        for secret in ["AKIA", "token\",\"token", "127.0.0.1", "run7", "0123"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(kept.request.body, "{\"TableName\":\"{table:a}\"}");
        assert_eq!(kept.request.headers[3].1, "DynamoDB_20120810.DescribeTable");
        assert!(kept.answer.body.len() < BODY_BYTES + 20);
        assert!(kept.answer.body.ends_with("... (cut)"));
        assert!(kept.answer.body.capacity() < 2 * BODY_BYTES, "the room of all of it is kept");
    }
}
