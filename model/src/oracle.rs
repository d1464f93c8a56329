//! The belief: what an endpoint's account may be, going by its answers so far.
//!
//! Events are not seen, only their effects. Each moves one table or backup forward and none backward,
//! so all accounts that fit the answers are those that can be reached by events from the *least
//! advanced* account that fits. That one account is what is kept; it stays small however many
//! restores are in flight. To judge an answer, only the events are tried that touch what the request
//! names; the least advanced account that explains the answer is the next one kept. What can have happened
//! only before the last answer, and shows in none, is tried beside them (`unseen`).
//!
//! Where an answer tells that *some* restore must have finished, but not which (an accepted restore
//! when the quota seemed used up), nothing is concluded: the belief is then wider than it need be,
//! so a fault may be missed, but never one alleged.

mod agree;
mod candidates;
mod learn;
mod listed;
mod race;
mod strangers;
mod told;
mod unseen;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::candidates::Candidate;
use self::listed::{as_listed, as_told};
pub use self::race::{Call, Order, linearise};
use crate::account::{Account, Fresh, Millis};
use crate::describe;
use crate::matcher::Mismatch;
use crate::message;
use crate::name::{BackupArn, Region, TableName};
use crate::outcome::{Accepted, ErrorCode, Outcome, Reply, Violation};
use crate::request::TableReference;
use crate::rules::{Evidence, RuleId, catalogue, written};
use crate::service::{self, Event};
use crate::wire::{self, Answer};

/// The kind of a difference between what an endpoint answered and what it may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// It accepted what must be refused.
    Accepted,
    /// It refused what must be accepted.
    Refused,
    /// It refused with another exception.
    WrongError,
    /// It refused with another text.
    WrongText,
    /// A member of the answer is missing, wrong or too many.
    WrongMember,
    /// It answered as if something that takes time were done already.
    TooFast,
}

impl DifferenceKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Refused,
        Self::WrongError,
        Self::WrongText,
        Self::WrongMember,
        Self::TooFast,
    ];

    /// The kind as it is written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            DifferenceKind::Accepted => "accepted",
            DifferenceKind::Refused => "refused",
            DifferenceKind::WrongError => "wrong-error",
            DifferenceKind::WrongText => "wrong-text",
            DifferenceKind::WrongMember => "wrong-member",
            DifferenceKind::TooFast => "too-fast",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One difference between what an endpoint answered and what it may answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The rule that the endpoint breaks.
    #[serde(deserialize_with = "written::one")]
    pub rule: RuleId,
    /// The member of the answer, as a JSON pointer; empty for the answer as a whole.
    pub pointer: String,
    /// What it may be, in words.
    pub expected: String,
    /// What it was.
    pub got: String,
}

/// What the oracle makes of one answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// In what it differs from what the endpoint may answer.
    pub differences: Vec<Difference>,
    /// Whether the endpoint's state is unknown from here on, so that nothing more can be judged.
    pub lost: bool,
    /// Whether the answer refuses for a moment only, so that asking again may be accepted.
    pub transient: bool,
    /// The rules that the answer kept or broke.
    pub rules: Vec<RuleId>,
}

/// Judges the answers of one endpoint, one after the other.
#[derive(Clone, Debug)]
pub struct Oracle {
    account: Account,
    backups_made: u32,
    evidence: Evidence,
    /// Whether nothing happens that this is not told of (`told`).
    is_told: bool,
    /// Whether others use the account too (`strangers`).
    has_strangers: bool,
    /// Backups that the service made, as this was told, whose ARNs are not known yet.
    unlisted: BTreeSet<BackupArn>,
}

/// A candidate's explanation of an answer.
struct Explanation {
    differences: Vec<Difference>,
    /// The account from here on; none if the endpoint's is not known.
    next: Option<Account>,
    /// What was accepted, to learn from.
    accepted: Option<Accepted>,
    transient: bool,
    rules: Vec<RuleId>,
    /// How many reasons there were to refuse what was accepted.
    reasons: usize,
    events: usize,
}

