//! Stage 3: one case against one endpoint, in lock-step with the oracle: resolve the action, send
//! it, judge the answer, wait for what the service does by itself.

mod exchange;
mod race;
mod repeat;
mod rest;
#[cfg(all(test, feature = "reference"))]
mod testing;
#[cfg(all(test, feature = "reference"))]
mod tests;
mod wire;

use std::time::{Duration, Instant};

use reinstate_model::api::only_reads;
use reinstate_model::name::Region;
use reinstate_model::oracle::{self, Difference, DifferenceKind, Judgement, Oracle};
use reinstate_model::protocol::{self, RawAnswer};
use reinstate_model::rules::{RuleId, written};
use reinstate_model::wire::Answer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::exchange::is_throttling;
use self::exchange::{Ask, Came};
pub use self::repeat::{REPEATS, is_failure};
use self::rest::AtRest;
use crate::exchange::{KeptExchange, shorten, text};
use crate::guard::NAMELESS;
use crate::names::Names;
use crate::scenario::{Action, Call, Scenario};
use crate::session::Session;
use crate::transport::{RawResponse, TransportError};

/// One request of a case and what was found out about its answer. Names are symbols again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Which action of the case it belongs to, counted from 0: an action may take several requests.
    pub action: usize,
    /// The operation.
    pub operation: String,
    /// The body that was sent.
    pub request: String,
    /// The HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The body that came back.
    pub answer: String,
    /// In what the answer differs from what it may be.
    pub differences: Vec<Difference>,
    /// The rules that bore on the answer.
    #[serde(deserialize_with = "written::many")]
    pub rules: Vec<RuleId>,
    /// Whether it only asked if something had come to rest.
    pub is_poll: bool,
    /// Whether some rule says what comes of it. If none does, the answer is kept and not judged.
    pub is_judged: bool,
    /// The request and the answer as they went over the wire, if the answer differs from what it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<KeptExchange>,
}

impl Step {
    /// About how much room its texts take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let differences = self.differences.iter().map(|it| it.expected.len() + it.got.len());
        let exchange = self.exchange.as_ref().map_or(0, KeptExchange::bytes);
        self.request.len() + self.answer.len() + exchange + differences.sum::<usize>()
    }
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Every action was done.
    Completed,
    /// An answer left the endpoint's state unknown, so what followed could not be judged.
    Lost,
    /// Something did not come to rest, or was refused for the moment, for too long.
    Indeterminate(String),
    /// The endpoint does not have the operation.
    Unsupported(String),
    /// There was no answer.
    NoAnswer(TransportError),
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRun {
    /// The requests, in order.
    pub steps: Vec<Step>,
    /// How it ended.
    pub end: End,
    /// Tables that the case may have left behind, by their actual names.
    pub tables: Vec<String>,
    /// Backups that the case may have left behind.
    pub backups: Vec<String>,
}

/// Runs the case of that number in a run whose id no other run has.
pub async fn run(session: &Session, scenario: &Scenario, run_id: &str, number: usize) -> CaseRun {
    let region = Region::new(session.region())
        .unwrap_or_else(|| Region::new("us-east-1").expect("a Region"));
    let mut driver = Driver {
        session,
        names: Names::new(run_id, number, region.as_str()),
        oracle: oracle(session, region),
        steps: Vec::new(),
        at_rest: AtRest::default(),
        elapsed_millis: 0,
        action: 0,
        failed: vec![],
        has_nameless: false,
    };
    let mut end = End::Completed;
    for (index, action) in scenario.actions.iter().enumerate() {
        driver.action = index;
        driver.failed.clear();
        if let Err(reason) = driver.act(action).await {
            end = reason;
            break;
        }
    }
    // If it cannot be deleted, the cases after it have to live with it.
    if driver.has_nameless && session.may_delete(NAMELESS) {
        let body = json!({"TableName": NAMELESS}).to_string();
        let _ = session.send_unwatched("DeleteTable", body.into()).await;
    }
    CaseRun {
        tables: driver.names.tables().map(str::to_owned).collect(),
        steps: driver.steps,
        end,
        backups: driver.names.backups().map(str::to_owned).collect(),
    }
}

fn oracle(session: &Session, region: Region) -> Oracle {
    let oracle = Oracle::new(region).under(session.evidence);
    if session.tells() { oracle.told() } else { oracle.beside_others() }
}

