//! Overrides two by two: every kind of every override beside every kind of every other one, in few requests.
//!
//! One that is refused hides what another one would have come to, so the kinds that can fit are paired
//! among themselves first, and all kinds after that.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::source::Source;
use super::{Variation, overrides};

/// What kind of value an override has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Absent,
    Empty,
    Valid,
    Boundary,
    Mismatched,
    Invalid,
}

/// The kinds that a restore may accept.
const FITTING: [Kind; 4] = [Kind::Absent, Kind::Empty, Kind::Valid, Kind::Boundary];

const ALL: [Kind; 6] =
    [Kind::Absent, Kind::Empty, Kind::Valid, Kind::Boundary, Kind::Mismatched, Kind::Invalid];

/// The members of a request that are overrides of the core.
const MEMBERS: [&str; 5] = [
    "BillingModeOverride",
    "ProvisionedThroughputOverride",
    "GlobalSecondaryIndexOverride",
    "LocalSecondaryIndexOverride",
    "SSESpecificationOverride",
];

/// A kind of each member, by its place in [`MEMBERS`].
type Row = [Kind; MEMBERS.len()];

/// Requests in which every two kinds of two overrides stand beside each other.
pub fn variations(source: &Source) -> Vec<Variation> {
    let mut rows = cover(&FITTING);
    rows.extend(cover(&ALL));
    let mut seen = BTreeSet::new();
    rows.retain(|row| seen.insert(*row));
    rows.iter().map(|row| request(source, row)).collect()
}

fn request(source: &Source, row: &Row) -> Variation {
    let mut body = Map::new();
    let mut what = Vec::new();
    for (member, kind) in MEMBERS.into_iter().zip(row) {
        if let Some(value) = value(source, member, *kind) {
            body.insert(member.to_owned(), value);
            what.push(format!("{} {member}", format!("{kind:?}").to_lowercase()));
        }
    }
    Variation::new(what.join(", "), Value::Object(body))
}

/// A value of a member; none where it is absent.
fn value(source: &Source, member: &str, kind: Kind) -> Option<Value> {
    let is_on_demand = overrides::is_on_demand(source);
    let modes = ["PROVISIONED", "PAY_PER_REQUEST"];
    Some(match (member, kind) {
        (_, Kind::Absent) => return None,
        ("BillingModeOverride", Kind::Empty) => json!(""),
        ("BillingModeOverride", Kind::Valid) => json!(modes[usize::from(is_on_demand)]),
        // The other one, which asks for other capacities.
        ("BillingModeOverride", Kind::Boundary) => json!(modes[usize::from(!is_on_demand)]),
        ("BillingModeOverride", Kind::Mismatched) => json!("provisioned"),
        ("BillingModeOverride", Kind::Invalid) => json!("SOMETIMES"),
        ("ProvisionedThroughputOverride", kind) => match kind {
            Kind::Valid => json!({"ReadCapacityUnits": 6, "WriteCapacityUnits": 7}),
            Kind::Boundary => json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}),
            Kind::Mismatched => json!({"ReadCapacityUnits": 6}),
            Kind::Invalid => json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": 7}),
            Kind::Absent | Kind::Empty => json!({}),
        },
        ("SSESpecificationOverride", kind) => match kind {
            Kind::Valid => json!({"Enabled": false}),
            Kind::Boundary => json!({"Enabled": true}),
            Kind::Mismatched => json!({"Enabled": false, "SSEType": "KMS"}),
            Kind::Invalid => json!({"Enabled": true, "SSEType": "ROT13"}),
            Kind::Absent | Kind::Empty => json!({}),
        },
        ("GlobalSecondaryIndexOverride", kind) => indexes(source, "GlobalSecondaryIndexes", kind),
        (_, kind) => indexes(source, "LocalSecondaryIndexes", kind),
    })
}

/// A list of indexes of the source, those of a member.
fn indexes(source: &Source, member: &str, kind: Kind) -> Value {
    let mut list = overrides::indexes(source, member).to_vec();
    match kind {
        Kind::Absent | Kind::Valid => {}
        Kind::Empty => list.clear(),
        Kind::Boundary => list.truncate(1),
        Kind::Mismatched => {
            for index in &mut list {
                index["KeySchema"][0]["AttributeName"] = json!("title");
            }
        }
        Kind::Invalid => list = vec![json!({"IndexName": "x"})],
    }
    Value::Array(list)
}

/// Two kinds of two members, by the places of these, the first before the second.
type Pair = ((usize, Kind), (usize, Kind));

fn pairs_of(row: &Row) -> impl Iterator<Item = Pair> {
    (0..row.len()).flat_map(move |second| {
        (0..second).map(move |first| ((first, row[first]), (second, row[second])))
    })
}

/// Rows that have every pair of these kinds. Greedy: each begins with a pair that is left, and takes of every
/// further member the kind that makes the most new pairs.
fn cover(kinds: &[Kind]) -> Vec<Row> {
    let mut left = BTreeSet::new();
    for one in kinds {
        for other in kinds {
            for second in 0..MEMBERS.len() {
                left.extend((0..second).map(|first| ((first, *one), (second, *other))));
            }
        }
    }
    let mut rows = Vec::new();
    while let Some(&((first, one), (second, other))) = left.first() {
        let mut row: [Option<Kind>; MEMBERS.len()] = [None; MEMBERS.len()];
        row[first] = Some(one);
        row[second] = Some(other);
        for place in 0..row.len() {
            if row[place].is_some() {
                continue;
            }
            let new = |kind: Kind| {
                let chosen = row.iter().enumerate().filter_map(|(at, it)| Some((at, (*it)?)));
                chosen.filter(|it| left.contains(&ordered(*it, (place, kind)))).count()
            };
            // The first of the best ones.
            row[place] = kinds.iter().copied().rev().max_by_key(|kind| new(*kind));
        }
        let row = row.map(|kind| kind.unwrap_or(Kind::Absent));
        pairs_of(&row).for_each(|pair| {
            left.remove(&pair);
        });
        rows.push(row);
    }
    rows
}

fn ordered(one: (usize, Kind), other: (usize, Kind)) -> Pair {
    if one.0 < other.0 { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::source;

    #[test]
    fn every_two_kinds_of_two_overrides_stand_beside_each_other_in_few_requests() {
        for (kinds, most) in [(&FITTING[..], 24), (&ALL[..], 54)] {
            let rows = cover(kinds);
            let covered: BTreeSet<Pair> = rows.iter().flat_map(pairs_of).collect();
            assert_eq!(covered.len(), 10 * kinds.len() * kinds.len());
            assert!(rows.len() <= most, "{} rows", rows.len());
        }
    }

    #[test]
    fn no_two_requests_are_the_same() {
        let requests = variations(&source::indexed());
        let bodies: BTreeSet<String> = requests.iter().map(|it| it.body.to_string()).collect();
        assert_eq!(bodies.len(), requests.len());
        assert!(requests.iter().all(|it| it.body.as_object().is_some()));
    }
}
