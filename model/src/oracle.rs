//! The belief: what an endpoint's account may be, going by its answers so far.
//!
//! Events are not seen, only their effects. Each moves one table or backup forward and none backward,
//! so all accounts that fit the answers are those that can be reached by events from the *least
//! advanced* account that fits. That one account is what is kept; it stays small however many
//! restores are in flight. To judge an answer, only the events are tried that touch what the request
//! names; the least advanced account that explains the answer is the next one kept.
//!
//! Where an answer tells that *some* restore must have finished, but not which (an accepted restore
//! when the quota seemed used up), nothing is concluded: the belief is then wider than it need be,
//! so a fault may be missed, but never one alleged.

use serde_json::Value;

use crate::account::{Account, Fresh, Millis};
use crate::describe;
use crate::matcher::{Mismatch, millis};
use crate::message;
use crate::name::{AccountId, BackupArn, Region, TableId, TableName};
use crate::outcome::{Accepted, ErrorCode, Outcome, Reply, Violation};
use crate::rules::RuleId;
use crate::service::{self, Event};
use crate::wire::{self, Answer};

/// The kind of a difference between what an endpoint answered and what it may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// One difference between what an endpoint answered and what it may answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The rule that the endpoint breaks.
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
}

/// An account that the belief allows, and what must have happened for it.
struct Candidate {
    account: Account,
    events: usize,
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
    events: usize,
}

impl Explanation {
    /// Small is good: an unexplained answer is worst, then every wrong part counts. Being too fast
    /// explains more than a wrong status does, so it is the lesser charge.
    fn cost(&self) -> (bool, usize, usize) {
        let wrong = self.differences.iter();
        let weights = wrong.map(|d| if d.kind == DifferenceKind::TooFast { 1 } else { 2 });
        (self.next.is_none(), weights.sum(), self.events)
    }
}

impl Oracle {
    /// An oracle for an endpoint whose account holds nothing of ours.
    pub fn new(region: Region) -> Self {
        Self { account: Account::empty(region, None), backups_made: 0 }
    }

