//! What a case may send that no SDK sends: any bytes, other headers, no signature.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is unusual about a request on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The body in place of `with`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Headers with other values; null leaves one out. Names in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Option<String>>,
    /// What the request is signed with.
    #[serde(default, skip_serializing_if = "is_valid")]
    pub signature: Signature,
    /// Whether no rule says what comes of it. Then the answer is kept and never judged, so the request
    /// must not change anything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unjudged: bool,
}

/// A body as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A text with symbolic names, of whatever syntax.
    Text(String),
    /// Bytes in hexadecimal, which need not be a text.
    Hex(String),
}

/// What a request is signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// The credentials of the run.
    #[default]
    Valid,
    /// Nothing.
    Missing,
    /// The credentials of the run, but the signature does not fit.
    Wrong,
}

fn is_valid(signature: &Signature) -> bool {
    *signature == Signature::Valid
}

impl Body {
    /// The bytes, once `resolve` has put names in place of symbols. None if it is no hexadecimal.
    pub fn bytes(&self, resolve: impl FnOnce(&str) -> String) -> Option<Vec<u8>> {
        match self {
            Body::Text(text) => Some(resolve(text).into_bytes()),
            Body::Hex(digits) => {
                let pairs = digits.as_bytes().chunks(2);
                pairs
                    .map(|pair| {
                        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
                        let digits = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
                        digits.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
                    })
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_from_hexadecimal_and_nothing_else() {
        let bytes = |digits: &str| Body::Hex(digits.to_owned()).bytes(str::to_owned);
        assert_eq!(bytes("7bff7D"), Some(vec![0x7b, 0xff, 0x7d]));
        assert_eq!(bytes(""), Some(vec![]));
        assert_eq!(bytes("7"), None);
        assert_eq!(bytes("+1"), None);
        assert_eq!(bytes("xy"), None);
    }
}
