//! What the faults are made with: no rule, only ways to deceive and to spoil.

use bytes::Bytes;
use reinstate_model::account::{Account, Backup, Fresh, Table};
use reinstate_model::behaviour::{Behaviour, StepFn};
use reinstate_model::name::TableName;
use reinstate_model::outcome::{Accepted, ErrorCode, Outcome};
use reinstate_model::request::{Request, RestoreTableFromBackup};
use reinstate_model::rules::RuleId;
use reinstate_model::step::step;
use serde_json::{Map, Value};

use super::{Answered, Asked, Fault, Place};
use crate::reference::merge;

/// Both kinds of restore.
pub(super) const RESTORES: &[&str] = &["RestoreTableFromBackup", "RestoreTableToPointInTime"];

/// A fault with its name, what is wrong, the rules that find it, and where it acts.
pub(super) const fn fault(
    name: &'static str,
    wrong: &'static str,
    rules: &'static [RuleId],
    place: Place,
) -> Fault {
    Fault { name: std::borrow::Cow::Borrowed(name), wrong, rules, place, equivalent: None }
}

/// A fault of what requests come to.
pub(super) const fn in_step(step: StepFn) -> Place {
    Place::Behaviour(Behaviour { step, ..Behaviour::SPECIFIED })
}

/// Changes the members of a request to one of some operations.
pub(super) fn edit(asked: &mut Asked, operations: &[&str], change: impl FnOnce(&mut Members)) {
    if !operations.contains(&asked.operation.as_str()) {
        return;
    }
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&asked.body) else { return };
    change(&mut members);
    asked.body = Bytes::from(Value::Object(members).to_string());
}

/// The members of a request.
pub(super) type Members = Map<String, Value>;

/// Passes over a member of a request to one of some operations.
pub(super) fn ignore(asked: &mut Asked, operations: &[&str], member: &str) {
    edit(asked, operations, |members| {
        members.remove(member);
    });
}

/// Changes the body of an answer that accepts a request to one of some operations.
pub(super) fn spoil_body(
    asked: &Asked,
    answered: &mut Answered,
    operations: &[&str],
    change: impl FnOnce(&mut Value),
) {
    if operations.contains(&asked.operation.as_str()) {
        spoil_any_body(answered, change);
    }
}

/// Changes the body of any answer that accepts a request.
pub(super) fn spoil_any_body(answered: &mut Answered, change: impl FnOnce(&mut Value)) {
    if answered.status == 200 {
        spoil_json(answered, change);
    }
}

/// Changes the body of any answer that refuses a request.
pub(super) fn spoil_error(answered: &mut Answered, change: impl FnOnce(&mut Value)) {
    if answered.status == 400 {
        spoil_json(answered, change);
    }
}

fn spoil_json(answered: &mut Answered, change: impl FnOnce(&mut Value)) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answered.body) else { return };
    change(&mut body);
    answered.body = Bytes::from(body.to_string());
}

/// Changes the value at a pointer, if there is one.
pub(super) fn at(body: &mut Value, pointer: &str, change: impl FnOnce(&mut Value)) {
    if let Some(value) = body.pointer_mut(pointer) {
        change(value);
    }
}

/// Takes a member away from the object at a pointer.
pub(super) fn lose(body: &mut Value, pointer: &str, member: &str) {
    at(body, pointer, |value| {
        value.as_object_mut().and_then(|members| members.remove(member));
    });
}

/// Changes every member of that name, at any depth.
pub(super) fn every(body: &mut Value, name: &str, change: &impl Fn(&mut Value)) {
    match body {
        Value::Object(members) => {
            for (member, value) in members {
                if member == name {
                    change(value);
                }
                every(value, name, change);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| every(value, name, change)),
        _ => {}
    }
}

/// Answers a request to one of some operations by another error than the right one.
pub(super) fn confuse(
    asked: &Asked,
    answered: &mut Answered,
    operations: &[&str],
    right: ErrorCode,
    wrong: ErrorCode,
) {
    if operations.contains(&asked.operation.as_str()) || operations.is_empty() {
        spoil_error(answered, |body| {
            if body["__type"] == right.shape_id() {
                body["__type"] = wrong.shape_id().into();
            }
        });
    }
}

/// The specified step on an account that is not as it seems. What the step changes is changed in the
/// true account.
pub(super) fn deceive(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    lie: impl FnOnce(&mut Account),
) -> Outcome {
    let mut seen = account.clone();
    lie(&mut seen);
    match step(&seen, request, fresh) {
        Outcome::Accepted(mut accepted) => {
            accepted.account = merge(&seen, accepted.account, account);
            Outcome::Accepted(accepted)
        }
        refused @ Outcome::Refused(_) => refused,
    }
}

/// The specified step, and then something else than what was accepted.
pub(super) fn spoil(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Accepted),
) -> Outcome {
    let mut outcome = step(account, request, fresh);
    if let Outcome::Accepted(accepted) = &mut outcome {
        change(accepted);
    }
    outcome
}

/// Changes the target of an accepted restore from a backup.
pub(super) fn spoil_restore(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    change: impl FnOnce(&mut Table, &Backup, &RestoreTableFromBackup),
) -> Outcome {
    spoil(account, request, fresh, |accepted| {
        let Request::RestoreTableFromBackup(request) = request else { return };
        let backup = account.find_backup(&request.backup_arn).map(|arn| &account.backups[arn]);
        let target = accepted.account.tables.get_mut(&request.target_table_name);
        if let (Some(backup), Some(target)) = (backup, target) {
            change(target, backup, request);
        }
    })
}

/// The specified step of a restore from a backup that is not as it seems.
pub(super) fn deceive_restore(
    account: &Account,
    request: &Request,
    fresh: &Fresh,
    lie: impl FnOnce(&mut Backup, &RestoreTableFromBackup),
) -> Outcome {
    deceive(account, request, fresh, |seen| {
        let Request::RestoreTableFromBackup(request) = request else { return };
        let kept = seen.find_backup(&request.backup_arn).cloned();
        if let Some(backup) = kept.and_then(|arn| seen.backups.get_mut(&arn)) {
            lie(backup, request);
        }
    })
}

/// The name of the table that a request makes by restoring.
pub(super) fn target(request: &Request) -> Option<&TableName> {
    match request {
        Request::RestoreTableFromBackup(request) => Some(&request.target_table_name),
        Request::RestoreTableToPointInTime(request) => Some(&request.target_table_name),
        _ => None,
    }
}
