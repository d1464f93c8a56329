//! What an answer must look like: matchers over raw JSON, each part tied to its rule.
//!
//! A matcher is as tight as the evidence and no tighter. It also knows one literal that satisfies it,
//! which is what the reference endpoint answers; so what is said and what is expected cannot drift
//! apart.

mod compare;
mod form;
mod time;

use serde_json::{Map, Value, json};

pub use self::compare::Mismatch;
pub use self::form::Form;
pub use self::time::{is_at, millis, seconds};
use crate::account::Millis;
use crate::request::Item;
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
    /// As many as that member of the object, a list, has elements.
    CountOf(&'static str),
    /// These values in this order.
    List(Vec<Value>),
    /// These values in any order.
    Bag(Vec<Value>),
    /// This item.
    Item(Item),
    /// These items in any order, and possibly some of the others.
    Items {
        /// Those that must be there.
        sure: Vec<Item>,
        /// Those that may be there.
        possible: Vec<Item>,
    },
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
            | Matcher::CountOf(_)
            | Matcher::List(_)
            | Matcher::Bag(_)
            | Matcher::Item(_)
            | Matcher::Items { .. } => {}
        }
    }

    /// The same where one side is taken of what is contested: a member that one side leaves out and
    /// the other shows is either of the two. Where no side is taken it stays as it is.
    pub fn under(self, evidence: Evidence) -> Self {
        if evidence == Evidence::Both {
            return self;
        }
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
    pub fn into_literal(self) -> Option<Value> {
        Some(match self {
            Matcher::Absent | Matcher::Anything | Matcher::AbsentOr(_) => return None,
            Matcher::Exact(value) => value,
            Matcher::OneOf(texts) => json!(texts.first()?),
            Matcher::AnyOf(matchers) => matchers.into_iter().next()?.into_literal()?,
            Matcher::Between(low, u64::MAX) => json!(low),
            Matcher::Between(_, high) => json!(high),
            Matcher::Instant(time) | Matcher::InstantBetween(time, _) => seconds(time),
            Matcher::Form(Form::KeyArn) => {
                json!("arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb")
            }
            // Only an endpoint makes these up; the reference knows its own.
            Matcher::Form(_) | Matcher::SameTimeAs(_) => return None,
            // It says nothing without the list (`object`).
            Matcher::CountOf(_) => return None,
            Matcher::Object(members) => object(members),
            Matcher::Keyed { elements, .. } => {
                elements.into_iter().filter_map(|(_, element)| element.into_literal()).collect()
            }
            Matcher::Ascending { list, .. } => list.into_literal()?,
            Matcher::List(values) | Matcher::Bag(values) => Value::Array(values),
            Matcher::Item(item) => Value::Object(item),
            Matcher::Items { sure, possible } => sure.into_iter().chain(possible).collect(),
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
            Matcher::CountOf(list) => format!("as many as there are {list}"),
            Matcher::List(values) => Value::Array(values.clone()).to_string(),
            Matcher::Bag(values) => format!("in any order {}", Value::Array(values.clone())),
            Matcher::Item(item) => Value::Object(item.clone()).to_string(),
            Matcher::Items { sure, possible } if possible.is_empty() => {
                format!("in any order {}", listed(sure))
            }
            Matcher::Items { sure, possible } => {
                format!("in any order {} and possibly {}", listed(sure), listed(possible))
            }
        }
    }
}

/// The literal of an object; what counts a list stands behind it.
fn object(members: Vec<Member>) -> Value {
    let mut object = Map::new();
    for Member { name, matcher, .. } in members {
        let literal = match matcher {
            Matcher::CountOf(list) => {
                object.get(list).and_then(Value::as_array).map(|list| json!(list.len()))
            }
            matcher => matcher.into_literal(),
        };
        object.extend(literal.map(|literal| (name.to_owned(), literal)));
    }
    Value::Object(object)
}

fn listed(items: &[Item]) -> Value {
    items.iter().cloned().collect()
}

#[cfg(test)]
mod tests;
