//! What every answer must look like before its content matters: status, headers, form of an error.

mod members;

use serde_json::Value;

use crate::oracle::{Difference, DifferenceKind};
use crate::outcome::ErrorCode;
use crate::pointer::Place;
use crate::rules::RuleId;
use crate::wire::{Answer, error_name};

/// An answer as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct RawAnswer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The headers; names in lower case.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// Length of a request id (PRO-020).
const REQUEST_ID_LENGTH: usize = 52;

/// The form of a request's id in words (PRO-020).
pub const REQUEST_ID_FORM: &str = "52 upper-case letters and digits";

/// The rules that every answer is held to.
pub const RULES: [RuleId; 18] = [
    "PRO-03", "PRO-05", "PRO-05a", "PRO-020", "PRO-06", "PRO-06a", "PRO-07", "PRO-08", "PRO-09",
    "PRO-10", "PRO-12", "PRO-12a", "PRO-15", "PRO-16", "PRO-017", "PRO-019", "LIF-13", "ERR-01",
];

impl RawAnswer<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// In what the answer, which was read as `answer`, differs from any that the protocol allows.
    pub fn check(&self, answer: &Answer) -> Vec<Difference> {
        let mut found = Vec::new();
        self.check_headers(&mut found);
        match answer {
            Answer::Success(body) => members::check(body, Place::Whole, &mut found),
            Answer::Error { .. } => match serde_json::from_slice::<Value>(self.body) {
                Ok(body) if self.status == 200 => members::check(&body, Place::Whole, &mut found),
                Ok(body) => self.check_error(&body, &mut found),
                Err(_) => {}
            },
        }
        found
    }

    fn check_headers(&self, found: &mut Vec<Difference>) {
        let mut add = |rule, name: &str, expected: &str, got: Option<&str>| {
            let got = got.map_or_else(|| "absent".to_owned(), |got| format!("`{got}`"));
            found.push(difference(rule, &format!("header {name}"), expected, got));
        };
        let kind = self.header("content-type");
        let plain = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if plain != Some("application/x-amz-json-1.0") {
            add("PRO-03", "content-type", "application/x-amz-json-1.0", kind);
        }
        match self.header("x-amzn-requestid") {
            None => add("PRO-05", "x-amzn-requestid", "present", None),
            Some(id) => {
                let letters = id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                if id.len() != REQUEST_ID_LENGTH || !letters {
                    add("PRO-020", "x-amzn-requestid", REQUEST_ID_FORM, Some(id));
                }
            }
        }
        match self.header("x-amz-crc32") {
            None => add("PRO-05a", "x-amz-crc32", "present", None),
            got => {
                let wanted = crc32fast::hash(self.body).to_string();
                if got != Some(wanted.as_str()) {
                    add("PRO-05a", "x-amz-crc32", &wanted, got);
                }
            }
        }
    }

    fn check_error(&self, body: &Value, found: &mut Vec<Difference>) {
        let Some(kind) = body.get("__type").and_then(Value::as_str) else {
            let got = body.get("__type").map_or_else(|| "absent".to_owned(), Value::to_string);
            found.push(difference("PRO-06", "/__type", "the name of an exception", got));
            return;
        };
        let name = error_name(kind);
        if name.is_empty() {
            found.push(difference("PRO-07", "/__type", "ends in a name", format!("`{kind}`")));
        }
        let Some(code) = ErrorCode::named(name) else { return };
        if self.status != 400 {
            let got = format!("{} for {name}", self.status);
            found.push(difference("ERR-01", "status", "400", got));
        }
        let wanted = code.shape_id();
        if kind != wanted {
            let rule = if kind.split('#').count() == 2 { namespace_rule(code) } else { "PRO-08" };
            found.push(difference(rule, "/__type", &wanted, format!("`{kind}`")));
        }
        check_message(code, body, found);
    }
}

/// The rule about the namespace of an exception.
fn namespace_rule(code: ErrorCode) -> RuleId {
    match code {
        ErrorCode::ValidationException => "PRO-017",
        ErrorCode::AccessDeniedException => "PRO-019",
        ErrorCode::SerializationException => "PRO-002",
        ErrorCode::UnknownOperationException => "PRO-001",
        _ => "PRO-06a",
    }
}

/// The text of an error stands in `message`; that of the framework's own errors is not always there.
fn check_message(code: ErrorCode, body: &Value, found: &mut Vec<Difference>) {
    let text = |name| body.get(name).is_some_and(Value::is_string);
    if code.is_framework() || text("message") {
        return;
    }
    let (rule, got) = if text("Message") { ("PRO-09", "`Message`") } else { ("PRO-06", "absent") };
    found.push(difference(rule, "/message", "a text", got.to_owned()));
}

