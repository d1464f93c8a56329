//! The seed page is covered: each of its members, exceptions and sentences has rules that test it,
//! or a reason why none can (`fixtures/seed/README.md`).
//!
//! Whether code keeps the rules is tested elsewhere; this is about the checklist alone.

use std::collections::{BTreeMap, BTreeSet};

use reinstate_model::api::{OperationModel, operation};
use reinstate_model::rules::{Evidence, catalogue};
use serde::Deserialize;

/// The exception of the API model that the page leaves out.
const NOT_ON_THE_PAGE: &str = "InternalServerError";

/// How the page is covered, kind by kind. A reason that takes the place of a rule shows here.
const FIGURES: [(&str, Figures); 4] = [
    ("sentences", Figures { tested: 152, untestable: 49 }),
    ("request members", Figures { tested: 29, untestable: 0 }),
    ("response members", Figures { tested: 89, untestable: 4 }),
    ("exceptions", Figures { tested: 5, untestable: 1 }),
];

#[derive(Debug, PartialEq, Eq)]
struct Figures {
    tested: usize,
    untestable: usize,
}

/// The members and exceptions as the page lists them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    operation: String,
    request: Vec<String>,
    response: Vec<String>,
    exceptions: Vec<String>,
}

impl Page {
    fn read() -> Self {
        serde_json::from_str(include_str!("../../../fixtures/seed/members.json"))
            .expect("fixtures/seed/members.json is built in")
    }

    fn model(&self) -> &'static OperationModel {
        operation(&self.operation).expect("the API table has the operation of the page")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    sentence: Vec<Sentence>,
    request_member: Vec<MemberEntry>,
    response_member: Vec<MemberEntry>,
    exception: Vec<ExceptionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    /// `operation`, the path of a member, or an exception.
    place: String,
    says: String,
    /// Whether it is the API model behind the page that says so.
    #[serde(default)]
    model: bool,
    #[serde(default)]
    rules: Vec<String>,
    untestable: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberEntry {
    path: String,
    #[serde(default)]
    rules: Vec<String>,
    untestable: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionEntry {
    name: String,
    #[serde(default)]
    rules: Vec<String>,
    untestable: Option<String>,
}

/// What covers one entry, whatever its kind.
struct Covered<'a> {
    kind: &'static str,
    subject: String,
    rules: &'a [String],
    untestable: Option<&'a str>,
}

impl Coverage {
    fn read() -> Self {
        toml::from_str(include_str!("../../../fixtures/seed/coverage.toml"))
            .unwrap_or_else(|error| panic!("fixtures/seed/coverage.toml is built in: {error}"))
    }

    fn entries(&self) -> Vec<Covered<'_>> {
        let sentences = self.sentence.iter().map(|entry| Covered {
            kind: "sentences",
            subject: format!("{}: {}", entry.place, entry.says),
            rules: &entry.rules,
            untestable: entry.untestable.as_deref(),
        });
        let members = [
            ("request members", &self.request_member),
            ("response members", &self.response_member),
        ];
        let members = members.into_iter().flat_map(|(kind, entries)| {
            entries.iter().map(move |entry| Covered {
                kind,
                subject: entry.path.clone(),
                rules: &entry.rules,
                untestable: entry.untestable.as_deref(),
            })
        });
        let exceptions = self.exception.iter().map(|entry| Covered {
            kind: "exceptions",
            subject: entry.name.clone(),
            rules: &entry.rules,
            untestable: entry.untestable.as_deref(),
        });
        sentences.chain(members).chain(exceptions).collect()
    }

    fn named_rules(&self) -> BTreeSet<String> {
        self.entries().iter().flat_map(|entry| entry.rules.iter().cloned()).collect()
    }
}

fn assert_same_and_unique(what: &str, page: &[String], checklist: Vec<String>) {
    let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
    let (on_page, in_checklist) = (set(page), set(&checklist));
    assert_eq!(on_page.len(), page.len(), "the page lists one of its {what} twice");
    assert_eq!(in_checklist.len(), checklist.len(), "the checklist has one of the {what} twice");
    let missing: Vec<_> = on_page.difference(&in_checklist).collect();
    let invented: Vec<_> = in_checklist.difference(&on_page).collect();
    assert!(missing.is_empty(), "{what} of the page that the checklist lacks: {missing:?}");
    assert!(invented.is_empty(), "{what} of the checklist that the page lacks: {invented:?}");
}

fn paths(entries: &[MemberEntry]) -> Vec<String> {
    entries.iter().map(|entry| entry.path.clone()).collect()
}

#[test]
fn every_member_of_the_page_is_in_the_checklist_once() {
    let (page, coverage) = (Page::read(), Coverage::read());
    assert_same_and_unique("request members", &page.request, paths(&coverage.request_member));
    assert_same_and_unique("response members", &page.response, paths(&coverage.response_member));
}

#[test]
fn every_exception_of_the_page_and_of_the_api_model_is_in_the_checklist_once() {
    let (page, coverage) = (Page::read(), Coverage::read());
    let mut expected = page.exceptions.clone();
    expected.push(NOT_ON_THE_PAGE.to_owned());
    let checklist: Vec<_> = coverage.exception.iter().map(|entry| entry.name.clone()).collect();
    assert_same_and_unique("exceptions", &expected, checklist);
    assert_same_and_unique("exceptions", &expected, page.model().errors.clone());
}

