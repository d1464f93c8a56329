//! What an answer must look like: matchers over raw JSON, each part tied to its rule.
//!
//! A matcher is as tight as the evidence and no tighter. It also knows one literal that satisfies it,
//! which is what the reference endpoint answers; so what is said and what is expected cannot drift
//! apart.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::account::Millis;
use crate::name::TableId;
use crate::pointer::escape;
use crate::rules::{Evidence, RuleId, catalogue};

/// What one value of an answer must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// This value.
    Exact(Value),
    /// One of these texts; the first is the literal.
    OneOf(Vec<&'static str>),
    /// Not there at all.
    Absent,
    /// Whatever it is, if it is there.
    Anything,
    /// Not there, or as given. The literal leaves it out.
    AbsentOr(Box<Matcher>),
    /// As one of these says; the first is the literal.
    AnyOf(Vec<Matcher>),
    /// A whole number from the first to the second; the literal is the second, if there is an end.
    Between(u64, u64),
    /// A point in time in epoch seconds: this one to the millisecond.
    Instant(Millis),
    /// Any point in time in epoch seconds, in a range of milliseconds.
    InstantBetween(Millis, Millis),
    /// A text of this form.
    Form(Form),
    /// An object with these members; what else it holds is not looked at.
    Object(Vec<Member>),
    /// A list of objects in any order, told apart by one member: these, and no others.
    Keyed {
        /// The member that tells them apart.
        key: &'static str,
        /// The objects, by the value of that member.
        elements: Vec<(String, Matcher)>,
        /// Whether there may be others.
        open: bool,
    },
    /// A list as given, whose elements are also in ascending order of a member that is a number.
    Ascending {
        /// The list.
        list: Box<Matcher>,
        /// The member.
        by: &'static str,
        /// The rule that asks for the order.
        rule: RuleId,
    },
    /// The same point in time as that of another member of the object.
    SameTimeAs(&'static str),
    /// These values in this order.
    List(Vec<Value>),
    /// These values in any order, and possibly some of the others.
    Bag {
        /// Those that must be there.
        sure: Vec<Value>,
        /// Those that may be there.
        possible: Vec<Value>,
    },
}

/// The form of a text that the endpoint makes up.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A UUID in lower case (RTB-70).
    TableId,
    /// The same, but none of these.
    NewTableId(Vec<TableId>),
    /// The ARN of this table, in whatever account.
    TableArn {
        /// `arn:aws:dynamodb:<region>:`.
        prefix: String,
        /// `:table/<name>` and what follows.
        suffix: String,
    },
    /// The ARN of a backup of this table (RTB-15).
    BackupArn {
        /// `arn:aws:dynamodb:<region>:`.
        prefix: String,
        /// `:table/<name>/backup/`.
        middle: String,
    },
    /// The ARN of a KMS key.
    KeyArn,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// The rule that says what it is.
    pub rule: RuleId,
    /// What it must be.
    pub matcher: Matcher,
}

/// Shorthand for a member.
pub fn member(name: &'static str, rule: RuleId, matcher: Matcher) -> Member {
    Member { name, rule, matcher }
}

/// One way in which a value is not what it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// The rule that it breaks.
    pub rule: RuleId,
    /// Where it stands, as a JSON pointer.
    pub pointer: String,
    /// What it must be, in words.
    pub expected: String,
    /// What it is; none if it is not there.
    pub got: Option<Value>,
}

impl Matcher {
    /// This text.
    pub fn text(text: impl Into<String>) -> Self {
        Matcher::Exact(Value::String(text.into()))
    }

    /// This value, or not there.
    pub fn or_absent(self) -> Self {
        Matcher::AbsentOr(Box::new(self))
    }

    /// This value, or not there; but the literal has it, for that is what is usually seen.
    pub fn usually(self) -> Self {
        Matcher::AnyOf(vec![self, Matcher::Absent])
    }

    /// This list, in ascending order of a member that is a number.
    pub fn ascending(self, by: &'static str, rule: RuleId) -> Self {
        Matcher::Ascending { list: Box::new(self), by, rule }
    }

