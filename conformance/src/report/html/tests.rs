//! The page as text; what it does in a browser is tested by `.ci/browser.mjs`.

use std::collections::BTreeSet;

use reinstate_model::rules::catalogue;

use super::packed::unpack;
use super::{LARGEST, render, render_within};
use crate::finding::Finding;
use crate::report::Report;
use crate::report::example::{HOSTILE, clean, hostile};

fn ids(page: &str) -> Vec<&str> {
    page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// What the page holds in its compressed form.
fn packed_on(page: &str) -> Vec<String> {
    let packed = page.split_once("<template id=\"packed\">").map_or("", |(_, rest)| rest);
    let packed = packed.split('<').next().unwrap_or_default();
    if packed.is_empty() { vec![] } else { unpack(packed) }
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
    let pieces = packed_on(&page);
    assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.contains("boto3")));
    for text in pieces.iter().map(String::as_str).chain([page.as_str()]) {
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{text}");
        assert!(!text.contains("<!-- "), "a comment of an endpoint's");
        let control = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(control, None);
        assert!(!text.contains('\u{202e}') && HOSTILE.contains('\u{202e}'));
    }
    assert!(page.contains("&lt;/script&gt;"));
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

/// How many pieces hold a text, on the page and packed.
fn count(page: &str, pieces: &[String], text: &str) -> (usize, usize) {
    let packed = pieces.iter().map(|piece| piece.matches(text).count()).sum::<usize>();
    (page.matches(text).count(), packed)
}

#[test]
fn what_has_no_room_is_packed_and_lacks_nothing() {
    let largest = 1_000_000;
    let target = broken("one");
    let findings = target.findings.iter().map(Finding::identity).collect::<BTreeSet<_>>().len();
    let page = render_within(largest, &[target]);
    assert!(page.len() <= largest, "{}", page.len());
    assert!(!page.contains("left out to keep the page small"));
    let pieces = packed_on(&page);
    assert_eq!(pieces.len(), findings);
    let (shown, packed) = count(&page, &pieces, "class=\"lanes\"");
    assert!(shown > 0 && packed > 0);
    assert_eq!(shown + packed, findings);
    for number in 0..pieces.len() {
        assert!(page.contains(&format!("data-rest=\"{number}\"")), "{number}");
    }
    every_link_leads_somewhere(&page);
}

#[test]
fn a_page_stays_below_its_size_and_says_what_it_leaves_out() {
    let target = broken("one");
    let least = render_within(0, std::slice::from_ref(&target)).len();
    for more in [0, 100_000] {
        let largest = least + more;
        let page = render_within(largest, std::slice::from_ref(&target));
        assert!(page.len() <= largest, "{} of {largest}", page.len());
        assert!(page.contains("left out to keep the page small"), "{more}");
        every_link_leads_somewhere(&page);
    }
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