impl Explanation {
    /// Small is good: an unexplained answer is worst, then every difference counts, and of two that weigh
    /// the same the one that is not held against an endpoint, or that says less against it.
    fn cost(&self) -> (bool, usize, usize, usize, usize) {
        let wrong = || self.differences.iter();
        let weight = wrong().map(|difference| weight(difference.kind)).sum();
        let sure = wrong().filter(|difference| is_sure(difference.rule)).count();
        (self.next.is_none(), weight, sure, self.reasons, self.events)
    }
}

impl Oracle {
    /// An oracle for an endpoint whose account holds nothing yet.
    pub fn new(region: Region) -> Self {
        Self {
            account: Account::empty(region, None),
            backups_made: 0,
            evidence: Evidence::Both,
            is_told: false,
            has_strangers: false,
            unlisted: BTreeSet::new(),
        }
    }

    /// The same, but it takes one side of what is contested.
    pub fn under(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The least advanced account that fits the answers so far.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Judges an answer that came at `now`.
    pub fn judge(
        &mut self,
        operation: &str,
        body: &[u8],
        answer: &Answer,
        now: Millis,
    ) -> Judgement {
        self.account.now = self.account.now.max(now);
        let fresh = Fresh {
            table_id: None,
            created: None,
            // Replaced by what the endpoint says.
            backup_id: format!("{:014}-00000000", self.backups_made),
        };
        let named = Named::of(body);
        if account_is_unknown_to(&self.account, &named, answer) {
            return Judgement::default();
        }
        match answer {
            Answer::Success(page) if self.is_told => {
                self.account = as_told(&self.account, page, &mut self.unlisted);
            }
            Answer::Success(page) => {
                self.account = as_listed(&self.account, operation, body, page);
                if self.has_strangers {
                    return self.judge_beside_others(operation, body, answer, page, &fresh, &named);
                }
            }
            Answer::Error { .. } => {}
        }
        self.judge_own(operation, body, answer, &fresh, &named)
    }

    /// Judges an answer by the account, in which everything is that the answer may show.
    fn judge_own(
        &mut self,
        operation: &str,
        body: &[u8],
        answer: &Answer,
        fresh: &Fresh,
        named: &Named,
    ) -> Judgement {
        let tried = self.candidates(named);
        let best = tried
            .accounts
            .iter()
            .flat_map(|candidate| explain(candidate, operation, body, answer, fresh, self.evidence))
            .min_by_key(Explanation::cost)
            .expect("the least advanced account is always a candidate");
        if !tried.is_all && !best.differences.is_empty() {
            // One that was not tried may explain it, so nothing is alleged.
            return Judgement { lost: true, ..Judgement::default() };
        }
        let mut judgement = Judgement {
            differences: best.differences,
            lost: best.next.is_none(),
            transient: best.transient,
            rules: best.rules,
        };
        if let Some(next) = best.next {
            // A quota that was lifted to explain this one answer is in force for the next.
            let restore_quota = self.account.restore_quota;
            self.account = Account { restore_quota, ..next };
        }
        match answer {
            Answer::Success(_) => judgement.rules.push("PRO-04"),
            Answer::Error { code, .. } => {
                judgement.rules.extend(agree::family_rule(operation));
                if !judgement.differences.is_empty() {
                    judgement.differences.extend(agree::family(operation, code));
                }
            }
        }
        if let (Some(accepted), Answer::Success(body)) = (&best.accepted, answer) {
            if matches!(accepted.reply, Reply::BackupDetails(_)) {
                judgement.rules.extend(agree::OF_A_NEW_BACKUP);
                judgement.differences.extend(agree::new_backup(body));
            }
            self.backups_made += u32::from(matches!(accepted.reply, Reply::BackupDetails(_)));
            judgement.lost |= !learn::learn(&mut self.account, &accepted.reply, body);
        }
        judgement
    }
}

/// The tables and backups that a request names.
struct Named {
    tables: Vec<TableName>,
    backup: Option<BackupArn>,
}

impl Named {
    fn of(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let table = |name: &str| {
            text(name).and_then(|text| {
                let name = text.rsplit_once(":table/").map_or(text, |(_, name)| name);
                TableName::new(name)
            })
        };
        let batch = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
        let batch = batch.filter_map(|(name, _)| TableReference::try_from(name.clone()).ok());
        let batch = batch.map(|reference| reference.0);
        Self {
            tables: [
                "TableName",
                "TargetTableName",
                "SourceTableName",
                "SourceTableArn",
                "ResourceArn",
            ]
            .into_iter()
            .filter_map(table)
            .chain(batch)
            .collect(),
            backup: text("BackupArn").and_then(BackupArn::new),
        }
    }

