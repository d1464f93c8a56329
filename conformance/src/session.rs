//! One endpoint as the driver sees it: how to send, how long to wait, and whether its clock and its
//! events can be moved by hand. Every request of a case passes through here, so here is also where a
//! guard stands, where credentials are taken out of answers, and where a recording is made or played.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reinstate_model::rules::Evidence;
use serde_json::Value;

use crate::cost::Meter;
use crate::guard::Guard;
use crate::pace::Pace;
use crate::record::Tape;
use crate::redact;
use crate::scenario::{Lane, Signature, Wire};
use crate::sign::{self, Credentials};
use crate::transport::{Endpoint, Exchange, Limits, RawRequest, Transport};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long to ask for a table or backup to come to rest.
    pub settle: Duration,
    /// How long to repeat a request that is refused for the moment only.
    pub retry: Duration,
    /// The longest pause between two of them.
    pub pause: Duration,
    /// How long to wait when a case lets time pass. Answers are judged by the time that it was, so a
    /// case that has less time than it asks for shows less, and nothing wrong.
    pub elapse: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(10),
            retry: Duration::from_secs(10),
            pause: Duration::from_millis(500),
            elapse: Duration::from_millis(1_200),
        }
    }
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The request and its answer, or why it was not sent.
    pub exchange: Result<Exchange, String>,
    /// Why a real client could not read the answer.
    pub unparsable: Option<String>,
}

/// One endpoint and how to talk to it.
#[derive(Clone, Debug)]
pub struct Session {
    transport: Transport,
    endpoint: Endpoint,
    credentials: Credentials,
    /// How long things may take here.
    pub patience: Patience,
    /// Whether events and time are moved by requests to the endpoint itself.
    pub by_hand: bool,
    /// Whether the judge has to guess which events happened there, as it has to elsewhere.
    guesses: bool,
    /// Which side is taken of what is contested.
    pub evidence: Evidence,
    guard: Option<Arc<Guard>>,
    pace: Option<Arc<Pace>>,
    meter: Option<Arc<Meter>>,
    tape: Option<Tape>,
}

impl Session {
    /// A session with an endpoint whose events happen by themselves.
    pub fn new(endpoint: Endpoint, credentials: Credentials) -> Self {
        Self {
            transport: Transport::new(endpoint.clone(), Limits::default()),
            endpoint,
            credentials,
            patience: Patience::default(),
            by_hand: false,
            guesses: false,
            evidence: Evidence::Both,
            guard: None,
            pace: None,
            meter: None,
            tape: None,
        }
    }

    /// The same, but its events are moved by hand, as those of the embedded reference.
    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// The same, but it is judged like any other endpoint, though its events are moved by hand.
    pub fn guessing(mut self) -> Self {
        self.guesses = true;
        self
    }

    /// Whether the judge can be told what happens there: nothing does but what was moved by hand.
    pub fn tells(&self) -> bool {
        self.by_hand && !self.guesses
    }

    /// The same, but an answer must be complete within that time, and what is refused for the moment only
    /// is not repeated for longer.
    pub fn within(mut self, time: Duration) -> Self {
        let limits = Limits::default();
        let limits = Limits { connect: limits.connect.min(time), response: time, ..limits };
        self.transport = Transport::new(self.endpoint.clone(), limits);
        self.patience.retry = self.patience.retry.min(time);
        self
    }

