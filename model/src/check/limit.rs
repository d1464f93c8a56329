//! The limit of fifty restores as it is (QUO-01): 51 names and 51 backups, and restores of both kinds.
//!
//! # Why counting is enough
//!
//! One table with point-in-time recovery stays as it is, with backups of it that are all alike; names are
//! restored to, and nothing but an exchange tells one from another. Of a name it matters only what is
//! there ([`Class`]), of a backup only whether it is there and whether it is being restored; what a
//! finished restore remembers, no request of this alphabet asks for. So accounts with equal numbers of
//! each have the same steps, up to an exchange, into accounts with equal numbers again: the map from
//! accounts to [`Counts`] is a bisimulation. Nobody has to believe that: the tests hold the graph of
//! counts against the graph of accounts at small limits, and each run holds the steps from one state in
//! so many against those of a real account with all its names and backups, made by real requests.
//!
//! No rule is written here a second time: what comes of a request is found out by the specified functions
//! in a real account, once for all states in which it sees the same.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use serde_json::json;

use super::alphabet::{self, Call};
use super::behaviour::Behaviour;
use crate::account::{Account, Fresh, Origin, TableStatus};
use crate::name::{BackupArn, TableName};
use crate::outcome::Outcome;
use crate::request::Operation;
use crate::service::{Event, Subject};

/// What is under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nothing.
    Absent,
    /// A table that is being restored from a backup.
    FromBackup,
    /// A table that is being restored to a point in time.
    ToTime,
    /// A restored table.
    Active,
    /// A table that is being deleted.
    Deleting,
}

const CLASSES: [Class; 5] =
    [Class::Absent, Class::FromBackup, Class::ToTime, Class::Active, Class::Deleting];

/// An account, as far as it matters: how many names have what, and how many backups are free. As many
/// backups as restores from backups run are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counts {
    /// Names by [`Class`].
    pub names: [u8; 5],
    /// Backups that are not being restored.
    pub free: u8,
}

/// How many of everything.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Names that may be restored to.
    pub names: u8,
    /// Backups at the start.
    pub backups: u8,
    /// Restores at once.
    pub restores: u8,
}

/// The real limit, with one name and one backup more than it.
pub const REAL: Limits = Limits { names: 51, backups: 51, restores: 50 };

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// States.
    pub states: usize,
    /// Steps between them, requests that change nothing included, each kind once.
    pub transitions: usize,
    /// Refused requests, each kind once.
    pub refusals: usize,
    /// Of these, those that the quota alone refuses.
    pub refused_by_quota: usize,
    /// The most restores that ran at once, and those of them from backups, as few and as many as may be.
    pub most: (usize, usize, usize),
    /// The steps to the first state with so many restores.
    pub steps_to_most: usize,
    /// In how many states the steps were held against a real account.
    pub audited: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// Requests and events that are tried in each state: of what is alike, one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Move {
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
enum Source {
    Free,
    InUse,
    Gone,
}

/// What comes of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Refused { by_quota: bool },
    Leads(Difference),
}

/// What a move changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Difference {
    names: [i8; 5],
    free: i8,
}

/// Explores every state, and audits one in so many.
///
/// # Panics
/// If an audit fails: then the counts leave out something that matters.
pub fn explore(limits: Limits, behaviour: Behaviour, audit_one_in: usize) -> Found {
    let since = Instant::now();
    let mut lab = Laboratory::new(limits, behaviour);
    let mut seen = Seen::new(limits);
    let start = Counts { names: [limits.names, 0, 0, 0, 0], free: limits.backups };
    let mut open = VecDeque::from([(start, 0_usize)]);
    seen.insert(start);
    let mut found = Found::default();
    while let Some((counts, depth)) = open.pop_front() {
        found.note(counts, depth);
        let is_audited = found.states % audit_one_in == 0;
        if is_audited {
            lab.audit(counts);
            found.audited += 1;
        }
        for kind in moves(counts) {
            match lab.effect(kind, counts) {
                Effect::Refused { by_quota } => {
                    found.refusals += 1;
                    found.refused_by_quota += usize::from(by_quota);
                }
                Effect::Leads(difference) => {
                    found.transitions += 1;
                    let to = counts.after(difference);
                    if seen.insert(to) {
                        open.push_back((to, depth + 1));
                    }
                }
            }
        }
    }
    found.elapsed = since.elapsed();
    found
}

