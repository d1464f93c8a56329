//! What CreateTable makes of a request: the shape of the new table, and what is wrong with it whatever
//! the account holds.

use std::collections::{BTreeMap, BTreeSet};

use super::overrides::specified;
use crate::name::AttributeName;
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Arguments, Objections};
use crate::request::CreateTable;
use crate::schema::{
    BillingMode, Definition, GlobalIndex, KeySchema, KeyType, LocalIndex, Projection,
    ProjectionType, ProvisionedThroughput, Settings,
};

/// Local secondary indexes of a table (CRT-08).
const LOCAL_INDEXES: usize = 5;
/// Global secondary indexes of a table (CRT-08).
const GLOBAL_INDEXES: usize = 20;
/// Attributes that all INCLUDE projections of a table may list together (QUO-07).
pub(super) const PROJECTED_ATTRIBUTES: usize = 100;

/// The shape of the table that a request makes.
pub(super) fn definition(request: &CreateTable) -> Definition {
    let capacity =
        |given: Option<ProvisionedThroughput>| given.unwrap_or(ProvisionedThroughput::ZERO);
    Definition {
        attributes: request
            .attribute_definitions
            .iter()
            .map(|definition| (definition.attribute_name.clone(), definition.attribute_type))
            .collect(),
        keys: request.key_schema.clone(),
        billing: request.billing_mode.unwrap_or(BillingMode::Provisioned),
        throughput: capacity(request.provisioned_throughput),
        global_indexes: request
            .global_secondary_indexes
            .iter()
            .flatten()
            .map(|index| GlobalIndex {
                name: index.index_name.clone(),
                keys: index.key_schema.clone(),
                projection: index.projection.clone(),
                throughput: capacity(index.provisioned_throughput),
            })
            .collect(),
        local_indexes: request
            .local_secondary_indexes
            .iter()
            .flatten()
            .map(|index| LocalIndex {
                name: index.index_name.clone(),
                keys: index.key_schema.clone(),
                projection: index.projection.clone(),
            })
            .collect(),
        encryption: request.sse_specification.as_ref().map(specified).unwrap_or_default(),
    }
}

/// What else the new table has.
pub(super) fn settings(request: &CreateTable) -> Settings {
    let stream = request.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
    Settings {
        stream: stream.and_then(|stream| stream.stream_view_type),
        time_to_live: None,
        tags: request
            .tags
            .iter()
            .flatten()
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect(),
        deletion_protection: request.deletion_protection_enabled.unwrap_or(false),
        class: request.table_class.unwrap_or_default(),
    }
}

/// Everything about the request that is wrong whatever the account holds.
pub(super) fn check(request: &CreateTable, objections: &mut Objections) {
    check_billing(request, objections);
    check_encryption(request, objections);
    check_keys(&request.key_schema, objections);
    check_attributes(request, objections);
    check_index_count(request, objections);
    check_indexes(request, objections);
}

fn check_billing(request: &CreateTable, objections: &mut Objections) {
    let on_demand = request.billing_mode == Some(BillingMode::PayPerRequest);
    let capacity = request.provisioned_throughput.is_some();
    objections.when(!on_demand && !capacity, "CRT-06", ValidationException, Vec::new);
    objections.when(on_demand && capacity, "CRT-07", ValidationException, Vec::new);
    for index in request.global_secondary_indexes.iter().flatten() {
        let capacity = index.provisioned_throughput.is_some();
        let arguments = || vec![("index", index.index_name.to_string())];
        objections.when(on_demand && capacity, "CTB-026", ValidationException, arguments);
    }
}

/// A type of encryption needs encryption to be on.
fn check_encryption(request: &CreateTable, objections: &mut Objections) {
    let idle = request.sse_specification.as_ref().is_some_and(|wanted| {
        wanted.enabled == Some(false)
            && (wanted.sse_type.is_some() || wanted.kms_master_key_id.is_some())
    });
    objections.when(idle, "CTB-039", ValidationException, Vec::new);
}

fn check_keys(keys: &KeySchema, objections: &mut Objections) {
    let kinds: Vec<_> = keys.iter().map(|key| key.key_type).collect();
    let first_is_hash = kinds.first() == Some(&KeyType::Hash);
    if !first_is_hash {
        objections.add_worded("CRT-05", ValidationException, "The first", &vec![]);
    }
    let second_is_range = kinds.get(1).is_none_or(|kind| *kind == KeyType::Range);
    if kinds.len() > 2 || !second_is_range {
        objections.add_worded("CRT-05", ValidationException, "The second", &vec![]);
    }
    objections.when(names_one_twice(keys), "CTB-013", ValidationException, Vec::new);
}

/// The key of an index has the shape of a table's; how the refusal is worded is not on record.
fn check_index_keys(keys: &KeySchema, objections: &mut Objections) {
    let kinds: Vec<_> = keys.iter().map(|key| key.key_type).collect();
    if !matches!(kinds[..], [KeyType::Hash] | [KeyType::Hash, KeyType::Range]) {
        objections.add_unworded("CRT-05", ValidationException);
    }
}

