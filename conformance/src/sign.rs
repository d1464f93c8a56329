//! Requests of the raw lane: the headers of the JSON protocol and a Version 4 signature.
//!
//! The signature is made by AWS's own crate, because a signature of our own would be one more thing
//! that could be wrong. Nothing is sent here, and no clock is read: the time is an argument.

use std::fmt;
use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;

use crate::transport::{Endpoint, RawRequest};

/// What precedes the operation's name in the header `x-amz-target`.
const TARGET_PREFIX: &str = "DynamoDB_20120810";

/// The service's name within the scope of a signature.
const SERVICE: &str = "dynamodb";

/// Who signs, and for which region.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    region: String,
}

impl Credentials {
    /// A fixed key that belongs to nobody. Emulators accept any.
    #[must_use]
    pub fn local() -> Self {
        Self {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
            region: "us-east-1".to_owned(),
        }
    }

    /// Reads the variables that AWS's own tools read: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN` if there is one, and `AWS_REGION` or else `AWS_DEFAULT_REGION`.
    ///
    /// Profiles are not read; `aws configure export-credentials --format env` turns one into these
    /// variables.
    ///
    /// # Errors
    ///
    /// The error names the variable that is missing or unusable, never its value.
    pub fn from_environment() -> Result<Self, CredentialsError> {
        Self::from_variables(|name| std::env::var_os(name)?.into_string().ok())
    }

    /// The same from any source of variables, so that tests need not touch the process's own.
    fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, CredentialsError> {
        let optional = |name| match variable(name) {
            Some(value) if value.trim().is_empty() => Ok(None),
            // Anything else could not be written into a header.
            Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(CredentialsError::Unusable { name })
            }
            other => Ok(other),
        };
        let required = |name| optional(name)?.ok_or(CredentialsError::Missing { name });
        Ok(Self {
            access_key_id: required("AWS_ACCESS_KEY_ID")?,
            secret_access_key: required("AWS_SECRET_ACCESS_KEY")?,
            session_token: optional("AWS_SESSION_TOKEN")?,
            region: match optional("AWS_REGION")? {
                Some(region) => region,
                None => required("AWS_DEFAULT_REGION").map_err(|error| match error {
                    CredentialsError::Missing { .. } => {
                        CredentialsError::Missing { name: "AWS_REGION" }
                    }
                    CredentialsError::Unusable { .. } => error,
                })?,
            },
        })
    }

    /// The region that the signature is for, which is also part of every ARN of the endpoint.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same for another region.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self }
    }

    /// What must be in no file.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [self.access_key_id.as_str(), self.secret_access_key.as_str()]
            .into_iter()
            .chain(self.session_token.as_deref())
    }

    /// The same in the form of the SDK's crates.
    pub(crate) fn to_aws(&self) -> aws_credential_types::Credentials {
        aws_credential_types::Credentials::new(
            self.access_key_id.as_str(),
            self.secret_access_key.as_str(),
            self.session_token.clone(),
            None,
            "reinstate",
        )
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Why the environment holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// A variable is not set, or is empty.
    #[error(
        "the variable `{name}` is not set\nhint: `export {name}=...`, or `eval \"$(aws configure \
         export-credentials --format env)\"` for the keys"
    )]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// A variable holds something that no header can carry.
    #[error("the variable `{name}` holds blanks, line ends or other unprintable characters")]
    Unusable {
        /// The variable.
        name: &'static str,
    },
}

/// The request for an operation, with the body exactly as given, signed.
///
/// All headers that are sent are signed but `content-length`, which the transport adds. An operation
/// whose name no header can carry leaves the request unsigned; the transport then refuses to send
/// it and says why.
#[must_use]
pub fn signed(
    endpoint: &Endpoint,
    operation: &str,
    body: Bytes,
    credentials: &Credentials,
    now: SystemTime,
) -> RawRequest {
    with_signature(endpoint, unsigned(endpoint, operation, body), credentials, now)
}

/// The same request with date and signature, whatever its headers are.
#[must_use]
pub fn with_signature(
    endpoint: &Endpoint,
    mut request: RawRequest,
    credentials: &Credentials,
    now: SystemTime,
) -> RawRequest {
    if let Some(headers) = signature(endpoint, &request, credentials, now) {
        request.headers.extend(headers);
    }
    request
}

/// The same request, but the signature does not fit: its last digit is another one.
#[must_use]
pub fn spoiled(mut request: RawRequest) -> RawRequest {
    let headers = request.headers.iter_mut();
    let mut signatures =
        headers.filter(|(name, _)| name == "authorization").map(|(_, value)| value);
    if let Some(value) = signatures.next() {
        let last = value.pop();
        value.push(if last == Some('0') { '1' } else { '0' });
    }
    request
}

