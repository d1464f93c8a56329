//! Cases rehearsed on the reference with a meter: what they do and cost on a real account, known before
//! anything is sent to one.

use std::sync::Arc;

use reinstate_model::rules::Evidence;

use crate::cost::{Bill, Meter, Prices};
use crate::embedded::Embedded;
use crate::run::{self, Kept, Stage, Stop};
use crate::scenario::Scenario;
use crate::session::Session;

/// The reference, with a meter.
struct Metered(Embedded, Arc<Meter>);

impl Stage for Metered {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let (session, keep) = self.0.open().await?;
        Ok((session.metered(self.1.clone()), keep))
    }
}

/// What cases would be charged for. Nothing is sent to another machine.
pub async fn bill(cases: Vec<(usize, Arc<Scenario>)>, prices: Prices) -> Bill {
    let meter = Arc::new(Meter::new(prices));
    let stage = Metered(Embedded::new(Evidence::Both, None), meter.clone());
    let kept = run::run(Arc::new(stage), cases, "plan", Arc::new(()), &Stop::default()).await;
    kept.expect("a sink that keeps nothing never fails");
    meter.bill()
}
