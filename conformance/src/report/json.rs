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

#[cfg(test)]
mod tests {
    use reinstate_model::oracle::{Difference, DifferenceKind};
    use reinstate_model::rules::Evidence;
    use serde_json::json;

    use super::*;
    use crate::drive::{CaseRun, End, Step};
    use crate::log::{Because, Header};
    use crate::plan::{Depth, Plan};
    use crate::report::Target;
    use crate::scenario::{Scenario, Source, call};

    /// A report with a finding.
    fn report(target: &str) -> Report {
        let difference = Difference {
            kind: DifferenceKind::Accepted,
            rule: "RTB-90",
            pointer: String::new(),
            expected: "a refusal".to_owned(),
            got: "\u{1F4A5} \"</script>".to_owned(),
        };
        let step = Step {
            operation: "RestoreTableFromBackup".to_owned(),
            request: "{}".to_owned(),
            status: 200,
            answer: "{}".to_owned(),
            differences: vec![difference],
            rules: vec!["RTB-90"],
            is_poll: false,
            is_judged: true,
            ..Step::default()
        };
        let run = CaseRun { steps: vec![step], end: End::Lost, tables: vec![], backups: vec![] };
        let actions = vec![call("RestoreTableFromBackup", json!({}))];
        let runs = [(Scenario::new("a case", Source::Scenario, actions).into(), run)];
        let target = Target { name: target.to_owned(), version: Some("1".to_owned()) };
        let plan = Plan::new(Depth::Quick, 1);
        let header = Header::whole(target, &plan, Depth::Quick, Evidence::Both);
        Report::new(&header, Because::Finished, &runs)
    }

    #[test]
    fn one_report_and_several_read_back_as_they_were_written() {
        for reports in [vec![report("one")], vec![report("one"), report("other")]] {
            assert_eq!(reports[0].findings.len(), 1);
            assert_eq!(read(&write(&reports)).unwrap(), reports);
        }
    }

    #[test]
    fn what_is_no_report_of_this_version_is_refused_with_the_reason() {
        let says = |text: &str, wanted: &str| {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        };
        let whole = write(&[report("one")]);
        says(&whole[..whole.len() / 2], "it is no report");
        says("{}", "it is no report");
        says(&whole.replace(SCHEMA, "reinstate-report/0"), "its schema is `reinstate-report/0`");
        says(&write(&[]), "it holds no report");
        let set = write(&[report("one"), report("other")]);
        says(&set.replace(SCHEMA, "reinstate-report/0"), "its schema is `reinstate-report/0`");
    }
}