    /// Whether an event bears on the answer.
    fn concerns(&self, account: &Account, event: &Event) -> bool {
        // The Region part of an ARN does not matter (DBK-006), so backups are compared as kept.
        let kept = self.backup.as_ref().and_then(|arn| account.find_backup(arn));
        let restores_it = |name: &TableName| {
            let restore = account.tables.get(name).and_then(|table| table.restore.as_ref());
            kept.is_some()
                && restore.and_then(|restore| account.find_backup(restore.backup()?)) == kept
        };
        match event {
            Event::BackupAvailable(arn) => kept == Some(arn),
            Event::RestoreFinished(name) => self.tables.contains(name) || restores_it(name),
            Event::TableActive(name)
            | Event::BackupsEnabled(name)
            | Event::IndexFilling(name)
            | Event::UpdateFinished(name)
            | Event::TagsWritten(name)
            | Event::TimeToLiveSettled(name)
            | Event::TableGone(name) => self.tables.contains(name),
            // It shows in lists only, and those tell it themselves.
            Event::SystemBackupMade(_) => false,
        }
    }
}

/// Whether an answer says that an ARN is of another account while ours is not known yet.
fn account_is_unknown_to(account: &Account, named: &Named, answer: &Answer) -> bool {
    let denied = matches!(answer, Answer::Error { code, .. } if code == ErrorCode::AccessDeniedException.as_str());
    account.id.is_none() && named.backup.is_some() && denied
}

/// How much a difference weighs when explanations are compared: the mildest that does is the one to
/// charge an endpoint with.
fn weight(kind: DifferenceKind) -> usize {
    match kind {
        DifferenceKind::WrongText => 1,
        DifferenceKind::TooFast => 2,
        DifferenceKind::WrongMember => 4,
        DifferenceKind::WrongError => 8,
        DifferenceKind::Accepted | DifferenceKind::Refused => 16,
    }
}

/// How a candidate explains an answer; an accepted one also as if what it started were done.
fn explain(
    candidate: &Candidate,
    operation: &str,
    request: &[u8],
    answer: &Answer,
    fresh: &Fresh,
    evidence: Evidence,
) -> Vec<Explanation> {
    let outcome = wire::handle(&candidate.account, operation, request, fresh).under(evidence);
    let events = candidate.events;
    match (outcome, answer) {
        (Outcome::Refused(refusal), Answer::Error { status, code, message }) => {
            let reportable = refusal.reportable(operation);
            let differences = compare_error(&reportable, *status, code, message.as_deref());
            // Backups are enabled in a moment (CRB-09); then the same request is accepted.
            let transient = differences.is_empty()
                && *code == ErrorCode::ContinuousBackupsUnavailableException.as_str();
            vec![Explanation {
                differences,
                next: Some(candidate.account.clone()),
                accepted: None,
                transient,
                rules: reportable
                    .iter()
                    .map(|violation| violation.rule)
                    .chain(refusal.cases_of().iter().copied())
                    .collect(),
                reasons: 0,
                events,
            }]
        }
        (Outcome::Refused(refusal), Answer::Success(_)) => {
            let reportable = refusal.reportable(operation);
            let first = surest(&reportable);
            let codes: Vec<_> = reportable.iter().map(|v| v.error.as_str()).collect();
            let difference = Difference {
                kind: DifferenceKind::Accepted,
                rule: first.rule,
                pointer: String::new(),
                expected: format!("{}: {}", codes.join(" or "), message::expected(first)),
                got: "accepted".to_owned(),
            };
            vec![Explanation {
                differences: vec![difference],
                next: None,
                accepted: None,
                transient: false,
                rules: vec![first.rule],
                reasons: reportable.len(),
                events,
            }]
        }
        (Outcome::Accepted(accepted), Answer::Error { status, code, message }) => {
            vec![explain_refusal(candidate, *accepted, *status, code, message.as_deref())]
        }
        (Outcome::Accepted(accepted), Answer::Success(body)) => {
            let mut explanations = explain_success(candidate, *accepted, body, evidence);
            if operation == "ListBackups" {
                for explanation in &mut explanations {
                    listed::blame(&mut explanation.differences, &candidate.account, request);
                }
            }
            explanations
        }
    }
}

/// Of several reasons, each of which demands a refusal, the one that we are surest of.
fn surest<'a>(reportable: &[&'a Violation]) -> &'a Violation {
    let sure = reportable.iter().copied().find(|violation| is_sure(violation.rule));
    sure.or(reportable.first().copied()).expect("a refusal has a reason")
}

