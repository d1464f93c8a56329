//! The suite's own speed: judged calls in this process, and over loopback against the same without judging.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reinstate::drive::CaseRun;
use reinstate::embedded::Embedded;
use reinstate::plan::{Depth, Plan};
use reinstate::run::{self, Stage, Stop};
use reinstate::scenario::{Action, Call, Lane, Scenario};
use reinstate_model::rules::Evidence;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::clock::{Time, measure};
use crate::player::{Endpoint, Player, Sent};

/// Judged calls a second on one core that are wanted.
const CALLS_A_SECOND: f64 = 20_000.0;
/// How often the plan is played in this process, so that it takes a while.
const TIMES: usize = 3;
/// The share of the speed without judging that is wanted.
const SHARE: f64 = 0.8;
/// How often both are measured, one after the other.
const ROUNDS: usize = 9;
/// How many cases run at the same time, as in `run`.
const AT_ONCE: usize = 16;

/// References for the cases, as in the default run.
fn references() -> Arc<Embedded> {
    Arc::new(Embedded::new(Evidence::Both, None))
}

/// The default plan through one client: but for what AWS's SDK sends, and for what no SDK sends. Both are
/// about HTTP and not about judging.
fn plan() -> Plan {
    let mut plan = Plan::new(Depth::Default, 1);
    let is_special = |call: &Call| call.wire.is_some() || call.lane == Lane::Sdk;
    let is_usual = |action: &Action| !matches!(action, Action::Call(call) if is_special(call));
    plan.scenarios.retain(|scenario| scenario.actions.iter().all(is_usual));
    plan
}

pub fn in_process() -> Result<(), String> {
    let plan = plan();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let play = |judged: bool| {
        let (mut calls, mut wrong) = (0, None);
        for _ in 0..TIMES {
            for (number, scenario) in plan.scenarios.iter().enumerate() {
                let mut player = Player::new(Endpoint::model(), judged, number);
                runtime.block_on(player.play(scenario));
                calls += player.calls;
                wrong = wrong.or(player.wrong);
            }
        }
        (calls, wrong)
    };
    let ((answered, _), unjudged) = measure(|| play(false));
    let ((calls, wrong), judged) = measure(|| play(true));
    let rate = calls as f64 / judged.processor;
    let alone = judged.processor - unjudged.processor * calls as f64 / answered as f64;
    println!(
        "{} cases {TIMES} times: {calls} calls answered and judged in {:.2} s of one core: {rate:.0} calls/s",
        plan.scenarios.len(),
        judged.processor
    );
    println!(
        "  {:.1} us a call, of which judging {:.1} us   goal {CALLS_A_SECOND} calls/s: {:.2} of it",
        1e6 / rate,
        alone / calls as f64 * 1e6,
        rate / CALLS_A_SECOND
    );
    match wrong {
        Some(difference) => Err(format!("the model's own answer was found wrong: {difference}")),
        None => Ok(()),
    }
}

pub fn over_loopback() -> Result<(), String> {
    let plan = plan();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    // Once before, so that neither pays for what is made on first use.
    let runs = runtime.block_on(judge_all(&plan));
    let sent = runs.iter().map(|(scenario, run)| (scenario.clone(), Sent::of(scenario, run)));
    let sent: Vec<_> = sent.collect();
    let mut rounds = vec![];
    for _ in 0..ROUNDS {
        let (repeated, plain) = measure(|| runtime.block_on(repeat_all(&sent)));
        let (runs, suite) = measure(|| runtime.block_on(judge_all(&plan)));
        let calls: usize = runs.iter().map(|(_, run)| run.steps.len()).sum();
        if repeated != calls {
            return Err(format!("{repeated} calls were repeated of {calls}"));
        }
        rounds.push((calls as f64, plain, suite));
    }
    let rate = |of: fn(&Round) -> f64| median(rounds.iter().map(|round| round.0 / of(round)));
    println!(
        "without judging  {:>6.0} calls/s of time, {:>6.0} of processor",
        rate(|(_, plain, _)| plain.wall),
        rate(|(_, plain, _)| plain.processor)
    );
    println!(
        "the suite        {:>6.0} calls/s of time, {:>6.0} of processor",
        rate(|(_, _, suite)| suite.wall),
        rate(|(_, _, suite)| suite.processor)
    );
    let share = median(rounds.iter().map(|(_, plain, suite)| plain.wall / suite.wall));
    println!(
        "  {share:.2} of the speed without judging, in the median of {ROUNDS} rounds   goal {SHARE}"
    );
    Ok(())
}

/// How many calls, and how long they took without judging and with it.
type Round = (f64, Time, Time);

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn judge_all(plan: &Plan) -> Vec<(Arc<Scenario>, CaseRun)> {
    run::whole(references(), plan, "bench", &Stop::default()).await
}

async fn repeat_all(sent: &[(Arc<Scenario>, Sent)]) -> usize {
    let (alone, together): (Vec<_>, Vec<_>) =
        sent.iter().cloned().enumerate().partition(|(_, (scenario, _))| scenario.alone);
    let stage = references();
    repeat_side_by_side(&stage, together, AT_ONCE).await
        + repeat_side_by_side(&stage, alone, 1).await
}

async fn repeat_side_by_side(
    stage: &Arc<Embedded>,
    sent: Vec<(usize, (Arc<Scenario>, Sent))>,
    at_once: usize,
) -> usize {
    let calls = Arc::new(AtomicUsize::new(0));
    let permits = Arc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for (number, (scenario, sent)) in sent {
        let permit = permits.clone().acquire_owned().await.expect("nobody closes it");
        let (stage, calls) = (stage.clone(), calls.clone());
        tasks.spawn(async move {
            let _permit = permit;
            let Ok((session, keep)) = stage.open().await else { return };
            let mut player = Player::new(Endpoint::Http(Box::new(session)), false, number);
            player.repeat(&scenario, &sent).await;
            calls.fetch_add(player.calls, Ordering::Relaxed);
            drop(keep);
        });
    }
    while tasks.join_next().await.is_some() {}
    calls.load(Ordering::Relaxed)
}
