//! What the model checker finds is pinned: a count that moves, or a property that goes, is a change
//! of the specification that somebody has to look at.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use reinstate_model::api;
use reinstate_model::check::alphabet::{Family, Override};
use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::coverage::coverage;
use reinstate_model::check::fault;
use reinstate_model::check::machine::Machine;
use reinstate_model::check::properties::{self, Claim};
use reinstate_model::check::report::{Report, Second, Verdict};
use reinstate_model::check::scope::{self, QUICK, Scope};
use reinstate_model::check::story::Story;
use reinstate_model::check::{check, check_with};
use reinstate_model::protocol;
use reinstate_model::rules::{RuleId, catalogue};

use crate::pinned;

/// States, transitions, refused requests, depth.
const COUNTS: [(&str, [usize; 4]); 17] = [
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
    ("generations", [709, 4018, 3427, 27]),
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
    "every key attribute of a table has a type",
    "no two indexes of a table have the same name",
    "an update is underway just while a table is UPDATING",
    "a table that is being restored has neither backups nor recovery",
    "no two tables have the same id, nor a table that of a backup's source",
    "nothing was made later than now",
    "no restore was asked for later than now",
    "no item was written later than now",
    "a backup is not older than the table that it is of",
    "every table and every backup's source has an id if tables have ids",
    "backups are enabled only for tables that have been in use",
    "recovery is on only for tables that backups are enabled for",
    "the SYSTEM backup of a table that is there is made only while the table is being deleted",
    "what recovery keeps was there while recovery was on",
    "a table restored to a point in time is not its own source",
    "nothing else is underway in a table that is being restored",
    "the index that an update adds or removes is there until the update is done",
    "a table that is being restored has types for its keys only",
    "every local index shares the partition key of its table",
    "a refused request changes nothing",
    "what only reads changes nothing",
    "an action touches only the table and the backup that it names",
    "a restore never replaces a table",
    "an accepted restore is one more restore in flight, of the backup that it names",
    "an index list that is left out keeps all indexes, and any other just those it lists",
    "a backup is the table as it was",
    "a backup that is AVAILABLE never changes",
    "a table is CREATING, then ACTIVE, then DELETING, then gone",
    "a backup is CREATING, then AVAILABLE, then gone",
    "RestoreInProgress is shown just while a table is CREATING from a backup",
    "a backup is accepted only of a table that backups are enabled for",
    "a restore of a backup is accepted if nothing stands in its way",
    "a restore to a point in time is accepted only of a table that keeps its past",
    "an accepted restore to a point in time is one more restore in flight, of no backup",
    "a restored table is paid for as asked, and else as its backup was",
    "a restored table is encrypted as its backup was, unless something else is asked",
    "the same restore again is refused",
    "a restore that finishes leaves its table as it is, but ACTIVE",
    "a table restored from a backup has the items of the backup",
    "a table restored to a point in time has only items that its source had",
    "the shape of a table changes only by its updates",
    "the settings of a table change only on request",
    "the items of a table change only by writes",
    "what is written is there, and what is deleted is not",
    "an update is accepted only of a table that is ACTIVE",
    "an update that finishes leaves an ACTIVE table, without the index that it removes",
    "a table that is protected against deletion is not deleted",
    "tags are written one write after the other",
    "time to live is changed only to what it is not, and not before a change has taken effect",
    "backups once enabled stay enabled",
    "page by page, every backup is listed once",
    "page by page, every table is listed once",
    "a SYSTEM backup is not seen before it is complete",
    "a description shows the status that the table has",
    "a table that no restore made shows no restore",
    "what a description tells of a restore is its backup, and when that was made",
    "recovery is switched only on request",
    "recovery that is on keeps the beginning of its window",
    "a table leaves one SYSTEM backup if recovery is on when it goes, and else none",
    "a SYSTEM backup is the table as it was",
    "nobody deletes a SYSTEM backup",
    "every restore can finish by itself",
    "every table that is being deleted can go by itself",
    "every new table can become ACTIVE by itself",
    "backups can become enabled by themselves for every table in use",
    "every new backup can become AVAILABLE by itself",
    "every update can finish by itself",
    "tags and time to live can take effect by themselves",
    "a quota that is used up can become free by itself",
    "whatever goes on can come to rest by itself",
    "whatever is at rest can be removed on request",
    "a restore is refused by the quota alone",
    "a second restore of a backup is refused",
    "the deletion of a backup in use is refused",
    "the deletion of a backup that is being made is refused",
    "a restore onto a table is refused",
    "a restore of a backup that is not there is refused",
    "two backups of one table are restored at once",
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
    "a restore of a table without recovery is refused",
    "a table is restored to a point in time",
    "recovery is switched on again",
    "recovery that is on is switched on",
    "a table goes before its SYSTEM backup is made",
    "a SYSTEM backup is restored",
    "the deletion of a SYSTEM backup is refused",
    "items are restored",
    "an item of the past is restored",
    "an item is replaced",
    "an index is removed",
    "an update is refused while another one runs",
    "the deletion of a protected table is refused",
    "tags of a restored table are written",
    "time to live of a restored table is switched on",
    "a list of backups goes on on another page",
    "a list of tables goes on on another page",
    "a table with an id is restored",
];

