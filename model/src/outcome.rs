//! What a request comes to: refused for one or more reasons, or accepted with a next state.
//!
//! A refusal lists *every* condition that the request violates, each with its rule. Which of them
//! the service reports is settled by recorded precedence only ([`Refusal::reportable`]); where
//! nothing is on record, any of them may be.

use std::collections::BTreeMap;
use std::fmt;

use crate::account::{Account, Backup, StoredItem};
use crate::message;
use crate::name::{BackupArn, TableName};
use crate::request::{Item, TimeToLiveSpecification};
use crate::rules::{self, Evidence, RuleId};

/// The exceptions of the modelled operations, by their AWS names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// A parameter is wrong; common to all operations (ERR-04).
    ValidationException,
    /// The body cannot be read.
    SerializationException,
    /// The target header names no operation.
    UnknownOperationException,
    /// The caller may not.
    AccessDeniedException,
    /// The table operations' word for a missing resource.
    ResourceNotFoundException,
    /// The table operations' word for a resource in the wrong state.
    ResourceInUseException,
    /// The backup operations' word for a missing table.
    TableNotFoundException,
    /// The target of a restore exists.
    TableAlreadyExistsException,
    /// The target of a restore is being made or deleted.
    TableInUseException,
    /// No backup has that ARN.
    BackupNotFoundException,
    /// The backup is being made, deleted or restored.
    BackupInUseException,
    /// A quota is used up.
    LimitExceededException,
    /// Backups are not yet enabled for the table.
    ContinuousBackupsUnavailableException,
    /// Point-in-time recovery is off.
    PointInTimeRecoveryUnavailableException,
    /// The time lies outside of the restorable window.
    InvalidRestoreTimeException,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ValidationException,
        Self::SerializationException,
        Self::UnknownOperationException,
        Self::AccessDeniedException,
        Self::ResourceNotFoundException,
        Self::ResourceInUseException,
        Self::TableNotFoundException,
        Self::TableAlreadyExistsException,
        Self::TableInUseException,
        Self::BackupNotFoundException,
        Self::BackupInUseException,
        Self::LimitExceededException,
        Self::ContinuousBackupsUnavailableException,
        Self::PointInTimeRecoveryUnavailableException,
        Self::InvalidRestoreTimeException,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidationException => "ValidationException",
            Self::SerializationException => "SerializationException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::AccessDeniedException => "AccessDeniedException",
            Self::ResourceNotFoundException => "ResourceNotFoundException",
            Self::ResourceInUseException => "ResourceInUseException",
            Self::TableNotFoundException => "TableNotFoundException",
            Self::TableAlreadyExistsException => "TableAlreadyExistsException",
            Self::TableInUseException => "TableInUseException",
            Self::BackupNotFoundException => "BackupNotFoundException",
            Self::BackupInUseException => "BackupInUseException",
            Self::LimitExceededException => "LimitExceededException",
            Self::ContinuousBackupsUnavailableException => "ContinuousBackupsUnavailableException",
            Self::PointInTimeRecoveryUnavailableException => {
                "PointInTimeRecoveryUnavailableException"
            }
            Self::InvalidRestoreTimeException => "InvalidRestoreTimeException",
        }
    }

    /// The exception of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// Whether it comes from the framework around the service, whose errors have rules of their own.
    pub fn is_framework(self) -> bool {
        matches!(
            self,
            Self::SerializationException
                | Self::UnknownOperationException
                | Self::AccessDeniedException
        )
    }

    /// The full name that `__type` holds (PRO-002, PRO-017 to PRO-019).
    pub fn shape_id(self) -> String {
        let namespace = match self {
            Self::ValidationException => "com.amazon.coral.validate",
            Self::SerializationException
            | Self::UnknownOperationException
            | Self::AccessDeniedException => "com.amazon.coral.service",
            _ => "com.amazonaws.dynamodb.v20120810",
        };
        format!("{namespace}#{}", self.as_str())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One broken constraint as the service words it; a message may join several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// The offending value as sent; none for a missing member.
    pub value: Option<String>,
    /// The member, spelled as in messages.
    pub at: String,
    /// What it had to satisfy.
    pub constraint: String,
}

