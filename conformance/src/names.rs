//! Symbolic names: from `{table:a}` to a name that is unique to the run, and back again.
//!
//! Going back is how reports stay the same from run to run: whatever was made up for a run or by the
//! endpoint is replaced by its symbol before anything is shown or compared.

mod symbols;
mod times;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use reinstate_model::account::Account;
use reinstate_model::name::{ArnParts, BackupArn};
use reinstate_model::pointer;
use serde_json::{Number, Value};

use self::symbols::Symbols;
use crate::scenario::{Scenario, fnv64};

/// Stands for an account that no answer has named yet.
const SOME_ACCOUNT: &str = "123456789012";
/// An account that is certainly not the one tested.
const OTHER_ACCOUNT: &str = "999999999999";
/// The id of a backup that nobody made.
const NO_BACKUP: &str = "01489602797149-73d8d5bc";
/// Stands for a time that nobody told: it lies before every table.
const NO_TIME: u64 = 1;

/// The names of one case.
#[derive(Debug)]
pub struct Names {
    prefix: String,
    number: usize,
    region: String,
    account: String,
    /// Actual to symbol, for the way back.
    tables: BTreeMap<String, String>,
    backups: BTreeMap<String, String>,
    /// The latest restorable times that were told, by label.
    times: BTreeMap<String, Number>,
    /// What is replaced on the way back, and what of requests only.
    symbols: Symbols,
    symbols_of_times: Symbols,
}

impl Names {
    /// The names of a case: that of this number in a run whose id no other run has.
    pub fn new(run_id: &str, number: usize, region: &str) -> Self {
        let mut names = Self {
            prefix: format!("{}{number}", prefix(run_id)),
            number,
            region: region.to_owned(),
            account: SOME_ACCOUNT.to_owned(),
            tables: BTreeMap::new(),
            backups: BTreeMap::new(),
            times: BTreeMap::new(),
            symbols: Symbols::default(),
            symbols_of_times: Symbols::default(),
        };
        names.symbols.add(&names.prefix, "{case}");
        names.symbols.add(&names.account, "{account}");
        names
    }

    /// Takes over the account id that the endpoint told.
    pub fn learn_account(&mut self, account: &Account) {
        if let Some(id) = account.id.as_ref().filter(|id| id.as_str() != self.account) {
            self.symbols.remove(&self.account);
            self.account = id.to_string();
            self.symbols.add(&self.account, "{account}");
        }
    }

    /// Takes over the ARN of the backup labelled `label`.
    pub fn learn_backup(&mut self, label: &str, arn: &str) {
        let is_known = self.backups.values().any(|known| known == arn);
        let before = self.backups.insert(label.to_owned(), arn.to_owned());
        if is_known {
            // It keeps the label that it was given first.
            return;
        }
        if let Some(before) = before {
            self.symbols.remove(&before);
            backup_id(&before).into_iter().for_each(|id| self.symbols.remove(&id));
        }
        self.symbols.add(arn, format!("{{backup:{label}}}"));
        if let Some(id) = backup_id(arn) {
            self.symbols.add(&id, format!("{{backup-id:{label}}}"));
        }
    }

    /// Takes over the latest restorable time that the call labelled `label` told.
    pub fn learn_time(&mut self, label: &str, seconds: &Number) {
        self.times.insert(label.to_owned(), seconds.clone());
        self.symbols_of_times = Symbols::default();
        for (label, seconds) in &self.times {
            self.symbols_of_times.add(&seconds.to_string(), format!("\"{{time:{label}}}\""));
        }
    }

    /// The ARN of the backup labelled `label`, if it was made.
    pub fn backup(&self, label: &str) -> Option<&str> {
        self.backups.get(label).map(String::as_str)
    }

    /// The actual names of all tables that were spoken of.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Whether an actual name is that of a table of the case.
    pub fn has_table(&self, actual: &str) -> bool {
        self.tables.contains_key(actual)
    }

