//! Counts against a formula, and against the accounts that they stand for.

use std::collections::BTreeSet;

use super::laboratory::{about, backup_arn, delete_backup, fresh, restore, restore_to_time};
use super::*;
use crate::account::{Account, Fresh, TableStatus};
use crate::check::fault;
use crate::outcome::{ErrorCode, Outcome, Refusal};
use crate::request::{Operation, Request};
use crate::step::step;

/// How many states there have to be: of the names that are not being restored, each is absent, in use
/// or being deleted, and of the backups that are not, some are left.
fn formula(limits: Limits) -> usize {
    let [names, backups, restores] =
        [limits.names, limits.backups, limits.restores].map(usize::from);
    let mut states = 0;
    for from_backup in 0..=backups.min(restores).min(names) {
        for restoring in from_backup..=restores.min(names) {
            let others = names - restoring;
            states += (others + 1) * (others + 2) / 2 * (backups - from_backup + 1);
        }
    }
    states
}

#[test]
fn the_numbers_of_states_are_those_of_the_formula() {
    for (names, backups, restores) in [(1, 0, 1), (2, 3, 1), (4, 2, 2), (6, 6, 5), (9, 12, 10)] {
        let limits = Limits { names, backups, restores };
        let found = explore(limits, Behaviour::SPECIFIED, 1);
        assert_eq!(found.states, formula(limits), "{limits:?}");
        assert_eq!(found.audited, found.states);
    }
}

#[test]
fn counts_have_the_steps_of_the_accounts_that_they_stand_for() {
    let limits = Limits { names: 3, backups: 2, restores: 2 };
    let lab = Laboratory::new(limits, Behaviour::SPECIFIED);
    let mut seen = BTreeSet::from([lab.start.clone()]);
    let mut open = vec![lab.start.clone()];
    let mut steps = BTreeSet::new();
    while let Some(account) = open.pop() {
        let from = Counts::of_account(&account, &lab.names);
        for after in all_steps(&lab, &account) {
            steps.insert((from, Counts::of_account(&after, &lab.names)));
            if seen.insert(after.clone()) {
                open.push(after);
            }
        }
    }
    let mut lab = lab;
    let states: BTreeSet<_> = steps.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let of_counts: BTreeSet<_> = states
        .iter()
        .flat_map(|from| moves(*from).map(|kind| (*from, kind)).collect::<Vec<_>>())
        .filter_map(|(from, kind)| match lab.effect(kind, from) {
            Effect::Refused { .. } => None,
            Effect::Leads(difference) => Some((from, from.after(difference))),
        })
        .collect();
    assert_eq!(states.len(), formula(limits));
    assert_eq!(steps, of_counts);
    assert!(seen.len() > 10 * states.len(), "{} accounts", seen.len());
}

/// Every step of every name and every backup, one by one.
fn all_steps(lab: &Laboratory, account: &Account) -> Vec<Account> {
    let mut calls = Vec::new();
    let arns = (0..=lab.limits.backups).map(backup_arn);
    for arn in arns {
        calls.push(delete_backup(&arn));
        calls.extend(lab.names.iter().map(|name| restore(name, &arn)));
    }
    for name in &lab.names {
        calls.push(restore_to_time(name));
        calls.push(about(Operation::DeleteTable, name));
        calls.push(about(Operation::DescribeTable, name));
    }
    let asked = calls.iter().filter_map(|call| {
        match (lab.behaviour.step)(account, &call.request, &fresh(lab.limits.backups)) {
            Outcome::Accepted(accepted) => Some(accepted.account),
            Outcome::Refused(_) => None,
        }
    });
    let events = (lab.behaviour.events)(account);
    asked.chain(events.iter().map(|event| (lab.behaviour.fire)(account, event))).collect()
}

#[test]
fn fifty_restores_of_either_kind_run_at_once_and_not_one_more() {
    let found = explore(REAL, Behaviour::SPECIFIED, 40_009);
    assert_eq!(found.states, formula(REAL));
    assert_eq!((found.most, found.steps_to_most), ((50, 0, 50), 50));
    assert!(found.refused_by_quota > 0 && found.audited > 200);
}

#[test]
fn a_limit_that_is_off_by_one_shows() {
    let fault = fault::all().find(|it| it.name == "the quota is off by one").unwrap();
    let found = explore(Limits { names: 14, backups: 14, restores: 12 }, fault.behaviour, 97);
    assert_eq!((found.most, found.steps_to_most), ((13, 0, 13), 13));
}

#[test]
fn what_is_found_is_told_in_numbers() {
    let limits = Limits { names: 4, backups: 2, restores: 3 };
    let found = explore(limits, Behaviour::SPECIFIED, 7);
    let told = Found { elapsed: Duration::ZERO, ..found }.to_string();
    assert_eq!(
        told,
        "149 states, 882 transitions, 1474 refusals, 0.00 s\n\
         21 states held against real accounts\n\
         at most 3 restores run at once, 0 to 2 of them from backups, first after 3 steps; \
         the quota alone refuses 9\n"
    );
}

/// Nothing is deleted while just two tables are being deleted: the counts of the kinds that a request is
/// about do not tell.
fn never_a_third(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    let deleting = account.tables.values().filter(|table| table.status == TableStatus::Deleting);
    match request {
        Request::DeleteTable(_) if deleting.count() == 2 => {
            Outcome::Refused(Refusal::because("DLT-03", ErrorCode::ValidationException, vec![]))
        }
        _ => step(account, request, fresh),
    }
}

#[test]
#[should_panic(expected = " in Counts")]
fn an_audit_ends_a_run_whose_counts_leave_out_something_that_matters() {
    let limits = Limits { names: 4, backups: 1, restores: 2 };
    explore(limits, Behaviour { step: never_a_third, ..Behaviour::SPECIFIED }, 1);
}
