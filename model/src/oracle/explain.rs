//! How an account explains an answer, and what the answer has against it.

use serde_json::Value;

use super::candidates::Candidate;
use super::difference::{ABSENT, Difference, DifferenceKind, weight};
use super::listed;
use crate::account::{Account, Fresh};
use crate::describe;
use crate::matcher::Mismatch;
use crate::message;
use crate::outcome::{Accepted, ErrorCode, Outcome, Reply, Violation};
use crate::rules::{Evidence, RuleId, catalogue};
use crate::service::{self, Event};
use crate::step::step;
use crate::wire::{Answer, Received};

/// A request that an answer is to be explained for.
pub(super) struct Asked<'a> {
    pub(super) request: &'a Received,
    /// What is made up for what it makes.
    pub(super) fresh: &'a Fresh,
}

/// A candidate's explanation of an answer.
pub(super) struct Explanation {
    pub(super) differences: Vec<Difference>,
    pub(super) next: Next,
    /// What an accepted request is answered with, to learn from.
    pub(super) reply: Option<Reply>,
    pub(super) transient: bool,
    pub(super) rules: Vec<RuleId>,
    /// How many reasons there were to refuse what was accepted.
    reasons: usize,
    events: usize,
}

/// The account from here on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    /// The endpoint's is not known.
    Unknown,
    /// That of the candidate.
    Same,
    /// Another one.
    Changed(Account),
}

impl Explanation {
    /// Small is good: an unexplained answer is worst, then one whose status is denied, then every
    /// difference counts, and of two that weigh the same the one that is not held against an endpoint, or
    /// that says less against it.
    pub(super) fn cost(&self) -> (bool, usize, usize, usize, usize, usize) {
        let wrong = || self.differences.iter();
        let denied = wrong().filter(|difference| difference.denies_status()).count();
        let weight = wrong().map(|difference| weight(difference.kind)).sum();
        let sure = wrong().filter(|difference| is_sure(difference.rule)).count();
        (self.next == Next::Unknown, denied, weight, sure, self.reasons, self.events)
    }

    /// Whether it leaves nothing unexplained.
    pub(super) fn is_whole(&self) -> bool {
        self.differences.is_empty() && self.next != Next::Unknown
    }
}

/// How a candidate explains an answer; an accepted one also as if what it started were done.
pub(super) fn explain(
    candidate: Candidate<&Account>,
    asked: &Asked<'_>,
    answer: &Answer,
    evidence: Evidence,
) -> Vec<Explanation> {
    let Asked { request, fresh } = *asked;
    let operation = request.operation();
    let Candidate { account, events } = candidate;
    let outcome = request.outcome(step, account, fresh).under(evidence);
    match (outcome, answer) {
        (Outcome::Refused(refusal), Answer::Error { status, code, message }) => {
            let reportable = refusal.reportable(operation);
            let differences = compare_error(&reportable, *status, code, message.as_deref());
            // Backups are enabled in a moment (CRB-09); then the same request is accepted.
            let transient = differences.is_empty()
                && *code == ErrorCode::ContinuousBackupsUnavailableException.as_str();
            vec![Explanation {
                differences,
                next: Next::Same,
                reply: None,
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
                next: Next::Unknown,
                reply: None,
                transient: false,
                rules: vec![first.rule],
                reasons: reportable.len(),
                events,
            }]
        }
        (Outcome::Accepted(accepted), Answer::Error { status, code, message }) => {
            vec![explain_refusal(events, *accepted, *status, code, message.as_deref())]
        }
        (Outcome::Accepted(accepted), Answer::Success(body)) => {
            let mut explanations = explain_success(candidate, *accepted, body, evidence);
            if operation == "ListBackups" {
                for explanation in &mut explanations {
                    let Explanation { differences, .. } = explanation;
                    listed::blame(differences, account, request.body());
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
    events: usize,
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
        next: Next::Same,
        reply: None,
        transient,
        rules,
        reasons: 0,
        events,
    }
}

/// An accepted request as it must be answered, and as it would be if what it started were done.
fn explain_success(
    candidate: Candidate<&Account>,
    accepted: Accepted,
    body: &Value,
    evidence: Evidence,
) -> Vec<Explanation> {
    let explain =
        |account: &Account| explain_body(&accepted, account, body, candidate.events, evidence);
    let as_specified = explain(&accepted.account);
    // As a rule the answer is right, and then nothing else need be tried.
    if as_specified.differences.is_empty() {
        return vec![Explanation { next: Next::Changed(accepted.account), ..as_specified }];
    }
    let before = service::events(candidate.account);
    // What does not show in the answer is as good as not done.
    let started: Vec<Event> = service::events(&accepted.account)
        .into_iter()
        .filter(|event| !before.contains(event) && !too_fast(event).1.is_empty())
        .collect();
    let mut explanations = Vec::new();
    let mut add = |done: Account, event: &Event| {
        let mut fast = explain(&done);
        fast.differences.insert(0, too_fast_difference(event, body));
        explanations.push(Explanation { next: Next::Changed(done), ..fast });
    };
    // No request starts two things that both show in its answer.
    for event in &started {
        let done = service::fire(&accepted.account, event);
        add(done.clone(), event);
        // An index is filled before it can be used, and an endpoint may skip both.
        if let Event::IndexFilling(name) = event {
            add(service::fire(&done, &Event::UpdateFinished(name.clone())), event);
        }
    }
    explanations.insert(0, Explanation { next: Next::Changed(accepted.account), ..as_specified });
    explanations
}

fn too_fast_difference(event: &Event, body: &Value) -> Difference {
    let (rule, pointer, expected) = too_fast(event);
    Difference {
        kind: DifferenceKind::TooFast,
        rule,
        pointer: pointer.to_owned(),
        expected: expected.to_owned(),
        got: body.pointer(pointer).map_or_else(|| ABSENT.to_owned(), Value::to_string),
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

/// About how many rules bear on the description of a table.
const RULES: usize = 64;

/// The answer to an accepted request, where the account is one that the caller knows.
fn explain_body(
    accepted: &Accepted,
    account: &Account,
    body: &Value,
    events: usize,
    evidence: Evidence,
) -> Explanation {
    let matcher = describe::body(account, &accepted.reply).under(evidence);
    // That it may be refused as well are rules too, and accepting it keeps them.
    let might_refuse = accepted.or.iter().map(|violation| violation.rule);
    let mut rules = Vec::with_capacity(RULES);
    rules.extend(accepted.grants.iter().copied().chain(might_refuse));
    matcher.rules(&mut rules);
    let mismatches = matcher.compare("PRO-03", Some(body));
    let mut differences: Vec<Difference> = mismatches.into_iter().map(difference).collect();
    // Who does not know a newer way to say something takes it for something else, and answers that.
    let newer = accepted.grants.iter().find(|rule| catalogue().rule(rule).extension);
    if let Some(newer) = newer {
        differences.iter_mut().for_each(|difference| difference.rule = newer);
    }
    Explanation {
        differences,
        next: Next::Same,
        reply: Some(accepted.reply.clone()),
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
        got: mismatch.got.map_or_else(|| ABSENT.to_owned(), |value| value.to_string()),
    }
}
