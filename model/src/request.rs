//! The requests, one plain structure per operation, spelled as the API spells them.
//!
//! A value of these types is well formed: names have the syntax of names, enumerations hold known
//! values, required members are there. What is not is refused before it gets here ([`crate::wire`]).

mod member;
mod reference;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::member::*;
pub use self::reference::TableReference;
use crate::name::{BackupArn, BackupName, IndexName, TableName};
use crate::schema::{BillingMode, KeySchema, ProvisionedThroughput, TableClass};

/// An item: attribute values by name, as on the wire.
pub type Item = Map<String, Value>;

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
            pub(crate) fn read(self, body: &Map<String, Value>) -> serde_json::Result<Request> {
                match self { $( Operation::$name => {
                    Deserialize::deserialize(body).map(|request| Request::$name(Box::new(request)))
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

    /// Changes a table. Replicas, on-demand maxima, warm throughput and vector indexes are not modelled.
    UpdateTable {
        /// Which one.
        table_name: TableReference,
        /// The types of the key attributes of an added index.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attribute_definitions: Option<Vec<AttributeDefinition>>,
        /// How it is paid for from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        billing_mode: Option<BillingMode>,
        /// Its capacity from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provisioned_throughput: Option<ProvisionedThroughput>,
        /// Changes of its global secondary indexes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        global_secondary_index_updates: Option<Vec<GlobalSecondaryIndexUpdate>>,
        /// Its stream from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream_specification: Option<StreamSpecification>,
        /// Its encryption from now on.
        #[serde(rename = "SSESpecification", default, skip_serializing_if = "Option::is_none")]
        sse_specification: Option<SseSpecification>,
        /// Its class of storage from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table_class: Option<TableClass>,
        /// Whether it is protected against deletion from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletion_protection_enabled: Option<bool>,
    }

    /// Gives tags to a table.
    TagResource {
        /// The ARN of the table.
        resource_arn: String,
        /// The tags; the value of one that is there is replaced (TAG-02).
        tags: Vec<Tag>,
    }

    /// Takes tags from a table.
    UntagResource {
        /// The ARN of the table.
        resource_arn: String,
        /// The keys of the tags.
        tag_keys: Vec<String>,
    }

    /// Lists the tags of a table.
    ListTagsOfResource {
        /// The ARN of the table.
        resource_arn: String,
    }

    /// Turns the time to live of a table's items on or off.
    UpdateTimeToLive {
        /// Which table.
        table_name: TableReference,
        /// On or off, and by which attribute.
        time_to_live_specification: TimeToLiveSpecification,
    }

    /// Describes the time to live of a table's items.
    DescribeTimeToLive {
        /// Which table.
        table_name: TableReference,
    }

    /// Describes the capacity that the account may use.
    DescribeLimits {}

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

    /// Writes several items.
    BatchWriteItem {
        /// The writes, by table.
        request_items: BTreeMap<TableReference, Vec<WriteRequest>>,
    }

    /// Reads an item.
    GetItem {
        /// Of which table.
        table_name: TableReference,
        /// Its key.
        key: Item,
        /// Whether everything written before must be seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consistent_read: Option<bool>,
    }

    /// Reads the items of one partition of a table or of an index.
    Query {
        /// Of which table.
        table_name: TableReference,
        /// Of which index; of the table itself if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index_name: Option<IndexName>,
        /// The partition, as `name = :value`; no other form is modelled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key_condition_expression: Option<String>,
        /// Attribute names, by the `#placeholder` that the condition has for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expression_attribute_names: Option<BTreeMap<String, String>>,
        /// Attribute values, by the `:placeholder` that the condition has for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expression_attribute_values: Option<Item>,
        /// Whether everything written before must be seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consistent_read: Option<bool>,
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

    /// Makes a new table from another one as it was at a point in time.
    RestoreTableToPointInTime {
        /// The ARN of the source table; this or its name is given (PTR-01a).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_table_arn: Option<String>,
        /// The name of the source table.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_table_name: Option<TableName>,
        /// The name of the new table.
        target_table_name: TableName,
        /// Whether the time is the latest that can be restored; this or a time is given (PTR-01a).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        use_latest_restorable_time: Option<bool>,
        /// The time, in seconds since the epoch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_date_time: Option<serde_json::Number>,
        /// Another billing mode than the source's (RTB-18).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        billing_mode_override: Option<BillingMode>,
        /// Which global secondary indexes to make: all if left out, none if empty (RTB-28 to RTB-30).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        global_secondary_index_override: Option<Vec<GlobalSecondaryIndex>>,
        /// Which local secondary indexes to make: all if left out, none if empty (RTB-42, RTB-43).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        local_secondary_index_override: Option<Vec<LocalSecondaryIndex>>,
        /// Another capacity than the source's (RTB-23).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provisioned_throughput_override: Option<ProvisionedThroughput>,
        /// Another encryption than the source's (RTB-46).
        #[serde(rename = "SSESpecificationOverride", default, skip_serializing_if = "Option::is_none")]
        sse_specification_override: Option<SseSpecification>,
    }

    /// Describes backups and point-in-time recovery of a table.
    DescribeContinuousBackups {
        /// Which one.
        table_name: TableReference,
    }

    /// Switches point-in-time recovery of a table on or off.
    UpdateContinuousBackups {
        /// Which one.
        table_name: TableReference,
        /// On or off, and for how many days.
        point_in_time_recovery_specification: PointInTimeRecoverySpecification,
    }
}

impl Operation {
    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}