impl Clause {
    /// A clause about the member at `at`.
    pub fn new(value: Option<&str>, at: &str, constraint: &str) -> Self {
        Self {
            value: value.map(str::to_owned),
            at: at.to_owned(),
            constraint: constraint.to_owned(),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "Value '{value}' at ")?,
            None => write!(f, "Value null at ")?,
        }
        write!(f, "'{}' failed to satisfy constraint: {}", self.at, self.constraint)
    }
}

/// The values that fill the placeholders of a rule's message templates. How the value of a name such as
/// `?time` is spelled is not on record: it is only an example, and any text will do.
pub type Arguments = Vec<(&'static str, String)>;

/// How a refusal is worded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// By the templates that the catalogue has for the rule; any text where it has none.
    Templates(Arguments),
    /// As broken constraints, in any order.
    Clause(Clause),
    /// By this text, or any text where none is on record.
    Literal(Option<String>),
}

/// One condition that a request violates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The rule that the request breaks.
    pub rule: RuleId,
    /// The exception that says so.
    pub error: ErrorCode,
    /// How it is worded.
    pub text: Text,
}

/// Every condition that a request violates: at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    violations: Vec<Violation>,
    cases_of: Vec<RuleId>,
}

impl Refusal {
    /// A refusal for one reason.
    pub fn because(rule: RuleId, error: ErrorCode, arguments: Arguments) -> Self {
        Self { violations: vec![Violation::because(rule, error, arguments)], cases_of: vec![] }
    }

    /// All of them, in the canonical order.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Broader rules of which the refusal is a case, such as that nothing is overwritten (RTB-03).
    pub fn cases_of(&self) -> &[RuleId] {
        &self.cases_of
    }

    /// Those that the service may report: all but those over which another one was seen to win.
    ///
    /// The first is the one that the reference reports.
    pub fn reportable(&self, operation: &str) -> Vec<&Violation> {
        let wins = |first: &Violation, over: &Violation| {
            rules::catalogue().precedence().iter().any(|pair| {
                pair.operations.iter().any(|name| name == operation || name == "*")
                    && first.is_called(&pair.first)
                    && over.is_called(&pair.over)
                    // `SHAPE` and `*` never beat their own kind.
                    && !(over.is_called(&pair.first))
            })
        };
        self.violations
            .iter()
            .filter(|over| !self.violations.iter().any(|first| wins(first, over)))
            .collect()
    }
}

impl Violation {
    /// A violation that is worded by the rule's templates.
    pub fn because(rule: RuleId, error: ErrorCode, arguments: Arguments) -> Self {
        Self { rule, error, text: Text::Templates(arguments) }
    }

    fn is_called(&self, id: &str) -> bool {
        match id {
            "*" => true,
            "SHAPE" => matches!(self.text, Text::Clause(_)),
            id => self.rule == id,
        }
    }
}

/// Collects the reasons to refuse a request, in the canonical order.
#[derive(Debug, Default)]
pub struct Objections {
    violations: Vec<Violation>,
    cases_of: Vec<RuleId>,
}

impl Objections {
    /// No objection yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Objects if `violated`.
    pub fn when(
        &mut self,
        violated: bool,
        rule: RuleId,
        error: ErrorCode,
        arguments: impl FnOnce() -> Arguments,
    ) {
        if violated {
            self.add(rule, error, arguments());
        }
    }

    /// Objects.
    pub fn add(&mut self, rule: RuleId, error: ErrorCode, arguments: Arguments) {
        self.violations.push(Violation::because(rule, error, arguments));
    }

    /// Names a broader rule of which a refusal is a case; it is no reason by itself.
    pub fn case_of(&mut self, rule: RuleId) {
        self.cases_of.push(rule);
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.violations.len()
    }

