//! That every property can fail, and how soon: for each planted bug what it breaks and what it keeps out
//! of reach, with a shortest counterexample to each property.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{LazyLock, OnceLock};

use reinstate_model::check::fault::{self, Fault};
use reinstate_model::check::properties::{self, Claim};
use reinstate_model::check::report::Report;
use reinstate_model::check::{check_with, search_with};

use crate::pinned;

/// What is pinned: a path that gets longer or shorter is a change that somebody has to look at.
const PINNED: &str = include_str!("../pinned/counterexamples.txt");

/// Properties that cannot fail alone, since whatever breaks them breaks something narrower too. They are
/// there because they say what people want to know.
const IMPLIED: [&str; 3] = [
    // No account could have the target twice: the second restore would have to replace it.
    "the same restore again is refused",
    // A quota is given back by the end of a restore, and by nothing else.
    "a quota that is used up can become free by itself",
    "whatever goes on can come to rest by itself",
];

/// What checking finds of each fault, once it was asked for.
static PLANTED: LazyLock<Vec<(&Fault, OnceLock<Report>)>> =
    LazyLock::new(|| fault::all().map(|fault| (fault, OnceLock::new())).collect());

/// Every fault with what checking it in its scope finds. stateright is asked where it can tell.
pub fn planted() -> impl DoubleEndedIterator<Item = (&'static Fault, &'static Report)> {
    PLANTED.iter().map(|(fault, report)| {
        let of_states = properties::all().filter(|it| it.claim.is_of_states());
        let mut of_states = of_states.map(|property| property.name);
        let breaks_states = of_states.any(|name| fault.breaks.contains(&name));
        let check = if breaks_states { check_with } else { search_with };
        (*fault, report.get_or_init(|| check(fault.scope, fault)))
    })
}

fn may_only_be_reached(claim: &Claim) -> bool {
    matches!(claim, Claim::Sometimes(_) | Claim::SomeStep(_))
}

/// The properties that a fault is said to break, but for those that others imply.
fn breaks_of_itself(fault: &Fault) -> Vec<&'static str> {
    fault.breaks.iter().copied().filter(|name| !IMPLIED.contains(name)).collect()
}

#[test]
fn each_fault_breaks_and_hides_just_the_properties_that_name_it() {
    for (fault, report) in planted() {
        let broken: Vec<_> = report.violated().into_iter().map(|(name, _)| name).collect();
        assert_eq!(broken, fault.breaks, "{report}");
        assert_eq!(report.unreached(), fault.hides, "{report}");
        assert!(!broken.is_empty() || !fault.hides.is_empty(), "`{}` shows nowhere", fault.name);
        assert!(report.engines_agree(), "{report}");
        assert_eq!(report.fault, Some(fault.name));
    }
}

#[test]
fn each_property_has_a_fault_that_breaks_nothing_else() {
    for property in properties::all().filter(|property| !may_only_be_reached(&property.claim)) {
        let name = property.name;
        let alone = |fault: &Fault| match IMPLIED.contains(&name) {
            true => fault.breaks.contains(&name),
            false => breaks_of_itself(fault) == [name],
        };
        assert!(fault::all().any(alone), "no fault breaks just `{name}`");
    }
}

#[test]
fn what_is_said_to_be_implied_never_fails_alone() {
    for name in IMPLIED {
        let alone = fault::all().find(|fault| fault.breaks == [name]);
        assert!(alone.is_none(), "{alone:?}");
    }
}

#[test]
fn whatever_is_reached_some_fault_keeps_out_of_reach() {
    for property in properties::all().filter(|property| may_only_be_reached(&property.claim)) {
        let hidden = fault::all().any(|fault| fault.hides.contains(&property.name));
        assert!(hidden, "no fault hides `{}`", property.name);
    }
}

/// Every fault with what it breaks, in how many steps, and hides. The steps of a path are shown the first
/// time that its property is broken.
fn counterexamples() -> String {
    // From the end on, since the test above, which may run beside this one, begins at the other.
    planted().rev().for_each(|_| {});
    let mut text = String::new();
    let mut shown = BTreeSet::new();
    for (fault, report) in planted() {
        if !text.is_empty() {
            text.push('\n');
        }
        writeln!(text, "{} (in {})", fault.name, fault.scope.name).expect("a string takes it all");
        for finding in &report.findings {
            let (name, path) = (finding.property.name, finding.verdict.path());
            if !fault.breaks.contains(&name) {
                continue;
            }
            writeln!(text, "  breaks in {} steps: {name}", path.len()).expect("it does");
            if shown.insert(name) {
                for (number, action) in (1..).zip(path) {
                    writeln!(text, "  {number:>6}  {action}").expect("it does");
                }
            }
        }
        for name in fault.hides {
            writeln!(text, "  hides: {name}").expect("it does");
        }
    }
    text
}

#[test]
fn the_shortest_counterexample_to_each_property_is_known() {
    pinned::is_as_pinned("counterexamples.txt", PINNED, &counterexamples());
}
