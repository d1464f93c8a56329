//! One step: what is done, what comes of it, and what a property may ask about it.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::alphabet::Call;
use super::listing::backup_label;
use super::machine::Machine;
use crate::account::{Account, Millis};
use crate::name::{BackupArn, TableArnParts, TableName, table_arn_parts};
use crate::outcome::{Accepted, Refusal};
use crate::request::Request;
use crate::service::{Event, Subject};

/// What may happen in a state: somebody asks for something, or the service does something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A request.
    Request(Arc<Call>),
    /// An event.
    Event(Event),
    /// Time has passed, and it is this late now.
    Time(Millis),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Request(call) => f.write_str(&call.label),
            Action::Event(Event::BackupAvailable(arn)) => {
                write!(f, "... backup {} becomes AVAILABLE", backup_label(arn))
            }
            Action::Event(event) => write!(f, "... {event}"),
            Action::Time(time) => write!(f, "... it is {time} ms now"),
        }
    }
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// The request was refused.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The account afterwards, if the refusal changed it.
        left: Option<Account>,
    },
    /// The request was accepted.
    Accepted(Box<Accepted>),
    /// The event happened, or the time has passed.
    Happened(Account),
}

/// One step, as step properties see it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The account before.
    pub before: &'a Account,
    /// What was done.
    pub action: &'a Action,
    /// What came of it.
    pub reaction: &'a Reaction,
    /// The machine, which knows how the answer reads.
    pub machine: &'a Machine,
}

impl Reaction {
    /// The account afterwards, if it may be another one.
    pub fn after(&self) -> Option<&Account> {
        match self {
            Reaction::Refused { left, .. } => left.as_ref(),
            Reaction::Accepted(accepted) => Some(&accepted.account),
            Reaction::Happened(account) => Some(account),
        }
    }

    /// The account afterwards, if it may be another one. None is a refusal: no edge of the graph.
    pub fn into_after(self) -> Option<Account> {
        match self {
            Reaction::Refused { left, .. } => left,
            Reaction::Accepted(accepted) => Some(accepted.account),
            Reaction::Happened(account) => Some(account),
        }
    }
}

impl Step<'_> {
    /// The account after the step.
    pub fn after(&self) -> &Account {
        self.reaction.after().unwrap_or(self.before)
    }

    /// The request, if it was one.
    pub fn request(&self) -> Option<&Request> {
        match self.action {
            Action::Request(call) => Some(&call.request),
            Action::Event(_) | Action::Time(_) => None,
        }
    }

    /// What was accepted, if it was a request and was.
    pub fn accepted(&self) -> Option<(&Request, &Accepted)> {
        match self.reaction {
            Reaction::Accepted(accepted) => self.request().map(|request| (request, &**accepted)),
            Reaction::Refused { .. } | Reaction::Happened(_) => None,
        }
    }

    /// Why it was refused, if it was a request and was.
    pub fn refused(&self) -> Option<(&Request, &Refusal)> {
        match self.reaction {
            Reaction::Refused { refusal, .. } => self.request().map(|request| (request, refusal)),
            Reaction::Accepted(_) | Reaction::Happened(_) => None,
        }
    }

    /// The body of the answer.
    pub fn answer(&self, accepted: &Accepted) -> Value {
        self.machine.answer(accepted)
    }

    /// The table that is there and has this ARN.
    fn table_of(&self, arn: &str) -> Option<&TableName> {
        let named = table_arn_parts(arn);
        self.before
            .tables
            .keys()
            .find(|name| matches!(&named, TableArnParts::Table { table, .. } if table == *name))
    }

    /// The table and the backup that the action names. A new backup cannot be named before.
    pub fn named(&self) -> (Option<&TableName>, Option<&BackupArn>) {
        match self.action {
            Action::Request(call) => {
                let table = match &call.request {
                    Request::CreateTable(request) => Some(&request.table_name.0),
                    Request::DescribeTable(request) => Some(&request.table_name.0),
                    Request::DeleteTable(request) => Some(&request.table_name.0),
                    Request::PutItem(request) => Some(&request.table_name.0),
                    Request::Scan(request) => Some(&request.table_name.0),
                    Request::CreateBackup(request) => Some(&request.table_name.0),
                    Request::RestoreTableFromBackup(request) => Some(&request.target_table_name),
                    Request::RestoreTableToPointInTime(request) => Some(&request.target_table_name),
                    Request::UpdateContinuousBackups(request) => Some(&request.table_name.0),
                    Request::DescribeContinuousBackups(request) => Some(&request.table_name.0),
                    Request::UpdateTable(request) => Some(&request.table_name.0),
                    Request::UpdateTimeToLive(request) => Some(&request.table_name.0),
                    Request::DescribeTimeToLive(request) => Some(&request.table_name.0),
                    Request::GetItem(request) => Some(&request.table_name.0),
                    Request::Query(request) => Some(&request.table_name.0),
                    // No batch of the alphabet is of several tables.
                    Request::BatchWriteItem(request) => {
                        request.request_items.keys().next().map(|name| &name.0)
                    }
                    Request::TagResource(request) => self.table_of(&request.resource_arn),
                    Request::UntagResource(request) => self.table_of(&request.resource_arn),
                    Request::ListTagsOfResource(request) => self.table_of(&request.resource_arn),
                    Request::DescribeLimits(_)
                    | Request::ListTables(_)
                    | Request::DescribeBackup(_)
                    | Request::ListBackups(_)
                    | Request::DeleteBackup(_) => None,
                };
                (table, call.backup.as_ref())
            }
            Action::Event(event) => match event.subject() {
                Subject::Table(name) => (Some(name), None),
                Subject::Backup(arn) => (None, Some(arn)),
            },
            Action::Time(_) => (None, None),
        }
    }
}
