//! CreateTable, DescribeTable and DeleteTable: the source of every backup.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::overrides::specified;
use crate::account::{Account, Fresh, Table, TableStatus};
use crate::name::{AttributeName, TableName};
use crate::outcome::ErrorCode::{
    ResourceInUseException, ResourceNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Arguments, Objections, Outcome, Reply, Violation};
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
const PROJECTED_ATTRIBUTES: usize = 100;

/// Makes a table, CREATING at first (CRT-02).
pub(super) fn create(account: &Account, request: &CreateTable, fresh: &Fresh) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    check_definition(request, &mut objections);
    if let Some(table) = account.tables.get(name) {
        let rule = match table.status {
            TableStatus::Creating if table.is_restoring() => "LIF-11",
            TableStatus::Creating => "CTB-002",
            TableStatus::Active => "CRT-01",
            TableStatus::Deleting => "CTB-034",
        };
        objections.add(rule, ResourceInUseException, vec![("table", name.to_string())]);
    }
    objections.unless(|| {
        let table = Table {
            definition: Arc::new(definition(request)),
            settings: Arc::new(settings(request)),
            status: TableStatus::Creating,
            backups_enabled: false,
            restore: None,
            items: Arc::default(),
            id: fresh.table_id.clone(),
            created: fresh.created,
        };
        let mut next = account.clone();
        next.tables.insert(name.clone(), table);
        Accepted::new(next, Reply::TableDescription(name.clone()), vec!["CRT-02"])
    })
}

/// Describes a table. For a moment after it was made it may not be found (DST-02).
pub(super) fn describe(account: &Account, name: &TableName) -> Outcome {
    let mut objections = Objections::new();
    let table = account.tables.get(name);
    let arguments = || vec![("table", name.to_string())];
    objections.when(table.is_none(), "DST-02", ResourceNotFoundException, arguments);
    objections.unless(|| {
        let creating = table.is_some_and(|table| table.status == TableStatus::Creating);
        let not_yet = Violation::because("DST-02", ResourceNotFoundException, arguments());
        Accepted::new(account.clone(), Reply::Table(name.clone()), vec!["DST-01"])
            .or(if creating { vec![not_yet] } else { vec![] })
    })
}

/// Deletes an ACTIVE table: it is DELETING at first, and then gone.
pub(super) fn delete(account: &Account, name: &TableName) -> Outcome {
    let mut objections = Objections::new();
    let arguments = || vec![("table", name.to_string())];
    let table = account.tables.get(name);
    match table.map(|table| table.status) {
        None => objections.add("DLT-02a", ResourceNotFoundException, arguments()),
        Some(TableStatus::Creating) => {
            // So a restore cannot be cancelled by deleting its target.
            let restoring = table.is_some_and(Table::is_restoring);
            let rule = if restoring { "LIF-09" } else { "DLT-02" };
            objections.add(rule, ResourceInUseException, arguments());
        }
        Some(TableStatus::Deleting) => {
            objections.add("TBL-007", ResourceInUseException, arguments());
        }
        Some(TableStatus::Active) => {}
    }
    let protected = table.is_some_and(|table| table.settings.deletion_protection);
    objections.when(protected, "DLT-03", ValidationException, Vec::new);
    objections.unless(|| {
        let table = table.expect("deleting no table was refused");
        let mut next = account.clone();
        let deleting = Table { status: TableStatus::Deleting, ..table.clone() };
        next.tables.insert(name.clone(), deleting);
        Accepted::new(next, Reply::DeletedTable(name.clone()), vec!["DLT-01"])
    })
}

fn definition(request: &CreateTable) -> Definition {
    let capacity = |given: Option<ProvisionedThroughput>| given.unwrap_or(ProvisionedThroughput::ZERO);
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

fn settings(request: &CreateTable) -> Settings {
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
fn check_definition(request: &CreateTable, objections: &mut Objections) {
    check_billing(request, objections);
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

fn check_keys(keys: &KeySchema, objections: &mut Objections) {
    let kinds: Vec<_> = keys.iter().map(|key| key.key_type).collect();
    let first_is_hash = kinds.first() == Some(&KeyType::Hash);
    objections.when(!first_is_hash, "CRT-05", ValidationException, Vec::new);
    let second_is_range = kinds.get(1).is_none_or(|kind| *kind == KeyType::Range);
    objections.when(kinds.len() > 2 || !second_is_range, "CRT-05", ValidationException, Vec::new);
    let same = keys.len() > 1 && keys[0].attribute_name == keys[1].attribute_name;
    objections.when(same, "CTB-013", ValidationException, Vec::new);
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
    let undefined = used.iter().any(|name| !defined.contains(*name));
    objections.when(undefined, "CTB-011", ValidationException, || {
        vec![("keys", list(used.iter().copied())), ("attributes", list(defined.iter().copied()))]
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
    objections.when(too_many_global, "CRT-08", ValidationException, Vec::new);
    let too_many_local = local.is_some_and(|indexes| indexes.len() > LOCAL_INDEXES);
    objections.when(too_many_local, "CRT-08", ValidationException, Vec::new);
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
        *names.entry(&index.index_name).or_insert(0) += 1;
    }
    for index in local.clone() {
        check_projection(&index.projection, objections);
        *names.entry(&index.index_name).or_insert(0) += 1;
        let leading = |keys: &KeySchema| keys.first().map(|key| key.attribute_name.clone());
        let arguments = || -> Arguments { vec![("index", index.index_name.to_string())] };
        let differs = leading(&index.key_schema) != leading(&request.key_schema);
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
    let all_but_some =
        kind == Some(ProjectionType::All) && projection.non_key_attributes.is_some();
    objections.when(all_but_some, "CTB-021", ValidationException, Vec::new);
}
