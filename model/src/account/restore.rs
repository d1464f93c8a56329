//! What a restored table remembers of its restore.

use super::{Millis, same_backup};
use crate::name::{BackupArn, TableName};
use crate::rules::RuleId;

/// What a restored table remembers of its restore.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restore {
    /// Where it comes from.
    pub origin: Origin,
    /// The table whose data it holds.
    pub source_table: TableName,
    /// When it was asked for, by the account's clock.
    pub requested: Millis,
    /// Why the restored table is what it is.
    pub reasons: Reasons,
}

impl Restore {
    /// The backup that it comes from, if it comes from one.
    pub fn backup(&self) -> Option<&BackupArn> {
        match &self.origin {
            Origin::Backup { arn, .. } => Some(arn),
            Origin::PointInTime(_) => None,
        }
    }

    /// Whether it comes from the backup that `arn` names.
    pub fn is_from(&self, arn: &BackupArn) -> bool {
        self.backup().is_some_and(|backup| same_backup(backup, arn))
    }
}

/// Where a restored table comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// From a backup.
    Backup {
        /// Its ARN, as the request named it.
        arn: BackupArn,
        /// When it was made, as the service says (RTB-83).
        created: Option<Millis>,
    },
    /// From its source table, as it was at a point in time.
    PointInTime(PointInTime),
}

/// A point in time as a restore names it, by the service's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointInTime {
    /// This one.
    At(Millis),
    /// The latest restorable one, which only the service knows.
    Latest {
        /// It is not before this one.
        from: Millis,
    },
}

/// The rules by which a restored table has its properties: whether they were overridden or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reasons {
    /// Of its billing mode.
    pub billing: RuleId,
    /// Of its capacity.
    pub throughput: RuleId,
    /// Of its global secondary indexes.
    pub global_indexes: RuleId,
    /// Of their capacity.
    pub index_throughput: RuleId,
    /// Of its local secondary indexes.
    pub local_indexes: RuleId,
    /// Of its encryption.
    pub encryption: RuleId,
}
