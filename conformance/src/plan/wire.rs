//! Requests that no SDK can send: bodies that are no JSON, unknown operations, other headers.
//!
//! What the rules speak of is judged. Of the rest, such as signatures, no rule says what comes of it:
//! the request is one that changes nothing, and the answer is kept with the steps of the case, unjudged.
//!
//! Known limitation: no view of a report shows those answers yet; they are the steps of a run that say
//! `is_judged: false`.

use serde_json::{Value, json};

use crate::scenario::{Action, Body, Call, Scenario, Signature, Source, Wire};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = targets();
    found.extend(bodies());
    found.extend(unjudged());
    found
}

fn case(title: String, operation: &str, with: Value, wire: Wire) -> Scenario {
    let call = Call { wire: Some(wire), ..Call::new(operation, with) };
    Scenario::new(format!("on the wire: {title}"), Source::Wire, vec![Action::Call(call)])
}

fn with_headers(headers: &[(&str, Option<&str>)]) -> Wire {
    let owned =
        |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
    Wire { headers: headers.iter().map(owned).collect(), ..Wire::default() }
}

fn with_text(text: &str) -> Wire {
    Wire { body: Some(Body::Text(text.to_owned())), ..Wire::default() }
}

/// The header that names the operation (PRO-001).
fn targets() -> Vec<Scenario> {
    let target = |value| with_headers(&[("x-amz-target", value)]);
    let no_target_no_body = Wire { body: Some(Body::Text(String::new())), ..target(None) };
    vec![
        case("no target".to_owned(), "ListTables", json!({}), target(None)),
        case("neither target nor body".to_owned(), "ListTables", json!({}), no_target_no_body),
        case("an unknown operation".to_owned(), "MakeCoffee", json!({}), Wire::default()),
        case(
            "a target that names no service".to_owned(),
            "ListTables",
            json!({}),
            target(Some("MakeCoffee")),
        ),
    ]
}

/// Bodies that are no JSON (PRO-002), and one that is no object (PRO-014).
fn bodies() -> Vec<Scenario> {
    let mut found = Vec::new();
    let operations =
        ["RestoreTableFromBackup", "CreateBackup", "DescribeBackup", "ListTables", "MakeCoffee"];
    for operation in operations {
        for (what, text) in
            [("no JSON", "this is not JSON"), ("JSON that ends too early", r#"{"TableName": "#)]
        {
            found.push(case(format!("{operation}: {what}"), operation, json!({}), with_text(text)));
        }
    }
    for operation in ["RestoreTableFromBackup", "DescribeTable"] {
        let not_utf8 =
            Wire { body: Some(Body::Hex("7b22ff223a317d".to_owned())), ..Wire::default() };
        found.push(case(
            format!("{operation}: bytes that are no UTF-8"),
            operation,
            json!({}),
            not_utf8,
        ));
        found.push(case(
            format!("{operation}: a list in place of the members"),
            operation,
            json!({}),
            with_text("[]"),
        ));
    }
    let nothing = Wire { body: Some(Body::Text(String::new())), ..Wire::default() };
    found.push(case(
        "DescribeLimits without a body".to_owned(),
        "DescribeLimits",
        json!({}),
        nothing,
    ));
    found
}

/// What no rule speaks of; and members that are passed over (TBL-022), which was seen of ListTables only:
/// the other tables of an account are not known, so its list cannot be judged.
fn unjudged() -> Vec<Scenario> {
    let missing = || json!({"TableName": "{table:a}"});
    let signed = |signature| Wire { signature, ..Wire::default() };
    let of_type = |value| with_headers(&[("content-type", value)]);
    let deep = format!("{}{}", r#"{"TableName":"#.repeat(200), "1".to_owned() + &"}".repeat(200));
    let cases = [
        ("no signature", signed(Signature::Missing)),
        ("a signature that does not fit", signed(Signature::Wrong)),
        ("the content type application/json", of_type(Some("application/json"))),
        ("the content type text/plain", of_type(Some("text/plain"))),
        ("no content type", of_type(None)),
        ("no body", with_text("")),
        ("a body of null", with_text("null")),
        ("a body that is a number", with_text("23")),
        ("something after the members", with_text(r#"{"TableName": "{table:a}"} {}"#)),
        ("a byte order mark", with_text("\u{feff}{\"TableName\": \"{table:a}\"}")),
        ("one member twice", with_text(r#"{"TableName": "{table:a}", "TableName": "{table:b}"}"#)),
        ("an unknown member", with_text(r#"{"TableName": "{table:a}", "Unknown": 1}"#)),
        ("200 levels", with_text(&deep)),
    ];
    let mut found: Vec<Scenario> = cases
        .into_iter()
        .map(|(what, wire)| {
            let wire = Wire { unjudged: true, ..wire };
            case(format!("DescribeTable with {what}"), "DescribeTable", missing(), wire)
        })
        .collect();
    let lists = [
        r#"{"Limit": 1e400}"#,
        r#"{"Limit": 1000000000000000000000}"#,
        r#"{"Limit": 10.5}"#,
        r#"{"Limit": 1e1}"#,
        r#"{"Limit": null}"#,
        r#"{"Limit": 1, "Unknown": {"a": [1]}}"#,
    ];
    for body in lists {
        let wire = Wire { unjudged: true, ..with_text(body) };
        found.push(case(format!("ListTables with {body}"), "ListTables", json!({}), wire));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_judged_changes_nothing() {
        for scenario in scenarios() {
            for action in &scenario.actions {
                let Action::Call(Call { call, wire: Some(wire), .. }) = action else { continue };
                if wire.unjudged {
                    assert!(call.starts_with("Describe") || call.starts_with("List"), "{call}");
                }
                if wire.signature != Signature::Valid {
                    assert!(wire.unjudged, "{}", scenario.title);
                }
            }
        }
    }
}
