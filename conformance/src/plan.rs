//! Stage 2: which cases, in what order. The plan is fixed before the first request goes out, and
//! depends on depth and seed only.

mod arns;
mod changes;
mod definitions;
mod deleting;
mod elapsed;
mod items;
mod lifecycle;
mod lists;
mod meanwhile;
mod named;
mod races;
mod recipe;
mod recovery;
mod requests;
mod settings;
mod telling;
pub mod tours;
mod walks;
mod wire;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::scenario::{Scenario, fnv64};

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// The least that reaches most rules.
    Quick,
    /// What runs if nothing is said: every transition of the scopes that are toured, and more that is random.
    Default,
    /// Every two transitions in a row, and more of everything that is random.
    Thorough,
}

impl Depth {
    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Depth::Quick => "quick",
            Depth::Default => "default",
            Depth::Thorough => "thorough",
        }
    }

    /// Random overrides of each source.
    fn overrides(self) -> usize {
        match self {
            Depth::Quick => 4,
            Depth::Default => 12,
            Depth::Thorough => 100,
        }
    }

    /// Random sequences.
    fn walks(self) -> usize {
        match self {
            Depth::Quick => 8,
            Depth::Default => 40,
            Depth::Thorough => 400,
        }
    }
}

/// The cases of a run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed of everything random.
    pub seed: u64,
    /// The cases in order, none twice.
    pub scenarios: Vec<Arc<Scenario>>,
}

impl Plan {
    /// The plan of a depth and seed.
    pub fn new(depth: Depth, seed: u64) -> Self {
        let mut scenarios = lifecycle::scenarios();
        scenarios.extend(recovery::scenarios());
        scenarios.extend(settings::scenarios());
        scenarios.extend(changes::scenarios());
        scenarios.extend(telling::scenarios());
        scenarios.extend(elapsed::scenarios());
        scenarios.extend(deleting::scenarios());
        scenarios.extend(definitions::scenarios());
        scenarios.extend(items::scenarios());
        scenarios.extend(lists::scenarios());
        scenarios.extend(meanwhile::scenarios());
        scenarios.extend(arns::scenarios());
        scenarios.extend(requests::scenarios(depth, seed));
        // Where a smaller case shows the same, it comes before.
        scenarios.extend(named::scenarios());
        let mut scenarios: Vec<_> = scenarios.into_iter().map(Arc::new).collect();
        scenarios.extend(tours::scenarios(depth));
        scenarios.extend(walks::scenarios(depth, seed).into_iter().map(Arc::new));
        scenarios.extend(wire::scenarios().into_iter().map(Arc::new));
        let mut ids = std::collections::BTreeSet::new();
        scenarios.retain(|scenario| ids.insert(scenario.id()));
        Self { seed, scenarios }
    }

    /// The same, and clients that race. Who wins differs from run to run, and with it what a run finds.
    #[must_use]
    pub fn with_races(mut self) -> Self {
        self.scenarios.extend(races::scenarios().into_iter().map(Arc::new));
        self
    }

    /// Every case with its number, by which it is known when others are left out.
    pub fn numbered(&self) -> Vec<(usize, Arc<Scenario>)> {
        self.scenarios.iter().cloned().enumerate().collect()
    }

    /// A hash of all cases in their order: equal plans have equal hashes.
    pub fn hash(&self) -> String {
        let ids: Vec<String> = self.scenarios.iter().map(|scenario| scenario.id()).collect();
        format!("{:016x}", fnv64(ids.join("\n").as_bytes()))
    }
}

/// Draws values from a strategy; the same seed always draws the same.
fn draw<S: proptest::strategy::Strategy>(strategy: &S, count: usize, seed: u64) -> Vec<S::Value> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngSeed, TestRunner};

    let config =
        Config { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    (0..count)
        .filter_map(|_| strategy.new_tree(&mut runner).ok())
        .map(|tree| tree.current())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
        let hash = |seed| Plan::new(Depth::Quick, seed).hash();
        assert_eq!(hash(1), hash(1));
        assert_ne!(hash(1), hash(2));
    }
}
