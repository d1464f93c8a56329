//! The life cycles of tables and backups with the rules that decide them, read off the steps of small
//! scopes.
//!
//! Nothing here knows which life is allowed: it looks at what a table or a backup is before each step and
//! after it, and at what the specification names as its reasons.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::action::{Action, Reaction, Step};
use super::alphabet::Call;
use super::behaviour::Behaviour;
use super::graph::{Graph, StateId, Visit};
use super::machine::Machine;
use super::scope::{INDEX_UPDATES, LOCK, RECOVERY, Scope};
use crate::account::{Account, BackupKind, BackupStatus, TableStatus};
use crate::describe;
use crate::matcher::Matcher;
use crate::name::{BackupArn, TableName};
use crate::outcome::{Accepted, ErrorCode, Refusal};
use crate::rules::RuleId;
use crate::service::Event;

/// Where tables are created, changed, restored from backups and from the past, and leave SYSTEM backups.
/// More would show the same.
const SCOPES: [&Scope; 3] = [&LOCK, &INDEX_UPDATES, &RECOVERY];

/// What a table or a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Not there.
    Nothing,
    /// A table that is being made.
    New,
    /// A table that is being restored.
    Restoring,
    /// A table in use.
    Active,
    /// A table that is being changed.
    Updating,
    /// A table that is being deleted.
    Deleting,
    /// A backup that is being made.
    Making,
    /// A backup that can be restored.
    Available,
    /// A backup that is being restored.
    Feeding,
    /// A backup of the service's own that is being made. Nobody sees it.
    SystemMaking,
    /// A backup of the service's own that can be restored.
    System,
    /// A backup of the service's own that is being restored.
    SystemFeeding,
}

impl Stage {
    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::New => "new",
            Self::Restoring => "restoring",
            Self::Active => "active",
            Self::Updating => "updating",
            Self::Deleting => "deleting",
            Self::Making => "making",
            Self::Available => "available",
            Self::Feeding => "feeding",
            Self::SystemMaking => "system-making",
            Self::System => "system",
            Self::SystemFeeding => "system-feeding",
        }
    }

    /// What can be seen of it.
    fn visible(self) -> Self {
        match self {
            Self::SystemMaking => Self::Nothing,
            other => other,
        }
    }
}

/// What makes a step: the operation that is asked for, or what the service does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A request.
    Request(&'static str),
    /// An event, by its kind.
    Event(&'static str),
}

/// The rules that decide something.
pub type Rules = BTreeSet<RuleId>;

/// A step of a life.
pub type Move = (Stage, Stage, Cause);

/// The life of tables, or that of backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cycle {
    /// From one stage to another, with the rules that decide every such step.
    pub moves: BTreeMap<Move, Rules>,
    /// What is refused because of a stage, with the rules that refuse it.
    pub refusals: BTreeMap<(Stage, &'static str), Rules>,
}

/// How tables and backups come, change and go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cycles {
    /// Tables.
    pub tables: Cycle,
    /// Backups.
    pub backups: Cycle,
}

impl Cycles {
    /// Those that occur in the scopes which between them have every kind of life.
    pub fn of_all_kinds() -> Self {
        Self::of(&SCOPES)
    }

    /// Those that occur in these scopes.
    pub(super) fn of(scopes: &[&Scope]) -> Self {
        let mut cycles = Self::default();
        for scope in scopes {
            Graph::explore(&Machine::new(scope, Behaviour::SPECIFIED), &mut cycles);
        }
        cycles.tables.keep_what_depends_on_the_stage();
        cycles
    }

    /// What can be seen of both, for programs that do not search themselves.
    pub fn json(&self) -> Value {
        json!({"tables": self.tables.visible().json(), "backups": self.backups.visible().json()})
    }

