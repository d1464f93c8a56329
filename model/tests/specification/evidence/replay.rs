//! The account in question: built by the reference, watched by an oracle.
//!
//! The oracle sees only answers. So that it knows as much as whoever saw the real service, each event
//! is followed by a look at what it changed.

use std::collections::BTreeMap;

use reinstate_model::account::{Account, Fresh, Millis};
use reinstate_model::matcher::{millis, seconds};
use reinstate_model::name::{AccountId, Region, TableId};
use reinstate_model::oracle::{Difference, Oracle};
use reinstate_model::outcome::Outcome;
use reinstate_model::protocol::RawAnswer;
use reinstate_model::request::Operation;
use reinstate_model::rules::Evidence;
use reinstate_model::service;
use reinstate_model::wire;
use serde_json::{Value, json};

use super::answer::Recorded;
use super::fixture::{Corruption, Fixtures, Given, Step, Then, When};
use super::json::{map_members, map_texts};

/// When every account begins.
const START: Millis = 1_790_000_000_000;
/// How much later each request is made than the one before.
const TICK: Millis = 1_000;
/// More events than this never follow one after the other.
const EVENTS: usize = 1_000;

/// An account, its oracle and the labels of what was made.
pub struct Replay {
    account: Account,
    oracle: Oracle,
    made: u32,
    round: usize,
    labels: BTreeMap<String, Value>,
}

/// A request as it is sent.
pub struct Sent {
    pub operation: String,
    pub body: Vec<u8>,
}

/// An answer of the reference.
pub struct Answered {
    pub status: u16,
    pub body: Value,
}

impl Replay {
    /// The empty account.
    pub fn new() -> Self {
        let region = Region::new("us-east-1").expect("a Region");
        let id = AccountId::new("123456789012").expect("twelve digits");
        let account = service::elapse(&Account::empty(region.clone(), Some(id)), START);
        Self { account, oracle: Oracle::new(region), made: 0, round: 0, labels: BTreeMap::new() }
    }

