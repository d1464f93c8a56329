use std::collections::BTreeSet;

use reinstate_model::rules::catalogue;

use super::*;

#[test]
fn every_name_is_one_word_of_its_own() {
    let mut names = BTreeSet::new();
    for fault in bank() {
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        assert!(fault.name.bytes().all(|letter| letter == b'-' || plain(letter)), "{}", fault.name);
        assert!(names.insert(fault.name.clone()), "{} comes twice", fault.name);
    }
}

#[test]
fn a_mistyped_name_is_told_with_the_one_that_is_meant() {
    let right = &bank()[0].name;
    assert_eq!(Fault::named(right).map(|fault| &fault.name), Ok(right));
    let error = Fault::named(&right[1..]).unwrap_err().to_string();
    assert!(error.contains(&format!("did you mean `{right}`?")), "{error}");
    let error = Fault::named("nothing-like-it").unwrap_err().to_string();
    assert!(error.contains("power --list"), "{error}");
}

#[test]
fn every_rule_that_may_find_a_fault_is_in_the_catalogue_and_no_fault_is_equivalent_and_expected() {
    let known: BTreeSet<&str> = catalogue().rules().iter().map(|rule| rule.id.as_str()).collect();
    for fault in bank() {
        for rule in fault.rules {
            assert!(known.contains(rule), "{}: no rule {rule}", fault.name);
        }
        assert!(fault.equivalent.is_none() || fault.rules.is_empty(), "{}", fault.name);
    }
    assert!(bank().len() >= 80, "{} faults", bank().len());
}
