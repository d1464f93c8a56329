//! Plays a case on the model itself, as the driver does on an endpoint, with or without a judge; or sends
//! an endpoint again what the driver sent it, without a judge. What the driver does besides is what the
//! comparison is about.

use reinstate::drive::{CaseRun, status};
use reinstate::names::Names;
use reinstate::scenario::{Action, Call, Lane, Scenario};
use reinstate::session::Session;
use reinstate_model::account::{Account, Fresh, Millis};
use reinstate_model::name::{AccountId, Region, TableId};
use reinstate_model::oracle::Oracle;
use reinstate_model::outcome::Outcome;
use reinstate_model::rules::Evidence;
use reinstate_model::service;
use reinstate_model::wire::{self, Answer, read_answer};
use serde_json::{Value, json};

/// What answers.
pub enum Endpoint {
    /// The model, in this process.
    Model(Box<Model>),
    /// Whatever is at the other end of a connection.
    Http(Box<Session>),
}

/// The account that the model answers from.
pub struct Model {
    account: Account,
    made: u64,
}

/// Plays one case.
pub struct Player {
    endpoint: Endpoint,
    names: Names,
    judge: Option<Oracle>,
    /// How many calls were answered.
    pub calls: usize,
    /// What the judge found wrong first, if it did.
    pub wrong: Option<String>,
}

/// What the driver sent in a case, action by action.
#[derive(Clone)]
pub struct Sent(Vec<Vec<(String, Value)>>);

impl Sent {
    /// What was sent in a run of a case.
    pub fn of(scenario: &Scenario, run: &CaseRun) -> Self {
        let mut sent = vec![vec![]; scenario.actions.len()];
        for step in &run.steps {
            let body = serde_json::from_str(&step.request).unwrap_or_default();
            sent[step.action].push((step.operation.clone(), body));
        }
        Self(sent)
    }
}

/// The most rounds of asking whether something is at rest.
const ROUNDS: usize = 200;

/// When the model's time begins: a time like any other.
const START: Millis = 1_790_000_000_000;

impl Endpoint {
    /// The model with an account that holds nothing.
    pub fn model() -> Self {
        let account = AccountId::new("123456789012");
        let mut account = Account::empty(region(), account);
        account.now = START;
        Self::Model(Box::new(Model { account, made: 0 }))
    }

    async fn ask(&mut self, operation: &str, body: &Value) -> Option<(u16, Vec<u8>, Millis)> {
        match self {
            Self::Model(model) => Some(model.ask(operation, body)),
            Self::Http(session) => {
                let exchange = session.send(operation, body, Lane::Raw).await.exchange.ok()?;
                let response = exchange.response.ok()?;
                Some((response.status, response.body.to_vec(), exchange.received_at_millis))
            }
        }
    }

    async fn fire_all(&mut self) {
        match self {
            Self::Model(model) => model.fire_all(),
            Self::Http(session) => session.fire_all().await,
        }
    }

    async fn fire(&mut self, kind: &str, subject: &str) {
        match self {
            Self::Model(model) => model.fire(kind, subject),
            Self::Http(session) => session.fire(kind, subject).await,
        }
    }

    async fn elapse(&mut self, millis: Millis) {
        match self {
            Self::Model(model) => model.account = service::elapse(&model.account, millis),
            Self::Http(session) => session.elapse(millis).await,
        }
    }
}

impl Model {
    fn ask(&mut self, operation: &str, body: &Value) -> (u16, Vec<u8>, Millis) {
        let bytes = body.to_string();
        let fresh = Fresh {
            table_id: TableId::new(&format!("00000000-0000-4000-8000-{:012x}", self.made)),
            created: Some(self.account.now),
            backup_id: format!("{:014}-{:08x}", self.account.now, self.made),
        };
        self.made += 1;
        let outcome = wire::handle(&self.account, operation, bytes.as_bytes(), &fresh);
        let (status, body) = match outcome.under(Evidence::Observed) {
            Outcome::Accepted(accepted) => {
                let body = wire::accepted_body(&accepted);
                self.account = accepted.account;
                (200, body)
            }
            Outcome::Refused(refusal) => (400, wire::refused_body(&refusal, operation)),
        };
        (status, body.to_string().into_bytes(), self.account.now)
    }

    fn fire_all(&mut self) {
        while let Some(event) = service::events(&self.account).first() {
            self.account = service::fire(&self.account, event);
        }
    }

    fn fire(&mut self, kind: &str, subject: &str) {
        let events = service::events(&self.account);
        let event = events.iter().find(|it| it.kind() == kind && it.subject().as_str() == subject);
        if let Some(event) = event {
            self.account = service::fire(&self.account, event);
        }
    }
}

impl Player {
    /// A player of the case of that number.
    pub fn new(endpoint: Endpoint, judged: bool, number: usize) -> Self {
        Self {
            endpoint,
            names: Names::new("bench", number, region().as_str()),
            judge: judged.then(|| Oracle::new(region())),
            calls: 0,
            wrong: None,
        }
    }

