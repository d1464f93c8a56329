//! A badge's endpoint: what [shields.io](https://shields.io/badges/endpoint-badge) reads.

use reinstate_model::rules::Impact;
use serde_json::json;

use super::Report;
use super::standing::Answer;

/// The badge of one report, or of several: how many of them conform.
pub fn render(reports: &[Report]) -> String {
    let (message, color) = match reports {
        [report] => one(report),
        _ => several(reports),
    };
    let badge = json!({
        "schemaVersion": 1,
        "label": "backup and restore",
        "message": message,
        "color": color,
    });
    format!("{badge:#}\n")
}

fn one(report: &Report) -> (String, &'static str) {
    let summary = &report.summary;
    let seen = format!("{} of {} rules seen", summary.rules_exercised, summary.rules);
    match Answer::of(report) {
        Answer::Unsupported => ("unsupported".to_owned(), "lightgrey"),
        Answer::Unanswered => ("no answer".to_owned(), "lightgrey"),
        Answer::Conforms => (format!("conforms, {seen}"), "brightgreen"),
        Answer::Diverges(worst) => {
            let ways = report.findings.iter().filter(|finding| finding.is_above_text()).count();
            let ways = if ways == 1 { "1 way".to_owned() } else { format!("{ways} ways") };
            let color = match worst {
                Impact::DataLoss | Impact::WrongData => "red",
                Impact::UnsafeAccept | Impact::Lifecycle => "orange",
                Impact::WrongError | Impact::Text => "yellow",
            };
            (format!("diverges in {ways}, {seen}"), color)
        }
    }
}

fn several(reports: &[Report]) -> (String, &'static str) {
    let conform = reports.iter().filter(|report| Answer::of(report) == Answer::Conforms).count();
    let color = match conform {
        0 => "red",
        all if all == reports.len() => "brightgreen",
        _ => "orange",
    };
    (format!("{conform} of {} conform", reports.len()), color)
}