/// Whether partition key and sort key are one attribute.
fn names_one_twice(keys: &KeySchema) -> bool {
    keys.len() > 1 && keys[0].attribute_name == keys[1].attribute_name
}

fn check_attributes(request: &CreateTable, objections: &mut Objections) {
    let mut defined = BTreeSet::new();
    for definition in &request.attribute_definitions {
        let name = &definition.attribute_name;
        let arguments = || vec![("attribute", name.to_string())];
        objections.when(!defined.insert(name), "CTB-032", ValidationException, arguments);
    }
    let definition = definition(request);
    let used = definition.key_attributes();
    let defined_once = names_one_twice(&request.key_schema) && defined.len() == 1;
    objections.when(defined_once, "CTB-038", ValidationException, Vec::new);
    let undefined = used.iter().any(|name| !defined.contains(*name));
    objections.when(undefined, "CTB-011", ValidationException, || {
        vec![("attribute", list(used.iter().copied())), ("value", list(defined.iter().copied()))]
    });
    let unused = defined.iter().any(|name| !used.contains(*name));
    objections.when(unused, "CTB-012", ValidationException, Vec::new);
}

fn list<'a>(names: impl Iterator<Item = &'a AttributeName>) -> String {
    names.map(AttributeName::as_str).collect::<Vec<_>>().join(", ")
}

fn check_index_count(request: &CreateTable, objections: &mut Objections) {
    let global = request.global_secondary_indexes.as_ref();
    let local = request.local_secondary_indexes.as_ref();
    let empty_global = global.is_some_and(Vec::is_empty);
    objections.when(empty_global, "CTB-016", ValidationException, Vec::new);
    if local.is_some_and(Vec::is_empty) {
        // The text on record speaks of global indexes.
        objections.add_unworded("CTB-016", ValidationException);
    }
    let too_many_global = global.is_some_and(|indexes| indexes.len() > GLOBAL_INDEXES);
    if too_many_global {
        objections.add_worded("CRT-08", ValidationException, "GlobalSecondaryIndex", &vec![]);
    }
    let too_many_local = local.is_some_and(|indexes| indexes.len() > LOCAL_INDEXES);
    if too_many_local {
        objections.add_worded("CRT-08", ValidationException, "LocalSecondaryIndexes", &vec![]);
    }
    let projections = global
        .into_iter()
        .flatten()
        .map(|index| &index.projection)
        .chain(local.into_iter().flatten().map(|index| &index.projection));
    let projected: usize = projections
        .filter_map(|projection| projection.non_key_attributes.as_ref())
        .map(Vec::len)
        .sum();
    objections.when(projected > PROJECTED_ATTRIBUTES, "QUO-07", ValidationException, Vec::new);
}

fn check_indexes(request: &CreateTable, objections: &mut Objections) {
    let mut names = BTreeMap::new();
    let global = request.global_secondary_indexes.iter().flatten();
    let local = request.local_secondary_indexes.iter().flatten();
    for index in global.clone() {
        check_projection(&index.projection, objections);
        check_index_keys(&index.key_schema, objections);
        *names.entry(&index.index_name).or_insert(0) += 1;
    }
    for index in local.clone() {
        check_projection(&index.projection, objections);
        check_index_keys(&index.key_schema, objections);
        *names.entry(&index.index_name).or_insert(0) += 1;
        let leading = |keys: &KeySchema| {
            keys.first().map(|key| key.attribute_name.to_string()).unwrap_or_default()
        };
        let (own, of_table) = (leading(&index.key_schema), leading(&request.key_schema));
        let differs = own != of_table;
        let arguments = || -> Arguments {
            vec![("index", index.index_name.to_string()), ("attribute", own), ("value", of_table)]
        };
        objections.when(differs, "CTB-019", ValidationException, arguments);
    }
    let unranged = request.key_schema.len() < 2 && local.clone().next().is_some();
    objections.when(unranged, "CTB-018", ValidationException, Vec::new);
    for (name, count) in names {
        let arguments = || vec![("index", name.to_string())];
        objections.when(count > 1, "CTB-017", ValidationException, arguments);
    }
}

fn check_projection(projection: &Projection, objections: &mut Objections) {
    let kind = projection.projection_type;
    objections.when(kind.is_none(), "CTB-020", ValidationException, Vec::new);
    let lists_attributes = projection.non_key_attributes.is_some();
    match kind {
        Some(ProjectionType::All) if lists_attributes => {
            objections.add("CTB-021", ValidationException, vec![]);
        }
        // Only ALL is on record; the others are alike.
        Some(ProjectionType::KeysOnly) if lists_attributes => {
            objections.add_unworded("CTB-021a", ValidationException);
        }
        Some(ProjectionType::Include) if !lists_attributes => {
            objections.add_unworded("CTB-021a", ValidationException);
        }
        _ => {}
    }
}
