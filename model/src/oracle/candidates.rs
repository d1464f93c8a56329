//! The accounts that bear on an answer: what can be reached by events that concern it.

use std::collections::BTreeSet;

use super::named::Named;
use super::unseen::enabled_before_deletion;
use crate::account::Account;
use crate::service::{self, Event};

/// An account that the belief allows, and what must have happened for it.
#[derive(Clone, Copy)]
pub(super) struct Candidate<A> {
    pub(super) account: A,
    pub(super) events: usize,
}

impl Candidate<Account> {
    pub(super) fn as_ref(&self) -> Candidate<&Account> {
        Candidate { account: &self.account, events: self.events }
    }
}

/// What was tried of them.
pub(super) struct Candidates {
    /// The accounts, least advanced first.
    pub(super) accounts: Vec<Candidate<Account>>,
    /// Whether there is no other. Else one that was not tried may explain what these do not.
    pub(super) is_all: bool,
}

/// More accounts than this are never tried for one answer.
const MOST: usize = 256;

/// The accounts that bear on the answer: what can be reached by events that concern it, and, if the
/// quota seems used up, the same with every other restore finished.
///
/// A request names one or two tables, as a rule, and all combinations of their events are tried. One
/// that names many (`BatchWriteItem`) would have more combinations than can be tried; there each kind
/// of event is taken to have happened to all of them or to none as well, and [`Candidates::is_all`]
/// tells that others are left.
pub(super) fn candidates(account: &Account, named: &Named) -> Candidates {
    let mut found = vec![Candidate { account: account.clone(), events: 0 }];
    found.extend(enabled_before_deletion(account, named));
    let mut next = 0;
    let mut kinds = BTreeSet::new();
    while next < found.len() && found.len() < MOST {
        let from = found[next].account.clone();
        let events = found[next].events + 1;
        for event in concerning(&from, named) {
            kinds.insert(event.kind());
            let account = service::fire(&from, &event);
            if found.iter().all(|candidate| candidate.account != account) {
                found.push(Candidate { account, events });
            }
        }
        next += 1;
    }
    let is_all = next == found.len();
    if !is_all {
        found.extend(alike(account, named, &kinds));
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
    Candidates { accounts: found, is_all }
}

fn concerning(account: &Account, named: &Named) -> Vec<Event> {
    let mut events = service::events(account);
    events.retain(|event| named.concerns(account, event));
    events
}

/// The accounts in which events of some kinds have happened to everything that is named, and events of
/// others to nothing.
fn alike(
    account: &Account,
    named: &Named,
    kinds: &BTreeSet<&'static str>,
) -> Vec<Candidate<Account>> {
    let kinds: Vec<&str> = kinds.iter().copied().collect();
    let some = 1..1_usize << kinds.len().min(usize::BITS as usize - 1);
    some.take(MOST)
        .map(|chosen| {
            let is_chosen = |event: &Event| {
                kinds
                    .iter()
                    .position(|kind| *kind == event.kind())
                    .is_some_and(|kind| chosen >> kind & 1 == 1)
            };
            let mut candidate = Candidate { account: account.clone(), events: 0 };
            while let Some(event) =
                concerning(&candidate.account, named).into_iter().find(is_chosen)
            {
                candidate.account = service::fire(&candidate.account, &event);
                candidate.events += 1;
            }
            candidate
        })
        .collect()
}
