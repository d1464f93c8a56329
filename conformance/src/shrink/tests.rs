use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reinstate_model::oracle::DifferenceKind;
use reinstate_model::rules::Evidence;
use serde_json::json;

use super::{Limits, distribution, median, reduce, showing, shrink};
use crate::drive;
use crate::fault::Fault;
use crate::finding::{self, Finding};
use crate::reference::{Options, Reference, Settle};
use crate::run::{Kept, Stage, Stop};
use crate::scenario::{Action, Call, Scenario, Source, call, labelled, wait};
use crate::session::Session;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// A reference with a fault for each case.
struct Faulty(&'static Fault);

impl Stage for Faulty {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let options = Options { settle: Settle::Manual, fault: Some(self.0), ..Options::default() };
        let reference = Reference::start(options).map_err(|error| error.to_string())?;
        let endpoint = Endpoint::loopback(reference.port());
        Ok((Session::new(endpoint, Credentials::local()).by_hand(), Box::new(reference)))
    }
}

/// A table with all sorts of things, a backup of it, and much that has nothing to do with either.
fn long_winded(restore: serde_json::Value) -> Scenario {
    let table = |name: &str| {
        json!({
            "TableName": format!("{{table:{name}}}"), "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "other", "AttributeType": "N"}
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-other",
                "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
            }],
            "Tags": [{"Key": "a", "Value": "b"}]
        })
    };
    let actions = vec![
        call("ListTables", json!({})),
        call("CreateTable", table("unused")),
        wait("table:unused"),
        call("CreateTable", table("source")),
        wait("table:source"),
        call("PutItem", json!({"TableName": "{table:source}", "Item": {"pk": {"S": "1"}}})),
        labelled("CreateBackup", json!({"TableName": "{table:source}", "BackupName": "abc"}), "b"),
        wait("backup:b"),
        call("DeleteTable", json!({"TableName": "{table:unused}"})),
        call("RestoreTableFromBackup", restore),
        wait("table:target"),
        call("DescribeTable", json!({"TableName": "{table:target}"})),
        call("DescribeTable", json!({"TableName": "{table:source}"})),
    ];
    Scenario::new("a long way to a fault", Source::Walk, actions).through_sdk()
}

async fn findings(stage: &Faulty, scenario: &Scenario) -> Vec<Finding> {
    let (session, keep) = stage.open().await.unwrap();
    let run = drive::run(&session, scenario, "before", 0).await;
    drop(keep);
    finding::collect(&[(scenario.clone().into(), run)], Evidence::Both)
}

/// The findings with their minimal cases.
async fn shrunk(
    stage: &Arc<Faulty>,
    found: &[Finding],
    run_id: &str,
    limits: Limits,
) -> Vec<Finding> {
    let minimal = shrink(stage, found, run_id, 1, limits, &Stop::default()).await;
    let mut found = found.to_vec();
    for finding in &mut found {
        let cause = (finding.rule.clone(), finding.kind);
        let own = minimal.iter().find(|minimal| (minimal.rule.clone(), minimal.kind) == cause);
        if let Some(minimal) = own {
            finding.show(minimal);
        }
    }
    found
}

fn limits() -> Limits {
    Limits { time: Duration::from_secs(300), ..Limits::default() }
}

/// Every case that is smaller by one call, one member or one element.
fn all_smaller(scenario: &Scenario) -> Vec<Scenario> {
    let mut smaller = Vec::new();
    for (at, action) in scenario.actions.iter().enumerate() {
        let Action::Call(call) = action else { continue };
        smaller.extend(reduce::without(scenario, &(at..at + 1)));
        let parts = reduce::parts(scenario, call);
        smaller.extend(parts.iter().filter_map(|part| reduce::without_member(scenario, at, part)));
    }
    smaller
}

#[tokio::test]
async fn a_shrunk_case_is_one_minimal_and_the_same_every_time() {
    let fault = Fault::named("a-restored-index-projects-less").unwrap();
    let stage = Arc::new(Faulty(fault));
    let restore = json!({
        "TargetTableName": "{table:target}", "BackupArn": "{backup:b}",
        "BillingModeOverride": "PAY_PER_REQUEST"
    });
    let found = findings(&stage, &long_winded(restore)).await;
    assert!(!found.is_empty(), "the fault shows");
    assert!(found.iter().all(|finding| !finding.shrunk));
    let before: Vec<usize> = found.iter().map(|finding| finding.scenario.calls()).collect();
    let first = shrunk(&stage, &found, "one", limits()).await;
    let second = shrunk(&stage, &found, "other", limits()).await;
    // Only the times in the answers are other ones.
    let shown = |findings: &[Finding]| {
        let all = findings.iter();
        all.map(|found| (found.identity(), found.scenario.clone(), found.shrunk))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&first), shown(&second));
    for (finding, before) in first.iter().zip(before) {
        assert!(finding.shrunk, "{}", finding.identity());
        assert!(finding.scenario.calls() < before && finding.scenario.calls() <= 3);
        assert_eq!(finding.case, finding.scenario.id());
        assert_ne!(finding.exchange.answer.status, 0);
        let smaller = all_smaller(&finding.scenario);
        assert!(!smaller.is_empty());
        for candidate in smaller {
            let (session, _keep) = stage.open().await.unwrap();
            let run = drive::run(&session, &candidate, "check", 0).await;
            assert_eq!(showing(&run, finding), None, "{} in {candidate:?}", finding.identity());
        }
    }
}

#[tokio::test]
async fn without_candidates_to_spend_the_case_stays_as_it_was_and_is_not_called_minimal() {
    let stage = Arc::new(Faulty(Fault::named("a-restored-index-projects-less").unwrap()));
    let restore = json!({"TargetTableName": "{table:target}", "BackupArn": "{backup:b}"});
    let found = findings(&stage, &long_winded(restore)).await;
    for candidates in [0, 5] {
        let limits = Limits { candidates, ..limits() };
        let shrunk = shrunk(&stage, &found, "run", limits).await;
        assert!(shrunk.iter().all(|finding| !finding.shrunk));
        assert!(candidates > 0 || shrunk == found);
    }
    let limits = Limits { time: Duration::ZERO, ..limits() };
    assert_eq!(shrunk(&stage, &found, "run", limits).await, found);
}

#[test]
fn the_median_is_the_middle_of_all_lengths() {
    assert_eq!(median(&BTreeMap::new()), None);
    assert_eq!(median(&BTreeMap::from([(1, 2), (4, 1), (9, 2)])), Some(4));
    assert_eq!(median(&BTreeMap::from([(1, 3), (4, 1), (9, 2)])), Some(1));
    let case = Scenario::new(
        "",
        Source::Walk,
        vec![wait("table:a"), Action::Call(Call::new("ListTables", json!({})))],
    );
    let mut finding = finding::collect(&[], Evidence::Both);
    assert_eq!(distribution(&finding), BTreeMap::new());
    finding.push(crate::report::example::hostile().findings[0].clone());
    finding[0].scenario = case;
    finding[0].kind = DifferenceKind::Accepted;
    assert_eq!(distribution(&finding), BTreeMap::from([(1, 1)]));
}