    /// The ARNs of all backups that were made.
    pub fn backups(&self) -> impl Iterator<Item = &str> {
        self.backups.values().map(String::as_str)
    }

    /// The actual name of a table.
    pub fn table(&mut self, symbol: &str) -> String {
        let (name, length) = match symbol.split_once(':') {
            Some((name, length)) => (name, length.parse().ok()),
            None => (symbol, None),
        };
        let mut actual = format!("{}-{name}", self.prefix);
        if let Some(length) = length {
            actual = of_length(&actual, self.number, length);
        }
        let symbol = format!("{{table:{symbol}}}");
        if self.tables.get(&actual) != Some(&symbol) {
            match actual.starts_with(&self.prefix) {
                true => self.symbols.add(&actual, &symbol),
                false => self.symbols.add_whole(&actual, &symbol),
            }
            self.tables.insert(actual.clone(), symbol);
        }
        actual
    }

    /// Replaces every symbol in a body.
    pub fn resolve(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => match time_label(text) {
                // A time is a number, and no text around it is one.
                Some(label) => {
                    Value::Number(self.times.get(label).cloned().unwrap_or(NO_TIME.into()))
                }
                None => Value::String(self.resolve_text(text)),
            },
            Value::Array(values) => values.iter().map(|value| self.resolve(value)).collect(),
            Value::Object(members) => {
                // Some requests have names of tables for members (BatchWriteItem).
                members
                    .iter()
                    .map(|(name, value)| (self.resolve_text(name), self.resolve(value)))
                    .collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Replaces every symbol in a text.
    pub fn resolve_text(&mut self, text: &str) -> String {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some(close) = rest.find('}') {
            // The innermost brace: a text may be JSON, whose own braces stand around symbols.
            let open = rest[..close].rfind('{').unwrap_or(close);
            resolved.push_str(&rest[..open]);
            match rest.get(open + 1..close).and_then(|symbol| self.symbol(symbol)) {
                Some(actual) => resolved.push_str(&actual),
                None => resolved.push_str(&rest[open..=close]),
            }
            rest = &rest[close + 1..];
        }
        resolved + rest
    }

    fn symbol(&mut self, symbol: &str) -> Option<String> {
        let (kind, name) = symbol.split_once(':').unwrap_or((symbol, ""));
        Some(match kind {
            "table" => self.table(name),
            "backup" => self.backup_or_none(name),
            "backup-id" => {
                let arn = self.backup_or_none(name);
                arn.rsplit('/').next().unwrap_or(NO_BACKUP).to_owned()
            }
            "account" => self.account.clone(),
            "other-account" => OTHER_ACCOUNT.to_owned(),
            "region" => self.region.clone(),
            _ => return None,
        })
    }

    /// A backup that was not made has an ARN that is well formed and names nothing.
    fn backup_or_none(&self, label: &str) -> String {
        self.backups.get(label).cloned().unwrap_or_else(|| {
            format!(
                "arn:aws:dynamodb:{}:{}:table/{}-none/backup/{NO_BACKUP}",
                self.region, self.account, self.prefix
            )
        })
    }

    /// Puts the symbols back: what is left is the same in every run.
    pub fn normalise(&self, text: &str) -> String {
        self.symbols.put(text)
    }

    /// The same for a request, which may name a time that was told.
    pub fn normalise_request(&self, text: &str) -> String {
        self.normalise(&self.symbols_of_times.put(text))
    }

    /// The same for a JSON pointer, whose parts may be ARNs.
    pub fn normalise_pointer(&self, text: &str) -> String {
        let part = |part| pointer::escape(&self.normalise(&pointer::unescape(part)));
        text.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// The same for an answer, which also tells when something happened.
    pub fn normalise_answer(&self, text: &str) -> String {
        times::hide(&self.normalise(text))
    }
}

/// The part of a backup's ARN that tells it from others of its table.
fn backup_id(arn: &str) -> Option<String> {
    match BackupArn::new(arn)?.parts() {
        ArnParts::Backup { id, .. } => Some(id.to_owned()),
        ArnParts::Malformed | ArnParts::Foreign => None,
    }
}

/// The label of a text that stands for a time.
fn time_label(text: &str) -> Option<&str> {
    text.strip_prefix("{time:")?.strip_suffix('}')
}

/// How the names of all tables of a run begin that no other run makes.
pub fn prefix(run_id: &str) -> String {
    format!("rst-{run_id}-")
}

/// An id that no other run has: the time, and what no clock tells.
pub fn new_run_id() -> String {
    use std::hash::{BuildHasher, RandomState};

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:011x}{:04x}", now.as_millis(), RandomState::new().hash_one(0) & 0xffff)
}

/// The longest name that may be somebody else's although it was made for a run.
const SHORT: usize = 40;

/// Whether a case speaks of a table whose name is too short to be unique to a run.
pub fn has_short_names(scenario: &Scenario) -> bool {
    let text = serde_json::to_string(&scenario.actions).unwrap_or_default();
    text.match_indices("{table:").any(|(at, _)| {
        let symbol = text[at + 1..].split('}').next().unwrap_or_default();
        let length = symbol.split(':').nth(2).and_then(|length| length.parse().ok());
        length.is_some_and(|length: usize| length < SHORT)
    })
}

/// A name of some length. A long one is as unique as the whole; of a short one there are too few for
/// every run, so it is the number of the case, and no two cases of a run share it.
fn of_length(name: &str, number: usize, length: usize) -> String {
    if length >= name.len() {
        return name.to_owned() + &"x".repeat(length - name.len());
    }
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    // The last letter tells the symbols of a case apart, where there is room for it.
    let symbol = if length > 2 { fnv64(name.as_bytes()) as usize % 36 } else { 0 };
    let mut rest = if length > 2 { number * 36 + symbol } else { number };
    let mut letters: Vec<char> = Vec::new();
    for _ in 0..length {
        letters.push(char::from(DIGITS[rest % 36]));
        rest /= 36;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reinstate_model::name::{AccountId, Region};
    use serde_json::json;

    #[test]
    fn symbols_become_names_and_names_become_symbols_again() {
        let mut names = Names::new("1", 7, "us-east-1");
        names.learn_backup(
            "b",
            "arn:aws:dynamodb:us-east-1:123456789012:table/rst-1-7-a/backup/01-02",
        );
        let body = json!({"T": "{table:a}", "B": ["{backup:b}"], "R": "arn:aws:dynamodb:eu-west-1:{account}:table/{table:a}/backup/{backup-id:b}"});
        let resolved = names.resolve(&body);
        assert_eq!(
            resolved,
            json!({
                "T": "rst-1-7-a",
                "B": ["arn:aws:dynamodb:us-east-1:123456789012:table/rst-1-7-a/backup/01-02"],
                "R": "arn:aws:dynamodb:eu-west-1:123456789012:table/rst-1-7-a/backup/01-02"
            })
        );
        assert_eq!(names.normalise(&resolved.to_string()), body.to_string());
    }

    #[test]
    fn symbols_within_a_text_that_is_json_are_replaced_and_its_braces_kept() {
        let mut names = Names::new("1", 7, "us-east-1");
        let text = names.resolve_text(r#"{"T": "{table:a}", "U": {"V": 1}} {}}"#);
        assert_eq!(text, r#"{"T": "rst-1-7-a", "U": {"V": 1}} {}}"#);
    }

    #[test]
    fn a_time_that_was_told_is_a_number_again() {
        let mut names = Names::new("1", 7, "us-east-1");
        assert_eq!(names.resolve(&json!("{time:b}")), json!(NO_TIME));
        names.learn_time("b", &Number::from_f64(1_790_000_000.5).unwrap());
        let resolved = names.resolve(&json!(["{time:b}"]));
        assert_eq!(resolved, json!([1_790_000_000.5]));
        assert_eq!(names.normalise_request(&resolved.to_string()), r#"["{time:b}"]"#);
    }

    #[test]
    fn an_arn_in_a_pointer_is_a_symbol() {
        let mut names = Names::new("1", 7, "us-east-1");
        let arn = format!(
            "arn:aws:dynamodb:us-east-1:123456789012:table/{}/backup/01489602797149-73d8d5bc",
            names.table("a")
        );
        names.learn_backup("b", &arn);
        let pointer = format!("/BackupSummaries/{}/BackupName", arn.replace('/', "~1"));
        assert_eq!(names.normalise_pointer(&pointer), "/BackupSummaries/{backup:b}/BackupName");
        assert_eq!(names.normalise_pointer("/a~1b~0"), "/a~1b~0");
    }

    #[test]
    fn a_label_is_that_of_the_backup_that_was_made_last_and_a_backup_keeps_its_first_label() {
        let mut names = Names::new("1", 7, "us-east-1");
        let arn =
            |id| format!("arn:aws:dynamodb:us-east-1:123456789012:table/rst-1-7-a/backup/0{id}-02");
        names.learn_backup("b", &arn(1));
        names.learn_backup("a", &arn(1));
        assert_eq!(names.normalise(&arn(1)), "{backup:b}");
        names.learn_backup("b", &arn(2));
        assert_eq!(names.normalise(&arn(2)), "{backup:b}");
        assert_eq!(names.normalise("02-02 01-02"), "{backup-id:b} 01-02");
    }

    #[test]
    fn an_account_that_is_told_takes_the_place_of_the_one_that_was_taken_for_it() {
        let mut names = Names::new("1", 7, "us-east-1");
        let region = Region::new("us-east-1").unwrap();
        names.learn_account(&Account::empty(region, AccountId::new("000000000000")));
        assert_eq!(names.normalise("000000000000 123456789012"), "{account} 123456789012");
        assert_eq!(names.resolve_text("{account}"), "000000000000");
    }

    #[test]
    fn a_short_name_is_no_part_of_a_word() {
        let mut names = Names::new("1", 7, "us-east-1");
        let name = names.table("a:3");
        let check = |text: String, wanted: &str| assert_eq!(names.normalise(&text), wanted);
        check(format!("re{name}stid, x-{name}-crc32"), &format!("re{name}stid, x-{name}-crc32"));
        check(format!("no table {name}."), "no table {table:a:3}.");
        check(
            format!(":table/{name}/backup, \"{name}\""),
            ":table/{table:a:3}/backup, \"{table:a:3}\"",
        );
    }

    #[test]
    fn a_backup_that_was_not_made_resolves_to_an_arn_that_names_nothing() {
        let mut names = Names::new("1", 7, "us-east-1");
        let arn = names.resolve(&json!("{backup:b}"));
        assert!(arn.as_str().unwrap().ends_with(NO_BACKUP));
    }

    #[test]
    fn a_case_that_needs_a_short_name_is_told_from_one_that_does_not() {
        use crate::scenario::{Source, call};

        let check = |name: &str| {
            let action = call("CreateTable", json!({"TableName": name}));
            has_short_names(&Scenario::new("a case", Source::Requests, vec![action]))
        };
        assert!(check("{table:a:3}") && check("{table:a:2}"));
        assert!(!check("{table:a}") && !check("{table:a:255}"));
        let longest = format!("{}999999-source", prefix(&new_run_id()));
        assert!(longest.len() < SHORT, "{longest}");
        assert_ne!(new_run_id(), new_run_id());
    }

    #[test]
    fn names_of_a_given_length_have_it_and_differ() {
        let mut names = Names::new("1", 7, "us-east-1");
        for length in [1, 2, 3, 255, 256] {
            assert_eq!(names.table(&format!("a:{length}")).len(), length);
        }
        assert_ne!(names.table("a:3"), names.table("b:3"));
    }
}