impl Found {
    fn note(&mut self, counts: Counts, depth: usize) {
        self.states += 1;
        let from_backup = usize::from(counts.of(Class::FromBackup));
        let restores = counts.restores();
        let (most, fewest, largest) = self.most;
        if restores > most {
            self.most = (restores, from_backup, from_backup);
            self.steps_to_most = depth;
        } else if restores == most {
            self.most = (most, fewest.min(from_backup), largest.max(from_backup));
        }
    }
}

impl Counts {
    fn of(&self, class: Class) -> u8 {
        self.names[class as usize]
    }

    /// How many restores run.
    pub fn restores(&self) -> usize {
        usize::from(self.of(Class::FromBackup)) + usize::from(self.of(Class::ToTime))
    }

    fn after(&self, difference: Difference) -> Self {
        let add =
            |count: u8, change: i8| count.checked_add_signed(change).expect("what goes was there");
        let mut after = *self;
        for (count, change) in after.names.iter_mut().zip(difference.names) {
            *count = add(*count, change);
        }
        after.free = add(after.free, difference.free);
        after
    }

    fn difference(&self, after: &Self) -> Difference {
        let minus = |after: u8, before: u8| after.wrapping_sub(before).cast_signed();
        let mut difference =
            Difference { free: minus(after.free, self.free), ..Default::default() };
        for (class, change) in difference.names.iter_mut().enumerate() {
            *change = minus(after.names[class], self.names[class]);
        }
        difference
    }

    /// What an account comes to.
    pub fn of_account(account: &Account, names: &[TableName]) -> Self {
        let mut counts = Counts::default();
        for name in names {
            counts.names[class_of(account, name) as usize] += 1;
        }
        let is_free = |arn: &&BackupArn| account.restore_of(arn).is_none();
        counts.free = account.backups.keys().filter(is_free).count() as u8;
        counts
    }
}

fn class_of(account: &Account, name: &TableName) -> Class {
    let Some(table) = account.tables.get(name) else { return Class::Absent };
    match (table.status, table.restore.as_deref().map(|restore| &restore.origin)) {
        (TableStatus::Creating, Some(Origin::Backup { .. })) => Class::FromBackup,
        (TableStatus::Creating, _) => Class::ToTime,
        (TableStatus::Active | TableStatus::Updating, _) => Class::Active,
        (TableStatus::Deleting, _) => Class::Deleting,
    }
}

