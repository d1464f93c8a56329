//! The shape of a table: what a backup freezes and a restore brings back.
//!
//! The structures that requests and answers share are spelled as the API spells them, so that the
//! same type reads a request and states what an answer must hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::name::{AttributeName, IndexName};

/// The role of an attribute in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum KeyType {
    /// Partition key.
    Hash,
    /// Sort key.
    Range,
}

/// The type of a key attribute (RTB-36).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AttributeType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

/// One element of a key schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeySchemaElement {
    /// The attribute.
    pub attribute_name: AttributeName,
    /// Its role.
    pub key_type: KeyType,
}

/// The key of a table or index: HASH, then possibly RANGE.
pub type KeySchema = Vec<KeySchemaElement>;

/// How much of an item an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProjectionType {
    /// Every attribute.
    All,
    /// Keys of table and index.
    KeysOnly,
    /// Keys and the listed attributes.
    Include,
}

/// What an index projects. Both members are optional in the API model (RTB-38).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    /// The kind of projection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection_type: Option<ProjectionType>,
    /// The attributes of an INCLUDE projection. Their order has no meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_key_attributes: Option<Vec<AttributeName>>,
}

impl Projection {
    /// The attributes as a set: in which order they are listed is no difference.
    pub fn attributes(&self) -> BTreeSet<&AttributeName> {
        self.non_key_attributes.iter().flatten().collect()
    }

    /// Whether two projections hold the same.
    pub fn same_as(&self, other: &Projection) -> bool {
        self.projection_type == other.projection_type && self.attributes() == other.attributes()
    }
}

/// Read and write capacity units of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionedThroughput {
    /// Strongly consistent reads a second.
    pub read_capacity_units: u64,
    /// Writes a second.
    pub write_capacity_units: u64,
}

impl ProvisionedThroughput {
    /// What on-demand tables and indexes report (RTB-21).
    pub const ZERO: Self = Self { read_capacity_units: 0, write_capacity_units: 0 };

    /// The same number for reads and writes.
    pub const fn both(units: u64) -> Self {
        Self { read_capacity_units: units, write_capacity_units: units }
    }
}

/// How a table is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillingMode {
    /// By capacity set beforehand.
    Provisioned,
    /// By request, also called on-demand.
    PayPerRequest,
}

/// A global secondary index of a table or backup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalIndex {
    /// Its name.
    pub name: IndexName,
    /// Its key.
    pub keys: KeySchema,
    /// What it projects.
    pub projection: Projection,
    /// Its capacity; [`ProvisionedThroughput::ZERO`] under on-demand billing.
    pub throughput: ProvisionedThroughput,
}

/// A local secondary index of a table or backup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalIndex {
    /// Its name.
    pub name: IndexName,
    /// Its key, which begins with the table's partition key (RTB-45).
    pub keys: KeySchema,
    /// What it projects.
    pub projection: Projection,
}

/// The key that encrypts a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// The AWS owned key; nothing is shown of it (KMS-01).
    #[default]
    OwnedKey,
    /// A KMS key: the AWS managed one if no id was given (RTB-47).
    Kms {
        /// The key as the caller named it.
        key: Option<String>,
    },
}

/// What a backup freezes of its source table and a restore brings back (CAR-02 to CAR-07).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Definition {
    /// The types of all key attributes.
    pub attributes: BTreeMap<AttributeName, AttributeType>,
    /// The table's key.
    pub keys: KeySchema,
    /// How it is paid for.
    pub billing: BillingMode,
    /// Its capacity; [`ProvisionedThroughput::ZERO`] under on-demand billing.
    pub throughput: ProvisionedThroughput,
    /// Its global secondary indexes.
    pub global_indexes: Vec<GlobalIndex>,
    /// Its local secondary indexes.
    pub local_indexes: Vec<LocalIndex>,
    /// Its encryption.
    pub encryption: Encryption,
}

impl Definition {
    /// The attributes that the key of the table or of one of its indexes uses.
    pub fn key_attributes(&self) -> BTreeSet<&AttributeName> {
        let indexes = self
            .global_indexes
            .iter()
            .map(|index| &index.keys)
            .chain(self.local_indexes.iter().map(|index| &index.keys));
        std::iter::once(&self.keys)
            .chain(indexes)
            .flatten()
            .map(|element| &element.attribute_name)
            .collect()
    }
}

/// What a stream records of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StreamViewType {
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
    /// Its key.
    KeysOnly,
}

/// The class of a table's storage.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TableClass {
    /// The default.
    #[default]
    Standard,
    /// For tables that are read rarely.
    StandardInfrequentAccess,
}

/// What belongs to one table and is not brought back by a restore (CAR-08 to CAR-13).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settings {
    /// The stream, if one is on.
    pub stream: Option<StreamViewType>,
    /// The attribute of the time to live, if it is on.
    pub time_to_live: Option<AttributeName>,
    /// Tags, by key.
    pub tags: BTreeMap<String, String>,
    /// Whether the table is protected against deletion.
    pub deletion_protection: bool,
    /// The class of storage.
    pub class: TableClass,
}