    /// Objects, in words that nobody has recorded.
    pub fn add_unworded(&mut self, rule: RuleId, error: ErrorCode) {
        self.violations.push(Violation { rule, error, text: Text::Literal(None) });
    }

    /// Objects in that of the rule's texts on record that has these words.
    pub fn add_worded(
        &mut self,
        rule: RuleId,
        error: ErrorCode,
        words: &str,
        arguments: &Arguments,
    ) {
        let text = Text::Literal(Some(message::with_words(rule, words, arguments)));
        self.violations.push(Violation { rule, error, text });
    }

    /// Takes over an objection that was found elsewhere.
    pub fn push(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Whether one of those so far is said by this exception.
    pub fn has(&self, error: ErrorCode) -> bool {
        self.violations.iter().any(|violation| violation.error == error)
    }

    /// Whether nothing has been found so far.
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// The refusal, if there is a reason for one.
    pub fn into_refusal(self) -> Option<Refusal> {
        let Self { violations, cases_of } = self;
        (!violations.is_empty()).then_some(Refusal { violations, cases_of })
    }

    /// Refuses, or accepts with what `accept` makes.
    pub fn unless(self, accept: impl FnOnce() -> Accepted) -> Outcome {
        match self.into_refusal() {
            Some(refusal) => Outcome::Refused(refusal),
            None => Outcome::Accepted(Box::new(accept())),
        }
    }
}

impl Refusal {
    /// The reasons of both, these first.
    pub fn and(mut self, more: Option<Refusal>) -> Self {
        if let Some(more) = more {
            self.violations.extend(more.violations);
            self.cases_of.extend(more.cases_of);
        }
        self
    }
}

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

    #[test]
    fn objections_are_counted_and_make_a_refusal_that_names_its_broader_rules() {
        let mut objections = Objections::new();
        objections.case_of("RTB-03");
        assert!(objections.is_empty() && !objections.has(ErrorCode::TableAlreadyExistsException));
        objections.add("RFB-003", ErrorCode::TableAlreadyExistsException, vec![]);
        assert!(!objections.is_empty() && objections.count() == 1);
        assert!(objections.has(ErrorCode::TableAlreadyExistsException));
        assert!(!objections.has(ErrorCode::TableInUseException));
        let refusal = objections.into_refusal().unwrap();
        assert_eq!(refusal.cases_of(), ["RTB-03"]);
        let mut none = Objections::new();
        none.case_of("RTB-03");
        assert_eq!(none.into_refusal(), None);
    }

    #[test]
    fn just_what_the_framework_around_the_service_says_is_of_the_framework() {
        let of_framework = ErrorCode::ALL.into_iter().filter(|code| code.is_framework());
        let names: Vec<String> = of_framework.map(|code| format!("{code:>30}")).collect();
        let expected =
            ["SerializationException", "UnknownOperationException", "AccessDeniedException"];
        assert_eq!(names, expected.map(|name| format!("{name:>30}")));
    }

    #[test]
    fn a_refusal_that_was_seen_to_win_wins_in_the_operations_in_which_it_was_seen() {
        // A member left out, and a point in time that cannot be restored.
        let mut objections = Objections::new();
        objections.add("PTR-04", ErrorCode::PointInTimeRecoveryUnavailableException, vec![]);
        let clause = Clause::new(None, "targetTableName", "Member must not be null");
        let text = Text::Clause(clause);
        objections.push(Violation { rule: "PTR-05", error: ErrorCode::ValidationException, text });
        let refusal = objections.into_refusal().unwrap();
        let reported =
            |operation| refusal.reportable(operation).iter().map(|it| it.rule).collect::<Vec<_>>();
        assert_eq!(reported("RestoreTableToPointInTime"), ["PTR-05"]);
        assert_eq!(reported("RestoreTableFromBackup"), ["PTR-04", "PTR-05"]);
    }
}
