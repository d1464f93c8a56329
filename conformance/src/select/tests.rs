use serde_json::json;

use super::*;
use crate::drive::{End, Step};
use crate::plan::{Depth, Plan};
use crate::scenario::{Source, call};

fn selection(only: &[&str], skip: &[&str]) -> Selection {
    let read = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect();
    Selection { only: read(only), skip: read(skip) }
}

fn scenario(operation: &str) -> Scenario {
    Scenario::new("a case", Source::Scenario, vec![call(operation, json!({}))])
}

fn a_rule_of(impact: Impact) -> &'static Rule {
    catalogue().rules().iter().find(|rule| rule.impact == impact).unwrap()
}

#[test]
fn words_of_every_kind_are_read_and_written_back() {
    for word in ["RTB-90", "RTB", "RestoreTableFromBackup", "data-loss", "documented"] {
        assert_eq!(word.parse::<Selector>().unwrap().to_string(), word);
    }
    assert_eq!("rtb-90".parse::<Selector>().unwrap().to_string(), "RTB-90");
    assert_eq!("createbackup".parse::<Selector>().unwrap().to_string(), "CreateBackup");
}

#[test]
fn an_unknown_word_is_refused_with_the_nearest_known_one() {
    let error = |word: &str| word.parse::<Selector>().unwrap_err().to_string();
    assert!(error("RTB-9O").contains("did you mean `RTB-90`"), "{}", error("RTB-9O"));
    assert!(error("CreateBackups").contains("did you mean `CreateBackup`"));
    assert!(error("everything").contains("for example"));
}

#[test]
fn operations_choose_cases_and_leave_their_answers_alone() {
    let none = BTreeSet::new();
    let only = selection(&["CreateBackup", "DeleteBackup"], &[]);
    assert!(only.takes(&scenario("CreateBackup"), &none));
    assert!(!only.takes(&scenario("ListTables"), &none));
    assert!(only.judges(catalogue().rule("RTB-90"), DifferenceKind::Refused));
    let skip = selection(&[], &["CreateBackup"]);
    assert!(!skip.takes(&scenario("CreateBackup"), &none));
    assert!(skip.takes(&scenario("ListTables"), &none));
}

#[test]
fn rules_choose_the_cases_that_exercise_them_and_what_is_judged_there() {
    let only = selection(&["RTB-90"], &[]);
    let case = scenario("ListTables");
    assert!(only.takes(&case, &BTreeSet::from(["RTB-90", "PRO-03"])));
    assert!(!only.takes(&case, &BTreeSet::from(["PRO-03"])));
    let step = Step {
        operation: "ListTables".to_owned(),
        request: String::new(),
        status: 200,
        answer: String::new(),
        differences: vec![],
        rules: vec!["RTB-90", "PRO-03"],
        is_poll: false,
        is_judged: true,
        ..Step::default()
    };
    let mut run =
        CaseRun { steps: vec![step], end: End::Completed, tables: vec![], backups: vec![] };
    only.strip(&mut run);
    assert_eq!(run.steps[0].rules, ["RTB-90"]);
    selection(&[], &["RTB"]).strip(&mut run);
    assert!(run.steps[0].rules.is_empty());
}

#[test]
fn an_impact_chooses_by_what_the_difference_costs() {
    let rule = a_rule_of(Impact::DataLoss);
    let text = selection(&["text"], &[]);
    assert!(text.judges(rule, DifferenceKind::WrongText));
    assert!(!text.judges(rule, DifferenceKind::WrongMember));
    let no_text = selection(&[], &["text"]);
    assert!(!no_text.judges(rule, DifferenceKind::WrongText));
    assert!(no_text.judges(rule, DifferenceKind::WrongMember));
}

#[test]
fn selectors_of_one_kind_add_up_and_of_different_kinds_restrict_each_other() {
    let (loss, wrong) = (a_rule_of(Impact::DataLoss), a_rule_of(Impact::WrongData));
    let either = selection(&["data-loss", "wrong-data"], &[]);
    assert!(either.judges(loss, DifferenceKind::WrongMember));
    assert!(either.judges(wrong, DifferenceKind::WrongMember));
    let both = selection(&["data-loss", &wrong.id], &[]);
    assert!(!both.judges(loss, DifferenceKind::WrongMember));
    assert!(!both.judges(wrong, DifferenceKind::WrongMember));
}

#[test]
fn every_case_is_in_one_shard_and_none_gets_much_more_than_its_share() {
    let plan = Plan::new(Depth::Quick, 1);
    let shards: Vec<Shard> = (1..=4).map(|index| Shard { index, of: 4 }).collect();
    let mut sizes = [0; 4];
    for scenario in &plan.scenarios {
        let takers: Vec<usize> = (0..4).filter(|at| shards[*at].takes(scenario)).collect();
        assert_eq!(takers.len(), 1, "{}", scenario.title);
        sizes[takers[0]] += 1;
    }
    let share = plan.scenarios.len() / 4;
    assert!(sizes.iter().all(|size| (share / 2..=share * 2).contains(size)), "{sizes:?}");
}

#[test]
fn a_share_is_read_and_what_is_none_is_refused_with_an_example() {
    assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
    for text in ["0/3", "4/3", "1/0", "1", "a/b", "-1/3", "1/99999999"] {
        assert!(text.parse::<Shard>().unwrap_err().contains("hint:"), "{text}");
    }
}
