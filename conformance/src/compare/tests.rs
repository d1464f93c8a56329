//! Pairs of reports and what tells them apart.

use super::*;
use crate::report::example::{clean, hostile};
use reinstate_model::oracle::DifferenceKind;

const RULE: &str = "RTB-25";

/// A report whose only finding is that the rule is broken in these ways, at this place.
fn report(kinds: &[DifferenceKind], places: &[&str]) -> Report {
    let mut report = clean("mine");
    let template = hostile().findings.remove(0);
    report.findings = kinds
        .iter()
        .map(|kind| Finding {
            kind: *kind,
            places: places.iter().map(|place| (*place).to_owned()).collect(),
            waived: None,
            ..template.clone()
        })
        .collect();
    let verdict = if kinds.is_empty() { Verdict::Pass } else { Verdict::Diverges };
    report.rules.insert(RULE.to_owned(), verdict);
    report
}

fn unseen(verdict: Verdict) -> Report {
    let mut report = report(&[], &[]);
    report.rules.insert(RULE.to_owned(), verdict);
    report
}

/// What became of the rule, and whether it is worse.
fn became(old: &Report, new: &Report) -> Option<(What, bool)> {
    let comparison = Comparison::of(old, new);
    assert!(comparison.changes.len() <= 1, "{comparison:?}");
    comparison.changes.first().map(|change| (change.what, change.worse))
}

#[test]
fn every_sort_of_change_is_told_and_only_what_is_worse_fails() {
    use DifferenceKind::{Accepted, WrongMember};
    let kept = report(&[], &[]);
    let broken = report(&[WrongMember], &["DescribeTable /Table"]);
    let other = report(&[Accepted], &["DescribeTable /Table"]);
    let wider = report(&[WrongMember], &["DescribeTable /Table", "UpdateTable /Table"]);
    let not_run = unseen(Verdict::NotRun);
    for (old, new, expected) in [
        (&kept, &broken, Some((What::Broken, true))),
        (&broken, &kept, Some((What::Fixed, false))),
        (&broken, &other, Some((What::Changed, true))),
        (&broken, &wider, Some((What::Wider, true))),
        (&wider, &broken, None),
        (&not_run, &broken, Some((What::New, false))),
        (&broken, &not_run, Some((What::Gone, false))),
        (&kept, &not_run, Some((What::Skipped, false))),
        (&broken, &broken, None),
    ] {
        assert_eq!(became(old, new), expected, "{:?} {:?}", old.findings, new.findings);
    }
}

#[test]
fn withdrawn_support_is_worse_than_a_rule_that_was_kept() {
    let kept = report(&[], &[]);
    assert_eq!(became(&kept, &unseen(Verdict::Unsupported)), Some((What::Skipped, true)));
}

#[test]
fn a_second_way_is_worse_and_the_loss_of_one_of_two_is_not() {
    use DifferenceKind::{Accepted, WrongMember};
    let one = report(&[WrongMember], &["DescribeTable"]);
    let two = report(&[WrongMember, Accepted], &["DescribeTable"]);
    assert_eq!(became(&one, &two), Some((What::Changed, true)));
    assert_eq!(became(&two, &one), Some((What::Changed, false)));
}

#[test]
fn more_places_of_another_plan_and_waived_findings_are_not_worse() {
    let old = report(&[DifferenceKind::WrongMember], &["DescribeTable"]);
    let mut new = report(&[DifferenceKind::WrongMember], &["DescribeTable", "UpdateTable"]);
    new.plan = "another".to_owned();
    assert_eq!(became(&old, &new), Some((What::Wider, false)));
    let mut waived = report(&[DifferenceKind::WrongMember], &["DescribeTable"]);
    waived.findings[0].waived = Some("known".to_owned());
    assert_eq!(became(&report(&[], &[]), &waived), Some((What::Broken, false)));
}

#[test]
fn the_number_of_cases_is_no_difference() {
    let old = report(&[DifferenceKind::WrongMember], &["DescribeTable"]);
    let mut new = old.clone();
    new.findings[0].cases = 900;
    new.findings[0].got = "something else".to_owned();
    assert_eq!(became(&old, &new), None);
}

#[test]
fn reports_are_paired_by_target_and_two_single_ones_in_any_case() {
    let (a, b, c) = (clean("a"), clean("b"), clean("c"));
    assert_eq!(pairs(std::slice::from_ref(&a), std::slice::from_ref(&b)).0.len(), 1);
    let (old, new) = ([a.clone(), b.clone()], [b, c, a]);
    let (paired, alone) = pairs(&old, &new);
    let names: Vec<(&str, &str)> = paired
        .iter()
        .map(|(old, new)| (old.target.name.as_str(), new.target.name.as_str()))
        .collect();
    assert_eq!(names, [("b", "b"), ("a", "a")]);
    assert_eq!(alone, ["c 1.0: only in the new report"]);
}

#[test]
fn every_view_names_the_rule_and_says_if_it_is_worse() {
    let comparison = Comparison::of(
        &report(&[], &[]),
        &report(&[DifferenceKind::WrongMember], &["DescribeTable /Table"]),
    );
    let text = terminal::render(&comparison);
    assert!(text.contains("broken (kept before") && text.contains("! RTB-25"), "{text}");
    assert!(text.contains("WORSE in 1 rules"), "{text}");
    let text = markdown::render(std::slice::from_ref(&comparison));
    assert!(text.contains("**worse** in 1 rule\n") && text.contains("| RTB-25 |"), "{text}");
    let value = serde_json::to_value(&comparison).unwrap();
    assert_eq!(value["changes"][0]["what"], "broken");
    assert_eq!(value["changes"][0]["worse"], true);
}
