//! awsJson1_0: from an operation's name and a body to an outcome, and from an outcome to a body.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::account::{Account, Fresh};
use crate::api;
use crate::behaviour::StepFn;
use crate::describe;
use crate::message;
use crate::outcome::ErrorCode::{
    SerializationException, UnknownOperationException, ValidationException,
};
use crate::outcome::{Accepted, Objections, Outcome, Refusal, Text, Violation};
use crate::request::{Operation, Request};
use crate::rules::{RuleId, catalogue};
use crate::step::step;

/// What a request as it came over the wire comes to.
///
/// What cannot be read is refused before anything else is looked at. A broken constraint does not
/// keep the service from seeing that the rest of the request is refused as well, so those reasons are
/// added; which of them is reported is a matter of precedence.
pub fn handle(account: &Account, operation: &str, body: &[u8], fresh: &Fresh) -> Outcome {
    handle_by(step, account, operation, body, fresh)
}

/// What a request as it came over the wire comes to where `step` says what a well-formed one comes to:
/// the specified function, or one with a fault planted in it.
pub fn handle_by(
    step: StepFn,
    account: &Account,
    operation: &str,
    body: &[u8],
    fresh: &Fresh,
) -> Outcome {
    Received::read(operation, body).outcome(step, account, fresh)
}

/// A request as it came over the wire, read once for all accounts that it may be asked of.
#[derive(Clone, Debug)]
pub struct Received {
    operation: String,
    body: Value,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    /// Nothing can be made of it, whatever the account.
    Refused(Refusal),
    /// The body of an operation.
    Asked(Operation, Decoded),
}

impl Received {
    /// Reads a body that was sent to an operation.
    pub fn read(operation: &str, body: &[u8]) -> Self {
        let nothing_to_say = api::operation(operation).is_some_and(|model| model.input.is_empty());
        let bytes = if body.is_empty() && nothing_to_say { b"{}" } else { body };
        let refused = match (Operation::named(operation), serde_json::from_slice(bytes)) {
            (_, Ok(body)) => return Self::of(operation, body),
            // Without a body there is nothing to read, and the target is looked at first.
            (None, Err(_)) if bytes.is_empty() => unknown_operation(),
            (_, Err(_)) => refusal("PRO-002", None),
        };
        let operation = operation.to_owned();
        Self { operation, body: Value::Null, content: Content::Refused(refused) }
    }

    /// A body that is JSON, and was sent to an operation.
    pub fn of(operation: &str, body: Value) -> Self {
        let content = match Operation::named(operation) {
            Some(operation) => Content::Asked(operation, decode(operation, &body)),
            None => Content::Refused(unknown_operation()),
        };
        Self { operation: operation.to_owned(), body, content }
    }

    /// The name of the operation, which may be that of none.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The body; null if it is no JSON.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// What comes of it where `step` says what comes of a well-formed request.
    pub fn outcome(&self, step: StepFn, account: &Account, fresh: &Fresh) -> Outcome {
        match &self.content {
            Content::Refused(refusal) => Outcome::Refused(refusal.clone()),
            Content::Asked(_, Decoded::Unreadable(refusal)) => Outcome::Refused(refusal.clone()),
            Content::Asked(operation, Decoded::WellFormed(request)) => {
                let mut outcome = step(account, request, fresh);
                if let Outcome::Accepted(accepted) = &mut outcome
                    && *operation == Operation::ListTables
                    && has_idle_members(*operation, &self.body)
                {
                    accepted.grants.push("TBL-022");
                }
                outcome
            }
            Content::Asked(_, Decoded::Broken { refusal, rest }) => {
                let more = rest.as_ref().and_then(|rest| match step(account, rest, fresh) {
                    Outcome::Refused(more) => Some(more),
                    Outcome::Accepted(_) => None,
                });
                Outcome::Refused(refusal.clone().and(more))
            }
        }
    }
}

