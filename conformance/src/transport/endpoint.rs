//! The address of the endpoint under test.
//!
//! The text is checked once, here; the rest of the crate holds an [`Endpoint`] and never looks at
//! the text again. Nothing in this file opens a connection.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// What goes over the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const ALL: [Self; 2] = [Self::Http, Self::Https];

    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL means when it names none.
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Where an implementation of DynamoDB listens: a host and a port, and whether the connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    scheme: Scheme,
    host: String,
    port: u16,
}

impl Endpoint {
    /// Reads a URL such as `http://127.0.0.1:8000`.
    ///
    /// A path, a query or credentials are refused instead of being dropped in silence: every
    /// request of this protocol goes to `/`, and an address that means more than that was probably
    /// copied from somewhere else.
    ///
    /// # Errors
    ///
    /// The error says which part of the text is wrong and shows a text that would do.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let wrong = |problem| Err(EndpointError { text: text.to_owned(), problem });
        if text.is_empty() {
            return wrong("is empty");
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return wrong("has no scheme");
        };
        let known = Scheme::ALL.into_iter().find(|it| scheme.eq_ignore_ascii_case(it.as_str()));
        let Some(known) = known else {
            return wrong("has a scheme other than http and https");
        };
        if known == Scheme::Https && !cfg!(feature = "tls") {
            return wrong("asks for TLS, which was left out when this was built (feature `tls`)");
        }
        let authority_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(authority_length);
        if let Some((_, after_credentials)) = authority.rsplit_once('@') {
            // A password has no place in an error message that ends up in somebody's log.
            return Err(EndpointError {
                text: format!("{scheme}://...@{after_credentials}"),
                problem: "holds credentials, which belong into the environment",
            });
        }
        if !matches!(after, "" | "/") {
            return wrong("has a path, a query or a fragment");
        }
        if let Some((_, port)) = authority.rsplit_once(':')
            && !port.ends_with(']')
            && port.parse::<u16>().map_or(true, |port| port == 0)
        {
            return wrong("has a port that is not a number from 1 to 65535");
        }
        let Ok(uri) = format!("http://{authority}/").parse::<Uri>() else {
            return wrong("has no valid host");
        };
        match uri.host() {
            None | Some("") => wrong("has no host"),
            Some(host) => Ok(Self {
                scheme: known,
                host: host.to_owned(),
                port: uri.port_u16().unwrap_or(known.default_port()),
            }),
        }
    }

    /// The endpoint of a process that this crate started on the loopback interface.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port }
    }

    /// The host as the URL names it; an IPv6 address is in square brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is on this machine, by its address: other names may lead anywhere.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as the `host` header has them: clients leave the default port out.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.port == self.scheme.default_port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Why a text is not the address of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the endpoint `{text}` {problem}\nhint: write it like `http://127.0.0.1:8000`")]
pub struct EndpointError {
    text: String,
    problem: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> &'static str {
        Endpoint::parse(text)
            .map(|endpoint| endpoint.to_string())
            .expect_err("the text is wrong")
            .problem
    }

    #[test]
    fn the_usual_forms_are_read_and_written_back() {
        for (text, written) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            (" http://localhost:8000/ ", "http://localhost:8000"),
            ("HTTP://localhost", "http://localhost"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("http://[::1]", "http://[::1]"),
            #[cfg(feature = "tls")]
            ("HTTPS://dynamodb.example/", "https://dynamodb.example"),
            #[cfg(feature = "tls")]
            ("https://localhost:80", "https://localhost:80"),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), written);
        }
        assert_eq!(Endpoint::parse("http://localhost").unwrap().port(), 80);
    }

    #[test]
    fn each_wrong_part_is_named() {
        for (text, expected) in [
            ("", "is empty"),
            ("127.0.0.1:8000", "has no scheme"),
            ("localhost:8000", "has no scheme"),
            #[cfg(not(feature = "tls"))]
            (
                "https://dynamodb.example",
                "asks for TLS, which was left out when this was built (feature `tls`)",
            ),
            ("ftp://localhost", "has a scheme other than http and https"),
            ("http://", "has no valid host"),
            ("http://:8000", "has no host"),
            ("http://localhost:0", "has a port that is not a number from 1 to 65535"),
            ("http://localhost:80000", "has a port that is not a number from 1 to 65535"),
            ("http://localhost:", "has a port that is not a number from 1 to 65535"),
            ("http://localhost/shell", "has a path, a query or a fragment"),
            ("http://localhost?a=b", "has a path, a query or a fragment"),
            ("http://localhost/#top", "has a path, a query or a fragment"),
            ("http://a host", "has no valid host"),
        ] {
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let check = |url: &str| Endpoint::parse(url).unwrap().is_loopback();
        for url in
            ["http://127.0.0.1:1", "http://127.1.2.3", "http://localhost:1", "http://[::1]:1"]
        {
            assert!(check(url), "{url}");
        }
        for url in [
            "http://dynamodb.us-east-1.amazonaws.com",
            "http://10.0.0.1",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://0.0.0.0:1",
        ] {
            assert!(!check(url), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_repeated_and_the_right_form_is_shown() {
        let text = Endpoint::parse("http://user:hunter2@localhost:8000").unwrap_err().to_string();
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("`http://127.0.0.1:8000`"), "{text}");
    }
}