/// What checking the specification finds in each quick scope.
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

/// How soon each scope reaches what is to occur, and the steps of a shortest path.
#[test]
fn what_is_to_occur_occurs_on_the_path_that_is_pinned() {
    let mut text = String::new();
    for (place, property) in properties::all().enumerate() {
        let mut scopes = BTreeMap::<usize, Vec<&str>>::new();
        let mut shortest = None;
        for report in &*REPORTS {
            let Verdict::Reached(path) = &report.findings[place].verdict else { continue };
            scopes.entry(path.len()).or_default().push(report.scope);
            if shortest.is_none_or(|it: &Vec<_>| path.len() < it.len()) {
                shortest = Some(path);
            }
        }
        let Some(path) = shortest else { continue };
        writeln!(text, "{}", property.name).expect("a string takes it all");
        for (steps, scopes) in scopes {
            writeln!(text, "  in {steps} steps: {}", scopes.join(", ")).expect("it does");
        }
        for (number, action) in (1..).zip(path) {
            writeln!(text, "  {number:>6}  {action}").expect("it does");
        }
        text.push('\n');
    }
    pinned::is_as_pinned("reached.txt", include_str!("../pinned/reached.txt"), &text);
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
    let fault = fault::all().find(|fault| fault.name == name).expect("a fault");
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

/// How often each rule decides something in each quick scope.
static DECIDING: LazyLock<BTreeMap<RuleId, Vec<(&str, usize)>>> = LazyLock::new(|| {
    let mut deciding: BTreeMap<RuleId, Vec<_>> = BTreeMap::new();
    for scope in QUICK {
        for (rule, times) in coverage(&scope) {
            deciding.entry(rule).or_default().push((scope.name, times));
        }
    }
    deciding
});

#[test]
fn how_often_each_rule_decides_something_is_known() {
    let mut text = String::new();
    for (rule, scopes) in &*DECIDING {
        let scopes: Vec<_> = scopes.iter().map(|(name, times)| format!("{name} {times}")).collect();
        writeln!(text, "{rule}: {}", scopes.join(", ")).expect("it does");
    }
    pinned::is_as_pinned("decisions.txt", include_str!("../pinned/decisions.txt"), &text);
}

#[test]
fn every_rule_that_depends_on_state_decides_something_in_a_quick_scope() {
    let rules = catalogue().rules().iter().map(|rule| rule.id.as_str());
    let unreached: Vec<_> = rules
        .filter(|rule| !DECIDING.contains_key(rule) && !is_settled_by_the_message_alone(rule))
        .collect();
    assert_eq!(unreached, [""; 0]);
}

#[test]
fn what_is_said_to_be_settled_by_a_message_alone_decides_nothing_in_a_state() {
    let wrong: Vec<_> = ABOUT_MESSAGES.iter().filter(|rule| DECIDING.contains_key(*rule)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_counterexample_is_told_request_by_request_with_what_each_changed() {
    let name = "a backup can be deleted while it is restored";
    let fault = fault::all().find(|fault| fault.name == name).expect("a fault");
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