#[test]
fn every_entry_has_either_rules_or_a_reason() {
    for Covered { kind, subject, rules, untestable } in Coverage::read().entries() {
        let reason = untestable.map(str::trim);
        assert_ne!(reason, Some(""), "{kind}: `{subject}` has an empty reason");
        assert_ne!(
            rules.is_empty(),
            reason.is_none(),
            "{kind}: `{subject}` needs rules or a reason, and not both"
        );
        let distinct: BTreeSet<_> = rules.iter().collect();
        assert_eq!(distinct.len(), rules.len(), "{kind}: `{subject}` names a rule twice");
    }
}

#[test]
fn every_named_rule_is_in_the_catalogue_and_speaks_of_the_core() {
    let coverage = Coverage::read();
    let named = coverage.named_rules();
    let unknown: Vec<_> = named.iter().filter(|id| catalogue().get(id).is_none()).collect();
    assert!(unknown.is_empty(), "the checklist names rules that do not exist: {unknown:?}");
    let newer: Vec<_> = named.iter().filter(|id| catalogue().rule(id).extension).collect();
    assert!(newer.is_empty(), "rules of members newer than the page: {newer:?}");
}

#[test]
fn every_rule_that_a_reason_mentions_is_in_the_catalogue() {
    for Covered { kind, subject, untestable, .. } in Coverage::read().entries() {
        let words =
            untestable.unwrap_or_default().split(|c: char| !c.is_alphanumeric() && c != '-');
        let ids = words.filter(|word| word.len() >= 6 && word.as_bytes()[3] == b'-');
        for id in ids.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
            assert!(catalogue().get(id).is_some(), "{kind}: `{subject}` mentions no rule: {id}");
        }
    }
}

#[test]
fn every_rule_that_cites_the_page_is_reached_from_it() {
    let named = Coverage::read().named_rules();
    let unreached: Vec<_> = catalogue()
        .rules()
        .iter()
        .filter(|rule| rule.sources.iter().any(|source| source.reference == "SEED"))
        .filter(|rule| !named.contains(&rule.id))
        .map(|rule| &rule.id)
        .collect();
    assert!(unreached.is_empty(), "rules cite the page for nothing that it says: {unreached:?}");
}

#[test]
fn the_request_members_of_the_page_are_the_core_of_the_api_table() {
    let page = Page::read();
    // The page names structures and their members; a bare element of a list has no path there.
    let core = page.model().input.iter().filter(|member| !member.extension);
    let core = core.map(|member| member.path.clone()).filter(|path| !path.ends_with("[]"));
    assert_same_and_unique("core request members", &page.request, core.collect());
}

#[test]
fn every_sentence_has_a_place_on_the_page_and_says_something_of_its_own() {
    let (page, coverage) = (Page::read(), Coverage::read());
    let members = page.request.iter().chain(&page.response).chain(&page.exceptions);
    let places: BTreeSet<&str> = members.map(String::as_str).chain(["operation"]).collect();
    let mut seen = BTreeSet::new();
    for Sentence { place, says, model, .. } in &coverage.sentence {
        assert!(places.contains(place.as_str()), "the page has no `{place}`");
        assert!(says.ends_with('.'), "`{place}`: `{says}` is no sentence");
        assert!(seen.insert((place, says)), "`{place}` says twice: {says}");
        let constrained = page.request.contains(place);
        assert!(!model || constrained, "`{place}`: only members of a request have constraints");
    }
    let silent: Vec<_> = page
        .exceptions
        .iter()
        .filter(|name| coverage.sentence.iter().all(|sentence| sentence.place != **name))
        .collect();
    assert!(silent.is_empty(), "exceptions whose meaning is not in the checklist: {silent:?}");
}

#[test]
fn all_of_the_page_is_mapped_and_the_figures_are_known() {
    let coverage = Coverage::read();
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    for entry in coverage.entries() {
        let figures = figures.entry(entry.kind).or_insert(Figures { tested: 0, untestable: 0 });
        match entry.untestable {
            Some(_) => figures.untestable += 1,
            None => figures.tested += 1,
        }
    }
    for (kind, Figures { tested, untestable }) in &figures {
        let all = tested + untestable;
        println!("{kind}: {all} of {all} mapped, {tested} to rules, {untestable} to a reason");
    }
    assert_eq!(figures, BTreeMap::from(FIGURES));
}

#[test]
fn what_only_rules_that_cannot_fail_cover_is_known() {
    let cannot_fail =
        |id: &String| catalogue().get(id).is_some_and(|rule| !rule.can_fail(Evidence::Both));
    let coverage = Coverage::read();
    let noted: BTreeSet<_> = coverage
        .entries()
        .into_iter()
        .filter(|entry| !entry.rules.is_empty() && entry.rules.iter().all(cannot_fail))
        .map(|entry| entry.subject)
        .collect();
    // Uniqueness is inferred, and the records contradict the page on a table that is being deleted.
    let known = [
        "GlobalSecondaryIndexOverride[].IndexName: The name of a global index is unlike those of all other indexes of the table.",
        "LocalSecondaryIndexOverride[].IndexName: The name of a local index is unlike those of all other indexes of the table.",
        "TableInUseException: A table with the target name is being deleted.",
    ];
    assert_eq!(noted, known.map(str::to_owned).into());
}

#[test]
fn no_rule_of_the_catalogue_lacks_a_source() {
    // Without a level or an impact the catalogue cannot even be read.
    for rule in catalogue().rules() {
        assert!(!rule.sources.is_empty(), "{} has no source", rule.id);
        for source in &rule.sources {
            assert!(!source.reference.trim().is_empty(), "{} has an empty source", rule.id);
        }
        assert!(!rule.level.as_str().is_empty(), "{} has no level", rule.id);
        assert!(!rule.impact.as_str().is_empty(), "{} has no impact", rule.id);
    }
}