/// Whether an endpoint that breaks a rule fails.
fn is_sure(rule: RuleId) -> bool {
    catalogue().rule(rule).can_fail(Evidence::Both)
}

fn compare_error(
    reportable: &[&Violation],
    status: u16,
    code: &str,
    message: Option<&str>,
) -> Vec<Difference> {
    let same_code: Vec<&Violation> =
        reportable.iter().copied().filter(|violation| violation.error.as_str() == code).collect();
    if same_code.is_empty() {
        let codes: Vec<_> = reportable.iter().map(|violation| violation.error.as_str()).collect();
        return vec![Difference {
            kind: DifferenceKind::WrongError,
            rule: surest(reportable).rule,
            pointer: "/__type".to_owned(),
            expected: codes.join(" or "),
            got: describe_error(status, code, message),
        }];
    }
    if message::fits(&same_code, message) {
        return vec![];
    }
    vec![Difference {
        kind: DifferenceKind::WrongText,
        rule: same_code[0].rule,
        pointer: "/message".to_owned(),
        expected: message::expected(same_code[0]),
        got: message.unwrap_or("no text").to_owned(),
    }]
}

fn describe_error(status: u16, code: &str, message: Option<&str>) -> String {
    let name = if code.is_empty() { "an error without a name" } else { code };
    match message {
        Some(message) => format!("HTTP {status} {name}: {message}"),
        None => format!("HTTP {status} {name}"),
    }
}

/// A refusal of what must be accepted, unless it may be refused for a moment.
fn explain_refusal(
    candidate: &Candidate,
    accepted: Accepted,
    status: u16,
    code: &str,
    message: Option<&str>,
) -> Explanation {
    let fitting = accepted.or.iter().filter(|violation| violation.error.as_str() == code);
    let mut rules: Vec<RuleId> = fitting.map(|violation| violation.rule).collect();
    let transient = !rules.is_empty();
    let rule = accepted.grants.last().copied().unwrap_or("PRO-04");
    let difference = Difference {
        kind: DifferenceKind::Refused,
        rule,
        pointer: String::new(),
        expected: "accepted".to_owned(),
        got: describe_error(status, code, message),
    };
    rules.push(rule);
    Explanation {
        differences: if transient { vec![] } else { vec![difference] },
        next: Some(candidate.account.clone()),
        accepted: None,
        transient,
        rules,
        reasons: 0,
        events: candidate.events,
    }
}

