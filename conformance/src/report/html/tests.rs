//! The page as text; what it does in a browser is tested by `.ci/browser.mjs`.

use std::collections::BTreeSet;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::catalogue;

use super::{LARGEST, render};
use crate::finding::Finding;
use crate::report::Report;
use crate::report::example::{HOSTILE, clean, hostile};

fn ids(page: &str) -> Vec<&str> {
    page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn every_link_leads_somewhere(page: &str) {
    let ids = ids(page);
    let set: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), set.len(), "an id stands twice");
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(set.contains(link), "#{link}");
    }
}

#[test]
fn nothing_that_an_endpoint_sends_becomes_markup() {
    let page = render(&[hostile()]);
    // Our own script, and no other.
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<!-- "), "a comment of an endpoint's");
    assert!(page.contains("&lt;/script&gt;"));
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
    assert!(!page.contains('\u{202e}') && HOSTILE.contains('\u{202e}'));
}

#[test]
fn the_page_loads_nothing() {
    let page = render(&[hostile(), clean("other")]);
    for sign in [" src=", "@import", "url(h", "<link rel=\"style", "<iframe", "fetch("] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_cell_has_an_address_and_every_link_within_the_page_leads_somewhere() {
    let page = render(&[hostile(), clean("http://127.0.0.1:8000"), clean("hostile")]);
    let set: BTreeSet<&str> = ids(&page).into_iter().collect();
    for slug in ["hostile", "http---127.0.0.1-8000", "hostile_2"] {
        assert!(set.contains(format!("RTB-25/{slug}").as_str()), "{slug}");
    }
    assert!(set.contains("RTB-25/hostile/wrong-member"));
    every_link_leads_somewhere(&page);
}

/// A target that breaks every rule of the catalogue.
fn broken(name: &str) -> Report {
    let mut report = hostile();
    report.target.name = name.to_owned();
    let one = report.findings[0].clone();
    report.findings.extend(
        catalogue().rules().iter().map(|rule| Finding { rule: rule.id.clone(), ..one.clone() }),
    );
    report
}

#[test]
fn a_page_stays_below_its_size_and_says_what_it_leaves_out() {
    let mut twice = broken("one");
    for finding in broken("two").findings {
        twice.findings.push(Finding { kind: DifferenceKind::Refused, ..finding });
    }
    let page = render(&[twice]);
    assert!(page.len() <= LARGEST, "{}", page.len());
    assert!(page.contains("The rest is left out to keep the page small"));
    let count = |text: &str| page.matches(text).count();
    assert!(count("class=\"lanes\"") > 0);
    // What is not there cannot be copied.
    assert_eq!(count("data-copy=\"case\""), count("class=\"lanes\""));
    every_link_leads_somewhere(&page);
}

#[test]
fn of_more_targets_than_a_page_can_hold_it_has_the_first_and_says_so() {
    let reports: Vec<Report> = (0..60).map(|n| clean(&format!("target {n}"))).collect();
    let page = render(&reports);
    assert!(page.len() <= LARGEST, "{}", page.len());
    assert!(page.contains(" more targets are left out"));
    assert!(page.contains("target 0") && !page.contains("target 59"));
}

#[test]
fn a_finding_that_a_report_holds_twice_is_shown_once() {
    let mut report = hostile();
    report.findings.push(report.findings[0].clone());
    every_link_leads_somewhere(&render(&[report]));
}
