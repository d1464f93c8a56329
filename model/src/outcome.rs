//! What a request comes to: refused for one or more reasons, or accepted with a next state.

mod error;
mod refusal;

use std::collections::BTreeMap;

pub use self::error::ErrorCode;
pub use self::refusal::{Arguments, Clause, Objections, Refusal, Text, Violation};
use crate::account::{Account, Backup, StoredItem};
use crate::name::{BackupArn, TableName};
use crate::request::{Item, TimeToLiveSpecification};
use crate::rules::{self, Evidence, RuleId};

/// What an accepted request answers. What that looks like follows from the account after it
/// ([`crate::describe`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// `{}`.
    Empty,
    /// `TableDescription` of a table that was just made or restored.
    TableDescription(TableName),
    /// `TableDescription` of a table that was just changed.
    UpdatedTable(TableName),
    /// `TableDescription` of a table that is now being deleted.
    DeletedTable(TableName),
    /// `Table`, as DescribeTable answers.
    Table(TableName),
    /// Nothing: tags are being written.
    TagsWritten,
    /// `Tags` of a table.
    Tags {
        /// The table.
        table: TableName,
        /// The rule that says which it has.
        rule: RuleId,
    },
    /// `TimeToLiveSpecification`, as it was asked for.
    TimeToLiveSpecification(TimeToLiveSpecification),
    /// `TimeToLiveDescription` of a table.
    TimeToLiveDescription {
        /// The table.
        table: TableName,
        /// The rule that says whether it is on.
        rule: RuleId,
    },
    /// The capacity that an account may use.
    Limits,
    /// `UnprocessedItems`: what was not written.
    Written {
        /// What was under the keys before; none where nothing was.
        former: BTreeMap<(TableName, String), Option<StoredItem>>,
    },
    /// `Item` of a key.
    Item {
        /// The item, if it is sure to be this one.
        item: Option<Item>,
        /// What it may be otherwise; then there may be none as well.
        possible: Vec<Item>,
        /// The rule that says so.
        rule: RuleId,
    },
    /// A page of `TableNames`, and whether more follow.
    TableNames {
        /// The names on this page.
        page: Vec<TableName>,
        /// Whether `LastEvaluatedTableName` tells to go on.
        more: bool,
    },
    /// `Items` and `Count` of a table.
    Items {
        /// What is sure to be there.
        sure: Vec<Item>,
        /// What may be there.
        possible: Vec<Item>,
        /// What may be there in place of the latter.
        others: Vec<Item>,
        /// The rule that says so.
        rule: RuleId,
    },
    /// `ContinuousBackupsDescription` of a table.
    ContinuousBackups {
        /// The table.
        table: TableName,
        /// What became of its point-in-time recovery, if it was to be changed.
        switch: Option<Switch>,
    },
    /// `BackupDetails` of a backup that was just asked for.
    BackupDetails(BackupArn),
    /// `BackupDescription` of a backup.
    BackupDescription {
        /// The ARN as it was asked for.
        arn: BackupArn,
    },
    /// `BackupDescription` of a backup that is no more.
    DeletedBackup {
        /// The ARN as it was asked for.
        arn: BackupArn,
        /// The backup.
        backup: Box<Backup>,
    },
    /// A page of `BackupSummaries`, and whether more follow.
    BackupSummaries {
        /// The backups on this page, in order.
        page: Vec<BackupArn>,
        /// Whether `LastEvaluatedBackupArn` tells to go on.
        end: PageEnd,
        /// The rule that says which are listed.
        rule: RuleId,
        /// Whether they must be in the order of their creation (LSB-11).
        in_order: bool,
    },
}

/// Where a page of a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// Before the end of the list.
    More,
    /// At the end of the list, with as many entries as it may have (LBK-009).
    Full,
    /// At the end of the list, with fewer (LSB-10).
    Short,
}

