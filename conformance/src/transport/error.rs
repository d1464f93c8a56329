//! Why an exchange has no answer, and how the errors of the HTTP library become that.
//!
//! The kinds are those that a reader of a report can act upon; everything the library says beyond
//! them is kept as text. The library's types do not leave this file.

use std::error::Error;
use std::io;

use serde::{Deserialize, Serialize};

use super::{HEAD_BYTES, Limits};

/// Why a request got no answer that could be judged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TransportError {
    /// The host answers, but nothing listens on the port.
    #[error("nothing listens there\nhint: start the endpoint first, or check the port")]
    Refused,
    /// No connection could be opened: the name is unknown, or there is no route.
    #[error("the endpoint cannot be reached: {reason}\nhint: check the host's name")]
    Unreachable {
        /// What the operating system said.
        reason: String,
    },
    /// TLS was asked for, and there is no trust: in the endpoint's certificate, or at all.
    #[error(
        "no encrypted connection: {reason}\nhint: `AWS_CA_BUNDLE` may name a PEM file of authorities to trust"
    )]
    Untrusted {
        /// What is wrong with the certificate, or with the file.
        reason: String,
    },
    /// The connection, or the whole exchange, took longer than its limit.
    #[error("no complete answer within {after_millis} ms")]
    TimedOut {
        /// The limit that was exceeded.
        after_millis: u64,
    },
    /// The endpoint closed the connection before its answer was complete.
    #[error("the endpoint closed the connection before its answer was complete")]
    Reset,
    /// The answer is larger than this suite is willing to hold.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit that was exceeded.
        limit: usize,
    },
    /// What came back is not HTTP/1.1.
    #[error("the answer is not HTTP: {reason}\nhint: check that the port is the right one")]
    NotHttp {
        /// What is wrong with it.
        reason: String,
    },
    /// The request cannot be written as HTTP, so nothing was sent.
    #[error("the request cannot be sent as HTTP: {reason}")]
    NotSendable {
        /// Which part of the request is at fault.
        reason: String,
    },
}

impl TransportError {
    /// Classifies a failure to get the head of an answer.
    pub(super) fn from_client(error: &hyper_util::client::legacy::Error, limits: &Limits) -> Self {
        #[cfg(feature = "tls")]
        if let Some(error) = find_tls(error) {
            return Self::Untrusted { reason: error.to_string() };
        }
        if error.is_connect() {
            return match find::<io::Error>(error).map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => Self::Refused,
                Some(io::ErrorKind::TimedOut) => Self::timed_out(limits.connect),
                _ => Self::Unreachable { reason: innermost(error) },
            };
        }
        Self::from_chain(error)
    }

    /// Classifies a failure to read the body of an answer.
    pub(super) fn from_body(error: &(dyn Error + 'static), limits: &Limits) -> Self {
        if find::<http_body_util::LengthLimitError>(error).is_some() {
            return Self::TooLarge { limit: limits.body_bytes };
        }
        Self::from_chain(error)
    }

    pub(super) fn timed_out(limit: std::time::Duration) -> Self {
        Self::TimedOut { after_millis: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
    }

    /// What is left once a connection is open: the other side went away, or does not speak HTTP.
    fn from_chain(error: &(dyn Error + 'static)) -> Self {
        let mut closed = false;
        for link in chain(error) {
            if let Some(error) = link.downcast_ref::<hyper::Error>() {
                // The library has a predicate for this only where it is built as a server too.
                if error.is_parse() && error.to_string() == "message head is too large" {
                    return Self::TooLarge { limit: HEAD_BYTES };
                }
                if error.is_user() {
                    return Self::NotSendable { reason: innermost(error) };
                }
                closed |= error.is_incomplete_message() || error.is_closed();
            } else if let Some(error) = link.downcast_ref::<io::Error>() {
                closed |= matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::BrokenPipe
                        | io::ErrorKind::UnexpectedEof
                        | io::ErrorKind::NotConnected
                );
            }
        }
        if closed { Self::Reset } else { Self::NotHttp { reason: innermost(error) } }
    }
}

fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + 'a {
    std::iter::successors(Some(error), |link| (*link).source())
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|link| link.downcast_ref::<E>())
}

/// An input/output error does not show what it holds among its causes, and may hold another one.
#[cfg(feature = "tls")]
fn find_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|link| {
        let held = link.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        link.downcast_ref().or_else(|| held.and_then(|held| find_tls(held)))
    })
}

/// The text of the last cause, which is the one that says something; those around it only repeat
/// that a request failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}
