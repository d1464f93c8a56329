//! Takes out of exchanges what belongs into no file: credentials from every answer at once, and account
//! ids, signatures and tokens from recordings. A checksum that was right stays right.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;

use crate::sign::Credentials;
use crate::transport::{Exchange, RawResponse};

/// What stands in the place of a secret.
const REDACTED: &str = "REDACTED";

/// What is shorter is no secret of AWS's, and may well be a word of an answer: emulators are used with
/// keys such as `test`.
const SHORTEST: usize = 16;

/// Headers of a request that hold nothing but secrets.
const SECRET_HEADERS: [&str; 2] = ["authorization", "x-amz-security-token"];

/// Accounts that are nobody's: examples, and those of emulators.
const NOBODYS: [&str; 4] = ["000000000000", "111111111111", "123456789012", "999999999999"];

/// The checksum of an answer's body.
const CHECKSUM: &str = "x-amz-crc32";

/// Takes the credentials that a request was signed with out of its answer, in which an endpoint may
/// repeat them.
pub fn scrub(exchange: &mut Exchange, credentials: &Credentials) {
    let Ok(response) = &mut exchange.response else { return };
    let secrets = forms(credentials);
    rewrite(response, |text| {
        let mut scrubbed = Cow::Borrowed(text);
        for secret in secrets.iter().filter(|secret| text.contains(secret.as_str())) {
            scrubbed = Cow::Owned(scrubbed.replace(secret, REDACTED));
        }
        scrubbed
    });
}

/// Each secret as it is, and as JSON and URLs may write it.
fn forms(credentials: &Credentials) -> Vec<String> {
    let mut forms = Vec::new();
    for secret in credentials.secrets().filter(|secret| secret.len() >= SHORTEST) {
        forms.push(secret.to_owned());
        forms.push(secret.replace('/', "\\/"));
        let percent = secret.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
        forms.push(percent);
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

/// Rewrites an answer; a checksum that was right is made right again.
fn rewrite(response: &mut RawResponse, change: impl for<'a> Fn(&'a str) -> Cow<'a, str>) {
    for (_, value) in &mut response.headers {
        *value = change(value).into_owned();
    }
    // What is no text holds no text to be redacted either: it is left as it came.
    let Ok(body) = std::str::from_utf8(&response.body) else { return };
    let changed = change(body);
    if changed == body {
        return;
    }
    let before = crc32fast::hash(&response.body).to_string();
    response.body = Bytes::from(changed.into_owned());
    let after = crc32fast::hash(&response.body).to_string();
    for (name, value) in &mut response.headers {
        if name.eq_ignore_ascii_case(CHECKSUM) && *value == before {
            value.clone_from(&after);
        }
        if name.eq_ignore_ascii_case("content-length") {
            *value = response.body.len().to_string();
        }
    }
}

/// Redacts the exchanges of one recording: equal accounts stay equal.
#[derive(Debug, Default)]
pub struct Redactor {
    accounts: BTreeMap<String, String>,
}

impl Redactor {
    /// Redacts an exchange.
    pub fn redact(&mut self, exchange: &mut Exchange) {
        for (name, value) in &mut exchange.request.headers {
            if SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
                REDACTED.clone_into(value);
            }
        }
        if let Ok(body) = std::str::from_utf8(&exchange.request.body) {
            self.learn(body);
        }
        if let Ok(response) = &exchange.response {
            self.learn(&String::from_utf8_lossy(&response.body));
        }
        let accounts = &self.accounts;
        let change = |text: &str| signatures(&replaced(text, accounts));
        if let Ok(body) = std::str::from_utf8(&exchange.request.body) {
            exchange.request.body = Bytes::from(replaced(body, accounts));
        }
        if let Ok(response) = &mut exchange.response {
            rewrite(response, |text| Cow::Owned(change(text)));
        }
    }

    /// Learns the accounts that a text names in ARNs, and gives each a number that is nobody's.
    fn learn(&mut self, text: &str) {
        for account in accounts(text) {
            if NOBODYS.contains(&account) || self.accounts.values().any(|known| known == account) {
                continue;
            }
            let number = format!("{:012}", 100_000_000_000 + self.accounts.len());
            self.accounts.entry(account.to_owned()).or_insert(number);
        }
    }
}

