//! Cases in which time has passed, so that what is told of the past can be told from the present. Where
//! the clock cannot be moved a moment passes instead, and these show less.

use reinstate_model::generate::source;
use serde_json::json;

use super::recipe::{about, table};
use super::recovery::{switch, to_latest};
use crate::scenario::{Action, Scenario, Source, wait};

/// Long enough for the end of the window to have left its beginning behind (PTR-12).
const LONG_MILLIS: u64 = 60 * 60 * 1_000;

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    vec![latest()]
}

/// The end of the window is told, and a restore to it tells the same time.
fn latest() -> Scenario {
    let mut actions = table("source", &source::plain());
    actions.extend([
        switch("source", true),
        Action::Elapse { elapse_millis: LONG_MILLIS },
        about("DescribeContinuousBackups", "source"),
        to_latest("source", "target", &json!({})),
        about("DescribeTable", "target"),
        wait("table:target"),
    ]);
    let title = "to a point in time: the latest, long after recovery was switched on";
    Scenario::new(title, Source::Scenario, actions)
}

#[cfg(all(test, feature = "reference"))]
mod tests {
    use std::sync::Arc;

    use reinstate_model::rules::Evidence;

    use super::*;
    use crate::embedded::Embedded;
    use crate::plan::Plan;
    use crate::run::{self, Stop};

    #[tokio::test]
    async fn the_reference_tells_of_the_past_as_the_judge_expects() {
        let plan = Plan { seed: 1, scenarios: scenarios().into_iter().map(Arc::new).collect() };
        let stage = Arc::new(Embedded::new(Evidence::Both, None));
        for (scenario, run) in run::whole(stage, &plan, "elapsed", &Stop::default()).await {
            let differences: Vec<_> = run.steps.iter().flat_map(|step| &step.differences).collect();
            assert!(differences.is_empty(), "{}: {differences:#?}", scenario.title);
        }
    }
}