/// What became of point-in-time recovery that was switched on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is on for the first time.
    On,
    /// It is on again.
    OnAgain,
    /// It is off.
    Off,
    /// It is what it was.
    Unchanged,
}

/// An accepted request.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The account after it.
    pub account: Account,
    /// What it answers.
    pub reply: Reply,
    /// The rules by which the request had to be accepted, the most special last.
    pub grants: Vec<RuleId>,
    /// Reasons for which the service may refuse it for a moment all the same.
    pub or: Vec<Violation>,
}

impl Accepted {
    /// A request that must be accepted.
    pub fn new(account: Account, reply: Reply, grants: Vec<RuleId>) -> Self {
        Self { account, reply, grants, or: Vec::new() }
    }

    /// The same, but for a moment it may be refused for these reasons.
    pub fn or(mut self, or: Vec<Violation>) -> Self {
        self.or = or;
        self
    }
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing changes.
    Refused(Refusal),
    /// The account changes, if the operation is one that changes it.
    Accepted(Box<Accepted>),
}

impl Outcome {
    /// The same where one side is taken of what is contested: reasons to refuse that do not hold are
    /// dropped, and what one side accepts and the other refuses comes to one of the two. Where no side is
    /// taken it stays as it is.
    pub fn under(self, evidence: Evidence) -> Self {
        if evidence == Evidence::Both {
            return self;
        }
        let admits = |id: &str| evidence.admits(rules::catalogue().rule(id));
        match self {
            Outcome::Refused(mut refusal) => {
                if refusal.violations.iter().any(|violation| admits(violation.rule)) {
                    refusal.violations.retain(|violation| admits(violation.rule));
                }
                Outcome::Refused(refusal)
            }
            Outcome::Accepted(mut accepted) => {
                accepted.or.retain(|violation| admits(violation.rule));
                let granted = accepted.grants.iter().all(|grant| admits(grant));
                if granted || accepted.or.is_empty() {
                    return Outcome::Accepted(accepted);
                }
                Outcome::Refused(Refusal { violations: accepted.or, cases_of: vec![] })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_side_of_what_is_contested_can_be_taken() {
        // A target that is being deleted: the documents and the observations name different errors.
        let both = || {
            let mut objections = Objections::new();
            objections.add("RFB-003", ErrorCode::TableAlreadyExistsException, vec![]);
            objections.add("RTB-91b", ErrorCode::TableInUseException, vec![]);
            Outcome::Refused(objections.into_refusal().unwrap())
        };
        let rules = |evidence| match both().under(evidence) {
            Outcome::Refused(refusal) => refusal.violations().iter().map(|v| v.rule).collect(),
            Outcome::Accepted(_) => vec![],
        };
        assert_eq!(rules(Evidence::Both), ["RFB-003", "RTB-91b"]);
        assert_eq!(rules(Evidence::Observed), ["RFB-003"]);
        assert_eq!(rules(Evidence::Documented), ["RTB-91b"]);
    }

    #[test]
    fn what_one_side_accepts_and_the_other_refuses_comes_to_one_of_the_two() {
        // A second deletion: the documents accept it, and it was seen to be refused.
        let region = crate::name::Region::new("us-east-1").unwrap();
        let second = || {
            let refused = Violation::because("TBL-007", ErrorCode::ResourceInUseException, vec![]);
            let account = Account::empty(region.clone(), None);
            let accepted = Accepted::new(account, Reply::Empty, vec!["DLT-02b"]);
            Outcome::Accepted(Box::new(accepted.or(vec![refused])))
        };
        let is_refused = |evidence| matches!(second().under(evidence), Outcome::Refused(_));
        assert!(is_refused(Evidence::Observed) && !is_refused(Evidence::Documented));
        let Outcome::Accepted(documented) = second().under(Evidence::Documented) else { panic!() };
        assert!(documented.or.is_empty());
        let Outcome::Accepted(both) = second().under(Evidence::Both) else { panic!() };
        assert_eq!(both.or.len(), 1);
    }
}