    /// The same, but one side is taken of what is contested.
    pub fn under(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The same, but watched over.
    pub fn watched(mut self, guard: Arc<Guard>) -> Self {
        self.guard = Some(guard);
        self
    }

    /// Whether a table may be deleted: a journal lists it, or the endpoint is ours alone.
    pub(crate) fn may_delete(&self, table: &str) -> bool {
        self.guard.as_ref().is_none_or(|guard| guard.journal().lists(table))
    }

    /// The same, for a real account: no faster than documented, and patient. Whoever calls this has
    /// asked whether money may be spent.
    pub fn remote(mut self, pace: Arc<Pace>) -> Self {
        self.pace = Some(pace);
        self.patience = Patience {
            settle: Duration::from_secs(30 * 60),
            retry: Duration::from_secs(2 * 60),
            pause: Duration::from_secs(10),
            ..self.patience
        };
        self
    }

    /// The same, and what it sends is counted.
    pub fn metered(mut self, meter: Arc<Meter>) -> Self {
        self.meter = Some(meter);
        self
    }

    /// The same, but what it sends is kept, or was kept and is played back.
    pub fn on(mut self, tape: Tape) -> Self {
        self.tape = Some(tape);
        self
    }

    /// The same for the case of a number.
    pub fn of_case(mut self, number: usize) -> Self {
        if let Some(Tape::Recording { case, .. }) = &mut self.tape {
            *case = number;
        }
        self
    }

    /// Whether there is more to be played back; none if nothing is.
    pub fn has_more(&self) -> Option<bool> {
        self.tape.as_ref().and_then(Tape::has_more)
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The Region that requests are signed for.
    pub fn region(&self) -> &str {
        self.credentials.region()
    }

    /// Sends a body to an operation.
    pub async fn send(&self, operation: &str, body: &Value, lane: Lane) -> Sent {
        let bytes = Bytes::from(body.to_string());
        match lane {
            Lane::Raw => self.send_raw(operation, bytes).await,
            Lane::Sdk => match self.before(operation, &bytes).await {
                Some(sent) => sent,
                None => self.after(operation, self.send_through_sdk(operation, body).await),
            },
        }
    }

    /// Sends a body to an operation, byte by byte.
    pub async fn send_raw(&self, operation: &str, body: Bytes) -> Sent {
        if let Some(sent) = self.before(operation, &body).await {
            return sent;
        }
        let exchange = self.send_unwatched(operation, body).await;
        self.after(operation, Sent { exchange: Ok(exchange), unparsable: None })
    }

    /// Sends a body, and neither asks nor keeps anything: for a guard that has to look for itself.
    pub(crate) async fn send_unwatched(&self, operation: &str, body: Bytes) -> Exchange {
        let now = SystemTime::now();
        let request = sign::signed(&self.endpoint, operation, body, &self.credentials, now);
        self.transport.send(operation, request).await
    }

    /// Sends what no SDK can send.
    pub async fn send_wire(&self, operation: &str, body: Bytes, wire: &Wire) -> Sent {
        // What no SDK sends may address another operation than the one it is about.
        let target = wire.headers.get("x-amz-target").cloned().flatten();
        let addressed = target.as_deref().and_then(|target| target.rsplit('.').next());
        if let Some(sent) = self.before(addressed.unwrap_or(operation), &body).await {
            return sent;
        }
        let mut request = sign::unsigned(&self.endpoint, operation, body);
        for (name, value) in &wire.headers {
            request.headers.retain(|(kept, _)| kept != name);
            request.headers.extend(value.clone().map(|value| (name.clone(), value)));
        }
        let signed = |request| {
            sign::with_signature(&self.endpoint, request, &self.credentials, SystemTime::now())
        };
        let request = match wire.signature {
            Signature::Valid => signed(request),
            Signature::Missing => request,
            Signature::Wrong => sign::spoiled(signed(request)),
        };
        let exchange = self.transport.send(operation, request).await;
        self.after(
            addressed.unwrap_or(operation),
            Sent { exchange: Ok(exchange), unparsable: None },
        )
    }

    /// What a call comes to without being sent: it was played back, or must not be sent.
    async fn before(&self, operation: &str, body: &[u8]) -> Option<Sent> {
        if let Some(played) = self.tape.as_ref().and_then(|tape| tape.play(operation, body)) {
            return Some(played);
        }
        if !self.endpoint.is_loopback() && self.pace.is_none() {
            return Some(
                self.refused(operation, "no money may be spent on a real account".to_owned()),
            );
        }
        if let Some(guard) = &self.guard
            && let Err(reason) = guard.before(operation, body).await
        {
            return Some(self.refused(operation, reason));
        }
        if let Some(pace) = &self.pace {
            pace.take(operation).await;
        }
        None
    }

    fn refused(&self, operation: &str, reason: String) -> Sent {
        let sent = Sent { exchange: Err(format!("not sent: {reason}")), unparsable: None };
        if let Some(tape) = &self.tape {
            tape.keep(operation, &sent);
        }
        sent
    }

    /// Counts and keeps what a call came to, without credentials.
    fn after(&self, operation: &str, mut sent: Sent) -> Sent {
        if let Ok(exchange) = &mut sent.exchange {
            redact::scrub(exchange, &self.credentials);
            if let Some(meter) = &self.meter {
                meter.count(exchange);
            }
        }
        if let Some(tape) = &self.tape {
            tape.keep(operation, &sent);
        }
        sent
    }

    #[cfg(feature = "sdk")]
    async fn send_through_sdk(&self, operation: &str, body: &Value) -> Sent {
        use crate::sdk::{SdkLane, SdkVerdict};

        let lane = SdkLane::new(self.transport.clone(), &self.endpoint, &self.credentials);
        let answer = lane.call(operation, body).await;
        let unparsable = match answer.verdict {
            SdkVerdict::Unparsable(reason) => Some(reason),
            SdkVerdict::Parsed | SdkVerdict::NotSent(_) | SdkVerdict::NoAnswer(_) => None,
        };
        let not_sent = || format!("the SDK does not send {operation} like this");
        Sent { exchange: answer.exchange.ok_or_else(not_sent), unparsable }
    }

    #[cfg(not(feature = "sdk"))]
    async fn send_through_sdk(&self, operation: &str, _body: &Value) -> Sent {
        let reason = format!("{operation} is sent through the SDK, which is not built in");
        Sent { exchange: Err(reason), unparsable: None }
    }

    /// Lets every event of an endpoint by hand happen.
    pub async fn fire_all(&self) {
        self.control("/reinstate/events/all", Bytes::new()).await;
    }

    /// Lets one event of an endpoint by hand happen, if it may: that of a kind, to a table by its name
    /// or a backup by its ARN.
    pub async fn fire(&self, kind: &str, subject: &str) {
        let path = format!("/reinstate/events/{kind}");
        self.control(&path, Bytes::from(subject.to_owned())).await;
    }

    /// Lets time pass: at once where it is moved by hand, else by waiting for it, though not longer
    /// than patience allows.
    pub async fn elapse(&self, millis: u64) {
        if self.has_more().is_some() {
            return;
        }
        if self.by_hand {
            self.control("/reinstate/elapse", Bytes::from(millis.to_string())).await;
        } else {
            let time = Duration::from_millis(millis).min(self.patience.elapse);
            tokio::time::sleep(time).await;
        }
    }

    /// A request to the reference itself. If it fails, the next answer shows it.
    async fn control(&self, path: &str, body: Bytes) {
        if self.has_more().is_some() {
            return;
        }
        let request = RawRequest {
            method: http::Method::POST,
            path: path.to_owned(),
            headers: vec![("host".to_owned(), self.endpoint.authority())],
            body,
        };
        self.transport.send("control", request).await;
    }
}