    /// Every way in which `value` is not what it must be.
    pub fn compare(&self, rule: RuleId, pointer: &str, value: Option<&Value>) -> Vec<Mismatch> {
        let mismatch = || {
            vec![Mismatch {
                rule,
                pointer: pointer.to_owned(),
                expected: self.describe(),
                got: value.cloned(),
            }]
        };
        let all_or = |fits: bool| if fits { vec![] } else { mismatch() };
        match (self, value) {
            (Matcher::Anything, _) | (Matcher::Absent | Matcher::AbsentOr(_), None) => vec![],
            (Matcher::AbsentOr(inner), Some(_)) => inner.compare(rule, pointer, value),
            // A value that is there is compared with what it might be, not told to go away.
            (Matcher::AnyOf(matchers), _) => matchers
                .iter()
                .filter(|matcher| value.is_none() || **matcher != Matcher::Absent)
                .map(|matcher| matcher.compare(rule, pointer, value))
                .min_by_key(Vec::len)
                .unwrap_or_default(),
            (_, None) | (Matcher::Absent, Some(_)) => mismatch(),
            (Matcher::Exact(wanted), Some(value)) => all_or(wanted == value),
            (Matcher::OneOf(wanted), Some(value)) => {
                all_or(value.as_str().is_some_and(|text| wanted.contains(&text)))
            }
            (Matcher::Between(low, high), Some(value)) => {
                all_or(value.as_u64().is_some_and(|number| (*low..=*high).contains(&number)))
            }
            (Matcher::Instant(wanted), Some(value)) => all_or(is_at(value, *wanted)),
            (Matcher::InstantBetween(low, high), Some(value)) => {
                all_or(millis(value).is_some_and(|time| (*low..=*high).contains(&time)))
            }
            (Matcher::Form(form), Some(value)) => {
                all_or(value.as_str().is_some_and(|text| form.accepts(text)))
            }
            (Matcher::Object(members), Some(Value::Object(object))) => members
                .iter()
                .flat_map(|member| {
                    let at = format!("{pointer}/{}", member.name);
                    // That null should be absent is a rule of its own (PRO-16).
                    let value = object.get(member.name).filter(|value| !value.is_null());
                    match member.matcher {
                        Matcher::SameTimeAs(other) if same_time(value, object.get(other)) => vec![],
                        _ => member.matcher.compare(member.rule, &at, value),
                    }
                })
                .collect(),
            (Matcher::Keyed { key, elements, open }, Some(Value::Array(values))) => {
                let mut mismatches = missing_or_wrong(key, elements, rule, pointer, values);
                if !open {
                    mismatches.extend(strangers(key, elements, rule, pointer, values));
                }
                mismatches
            }
            (Matcher::Ascending { list, by, rule: order }, Some(value)) => {
                let mut mismatches = list.compare(rule, pointer, Some(value));
                if !is_ascending(value, by) {
                    mismatches.push(Mismatch {
                        rule: order,
                        pointer: pointer.to_owned(),
                        expected: format!("in ascending order of {by}"),
                        got: Some(value.clone()),
                    });
                }
                mismatches
            }
            (Matcher::List(wanted), Some(Value::Array(values))) => all_or(wanted == values),
            (Matcher::Bag { sure, possible }, Some(Value::Array(values))) => {
                all_or(is_bag_between(sure, possible, values))
            }
            (
                Matcher::Object(_)
                | Matcher::Keyed { .. }
                | Matcher::SameTimeAs(_)
                | Matcher::List(_)
                | Matcher::Bag { .. },
                Some(_),
            ) => mismatch(),
        }
    }

    /// Adds the rules that the matcher's parts belong to.
    pub fn rules(&self, into: &mut Vec<RuleId>) {
        match self {
            Matcher::AbsentOr(inner) => inner.rules(into),
            Matcher::AnyOf(matchers) => {
                for matcher in matchers {
                    matcher.rules(into);
                }
            }
            Matcher::Object(members) => {
                for member in members {
                    into.push(member.rule);
                    member.matcher.rules(into);
                }
            }
            Matcher::Ascending { list, rule, .. } => {
                into.push(rule);
                list.rules(into);
            }
            Matcher::Keyed { elements, .. } => {
                for (_, element) in elements {
                    element.rules(into);
                }
            }
            Matcher::Exact(_)
            | Matcher::OneOf(_)
            | Matcher::Absent
            | Matcher::Anything
            | Matcher::Between(..)
            | Matcher::Instant(_)
            | Matcher::InstantBetween(..)
            | Matcher::Form(_)
            | Matcher::SameTimeAs(_)
            | Matcher::List(_)
            | Matcher::Bag { .. } => {}
        }
    }

