#![cfg(feature = "check")]
//! What the model checker finds is pinned: a count that moves, or a property that goes, is a change
//! of the specification that somebody has to look at.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use reinstate_model::api;
use reinstate_model::check::alphabet::{Family, Override};
use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::coverage::coverage;
use reinstate_model::check::fault::FAULTS;
use reinstate_model::check::machine::Machine;
use reinstate_model::check::properties::{self, Claim};
use reinstate_model::check::report::{Report, Second, Verdict};
use reinstate_model::check::scope::{self, QUICK, Scope};
use reinstate_model::check::story::Story;
use reinstate_model::check::{check, check_with};
use reinstate_model::protocol;
use reinstate_model::rules::{RuleId, catalogue};

/// States, transitions, refused requests, depth.
const COUNTS: [(&str, [usize; 4]); 16] = [
    ("quota", [3140, 21153, 26645, 25]),
    ("lock", [671, 3935, 5417, 21]),
    ("indexes", [2376, 14511, 42074, 21]),
    ("billing", [6208, 38693, 83467, 21]),
    ("requests", [174, 5555, 23643, 14]),
    ("two-restores", [5034, 44317, 42901, 22]),
    ("recovery", [1376, 36083, 29787, 20]),
    ("past", [10932, 129241, 202305, 19]),
    ("index-updates", [1110, 4439, 19599, 26]),
    ("capacity-updates", [550, 2267, 3571, 17]),
    ("setting-updates", [1190, 4847, 6644, 22]),
    ("restored-updates", [4128, 26153, 39617, 25]),
    ("tags", [2001, 17553, 49421, 21]),
    ("time-to-live", [1566, 12417, 14334, 22]),
    ("items", [1708, 24787, 25951, 20]),
    ("lists", [580, 13141, 2979, 29]),
];

const PROPERTIES: &[&str] = &[
    "no more restores run at once than the quota allows",
    "a backup feeds one restore at a time",
    "the backup of a restore in flight exists and is AVAILABLE",
    "a restore remembers which table its backup is of",
    "a restored table has only indexes that its backup has",
    "a restored table has the key and the attribute types of its backup",
    "what is paid for by request has no capacity, and all else has",
    "a restore carries no settings over",
    "a refused request changes nothing",
    "a description changes nothing",
    "an action touches only the table and the backup that it names",
    "a restore never replaces a table",
    "an accepted restore is one more restore in flight, of the backup that it names",
    "an index list that is left out keeps all indexes, and any other just those it lists",
    "a backup is the table as it was",
    "a backup that is AVAILABLE never changes",
    "a table is CREATING, then ACTIVE, then DELETING, then gone",
    "a backup is CREATING, then AVAILABLE, then gone",
    "RestoreInProgress is shown just while a table is CREATING from a backup",
    "every restore can finish by itself",
    "every table that is being deleted can go by itself",
    "whatever is at rest can be removed on request",
    "a restore is refused by the quota alone",
    "a second restore of a backup is refused",
    "the deletion of a backup in use is refused",
    "the deletion of a backup that is being made is refused",
    "a restore onto a table is refused",
    "a description tells of a restore in flight",
    "a backup is made of a restored table",
    "a restored table is deleted",
    "a table is restored under its own name",
    "a table is restored under another name",
    "a source is deleted while its backup is restored",
    "a backup outlives its table",
    "a table with settings is restored",
    "a table is restored with some of its indexes",
    "a table is restored without its indexes",
    "an index of a provisioned backup is restored on demand",
];

/// How many steps it takes to see each property fail that a fault breaks.
const FEWEST_STEPS: &[(&str, &[usize])] = &[
    ("the quota is off by one", &[10]),
    ("a backup can be restored twice at once", &[8]),
    ("a backup can be deleted while it is restored", &[7]),
    ("a backup can be restored while it is being made", &[5]),
    ("a restore takes its target for its source", &[6]),
    ("a restored index projects less", &[6]),
    ("an index is restored twice", &[6, 6]),
    ("the types of index keys are lost", &[6]),
    ("an index keeps its capacity when its table is restored on demand", &[6]),
    ("the billing mode cannot be overridden", &[]),
    ("a restore carries settings over", &[6]),
    ("a restore that the quota refuses leaves its target behind", &[10]),
    ("a restore finishes when somebody looks", &[7]),
    ("the backups of a table go with it", &[6]),
    ("a restore replaces a table that is being created", &[8]),
    ("a restore replaces a table in use", &[6, 6]),
    ("a restore under the source's own name is not counted", &[7]),
    ("an empty index list is read as none", &[6]),
    ("a backup forgets the local indexes", &[4]),
    ("a restore uses its backup up", &[6]),
    ("a table can be deleted while it is being created", &[2]),
    ("a restore is cancelled by deleting its target", &[7]),
    ("a backup can be deleted while it is being made", &[5]),
    ("RestoreInProgress stays true", &[8]),
    ("a restore never finishes", &[6]),
    ("a deleted table stays for as long as it has backups", &[4]),
    ("a restored table cannot be deleted", &[8]),
];

