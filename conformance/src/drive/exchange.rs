//! One request, as often as it takes to get an answer that can be judged, and the judgement.

use bytes::Bytes;
use reinstate_model::api::only_reads;
use reinstate_model::oracle::Judgement;
use reinstate_model::wire::{Answer, Received, read_answer};
use serde_json::Value;

use super::{Driver, End, Pauses, repeat};
use crate::scenario::{Lane, Wire};
use crate::session::Sent;
use crate::transport::{RawRequest, RawResponse};

/// A request as an action asks for it.
pub(super) struct Ask<'a> {
    /// The operation that it is about.
    pub operation: &'a str,
    /// As the endpoint receives it: what no SDK sends may name another operation, or none.
    pub received: Received,
    pub body: Bytes,
    pub form: Form<'a>,
    /// The label of the backup that it makes.
    pub label: Option<&'a str>,
    pub is_poll: bool,
}

/// How a request is sent.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    /// As an SDK sends it, byte by byte.
    Raw,
    /// Through the SDK itself, which makes its own body of this one.
    Sdk,
    /// As no SDK sends it.
    Wire(&'a Wire),
}

impl<'a> Ask<'a> {
    pub(super) fn new(operation: &'a str, body: Value, lane: Lane) -> Self {
        let form = match lane {
            Lane::Raw => Form::Raw,
            Lane::Sdk => Form::Sdk,
        };
        let bytes = Bytes::from(body.to_string());
        let received = Received::of(operation, body);
        Self { operation, received, body: bytes, form, label: None, is_poll: false }
    }

    /// The request that only asks whether something has come to rest.
    pub(super) fn poll(operation: &'a str, body: Value) -> Self {
        Self { is_poll: true, ..Self::new(operation, body, Lane::Raw) }
    }

    /// The operation that it reaches.
    pub(super) fn addressed(&self) -> &str {
        self.received.operation()
    }

    /// Whether no rule says what comes of it.
    fn is_unjudged(&self) -> bool {
        matches!(self.form, Form::Wire(wire) if wire.unjudged)
    }
}

/// What was sent for it, and what came back.
pub(super) struct Came {
    pub request: RawRequest,
    pub response: RawResponse,
    /// The answer as it was read from the response.
    pub answer: Answer,
    /// Why a real client could not read it.
    pub unparsable: Option<String>,
    /// When it came, by the endpoint's clock.
    pub now: u64,
}

/// An answer after which it is known what the endpoint holds.
pub(super) struct Judged {
    pub answer: Answer,
    /// Whether it refuses for the moment only.
    pub is_transient: bool,
}

impl Driver<'_> {
    /// Sends one request and judges the answer. Where no rule says what comes of it, the answer is kept and
    /// nothing is concluded from it.
    pub(super) async fn exchange(&mut self, ask: &Ask<'_>) -> Result<Judged, End> {
        let came = self.send(ask).await?;
        if ask.is_unjudged() {
            self.record_unjudged(ask, &came.response);
            return Ok(Judged { answer: came.answer, is_transient: false });
        }
        let judgement = if self.failed.is_empty() {
            self.oracle.judge_received(&ask.received, &came.answer, came.now)
        } else {
            self.judge_repeated(ask, &came)
        };
        self.names.learn_account(self.oracle.account());
        self.learn(ask.addressed(), ask.label, &came.answer);
        let is_unsupported = is_unsupported(ask, &came.answer, &judgement);
        let Judgement { lost, transient, .. } = judgement;
        self.record(ask, &came, judgement);
        if is_unsupported {
            Err(End::Unsupported(ask.operation.to_owned()))
        } else if lost {
            Err(End::Lost)
        } else {
            Ok(Judged { answer: came.answer, is_transient: transient })
        }
    }

    /// Sends one request, and again as long as it is throttled, or a few times if the server fails.
    async fn send(&mut self, ask: &Ask<'_>) -> Result<Came, End> {
        let mut pauses = Pauses::new(self.session.patience.retry, self.session.patience.pause);
        let mut failures = 0;
        loop {
            let Sent { exchange, unparsable } = self.send_once(ask).await;
            let exchange = exchange.map_err(End::Indeterminate)?;
            let now = exchange.received_at_millis + self.elapsed_millis;
            let response = match exchange.response {
                Ok(response) => response,
                Err(error) => {
                    self.record_failure(ask, &error);
                    return Err(End::NoAnswer(error));
                }
            };
            let answer = read_answer(response.status, &response.body);
            if is_throttling(&answer) {
                self.pause(&mut pauses, format!("{} {THROTTLED}", ask.operation)).await?;
                continue;
            }
            if repeat::is_failure(response.status) && failures < repeat::REPEATS {
                failures += 1;
                if !only_reads(ask.addressed()) {
                    self.failed.push(repeat::asked(ask, None, self.failed.len(), now));
                }
                continue;
            }
            return Ok(Came { request: exchange.request, response, answer, unparsable, now });
        }
    }

    async fn send_once(&self, ask: &Ask<'_>) -> Sent {
        let body = || ask.body.clone();
        match ask.form {
            Form::Raw => self.session.send_raw(ask.operation, body()).await,
            Form::Sdk => self.session.send(ask.operation, ask.received.body(), Lane::Sdk).await,
            Form::Wire(wire) => self.session.send_wire(ask.operation, body(), wire).await,
        }
    }
}

/// How the reason of a case ends that was throttled for too long.
const THROTTLED: &str = "was throttled";

impl End {
    /// Whether the endpoint throttled a request for too long.
    pub fn is_throttled(&self) -> bool {
        matches!(self, End::Indeterminate(reason) if reason.ends_with(THROTTLED))
    }
}

/// Whether a request was throttled, which says nothing about the rules (PRO-022).
pub fn is_throttling(answer: &Answer) -> bool {
    const NAMES: [&str; 4] = [
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
    ];
    matches!(answer, Answer::Error { status, code, .. }
        if *status == 429 || NAMES.contains(&code.as_str()))
}

/// Whether an endpoint says that it does not have the operation at all. Of what no SDK sends it says
/// nothing: that may name no operation.
fn is_unsupported(ask: &Ask<'_>, answer: &Answer, judgement: &Judgement) -> bool {
    let Answer::Error { status, code, .. } = answer else { return false };
    !matches!(ask.form, Form::Wire(_))
        && !judgement.differences.is_empty()
        && (*status == 501
            || code == "UnknownOperationException"
            || code == "NotImplemented"
            || (*status == 404 && code.is_empty()))
}