/// An accepted request as it must be answered, and as it would be if what it started were done.
fn explain_success(
    candidate: &Candidate,
    accepted: Accepted,
    body: &Value,
    evidence: Evidence,
) -> Vec<Explanation> {
    let before = service::events(&candidate.account);
    // What does not show in the answer is as good as not done.
    let started: Vec<Event> = service::events(&accepted.account)
        .into_iter()
        .filter(|event| !before.contains(event) && !too_fast(event).1.is_empty())
        .collect();
    // That it may be refused as well are rules too, and accepting it keeps them.
    let might_refuse = accepted.or.iter().map(|violation| violation.rule);
    let grants: Vec<RuleId> = accepted.grants.iter().copied().chain(might_refuse).collect();
    let explain = |account: Account| {
        let accepted = Accepted { account, ..accepted.clone() };
        explain_body(accepted, body, candidate.events, grants.clone(), evidence)
    };
    let mut explanations = vec![explain(accepted.account.clone())];
    let mut add = |done: Account, events: &[&Event]| {
        let mut fast = explain(done);
        let differences = events.iter().map(|event| too_fast_difference(event, body));
        fast.differences.splice(0..0, differences);
        explanations.push(fast);
    };
    for event in &started {
        let done = service::fire(&accepted.account, event);
        add(done.clone(), &[event]);
        // An index is filled before it can be used, and an endpoint may skip both.
        if let Event::IndexFilling(name) = event {
            add(service::fire(&done, &Event::UpdateFinished(name.clone())), &[event]);
        }
    }
    if started.len() > 1 {
        let done = started.iter().fold(accepted.account.clone(), |account, event| {
            if service::events(&account).contains(event) {
                service::fire(&account, event)
            } else {
                account
            }
        });
        add(done, &started.iter().collect::<Vec<_>>());
    }
    explanations
}

fn too_fast_difference(event: &Event, body: &Value) -> Difference {
    let (rule, pointer, expected) = too_fast(event);
    Difference {
        kind: DifferenceKind::TooFast,
        rule,
        pointer: pointer.to_owned(),
        expected: expected.to_owned(),
        got: body.pointer(pointer).map_or_else(|| "absent".to_owned(), Value::to_string),
    }
}

/// The rule that says that something takes time, and where and how the answer to the request that
/// starts it shows that; no place if it does not show.
fn too_fast(event: &Event) -> (RuleId, &'static str, &'static str) {
    match event {
        Event::RestoreFinished(_) => ("RTB-63", "/TableDescription/TableStatus", "CREATING"),
        Event::TableActive(_) | Event::BackupsEnabled(_) => {
            ("CRT-02", "/TableDescription/TableStatus", "CREATING")
        }
        Event::IndexFilling(_) => ("UPT-03", "/TableDescription/TableStatus", "UPDATING"),
        Event::UpdateFinished(_) => ("UPT-02", "/TableDescription/TableStatus", "UPDATING"),
        // Neither shows in the answer of the request that starts it.
        Event::TagsWritten(_) => ("TAG-006", "", "being written"),
        Event::TimeToLiveSettled(_) => ("TTL-01", "", "taking effect"),
        Event::TableGone(_) => ("DLT-01", "/TableDescription/TableStatus", "DELETING"),
        Event::BackupAvailable(_) => ("CRB-04", "/BackupDetails/BackupStatus", "CREATING"),
        // It does not show in the answer either.
        Event::SystemBackupMade(_) => ("BKP-16", "", "being made"),
    }
}

fn explain_body(
    accepted: Accepted,
    body: &Value,
    events: usize,
    grants: Vec<RuleId>,
    evidence: Evidence,
) -> Explanation {
    let matcher = describe::body(&accepted.account, &accepted.reply).under(evidence);
    let mut rules = grants;
    matcher.rules(&mut rules);
    let mismatches = matcher.compare("PRO-03", "", Some(body));
    let mut differences: Vec<Difference> = mismatches.into_iter().map(difference).collect();
    // Who does not know a newer way to say something takes it for something else, and answers that.
    let newer = accepted.grants.iter().find(|rule| catalogue().rule(rule).extension);
    if let Some(newer) = newer {
        differences.iter_mut().for_each(|difference| difference.rule = newer);
    }
    Explanation {
        differences,
        next: Some(accepted.account.clone()),
        accepted: Some(accepted),
        transient: false,
        rules,
        reasons: 0,
        events,
    }
}

fn difference(mismatch: Mismatch) -> Difference {
    Difference {
        kind: DifferenceKind::WrongMember,
        rule: mismatch.rule,
        pointer: mismatch.pointer,
        expected: mismatch.expected,
        got: mismatch.got.map_or_else(|| "absent".to_owned(), |value| value.to_string()),
    }
}

#[cfg(test)]
mod tests;