    /// Plays the case to its end, or to the first answer that does not come.
    pub async fn play(&mut self, scenario: &Scenario) {
        for action in &scenario.actions {
            let went_on = match action {
                Action::Call(call) => self.call(call).await,
                Action::Await { what, event } => self.wait(what, event.as_deref()).await,
                // A player is one client: what would race is called in turn.
                Action::Race { race } => {
                    let mut went_on = Some(());
                    for call in race.iter().flatten() {
                        went_on = self.call(call).await;
                        if went_on.is_none() {
                            break;
                        }
                    }
                    went_on
                }
                Action::Elapse { elapse_millis } => {
                    self.endpoint.elapse(*elapse_millis).await;
                    Some(())
                }
            };
            if went_on.is_none() {
                return;
            }
        }
    }

    /// Sends what was sent before, to the end, or to the first answer that does not come.
    pub async fn repeat(&mut self, scenario: &Scenario, sent: &Sent) {
        for (action, requests) in scenario.actions.iter().zip(&sent.0) {
            let mut label = None;
            match action {
                Action::Call(call) => label = call.label.as_deref(),
                Action::Await { what, event: Some(kind) } if !requests.is_empty() => {
                    if let Some((.., subject)) = self.poll(what) {
                        self.endpoint.fire(kind, &subject).await;
                    }
                }
                Action::Await { .. } | Action::Race { .. } => {}
                Action::Elapse { elapse_millis } => self.endpoint.elapse(*elapse_millis).await,
            }
            let is_race = matches!(action, Action::Race { .. });
            for (number, (operation, body)) in requests.iter().enumerate() {
                if number > 0 && !is_race {
                    self.endpoint.fire_all().await;
                }
                let body = self.names.resolve(body);
                let Some((answer, _)) = self.exchange(operation, &body).await else { return };
                self.learn(label, &answer);
            }
        }
    }

    /// Takes over the ARN of a backup that was made or listed.
    fn learn(&mut self, label: Option<&str>, answer: &Answer) {
        let Answer::Success(body) = answer else { return };
        let arn = &body["BackupDetails"]["BackupArn"];
        let first = &body["BackupSummaries"][0]["BackupArn"];
        if let (Some(label), Some(arn)) = (label, arn.as_str().or(first.as_str())) {
            self.names.learn_backup(label, arn);
        }
    }

    async fn call(&mut self, call: &Call) -> Option<()> {
        let body = self.names.resolve(&call.with);
        for _ in 0..ROUNDS {
            let (answer, transient) = self.exchange(&call.call, &body).await?;
            self.learn(call.label.as_deref(), &answer);
            if !transient || call.once {
                break;
            }
            self.endpoint.fire_all().await;
        }
        Some(())
    }

    /// The request that shows a status, and the name or ARN of what has it; none for a backup that was never
    /// made.
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

    async fn wait(&mut self, what: &str, event: Option<&str>) -> Option<()> {
        let Some((operation, body, subject)) = self.poll(what) else { return Some(()) };
        if let Some(kind) = event {
            self.endpoint.fire(kind, &subject).await;
            return self.exchange(operation, &body).await.map(|_| ());
        }
        for _ in 0..ROUNDS {
            let (answer, transient) = self.exchange(operation, &body).await?;
            if !transient && !is_underway(&answer) {
                break;
            }
            self.endpoint.fire_all().await;
        }
        Some(())
    }

    /// The answer, and whether it refuses for the moment only.
    async fn exchange(&mut self, operation: &str, body: &Value) -> Option<(Answer, bool)> {
        let (status, bytes, now) = self.endpoint.ask(operation, body).await?;
        self.calls += 1;
        let answer = read_answer(status, &bytes);
        let Some(oracle) = &mut self.judge else {
            let transient = is_refused_for_the_moment(&answer);
            return Some((answer, transient));
        };
        let judgement = oracle.judge(operation, body.to_string().as_bytes(), &answer, now);
        self.names.learn_account(oracle.account());
        if let (None, Some(first)) = (&self.wrong, judgement.differences.first()) {
            self.wrong = Some(format!("{operation} {body}: {first:?}"));
        }
        (!judgement.lost).then_some((answer, judgement.transient))
    }
}

fn region() -> Region {
    Region::new("us-east-1").expect("a Region")
}

fn is_underway(answer: &Answer) -> bool {
    let Answer::Success(body) = answer else { return false };
    matches!(status(body), Some("CREATING" | "UPDATING" | "DELETING"))
}

/// As good as it can be told without a judge: what is refused because of something else that is underway.
fn is_refused_for_the_moment(answer: &Answer) -> bool {
    const CODES: [&str; 5] = [
        "BackupInUseException",
        "ContinuousBackupsUnavailableException",
        "LimitExceededException",
        "ResourceInUseException",
        "TableInUseException",
    ];
    matches!(answer, Answer::Error { code, .. } if CODES.contains(&code.as_str()))
}