    fn changed(&mut self, before: &Account, after: &Account, action: &Action, rules: &Rules) {
        let cause = match action {
            Action::Request(call) => Cause::Request(call.request.operation().name()),
            Action::Event(event) => Cause::Event(event.kind()),
            Action::Time(_) => return,
        };
        for name in before.tables.keys().chain(after.tables.keys()) {
            self.tables.moves(table_stage(before, name), table_stage(after, name), cause, rules);
        }
        // A backup that the service makes as its table goes is made for the same reason as one before.
        let made = match action {
            Action::Event(Event::TableGone(name)) => {
                Some(Event::SystemBackupMade(name.clone()).rules().iter().copied().collect())
            }
            _ => None,
        };
        let rules = made.as_ref().unwrap_or(rules);
        for arn in before.backups.keys().chain(after.backups.keys()) {
            self.backups.moves(backup_stage(before, arn), backup_stage(after, arn), cause, rules);
        }
    }

    fn refused(&mut self, before: &Account, call: &Call, refusal: &Refusal) {
        let operation = call.request.operation().name();
        for violation in refusal.reportable(operation) {
            match about(violation.error, call) {
                Some(About::Table(name)) => {
                    self.tables.refuses(table_stage(before, &name), operation, violation.rule);
                }
                Some(About::Backup(arn)) => {
                    let kept = before.find_backup(&arn).unwrap_or(&arn);
                    self.backups.refuses(backup_stage(before, kept), operation, violation.rule);
                }
                None => {}
            }
        }
    }
}

impl Visit for Cycles {
    fn state(&mut self, _: StateId, _: &Account) {}

    fn step(&mut self, _: StateId, step: &Step<'_>) {
        let rules = match (step.action, step.reaction) {
            (Action::Request(call), Reaction::Refused { refusal, .. }) => {
                return self.refused(step.before, call, refusal);
            }
            (_, Reaction::Accepted(accepted)) if *step.before != accepted.account => {
                decided(accepted)
            }
            (Action::Event(event), _) => event.rules().iter().copied().collect(),
            _ => return,
        };
        self.changed(step.before, step.after(), step.action, &rules);
    }
}

impl Cycle {
    fn json(&self) -> Value {
        let moves = self.moves.iter().map(|((from, to, cause), rules)| {
            let (by, is_event) = match cause {
                Cause::Request(operation) => (operation, false),
                Cause::Event(kind) => (kind, true),
            };
            json!({"from": from.as_str(), "to": to.as_str(), "by": by, "is_event": is_event, "rules": rules})
        });
        let refusals = self.refusals.iter().map(|((stage, operation), rules)| {
            json!({"stage": stage.as_str(), "operation": operation, "rules": rules})
        });
        json!({"moves": moves.collect::<Vec<_>>(), "refusals": refusals.collect::<Vec<_>>()})
    }

    /// The same without what nobody sees.
    fn visible(&self) -> Self {
        let mut visible = Self::default();
        for ((from, to, cause), rules) in &self.moves {
            visible.moves(from.visible(), to.visible(), *cause, rules);
        }
        for ((stage, operation), rules) in &self.refusals {
            visible.refusals.entry((stage.visible(), operation)).or_default().extend(rules);
        }
        visible
    }

    fn moves(&mut self, before: Stage, after: Stage, cause: Cause, rules: &Rules) {
        if before == after {
            return;
        }
        // Rules that decide only some of these steps are about something else.
        let kept = self.moves.entry((before, after, cause)).or_insert_with(|| rules.clone());
        kept.retain(|rule| rules.contains(rule));
    }

    /// A rule that refuses an operation whatever the stage of its table is about something else, such as
    /// an index that the table does not have.
    fn keep_what_depends_on_the_stage(&mut self) {
        let stages = [Stage::New, Stage::Active, Stage::Updating, Stage::Deleting];
        let before = self.refusals.clone();
        for ((_, operation), rules) in &mut self.refusals {
            let refuses = |stage: Stage, rule: RuleId| {
                before.get(&(stage, *operation)).is_some_and(|rules| rules.contains(rule))
            };
            rules.retain(|rule| !stages.iter().all(|stage| refuses(*stage, *rule)));
        }
        self.refusals.retain(|_, rules| !rules.is_empty());
    }

    fn refuses(&mut self, stage: Stage, operation: &'static str, rule: RuleId) {
        self.refusals.entry((stage, operation)).or_default().insert(rule);
    }
}

