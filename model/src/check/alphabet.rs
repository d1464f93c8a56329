//! The requests of a scope: one of each kind that the rules tell apart.

use std::sync::Arc;

use super::scope::Scope;
use crate::name::{AccountId, AttributeName, BackupArn, BackupName, IndexName, Region, TableName};
use crate::request::{
    AttributeDefinition, CreateBackup, CreateTable, DeleteBackup, DeleteTable, DescribeTable,
    GlobalSecondaryIndex, LocalSecondaryIndex, Request, RestoreTableFromBackup,
    StreamSpecification, TableReference, Tag,
};
use crate::schema::{
    AttributeType, BillingMode, KeySchema, KeySchemaElement, KeyType, Projection, ProjectionType,
    ProvisionedThroughput, StreamViewType, TableClass,
};

/// A way to create a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// With a global and a local index, settings that a restore must not carry over, and capacity.
    Provisioned,
    /// The same, paid for by request.
    OnDemand,
    /// A key, paid for by request, and nothing else: a restore brings back all of it.
    Plain,
}

/// A way to ask for a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Override {
    /// Everything as in the backup (RTB-28, RTB-42).
    Nothing,
    /// No index at all (RTB-29, RTB-43).
    NoIndexes,
    /// The global index only, and another capacity (RTB-25, RTB-30).
    ListedIndex,
    /// An index that the backup does not have (RTB-31).
    UnknownIndex,
    /// The same index twice, under two names (RTB-31a).
    IndexTwice,
    /// Another billing mode (RTB-20).
    OnDemand,
    /// A capacity that the billing mode does not go with (RTB-27).
    OnDemandWithCapacity,
}

impl Override {
    /// All of them.
    pub const ALL: &'static [Override] = &[
        Override::Nothing,
        Override::NoIndexes,
        Override::ListedIndex,
        Override::UnknownIndex,
        Override::IndexTwice,
        Override::OnDemand,
        Override::OnDemandWithCapacity,
    ];

    fn label(self) -> &'static str {
        match self {
            Override::Nothing => "",
            Override::NoIndexes => ", without indexes",
            Override::ListedIndex => ", with one index and more capacity",
            Override::UnknownIndex => ", with an unknown index",
            Override::IndexTwice => ", with one index twice",
            Override::OnDemand => ", on demand",
            Override::OnDemandWithCapacity => ", on demand with capacity",
        }
    }

    fn apply(self, request: RestoreTableFromBackup) -> RestoreTableFromBackup {
        let index = |name, key| global_index(name, key, Some(MORE_CAPACITY));
        match self {
            Override::Nothing => request,
            Override::NoIndexes => RestoreTableFromBackup {
                global_secondary_index_override: Some(vec![]),
                local_secondary_index_override: Some(vec![]),
                ..request
            },
            Override::ListedIndex => RestoreTableFromBackup {
                provisioned_throughput_override: Some(MORE_CAPACITY),
                global_secondary_index_override: Some(vec![index("by-genre", "genre")]),
                local_secondary_index_override: Some(vec![]),
                ..request
            },
            Override::UnknownIndex => RestoreTableFromBackup {
                global_secondary_index_override: Some(vec![index("by-label", "label")]),
                ..request
            },
            Override::IndexTwice => RestoreTableFromBackup {
                global_secondary_index_override: Some(vec![
                    index("by-genre", "genre"),
                    index("by-genre-again", "genre"),
                ]),
                ..request
            },
            Override::OnDemand => RestoreTableFromBackup {
                billing_mode_override: Some(BillingMode::PayPerRequest),
                ..request
            },
            Override::OnDemandWithCapacity => RestoreTableFromBackup {
                billing_mode_override: Some(BillingMode::PayPerRequest),
                provisioned_throughput_override: Some(MORE_CAPACITY),
                ..request
            },
        }
    }
}

const CAPACITY: ProvisionedThroughput = ProvisionedThroughput::both(1);
const MORE_CAPACITY: ProvisionedThroughput = ProvisionedThroughput::both(2);

/// A request and what the checker calls it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// How a path shows it.
    pub label: String,
    /// The request.
    pub request: Request,
    /// The backup that it names, if it names one.
    pub backup: Option<BackupArn>,
}

/// The Region of the account.
pub(super) fn region() -> Region {
    Region::new("us-east-1").expect("a Region")
}

