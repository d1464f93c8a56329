//! From a path of the model to a case that any endpoint can be held against.
//!
//! Requests stay as they are, with symbols for names. Where events are moved by hand, each happens when
//! the path says; elsewhere the case waits until whatever they happen to is at rest.
//!
//! Known limitation: a time that a request names (`RestoreDateTime`) stays one of the model's clock, which
//! begins near zero; whoever runs such a case on an endpoint gets an answer about another time.

use std::collections::BTreeMap;

use reinstate_model::account::{Account, BackupKind};
use reinstate_model::explore::action;
use reinstate_model::explore::story::{Chapter, Story};
use reinstate_model::name::{ArnParts, BackupArn, TableName};
use reinstate_model::request::Request;
use reinstate_model::service::Subject;
use serde_json::{Value, json};

use crate::scenario::{Action, Call, Scenario, Source, call, labelled};

/// The actions of a path, and of which of them each step is the first: there is more than one where a backup
/// has to be looked for that nobody asked for.
pub fn actions(story: &Story) -> (Vec<Action>, Vec<usize>) {
    let mut writer = Writer::default();
    let mut begins = Vec::new();
    for (before, chapter) in story.steps() {
        begins.push(writer.actions.len());
        writer.add(before, chapter);
    }
    (writer.actions, begins)
}

/// A counterexample as a case. At its end it looks at all that is left, since a wrong state may show in
/// no answer before.
pub fn counterexample(title: impl Into<String>, story: &Story) -> Scenario {
    let mut writer = Writer::default();
    for (before, chapter) in story.steps() {
        writer.add(before, chapter);
    }
    writer.look_around(story);
    // The quota counts the restores of everybody.
    Scenario { alone: true, ..Scenario::new(title, Source::Scenario, writer.actions) }
}

#[derive(Default)]
struct Writer {
    actions: Vec<Action>,
    /// What each backup that was made is called. A scope uses ARNs again, a case does not.
    labels: BTreeMap<BackupArn, String>,
    made: usize,
}

impl Writer {
    fn add(&mut self, before: &Account, chapter: &Chapter) {
        match &chapter.action {
            action::Action::Time(late) => {
                self.actions.push(Action::Elapse { elapse_millis: late - before.now });
            }
            action::Action::Event(event) => self.wait_for(event.subject_in(before), event.kind()),
            action::Action::Request(call) => self.ask(&call.request, chapter),
        }
        self.labels.retain(|arn, _| chapter.after.backups.contains_key(arn));
        self.look_for_backups(&chapter.after);
    }

    fn ask(&mut self, request: &Request, chapter: &Chapter) {
        let operation = request.operation().name();
        let with = self.symbolic(&request.body());
        // What is refused for the moment only is refused on the path too.
        let call = Call { once: true, ..Call::new(operation, with) };
        let Request::CreateBackup(_) = request else {
            self.actions.push(Action::Call(call));
            return;
        };
        let label = self.next_label();
        self.actions.push(Action::Call(Call { label: Some(label.clone()), ..call }));
        // A refused one made nothing; an accepted one made the backup that has no label yet.
        let new = chapter.after.backups.keys().find(|arn| !self.labels.contains_key(*arn));
        if let Some(arn) = new {
            self.labels.insert(arn.clone(), label);
        }
    }

    fn next_label(&mut self) -> String {
        self.made += 1;
        format!("b{}", self.made)
    }

    /// Lists a SYSTEM backup that was left behind, so that it can be named from now on.
    fn look_for_backups(&mut self, account: &Account) {
        let new = account.backups.iter().find(|(arn, backup)| {
            backup.is_visible()
                && backup.kind == BackupKind::System
                && !self.labels.contains_key(*arn)
        });
        if let Some((arn, backup)) = new {
            let label = self.next_label();
            let with = json!({"TableName": table(&backup.table), "BackupType": "SYSTEM"});
            self.actions.push(labelled("ListBackups", with, &label));
            self.labels.insert(arn.clone(), label);
        }
    }

    fn wait_for(&mut self, subject: Subject<'_>, kind: &str) {
        let what = match subject {
            Subject::Table(name) => format!("table:{name}"),
            Subject::Backup(arn) => format!("backup:{}", self.label(arn)),
        };
        self.actions.push(Action::Await { what, event: Some(kind.to_owned()) });
    }

    fn look_around(&mut self, story: &Story) {
        let Some(Chapter { after, .. }) = story.chapters.last() else { return };
        for name in after.tables.keys() {
            self.actions.push(call("DescribeTable", json!({"TableName": table(name)})));
        }
        for arn in after.backups.keys() {
            let arn = format!("{{backup:{}}}", self.label(arn));
            self.actions.push(call("DescribeBackup", json!({"BackupArn": arn})));
        }
    }

    /// The label of a backup; one that was never made has a label that names nothing.
    fn label(&self, arn: &BackupArn) -> String {
        self.labels.get(arn).cloned().unwrap_or_else(|| "never-made".to_owned())
    }

    /// A body with symbols in place of the names of tables and backups.
    fn symbolic(&self, body: &Value) -> Value {
        match body {
            Value::Object(members) => {
                let members = members.iter().map(|(member, value)| match (&**member, value) {
                    (_, Value::String(name)) if member.ends_with("TableName") => {
                        (member.clone(), json!(self.named(name)))
                    }
                    // The one member whose own members are names of tables (BatchWriteItem).
                    ("RequestItems", Value::Object(tables)) => {
                        let tables = tables.iter();
                        let tables = tables.map(|(name, value)| (self.named(name), value.clone()));
                        (member.clone(), Value::Object(tables.collect()))
                    }
                    _ => (member.clone(), self.symbolic(value)),
                });
                Value::Object(members.collect())
            }
            Value::Array(values) => values.iter().map(|value| self.symbolic(value)).collect(),
            Value::String(text) if text.starts_with("arn:") => json!(self.named(text)),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => body.clone(),
        }
    }

    /// The symbol for a table or backup that is named, or named by its ARN.
    fn named(&self, text: &str) -> String {
        if let Some(name) = TableName::new(text) {
            return table(&name);
        }
        match BackupArn::new(text) {
            Some(arn) if matches!(arn.parts(), ArnParts::Backup { .. }) => {
                format!("{{backup:{}}}", self.label(&arn))
            }
            Some(_) | None => match text.rsplit_once(":table/") {
                Some((_, name)) => {
                    format!("arn:aws:dynamodb:{{region}}:{{account}}:table/{{table:{name}}}")
                }
                None => text.to_owned(),
            },
        }
    }
}

fn table(name: &TableName) -> String {
    format!("{{table:{name}}}")
}
