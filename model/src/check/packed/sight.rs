//! How much of an account a request looks at, so that what comes of it need not be found out anew in
//! every account that looks the same to it.
//!
//! This is a claim about the specification, and no part of it. A claim that is too narrow would hide
//! states; so it is held against the whole account, in every state of the quick scopes by the tests
//! and in every so-manyth of each run ([`Space::check`](super::space::Space::check)).

use crate::name::{BackupArn, TableArnParts, TableName, table_arn_parts};
use crate::request::Request;

/// What a request looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The whole account.
    Account,
    /// Some of it, beside the time.
    Part(Part),
}

/// A part of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// The tables under these names.
    pub(super) tables: Vec<TableName>,
    /// The backup of this ARN.
    pub(super) backup: Option<BackupArn>,
    /// Whether a table is being restored from that backup, and which.
    pub(super) lock: bool,
    /// Whether as many restores run as may run at once.
    pub(super) quota: bool,
    /// Which ids backups have, as a new one gets another.
    pub(super) slot: bool,
    /// Whether there may be one more backup, or it is not asked for.
    pub(super) room: bool,
}

impl Sight {
    /// What a request looks at, as far as it decides what comes of it. Which rules grant what is
    /// accepted may depend on more.
    pub(super) fn of(request: &Request) -> Self {
        let table = |name: &TableName| Part { tables: vec![name.clone()], ..Part::default() };
        let backup = |arn: &BackupArn| Part { backup: Some(arn.clone()), ..Part::default() };
        Sight::Part(match request {
            Request::CreateTable(request) => table(&request.table_name.0),
            Request::DescribeTable(request) => table(&request.table_name.0),
            Request::DeleteTable(request) => table(&request.table_name.0),
            Request::UpdateTable(request) => table(&request.table_name.0),
            Request::UpdateTimeToLive(request) => table(&request.table_name.0),
            Request::DescribeTimeToLive(request) => table(&request.table_name.0),
            Request::PutItem(request) => table(&request.table_name.0),
            Request::GetItem(request) => table(&request.table_name.0),
            Request::Query(request) => table(&request.table_name.0),
            Request::Scan(request) => table(&request.table_name.0),
            Request::DescribeContinuousBackups(request) => table(&request.table_name.0),
            Request::UpdateContinuousBackups(request) => {
                Part { room: true, ..table(&request.table_name.0) }
            }
            Request::CreateBackup(request) => {
                Part { slot: true, room: true, ..table(&request.table_name.0) }
            }
            Request::DescribeBackup(request) => backup(&request.backup_arn),
            Request::DeleteBackup(request) => Part { lock: true, ..backup(&request.backup_arn) },
            Request::RestoreTableFromBackup(request) => Part {
                tables: vec![request.target_table_name.clone()],
                lock: true,
                quota: true,
                ..backup(&request.backup_arn)
            },
            Request::RestoreTableToPointInTime(request) => {
                let by_arn = request.source_table_arn.as_deref().map(table_arn_parts);
                let mut tables = vec![request.target_table_name.clone()];
                tables.extend(request.source_table_name.clone());
                if let Some(TableArnParts::Table { table, .. }) = by_arn {
                    tables.push(table);
                }
                tables.sort_unstable();
                tables.dedup();
                Part { tables, quota: true, ..Part::default() }
            }
            Request::DescribeLimits(_) => Part::default(),
            // These name a table in other ways, several of them, or none.
            Request::BatchWriteItem(_)
            | Request::TagResource(_)
            | Request::UntagResource(_)
            | Request::ListTagsOfResource(_)
            | Request::ListTables(_)
            | Request::ListBackups(_) => return Sight::Account,
        })
    }
}
