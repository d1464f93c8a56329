//! Writing waivers into a file that people keep: what they wrote stays as it is.

use std::str::FromStr;

use time::Date;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{Range, Waiver, WaiverError, Waivers};
use crate::finding::Finding;
use crate::report::{Report, Target};

/// What a new file begins with.
const HEAD: &str = "\
# Differences of targets from DynamoDB that are known and put up with. `reinstate check` reads this file
# and exits with 3 once one of them is no longer true; `reinstate waive REPORT` adds to it.
";

/// What the new waivers of a report have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Why the differences are put up with.
    pub reason: String,
    /// Where they are tracked.
    pub link: Option<String>,
    /// The last day on which they are put up with; none if that is not bounded.
    pub expires: Option<Date>,
}

/// A file as it is to be, and what has changed in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// Waivers that were added.
    pub added: usize,
    /// Waivers that had expired, and are given more time.
    pub renewed: usize,
    /// Waivers that were removed.
    pub removed: usize,
}

/// Adds a waiver for each difference that fails a run and that no waiver covers. One that covers it but
/// has expired gets the new day.
///
/// # Errors
///
/// When the text is no file of waivers.
pub fn write(
    text: &str,
    reports: &[Report],
    options: &WriteOptions,
    today: Date,
) -> Result<Edited, WaiverError> {
    let waivers = Waivers::parse(text)?;
    let mut document = document(text)?;
    if text.trim().is_empty() {
        document.decor_mut().set_prefix(HEAD);
    }
    let mut edited = Edited { text: String::new(), added: 0, renewed: 0, removed: 0 };
    let tables = tables(&mut document);
    for report in reports {
        for finding in report.findings.iter().filter(|finding| finding.is_above_text()) {
            let covering = waivers
                .0
                .iter()
                .position(|waiver| waiver.is_about(&report.target) && waiver.covers(finding));
            let is_new = match covering {
                Some(at) if waivers.0[at].expires.is_some_and(|day| day < today) => {
                    if let Some(table) = tables.get_mut(at) {
                        renew(table, options.expires);
                        edited.renewed += 1;
                    }
                    false
                }
                Some(_) => false,
                None => true,
            };
            if is_new {
                tables.push(table(&report.target, finding, options));
                edited.added += 1;
            }
        }
    }
    edited.text = document.to_string();
    Ok(edited)
}

/// Removes the waivers that a report shows to be wrong.
///
/// # Errors
///
/// When the text is no file of waivers.
pub fn prune(text: &str, reports: &[Report], today: Date) -> Result<Edited, WaiverError> {
    let waivers = Waivers::parse(text)?;
    let mut document = document(text)?;
    let is_stale = |waiver: &Waiver| {
        reports.iter().any(|report| {
            waiver.is_about(&report.target) && waiver.problem(report, today).is_some()
        })
    };
    let stale: Vec<bool> = waivers.0.iter().map(is_stale).collect();
    let tables = tables(&mut document);
    // Comments that do not stand directly above a waiver that goes away are handed on to what follows.
    let mut handed_on = String::new();
    let mut at = 0;
    for (index, is_stale) in stale.iter().enumerate() {
        let Some(table) = tables.get_mut(at) else { break };
        let prefix = table.decor().prefix().and_then(|raw| raw.as_str()).unwrap_or_default();
        if *is_stale {
            handed_on.push_str(kept(prefix, index == 0));
            tables.remove(at);
        } else {
            let whole = format!("{handed_on}{prefix}");
            table.decor_mut().set_prefix(whole);
            handed_on.clear();
            at += 1;
        }
    }
    if tables.is_empty() {
        document.remove("waiver");
    }
    if !handed_on.is_empty() {
        let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing(format!("{handed_on}{trailing}"));
    }
    let removed = stale.iter().filter(|is_stale| **is_stale).count();
    Ok(Edited { text: document.to_string(), added: 0, renewed: 0, removed })
}

/// The part of what stands above a waiver that is not about that waiver: all down to the last empty
/// line. Without one it may be what the file begins with, if it is the first.
fn kept(prefix: &str, is_first: bool) -> &str {
    match prefix.rfind("\n\n") {
        Some(end) => &prefix[..=end],
        None if is_first => prefix,
        None => "",
    }
}

fn document(text: &str) -> Result<DocumentMut, WaiverError> {
    // It was read as TOML before, so this only guards against the two readers disagreeing.
    DocumentMut::from_str(text).map_err(|error| WaiverError::new(1, error.message().to_owned()))
}

/// The tables of the waivers, in the order in which they were read.
fn tables(document: &mut DocumentMut) -> &mut ArrayOfTables {
    let item = document.entry("waiver").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if let Some(inline) = item.as_array().cloned() {
        // `waiver = [{...}]` says the same as tables do.
        let tables = inline.iter().filter_map(|value| value.as_inline_table().cloned());
        *item = Item::ArrayOfTables(tables.map(|table| table.into_table()).collect());
    }
    item.as_array_of_tables_mut().expect("it is one now, or was no file of waivers")
}

fn renew(table: &mut Table, expires: Option<Date>) {
    match expires {
        Some(day) => {
            let mut item = self::day(day);
            let old = table.get("expires").and_then(Item::as_value).map(|old| old.decor().clone());
            // A comment behind the old day stays.
            if let (Some(new), Some(decor)) = (item.as_value_mut(), old) {
                *new.decor_mut() = decor;
            }
            table["expires"] = item;
        }
        None => {
            table.remove("expires");
        }
    }
}

fn table(target: &Target, finding: &Finding, options: &WriteOptions) -> Table {
    let mut table = Table::new();
    let sentence = crate::report::layout::one_line(&finding.sentence, 200);
    table.decor_mut().set_prefix(format!("\n# {sentence}\n"));
    table["target"] = value(target.name.as_str());
    table["rule"] = value(finding.rule.as_str());
    table["kind"] = value(finding.kind.as_str());
    if let Some(range) = target.version.as_deref().and_then(Range::since) {
        table["versions"] = value(range.to_string());
    }
    table["reason"] = value(options.reason.as_str());
    if let Some(link) = &options.link {
        table["link"] = value(link.as_str());
    }
    if let Some(expires) = options.expires {
        table["expires"] = day(expires);
    }
    table
}

fn day(day: Date) -> Item {
    let date = toml_edit::Date {
        year: u16::try_from(day.year()).unwrap_or(9999),
        month: day.month().into(),
        day: day.day(),
    };
    value(toml_edit::Datetime { date: Some(date), time: None, offset: None })
}
