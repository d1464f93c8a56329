//! What comes of a move, found out in real accounts.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde_json::json;

use super::Limits;
use super::counts::{CLASSES, Class, Counts, Difference, class_of};
use crate::account::{Account, Fresh};
use crate::check::alphabet::{
    Call, ask, backup_id_at, create_backup, create_plain, owner, region, switch_recovery_on,
    table_name,
};
use crate::check::behaviour::Behaviour;
use crate::name::{BackupArn, TableName};
use crate::outcome::Outcome;
use crate::request::Operation;
use crate::service::{Event, Subject};

/// Requests and events that are tried in each state: of what is alike, one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Move {
    /// A restore of a backup that is there or in use or gone, to a name with that.
    Restore(Class, Source),
    /// A restore of the table to its latest time, to a name with that.
    RestoreToTime(Class),
    Delete(Class),
    Describe(Class),
    DeleteBackup(Source),
    /// What the service does by itself with such a table.
    Happen(Class),
}

/// A backup of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Free,
    InUse,
    Gone,
}

/// What comes of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Refused { by_quota: bool },
    Leads(Difference),
}

/// The moves that are looked at in a state.
pub(super) fn moves(counts: Counts) -> impl Iterator<Item = Move> {
    let there = move |class: &Class| counts.of(*class) > 0;
    let sources = [
        (Source::Free, counts.free > 0),
        (Source::InUse, counts.of(Class::FromBackup) > 0),
        (Source::Gone, true),
    ];
    let sources = sources.into_iter().filter_map(|(source, is_there)| is_there.then_some(source));
    CLASSES
        .into_iter()
        .filter(there)
        .flat_map({
            let sources = sources.clone();
            move |class| {
                let restores = sources.clone().map(move |source| Move::Restore(class, source));
                let is_busy = !matches!(class, Class::Absent | Class::Active);
                let happens = is_busy.then_some(Move::Happen(class));
                restores
                    .chain([Move::RestoreToTime(class), Move::Delete(class), Move::Describe(class)])
                    .chain(happens)
            }
        })
        .chain(sources.map(Move::DeleteBackup))
}

/// Where it is found out what comes of a move, in a real account.
pub(super) struct Laboratory {
    pub(super) limits: Limits,
    pub(super) behaviour: Behaviour,
    pub(super) names: Vec<TableName>,
    pub(super) start: Account,
    /// What comes of a move, by how many restores there would be more than may be, with one more.
    known: HashMap<(Move, usize), Effect, FixedState>,
}

/// The table that everything is restored from.
const SOURCE: &str = "Music";

impl Laboratory {
    pub(super) fn new(limits: Limits, behaviour: Behaviour) -> Self {
        let name = |number| table_name(&format!("Copy{number:02}"));
        let mut lab = Self {
            limits,
            behaviour,
            names: (0..limits.names).map(name).collect(),
            start: Account::empty(region(), Some(owner())),
            known: HashMap::default(),
        };
        lab.start = lab.prepared();
        lab
    }

    /// An account with the table, its recovery and its backups, made by requests.
    fn prepared(&self) -> Account {
        let mut account = self.start.clone();
        account.restore_quota = usize::from(self.limits.restores);
        account = self.settled(&self.must(&account, &create_plain(SOURCE)));
        account = self.must(&account, &switch_recovery_on(SOURCE));
        for number in 0..self.limits.backups {
            account = self.must_with(&account, &create_backup(SOURCE), &fresh(number));
            account = self.settled(&account);
        }
        account
    }

    /// A real account with these counts, made by requests and events.
    fn account(&self, counts: Counts) -> Account {
        let [absent, from_backup, to_time, active, deleting] = counts.names.map(usize::from);
        let mut account = self.start.clone();
        let mut names = self.names[absent..].iter();
        let mut arns = self.start.backups.keys();
        for number in 0..active + deleting {
            let name = names.next().expect("there are so many names");
            // Of both kinds, so that what a restored table remembers is not always the same.
            let restore = match (number % 2, arns.clone().next()) {
                (0, Some(arn)) => restore(name, arn),
                _ => restore_to_time(name),
            };
            account = self.settled(&self.must(&account, &restore));
            if number >= active {
                account = self.must(&account, &about(Operation::DeleteTable, name));
            }
        }
        for _ in 0..from_backup {
            let name = names.next().expect("there are so many names");
            account = self.must(&account, &restore(name, arns.next().expect("a free backup")));
        }
        for _ in 0..to_time {
            account = self.must(&account, &restore_to_time(names.next().expect("a name")));
        }
        for arn in arns.skip(usize::from(counts.free)) {
            account = self.must(&account, &delete_backup(arn));
        }
        account
    }

    fn must(&self, account: &Account, call: &Call) -> Account {
        self.must_with(account, call, &fresh(0))
    }

