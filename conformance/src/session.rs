//! One endpoint as the driver sees it: how to send, how long to wait, and whether its clock and its
//! events can be moved by hand.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reinstate_model::rules::Evidence;
use serde_json::Value;

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
pub struct Sent {
    /// The request and its answer; none if the client refused to send it.
    pub exchange: Option<Exchange>,
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
    /// Which side is taken of what is contested.
    pub evidence: Evidence,
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
            evidence: Evidence::Both,
        }
    }

    /// The same, but its events are moved by hand, as those of the embedded reference.
    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// The same, but one side is taken of what is contested.
    pub fn under(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The Region that requests are signed for.
    pub fn region(&self) -> &str {
        self.credentials.region()
    }

    /// Sends a body to an operation.
    pub async fn send(&self, operation: &str, body: &Value, lane: Lane) -> Sent {
        match lane {
            Lane::Raw => {
                let body = Bytes::from(body.to_string());
                let request = sign::signed(
                    &self.endpoint,
                    operation,
                    body,
                    &self.credentials,
                    SystemTime::now(),
                );
                let exchange = self.transport.send(operation, request).await;
                Sent { exchange: Some(exchange), unparsable: None }
            }
            Lane::Sdk => self.send_through_sdk(operation, body).await,
        }
    }

    /// Sends what no SDK can send.
    pub async fn send_wire(&self, operation: &str, body: Bytes, wire: &Wire) -> Exchange {
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
        self.transport.send(operation, request).await
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
        Sent { exchange: answer.exchange, unparsable }
    }

    #[cfg(not(feature = "sdk"))]
    async fn send_through_sdk(&self, _operation: &str, _body: &Value) -> Sent {
        Sent { exchange: None, unparsable: None }
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
        if self.by_hand {
            self.control("/reinstate/elapse", Bytes::from(millis.to_string())).await;
        } else {
            let time = Duration::from_millis(millis).min(self.patience.elapse);
            tokio::time::sleep(time).await;
        }
    }

    /// A request to the reference itself. If it fails, the next answer shows it.
    async fn control(&self, path: &str, body: Bytes) {
        let request = RawRequest {
            method: http::Method::POST,
            path: path.to_owned(),
            headers: vec![("host".to_owned(), self.endpoint.authority())],
            body,
        };
        self.transport.send("control", request).await;
    }
}
