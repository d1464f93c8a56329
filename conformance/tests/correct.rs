//! Endpoints that do as specified, each at its own pace: none is accused of anything but being too fast,
//! and what can be reached is reached.
#![cfg(feature = "reference")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reinstate::embedded::Embedded;
use reinstate::job::Job;
use reinstate::plan::{Depth, Plan};
use reinstate::reference::{Options, Reference, Settle};
use reinstate::report::{Report, Target};
use reinstate::run::{self, Kept, Stage, Stop};
use reinstate::session::Session;
use reinstate::sign::Credentials;
use reinstate::transport::Endpoint;
use reinstate_model::oracle::DifferenceKind;
use reinstate_model::protocol;
use reinstate_model::rules::{Evidence, catalogue};

fn target() -> Target {
    Target { name: "correct".to_owned(), version: None }
}

async fn report<S: Stage>(stage: S, depth: Depth, plan: Plan) -> Report {
    let job = Job::whole(target(), &plan, depth, Evidence::Both);
    let log =
        job.run(Arc::new(stage), "correct", &Stop::default()).await.expect("no log is written");
    let (header, because) = (log.header.clone(), log.because());
    Report::new(&header, because, &log.into_runs())
}

/// What a report accuses of more than being too fast.
fn accusations(report: &Report) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.kind != DifferenceKind::TooFast);
    findings.map(|it| format!("{} {:?} {} {}", it.rule, it.kind, it.expected, it.got)).collect()
}

/// A reference for each case whose events nobody moves.
#[derive(Clone, Copy)]
struct Paced(Settle);

impl Stage for Paced {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let options = Options { settle: self.0, ..Options::default() };
        let reference = Reference::start(options).map_err(|error| error.to_string())?;
        let mut session = Session::new(Endpoint::loopback(reference.port()), Credentials::local());
        session.patience.pause = Duration::from_millis(5);
        session.patience.elapse = Duration::ZERO;
        Ok((session, Box::new(reference)))
    }
}

fn embedded() -> Embedded {
    Embedded::new(Evidence::Both, None)
}

#[tokio::test]
async fn the_reference_is_accused_of_nothing_and_all_that_can_be_reached_is() {
    let report = report(embedded(), Depth::Default, Plan::new(Depth::Default, 1)).await;
    assert_eq!(report.findings, []);
    assert_eq!(report.summary.cases_completed, report.summary.cases);
    let coverage = &report.coverage;
    assert!(coverage.at_rest.of > 0 && coverage.in_flight.of > 0);
    assert_eq!(coverage.at_rest.reached, coverage.at_rest.of, "{:?}", coverage.missed);
    assert_eq!(coverage.in_flight.reached, coverage.in_flight.of, "{:?}", coverage.missed);

    let unreached = catalogue().unreached().iter().flat_map(|entry| &entry.ids);
    let unreached: BTreeSet<&String> = unreached.collect();
    let not_run = report.rules.iter().filter(|(_, verdict)| !verdict.is_exercised());
    let not_run: BTreeSet<&String> = not_run.map(|(rule, _)| rule).collect();
    assert_eq!(not_run, unreached, "left is what no case reached, right what none can reach");
}

#[tokio::test]
async fn an_endpoint_that_does_everything_at_once_is_only_too_fast() {
    let report = report(Paced(Settle::Now), Depth::Quick, Plan::new(Depth::Quick, 1)).await;
    assert_eq!(accusations(&report), [""; 0]);
}

#[tokio::test]
async fn a_slow_endpoint_is_accused_of_nothing() {
    let slow = Settle::After(Duration::from_millis(20));
    let report = report(Paced(slow), Depth::Quick, Plan::new(Depth::Quick, 1)).await;
    assert_eq!(accusations(&report), [""; 0]);
}

#[tokio::test]
async fn an_endpoint_that_shows_each_status_late_is_accused_of_nothing() {
    let late = Settle::AfterRequests(3);
    let report = report(Paced(late), Depth::Quick, Plan::new(Depth::Quick, 1)).await;
    assert_eq!(accusations(&report), [""; 0]);
}

/// The seeds that are tried: ten in a test, and as many as somebody asks for.
fn seeds() -> u64 {
    std::env::var("REINSTATE_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(10)
}

#[tokio::test]
async fn whatever_the_seed_the_reference_is_accused_of_nothing() {
    let usual: BTreeSet<String> =
        Plan::new(Depth::Quick, 0).scenarios.iter().map(|case| case.id()).collect();
    for seed in 1..=seeds() {
        let mut plan = Plan::new(Depth::Quick, seed);
        // What does not depend on the seed need be tried once only.
        plan.scenarios.retain(|case| !usual.contains(&case.id()));
        assert!(!plan.scenarios.is_empty(), "seed {seed} gives nothing new");
        let report = report(embedded(), Depth::Quick, plan).await;
        assert_eq!(report.findings, [], "seed {seed}");
        assert_eq!(report.summary.cases_completed, report.summary.cases, "seed {seed}");
    }
}

/// The members of a request's body.
fn members(request: &str) -> BTreeSet<String> {
    let body = serde_json::from_str::<serde_json::Value>(request).unwrap_or_default();
    body.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// What a rule refuses is only half of it: an endpoint that refuses everything keeps that half. The other
/// is a request that is accepted and has the same members, or some of them, or what was missing besides.
#[tokio::test]
async fn every_rule_that_refuses_has_a_case_in_which_the_like_is_accepted() {
    let plan = Plan::new(Depth::Default, 1);
    let runs = run::whole(Arc::new(embedded()), &plan, "sides", &Stop::default()).await;
    let steps = || runs.iter().flat_map(|(_, run)| &run.steps);
    let accepted: BTreeSet<(&str, BTreeSet<String>)> = steps()
        .filter(|step| step.status == 200)
        .map(|step| (step.operation.as_str(), members(&step.request)))
        .collect();
    let mut refused: BTreeMap<&str, bool> = BTreeMap::new();
    for step in steps().filter(|step| step.status == 400) {
        let sent = members(&step.request);
        let is_accepted = accepted.iter().any(|(operation, members)| {
            *operation == step.operation && (members.is_subset(&sent) || sent.is_subset(members))
        });
        for rule in step.rules.iter().filter(|rule| !protocol::RULES.contains(rule)) {
            *refused.entry(rule).or_default() |= is_accepted;
        }
    }
    assert!(refused.len() > 150, "only {} rules refuse anything", refused.len());
    let one_sided: Vec<_> = refused.iter().filter(|(_, both)| !**both).map(|it| *it.0).collect();
    assert_eq!(one_sided, [""; 0]);
}