struct Driver<'a> {
    session: &'a Session,
    names: Names,
    oracle: Oracle,
    steps: Vec<Step>,
    at_rest: AtRest,
    /// The action that is being done.
    action: usize,
    /// What was asked for it and answered with an error of the server.
    failed: Vec<oracle::Call>,
    /// Whether the endpoint made a table without a name, which other cases would meet.
    has_nameless: bool,
    /// How far the endpoint's clock was moved ahead of ours.
    elapsed_millis: u64,
}

impl Driver<'_> {
    async fn act(&mut self, action: &Action) -> Result<(), End> {
        match action {
            Action::Call(call) => self.call(call).await,
            Action::Await { what, event: Some(kind) } if self.session.by_hand => {
                self.happen(kind, what).await
            }
            Action::Await { what, .. } => self.settle(what).await,
            Action::Race { race } => self.race(race).await,
            Action::Elapse { elapse_millis } => {
                self.session.elapse(*elapse_millis).await;
                if self.session.by_hand {
                    self.elapsed_millis += elapse_millis;
                }
                Ok(())
            }
        }
    }

    /// Sends a call, and again as long as it is refused for the moment only.
    async fn call(&mut self, call: &Call) -> Result<(), End> {
        if let Some(wire) = &call.wire {
            return self.send_wire(&call.call, &call.with, wire).await;
        }
        let body = self.names.resolve(&call.with);
        let mut pauses = Pauses::new(self.session.patience.retry, self.session.patience.pause);
        let label = call.label.as_deref();
        let ask = Ask { label, ..Ask::new(&call.call, body, call.lane) };
        loop {
            if !self.exchange(&ask).await?.is_transient || call.once {
                return Ok(());
            }
            let what = format!("{} was refused again and again", call.call);
            self.pause(&mut pauses, what).await?;
        }
    }

    /// Asks until a table or backup has come to rest, unless an answer has shown that already. What was
    /// never made is at rest.
    async fn settle(&mut self, what: &str) -> Result<(), End> {
        let Some((operation, body, subject)) = self.poll(what) else { return Ok(()) };
        if self.at_rest.has(&subject) {
            return Ok(());
        }
        let mut pauses = Pauses::new(self.session.patience.settle, self.session.patience.pause);
        let ask = Ask::poll(operation, body);
        loop {
            let judged = self.exchange(&ask).await?;
            if !judged.is_transient && !is_underway(&judged.answer) {
                return Ok(());
            }
            self.pause(&mut pauses, format!("{what} did not come to rest")).await?;
        }
    }

    /// Lets one event happen to a table or backup, and looks at it once.
    async fn happen(&mut self, kind: &str, what: &str) -> Result<(), End> {
        let Some((operation, body, subject)) = self.poll(what) else { return Ok(()) };
        self.session.fire(kind, &subject).await;
        self.oracle.happened(kind, &subject);
        let ask = Ask::poll(operation, body);
        self.exchange(&ask).await?;
        Ok(())
    }

    /// The request that shows the status of `table:a` or `backup:b`, and its actual name or ARN. None
    /// for a backup that was never made.
    fn poll(&mut self, what: &str) -> Option<(&'static str, Value, String)> {
        let (kind, name) = what.split_once(':').unwrap_or(("table", what));
        if kind == "backup" {
            let arn = self.names.backup(name)?.to_owned();
            Some(("DescribeBackup", json!({"BackupArn": arn}), arn))
        } else {
            let name = self.names.table(name);
            Some(("DescribeTable", json!({"TableName": name}), name))
        }
    }

    async fn pause(&mut self, pauses: &mut Pauses, what: String) -> Result<(), End> {
        if self.session.by_hand {
            self.session.fire_all().await;
            self.oracle.all_happened();
        }
        // What was recorded shows how long the run had patience.
        match self.session.has_more() {
            Some(true) => return Ok(()),
            Some(false) => return Err(End::Indeterminate(what)),
            None => {}
        }
        let Some(pause) = pauses.next() else { return Err(End::Indeterminate(what)) };
        if !self.session.by_hand {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Takes over the ARN of a backup that was made, and the latest restorable time that was told. A
    /// backup without a label has to be deleted in the end as well.
    fn learn(&mut self, operation: &str, label: Option<&str>, answer: &Answer) {
        let Answer::Success(body) = answer else { return };
        self.at_rest.learn(operation, body);
        let makes = !only_reads(operation) && operation != "DeleteTable";
        self.has_nameless |= makes && body["TableDescription"]["TableName"] == NAMELESS;
        let recovery = &body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        if let (Some(label), Value::Number(latest)) = (label, &recovery["LatestRestorableDateTime"])
        {
            self.names.learn_time(label, latest);
        }
        if let Some(arn) = body["BackupDetails"]["BackupArn"].as_str() {
            let made_up = format!("made-by-call-{}", self.steps.len() + 1);
            self.names.learn_backup(label.unwrap_or(&made_up), arn);
        }
        // A labelled list names the first backup on it: system backups are found in no other way. That
        // of a table that is none of the case's is somebody else's, and would be deleted in the end.
        let listed = body["BackupSummaries"].as_array().into_iter().flatten();
        let own = listed.into_iter().find(|summary| {
            summary["TableName"].as_str().is_some_and(|name| self.names.has_table(name))
        });
        if let (Some(label), Some(arn)) =
            (label, own.and_then(|summary| summary["BackupArn"].as_str()))
        {
            self.names.learn_backup(label, arn);
        }
    }

    fn record(&mut self, ask: &Ask<'_>, came: &Came, judgement: Judgement) {
        let Came { request, response, answer, unparsable, .. } = came;
        let raw =
            RawAnswer { status: response.status, headers: &response.headers, body: &response.body };
        let Judgement { mut differences, mut rules, .. } = judgement;
        differences.extend(raw.check(answer));
        differences.extend(unparsable.clone().map(|reason| Difference {
            kind: DifferenceKind::WrongMember,
            rule: "PRO-03",
            pointer: String::new(),
            expected: "an answer that AWS's own client can read".to_owned(),
            got: reason,
        }));
        for difference in &mut differences {
            difference.expected = self.names.normalise(&difference.expected);
            difference.got = shorten(self.names.normalise(&difference.got), GOT_BYTES);
            difference.pointer = self.names.normalise_pointer(&difference.pointer);
        }
        rules.extend(protocol::RULES);
        // As many as there are steps are kept to the end of a run.
        rules.shrink_to_fit();
        let exchange =
            (!differences.is_empty()).then(|| KeptExchange::new(request, response, &self.names));
        let answered = self.answered(ask, response);
        self.steps.push(Step { differences, rules, exchange, ..answered });
    }

    /// Records an answer that no rule speaks of.
    fn record_unjudged(&mut self, ask: &Ask<'_>, response: &RawResponse) {
        let answered = self.answered(ask, response);
        self.steps.push(Step { is_judged: false, ..answered });
    }

    fn record_failure(&mut self, ask: &Ask<'_>, error: &TransportError) {
        let asked = self.asked(ask);
        self.steps.push(Step { answer: error.to_string(), ..asked });
    }

    /// A request as it is recorded, without an answer.
    fn asked(&self, ask: &Ask<'_>) -> Step {
        Step {
            action: self.action,
            operation: ask.operation.to_owned(),
            request: self.names.normalise_request(&String::from_utf8_lossy(&ask.body)),
            is_poll: ask.is_poll,
            is_judged: true,
            ..Step::default()
        }
    }

    /// The same with its answer, in which nothing differs.
    fn answered(&self, ask: &Ask<'_>, response: &RawResponse) -> Step {
        let answer = self.names.normalise_answer(&text(&response.body));
        Step { status: response.status, answer: shorten(answer, SHOWN_BYTES), ..self.asked(ask) }
    }
}

/// Whether a description says that the service still has something to do.
fn is_underway(answer: &Answer) -> bool {
    let Answer::Success(body) = answer else { return false };
    matches!(status(body), Some("CREATING" | "UPDATING" | "DELETING"))
}

/// The status of the table or the backup that a body describes.
pub fn status(body: &Value) -> Option<&str> {
    let table = body["Table"]["TableStatus"].as_str();
    table.or_else(|| body["BackupDescription"]["BackupDetails"]["BackupStatus"].as_str())
}

/// The longest text of an endpoint's own that a report repeats, in bytes.
const SHOWN_BYTES: usize = 4_000;

/// The longest value that a difference repeats, in bytes: an answer may have many.
const GOT_BYTES: usize = 1_000;

/// Ever longer pauses, up to a bound in all.
struct Pauses {
    next: Duration,
    longest: Duration,
    until: Instant,
    rounds: u32,
}

/// Where time is moved by hand a bound in time means nothing.
const ROUNDS: u32 = 200;

impl Pauses {
    fn new(bound: Duration, longest: Duration) -> Self {
        Self { next: Duration::from_millis(5), longest, until: Instant::now() + bound, rounds: 0 }
    }

    fn next(&mut self) -> Option<Duration> {
        self.rounds += 1;
        if self.rounds > ROUNDS || Instant::now() >= self.until {
            return None;
        }
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        Some(pause)
    }
}
