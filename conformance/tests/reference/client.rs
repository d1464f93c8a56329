//! A reference, a client for it and an oracle that judges every signed answer.

use std::time::SystemTime;

use bytes::Bytes;
use http::Method;
use reinstate::reference::{Options, Reference, Settle};
use reinstate::sign::{self, Credentials};
use reinstate::transport::{Endpoint, Limits, RawRequest, RawResponse, Transport};
use reinstate_model::name::Region;
use reinstate_model::oracle::Oracle;
use reinstate_model::protocol::RawAnswer;
use reinstate_model::wire::{self, Answer};
use serde_json::Value;

pub struct Client {
    reference: Reference,
    transport: Transport,
    oracle: Oracle,
    /// How many answers were judged.
    pub judged: usize,
}

impl Client {
    pub fn start(settle: Settle) -> Self {
        Self::start_with(Options { settle, ..Options::default() })
    }

    pub fn start_with(options: Options) -> Self {
        let oracle = Oracle::new(Region::new(options.region.as_str()).unwrap());
        let reference = Reference::start(options).unwrap();
        let endpoint = Endpoint::parse(&reference.endpoint_url()).unwrap();
        let transport = Transport::new(endpoint, Limits::default());
        Self { reference, transport, oracle, judged: 0 }
    }

    pub async fn stop(self) {
        self.reference.stop().await;
    }

    /// Sends a request as it is.
    pub async fn raw(&self, request: RawRequest) -> RawResponse {
        let exchange = self.transport.send("raw", request).await;
        exchange.response.unwrap()
    }

    /// Sends a request without a signature.
    pub async fn unsigned(
        &self,
        method: Method,
        headers: &[(&str, &str)],
        body: &str,
    ) -> RawResponse {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        self.raw(RawRequest {
            method,
            path: "/".to_owned(),
            headers: headers.collect(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        })
        .await
    }

    /// Sends a control request; its answer is JSON.
    pub async fn control(&self, method: Method, path: &str, body: &str) -> (u16, Value) {
        let response = self
            .raw(RawRequest {
                method,
                path: format!("/reinstate/{path}"),
                headers: vec![],
                body: Bytes::copy_from_slice(body.as_bytes()),
            })
            .await;
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        (response.status, body)
    }

    /// Sends a signed request, and panics if the oracle finds a fault in the answer.
    pub async fn ask(&mut self, operation: &str, body: &Value) -> Answer {
        self.ask_text(operation, &body.to_string()).await
    }

    /// The same with any text as the body.
    pub async fn ask_text(&mut self, operation: &str, body: &str) -> Answer {
        let endpoint = self.transport.endpoint();
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        let now = SystemTime::now();
        let request = sign::signed(endpoint, operation, bytes, &Credentials::local(), now);
        let exchange = self.transport.send(operation, request).await;
        let response = exchange.response.unwrap();
        let raw =
            RawAnswer { status: response.status, headers: &response.headers, body: &response.body };
        let got = String::from_utf8_lossy(&response.body).into_owned();
        let answer = wire::read_answer(response.status, &response.body);
        assert_eq!(raw.check(&answer), [], "{operation} {body}\n{got}");
        let judgement =
            self.oracle.judge(operation, body.as_bytes(), &answer, exchange.received_at_millis);
        assert_eq!(judgement.differences, [], "{operation} {body}\n{got}");
        assert!(!judgement.lost, "{operation} {body}\n{got}");
        self.judged += 1;
        answer
    }

    /// Sends what must be accepted.
    pub async fn accepted(&mut self, operation: &str, body: Value) -> Value {
        match self.ask(operation, &body).await {
            Answer::Success(answer) => answer,
            Answer::Error { code, message, .. } => panic!("{operation} {body}: {code} {message:?}"),
        }
    }

    /// Sends what must be refused, and tells by which exception.
    pub async fn refused(&mut self, operation: &str, body: Value) -> String {
        match self.ask(operation, &body).await {
            Answer::Success(answer) => panic!("{operation} {body}: {answer}"),
            Answer::Error { code, .. } => code,
        }
    }
}