    /// The least advanced account that fits the answers so far.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Judges an answer that came at `now`.
    pub fn judge(&mut self, operation: &str, body: &[u8], answer: &Answer, now: Millis) -> Judgement {
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
        if let Answer::Success(page) = answer {
            self.account = as_listed(&self.account, operation, body, page);
        }
        let best = candidates(&self.account, &named)
            .into_iter()
            .flat_map(|candidate| explain(&candidate, operation, body, answer, &fresh))
            .min_by_key(Explanation::cost)
            .expect("the least advanced account is always a candidate");
        let mut judgement = Judgement {
            differences: best.differences,
            lost: best.next.is_none(),
            transient: best.transient,
            rules: best.rules,
        };
        if let Some(next) = best.next {
            self.account = next;
        }
        if let (Some(accepted), Answer::Success(body)) = (&best.accepted, answer) {
            self.backups_made += u32::from(matches!(accepted.reply, Reply::BackupDetails(_)));
            judgement.lost |= !learn(&mut self.account, &accepted.reply, body);
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
        let table = |name: &str| text(name).and_then(|text| {
            let name = text.rsplit_once(":table/").map_or(text, |(_, name)| name);
            TableName::new(name)
        });
        Self {
            tables: ["TableName", "TargetTableName"].into_iter().filter_map(table).collect(),
            backup: text("BackupArn").and_then(BackupArn::new),
        }
    }

    /// Whether an event bears on the answer.
    fn concerns(&self, account: &Account, event: &Event) -> bool {
        // The Region part of an ARN does not matter (DBK-006), so backups are compared as kept.
        let kept = self.backup.as_ref().and_then(|arn| account.find_backup(arn));
        let restores_it = |name: &TableName| {
            let restore = account.tables.get(name).and_then(|table| table.restore.as_ref());
            kept.is_some() && restore.and_then(|restore| account.find_backup(&restore.backup)) == kept
        };
        match event {
            Event::BackupAvailable(arn) => kept == Some(arn),
            Event::RestoreFinished(name) => self.tables.contains(name) || restores_it(name),
            Event::TableActive(name) | Event::BackupsEnabled(name) | Event::TableGone(name) => {
                self.tables.contains(name)
            }
        }
    }
}

/// Whether an answer says that an ARN is of another account while ours is not known yet.
fn account_is_unknown_to(account: &Account, named: &Named, answer: &Answer) -> bool {
    let denied = matches!(answer, Answer::Error { code, .. } if code == ErrorCode::AccessDeniedException.as_str());
    account.id.is_none() && named.backup.is_some() && denied
}

/// The account as a page of a list tells it: what it shows as AVAILABLE is, and what is being
/// deleted and should be on it, but is not, is gone. A list names so many things that trying every
/// combination of events would take too long, and its answer tells each of them apart anyway.
fn as_listed(account: &Account, operation: &str, body: &[u8], page: &Value) -> Account {
    let mut account = account.clone();
    for summary in page["BackupSummaries"].as_array().into_iter().flatten() {
        if summary["BackupStatus"] == "AVAILABLE"
            && let Some(arn) = summary["BackupArn"].as_str().and_then(BackupArn::new)
        {
            account = service::fire(&account, &Event::BackupAvailable(arn));
        }
    }
    if operation == "ListTables" && page["TableNames"].is_array() {
        let request: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let after = request["ExclusiveStartTableName"].as_str().unwrap_or_default();
        let until = page["LastEvaluatedTableName"].as_str();
        let listed = |name: &TableName| {
            let names = page["TableNames"].as_array().into_iter().flatten();
            names.into_iter().any(|listed| listed.as_str() == Some(name.as_str()))
        };
        let names: Vec<TableName> = account.tables.keys().cloned().collect();
        for name in names {
            let in_range = name.as_str() > after && until.is_none_or(|until| name.as_str() <= until);
            if in_range && !listed(&name) {
                account = service::fire(&account, &Event::TableGone(name));
            }
        }
    }
    account
}

/// More accounts than this are never tried for one answer.
const CANDIDATES: usize = 256;

/// The accounts that bear on the answer, least advanced first: what can be reached by events that
/// concern it, and, if the quota seems used up, the one in which every restore has finished.
fn candidates(account: &Account, named: &Named) -> Vec<Candidate> {
    let mut found = vec![Candidate { account: account.clone(), events: 0 }];
    let mut next = 0;
    while next < found.len() && found.len() < CANDIDATES {
        let from = found[next].account.clone();
        let events = found[next].events + 1;
        for event in service::events(&from) {
            if named.concerns(&from, &event) {
                let account = service::fire(&from, &event);
                if found.iter().all(|candidate| candidate.account != account) {
                    found.push(Candidate { account, events });
                }
            }
        }
        next += 1;
    }
    if account.restores().count() >= account.restore_quota {
        let relieved: Vec<_> = found
            .iter()
            .map(|candidate| Candidate {
                account: Account { restore_quota: usize::MAX, ..candidate.account.clone() },
                events: candidate.events + 1,
            })
            .collect();
        found.extend(relieved);
    }
    found
}

/// How a candidate explains an answer; an accepted one also as if what it started were done.
fn explain(
    candidate: &Candidate,
    operation: &str,
    body: &[u8],
    answer: &Answer,
    fresh: &Fresh,
) -> Vec<Explanation> {
    let outcome = wire::handle(&candidate.account, operation, body, fresh);
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
                rules: reportable.iter().map(|violation| violation.rule).collect(),
                events,
            }]
        }
        (Outcome::Refused(refusal), Answer::Success(_)) => {
            let reportable = refusal.reportable(operation);
            let first = worst(&reportable);
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
                events,
            }]
        }
        (Outcome::Accepted(accepted), Answer::Error { status, code, message }) => {
            vec![explain_refusal(candidate, *accepted, *status, code, message.as_deref())]
        }
        (Outcome::Accepted(accepted), Answer::Success(body)) => {
            explain_success(candidate, *accepted, body)
        }
    }
}

/// Of several reasons that would each have done, the one that we are surest of.
fn worst<'a>(reportable: &[&'a Violation]) -> &'a Violation {
    let catalogue = crate::rules::catalogue();
    reportable
        .iter()
        .copied()
        .min_by_key(|violation| {
            // A refusal for several reasons is no surer than its least sure one: with that one gone
            // the request might be accepted.
            !catalogue.rule(violation.rule).can_fail()
        })
        .expect("a refusal has a reason")
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
            rule: worst(reportable).rule,
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
    let transient = accepted.or.iter().any(|violation| violation.error.as_str() == code);
    let rule = accepted.grants.last().copied().unwrap_or("PRO-04");
    let difference = Difference {
        kind: DifferenceKind::Refused,
        rule,
        pointer: String::new(),
        expected: "accepted".to_owned(),
        got: describe_error(status, code, message),
    };
    Explanation {
        differences: if transient { vec![] } else { vec![difference] },
        next: Some(candidate.account.clone()),
        accepted: None,
        transient,
        rules: vec![rule],
        events: candidate.events,
    }
}

