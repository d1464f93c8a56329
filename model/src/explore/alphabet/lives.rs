//! Tables and backups made, described, restored and deleted: what every scope asks for.

use super::overrides::{CAPACITY, Override, global_index, index_name, keys, projection};
use super::{Call, backup_arn, table_name};
use crate::explore::scope::Scope;
use crate::name::{AttributeName, BackupName};
use crate::request::{
    AttributeDefinition, CreateBackup, CreateTable, DeleteBackup, DeleteTable, DescribeTable,
    LocalSecondaryIndex, Request, RestoreTableFromBackup, SseSpecification, StreamSpecification,
    TableReference, Tag,
};
use crate::schema::{AttributeType, BillingMode, ProjectionType, StreamViewType, TableClass};

/// A way to create a table: with a global and a local index and with settings that a restore must not
/// carry over, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// With capacity of its own.
    Provisioned,
    /// Paid for by request.
    OnDemand,
    /// Encrypted with a key of the caller's.
    Encrypted,
    /// Protected against deletion.
    Protected,
    /// A key, paid for by request, and nothing else: a restore brings back all of it.
    Plain,
}

/// Every request of a scope about the lives of its tables and backups.
pub(super) fn calls(scope: &Scope) -> Vec<Call> {
    let tables = scope.names().into_iter().flat_map(|name| about_table(scope, name));
    let backups = scope
        .sources
        .iter()
        .flat_map(|source| (0..scope.backups).map(move |slot| (source, slot)))
        .chain(scope.sources.first().map(|source| (source, scope.backups)))
        .flat_map(|(source, slot)| about_backup(scope, source, slot));
    tables.chain(backups).collect()
}

fn about_table(scope: &Scope, name: &str) -> Vec<Call> {
    let table_name = TableReference::named(table_name(name));
    let call =
        |label: &str, request: Request| Call { label: label.to_owned(), request, backup: None };
    let describe = DescribeTable { table_name: table_name.clone() };
    let delete = DeleteTable { table_name };
    let mut calls = vec![
        call(&format!("DescribeTable {name}"), describe.into()),
        call(&format!("DeleteTable {name}"), delete.into()),
    ];
    if scope.sources.contains(&name) {
        calls.push(backed_up(name));
        calls.extend(scope.shapes.iter().map(|shape| created(name, *shape)));
    }
    calls
}

fn about_backup(scope: &Scope, source: &str, slot: usize) -> Vec<Call> {
    let backup_arn = backup_arn(scope, source, slot);
    let call = |label: String, request| Call { label, request, backup: Some(backup_arn.clone()) };
    let delete = DeleteBackup { backup_arn: backup_arn.clone() };
    // Whatever the overrides are, a backup that is not there is not there.
    let never_made = slot == scope.backups;
    let restores = scope.targets.iter().flat_map(|(target, overrides)| {
        let asked = if never_made { &[Override::Nothing] } else { *overrides };
        asked.iter().map(move |change| (target, change))
    });
    let restores = restores.map(|(target, change)| {
        let request = RestoreTableFromBackup {
            target_table_name: table_name(target),
            backup_arn: backup_arn.clone(),
            billing_mode_override: None,
            global_secondary_index_override: None,
            local_secondary_index_override: None,
            provisioned_throughput_override: None,
            sse_specification_override: None,
        };
        let label = change.label();
        let label = format!("RestoreTableFromBackup {source}/{slot} to {target}{label}");
        call(label, change.apply(request).into())
    });
    std::iter::once(call(format!("DeleteBackup {source}/{slot}"), delete.into()))
        .chain(restores)
        .collect()
}

/// The request for a backup of a table.
pub(super) fn backed_up(name: &str) -> Call {
    let table_name = TableReference::named(table_name(name));
    let backup_name = BackupName::new("backup").expect("a name");
    let request = CreateBackup { table_name, backup_name }.into();
    Call { label: format!("CreateBackup of {name}"), request, backup: None }
}

/// The request for a table.
pub(super) fn created(name: &str, shape: Shape) -> Call {
    let request = create(name, shape).into();
    Call { label: format!("CreateTable {name}, {shape:?}"), request, backup: None }
}

/// The request for a table that is named by its ARN.
pub(super) fn create_by_arn(name: &str, shape: Shape, arn: &str) -> Call {
    let table_name = TableReference::try_from(arn.to_owned()).expect("the ARN of a table");
    let request = CreateTable { table_name, ..create(name, shape) }.into();
    Call { label: format!("CreateTable {name} by ARN, {shape:?}"), request, backup: None }
}

fn create(name: &str, shape: Shape) -> CreateTable {
    let whole = whole(name, shape == Shape::Provisioned);
    match shape {
        Shape::Provisioned | Shape::OnDemand => whole,
        Shape::Encrypted => {
            let key = Some("alias/library".to_owned());
            let sse = SseSpecification {
                enabled: Some(true),
                sse_type: Some("KMS".to_owned()),
                kms_master_key_id: key,
            };
            CreateTable { sse_specification: Some(sse), ..whole }
        }
        Shape::Protected => CreateTable { deletion_protection_enabled: Some(true), ..whole },
        Shape::Plain => CreateTable {
            attribute_definitions: definitions(&["artist"]),
            key_schema: keys(&["artist"]),
            local_secondary_indexes: None,
            global_secondary_indexes: None,
            stream_specification: None,
            tags: None,
            table_class: None,
            ..whole
        },
    }
}

fn definitions(names: &[&str]) -> Vec<AttributeDefinition> {
    let definition = |name: &&str| AttributeDefinition {
        attribute_name: AttributeName::new(name).expect("an attribute name"),
        attribute_type: AttributeType::S,
    };
    names.iter().map(definition).collect()
}

fn whole(name: &str, provisioned: bool) -> CreateTable {
    let (billing_mode, capacity) = match provisioned {
        true => (BillingMode::Provisioned, Some(CAPACITY)),
        false => (BillingMode::PayPerRequest, None),
    };
    CreateTable {
        table_name: TableReference::named(table_name(name)),
        attribute_definitions: definitions(&["artist", "title", "genre", "year"]),
        key_schema: keys(&["artist", "title"]),
        local_secondary_indexes: Some(vec![LocalSecondaryIndex {
            index_name: index_name("by-year"),
            key_schema: keys(&["artist", "year"]),
            projection: projection(ProjectionType::KeysOnly),
        }]),
        global_secondary_indexes: Some(vec![global_index("by-genre", "genre", capacity)]),
        billing_mode: Some(billing_mode),
        provisioned_throughput: capacity,
        stream_specification: Some(StreamSpecification {
            stream_enabled: true,
            stream_view_type: Some(StreamViewType::NewImage),
        }),
        sse_specification: None,
        tags: Some(vec![Tag { key: "owner".to_owned(), value: "library".to_owned() }]),
        table_class: Some(TableClass::StandardInfrequentAccess),
        deletion_protection_enabled: None,
    }
}