    /// The same where one side is taken of what is contested: a member that one side leaves out and
    /// the other shows is either of the two.
    pub fn under(self, evidence: Evidence) -> Self {
        let Matcher::Object(members) = self else { return self };
        let settle = |member: Member| {
            let rule = catalogue().rule(member.rule);
            let matcher = match member.matcher {
                Matcher::AbsentOr(inner) if !evidence.admits(rule) => *inner,
                Matcher::AbsentOr(_)
                    if rule.can_fail(evidence) && !rule.contested_by.is_empty() =>
                {
                    Matcher::Absent
                }
                other => other.under(evidence),
            };
            Member { matcher, ..member }
        };
        Matcher::Object(members.into_iter().map(settle).collect())
    }

    /// A value that satisfies the matcher; none if leaving it out does.
    pub fn literal(&self) -> Option<Value> {
        Some(match self {
            Matcher::Absent | Matcher::Anything | Matcher::AbsentOr(_) => return None,
            Matcher::Exact(value) => value.clone(),
            Matcher::OneOf(texts) => json!(texts.first()?),
            Matcher::AnyOf(matchers) => matchers.first()?.literal()?,
            Matcher::Between(low, u64::MAX) => json!(low),
            Matcher::Between(_, high) => json!(high),
            Matcher::Instant(time) | Matcher::InstantBetween(time, _) => seconds(*time),
            Matcher::Form(Form::KeyArn) => {
                json!("arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb")
            }
            // Only an endpoint makes these up; the reference knows its own.
            Matcher::Form(_) | Matcher::SameTimeAs(_) => return None,
            Matcher::Object(members) => Value::Object(
                members
                    .iter()
                    .filter_map(|member| Some((member.name.to_owned(), member.matcher.literal()?)))
                    .collect::<Map<_, _>>(),
            ),
            Matcher::Keyed { elements, .. } => {
                elements.iter().filter_map(|(_, element)| element.literal()).collect()
            }
            Matcher::Ascending { list, .. } => list.literal()?,
            Matcher::List(values) => Value::Array(values.clone()),
            Matcher::Bag { sure, possible } => sure.iter().chain(possible).cloned().collect(),
        })
    }

    /// What is wanted, in words.
    pub fn describe(&self) -> String {
        match self {
            Matcher::Exact(value) => value.to_string(),
            Matcher::OneOf(texts) => format!("one of {}", texts.join(", ")),
            Matcher::AnyOf(matchers) => {
                matchers.iter().map(Matcher::describe).collect::<Vec<_>>().join(" or ")
            }
            Matcher::Absent => "absent".to_owned(),
            Matcher::Anything => "anything".to_owned(),
            Matcher::AbsentOr(inner) => format!("absent or {}", inner.describe()),
            Matcher::Between(low, high) if low == high => low.to_string(),
            Matcher::Between(low, u64::MAX) => format!("a whole number from {low}"),
            Matcher::Between(low, high) => format!("a whole number from {low} to {high}"),
            Matcher::Instant(time) => seconds(*time).to_string(),
            Matcher::InstantBetween(low, high) => {
                format!("a time from {} to {}", seconds(*low), seconds(*high))
            }
            Matcher::Form(form) => form.describe(),
            Matcher::Object(_) => "an object".to_owned(),
            Matcher::Keyed { elements, .. } => {
                let keys: Vec<_> = elements.iter().map(|(key, _)| key.as_str()).collect();
                format!("a list of [{}]", keys.join(", "))
            }
            Matcher::Ascending { list, .. } => list.describe(),
            Matcher::SameTimeAs(other) => format!("the same time as {other}"),
            Matcher::List(values) => Value::Array(values.clone()).to_string(),
            Matcher::Bag { sure, possible } if possible.is_empty() => {
                format!("in any order {}", Value::Array(sure.clone()))
            }
            Matcher::Bag { sure, possible } => format!(
                "in any order {} and possibly {}",
                Value::Array(sure.clone()),
                Value::Array(possible.clone())
            ),
        }
    }
}

fn text_at(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// Compares objects that are told apart by one member; each is named by it in the pointer.
fn missing_or_wrong(
    key: &str,
    elements: &[(String, Matcher)],
    rule: RuleId,
    pointer: &str,
    values: &[Value],
) -> Vec<Mismatch> {
    elements
        .iter()
        .flat_map(|(name, element)| {
            let at = format!("{pointer}/{}", escape(name));
            match values.iter().find(|value| text_at(value, key).as_ref() == Some(name)) {
                Some(value) => element.compare(rule, &at, Some(value)),
                None => {
                    vec![Mismatch { rule, pointer: at, expected: "present".to_owned(), got: None }]
                }
            }
        })
        .collect()
}

/// Objects that should not be there, or are there twice.
fn strangers(
    key: &str,
    elements: &[(String, Matcher)],
    rule: RuleId,
    pointer: &str,
    values: &[Value],
) -> Vec<Mismatch> {
    let wanted: BTreeSet<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut mismatches = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let name = text_at(value, key);
        let expected = name.as_ref().is_some_and(|name| wanted.contains(name.as_str()));
        if !expected || !seen.insert(name.clone()) {
            let at = name.map_or_else(|| index.to_string(), |name| escape(&name));
            mismatches.push(Mismatch {
                rule,
                pointer: format!("{pointer}/{at}"),
                expected: "absent".to_owned(),
                got: Some(value.clone()),
            });
        }
    }
    mismatches
}

