//! The only place that opens sockets.
//!
//! Hand-written requests and those of the AWS SDK leave through the same [`Transport`], so that each
//! of them is recorded in the same way: what was sent, what came back byte by byte, and when. The
//! transport judges nothing and repeats nothing. A call such as `RestoreTableFromBackup` has no
//! idempotency token, hence a request that was sent twice would be seen by the endpoint as two.
//!
//! An endpoint under test may be broken in any way. Whatever it does, an exchange ends within
//! [`Limits::response`] and holds no more than [`Limits::body_bytes`].

mod endpoint;
mod error;
#[cfg(feature = "tls")]
mod tls;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;

pub use endpoint::{Endpoint, EndpointError};
pub use error::TransportError;

/// How long an unused connection is kept. Servers close theirs after some seconds (five are usual);
/// one that we drop well before cannot be closed under a request that is just being sent, which
/// would look like a fault of the endpoint.
const IDLE: Duration = Duration::from_secs(1);

/// How many exchanges run at once; further ones wait here. Servers queue some hundred connections at
/// most and drop the rest in silence, which would look like an endpoint that does not answer.
const MAX_AT_ONCE: usize = 64;

/// The largest status line with headers that is read.
const HEAD_BYTES: usize = 64 * 1024;

/// A request as it goes over the wire, apart from `content-length`, which follows from the body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawRequest {
    /// The method, `POST` for every operation of DynamoDB.
    pub method: http::Method,
    /// The path with its query, `/` for every operation of DynamoDB.
    pub path: String,
    /// The headers in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Bytes,
}

/// An answer as it came over the wire, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawResponse {
    /// The status code.
    pub status: u16,
    /// The headers in the order of arrival, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Bytes,
}

impl RawResponse {
    /// The value of the first header of that name; upper and lower case are the same.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// One request together with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// The operation that the request means, as reports name it.
    pub operation: String,
    /// What was sent.
    pub request: RawRequest,
    /// What came back.
    pub response: Result<RawResponse, TransportError>,
    /// When sending began, in milliseconds since 1970.
    pub sent_at_millis: u64,
    /// When the answer was complete; never before `sent_at_millis`, even if the clock is set back.
    pub received_at_millis: u64,
}

/// What one exchange may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// The time until a connection must be open.
    pub connect: Duration,
    /// The time until the answer must be complete, the connection included.
    pub response: Duration,
    /// The largest body that is read. A page of items holds 1 MB at most, and JSON adds some to that. As
    /// there are only so many exchanges at once, and a body that is being judged takes some ten times as
    /// much, this is what keeps a run small whatever an endpoint sends.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            response: Duration::from_secs(20),
            body_bytes: 2 * 1024 * 1024,
        }
    }
}

/// The client through which every request goes; clones share their connections.
#[derive(Debug, Clone)]
pub struct Transport {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    endpoint: Endpoint,
    limits: Limits,
    at_once: Semaphore,
    /// An error if what it takes for encrypted connections is not there.
    client: Result<Client<Connector, Full<Bytes>>, TransportError>,
}

#[cfg(feature = "tls")]
use tls::{Connector, connector};

#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

#[cfg(not(feature = "tls"))]
fn connector(plain: HttpConnector, _: bool, _: Option<&Path>) -> Result<Connector, TransportError> {
    Ok(plain)
}

impl Transport {
    /// Makes the client for an endpoint. Nothing is connected before the first request. Encrypted
    /// connections also trust the authorities of the PEM file that `AWS_CA_BUNDLE` names.
    #[must_use]
    pub fn new(endpoint: Endpoint, limits: Limits) -> Self {
        let bundle = std::env::var_os("AWS_CA_BUNDLE").filter(|name| !name.is_empty());
        Self::trusting(endpoint, limits, bundle.map(PathBuf::from).as_deref())
    }

    /// The same, with a PEM file of further authorities to trust. If it cannot be read, every exchange
    /// ends with an error that says so.
    #[must_use]
    pub fn trusting(endpoint: Endpoint, limits: Limits, bundle: Option<&Path>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(limits.connect));
        connector.set_nodelay(true);
        let client = self::connector(connector, endpoint.is_encrypted(), bundle).map(|connector| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .http1_max_buf_size(HEAD_BYTES)
                // This takes another connection when a pooled one turns out to be closed before the
                // first byte of the request was written. It never writes a request twice.
                .retry_canceled_requests(true)
                .build(connector)
        });
        Self {
            inner: Arc::new(Inner {
                endpoint,
                limits,
                at_once: Semaphore::new(MAX_AT_ONCE),
                client,
            }),
        }
    }

    /// The endpoint that the requests go to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Sends a request once and waits for the end of its answer; redirects are not followed.
    ///
    /// The name of the operation is only for the record. This never fails as a call: what went
    /// wrong is part of the record too.
    pub async fn send(&self, operation: &str, request: RawRequest) -> Exchange {
        // The semaphore is never closed, so this cannot fail; the record begins when it is our turn.
        let _turn = self.inner.at_once.acquire().await;
        let sent_at_millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, whole_millis);
        let started = Instant::now();
        let limit = self.inner.limits.response;
        let response = match tokio::time::timeout(limit, self.inner.answer(&request)).await {
            Ok(response) => response,
            Err(_) => Err(TransportError::timed_out(limit)),
        };
        Exchange {
            operation: operation.to_owned(),
            request,
            response,
            sent_at_millis,
            received_at_millis: sent_at_millis.saturating_add(whole_millis(started.elapsed())),
        }
    }
}

impl Inner {
    async fn answer(&self, request: &RawRequest) -> Result<RawResponse, TransportError> {
        let request = self.to_http(request)?;
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let answer = client
            .request(request)
            .await
            .map_err(|error| TransportError::from_client(&error, &self.limits))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, self.limits.body_bytes)
            .collect()
            .await
            .map_err(|error| TransportError::from_body(error.as_ref(), &self.limits))?
            .to_bytes();
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        Ok(RawResponse { status: head.status.as_u16(), headers, body })
    }

    fn to_http(&self, request: &RawRequest) -> Result<http::Request<Full<Bytes>>, TransportError> {
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(format!("{}{}", self.endpoint, request.path));
        for (name, value) in &request.headers {
            // The library writes this header from the body and takes another value for a bug.
            if name.eq_ignore_ascii_case("content-length")
                && value.parse() != Ok(request.body.len())
            {
                return Err(TransportError::NotSendable {
                    reason: format!(
                        "`content-length` says `{value}`, the body has {} bytes",
                        request.body.len()
                    ),
                });
            }
            builder = builder.header(name, value);
        }
        builder
            .body(Full::new(request.body.clone()))
            .map_err(|error| TransportError::NotSendable { reason: error.to_string() })
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