/// The accounts of all ARNs in a text.
fn accounts(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("arn:aws").filter_map(|(at, _)| {
        let account = text[at..].split(':').nth(4)?;
        is_account(account).then_some(account)
    })
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn replaced(text: &str, accounts: &BTreeMap<String, String>) -> String {
    accounts.iter().fold(text.to_owned(), |text, (account, number)| text.replace(account, number))
}

/// Takes out what signs, wherever a text quotes it: a signature in hexadecimal digits, and whose it is.
fn signatures(text: &str) -> String {
    let text = after(text, "Signature=", |letter| letter.is_ascii_hexdigit());
    after(&text, "Credential=", |letter| letter.is_ascii_alphanumeric() || "/_-".contains(letter))
}

/// Replaces what follows a mark, as far as it is made of such letters and long enough for a secret.
fn after(text: &str, mark: &str, is_part: impl Fn(char) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let (before, after) = rest.split_at(at + mark.len());
        kept.push_str(before);
        let end = after.find(|letter| !is_part(letter)).unwrap_or(after.len());
        kept.push_str(if end >= SHORTEST { REDACTED } else { &after[..end] });
        rest = &after[end..];
    }
    kept + rest
}

/// What in a text should have been redacted and was not: none if all was. An account counts unless it
/// is nobody's or a number that stands for one.
pub fn leaks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for account in accounts(text) {
        if !NOBODYS.contains(&account) && !account.starts_with("10000000") {
            found.push(format!("the account {}...", &account[..4]));
        }
    }
    let mark = "x-amz-security-token\",\"";
    if text.match_indices(mark).any(|(at, _)| !text[at + mark.len()..].starts_with(REDACTED)) {
        found.push("a token".to_owned());
    }
    if signatures(text) != text {
        found.push("a signature".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::RawRequest;

    const ACCOUNT: &str = "204518739962";

    fn exchange(request: &str, answer: &str) -> Exchange {
        let body = Bytes::from(answer.to_owned());
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential=AKIA/20261125/us-east-1, Signature={}",
            "0a".repeat(32)
        );
        Exchange {
            operation: "DescribeTable".to_owned(),
            request: RawRequest {
                method: http::Method::POST,
                path: "/".to_owned(),
                headers: vec![
                    ("authorization".to_owned(), signed),
                    ("X-Amz-Security-Token".to_owned(), "a-token".to_owned()),
                ],
                body: Bytes::from(request.to_owned()),
            },
            response: Ok(RawResponse {
                status: 200,
                headers: vec![(CHECKSUM.to_owned(), crc32fast::hash(&body).to_string())],
                body,
            }),
            sent_at_millis: 1,
            received_at_millis: 2,
        }
    }

    #[test]
    fn accounts_signatures_and_tokens_go_and_the_checksum_stays_right() {
        let arn = format!("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t");
        let signature = "0b".repeat(32);
        let mut kept = exchange(
            &format!("{{\"TableName\":\"{arn}\"}}"),
            &format!("{{\"TableArn\":\"{arn}\",\"message\":\"{ACCOUNT} Signature={signature}\"}}"),
        );
        assert_eq!(leaks(&format!("{kept:?}")).len(), 3);
        let mut redactor = Redactor::default();
        redactor.redact(&mut kept);
        let text = format!("{kept:?}");
        for secret in [ACCOUNT, &signature, &"0a".repeat(32), "a-token", "AKIA"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(leaks(&text), [""; 0]);
        let response = kept.response.unwrap();
        assert_eq!(response.header(CHECKSUM), Some(&*crc32fast::hash(&response.body).to_string()));
        assert!(kept.request.body.windows(12).any(|twelve| twelve == b"100000000000"));
        let other = exchange("{}", "{\"A\":\"arn:aws:dynamodb:us-east-1:100000000000:table/t\"}");
        let mut again = other.clone();
        redactor.redact(&mut again);
        assert_eq!(again.response, other.response, "what was redacted is not redacted again");
    }

    #[test]
    fn a_checksum_that_was_wrong_stays_wrong() {
        let mut kept =
            exchange("{}", "{\"A\":\"arn:aws:dynamodb:us-east-1:204518739962:table/t\"}");
        kept.response.as_mut().unwrap().headers[0].1 = "1".to_owned();
        Redactor::default().redact(&mut kept);
        assert_eq!(kept.response.unwrap().header(CHECKSUM), Some("1"));
    }

    #[test]
    fn an_endpoint_that_repeats_the_credentials_gets_them_into_nothing() {
        let credentials = Credentials::local();
        let secrets: Vec<String> = credentials.secrets().map(str::to_owned).collect();
        let answer = format!(
            "{{\"message\":\"{} {} {}\"}}",
            secrets[0],
            secrets[1],
            secrets[1].replace('/', "\\/")
        );
        let mut kept = exchange("{}", &answer);
        scrub(&mut kept, &credentials);
        let response = kept.response.unwrap();
        assert_eq!(response.body, "{\"message\":\"REDACTED REDACTED REDACTED\"}");
        assert_eq!(response.header(CHECKSUM), Some(&*crc32fast::hash(&response.body).to_string()));
    }
}