static REPORTS: LazyLock<Vec<Report>> = LazyLock::new(|| QUICK.iter().map(check).collect());

fn may_only_be_reached(claim: &Claim) -> bool {
    matches!(claim, Claim::Sometimes(_) | Claim::SomeStep(_))
}

#[test]
fn the_specification_has_every_property() {
    for report in &*REPORTS {
        assert!(report.passes(), "{report}");
    }
}

#[test]
fn the_numbers_of_states_and_transitions_are_known() {
    let counts = REPORTS
        .iter()
        .map(|it| (it.scope, [it.states, it.transitions, it.refusals, it.depth]))
        .collect::<Vec<_>>();
    assert_eq!(counts, COUNTS);
}

#[test]
fn stateright_and_our_own_search_agree() {
    for report in &*REPORTS {
        let Second::Stateright(stateright) = &report.second else { panic!("{report}") };
        assert_eq!(stateright.states, report.states);
        assert_eq!(stateright.transitions, report.transitions);
        assert!(report.engines_agree(), "{report}");
    }
}

#[test]
fn no_property_comes_or_goes_unnoticed() {
    let names: Vec<_> = properties::all().map(|property| property.name).collect();
    assert_eq!(names, PROPERTIES);
}

#[test]
fn no_property_holds_for_want_of_cases() {
    for property in properties::all() {
        let Some(partner) = property.partner else {
            assert!(may_only_be_reached(&property.claim), "{} has no partner", property.name);
            continue;
        };
        let is_reached =
            |report: &Report| matches!(report.verdict(partner), Some(Verdict::Reached(_)));
        assert!(REPORTS.iter().any(is_reached), "nothing reaches `{partner}`");
    }
}

#[test]
fn the_scopes_together_reach_everything() {
    for property in properties::all().filter(|property| may_only_be_reached(&property.claim)) {
        let is_reached =
            |report: &Report| matches!(report.verdict(property.name), Some(Verdict::Reached(_)));
        assert!(REPORTS.iter().any(is_reached), "nothing reaches `{}`", property.name);
    }
}

#[test]
fn whatever_is_reached_names_scopes_that_reach_it() {
    let reached = properties::all().filter(|property| may_only_be_reached(&property.claim));
    for property in reached {
        assert!(!property.shown_in.is_empty(), "`{}` is reached nowhere", property.name);
        for name in property.shown_in {
            let report = REPORTS.iter().find(|report| report.scope == *name).expect("a scope");
            let verdict = report.verdict(property.name);
            assert!(matches!(verdict, Some(Verdict::Reached(_))), "{} in {name}", property.name);
        }
    }
}

#[test]
fn each_fault_breaks_just_the_properties_that_name_it() {
    let mut fewest_steps = Vec::new();
    for fault in FAULTS {
        let report = check_with(fault.scope, fault);
        let (broken, steps): (Vec<_>, Vec<_>) = report.violated().into_iter().unzip();
        assert_eq!(broken, fault.breaks, "{report}");
        assert_eq!(report.unreached(), fault.hides, "{report}");
        assert!(report.engines_agree(), "{report}");
        fewest_steps.push((fault.name, steps));
    }
    let expected: Vec<_> = FEWEST_STEPS.iter().map(|(name, it)| (*name, it.to_vec())).collect();
    assert_eq!(fewest_steps, expected);
}

#[test]
fn each_property_has_a_fault_that_breaks_nothing_else() {
    for property in properties::all().filter(|property| !may_only_be_reached(&property.claim)) {
        let alone = FAULTS.iter().any(|fault| fault.breaks == [property.name]);
        assert!(alone, "no fault breaks just `{}`", property.name);
    }
}

#[test]
fn whatever_is_reached_some_fault_keeps_out_of_reach() {
    for property in properties::all().filter(|property| may_only_be_reached(&property.claim)) {
        let hidden = FAULTS.iter().any(|fault| fault.hides.contains(&property.name));
        assert!(hidden, "no fault hides `{}`", property.name);
    }
}

