//! What the default plan reaches, learned from the reference.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use reinstate_model::rules::{Evidence, catalogue};

use super::{Depth, Plan};
use crate::embedded::Embedded;
use crate::log::Case;
use crate::run::{self, Stop};

/// The runs of the default plan's cases on the reference.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let plan = Plan::new(Depth::Default, 1);
        let stage = Arc::new(Embedded { evidence: Evidence::Both, fault: None });
        let running = async {
            run::run(stage, plan.numbered(), "reached", Arc::new(()), &Stop::default()).await
        };
        let runtime = tokio::runtime::Runtime::new().expect("there are threads to be had");
        runtime.block_on(running).expect("nothing is written")
    })
}

#[test]
fn every_rule_is_exercised_or_cannot_be_reached_and_none_is_both() {
    let steps = cases().iter().flat_map(|case| &case.run.steps);
    let exercised: BTreeSet<&str> = steps.flat_map(|step| step.rules.iter().copied()).collect();
    let unreached: BTreeSet<&str> =
        catalogue().unreached().iter().flat_map(|entry| &entry.ids).map(String::as_str).collect();
    let both: Vec<_> = exercised.intersection(&unreached).collect();
    assert!(both.is_empty(), "exercised, and listed as what cannot be: {both:?}");
    let all = catalogue().rules().iter().map(|rule| rule.id.as_str());
    let neither: Vec<_> =
        all.filter(|id| !exercised.contains(id) && !unreached.contains(id)).collect();
    assert!(neither.is_empty(), "neither exercised nor listed as what cannot be: {neither:?}");
}

/// So that the default run stays one that an emulator goes through in half a minute.
#[test]
fn the_default_plan_stays_within_its_bound_of_exchanges() {
    const MOST: usize = 9_000;
    let exchanges: usize = cases().iter().map(|case| case.run.steps.len()).sum();
    assert!(exchanges <= MOST, "{exchanges} exchanges");
}
