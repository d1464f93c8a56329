//! The SDK lane: the same requests, made and read by AWS's own client.
//!
//! It answers one question only: does a real client accept what the endpoint answered? What the
//! client made of an answer is never compared. Its generated code fills in members that a server
//! forgot (an empty `BackupArn`, the year 1970), so that an answer without them looks fine. The
//! recorded [`Exchange`] holds the bytes, and those are judged like any others.
//!
//! The SDK can express less than the wire can; see [`SdkVerdict::NotSent`].

mod convert;
mod members;
mod operations;

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Config, HttpClient, Region, RuntimeComponents,
    StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use serde_json::Value;

use crate::sign::Credentials;
use crate::transport::{Endpoint, Exchange, RawRequest, RawResponse, Transport, TransportError};

/// What the SDK made of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SdkVerdict {
    /// The answer was read: a result, or an error with a code.
    Parsed,
    /// There was an answer, and the SDK could not read it; the text says why.
    Unparsable(String),
    /// The request never left, because the SDK cannot express it, or refuses it before sending; the
    /// text names the member. This says nothing about the endpoint.
    NotSent(String),
    /// The request left, and no complete answer came; the exchange holds the error.
    NoAnswer(String),
}

/// A call through the SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkAnswer {
    /// What went over the wire, if anything did.
    pub exchange: Option<Exchange>,
    /// What the SDK made of it.
    pub verdict: SdkVerdict,
}

/// AWS's client over our transport, without retries.
#[derive(Debug, Clone)]
pub struct SdkLane {
    transport: Transport,
    config: Builder,
}

impl SdkLane {
    /// Sets the client up; nothing is sent yet.
    ///
    /// Retries are off because the client counts a `LimitExceededException` as throttling and would
    /// send a refused restore three times. The time limits are those of the transport.
    #[must_use]
    pub fn new(transport: Transport, endpoint: &Endpoint, credentials: &Credentials) -> Self {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(credentials.region().to_owned()))
            .endpoint_url(endpoint.to_string())
            .credentials_provider(credentials.to_aws())
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Self { transport, config }
    }

    /// Translates the body into the SDK's request, and sends that once.
    pub async fn call(&self, operation: &str, body: &Value) -> SdkAnswer {
        // A client of its own for each call: its recorder then holds this call's exchange, however
        // many run at once. The connections are the transport's and stay open.
        let recorder = Recorder {
            operation: operation.to_owned(),
            transport: self.transport.clone(),
            exchange: Arc::default(),
        };
        let client = Client::from_conf(self.config.clone().http_client(recorder.clone()).build());
        let verdict = match operations::send(&client, operation, body).await {
            Ok(verdict) => verdict,
            Err(refusal) => SdkVerdict::NotSent(refusal.to_string()),
        };
        let exchange = recorder.take();
        let verdict = match verdict {
            // Without an exchange the failure came before the transport was asked.
            SdkVerdict::NoAnswer(reason) if exchange.is_none() => SdkVerdict::NotSent(reason),
            verdict => verdict,
        };
        SdkAnswer { exchange, verdict }
    }
}

/// Reads the outcome of a call, whatever its type.
fn verdict<T, E>(outcome: Result<T, SdkError<E, HttpResponse>>) -> SdkVerdict
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let error = match outcome {
        Ok(_) => return SdkVerdict::Parsed,
        Err(error) => error,
    };
    match &error {
        SdkError::ServiceError(service) if service.err().code().is_some() => SdkVerdict::Parsed,
        SdkError::ServiceError(service) => SdkVerdict::Unparsable(format!(
            "the client finds no error code in the answer of status {}",
            service.raw().status().as_u16()
        )),
        SdkError::ConstructionFailure(_) => SdkVerdict::NotSent(causes(&error)),
        SdkError::ResponseError(_) => SdkVerdict::Unparsable(causes(&error)),
        // `SdkError` may grow; what is no answer that was read is no answer.
        _ => SdkVerdict::NoAnswer(causes(&error)),
    }
}

/// The texts of an error and of all its causes, each once.
fn causes(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for link in std::iter::successors(Some(error), |link| (*link).source()) {
        let text = link.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

/// The SDK's HTTP client: our transport, and a place for the exchange.
#[derive(Debug, Clone)]
struct Recorder {
    operation: String,
    transport: Transport,
    exchange: Arc<Mutex<Option<Exchange>>>,
}

impl Recorder {
    fn take(&self) -> Option<Exchange> {
        let mut slot = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = raw(&request).map_err(|reason| ConnectorError::user(reason.into()))?;
        let exchange = self.transport.send(&self.operation, request).await;
        let response = exchange.response.clone();
        *self.exchange.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
        response.map_err(connector_error).and_then(cooked)
    }
}

impl HttpClient for Recorder {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let recorder = self.clone();
        HttpConnectorFuture::new(async move { recorder.send(request).await })
    }
}

/// The SDK's request as the transport takes it.
fn raw(request: &HttpRequest) -> Result<RawRequest, String> {
    let uri: http::Uri = request
        .uri()
        .parse()
        .map_err(|error| format!("the client's URL `{}` is none: {error}", request.uri()))?;
    let mut headers: Vec<(String, String)> =
        request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if let Some(authority) = uri.authority()
        && request.headers().get("host").is_none()
    {
        // The client signs this header and leaves it to the transport to send it.
        headers.insert(0, ("host".to_owned(), authority.to_string()));
    }
    Ok(RawRequest {
        method: request
            .method()
            .parse()
            .map_err(|_| format!("the client's method `{}` is none", request.method()))?,
        path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        headers,
        body: request
            .body()
            .bytes()
            .map(Bytes::copy_from_slice)
            .ok_or("the client's body is a stream")?,
    })
}

/// The recorded answer as the SDK takes it.
fn cooked(response: RawResponse) -> Result<HttpResponse, ConnectorError> {
    let other =
        |error: aws_smithy_runtime_api::http::HttpError| ConnectorError::other(error.into(), None);
    let status = response.status.try_into().map_err(other)?;
    let mut answer = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        answer.headers_mut().try_append(name, value).map_err(other)?;
    }
    Ok(answer)
}

fn connector_error(error: TransportError) -> ConnectorError {
    match error {
        TransportError::TimedOut { .. } => ConnectorError::timeout(error.into()),
        TransportError::Refused
        | TransportError::Unreachable { .. }
        | TransportError::Untrusted { .. }
        | TransportError::Reset => ConnectorError::io(error.into()),
        TransportError::NotSendable { .. } => ConnectorError::user(error.into()),
        TransportError::TooLarge { .. } | TransportError::NotHttp { .. } => {
            ConnectorError::other(error.into(), None)
        }
    }
}

#[cfg(test)]
mod tests;
