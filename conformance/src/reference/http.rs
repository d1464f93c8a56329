//! From a request of HTTP to an answer of HTTP: methods, content types, sizes and headers.
//!
//! The path of a request does not matter: the header `x-amz-target` selects the operation (PRO-02).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use reinstate_model::account::Millis;

use super::state::{Answer, Call, State};
use super::{Options, control, ids, overlap};
use crate::fault::{Answered, Asked, Fault, Place};

/// What precedes the operation's name in `x-amz-target` (PRO-02).
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// The content type of every JSON answer (PRO-03).
const JSON: &str = "application/x-amz-json-1.0";

/// The header that holds the checksum of the body (PRO-021).
const CHECKSUM: &str = "x-amz-crc32";

/// The largest body that is read (PRO-024).
const BODY_BYTES: usize = 16 * 1024 * 1024;

/// How much of a larger body is read and dropped before it is refused. Without that the connection
/// would be cut while the client is still writing, and it would not see the refusal.
const DROPPED_BYTES: usize = 4 * BODY_BYTES;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Server {
    state: Mutex<State>,
    seed: u64,
    region: String,
    fault: Option<&'static Fault>,
    requests: AtomicU64,
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        Self {
            seed: options.seed,
            region: options.region.to_string(),
            fault: options.fault,
            state: Mutex::new(State::new(options)),
            requests: AtomicU64::new(0),
        }
    }

    /// The account, for one request at a time. Nobody waits for anything while holding it.
    ///
    /// A request that panics, which would be a bug, leaves it as it was before: it is changed by
    /// assignments of whole accounts. So the other requests go on.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, ids that were made up included.
    pub(super) fn renew(&self) {
        self.state().renew();
        self.requests.store(0, Ordering::Relaxed);
    }

    /// Where a fault acts, if it has one.
    fn place(&self) -> Option<Place> {
        self.fault.map(|fault| fault.place)
    }
}

/// The system's time; a clock before 1970 counts as 1970.
pub(super) fn system_millis() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// The whole endpoint.
pub(super) fn router(server: Arc<Server>) -> Router {
    Router::new().nest("/reinstate", control::router()).fallback(serve).with_state(server)
}

async fn serve(Shared(server): Shared<Arc<Server>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut asked = Asked { operation: operation(&head.headers), body: Bytes::new() };
    let content = match read(body).await {
        Ok(Some(body)) => {
            asked.body = body;
            post_or_other(&server, &head.method, &head.headers, &mut asked).await
        }
        Ok(None) => Content::text(StatusCode::PAYLOAD_TOO_LARGE, ""),
        // The client went away or broke the framing of HTTP, so it will hardly see this.
        Err(_) => Content::text(StatusCode::BAD_REQUEST, ""),
    };
    let count = server.requests.fetch_add(1, Ordering::Relaxed);
    let mut answered = content.answered(ids::request_id(server.seed, count));
    if let Some(Place::Answer(spoil)) = server.place() {
        answered = spoiled(spoil, &asked, answered);
    }
    respond(answered)
}

/// The operation that the headers name; empty if they name none.
fn operation(headers: &HeaderMap) -> String {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    target.and_then(|target| target.strip_prefix(TARGET_PREFIX)).unwrap_or_default().to_owned()
}

async fn post_or_other(
    server: &Server,
    method: &Method,
    headers: &HeaderMap,
    asked: &mut Asked,
) -> Content {
    if method == Method::GET {
        let text = format!("healthy: dynamodb.{}.amazonaws.com ", server.region);
        return Content::text(StatusCode::OK, text);
    }
    // The record speaks of bodies only: without one, the content type does not matter.
    if method != Method::POST || !(asked.body.is_empty() || is_json(headers)) {
        // The line end is part of it: the recorded checksum and length are those of 29 bytes.
        return Content::text(StatusCode::NOT_FOUND, "<UnknownOperationException/>\n");
    }
    let mut seen = None;
    match server.place() {
        Some(Place::Request(mistake)) => mistake(asked),
        Some(Place::Lock(unlocked)) if unlocked.contains(&asked.operation.as_str()) => {
            let account = server.state().account();
            tokio::time::sleep(overlap::UNDERWAY).await;
            seen = Some(account);
        }
        _ => {}
    }
    let call = Call {
        operation: &asked.operation,
        body: &asked.body,
        signed: headers.contains_key(header::AUTHORIZATION),
    };
    let (status, body) = match server.state().answer(call, seen, system_millis()) {
        Answer::Accepted(body) => (StatusCode::OK, body),
        Answer::Refused(body) => (StatusCode::BAD_REQUEST, body),
    };
    Content { status, content_type: Some(JSON), body: body.to_string().into() }
}

/// The answer as a fault spoils it. The checksum is that of the spoiled body, unless it is the
/// checksum that is spoiled.
fn spoiled(spoil: fn(&Asked, &mut Answered), asked: &Asked, mut answered: Answered) -> Answered {
    let body = answered.body.clone();
    spoil(asked, &mut answered);
    if answered.body != body {
        let sum = answered.headers.iter_mut().find(|(name, _)| *name == CHECKSUM);
        sum.into_iter().for_each(|(_, sum)| *sum = checksum(&answered.body));
    }
    answered
}

fn checksum(body: &[u8]) -> String {
    crc32fast::hash(body).to_string()
}

/// Whether the content type is one of the two that are read; what follows a semicolon is ignored
/// (PRO-010a).
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    matches!(media_type.trim(), "application/json" | JSON)
}

/// The whole body, or none if it is too large.
async fn read(mut body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await.transpose()? {
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > DROPPED_BYTES {
            return Ok(None);
        }
        if length <= BODY_BYTES {
            kept.extend_from_slice(&data);
        } else {
            kept = BytesMut::new();
        }
    }
    Ok((length <= BODY_BYTES).then(|| kept.freeze()))
}

/// What an answer says, before it has its headers.
struct Content {
    status: StatusCode,
    content_type: Option<&'static str>,
    body: Bytes,
}

impl Content {
    fn text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self { status, content_type: None, body: text.into() }
    }

    /// Adds the headers that every answer has; date and length are added by the HTTP library.
    fn answered(self, request_id: String) -> Answered {
        let mut headers = vec![("x-amzn-requestid", request_id), (CHECKSUM, checksum(&self.body))];
        headers.extend(self.content_type.map(|kind| ("content-type", kind.to_owned())));
        Answered { status: self.status.as_u16(), headers, body: self.body }
    }
}

fn respond(answered: Answered) -> Response {
    let mut builder = Response::builder().status(answered.status);
    for (name, value) in answered.headers {
        builder = builder.header(name, value);
    }
    // INVARIANT: all headers are numbers, letters and digits, or constants, also those of faults.
    builder.body(Body::from(answered.body)).expect("the headers are valid")
}
