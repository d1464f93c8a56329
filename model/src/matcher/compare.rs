//! In what a value is not what it must be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Matcher;
use super::time::{is_at, millis, same_time};
use crate::attribute::kept_item;
use crate::pointer::Place;
use crate::rules::RuleId;

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
    /// Every way in which `value` is not what it must be; `rule` says what it is as a whole.
    pub fn compare(&self, rule: RuleId, value: Option<&Value>) -> Vec<Mismatch> {
        let mut found = Vec::new();
        self.compare_at(rule, Place::Whole, value, &mut found);
        found
    }

    fn compare_at(
        &self,
        rule: RuleId,
        place: Place<'_>,
        value: Option<&Value>,
        found: &mut Vec<Mismatch>,
    ) {
        let fits = match (self, value) {
            (Matcher::Anything, _) | (Matcher::Absent | Matcher::AbsentOr(_), None) => true,
            (Matcher::AbsentOr(inner), Some(_)) => {
                return inner.compare_at(rule, place, value, found);
            }
            (Matcher::AnyOf(matchers), _) => {
                return found.extend(nearest(matchers, rule, place, value));
            }
            (_, None) | (Matcher::Absent, Some(_)) => false,
            (Matcher::Exact(wanted), Some(value)) => wanted == value,
            (Matcher::OneOf(wanted), Some(value)) => {
                value.as_str().is_some_and(|text| wanted.contains(&text))
            }
            (Matcher::Between(low, high), Some(value)) => {
                value.as_u64().is_some_and(|number| (*low..=*high).contains(&number))
            }
            (Matcher::Instant(wanted), Some(value)) => is_at(value, *wanted),
            (Matcher::InstantBetween(low, high), Some(value)) => {
                millis(value).is_some_and(|time| (*low..=*high).contains(&time))
            }
            (Matcher::Form(form), Some(value)) => {
                value.as_str().is_some_and(|text| form.accepts(text))
            }
            (Matcher::Object(members), Some(Value::Object(object))) => {
                for member in members {
                    // That null should be absent is a rule of its own (PRO-16).
                    let value = object.get(member.name).filter(|value| !value.is_null());
                    let agrees = match member.matcher {
                        Matcher::SameTimeAs(other) => same_time(value, object.get(other)),
                        Matcher::CountOf(list) => counts(value, object.get(list)),
                        _ => false,
                    };
                    if !agrees {
                        let place = Place::Member(&place, member.name);
                        member.matcher.compare_at(member.rule, place, value, found);
                    }
                }
                return;
            }
            (Matcher::Keyed { key, elements, open }, Some(Value::Array(values))) => {
                missing_or_wrong(key, elements, rule, place, values, found);
                if !open {
                    strangers(key, elements, rule, place, values, found);
                }
                return;
            }
            (Matcher::Ascending { list, by, rule: order }, Some(value)) => {
                list.compare_at(rule, place, Some(value), found);
                if !is_ascending(value, by) {
                    found.push(Mismatch {
                        rule: order,
                        pointer: place.to_string(),
                        expected: format!("in ascending order of {by}"),
                        got: Some(value.clone()),
                    });
                }
                return;
            }
            (Matcher::List(wanted), Some(Value::Array(values))) => wanted == values,
            (Matcher::Bag(wanted), Some(Value::Array(values))) => {
                is_bag_between(wanted, &[], values.iter().collect())
            }
            (Matcher::Item(wanted), Some(Value::Object(item))) => *wanted == kept_item(item),
            (Matcher::Items { sure, possible }, Some(Value::Array(values))) => {
                let items: Option<Vec<_>> =
                    values.iter().map(|value| value.as_object().map(kept_item)).collect();
                items.is_some_and(|items| is_bag_between(sure, possible, items.iter().collect()))
            }
            (
                Matcher::Object(_)
                | Matcher::Keyed { .. }
                | Matcher::SameTimeAs(_)
                | Matcher::CountOf(_)
                | Matcher::List(_)
                | Matcher::Bag(_)
                | Matcher::Item(_)
                | Matcher::Items { .. },
                Some(_),
            ) => false,
        };
        if !fits {
            found.push(Mismatch {
                rule,
                pointer: place.to_string(),
                expected: self.describe(),
                got: value.cloned(),
            });
        }
    }
}

/// What is wrong by the matcher that has the least against the value. A value that is there is compared
/// with what it might be, not told to go away.
fn nearest(
    matchers: &[Matcher],
    rule: RuleId,
    place: Place<'_>,
    value: Option<&Value>,
) -> Vec<Mismatch> {
    let may_be_there = matchers.iter().any(|matcher| *matcher != Matcher::Absent);
    matchers
        .iter()
        .filter(|matcher| value.is_none() || !may_be_there || **matcher != Matcher::Absent)
        .map(|matcher| {
            let mut found = Vec::new();
            matcher.compare_at(rule, place, value, &mut found);
            found
        })
        .min_by_key(Vec::len)
        .unwrap_or_default()
}

fn text_at<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Compares objects that are told apart by one member; each is named by it in the pointer.
fn missing_or_wrong(
    key: &str,
    elements: &[(String, Matcher)],
    rule: RuleId,
    place: Place<'_>,
    values: &[Value],
    found: &mut Vec<Mismatch>,
) {
    for (name, element) in elements {
        let place = Place::Member(&place, name);
        match values.iter().find(|value| text_at(value, key) == Some(name)) {
            Some(value) => element.compare_at(rule, place, Some(value), found),
            None => found.push(Mismatch {
                rule,
                pointer: place.to_string(),
                expected: "present".to_owned(),
                got: None,
            }),
        }
    }
}

/// Objects that should not be there, or are there twice.
fn strangers(
    key: &str,
    elements: &[(String, Matcher)],
    rule: RuleId,
    place: Place<'_>,
    values: &[Value],
    found: &mut Vec<Mismatch>,
) {
    let wanted: BTreeSet<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
    let mut seen = BTreeSet::new();
    for (index, value) in values.iter().enumerate() {
        let name = text_at(value, key);
        let is_expected = name.is_some_and(|name| wanted.contains(name));
        if !is_expected || !seen.insert(name) {
            let place =
                name.map_or(Place::Element(&place, index), |name| Place::Member(&place, name));
            found.push(Mismatch {
                rule,
                pointer: place.to_string(),
                expected: "absent".to_owned(),
                got: Some(value.clone()),
            });
        }
    }
}

/// Whether a value is the number of elements of a list, which is not for this to miss.
fn counts(value: Option<&Value>, list: Option<&Value>) -> bool {
    let elements = list.and_then(Value::as_array).map(|list| list.len() as u64);
    elements.is_none_or(|elements| value.and_then(Value::as_u64) == Some(elements))
}

fn is_ascending(value: &Value, by: &str) -> bool {
    let elements = value.as_array().into_iter().flatten();
    elements.filter_map(|element| element[by].as_f64()).is_sorted()
}

/// Whether these are the values that must be there and some of the others; `rest` is what was got.
fn is_bag_between<T: PartialEq>(sure: &[T], possible: &[T], mut rest: Vec<&T>) -> bool {
    let mut take = |wanted: &T| {
        let position = rest.iter().position(|value| *value == wanted);
        position.map(|position| rest.swap_remove(position)).is_some()
    };
    let complete = sure.iter().all(&mut take);
    for wanted in possible {
        take(wanted);
    }
    complete && rest.is_empty()
}
