//! Code and catalogue name the same rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reinstate_model::api;
use reinstate_model::rules::{Evidence, Impact, Level, catalogue};
use serde_json::Value;

/// The texts of the form of a rule's id that stand in quotes in the code, tests left out.
fn named_in_code(folder: &Path, ids: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named_in_code(&path, ids);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_name().is_none_or(|name| name != "tests.rs")
        {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            ids.extend(code.split('"').filter(|word| is_id(word)).map(str::to_owned));
        }
    }
}

/// Three capital letters, a hyphen, two or three digits, possibly a letter.
fn is_id(word: &str) -> bool {
    let Some((family, number)) = word.split_once('-') else { return false };
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    family.len() == 3
        && family.bytes().all(|byte| byte.is_ascii_uppercase())
        && (2..=3).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && number.len() <= digits.len() + 1
}

#[test]
fn every_rule_that_the_code_names_is_in_the_catalogue_and_every_other_way_round() {
    let mut code: BTreeSet<String> = api::rules().into_iter().map(str::to_owned).collect();
    named_in_code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    let known: BTreeSet<String> = catalogue().rules().iter().map(|rule| rule.id.clone()).collect();
    let unknown: Vec<_> = code.difference(&known).collect();
    assert!(unknown.is_empty(), "named in the code, and not in the catalogue: {unknown:?}");
    let unused: Vec<_> = known.difference(&code).collect();
    assert!(unused.is_empty(), "in the catalogue, and named nowhere in the code: {unused:?}");
}

#[test]
fn no_rule_is_without_a_source_and_what_contests_a_rule_is_contested_by_it() {
    for rule in catalogue().rules() {
        assert!(!rule.sources.is_empty(), "{}", rule.id);
        assert!(!rule.sentence.is_empty() && !rule.operations.is_empty(), "{}", rule.id);
        for other in &rule.contested_by {
            assert!(
                catalogue().rule(other).contested_by.contains(&rule.id),
                "{} and {other}",
                rule.id
            );
        }
    }
}

#[test]
fn what_is_left_out_is_no_rule_and_precedence_names_rules() {
    for id in catalogue().left_out().iter().flat_map(|entry| &entry.ids) {
        assert!(catalogue().get(id).is_none(), "{id} is a rule and left out");
    }
    for pair in catalogue().precedence() {
        for id in [&pair.first, &pair.over] {
            assert!(["SHAPE", "*"].contains(&id.as_str()) || catalogue().get(id).is_some(), "{id}");
        }
    }
}

#[test]
fn what_cannot_be_reached_is_a_rule_and_says_why_once() {
    let mut seen = BTreeSet::new();
    for entry in catalogue().unreached() {
        assert!(!entry.reason.is_empty());
        for id in &entry.ids {
            assert!(catalogue().get(id).is_some() && seen.insert(id), "{id}");
        }
    }
    assert_eq!(catalogue().reachable(), catalogue().rules().len() - seen.len());
}

/// Every piece of evidence is a rule, a source of one, or left out with a reason.
#[test]
fn every_documented_statement_and_every_observed_record_is_accounted_for() {
    let read = |name: &str| -> Value {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name);
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
    };
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for rule in catalogue().rules() {
        // A statement with several parts is several rules: RTB-91, RTB-91a.
        known
            .extend([rule.id.as_str(), rule.id.trim_end_matches(|c: char| c.is_ascii_lowercase())]);
        known.extend(rule.sources.iter().map(|source| source.reference.as_str()));
        known.extend(rule.messages.iter().map(|message| message.source.as_str()));
    }
    known.extend(catalogue().left_out().iter().flat_map(|entry| &entry.ids).map(String::as_str));
    let documented = read("rules/documented.json");
    let statements = documented["families"].as_object().unwrap().values();
    let statements = statements.flat_map(|ids| ids.as_array().unwrap()).filter_map(Value::as_str);
    let observed = read("evidence/records.json");
    let records = observed["records"].as_array().or(observed.as_array()).unwrap();
    let records = records.iter().filter_map(|record| record["id"].as_str());
    let missing: Vec<&str> = statements.chain(records).filter(|id| !known.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_rule_is_found_in_its_section_and_in_the_line_of_its_file_that_has_its_id() {
    let sections: Vec<_> = catalogue().sections().collect();
    let listed: Vec<&str> =
        sections.iter().flat_map(|(_, rules)| *rules).map(|rule| rule.id.as_str()).collect();
    assert_eq!(listed, catalogue().rules().iter().map(|it| it.id.as_str()).collect::<Vec<_>>());
    // One for each file, and none for those that hold no rules.
    let titles: Vec<&str> = sections.iter().map(|(title, _)| *title).collect();
    assert_eq!((titles.len(), titles[0], titles[10]), (11, "The protocol", "Quotas"));
    assert!(sections.iter().all(|(_, rules)| !rules.is_empty()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/rules");
    for rule in catalogue().rules() {
        let (file, line) = catalogue().place(&rule.id).unwrap();
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(text.lines().nth(line - 1), Some(&*format!("id = \"{}\"", rule.id)));
    }
    assert_eq!(catalogue().place("RTB-00"), None);
}

#[test]
fn levels_impacts_and_sources_are_written_as_in_the_catalogue() {
    let levels = Level::ALL.map(|level| format!("{level:>10}"));
    assert_eq!(levels, ["documented", "  observed", "   claimed", "  inferred"]);
    let impacts = Impact::ALL.map(|impact| format!("{impact:<13}|"));
    let expected = ["data-loss", "wrong-data", "unsafe-accept", "lifecycle", "wrong-error", "text"];
    assert_eq!(impacts, expected.map(|impact| format!("{impact:<13}|")));
    let evidence = [Evidence::Both, Evidence::Documented, Evidence::Observed];
    assert_eq!(evidence.map(Evidence::as_str), ["both", "documented", "observed"]);
    let rule = catalogue().rule("LIF-06a");
    assert_eq!(rule.sources[0].to_string(), "RFB-056 (2026-10-09)");
    assert_eq!(catalogue().rule("RTB-01").sources[0].to_string(), "SEED");
}
