//! Waivers that fit and that do not, and the file before and after.

use reinstate_model::oracle::DifferenceKind;
use time::{Date, Month};

use super::*;
use crate::report::Report;
use crate::report::example::{clean, hostile};
use crate::verdict::Verdict;

/// A report with one finding that counts for each rule; they are kinds that the example has.
fn report(rules: &[&str]) -> Report {
    let mut report = hostile();
    report.target.name = "mine".to_owned();
    report.target.version = Some("1.2".to_owned());
    report.summary.cases_indeterminate = 0;
    report.stale_waivers.clear();
    report.findings.retain(|finding| rules.contains(&finding.rule.as_str()));
    report.findings.iter_mut().for_each(|finding| finding.waived = None);
    for (rule, verdict) in &mut report.rules {
        *verdict = if rules.contains(&rule.as_str()) { Verdict::Diverges } else { Verdict::Pass };
    }
    report
}

fn day(year: i32) -> Date {
    Date::from_calendar_date(year, Month::June, 30).unwrap()
}

/// Applies a file that waives one rule for `mine`, with more members.
fn applied(rule: &str, members: &str, mut report: Report) -> Report {
    let text =
        format!("[[waiver]]\ntarget = 'mine'\nrule = '{rule}'\nreason = 'known'\n{members}\n");
    apply(&Waivers::parse(&text).unwrap(), &mut report, day(2026));
    report
}

fn problems(report: &Report) -> Vec<Problem> {
    report.stale_waivers.iter().map(|stale| stale.problem).collect()
}

#[test]
fn what_is_waived_is_told_but_fails_no_run() {
    let report = applied("RTB-25", "link = 'https://x/1'", report(&["RTB-25"]));
    assert!(report.passes());
    assert_eq!(report.findings[0].waived.as_deref(), Some("known (https://x/1)"));
    assert!(report.findings[0].is_above_text(), "the answer to the reader stays as it was");
    assert_eq!(report.rules["RTB-25"], Verdict::Waived);
    assert_eq!(problems(&report), []);
}

#[test]
fn a_waiver_holds_for_its_rule_kind_target_and_versions_only() {
    for (rule, members) in
        [("RTB-10", ""), ("RTB-25", "kind = 'accepted'"), ("RTB-25", "versions = '>=1.3'")]
    {
        let report = applied(rule, members, report(&["RTB-25"]));
        assert!(!report.passes(), "{rule} {members}");
        assert_eq!(report.rules["RTB-25"], Verdict::Diverges);
    }
    let mut other = report(&["RTB-25"]);
    other.target.name = "other".to_owned();
    let other = applied("RTB-25", "", other);
    assert!(!other.passes());
    assert_eq!(problems(&other), [], "it says nothing of this target");
    let inside = applied("RTB-25", "versions = '>=1.1, <2'", report(&["RTB-25"]));
    assert!(inside.passes());
}

#[test]
fn a_rule_that_is_kept_makes_its_waiver_stale_unless_it_is_not_strict() {
    let stale = applied("RTB-10", "", report(&[]));
    assert_eq!(problems(&stale), [Problem::UnexpectedPass]);
    assert_eq!(stale.rules["RTB-10"], Verdict::StaleWaiver);
    let lenient = applied("RTB-10", "strict = false", report(&[]));
    assert_eq!(problems(&lenient), []);
    // Broken, but in another way than the waiver says.
    let changed = applied("RTB-25", "kind = 'accepted'", report(&["RTB-25"]));
    assert_eq!(problems(&changed), [Problem::UnexpectedPass]);
}

#[test]
fn part_of_a_plan_makes_no_waiver_stale() {
    let mut part = report(&[]);
    part.whole = false;
    assert_eq!(problems(&applied("RTB-10", "", part)), []);
    let mut open = report(&[]);
    open.summary.cases_indeterminate = 1;
    assert_eq!(problems(&applied("RTB-10", "", open)), []);
}

#[test]
fn a_rule_that_nothing_bore_on_or_that_does_not_count_is_matched_by_nothing() {
    let mut unseen = report(&[]);
    unseen.rules.insert("RTB-10".to_owned(), Verdict::NotRun);
    let unseen = applied("RTB-10", "", unseen);
    assert_eq!(problems(&unseen), [Problem::MatchesNothing]);
    // The example reports RTB-31a without counting it, because it is inferred.
    let inferred = applied("RTB-31a", "", report(&["RTB-31a"]));
    assert_eq!(problems(&inferred), [Problem::MatchesNothing]);
    assert!(inferred.stale_waivers[0].text.contains("never fails a run"));
}

#[test]
fn a_waiver_expires_after_its_last_day_even_if_it_still_matches() {
    let last = applied("RTB-25", "expires = 2026-06-30", report(&["RTB-25"]));
    assert_eq!(problems(&last), []);
    let over = applied("RTB-25", "expires = 2026-06-29", report(&["RTB-25"]));
    assert_eq!(problems(&over), [Problem::Expired]);
    assert_eq!(over.stale_waivers[0].line, 1);
}