/// What grants a request, and what says in which status it leaves its table or backup.
fn decided(accepted: &Accepted) -> Rules {
    let mut rules: Rules = accepted.grants.iter().copied().collect();
    statuses(&describe::body(&accepted.account, &accepted.reply), &mut rules);
    rules
}

fn statuses(matcher: &Matcher, into: &mut Rules) {
    let Matcher::Object(members) = matcher else { return };
    for member in members {
        if matches!(member.name, "TableStatus" | "BackupStatus") {
            into.insert(member.rule);
        }
        statuses(&member.matcher, into);
    }
}

/// What a refusal is about.
enum About {
    Table(TableName),
    Backup(BackupArn),
}

/// What a request is refused for: a table or a backup that is not there or not in the right stage; none
/// if it is something else, such as a quota.
fn about(error: ErrorCode, call: &Call) -> Option<About> {
    let body = call.request.body();
    let table = |member: &str| {
        body.get(member).and_then(Value::as_str).and_then(TableName::new).map(About::Table)
    };
    match error {
        ErrorCode::TableAlreadyExistsException | ErrorCode::TableInUseException => {
            table("TargetTableName")
        }
        ErrorCode::ResourceInUseException
        | ErrorCode::ResourceNotFoundException
        | ErrorCode::TableNotFoundException => {
            table("TableName").or_else(|| table("SourceTableName"))
        }
        ErrorCode::BackupInUseException | ErrorCode::BackupNotFoundException => {
            call.backup.clone().map(About::Backup)
        }
        _ => None,
    }
}

fn table_stage(account: &Account, name: &TableName) -> Stage {
    let Some(table) = account.tables.get(name) else { return Stage::Nothing };
    match table.status {
        TableStatus::Creating if table.is_restoring() => Stage::Restoring,
        TableStatus::Creating => Stage::New,
        TableStatus::Active => Stage::Active,
        TableStatus::Updating => Stage::Updating,
        TableStatus::Deleting => Stage::Deleting,
    }
}

fn backup_stage(account: &Account, arn: &BackupArn) -> Stage {
    let Some(backup) = account.backups.get(arn) else { return Stage::Nothing };
    let feeds = account.restore_of(arn).is_some();
    match (&backup.kind, backup.status) {
        (BackupKind::User(_), BackupStatus::Creating) => Stage::Making,
        (BackupKind::User(_), BackupStatus::Available) if feeds => Stage::Feeding,
        (BackupKind::User(_), BackupStatus::Available) => Stage::Available,
        (BackupKind::System, BackupStatus::Creating) => Stage::SystemMaking,
        (BackupKind::System, BackupStatus::Available) if feeds => Stage::SystemFeeding,
        (BackupKind::System, BackupStatus::Available) => Stage::System,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_is_a_life_of_its_target_and_of_its_backup() {
        let cycles = Cycles::of_all_kinds();
        let begins = Cause::Request("RestoreTableFromBackup");
        let ends = Cause::Event("restore-finished");
        let target = &cycles.tables;
        assert!(target.moves[&(Stage::Nothing, Stage::Restoring, begins)].contains("RTB-63"));
        assert!(target.moves[&(Stage::Restoring, Stage::Active, ends)].contains("LIF-01"));
        assert!(!target.moves.keys().any(|(from, to, _)| {
            (*from, *to) == (Stage::Restoring, Stage::Deleting)
                || *to == Stage::Restoring && *from != Stage::Nothing
        }));
        let source = &cycles.backups;
        assert!(source.moves.contains_key(&(Stage::Available, Stage::Feeding, begins)));
        assert!(source.moves.contains_key(&(Stage::Feeding, Stage::Available, ends)));
        assert!(source.refusals[&(Stage::Feeding, "DeleteBackup")].contains("DLB-04"));
        // What decides nothing would be drawn as never seen.
        for rules in target.moves.values().chain(source.moves.values()) {
            assert!(!rules.is_empty(), "{cycles:#?}");
        }
    }
}