/// An accepted request as it must be answered, and as it would be if what it started were done.
fn explain_success(candidate: &Candidate, accepted: Accepted, body: &Value) -> Vec<Explanation> {
    let before = service::events(&candidate.account);
    let started = service::events(&accepted.account).into_iter().find(|event| !before.contains(event));
    let grants = accepted.grants.clone();
    let on_time = explain_body(accepted.clone(), body, candidate.events, grants.clone());
    let Some(event) = started else { return vec![on_time] };
    let done = Accepted { account: service::fire(&accepted.account, &event), ..accepted };
    let mut too_fast = explain_body(done, body, candidate.events, grants);
    too_fast.differences.insert(0, too_fast_difference(&event, body));
    vec![on_time, too_fast]
}

fn too_fast_difference(event: &Event, body: &Value) -> Difference {
    let (rule, pointer, expected) = match event {
        Event::RestoreFinished(_) => ("RTB-63", "/TableDescription/TableStatus", "CREATING"),
        Event::TableActive(_) | Event::BackupsEnabled(_) => {
            ("CRT-02", "/TableDescription/TableStatus", "CREATING")
        }
        Event::TableGone(_) => ("DLT-01", "/TableDescription/TableStatus", "DELETING"),
        Event::BackupAvailable(_) => ("CRB-04", "/BackupDetails/BackupStatus", "CREATING"),
    };
    Difference {
        kind: DifferenceKind::TooFast,
        rule,
        pointer: pointer.to_owned(),
        expected: expected.to_owned(),
        got: body.pointer(pointer).map_or_else(|| "absent".to_owned(), Value::to_string),
    }
}

fn explain_body(
    accepted: Accepted,
    body: &Value,
    events: usize,
    grants: Vec<RuleId>,
) -> Explanation {
    let matcher = describe::body(&accepted.account, &accepted.reply);
    let mut rules = grants;
    matcher.rules(&mut rules);
    let mismatches = matcher.compare("PRO-03", "", Some(body));
    Explanation {
        differences: mismatches.into_iter().map(difference).collect(),
        next: Some(accepted.account.clone()),
        accepted: Some(accepted),
        transient: false,
        rules,
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

/// Takes over what only the endpoint can know: ids, times, ARNs. Tells whether it said enough to go
/// on.
fn learn(account: &mut Account, reply: &Reply, body: &Value) -> bool {
    match reply {
        Reply::TableDescription(name) | Reply::Table(name) => {
            let member = if matches!(reply, Reply::Table(_)) { "Table" } else { "TableDescription" };
            let description = &body[member];
            learn_owner(account, description["TableArn"].as_str());
            if let Some(table) = account.tables.get_mut(name) {
                let id = description["TableId"].as_str().and_then(TableId::new);
                table.id = table.id.take().or(id);
                table.created = table.created.or(millis(&description["CreationDateTime"]));
            }
            true
        }
        Reply::BackupDetails(made_up) => {
            let details = &body["BackupDetails"];
            let Some(arn) = details["BackupArn"].as_str().and_then(BackupArn::new) else {
                return false;
            };
            learn_owner(account, Some(arn.as_str()));
            if let Some(mut backup) = account.backups.remove(made_up) {
                backup.created = backup.created.or(millis(&details["BackupCreationDateTime"]));
                account.backups.insert(arn, backup);
            }
            true
        }
        Reply::Empty
        | Reply::DeletedTable(_)
        | Reply::TableNames { .. }
        | Reply::Items { .. }
        | Reply::BackupDescription { .. }
        | Reply::DeletedBackup { .. }
        | Reply::BackupSummaries { .. } => true,
    }
}

/// The account that an ARN of ours belongs to.
fn learn_owner(account: &mut Account, arn: Option<&str>) {
    if account.id.is_none() {
        account.id = arn.and_then(|arn| arn.split(':').nth(4)).and_then(AccountId::new);
    }
}