/// Times that the service makes out to be one may be read off a clock twice.
const SAME_TIME_MILLIS: Millis = 1_000;

/// Whether two members tell the same time, to the second.
fn same_time(left: Option<&Value>, right: Option<&Value>) -> bool {
    let times = left.and_then(millis).zip(right.and_then(millis));
    times.is_some_and(|(left, right)| left.abs_diff(right) <= SAME_TIME_MILLIS)
}

fn is_ascending(value: &Value, by: &str) -> bool {
    let elements = value.as_array().into_iter().flatten();
    elements.filter_map(|element| element[by].as_f64()).is_sorted()
}

fn is_bag_between(sure: &[Value], possible: &[Value], values: &[Value]) -> bool {
    let mut rest: Vec<&Value> = values.iter().collect();
    let mut take = |wanted: &Value| {
        let position = rest.iter().position(|value| *value == wanted);
        position.map(|position| rest.swap_remove(position)).is_some()
    };
    let complete = sure.iter().all(&mut take);
    for wanted in possible {
        take(wanted);
    }
    complete && rest.is_empty()
}

impl Form {
    /// Whether a text has the form.
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Form::TableId => {
                let groups: Vec<&str> = text.split('-').collect();
                groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
                    && groups.iter().all(|group| {
                        group.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                    })
            }
            Form::NewTableId(taken) => {
                Form::TableId.accepts(text) && taken.iter().all(|id| id.as_str() != text)
            }
            Form::TableArn { prefix, suffix } => account_between(text, prefix, suffix) == Some(""),
            Form::BackupArn { prefix, middle } => account_between(text, prefix, middle)
                .and_then(|id| id.split_once('-'))
                .is_some_and(|(time, suffix)| {
                    time.len() == 14
                        && time.bytes().all(|byte| byte.is_ascii_digit())
                        && suffix.len() == 8
                        && suffix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                }),
            Form::KeyArn => text.starts_with("arn:aws:kms:"),
        }
    }

    fn describe(&self) -> String {
        match self {
            Form::TableId => "a UUID in lower case".to_owned(),
            Form::NewTableId(_) => "a new UUID in lower case".to_owned(),
            Form::TableArn { prefix, suffix } => format!("{prefix}<account>{suffix}"),
            Form::BackupArn { prefix, middle } => {
                format!("{prefix}<account>{middle}<14 digits>-<8 hex digits>")
            }
            Form::KeyArn => "the ARN of a KMS key".to_owned(),
        }
    }
}

/// What follows `middle` in a text of `prefix`, twelve digits and `middle`.
fn account_between<'a>(text: &'a str, prefix: &str, middle: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(prefix)?;
    let (account, rest) = rest.split_at_checked(12)?;
    let digits = account.bytes().all(|byte| byte.is_ascii_digit());
    if digits { rest.strip_prefix(middle) } else { None }
}

/// Epoch seconds as they are written on the wire: a number with up to three decimals (PRO-10, PRO-11).
pub fn seconds(time: Millis) -> Value {
    if time.is_multiple_of(1000) { json!(time / 1000) } else { json!(time as f64 / 1000.0) }
}

/// Milliseconds of a time on the wire.
pub fn millis(value: &Value) -> Option<Millis> {
    let seconds = value.as_f64()?;
    // A little more, so that a whole millisecond is not lost to the way that fractions are kept.
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds * 1000.0 + 0.01).floor() as Millis)
}

/// Two writings of one time differ by less than this: who keeps microseconds may cut them off.
const WRITING_MILLIS: f64 = 0.999;

