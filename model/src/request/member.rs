//! The structures of which requests are made.

use serde::{Deserialize, Serialize};

use super::Item;
use crate::name::{AttributeName, IndexName};
use crate::schema::{AttributeType, KeySchema, Projection, ProvisionedThroughput, StreamViewType};

/// The type of a key attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    /// The attribute.
    pub attribute_name: AttributeName,
    /// Its type.
    pub attribute_type: AttributeType,
}

/// A global secondary index, in CreateTable and in an override.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndex {
    /// Its name.
    pub index_name: IndexName,
    /// Its key.
    pub key_schema: KeySchema,
    /// What it projects.
    pub projection: Projection,
    /// Its capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<ProvisionedThroughput>,
}

/// A local secondary index, in CreateTable and in an override.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LocalSecondaryIndex {
    /// Its name.
    pub index_name: IndexName,
    /// Its key.
    pub key_schema: KeySchema,
    /// What it projects.
    pub projection: Projection,
}

/// Encryption as asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SseSpecification {
    /// Whether a KMS key encrypts; the AWS owned key if not, or if left out (RTB-48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `KMS` or `AES256`.
    #[serde(rename = "SSEType", default, skip_serializing_if = "Option::is_none")]
    pub sse_type: Option<String>,
    /// A key id, key ARN, alias name or alias ARN.
    #[serde(rename = "KMSMasterKeyId", default, skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<String>,
}

/// A stream as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSpecification {
    /// Whether it is on.
    pub stream_enabled: bool,
    /// What it records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_view_type: Option<StreamViewType>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// One change of the global secondary indexes of a table: one of the three is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndexUpdate {
    /// An index that is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<GlobalSecondaryIndex>,
    /// An index whose capacity is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<IndexThroughput>,
    /// An index that is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<IndexReference>,
}

/// A new capacity for a global secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IndexThroughput {
    /// Which one.
    pub index_name: IndexName,
    /// Its capacity from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<ProvisionedThroughput>,
}

/// A global secondary index by its name alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IndexReference {
    /// Its name.
    pub index_name: IndexName,
}

/// Time to live as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLiveSpecification {
    /// Whether it is on.
    pub enabled: bool,
    /// The attribute that holds the time at which an item expires.
    pub attribute_name: AttributeName,
}

/// One write of a batch: one of the two is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WriteRequest {
    /// An item that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_request: Option<PutRequest>,
    /// An item that is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_request: Option<DeleteRequest>,
}

/// An item to write.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRequest {
    /// The item.
    pub item: Item,
}

/// An item to delete.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRequest {
    /// Its key.
    pub key: Item,
}

/// Point-in-time recovery as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PointInTimeRecoverySpecification {
    /// Whether it is on.
    pub point_in_time_recovery_enabled: bool,
    /// For how many days it keeps what it keeps (UCB-05).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_period_in_days: Option<u64>,
}