/// Whether a body has members that are passed over: unknown ones and nulls (TBL-022). It was seen of
/// ListTables only, though every operation is read the same way.
fn has_idle_members(operation: Operation, body: &Value) -> bool {
    let model = api::operation(operation.name()).expect("every operation has its API model");
    let is_known = |name: &str| model.input.iter().any(|member| member.path == name);
    let members = body.as_object().into_iter().flatten();
    members.into_iter().any(|(name, value)| value.is_null() || !is_known(name))
}

/// A body as the API model sees it.
#[derive(Clone, Debug)]
pub enum Decoded {
    /// It keeps every constraint.
    WellFormed(Request),
    /// It breaks some.
    Broken {
        /// Those that it breaks.
        refusal: Refusal,
        /// The request without the members that break one, if it can do without them.
        rest: Option<Request>,
    },
    /// Its JSON is not of the API's types.
    Unreadable(Refusal),
}

/// Reads the body of an operation.
pub fn decode(operation: Operation, body: &Value) -> Decoded {
    let model = api::operation(operation.name()).expect("every operation has its API model");
    let Value::Object(members) = body else {
        return Decoded::Unreadable(refusal("PRO-014", None));
    };
    let faults = api::check(model, body);
    if let Some(fault) = faults.types.into_iter().next() {
        return Decoded::Unreadable(refusal(fault.rule, fault.message));
    }
    let mut kept = match has_null(body) {
        true => Cow::Owned(without_nulls(members)),
        false => Cow::Borrowed(members),
    };
    let mut objections = Objections::new();
    for fault in &faults.constraints {
        kept.to_mut().remove(&fault.top_member);
        objections.push(Violation {
            rule: fault.rule,
            error: ValidationException,
            text: Text::Clause(fault.clause.clone()),
        });
    }
    let rest = operation.read(&kept);
    match (objections.into_refusal(), rest) {
        (Some(refusal), rest) => Decoded::Broken { refusal, rest: rest.ok() },
        (None, Ok(request)) => Decoded::WellFormed(request),
        // What the table lets through and the types do not, such as an attribute value that is none.
        (None, Err(_)) => Decoded::Unreadable(refusal("PRO-014", None)),
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(|value| value.is_null() || has_null(value)),
        Value::Array(values) => values.iter().any(has_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A null member is as good as absent, at any depth (TBL-022).
fn without_nulls(members: &Map<String, Value>) -> Map<String, Value> {
    fn clean(value: &Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(without_nulls(members)),
            Value::Array(values) => values.iter().map(clean).collect(),
            other => other.clone(),
        }
    }
    let kept = members.iter().filter(|(_, value)| !value.is_null());
    kept.map(|(name, value)| (name.clone(), clean(value))).collect()
}

fn refusal(rule: RuleId, message: Option<String>) -> Refusal {
    let mut objections = Objections::new();
    let text = Text::Literal(message);
    objections.push(Violation { rule, error: SerializationException, text });
    if catalogue().rule(rule).contested_by.iter().any(|other| other == "ERR-04a") {
        objections.add_unworded("ERR-04a", ValidationException);
    }
    objections.into_refusal().expect("one objection was made")
}

fn unknown_operation() -> Refusal {
    let mut objections = Objections::new();
    objections.add_unworded("PRO-001", UnknownOperationException);
    objections.into_refusal().expect("one objection was made")
}

/// The body that answers an accepted request.
pub fn accepted_body(accepted: &Accepted) -> Value {
    let matcher = describe::body(&accepted.account, &accepted.reply);
    matcher.into_literal().unwrap_or_else(|| json!({}))
}

/// The body that answers a refused request: `__type` and, where there is one, the message.
pub fn refused_body(refusal: &Refusal, operation: &str) -> Value {
    let reportable = refusal.reportable(operation);
    let mut body = Map::new();
    body.insert("__type".to_owned(), json!(reportable[0].error.shape_id()));
    if let Some(message) = message::render(&reportable) {
        // The framework's own errors spell it with a capital (PRO-011, PRO-019).
        let framework = reportable[0].error.shape_id().starts_with("com.amazon.coral.service");
        let name = if framework { "Message" } else { "message" };
        body.insert(name.to_owned(), json!(message));
    }
    Value::Object(body)
}

/// An answer as its body tells it.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// HTTP 200 with this body.
    Success(Value),
    /// An error.
    Error {
        /// The HTTP status.
        status: u16,
        /// The name in `__type`, without its namespace; empty if there is none.
        code: String,
        /// The message.
        message: Option<String>,
    },
}

/// Reads an answer. A body that is no JSON object is an error without a name, whatever its status.
pub fn read_answer(status: u16, body: &[u8]) -> Answer {
    let body: Value = if body.is_empty() {
        json!({})
    } else {
        serde_json::from_slice(body).unwrap_or(Value::Null)
    };
    if status == 200 && body.is_object() {
        return Answer::Success(body);
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let kind = text("__type").unwrap_or_default();
    Answer::Error {
        status,
        code: error_name(kind).to_owned(),
        message: text("message").or_else(|| text("Message")).map(str::to_owned),
    }
}

/// The name of an error out of `__type` (PRO-07).
pub fn error_name(kind: &str) -> &str {
    let kind = kind.split(':').next().unwrap_or(kind);
    kind.rsplit('#').next().unwrap_or(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{AccountId, Region};

    fn handled(operation: &str, body: &str) -> Outcome {
        let account = Account::empty(
            Region::new("us-east-1").expect("a Region"),
            AccountId::new("123456789012"),
        );
        let fresh = Fresh { table_id: None, created: None, backup_id: "1".to_owned() };
        handle(&account, operation, body.as_bytes(), &fresh)
    }

    fn refused(operation: &str, body: &str) -> Vec<RuleId> {
        match handled(operation, body) {
            Outcome::Refused(refusal) => refusal.violations().iter().map(|it| it.rule).collect(),
            Outcome::Accepted(_) => vec![],
        }
    }

    #[test]
    fn a_body_may_be_left_out_where_there_is_nothing_to_say_and_nowhere_else() {
        assert_eq!(refused("DescribeLimits", ""), [""; 0]);
        assert_eq!(refused("DescribeLimits", "{}"), [""; 0]);
        assert_eq!(refused("DescribeLimits", "nonsense"), ["PRO-002"]);
        assert_eq!(refused("ListTables", ""), ["PRO-002"]);
        assert_eq!(refused("Nothing", ""), ["PRO-001"]);
        assert_eq!(refused("Nothing", "nonsense"), ["PRO-002"]);
    }

    #[test]
    fn that_members_are_passed_over_is_told_where_it_was_seen() {
        let grants = |operation, body| match handled(operation, body) {
            Outcome::Accepted(accepted) => accepted.grants.contains(&"TBL-022"),
            Outcome::Refused(refusal) => panic!("{refusal:?}"),
        };
        assert!(!grants("ListTables", "{}") && !grants("ListTables", r#"{"Limit": 5}"#));
        assert!(grants("ListTables", r#"{"Limit": null}"#));
        assert!(grants("ListTables", r#"{"Foo": 5}"#));
        assert!(!grants("ListBackups", r#"{"Foo": 5}"#));
    }

    #[test]
    fn a_null_is_as_good_as_absent_at_any_depth() {
        let read = |body: Value| match decode(Operation::PutItem, &body) {
            Decoded::WellFormed(request) => request,
            other => panic!("{other:?}"),
        };
        let plain = read(json!({"TableName": "abc", "Item": {"k": {"L": [{"M": {}}]}}}));
        let nulls = json!({
            "TableName": "abc", "ReturnValues": null,
            "Item": {"k": {"L": [{"M": {"x": null}}], "S": null}, "y": null},
        });
        assert_eq!(read(nulls), plain);
    }
}