/// Whether a time on the wire is this one, to the millisecond.
pub fn is_at(value: &Value, time: Millis) -> bool {
    value.as_f64().is_some_and(|seconds| (seconds * 1000.0 - time as f64).abs() < WRITING_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(matcher: &Matcher, value: Value) -> Vec<String> {
        let mismatches = matcher.compare("RTB-01", "", Some(&value));
        mismatches.into_iter().map(|m| format!("{} wants {}", m.pointer, m.expected)).collect()
    }

    #[test]
    fn a_list_told_apart_by_name_has_no_order_and_no_strangers() {
        let matcher = Matcher::Keyed {
            key: "IndexName",
            elements: vec![
                ("one".into(), Matcher::Object(vec![member("A", "RTB-74", Matcher::text("x"))])),
                ("two".into(), Matcher::Object(vec![])),
            ],
            open: false,
        };
        assert_eq!(
            check(&matcher, json!([{"IndexName": "two"}, {"IndexName": "one", "A": "x"}])),
            [""; 0]
        );
        assert_eq!(
            check(&matcher, json!([{"IndexName": "one", "A": "y"}, {"IndexName": "six"}])),
            ["/one/A wants \"x\"", "/two wants present", "/six wants absent"]
        );
        assert_eq!(
            check(
                &matcher,
                json!([{"IndexName": "one", "A": "x"}, {"IndexName": "two"}, {"IndexName": "two"}])
            ),
            ["/two wants absent"]
        );
    }

    #[test]
    fn a_bag_holds_all_that_is_sure_and_nothing_impossible() {
        let bag = Matcher::Bag { sure: vec![json!(1)], possible: vec![json!(2)] };
        for fits in [json!([1]), json!([2, 1])] {
            assert_eq!(check(&bag, fits).len(), 0);
        }
        for wrong in [json!([]), json!([2]), json!([1, 1]), json!([1, 3])] {
            assert_eq!(check(&bag, wrong).len(), 1);
        }
    }

    #[test]
    fn of_several_matchers_one_has_to_fit() {
        let either = Matcher::AnyOf(vec![Matcher::text("x"), Matcher::Exact(json!([]))]);
        assert_eq!(check(&either, json!([])).len(), 0);
        assert_eq!(check(&either, json!("y")), [" wants \"x\""]);
    }

    #[test]
    fn two_members_have_the_same_time() {
        let matcher = Matcher::Object(vec![member("B", "UCB-02", Matcher::SameTimeAs("A"))]);
        assert_eq!(check(&matcher, json!({"A": 1.0, "B": 1})), [""; 0]);
        assert_eq!(check(&matcher, json!({"A": 1.25, "B": 1.5})), [""; 0]);
        assert_eq!(check(&matcher, json!({"A": 1, "B": 3})), ["/B wants the same time as A"]);
        assert_eq!(check(&matcher, json!({"A": 1})), ["/B wants the same time as A"]);
    }

    #[test]
    fn a_list_in_order_has_its_elements_in_order() {
        let matcher =
            Matcher::List(vec![json!({"At": 2}), json!({"At": 1})]).ascending("At", "LSB-11");
        assert_eq!(
            check(&matcher, json!([{"At": 2}, {"At": 1}])),
            [" wants in ascending order of At"]
        );
        let matcher =
            Matcher::List(vec![json!({"At": 1}), json!({"At": 1})]).ascending("At", "LSB-11");
        assert_eq!(check(&matcher, json!([{"At": 1}, {"At": 1}])), [""; 0]);
    }

    #[test]
    fn times_compare_by_millisecond_however_they_are_written() {
        let time = Matcher::Instant(1_576_616_366_715);
        for fits in ["1576616366.715", "1.576616366715E9"] {
            assert_eq!(check(&time, serde_json::from_str(fits).unwrap()).len(), 0);
        }
        // Microseconds may have been cut off on the way.
        assert_eq!(check(&time, json!(1576616366.7157)).len(), 0);
        assert_eq!(check(&time, json!(1576616366.716)).len(), 1);
        assert_eq!(check(&time, json!(1576616366.718)).len(), 1);
        assert_eq!(check(&time, json!(1576616366)).len(), 1);
        assert_eq!(check(&Matcher::Instant(5_000), json!(5.0)).len(), 0);
    }

    #[test]
    fn every_literal_satisfies_its_matcher() {
        let matchers = [
            Matcher::OneOf(vec!["CREATING", "ACTIVE"]),
            Matcher::AnyOf(vec![Matcher::text("x"), Matcher::Absent]),
            Matcher::Between(0, 7),
            Matcher::Instant(1_576_616_366_715),
            Matcher::Bag { sure: vec![json!(1)], possible: vec![json!(2)] },
            Matcher::Object(vec![member("A", "RTB-01", Matcher::text("x").or_absent())]),
        ];
        for matcher in matchers {
            let literal = matcher.literal();
            assert_eq!(matcher.compare("RTB-01", "", literal.as_ref()), [], "{matcher:?}");
        }
    }
}
