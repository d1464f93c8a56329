//! The requests, one plain structure per operation, spelled as the API spells them.
//!
//! A value of these types is well formed: names have the syntax of names, enumerations hold known
//! values, required members are there. What is not is refused before it gets here ([`crate::wire`]).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::name::{AttributeName, BackupArn, BackupName, IndexName, TableName};
use crate::schema::{
    AttributeType, BillingMode, KeySchema, Projection, ProvisionedThroughput, StreamViewType,
    TableClass,
};

/// An item: attribute values by name, as on the wire.
pub type Item = Map<String, Value>;

/// The name of a table, or its ARN (CRB-01, TBL-004).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableReference(pub TableName);

impl TryFrom<String> for TableReference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let name = match text.strip_prefix("arn:") {
            Some(rest) => rest.split_once(":table/").map_or("", |(_, name)| name),
            None => text.as_str(),
        };
        TableName::new(name).map(Self).ok_or_else(|| format!("`{text}` names no table"))
    }
}

impl From<TableReference> for String {
    fn from(reference: TableReference) -> Self {
        reference.0.to_string()
    }
}

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

macro_rules! requests {
    ($(
        $(#[$doc:meta])*
        $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
            #[serde(rename_all = "PascalCase")]
            pub struct $name { $( $(#[$field_doc])* pub $field: $type, )* }
        )*

        /// A well-formed request.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Request { $( #[doc = concat!("[`", stringify!($name), "`].")] $name(Box<$name>), )* }

        /// The modelled operations.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $( #[doc = concat!("See the request [`", stringify!($name), "`].")] $name, )* }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Operation] = &[ $( Operation::$name, )* ];

            /// The name in the `X-Amz-Target` header (PRO-02).
            pub fn name(self) -> &'static str {
                match self { $( Operation::$name => stringify!($name), )* }
            }

            /// Reads a body that keeps every constraint of the API model.
            pub(crate) fn read(self, body: Value) -> serde_json::Result<Request> {
                match self { $( Operation::$name => {
                    serde_json::from_value(body).map(|request| Request::$name(Box::new(request)))
                } )* }
            }
        }

        impl Request {
            /// The operation that it asks for.
            pub fn operation(&self) -> Operation {
                match self { $( Request::$name(_) => Operation::$name, )* }
            }

            /// The body that carries it.
            pub fn body(&self) -> Value {
                let body = match self { $( Request::$name(request) => serde_json::to_value(request), )* };
                body.expect("a request is made of strings, numbers and lists")
            }
        }

        $(
            impl From<$name> for Request {
                fn from(request: $name) -> Self {
                    Request::$name(Box::new(request))
                }
            }
        )*
    };
}

requests! {
    /// Makes a table.
    CreateTable {
        /// Its name.
        table_name: TableReference,
        /// The types of all key attributes.
        attribute_definitions: Vec<AttributeDefinition>,
        /// Its key.
        key_schema: KeySchema,
        /// Its local secondary indexes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        local_secondary_indexes: Option<Vec<LocalSecondaryIndex>>,
        /// Its global secondary indexes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        global_secondary_indexes: Option<Vec<GlobalSecondaryIndex>>,
        /// How it is paid for; PROVISIONED if left out (CRT-06).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        billing_mode: Option<BillingMode>,
        /// Its capacity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provisioned_throughput: Option<ProvisionedThroughput>,
        /// Its stream.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream_specification: Option<StreamSpecification>,
        /// Its encryption.
        #[serde(rename = "SSESpecification", default, skip_serializing_if = "Option::is_none")]
        sse_specification: Option<SseSpecification>,
        /// Its tags.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tags: Option<Vec<Tag>>,
        /// Its class of storage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table_class: Option<TableClass>,
        /// Whether it is protected against deletion.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletion_protection_enabled: Option<bool>,
    }

    /// Describes a table.
    DescribeTable {
        /// Which one.
        table_name: TableReference,
    }

    /// Deletes a table.
    DeleteTable {
        /// Which one.
        table_name: TableReference,
    }

    /// Lists the names of tables.
    ListTables {
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exclusive_start_table_name: Option<TableName>,
        /// The most names on a page; 100 if left out (LST-01).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u64>,
    }

    /// Writes an item.
    PutItem {
        /// Into which table.
        table_name: TableReference,
        /// The item.
        item: Item,
    }

    /// Reads all items of a table.
    Scan {
        /// Which one.
        table_name: TableReference,
        /// Whether everything written before must be seen (DAT-02).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consistent_read: Option<bool>,
    }

    /// Makes a backup of a table.
    CreateBackup {
        /// Of which one.
        table_name: TableReference,
        /// How to call it.
        backup_name: BackupName,
    }

    /// Describes a backup.
    DescribeBackup {
        /// Which one.
        backup_arn: BackupArn,
    }

    /// Lists backups.
    ListBackups {
        /// Of one table only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table_name: Option<TableReference>,
        /// The most backups on a page; 100 if left out (LSB-06).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u64>,
        /// From this time on, in seconds since the epoch (LSB-05).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_range_lower_bound: Option<serde_json::Number>,
        /// Before this time, in seconds since the epoch (LSB-05).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_range_upper_bound: Option<serde_json::Number>,
        /// Where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exclusive_start_backup_arn: Option<BackupArn>,
        /// `USER`, `SYSTEM`, `AWS_BACKUP` or `ALL`; `USER` if left out (LSB-04).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backup_type: Option<String>,
    }

    /// Deletes a backup.
    DeleteBackup {
        /// Which one.
        backup_arn: BackupArn,
    }

    /// Makes a new table from a backup.
    RestoreTableFromBackup {
        /// The name of the new table (RTB-10).
        target_table_name: TableName,
        /// The backup (RTB-14).
        backup_arn: BackupArn,
        /// Another billing mode than the backup's (RTB-18).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        billing_mode_override: Option<BillingMode>,
        /// Which global secondary indexes to make: all if left out, none if empty (RTB-28 to RTB-30).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        global_secondary_index_override: Option<Vec<GlobalSecondaryIndex>>,
        /// Which local secondary indexes to make: all if left out, none if empty (RTB-42, RTB-43).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        local_secondary_index_override: Option<Vec<LocalSecondaryIndex>>,
        /// Another capacity than the backup's (RTB-23).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provisioned_throughput_override: Option<ProvisionedThroughput>,
        /// Another encryption than the backup's (RTB-46).
        #[serde(rename = "SSESpecificationOverride", default, skip_serializing_if = "Option::is_none")]
        sse_specification_override: Option<SseSpecification>,
    }
}

impl Operation {
    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}