    /// Takes steps.
    pub fn play(&mut self, fixtures: &Fixtures, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            match step {
                Step::Event(event) => self.happen(event)?,
                Step::State { state } => self.play(fixtures, fixtures.state(state)?)?,
                Step::Elapse { elapse } => self.account = service::elapse(&self.account, *elapse),
                Step::Repeat { repeat, steps } => {
                    for round in 1..=*repeat {
                        self.round = round;
                        self.play(fixtures, steps)?;
                    }
                }
                Step::Request(given) => self.make(given)?,
            }
        }
        Ok(())
    }

    fn make(&mut self, given: &Given) -> Result<(), String> {
        let when =
            When { operation: given.operation.clone(), body: Some(given.body.clone()), raw: None };
        let sent = self.request(&when)?;
        let answer = self.ask(&sent)?;
        let code = answer.body["__type"].as_str().map(wire::error_name);
        if code != given.refused.as_deref() {
            return Err(format!("{} is answered {}", given.operation, answer.body));
        }
        if let Some(label) = &given.label {
            let label = self.fill_text(label)?;
            self.labels.insert(label, answer.body);
        }
        Ok(())
    }

    /// Asks the reference, and shows the answer to the oracle.
    fn ask(&mut self, sent: &Sent) -> Result<Answered, String> {
        self.account = service::elapse(&self.account, TICK);
        let fresh = fresh(self.made, self.account.now);
        let outcome = wire::handle(&self.account, &sent.operation, &sent.body, &fresh)
            .under(Evidence::Observed);
        self.made += 1;
        let answer = answer_to(&outcome, &sent.operation);
        let bytes = answer.body.to_string().into_bytes();
        let read = wire::read_answer(answer.status, &bytes);
        let judgement = self.oracle.judge(&sent.operation, &sent.body, &read, self.account.now);
        if let Outcome::Accepted(accepted) = outcome {
            self.account = accepted.account;
        }
        if judgement.differences.is_empty() && !judgement.lost {
            return Ok(answer);
        }
        Err(format!(
            "the oracle does not believe the reference's {} of {}: {:?}",
            answer.body, sent.operation, judgement.differences
        ))
    }

    fn happen(&mut self, event: &str) -> Result<(), String> {
        let before = self.account.clone();
        if event == "settle" {
            for _ in 0..EVENTS {
                let Some(event) = service::events(&self.account).into_iter().next() else { break };
                self.account = service::fire(&self.account, &event);
            }
        } else {
            let wanted = self.fill_text(event)?;
            let events = service::events(&self.account);
            let Some(event) = events.iter().find(|event| event.to_string() == wanted) else {
                let possible: Vec<_> = events.iter().map(ToString::to_string).collect();
                return Err(format!("`{wanted}` cannot happen, only {possible:?}"));
            };
            self.account = service::fire(&self.account, event);
        }
        self.observe(&before)
    }

    /// Looks at whatever is otherwise than before.
    fn observe(&mut self, before: &Account) -> Result<(), String> {
        let tables: Vec<_> = before
            .tables
            .iter()
            .filter(|(name, table)| self.account.tables.get(*name) != Some(*table))
            .map(|(name, _)| json!({"TableName": name}))
            .collect();
        let backups: Vec<_> = before
            .backups
            .iter()
            .filter(|(arn, backup)| self.account.backups.get(*arn) != Some(*backup))
            .map(|(arn, _)| json!({"BackupArn": arn}))
            .collect();
        let looks = [
            ("DescribeTable", &tables),
            ("DescribeContinuousBackups", &tables),
            ("DescribeBackup", &backups),
        ];
        for (operation, bodies) in looks {
            for body in bodies {
                if Operation::named(operation).is_some() {
                    let body = body.to_string().into_bytes();
                    self.ask(&Sent { operation: operation.to_owned(), body })?;
                }
            }
        }
        Ok(())
    }

    /// The request in question, with its placeholders filled.
    pub fn request(&self, when: &When) -> Result<Sent, String> {
        let body = match (&when.body, &when.raw) {
            (Some(body), None) => self.fill(body)?.to_string(),
            (None, Some(raw)) => raw.clone(),
            _ => return Err("a request has either `body` or `raw`".to_owned()),
        };
        Ok(Sent { operation: when.operation.clone(), body: body.into_bytes() })
    }

    /// What the reference answers.
    pub fn reference_answer(&self, sent: &Sent) -> Answered {
        let account = service::elapse(&self.account, TICK);
        let fresh = fresh(self.made, account.now);
        let outcome = wire::handle(&account, &sent.operation, &sent.body, &fresh);
        answer_to(&outcome.under(Evidence::Observed), &sent.operation)
    }

    /// How an answer differs from what it may be, by its form and by its content.
    pub fn judge(&self, sent: &Sent, recorded: &Recorded) -> Vec<Difference> {
        let bytes = recorded.bytes();
        let headers = recorded.headers(&bytes);
        let raw = RawAnswer { status: recorded.status, headers: &headers, body: &bytes };
        let read = wire::read_answer(recorded.status, &bytes);
        let now = self.account.now + TICK;
        let judgement = self.oracle.clone().judge(&sent.operation, &sent.body, &read, now);
        raw.check(&read).into_iter().chain(judgement.differences).collect()
    }

    /// The answer, with its placeholders filled.
    pub fn fill_then(&self, then: &Then) -> Result<Then, String> {
        let text =
            |text: &Option<String>| text.as_ref().map(|text| self.fill_text(text)).transpose();
        Ok(Then {
            message: text(&then.message)?,
            message_prefix: text(&then.message_prefix)?,
            message_contains: text(&then.message_contains)?,
            body: then.body.as_ref().map(|body| self.fill(body)).transpose()?,
            ..then.clone()
        })
    }

    /// The corruption, with its placeholders filled.
    pub fn fill_corruption(&self, corruption: &Corruption) -> Result<Corruption, String> {
        Ok(Corruption {
            set: map_members(&corruption.set, &|text| self.fill_value(text))?,
            ..corruption.clone()
        })
    }

    fn fill(&self, value: &Value) -> Result<Value, String> {
        map_texts(value, &|text| self.fill_value(text))
    }

    fn fill_text(&self, text: &str) -> Result<String, String> {
        match self.fill_value(text)? {
            Value::String(text) => Ok(text),
            other => Ok(other.to_string()),
        }
    }

    /// A text that is one placeholder becomes its value, whatever its type; in others each is put in.
    fn fill_value(&self, text: &str) -> Result<Value, String> {
        let text = text.replace("{i}", &self.round.to_string());
        let mut filled = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((placeholder, after)) = after.split_once('}') else { break };
            let value = self.placeholder(placeholder)?;
            if before.is_empty() && filled.is_empty() && after.is_empty() {
                return Ok(value);
            }
            filled.push_str(before);
            match value {
                Value::String(text) => filled.push_str(&text),
                other => filled.push_str(&other.to_string()),
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(Value::String(filled))
    }

    fn placeholder(&self, placeholder: &str) -> Result<Value, String> {
        let unknown = || format!("no placeholder `{placeholder}`");
        let (name, offset) = split_offset(placeholder);
        if name == "now" {
            return Ok(seconds((self.account.now + TICK).saturating_add_signed(offset)));
        }
        let (kind, label) = name.split_once(':').ok_or_else(unknown)?;
        let body = self.labels.get(label).ok_or_else(|| format!("nothing is called `{label}`"))?;
        let backup = &body["BackupDetails"];
        let table = &body["TableDescription"];
        let listed = &body["BackupSummaries"][0];
        let recovery = &body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        let value = match kind {
            "backup" => backup["BackupArn"].clone(),
            "backup_id" => {
                let arn = backup["BackupArn"].as_str().unwrap_or_default();
                json!(arn.rsplit('/').next())
            }
            "arn" => table["TableArn"].clone(),
            "table_id" => table["TableId"].clone(),
            "listed" => listed["BackupArn"].clone(),
            "earliest" => recovery["EarliestRestorableDateTime"].clone(),
            "created" | "listed_millis" => {
                let times = [
                    &backup["BackupCreationDateTime"],
                    &table["CreationDateTime"],
                    &listed["BackupCreationDateTime"],
                ];
                let millis = times.into_iter().find_map(millis).ok_or_else(unknown)?;
                let millis = millis.saturating_add_signed(offset);
                if kind == "created" { seconds(millis) } else { json!(format!("{millis:014}")) }
            }
            _ => return Err(unknown()),
        };
        if value.is_null() { Err(unknown()) } else { Ok(value) }
    }
}

/// What the reference makes up for its next table or backup.
fn fresh(made: u32, now: Millis) -> Fresh {
    Fresh {
        table_id: TableId::new(&format!("00000000-0000-4000-8000-{made:012x}")),
        created: Some(now),
        backup_id: format!("{now:014}-{made:08x}"),
    }
}

/// `created:b+1` is a millisecond after `created:b`.
fn split_offset(placeholder: &str) -> (&str, i64) {
    let position = placeholder.rfind(['+', '-']);
    position
        .and_then(|position| {
            Some((&placeholder[..position], placeholder[position..].parse().ok()?))
        })
        .unwrap_or((placeholder, 0))
}

fn answer_to(outcome: &Outcome, operation: &str) -> Answered {
    match outcome {
        Outcome::Accepted(accepted) => {
            Answered { status: 200, body: wire::accepted_body(accepted) }
        }
        Outcome::Refused(refusal) => {
            Answered { status: 400, body: wire::refused_body(refusal, operation) }
        }
    }
}
