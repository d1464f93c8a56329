use reinstate_model::oracle::DifferenceKind;
use serde_json::{Value, json};

use crate::drive::End;
use crate::drive::testing::{run, table};
use crate::fault::Fault;
use crate::scenario::{Action, Call, Scenario, Source, call, labelled, wait};

/// Two restores to one name at the same time. Both cannot be accepted, even if the first one finishes
/// unseen before the second is taken.
fn two_restores() -> Scenario {
    let restore = || {
        let with = json!({"BackupArn": "{backup:b}", "TargetTableName": "{table:one}"});
        vec![Call::new("RestoreTableFromBackup", with)]
    };
    let actions = vec![
        call("CreateTable", table("source")),
        wait("table:source"),
        labelled("CreateBackup", json!({"TableName": "{table:source}", "BackupName": "abc"}), "b"),
        wait("backup:b"),
        Action::Race { race: vec![restore(), restore()] },
    ];
    Scenario::new("two restores to one name", Source::Scenario, actions)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_race_on_a_right_endpoint_show_nothing() {
    for _ in 0..5 {
        let run = run(&two_restores(), None).await;
        assert_eq!(run.end, End::Completed);
        let raced: Vec<_> = run.steps.iter().filter(|step| step.action == 4).collect();
        assert_eq!(raced.len(), 2);
        let mut statuses: Vec<u16> = raced.iter().map(|step| step.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "one of them wins");
        assert!(run.steps.iter().all(|step| step.differences.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_do_not_see_each_other_are_told_with_the_longest_legal_order() {
    let fault = Fault::named("two-restores-win").unwrap();
    let mut told = None;
    for _ in 0..20 {
        let run = run(&two_restores(), Some(fault)).await;
        let differences = run.steps.into_iter().flat_map(|step| step.differences);
        told = differences.into_iter().find(|found| found.kind == DifferenceKind::Accepted);
        if told.is_some() {
            break;
        }
    }
    let told = told.expect("they overlap sooner or later").expected;
    let says = "the longest is RestoreTableFromBackup of client";
    assert!(told.contains(says) && told.contains("cannot follow"), "{told}");
}

#[test]
fn a_race_reads_back_as_it_was_written() {
    let written = serde_json::to_value(two_restores()).unwrap();
    assert!(written["actions"][4]["race"][1][0]["call"].is_string());
    assert_eq!(serde_json::from_value::<Scenario>(written).unwrap(), two_restores());
    let odd: Value =
        json!({"title": "t", "actions": [{"race": [[{"call": "ListTables", "odd": 1}]]}]});
    assert!(serde_json::from_value::<Scenario>(odd).is_err());
}
