//! Packed accounts are a representation and nothing else: whatever they are searched for is found, and
//! found the same, as over accounts as they are.

use std::panic::{UnwindSafe, catch_unwind};

use reinstate_model::check::packed::Audit;
use reinstate_model::check::report::{Report, Second, Verdict};
use reinstate_model::check::scope::{FEW_IDENTITIES, QUICK, TWO};
use reinstate_model::check::{
    check, check_orbits, check_orbits_with, check_packed, check_packed_with, fault,
};

use crate::faults::planted;

/// The same states, the same steps and the same verdicts.
fn assert_same(packed: &Report, whole: &Report) {
    let numbers = |it: &Report| (it.states, it.transitions, it.depth);
    assert_eq!(numbers(packed), numbers(whole), "{packed}");
    assert_same_verdicts(packed, whole);
}

/// In how many states the search was held against whole accounts.
fn audited(report: &Report) -> usize {
    let Second::Audit { states, .. } = report.second else { panic!("{report}") };
    states
}

fn assert_same_verdicts(report: &Report, whole: &Report) {
    for (one, other) in report.findings.iter().zip(&whole.findings) {
        let name = one.property.name;
        assert_eq!(kind(&one.verdict), kind(&other.verdict), "{}: {name}", whole.scope);
    }
}

/// What became of a property, and in how many steps: there may be several shortest paths.
fn kind(verdict: &Verdict) -> (std::mem::Discriminant<Verdict>, usize) {
    (std::mem::discriminant(verdict), verdict.path().len())
}

/// One state of each orbit tells the numbers of all states, and has the same verdicts.
fn assert_covers(orbits: &Report, whole: &Report) {
    let Second::Audit { covered, .. } = orbits.second else { panic!("{orbits}") };
    assert!(orbits.states < whole.states, "{orbits}");
    let numbers = (whole.states as u128, whole.transitions as u128);
    assert_eq!((covered.states, covered.transitions), numbers, "{orbits}");
    assert_eq!(orbits.depth, whole.depth, "{orbits}");
    assert_same_verdicts(orbits, whole);
}

#[test]
fn packed_and_whole_accounts_have_the_same_states_steps_and_verdicts() {
    for scope in &QUICK {
        let whole = check(scope);
        let packed = check_packed(scope, Audit { one_in: 1 });
        assert_same(&packed, &whole);
        assert_eq!(packed.refusals, whole.refusals, "{packed}");
        assert_eq!(audited(&packed), packed.states, "{packed}");
    }
}

#[test]
fn one_state_of_each_orbit_tells_the_numbers_of_all() {
    for scope in [&FEW_IDENTITIES, &TWO] {
        let whole = check_packed(scope, Audit { one_in: 7 });
        assert_eq!(audited(&whole), whole.states.div_ceil(7), "{whole}");
        let orbits = check_orbits(scope, Audit { one_in: 1 });
        assert_covers(&orbits, &whole);
    }
}

/// Bugs that make what the service does, or what a request comes to, depend on more of an account than
/// in the specification.
const LOOK_AT_MORE: [&str; 7] = [
    "the backups of a table go with it",
    "a deleted table stays for as long as it has backups",
    "a backup of a table that is gone cannot be restored",
    "a restore to a point in time takes the lock of a backup",
    "the backups of a table are restored one after the other",
    "a new table stays CREATING for as long as it has backups",
    "a backup of a table that is gone stays CREATING",
];

#[test]
fn a_planted_bug_is_found_over_packed_accounts_as_over_whole_ones() {
    for (fault, whole) in planted().filter(|(fault, _)| !LOOK_AT_MORE.contains(&fault.name)) {
        let packed = check_packed_with(fault.scope, fault, Audit { one_in: 1 });
        assert_eq!(packed.fault, Some(fault.name));
        assert_same(&packed, whole);
    }
}

#[test]
fn a_bug_that_looks_at_more_of_an_account_is_noticed_by_the_audit() {
    for name in LOOK_AT_MORE {
        let fault = fault::all().find(|fault| fault.name == name).expect("it is planted");
        let said = relied_on(|| check_packed_with(fault.scope, fault, Audit { one_in: 1 }));
        let said = said.expect_err(name);
        assert!(said.starts_with("a sight is too narrow"), "{name}: {said}");
    }
}

/// What a search finds, or what it says when it notices that it cannot be relied on.
fn relied_on(search: impl FnOnce() -> Report + UnwindSafe) -> Result<Report, String> {
    catch_unwind(search).map_err(|panic| *panic.downcast::<String>().expect("it says why"))
}

/// Bugs that the search of one state of each orbit notices: in a scope of many targets they look at more of an
/// account, or make it say the name of a target.
const NOTICED: [(&str, &str); 7] = [
    ("a backup can be restored twice at once", "a sight is too narrow"),
    ("a restore takes its target for its source", "`Copy1` does not stand for other names"),
    ("the backups of a table go with it", "a sight is too narrow"),
    ("a deleted table stays for as long as it has backups", "a sight is too narrow"),
    ("a backup of a table that is gone cannot be restored", "a sight is too narrow"),
    ("a new table stays CREATING for as long as it has backups", "a sight is too narrow"),
    ("a backup of a table that is gone stays CREATING", "a sight is too narrow"),
];

#[test]
fn a_planted_bug_is_found_in_one_state_of_each_orbit_as_in_all_or_noticed() {
    let scope = &FEW_IDENTITIES;
    for fault in fault::all() {
        let orbits = relied_on(|| check_orbits_with(scope, fault, Audit { one_in: 1 }));
        let noticed = NOTICED.iter().find(|(name, _)| *name == fault.name);
        match (orbits, noticed) {
            (Ok(orbits), None) => {
                let whole = check_packed_with(scope, fault, Audit::RARELY);
                assert_eq!(orbits.fault, Some(fault.name));
                assert_covers(&orbits, &whole);
            }
            (Err(said), Some((_, reason))) => assert!(said.starts_with(reason), "{said}"),
            (found, _) => panic!("{}: {found:?}", fault.name),
        }
    }
}