/// The account, so that its ARNs are those that the service answers with.
pub(super) fn owner() -> AccountId {
    AccountId::new("123456789012").expect("twelve digits")
}

/// A table name.
pub(super) fn table_name(name: &str) -> TableName {
    TableName::new(name).expect("names in a scope are names of tables")
}

/// What the backup in a slot is called at the end of its ARN.
pub(super) fn backup_id(slot: usize) -> String {
    format!("{slot:014}-00000000")
}

/// Every request of a scope. Requests about a backup name one that may come to be, except for
/// those about the slot behind the last: that backup never exists (RTB-92).
pub(super) fn calls(scope: &Scope) -> Vec<Arc<Call>> {
    let tables = scope.names().into_iter().flat_map(|name| about_table(scope, name));
    let backups = scope
        .sources
        .iter()
        .flat_map(|source| (0..scope.backups).map(move |slot| (source, slot)))
        .chain(scope.sources.first().map(|source| (source, scope.backups)))
        .flat_map(|(source, slot)| about_backup(scope, source, slot));
    tables.chain(backups).map(Arc::new).collect()
}

fn about_table(scope: &Scope, name: &str) -> Vec<Call> {
    let table_name = TableReference::named(table_name(name));
    let call =
        |label: &str, request: Request| Call { label: label.to_owned(), request, backup: None };
    let describe = DescribeTable { table_name: table_name.clone() };
    let delete = DeleteTable { table_name: table_name.clone() };
    let mut calls = vec![
        call(&format!("DescribeTable {name}"), describe.into()),
        call(&format!("DeleteTable {name}"), delete.into()),
    ];
    if scope.sources.contains(&name) {
        let backup_name = BackupName::new("backup").expect("a name");
        let backup = CreateBackup { table_name, backup_name };
        calls.push(call(&format!("CreateBackup of {name}"), backup.into()));
        calls.extend(scope.shapes.iter().map(|shape| {
            call(&format!("CreateTable {name}, {shape:?}"), create(name, *shape).into())
        }));
    }
    calls
}

fn about_backup(scope: &Scope, source: &str, slot: usize) -> Vec<Call> {
    let backup_arn =
        BackupArn::from_parts(&region(), &owner(), &table_name(source), &backup_id(slot));
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

fn create(name: &str, shape: Shape) -> CreateTable {
    let (billing_mode, capacity) = match shape {
        Shape::Provisioned => (BillingMode::Provisioned, Some(CAPACITY)),
        Shape::OnDemand => (BillingMode::PayPerRequest, None),
        Shape::Plain => return create_plain(name),
    };
    CreateTable {
        table_name: TableReference::named(table_name(name)),
        attribute_definitions: ["artist", "title", "genre", "year"]
            .into_iter()
            .map(|name| AttributeDefinition {
                attribute_name: attribute(name),
                attribute_type: AttributeType::S,
            })
            .collect(),
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

fn create_plain(name: &str) -> CreateTable {
    CreateTable {
        table_name: TableReference::named(table_name(name)),
        attribute_definitions: vec![AttributeDefinition {
            attribute_name: attribute("artist"),
            attribute_type: AttributeType::S,
        }],
        key_schema: keys(&["artist"]),
        local_secondary_indexes: None,
        global_secondary_indexes: None,
        billing_mode: Some(BillingMode::PayPerRequest),
        provisioned_throughput: None,
        stream_specification: None,
        sse_specification: None,
        tags: None,
        table_class: None,
        deletion_protection_enabled: None,
    }
}

fn global_index(
    name: &str,
    key: &str,
    capacity: Option<ProvisionedThroughput>,
) -> GlobalSecondaryIndex {
    GlobalSecondaryIndex {
        index_name: index_name(name),
        key_schema: keys(&[key]),
        projection: projection(ProjectionType::All),
        provisioned_throughput: capacity,
    }
}

fn projection(kind: ProjectionType) -> Projection {
    Projection { projection_type: Some(kind), non_key_attributes: None }
}

/// A partition key, and a sort key if there is a second name.
fn keys(names: &[&str]) -> KeySchema {
    names
        .iter()
        .zip([KeyType::Hash, KeyType::Range])
        .map(|(name, key_type)| KeySchemaElement { attribute_name: attribute(name), key_type })
        .collect()
}

fn attribute(name: &str) -> AttributeName {
    AttributeName::new(name).expect("an attribute name")
}

fn index_name(name: &str) -> IndexName {
    IndexName::new(name).expect("an index name")
}