/// The same request without date and signature, for cases whose subject is the signature.
#[must_use]
pub fn unsigned(endpoint: &Endpoint, operation: &str, body: Bytes) -> RawRequest {
    let header = |name: &str, value: String| (name.to_owned(), value);
    RawRequest {
        method: http::Method::POST,
        path: "/".to_owned(),
        headers: vec![
            header("host", endpoint.authority()),
            header("content-type", "application/x-amz-json-1.0".to_owned()),
            header("x-amz-target", format!("{TARGET_PREFIX}.{operation}")),
        ],
        body,
    }
}

fn signature(
    endpoint: &Endpoint,
    request: &RawRequest,
    credentials: &Credentials,
    now: SystemTime,
) -> Option<Vec<(String, String)>> {
    let identity = credentials.to_aws().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&credentials.region)
        .name(SERVICE)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(
        request.method.as_str(),
        format!("{endpoint}{}", request.path),
        headers,
        SignableBody::Bytes(&request.body),
    )
    .ok()?;
    let (instructions, _) = sign(signable, &parameters).ok()?.into_parts();
    Some(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn header<'a>(request: &'a RawRequest, name: &str) -> Option<&'a str> {
        let mut all = request.headers.iter();
        all.find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    fn list_tables(credentials: &Credentials) -> RawRequest {
        let endpoint = Endpoint::parse("http://127.0.0.1:8000").unwrap();
        let now = UNIX_EPOCH + Duration::from_millis(1_489_602_797_149);
        let body = Bytes::from_static(b"{}");
        signed(&endpoint, "ListTables", body, credentials, now)
    }

    #[test]
    fn the_signature_is_the_one_that_the_algorithm_gives() {
        // Computed apart from this crate, with nothing but HMAC and SHA-256, for this very request.
        let request = list_tables(&Credentials::local());
        assert_eq!(header(&request, "x-amz-date"), Some("20170315T183317Z"));
        assert_eq!(
            header(&request, "authorization"),
            Some(
                "AWS4-HMAC-SHA256 \
                 Credential=AKIAIOSFODNN7EXAMPLE/20170315/us-east-1/dynamodb/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
                 Signature=8d13bbdd67176819980c345dd9b27d43487717adcc65c494ac2ba9384eeed9d8"
            )
        );
    }

    #[test]
    fn a_session_token_is_sent_and_signed() {
        let credentials =
            Credentials { session_token: Some("token".to_owned()), ..Credentials::local() };
        let request = list_tables(&credentials);
        assert_eq!(header(&request, "x-amz-security-token"), Some("token"));
        let authorization = header(&request, "authorization").unwrap();
        assert!(authorization.contains(";x-amz-security-token;"));
    }

    #[test]
    fn an_unsigned_request_differs_by_date_and_signature_only() {
        let endpoint = Endpoint::loopback(8000);
        let mut request = list_tables(&Credentials::local());
        request
            .headers
            .retain(|(name, _)| !matches!(name.as_str(), "authorization" | "x-amz-date"));
        let bare = unsigned(&endpoint, "ListTables", Bytes::from_static(b"{}"));
        assert_eq!(request, bare);
        assert_eq!(header(&bare, "x-amz-target"), Some("DynamoDB_20120810.ListTables"));
    }

    #[test]
    fn secrets_are_not_printed() {
        let credentials =
            Credentials { session_token: Some("a-token".to_owned()), ..Credentials::local() };
        let text = format!("{credentials:?}");
        assert!(!text.contains("EXAMPLEKEY") && !text.contains("a-token"));
    }

    #[test]
    fn the_environment_is_read_like_aws_tools_read_it() {
        let read = |variables: &[(&str, &str)]| {
            Credentials::from_variables(|name| {
                let found = variables.iter().find(|(candidate, _)| *candidate == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S")];
        let missing = |name| Err(CredentialsError::Missing { name });

        assert_eq!(read(&[]), missing("AWS_ACCESS_KEY_ID"));
        assert_eq!(read(&keys[..1]), missing("AWS_SECRET_ACCESS_KEY"));
        assert_eq!(read(&keys), missing("AWS_REGION"));
        let with = |name, value| read(&[keys[0], keys[1], (name, value)]);
        assert_eq!(with("AWS_DEFAULT_REGION", "a").unwrap().region(), "a");
        assert_eq!(with("AWS_REGION", "b").unwrap().region(), "b");
        assert_eq!(
            with("AWS_REGION", "b\n"),
            Err(CredentialsError::Unusable { name: "AWS_REGION" })
        );
    }
}
