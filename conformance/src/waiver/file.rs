//! The file: `[[waiver]]` tables, one for each rule of each target.

use std::ops::Range as Span;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::catalogue;
use serde::Deserialize;
use thiserror::Error;
use time::{Date, Month};
use toml::Spanned;

use super::Range;
use crate::nearest::hint;

/// One difference that is put up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The name of the target.
    pub target: String,
    /// The rule that it breaks.
    pub rule: String,
    /// In which way; any if left out.
    pub kind: Option<DifferenceKind>,
    /// The versions of the target that break it; all if left out.
    pub versions: Option<Range>,
    /// Why it is put up with.
    pub reason: String,
    /// Where the fault is tracked.
    pub link: Option<String>,
    /// The last day on which it is put up with.
    pub expires: Option<Date>,
    /// Whether a pass is a problem. False for what shows in some runs only, such as a race.
    pub strict: bool,
    /// The line of the file that it begins on.
    pub line: usize,
}

/// All of a file, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waivers(pub Vec<Waiver>);

/// Why a text is no file of waivers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct WaiverError {
    line: usize,
    reason: String,
}

impl WaiverError {
    pub(super) fn new(line: usize, reason: String) -> Self {
        Self { line, reason }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waiver: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    target: String,
    rule: String,
    kind: Option<DifferenceKind>,
    versions: Option<String>,
    reason: String,
    link: Option<String>,
    expires: Option<toml::value::Datetime>,
    #[serde(default = "yes")]
    strict: bool,
}

fn yes() -> bool {
    true
}

impl Waivers {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// With the line, when something in it is wrong.
    pub fn parse(text: &str) -> Result<Self, WaiverError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            WaiverError { line: line_of(text, at), reason: error.message().to_owned() }
        })?;
        let waivers = file.waiver.into_iter().map(|entry| {
            let line = line_of(text, header(text, entry.span()));
            waiver(entry.into_inner(), line).map_err(|reason| WaiverError { line, reason })
        });
        waivers.collect::<Result<_, _>>().map(Self)
    }
}

/// A table's span may begin with its header or after it.
fn header(text: &str, span: Span<usize>) -> usize {
    if text[span.start..].starts_with("[[") {
        return span.start;
    }
    text[..span.start].rfind("[[").unwrap_or(span.start)
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

fn waiver(entry: Entry, line: usize) -> Result<Waiver, String> {
    let Entry { target, rule, kind, versions, reason, link, expires, strict } = entry;
    if reason.trim().is_empty() {
        return Err("`reason` is empty\nhint: say why the difference is put up with".to_owned());
    }
    let ids = catalogue().rules().iter().map(|rule| rule.id.as_str());
    if catalogue().get(&rule).is_none() {
        let hint = hint(&rule, ids, "`reinstate spec` lists all rules");
        return Err(format!("there is no rule `{rule}`\nhint: {hint}"));
    }
    let versions = versions
        .map(|text| {
            text.parse().map_err(|error| {
                format!("`versions` is no range: {error}\nhint: write it like \">=5.2, <6\"")
            })
        })
        .transpose()?;
    let expires = expires.map(|day| date(&day)).transpose()?;
    Ok(Waiver { target, rule, kind, versions, reason, link, expires, strict, line })
}

/// A day as a file of waivers has it, such as 2027-06-30.
pub fn day(text: &str) -> Option<Date> {
    date(&text.parse().ok()?).ok()
}

fn date(day: &toml::value::Datetime) -> Result<Date, String> {
    let wrong = || "`expires` is no day\nhint: write it like 2027-06-30".to_owned();
    let (Some(date), None) = (day.date, day.time) else { return Err(wrong()) };
    let month = Month::try_from(date.month).map_err(|_| wrong())?;
    Date::from_calendar_date(date.year.into(), month, date.day).map_err(|_| wrong())
}