fn difference(rule: RuleId, pointer: &str, expected: &str, got: String) -> Difference {
    Difference {
        kind: DifferenceKind::WrongMember,
        rule,
        pointer: pointer.to_owned(),
        expected: expected.to_owned(),
        got,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::read_answer;
    use serde_json::json;

    #[test]
    fn the_checksum_is_that_of_recorded_answers() {
        // PRO-001 and PRO-003.
        let unknown = br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
        assert_eq!(crc32fast::hash(unknown), 1_368_724_161);
    }

    #[test]
    fn an_answer_as_recorded_has_no_fault_and_each_change_has_one() {
        let headers = |changed: &str, value: Option<&str>| -> Vec<(String, String)> {
            let id = "A".repeat(52);
            [
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amzn-requestid", &id),
                ("x-amz-crc32", "2745614147"),
            ]
            .into_iter()
            .filter_map(|(name, usual)| {
                let value = if name == changed { value? } else { usual };
                Some((name.to_owned(), value.to_owned()))
            })
            .collect()
        };
        let check = |headers: &[(String, String)]| {
            let answer = RawAnswer { status: 200, headers, body: b"{}" };
            answer
                .check(&read_answer(200, b"{}"))
                .into_iter()
                .map(|difference| difference.rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(check(&headers("none", None)), [""; 0]);
        assert_eq!(check(&headers("content-type", Some("text/html"))), ["PRO-03"]);
        assert_eq!(check(&headers("x-amzn-requestid", None)), ["PRO-05"]);
        for id in ["abc".to_owned(), "a".repeat(52), "A".repeat(53)] {
            assert_eq!(check(&headers("x-amzn-requestid", Some(&id))), ["PRO-020"], "{id}");
        }
        assert_eq!(check(&headers("x-amz-crc32", Some("1"))), ["PRO-05a"]);
    }

    /// The rules that the body of an error breaks, whose headers and checksum are right.
    fn of_error(status: u16, body: &Value) -> Vec<RuleId> {
        let body = body.to_string();
        let headers = [
            ("content-type", "application/x-amz-json-1.0".to_owned()),
            ("x-amzn-requestid", "A1".repeat(26)),
            ("x-amz-crc32", crc32fast::hash(body.as_bytes()).to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        let answer = RawAnswer { status, headers: &headers, body: body.as_bytes() };
        let found = answer.check(&read_answer(status, body.as_bytes()));
        found.into_iter().map(|difference| difference.rule).collect()
    }

    #[test]
    fn the_name_of_an_error_stands_in_the_namespace_that_is_known_of_it() {
        for (right, rule) in [
            ("com.amazon.coral.validate#ValidationException", "PRO-017"),
            ("com.amazon.coral.service#AccessDeniedException", "PRO-019"),
            ("com.amazon.coral.service#SerializationException", "PRO-002"),
            ("com.amazon.coral.service#UnknownOperationException", "PRO-001"),
            ("com.amazonaws.dynamodb.v20120810#BackupNotFoundException", "PRO-06a"),
        ] {
            let name = right.split_once('#').expect("a namespace and a name").1;
            let kind = |kind: &str| json!({"__type": kind, "message": "a text"});
            assert_eq!(of_error(400, &kind(right)), [""; 0], "{right}");
            assert_eq!(of_error(400, &kind(&format!("elsewhere#{name}"))), [rule], "{right}");
            assert_eq!(of_error(400, &kind(name)), ["PRO-08"], "{right}");
        }
    }

    #[test]
    fn an_error_has_a_name_a_text_and_the_status_of_a_refusal() {
        let kind = "com.amazonaws.dynamodb.v20120810#BackupNotFoundException";
        let text = json!({"__type": kind, "message": "a text"});
        assert_eq!(of_error(400, &text), [""; 0]);
        assert_eq!(of_error(500, &text), ["ERR-01"]);
        assert_eq!(of_error(400, &json!({"__type": kind, "Message": "a text"})), ["PRO-09"]);
        assert_eq!(of_error(400, &json!({"__type": kind, "message": 5})), ["PRO-06"]);
        assert_eq!(of_error(400, &json!({"__type": kind})), ["PRO-06"]);
        assert_eq!(of_error(400, &json!({"message": "a text"})), ["PRO-06"]);
        assert_eq!(of_error(400, &json!({"__type": "com.amazon#", "message": "a"})), ["PRO-07"]);
        // What has the status of an accepted request is judged as one.
        assert_eq!(of_error(200, &json!([])), of_error(200, &json!("text")));
        assert!(!of_error(200, &json!([])).contains(&"PRO-06"));
        // The framework's own errors come without a text at times.
        let framework = "com.amazon.coral.service#UnknownOperationException";
        assert_eq!(of_error(400, &json!({"__type": framework})), [""; 0]);
    }
}
