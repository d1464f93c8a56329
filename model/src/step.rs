//! One request against one account: dispatch only. The rules are in the files below, one for each
//! family of operations, and what the service does by itself is in [`crate::service`].

mod backup;
mod item;
mod list;
mod overrides;
mod restore;
mod table;

use crate::account::{Account, Fresh};
use crate::outcome::Outcome;
use crate::request::Request;

/// What a well-formed request comes to. Pure and total: the same account, request and fresh values
/// always give the same outcome.
pub fn step(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    match request {
        Request::CreateTable(request) => table::create(account, request, fresh),
        Request::DescribeTable(request) => table::describe(account, &request.table_name.0),
        Request::DeleteTable(request) => table::delete(account, &request.table_name.0),
        Request::ListTables(request) => list::tables(account, request),
        Request::PutItem(request) => item::put(account, request),
        Request::Scan(request) => item::scan(account, request),
        Request::CreateBackup(request) => backup::create(account, request, fresh),
        Request::DescribeBackup(request) => backup::describe(account, &request.backup_arn),
        Request::ListBackups(request) => list::backups(account, request),
        Request::DeleteBackup(request) => backup::delete(account, &request.backup_arn),
        Request::RestoreTableFromBackup(request) => {
            restore::from_backup(account, request, fresh)
        }
    }
}