    fn must_with(&self, account: &Account, call: &Call, fresh: &Fresh) -> Account {
        match (self.behaviour.step)(account, &call.request, fresh) {
            Outcome::Accepted(accepted) => accepted.account,
            Outcome::Refused(refusal) => panic!("{} is refused: {refusal:?}", call.label),
        }
    }

    /// After everything that the service does by itself, but for deletions.
    fn settled(&self, account: &Account) -> Account {
        let mut account = account.clone();
        loop {
            let events = (self.behaviour.events)(&account);
            let is_deletion = |event: &&Event| matches!(event, Event::TableGone(_));
            let Some(event) = events.iter().find(|event| !is_deletion(event)) else {
                return account;
            };
            account = (self.behaviour.fire)(&account, event);
        }
    }

    /// What comes of a move in a state: found out once for all states that look the same to it.
    pub(super) fn effect(&mut self, kind: Move, counts: Counts) -> Effect {
        // Beyond the quota there is nothing to be seen, unless a bug leads there.
        let over = (counts.restores() + 1).saturating_sub(usize::from(self.limits.restores));
        if let Some(effect) = self.known.get(&(kind, over)) {
            return *effect;
        }
        let effect = self.try_move(kind, counts, &self.account(counts));
        self.known.insert((kind, over), effect);
        effect
    }

    pub(super) fn audit(&mut self, counts: Counts) {
        let account = self.account(counts);
        assert_eq!(Counts::of_account(&account, &self.names), counts);
        for kind in moves(counts) {
            let (told, real) = (self.effect(kind, counts), self.try_move(kind, counts, &account));
            assert_eq!(told, real, "{kind:?} in {counts:?}");
        }
    }

    fn try_move(&self, kind: Move, counts: Counts, account: &Account) -> Effect {
        let name = |class: Class| {
            let mut names = self.names.iter();
            names.find(|name| class_of(account, name) == class).expect("a name of that class")
        };
        let source = |source: Source| {
            let mut arns = account.backups.keys();
            let is =
                |arn: &&BackupArn| account.restore_of(arn).is_some() == (source == Source::InUse);
            match source {
                Source::Free | Source::InUse => {
                    arns.find(is).expect("a backup of that kind").clone()
                }
                Source::Gone => backup_arn(self.limits.backups),
            }
        };
        let call = match kind {
            Move::Restore(class, of) => restore(name(class), &source(of)),
            Move::RestoreToTime(class) => restore_to_time(name(class)),
            Move::Delete(class) => about(Operation::DeleteTable, name(class)),
            Move::Describe(class) => about(Operation::DescribeTable, name(class)),
            Move::DeleteBackup(of) => delete_backup(&source(of)),
            Move::Happen(class) => {
                let subject = Subject::Table(name(class));
                let events = (self.behaviour.events)(account);
                let event = events.iter().find(|event| event.subject() == subject);
                let after = event.map_or(account.clone(), |it| (self.behaviour.fire)(account, it));
                return Effect::Leads(counts.difference(&Counts::of_account(&after, &self.names)));
            }
        };
        match (self.behaviour.step)(account, &call.request, &fresh(self.limits.backups)) {
            Outcome::Refused(refusal) => {
                let rules: Vec<_> = refusal.violations().iter().map(|it| it.rule).collect();
                Effect::Refused { by_quota: rules.iter().all(|rule| *rule == "QUO-01") }
            }
            Outcome::Accepted(accepted) => {
                let after = Counts::of_account(&accepted.account, &self.names);
                Effect::Leads(counts.difference(&after))
            }
        }
    }
}

pub(super) fn restore(name: &TableName, arn: &BackupArn) -> Call {
    let body = json!({"TargetTableName": name.as_str(), "BackupArn": arn.as_str()});
    ask("RestoreTableFromBackup", Operation::RestoreTableFromBackup, body)
}

pub(super) fn restore_to_time(name: &TableName) -> Call {
    let body = json!({
        "SourceTableName": SOURCE,
        "TargetTableName": name.as_str(),
        "UseLatestRestorableTime": true,
    });
    ask("RestoreTableToPointInTime", Operation::RestoreTableToPointInTime, body)
}

pub(super) fn about(operation: Operation, name: &TableName) -> Call {
    ask(operation.name(), operation, json!({"TableName": name.as_str()}))
}

pub(super) fn delete_backup(arn: &BackupArn) -> Call {
    ask("DeleteBackup", Operation::DeleteBackup, json!({"BackupArn": arn.as_str()}))
}

pub(super) fn backup_arn(number: u8) -> BackupArn {
    let table = table_name(SOURCE);
    BackupArn::from_parts(&region(), &owner(), &table, &backup_id_at(number.into()))
}

pub(super) fn fresh(backup: u8) -> Fresh {
    Fresh { table_id: None, created: Some(0), backup_id: backup_id_at(backup.into()) }
}
