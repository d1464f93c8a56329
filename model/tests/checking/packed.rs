//! Packed accounts are a representation and nothing else: whatever they are searched for is found, and
//! found the same, as over accounts as they are.

use reinstate_model::check::packed::Audit;
use reinstate_model::check::report::{Second, Verdict};
use reinstate_model::check::scope::{FEW_IDENTITIES, QUICK, TWO};
use reinstate_model::check::{check, check_orbits, check_packed};

/// What became of a property, and in how many steps: there may be several shortest paths.
fn kind(verdict: &Verdict) -> (std::mem::Discriminant<Verdict>, usize) {
    (std::mem::discriminant(verdict), verdict.path().len())
}

#[test]
fn packed_and_whole_accounts_have_the_same_states_steps_and_verdicts() {
    for scope in &QUICK {
        let whole = check(scope);
        let packed = check_packed(scope, Audit { one_in: 1 });
        assert_eq!(packed.states, whole.states, "{}", scope.name);
        assert_eq!(packed.transitions, whole.transitions, "{}", scope.name);
        assert_eq!(packed.refusals, whole.refusals, "{}", scope.name);
        assert_eq!(packed.depth, whole.depth, "{}", scope.name);
        for (one, other) in packed.findings.iter().zip(&whole.findings) {
            let name = one.property.name;
            assert_eq!(kind(&one.verdict), kind(&other.verdict), "{}: {name}", scope.name);
        }
    }
}

#[test]
fn one_state_of_each_orbit_tells_the_numbers_of_all() {
    for scope in [&FEW_IDENTITIES, &TWO] {
        let whole = check_packed(scope, Audit { one_in: 7 });
        let orbits = check_orbits(scope, Audit { one_in: 1 });
        let Second::Audit { covered, .. } = orbits.second else { panic!("{orbits}") };
        assert!(orbits.states < whole.states, "{} {}", orbits.states, whole.states);
        let numbers = (whole.states as u128, whole.transitions as u128);
        assert_eq!((covered.states, covered.transitions), numbers, "{}", scope.name);
        assert_eq!(orbits.depth, whole.depth, "{}", scope.name);
        for (one, other) in orbits.findings.iter().zip(&whole.findings) {
            let name = one.property.name;
            assert_eq!(kind(&one.verdict), kind(&other.verdict), "{}: {name}", scope.name);
        }
    }
}
