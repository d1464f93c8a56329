//! One request against one account: dispatch only. The rules are in the files below, one for each
//! family of operations, and what the service does by itself is in [`crate::service`].

mod backup;
mod changed;
mod data;
mod definition;
#[cfg(test)]
pub(crate) mod given;
mod item;
mod limits;
pub(crate) mod list;
mod overrides;
mod point_in_time;
mod query;
mod recovery;
mod restore;
mod size;
mod table;
mod tags;
mod target;
#[cfg(test)]
mod testing;
mod time_to_live;
mod update;

use crate::account::{Account, Fresh};
use crate::outcome::Outcome;
use crate::request::Request;

/// What a well-formed request comes to. Pure and total: the same account, request and fresh values
/// always give the same outcome.
pub fn step(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match request {
        Request::CreateTable(request) => table::create(account, request, fresh),
        Request::DescribeTable(request) => table::describe(account, &request.table_name),
        Request::DeleteTable(request) => table::delete(account, &request.table_name.0),
        Request::UpdateTable(request) => update::update(account, request),
        Request::TagResource(request) => tags::tag(account, request),
        Request::UntagResource(request) => tags::untag(account, request),
        Request::ListTagsOfResource(request) => tags::list(account, request),
        Request::UpdateTimeToLive(request) => time_to_live::update(account, request),
        Request::DescribeTimeToLive(request) => {
            time_to_live::describe(account, &request.table_name.0)
        }
        Request::DescribeLimits(_) => limits::describe(account),
        Request::ListTables(request) => list::tables(account, request),
        Request::PutItem(request) => item::put(account, request),
        Request::BatchWriteItem(request) => item::write_batch(account, request),
        Request::GetItem(request) => item::get(account, request),
        Request::Query(request) => query::query(account, request),
        Request::Scan(request) => item::scan(account, request),
        Request::CreateBackup(request) => backup::create(account, request, fresh),
        Request::DescribeBackup(request) => backup::describe(account, &request.backup_arn),
        Request::ListBackups(request) => list::backups(account, request),
        Request::DeleteBackup(request) => backup::delete(account, &request.backup_arn),
        Request::RestoreTableFromBackup(request) => restore::from_backup(account, request, fresh),
        Request::RestoreTableToPointInTime(request) => {
            point_in_time::restore(account, request, fresh)
        }
        Request::DescribeContinuousBackups(request) => {
            recovery::describe(account, &request.table_name)
        }
        Request::UpdateContinuousBackups(request) => recovery::update(account, request, fresh),
    }
}