/// The moves that are looked at in a state.
fn moves(counts: Counts) -> impl Iterator<Item = Move> {
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

/// The states that were seen: a bit for each that there could be.
struct Seen {
    bits: Vec<u64>,
    side: usize,
}

impl Seen {
    fn new(limits: Limits) -> Self {
        let side = usize::from(limits.names.max(limits.backups)) + 1;
        // The number of absent names follows from the others.
        Self { bits: vec![0; side.pow(5).div_ceil(64)], side }
    }

    fn insert(&mut self, counts: Counts) -> bool {
        let [_, others @ ..] = counts.names;
        let parts = others.into_iter().chain([counts.free]);
        let at = parts.fold(0, |at, part| at * self.side + usize::from(part));
        let (word, bit) = (&mut self.bits[at / 64], 1 << (at % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// Where it is found out what comes of a move, in a real account.
struct Laboratory {
    limits: Limits,
    behaviour: Behaviour,
    names: Vec<TableName>,
    start: Account,
    /// What comes of a move, by how many restores there would be more than may be, with one more.
    known: HashMap<(Move, usize), Effect, FixedState>,
}

/// The table that everything is restored from.
const SOURCE: &str = "Music";

impl Laboratory {
    fn new(limits: Limits, behaviour: Behaviour) -> Self {
        let name = |number| alphabet::table_name(&format!("Copy{number:02}"));
        let mut lab = Self {
            limits,
            behaviour,
            names: (0..limits.names).map(name).collect(),
            start: Account::empty(alphabet::region(), Some(alphabet::owner())),
            known: HashMap::default(),
        };
        lab.start = lab.prepared();
        lab
    }

    /// An account with the table, its recovery and its backups, made by requests.
    fn prepared(&self) -> Account {
        let mut account = self.start.clone();
        account.restore_quota = usize::from(self.limits.restores);
        account = self.settled(&self.must(&account, &create_source()));
        account = self.must(&account, &switch_recovery_on());
        for number in 0..self.limits.backups {
            account = self.must_with(&account, &create_backup(), &fresh(number));
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
    fn effect(&mut self, kind: Move, counts: Counts) -> Effect {
        // Beyond the quota there is nothing to be seen, unless a bug leads there.
        let over = (counts.restores() + 1).saturating_sub(usize::from(self.limits.restores));
        if let Some(effect) = self.known.get(&(kind, over)) {
            return *effect;
        }
        let effect = self.try_move(kind, counts, &self.account(counts));
        self.known.insert((kind, over), effect);
        effect
    }

    fn audit(&mut self, counts: Counts) {
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

fn create_source() -> Call {
    let body = json!({
        "TableName": SOURCE,
        "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    alphabet::ask("CreateTable", Operation::CreateTable, body)
}

fn switch_recovery_on() -> Call {
    let wanted = json!({"PointInTimeRecoveryEnabled": true});
    let body = json!({"TableName": SOURCE, "PointInTimeRecoverySpecification": wanted});
    alphabet::ask("UpdateContinuousBackups", Operation::UpdateContinuousBackups, body)
}

fn create_backup() -> Call {
    let body = json!({"TableName": SOURCE, "BackupName": "backup"});
    alphabet::ask("CreateBackup", Operation::CreateBackup, body)
}

fn restore(name: &TableName, arn: &BackupArn) -> Call {
    let body = json!({"TargetTableName": name.as_str(), "BackupArn": arn.as_str()});
    alphabet::ask("RestoreTableFromBackup", Operation::RestoreTableFromBackup, body)
}

fn restore_to_time(name: &TableName) -> Call {
    let body = json!({
        "SourceTableName": SOURCE,
        "TargetTableName": name.as_str(),
        "UseLatestRestorableTime": true,
    });
    alphabet::ask("RestoreTableToPointInTime", Operation::RestoreTableToPointInTime, body)
}

fn about(operation: Operation, name: &TableName) -> Call {
    alphabet::ask(operation.name(), operation, json!({"TableName": name.as_str()}))
}

fn delete_backup(arn: &BackupArn) -> Call {
    alphabet::ask("DeleteBackup", Operation::DeleteBackup, json!({"BackupArn": arn.as_str()}))
}

fn backup_id(number: u8) -> String {
    format!("{number:014}-00000000")
}

fn backup_arn(number: u8) -> BackupArn {
    let table = alphabet::table_name(SOURCE);
    BackupArn::from_parts(&alphabet::region(), &alphabet::owner(), &table, &backup_id(number))
}

fn fresh(backup: u8) -> Fresh {
    Fresh { table_id: None, created: Some(0), backup_id: backup_id(backup) }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, transitions, refusals, refused_by_quota, audited, .. } = self;
        let (most, fewest, largest) = self.most;
        writeln!(
            f,
            "{states} states, {transitions} transitions, {refusals} refusals, {:.2} s",
            self.elapsed.as_secs_f64()
        )?;
        writeln!(f, "{audited} states held against real accounts")?;
        writeln!(
            f,
            "at most {most} restores run at once, {fewest} to {largest} of them from backups, first \
             after {} steps; the quota alone refuses {refused_by_quota}",
            self.steps_to_most
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check::fault::FAULTS;

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
        for (names, backups, restores) in [(1, 0, 1), (2, 3, 1), (4, 2, 2), (6, 6, 5), (9, 12, 10)]
        {
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
        let fault = FAULTS.iter().find(|it| it.name == "the quota is off by one").unwrap();
        let found = explore(Limits { names: 14, backups: 14, restores: 12 }, fault.behaviour, 97);
        assert_eq!((found.most, found.steps_to_most), ((13, 0, 13), 13));
    }
}