#[test]
fn a_wrong_file_is_refused_with_the_line_and_the_remedy() {
    let good = "# mine\n\n[[waiver]]\ntarget = 'a'\nrule = 'RTB-25'\nreason = 'x'\n";
    assert_eq!(Waivers::parse(good).unwrap().0[0].line, 3);
    for (old, new, says) in [
        ("'x'", "' '", "line 3: `reason` is empty\nhint: "),
        ("RTB-25", "RTB-2S", "line 3: there is no rule `RTB-2S`\nhint: did you mean `RTB-2"),
        ("reason", "raeson", "line 6: "),
        ("reason", "versions = 'new'\nreason", "line 3: `versions` is no range"),
        ("reason", "expires = 10:00:00\nreason", "line 3: `expires` is no day\nhint: "),
        ("reason", "kind = 'odd'\nreason", "line 6: "),
        ("[[waiver]]", "[[waivers]]", "line 3: "),
    ] {
        let text = Waivers::parse(&good.replace(old, new)).unwrap_err().to_string();
        assert!(text.starts_with(says), "{text}");
    }
}

fn options() -> WriteOptions {
    WriteOptions {
        reason: "known".to_owned(),
        link: Some("https://x/1".to_owned()),
        expires: Some(day(2027)),
    }
}

#[test]
fn what_is_written_waives_all_that_fails_and_writing_again_changes_nothing() {
    let mut report = report(&["RTB-25", "RTB-10", "RTB-63", "RTB-14", "RTB-31a"]);
    let edited = write("", std::slice::from_ref(&report), &options(), day(2026)).unwrap();
    let waivers = Waivers::parse(&edited.text).unwrap();
    let rules: Vec<&str> = waivers.0.iter().map(|waiver| waiver.rule.as_str()).collect();
    assert_eq!(rules, ["RTB-25", "RTB-10", "RTB-63"], "texts and what does not count need none");
    assert_eq!(waivers.0[0].kind, Some(DifferenceKind::WrongMember));
    assert_eq!(waivers.0[0].expires, Some(day(2027)));
    assert!(edited.text.starts_with("# Differences of targets"), "{}", edited.text);
    let again = write(&edited.text, std::slice::from_ref(&report), &options(), day(2026)).unwrap();
    assert_eq!((again.added, again.renewed), (0, 0));
    assert_eq!(again.text, edited.text);
    apply(&waivers, &mut report, day(2026));
    assert!(report.passes());
    assert_eq!(problems(&report), []);
}

/// A file as people keep it.
const KEPT: &str = "\
# Our emulator. Ask Kim before you add to this.

# The billing mode is a stub.
[[waiver]]
target = \"mine\"   # the one in this repository
rule = 'RTB-10'
reason = \"known\"
expires = 2026-01-01 # end of the quarter

# --- indexes ---

# This one is hard.
[[waiver]]
target = \"mine\"
rule = 'RTB-25'
reason = \"known\"
# the end
";

#[test]
fn what_people_wrote_survives_an_added_and_a_renewed_waiver() {
    let report = report(&["RTB-25", "RTB-10", "RTB-63"]);
    let edited = write(KEPT, &[report], &options(), day(2026)).unwrap();
    assert_eq!((edited.added, edited.renewed, edited.removed), (1, 1, 0));
    let renewed = KEPT.replace("2026-01-01 # end", "2027-06-30 # end");
    for line in renewed.lines() {
        assert!(edited.text.contains(line), "{line} is lost:\n{}", edited.text);
    }
    assert_eq!(Waivers::parse(&edited.text).unwrap().0.len(), 3);
}

#[test]
fn pruning_removes_what_is_stale_and_keeps_every_other_comment() {
    let edited = prune(KEPT, &[report(&["RTB-10"])], day(2025)).unwrap();
    assert_eq!(edited.removed, 1);
    assert!(!edited.text.contains("RTB-25"), "{}", edited.text);
    for kept in ["Ask Kim", "is a stub", "the one in this", "--- indexes ---", "# the end"] {
        assert!(edited.text.contains(kept), "{kept} is lost:\n{}", edited.text);
    }
    let edited = prune(KEPT, &[report(&["RTB-25"])], day(2026)).unwrap();
    assert_eq!(edited.removed, 1, "it has expired");
    assert!(edited.text.contains("Ask Kim") && edited.text.contains("RTB-25"), "{}", edited.text);
    let both = prune(KEPT, &[report(&[])], day(2026)).unwrap();
    assert_eq!(both.removed, 2);
    assert!(both.text.contains("Ask Kim") && both.text.contains("# the end"), "{}", both.text);
    assert_eq!(Waivers::parse(&both.text).unwrap(), Waivers::default());
}

#[test]
fn a_target_without_backups_makes_no_waiver_stale() {
    let mut bare = clean("mine");
    bare.unsupported = vec!["CreateBackup".to_owned()];
    bare.summary.cases_indeterminate = 0;
    assert_eq!(problems(&applied("RTB-10", "", bare)), []);
}
