//! The JSON form: one report, or a set of them, written and read back.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Report, SCHEMA};

/// The version of the JSON form of several reports in one file.
pub const SET_SCHEMA: &str = "reinstate-reports/1";

/// Several reports in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Set {
    schema: String,
    reports: Vec<Report>,
}

/// Only what says which form a file has.
#[derive(Deserialize)]
struct Form {
    schema: Option<String>,
}

/// Why a text is no report.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It is not JSON, or a member is missing or of another type.
    #[error("it is no report: {0}\nhint: give a file that `reinstate check --json` wrote")]
    NotAReport(#[from] serde_json::Error),
    /// Another version of Reinstate, or another program, wrote it.
    #[error(
        "its schema is `{0}`, and this version reads `{SCHEMA}` and `{SET_SCHEMA}`\nhint: make the report again with `reinstate check --json`"
    )]
    OtherSchema(String),
    /// It is a set without reports.
    #[error("it holds no report")]
    Empty,
}

/// Reads the reports that a text holds.
pub fn read(text: &str) -> Result<Vec<Report>, ReadError> {
    let form: Form = serde_json::from_str(text)?;
    match form.schema.as_deref() {
        Some(SET_SCHEMA) => {
            let set: Set = serde_json::from_str(text)?;
            if let Some(other) = set.reports.iter().find(|report| report.schema != SCHEMA) {
                return Err(ReadError::OtherSchema(other.schema.clone()));
            }
            if set.reports.is_empty() { Err(ReadError::Empty) } else { Ok(set.reports) }
        }
        None | Some(SCHEMA) => Ok(vec![serde_json::from_str(text)?]),
        Some(other) => Err(ReadError::OtherSchema(other.to_owned())),
    }
}

/// The JSON form of one report, or of a set if there are several.
pub fn write(reports: &[Report]) -> String {
    let text = match reports {
        [report] => serde_json::to_string_pretty(report),
        _ => serde_json::to_string_pretty(&Set {
            schema: SET_SCHEMA.to_owned(),
            reports: reports.to_vec(),
        }),
    };
    let mut text = text.expect("a report is made of plain values");
    text.push('\n');
    text
}
