//! Several targets side by side, for people at a terminal: their figures, and the rules that tell them
//! apart.

use std::fmt::Write;

use reinstate_model::rules::catalogue;

use super::Report;
use super::standing::{Answer, target_name};
use crate::verdict::Verdict;

/// What separates two columns.
const GAP: usize = 2;

/// The comparison as text. `failures` are the targets that there is no report of, and why.
pub fn render(reports: &[Report], failures: &[(String, String)]) -> String {
    let mut out = String::from("\ncomparison\n");
    table(&mut out, &figures(reports));
    let (rows, alike) = differing(reports);
    if rows.len() > 1 {
        let _ = writeln!(out, "\nrules that tell these targets apart");
        table(&mut out, &rows);
    }
    if alike > 0 {
        let _ = writeln!(out, "\n{alike} further rules are broken by each target that has backups");
    }
    for (name, reason) in failures {
        let _ = writeln!(out, "\nnot run: {name}: {}", reason.replace('\n', "\n  "));
    }
    out
}

fn figures(reports: &[Report]) -> Vec<Vec<String>> {
    let mut rows = vec![
        std::iter::once(String::new())
            .chain(reports.iter().map(|report| target_name(&report.target)))
            .collect(),
    ];
    let mut row = |name: &str, figure: &dyn Fn(&Report) -> String| {
        rows.push(std::iter::once(name.to_owned()).chain(reports.iter().map(figure)).collect());
    };
    row("restores", &|report| {
        let word = match Answer::of(report) {
            Answer::Unsupported => "unsupported",
            Answer::Unanswered => "unanswered",
            Answer::Conforms => "conforms",
            Answer::Diverges(_) if report.passes() => "diverges, waived",
            Answer::Diverges(_) => "diverges",
        };
        word.to_owned()
    });
    let scored = |report: &Report, figure: usize| {
        if report.is_unsupported() { "-".to_owned() } else { figure.to_string() }
    };
    row("rules diverging", &|report| scored(report, report.summary.rules_diverging));
    row("rules too fast", &|report| scored(report, report.summary.rules_too_fast));
    row("rules reported", &|report| scored(report, report.summary.rules_reported));
    row("rules exercised", &|report| scored(report, report.summary.rules_exercised));
    row("of all rules", &|report| scored(report, report.summary.rules));
    rows
}

/// A row for each rule on which targets with backups differ, in the order of the catalogue, and the
/// number of rules that all of them break.
fn differing(reports: &[Report]) -> (Vec<Vec<String>>, usize) {
    let judged: Vec<&Report> = reports.iter().filter(|report| !report.is_unsupported()).collect();
    let head = ["rule".to_owned(), "impact".to_owned()];
    let mut rows = vec![
        head.into_iter().chain(judged.iter().map(|report| target_name(&report.target))).collect(),
    ];
    let mut alike = 0;
    if judged.len() < 2 {
        return (rows, alike);
    }
    for rule in catalogue().rules() {
        let of = |report: &&Report| report.rules.get(&rule.id).copied().unwrap_or(Verdict::NotRun);
        let verdicts: Vec<Verdict> = judged.iter().map(of).collect();
        let breaks = |verdict: &Verdict| {
            matches!(verdict, Verdict::Diverges | Verdict::TooFast | Verdict::Waived)
        };
        if !verdicts.iter().any(breaks) {
            continue;
        }
        if verdicts.iter().all(|verdict| *verdict == verdicts[0]) {
            alike += 1;
            continue;
        }
        let first = [rule.id.clone(), rule.impact.to_string()];
        let cells = verdicts.iter().map(|verdict| verdict.as_str().to_owned());
        rows.push(first.into_iter().chain(cells).collect());
    }
    (rows, alike)
}

/// Writes rows in columns that are as wide as their longest cell.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::from("  ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}{:GAP$}", "");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::log::{Because, Header};
    use crate::plan::{Depth, Plan};
    use crate::report::Target;
    use reinstate_model::rules::Evidence;

    fn report(name: &str, verdicts: &[(&str, Verdict)]) -> Report {
        let target = Target { name: name.to_owned(), version: Some("1.0".to_owned()) };
        let plan = Plan { scenarios: Vec::new(), ..Plan::new(Depth::Quick, 1) };
        let header = Header::whole(target, &plan, Depth::Quick, Evidence::Both);
        let mut report = Report::new(&header, Because::Finished, &[]);
        let verdicts = verdicts.iter().map(|(rule, verdict)| ((*rule).to_owned(), *verdict));
        report.rules.extend(verdicts.collect::<BTreeMap<_, _>>());
        report
    }

    #[test]
    fn only_rules_that_tell_targets_apart_are_listed_and_the_others_counted() {
        let one = report("one", &[("RTB-25", Verdict::Diverges), ("RTB-90", Verdict::Diverges)]);
        let two = report("two", &[("RTB-25", Verdict::Pass), ("RTB-90", Verdict::Diverges)]);
        let text = render(&[one, two], &[("three 2".to_owned(), "no python".to_owned())]);
        let line = text.lines().find(|line| line.contains("RTB-25")).expect("it tells them apart");
        assert_eq!(
            line.split_whitespace().collect::<Vec<_>>()[2..],
            ["diverges", "pass"],
            "{text}"
        );
        assert!(!text.contains("RTB-90") && text.contains("1 further rules"), "{text}");
        assert!(text.contains("not run: three 2: no python"), "{text}");
    }

    #[test]
    fn a_target_without_backups_has_no_figures_and_no_column_of_verdicts() {
        let one = report("one", &[("RTB-25", Verdict::Diverges)]);
        let two = report("two", &[("RTB-25", Verdict::Pass)]);
        let mut bare = report("bare", &[]);
        bare.unsupported.push("CreateBackup".to_owned());
        let text = render(&[one, bare, two], &[]);
        assert!(text.contains("unsupported"), "{text}");
        let heads = text.lines().find(|line| line.contains("impact")).expect("a table");
        assert!(!heads.contains("bare"), "{text}");
    }
}