#[test]
fn the_actions_of_a_path_can_be_taken_one_after_the_other() {
    for (scope, report) in QUICK.iter().zip(&*REPORTS) {
        let machine = Machine::new(scope, Behaviour::SPECIFIED);
        for finding in &report.findings {
            let mut account = machine.start();
            for action in finding.verdict.path() {
                assert!(machine.actions(&account).contains(action), "{action} is not possible");
                let after = machine.react(&account, action).into_after();
                account = after.unwrap_or(account);
            }
        }
    }
}

#[test]
fn a_report_names_the_fault_and_shows_the_path_line_by_line() {
    let name = "a table can be deleted while it is being created";
    let fault = FAULTS.iter().find(|fault| fault.name == name).expect("a fault");
    let report = check_with(fault.scope, fault).to_string();
    let path = "  VIOLATED in 2 steps
            1  CreateTable Music, Provisioned
            2  DeleteTable Music
each step  a backup is CREATING, then AVAILABLE, then gone";
    assert!(report.starts_with("planted: a table can be deleted while it is being created\n"));
    assert!(report.contains(path), "{report}");
}

#[test]
fn a_larger_alphabet_of_refused_requests_adds_no_state() {
    let plain = Scope { targets: &[("Copy", &[Override::Nothing])], ..scope::LOCK };
    let more = Scope {
        targets: &[("Copy", &[Override::Nothing, Override::UnknownIndex, Override::IndexTwice])],
        families: &[Family::FaultyTables, Family::FaultyItems],
        ..scope::LOCK
    };
    let (plain, more) = (check(&plain), check(&more));
    assert_eq!(plain.states, more.states);
    assert_eq!(plain.transitions, more.transitions);
    assert!(plain.refusals < more.refusals);
}

/// Rules that are not about what an account holds: the API's constraints on a body and what cannot be
/// read at all, which are refused before the state is looked at, and the form of every answer.
fn is_settled_by_the_message_alone(rule: &str) -> bool {
    api::rules().contains(rule) || protocol::RULES.contains(&rule) || ABOUT_MESSAGES.contains(&rule)
}

/// Those of them that no list of the model names.
const ABOUT_MESSAGES: [&str; 15] = [
    // Refused, or read, by `wire` alone.
    "PRO-001", "PRO-002", "ERR-04a", "TBL-022",
    // What the judge asks of a refusal's form, of an answer's completeness, and of new ARNs.
    "PRO-04", "PRO-11", "ERR-10", "ERR-11", "RTB-16",
    // The types of JSON that members have.
    "PRO-011", "PRO-012", "PRO-013", "PRO-014", "PRO-015", "PRO-016",
];

/// The rules that decide something in a quick scope.
static DECIDING: LazyLock<BTreeSet<RuleId>> =
    LazyLock::new(|| QUICK.iter().flat_map(|scope| coverage(scope).into_keys()).collect());

#[test]
fn every_rule_that_depends_on_state_decides_something_in_a_quick_scope() {
    let rules = catalogue().rules().iter().map(|rule| rule.id.as_str());
    let unreached: Vec<_> = rules
        .filter(|rule| !DECIDING.contains(rule) && !is_settled_by_the_message_alone(rule))
        .collect();
    assert_eq!(unreached, [""; 0]);
}

#[test]
fn what_is_said_to_be_settled_by_a_message_alone_decides_nothing_in_a_state() {
    let wrong: Vec<_> = ABOUT_MESSAGES.iter().filter(|rule| DECIDING.contains(*rule)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_counterexample_is_told_request_by_request_with_what_each_changed() {
    let name = "a backup can be deleted while it is restored";
    let fault = FAULTS.iter().find(|fault| fault.name == name).expect("a fault");
    let report = check_with(fault.scope, fault);
    let verdict = report.verdict("the backup of a restore in flight exists and is AVAILABLE");
    let machine = Machine::new(fault.scope, fault.behaviour);
    let story = Story::of(&machine, verdict.expect("a property").path()).to_string();
    let end = "   7. DeleteBackup Music/0: accepted
        - backup Music/0
   In the end:
          table Copy: CREATING, from backup Music/0
          table Music: DELETING
";
    assert!(story.ends_with(end), "{story}");
    assert!(story.contains("  table Music: status CREATING -> ACTIVE\n"), "{story}");
    assert!(story.lines().all(|line| line.chars().count() <= 100), "{story}");
}
