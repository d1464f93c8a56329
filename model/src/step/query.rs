//! Query: whether an index of a restored table holds what it must.
//!
//! Only the simplest condition is modelled, `name = :value` on the partition key, with or without a
//! `#placeholder` for the name; a condition of another form is refused here though the service may
//! take it. An index holds the items that have its key attributes, with what it projects of them.

use std::collections::BTreeSet;

use super::item::usable;
use crate::account::{Account, StoredItem, Table};
use crate::attribute::kept;
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Accepted, Objections, Outcome, Reply};
use crate::request::{Item, Query};
use crate::schema::{KeySchema, Projection, ProjectionType};
use serde_json::Value;

/// What a query reads: the table, or one of its indexes.
struct Source<'a> {
    keys: &'a KeySchema,
    /// None for the table itself.
    projection: Option<&'a Projection>,
    /// A global index is filled after the table (DAT-03).
    lags: bool,
}

/// Reads the items of one partition.
pub(super) fn query(account: &Account, request: &Query) -> Outcome {
    let mut objections = Objections::new();
    let table = usable(account, &request.table_name.0, &mut objections);
    let source = table.and_then(|table| source(table, request, &mut objections));
    let wanted = condition(request);
    let partition = source.as_ref().and_then(|source| source.keys.first());
    let fits = wanted.as_ref().is_some_and(|(name, _)| {
        partition.is_none_or(|partition| partition.attribute_name.as_str() == *name)
    });
    objections.when(!fits, "DAT-02a", ValidationException, Vec::new);
    objections.unless(|| {
        let table = table.expect("reading no table was refused");
        let source = source.expect("reading no index was refused");
        let (name, value) = wanted.expect("a query without a condition was refused");
        let held = |item: &Item| {
            item.get(name) == Some(&value)
                && source.keys.iter().all(|key| item.contains_key(key.attribute_name.as_str()))
        };
        let (mut sure, mut possible, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for stored in table.items.values() {
            let read = |item: &Item| held(item).then(|| projected(table, &source, item.clone()));
            possible.extend(stored.likely().and_then(|item| read(&item)));
            others.extend(stored.others().filter_map(|item| read(&item)));
            if let Some(item) = stored.sure().and_then(|item| read(&item)) {
                let list =
                    if is_filled(table, &source, stored) { &mut sure } else { &mut possible };
                list.push(item);
            }
        }
        let restored = table.restore.is_some() && source.projection.is_some();
        let rule = if restored { "CAR-04a" } else { "DAT-02a" };
        let reply = Reply::Items { sure, possible, others, rule };
        Accepted::new(account.clone(), reply, vec!["DAT-02a"])
    })
}

/// The table or the index that a request names.
fn source<'a>(
    table: &'a Table,
    request: &Query,
    objections: &mut Objections,
) -> Option<Source<'a>> {
    let definition = &table.definition;
    let Some(name) = &request.index_name else {
        return Some(Source { keys: &definition.keys, projection: None, lags: false });
    };
    let global = definition.global_indexes.iter().find(|index| index.name == *name);
    let local = definition.local_indexes.iter().find(|index| index.name == *name);
    if let Some(index) = global {
        let consistent = request.consistent_read == Some(true);
        objections.when(consistent, "DAT-02c", ValidationException, Vec::new);
        return Some(Source { keys: &index.keys, projection: Some(&index.projection), lags: true });
    }
    objections.when(local.is_none(), "DAT-02b", ValidationException, Vec::new);
    local.map(|index| Source {
        keys: &index.keys,
        projection: Some(&index.projection),
        lags: false,
    })
}

/// Whether an item is in the index for sure: one that a restore brought back is, since the index is
/// built with the table; one that was written later may not be in a global index yet.
fn is_filled(table: &Table, source: &Source<'_>, stored: &StoredItem) -> bool {
    let restored = table.restore.as_ref();
    !source.lags || restored.is_some_and(|restore| stored.written < restore.requested)
}

/// What is read of an item.
fn projected(table: &Table, source: &Source<'_>, mut item: Item) -> Item {
    let Some(projection) = source.projection else { return item };
    if projection.projection_type == Some(ProjectionType::All) {
        return item;
    }
    let keys = table.definition.keys.iter().chain(source.keys).map(|key| &key.attribute_name);
    let kept: BTreeSet<_> = keys.chain(projection.attributes()).collect();
    item.retain(|name, _| kept.iter().any(|kept| kept.as_str() == name));
    item
}

/// The attribute and the value of a condition `name = :value`.
fn condition(request: &Query) -> Option<(&str, Value)> {
    let (name, value) = request.key_condition_expression.as_ref()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let name = if name.starts_with('#') {
        request.expression_attribute_names.as_ref()?.get(name)?.as_str()
    } else {
        name
    };
    Some((name, kept(request.expression_attribute_values.as_ref()?.get(value)?)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, song};
    use serde_json::{Value, json};

    fn of_year(table: &str) -> Value {
        json!({
            "TableName": table,
            "IndexName": "year",
            "KeyConditionExpression": "#y = :y",
            "ExpressionAttributeNames": {"#y": "year"},
            "ExpressionAttributeValues": {":y": {"N": "1999.0"}},
        })
    }

    #[test]
    fn a_restored_index_holds_the_items_with_its_key_and_what_it_projects_of_them() {
        let restored = Test::music().backup().restore().settle();
        restored.check("Query", &of_year("Copy"), "accepted by DAT-02a");
        let mut projected = song("one", Some("1999"));
        projected.as_object_mut().expect("an item").remove("label");
        restored.shows("Query", &of_year("Copy"), "/Items", &json!([projected]));
    }

    #[test]
    fn only_an_index_that_is_there_can_be_read_and_a_global_one_not_consistently() {
        let music = Test::music();
        let mut unknown = of_year("Music");
        unknown["IndexName"] = json!("none");
        music.check("Query", &unknown, "DAT-02b");
        let mut consistent = of_year("Music");
        consistent["ConsistentRead"] = json!(true);
        music.check("Query", &consistent, "DAT-02c");
        let mut other_key = of_year("Music");
        other_key["KeyConditionExpression"] = json!("title = :y");
        music.check("Query", &other_key, "DAT-02a");
    }
}
