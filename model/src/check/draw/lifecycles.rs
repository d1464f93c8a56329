//! The life cycles of tables and backups, read off the steps of the small scopes.
//!
//! Nothing here knows which life is allowed: it looks at what a table or a backup is before each step and
//! after it, and draws what it saw.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Account, BackupKind, Table};
use crate::check::action::Action;
use crate::check::map::Map;
use crate::check::scope::{INDEX_UPDATES, LOCK, RECOVERY, Scope};
use crate::name::{BackupArn, TableName};

/// What a table or a backup is, in a few words; none if it is not there.
type Stage = Option<String>;

/// The steps from one stage to another, with what makes each.
type Steps = BTreeMap<(Stage, Stage), BTreeSet<String>>;

/// Where tables are created, changed, restored from backups and from the past, and leave SYSTEM backups.
/// More would show the same.
const SCOPES: &[Scope] = &[LOCK, INDEX_UPDATES, RECOVERY];

/// How tables and backups come, change and go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycles {
    tables: Steps,
    backups: Steps,
}

impl Lifecycles {
    /// Those that occur in the scopes that between them have every kind of life.
    pub fn of_all_kinds() -> Self {
        Self::of(SCOPES)
    }

    fn of(scopes: &[Scope]) -> Self {
        let mut lives = Self::default();
        for scope in scopes {
            let map = Map::of(scope);
            for edge in map.edges.iter().filter(|edge| edge.from != edge.to) {
                lives.add(&map.states[edge.from], &map.states[edge.to], &edge.action);
            }
        }
        lives
    }

    fn add(&mut self, before: &Account, after: &Account, action: &Action) {
        let names: BTreeSet<_> = before.tables.keys().chain(after.tables.keys()).collect();
        for name in names {
            let stages = (table_stage(before, name), table_stage(after, name));
            note(&mut self.tables, stages, action);
        }
        let arns: BTreeSet<_> = before.backups.keys().chain(after.backups.keys()).collect();
        for arn in arns {
            let stages = (backup_stage(before, arn), backup_stage(after, arn));
            note(&mut self.backups, stages, action);
        }
    }

    /// Both as a document with a Mermaid diagram each.
    pub fn markdown(&self) -> String {
        format!(
            "# Life cycles\n\n\
             Drawn by `reinstate model graph --lifecycles snapshots/lifecycles.md` from what the model \
             checker sees happen.\nWhat begins with a capital letter is a request; the rest happens by itself.\n\n\
             ## A table\n\n{}\n## A backup\n\n{}",
            diagram(&self.tables),
            diagram(&self.backups)
        )
    }
}

fn note(steps: &mut Steps, (before, after): (Stage, Stage), action: &Action) {
    if before == after {
        return;
    }
    let cause = match action {
        Action::Request(call) => call.request.operation().name().to_owned(),
        Action::Event(event) => event.kind().replace('-', " "),
        Action::Time(_) => "time".to_owned(),
    };
    steps.entry((before, after)).or_default().insert(cause);
}

fn table_stage(account: &Account, name: &TableName) -> Stage {
    account.tables.get(name).map(|table| {
        let how = if table.is_restoring() { " by a restore" } else { "" };
        format!("{}{how}", table.status.as_str())
    })
}

fn backup_stage(account: &Account, arn: &BackupArn) -> Stage {
    let backup = account.backups.get(arn)?;
    let feeds = |table: &Table| table.restore.as_ref().is_some_and(|it| it.is_from(arn));
    let locked = account.restores().any(|(_, table)| feeds(table));
    let kind = match backup.kind {
        BackupKind::User(_) => "",
        BackupKind::System => "SYSTEM, ",
    };
    let restored = if locked { ", being restored" } else { "" };
    Some(format!("{kind}{}{restored}", backup.status.as_str()))
}

/// A state diagram in Mermaid's language.
fn diagram(steps: &Steps) -> String {
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    let stages: BTreeSet<_> = steps.keys().flat_map(|(from, to)| [from, to]).flatten().collect();
    for stage in stages {
        text += &format!("    state \"{stage}\" as {}\n", id(stage));
    }
    for ((from, to), causes) in steps {
        let causes: Vec<_> = causes.iter().map(String::as_str).collect();
        let end = |stage: &Stage| stage.as_deref().map_or("[*]".to_owned(), id);
        text += &format!("    {} --> {}: {}\n", end(from), end(to), causes.join(", "));
    }
    text + "```\n"
}

/// A stage in letters only, as Mermaid wants the names of states.
fn id(stage: &str) -> String {
    stage.chars().map(|letter| if letter.is_ascii_alphabetic() { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::scope::LOCK;

    #[test]
    fn a_restored_table_and_its_backup_are_seen_on_their_ways() {
        let lives = Lifecycles::of(&[LOCK]);
        let by = |steps: &Steps, from: Option<&str>, to: Option<&str>| {
            let key = (from.map(str::to_owned), to.map(str::to_owned));
            steps.get(&key).cloned().unwrap_or_default().into_iter().collect::<Vec<_>>()
        };
        let (tables, backups) = (&lives.tables, &lives.backups);
        let restored = Some("CREATING by a restore");
        assert_eq!(by(tables, None, restored), ["RestoreTableFromBackup"]);
        assert_eq!(by(tables, restored, Some("ACTIVE")), ["restore finished"]);
        assert_eq!(by(tables, restored, Some("DELETING")), [""; 0]);
        let locked = Some("AVAILABLE, being restored");
        assert_eq!(by(backups, Some("AVAILABLE"), locked), ["RestoreTableFromBackup"]);
        assert_eq!(by(backups, locked, Some("AVAILABLE")), ["restore finished"]);
        assert_eq!(by(backups, locked, None), [""; 0]);
    }
}
