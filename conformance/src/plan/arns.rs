//! Tables that are named by their ARN, which newer endpoints take in place of a name; and ARNs that name
//! nothing here. An older endpoint may take an ARN for a name, so nothing else follows in these cases.

use reinstate_model::generate::source;
use serde_json::{Value, json};

use super::recipe::{backed_up, table, table_arn};
use super::recovery::recoverable;
use crate::scenario::{Action, Scenario, Source, call, wait};

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut found = tables();
    found.extend(sources());
    found.extend(backups());
    found
}

fn case(title: &str, start: Vec<Action>, more: Vec<Action>) -> Scenario {
    Scenario::new(title, Source::Requests, [start, more].concat())
}

fn tables() -> Vec<Scenario> {
    let by_arn = |operation: &str, members: Value| {
        let mut body = members;
        body["TableName"] = json!(table_arn("source"));
        case(
            &format!("{operation} of a table by its ARN"),
            backed_up("source", &source::plain()),
            vec![call(operation, body)],
        )
    };
    let recovery =
        json!({"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}});
    let mut create = source::plain().members;
    create["TableName"] = json!(table_arn("target"));
    let elsewhere = table_arn("source").replace("{region}", "xx-fake-1");
    vec![
        by_arn("DescribeTable", json!({})),
        by_arn("CreateBackup", json!({"BackupName": "by-arn"})),
        by_arn("ListBackups", json!({})),
        by_arn("DescribeContinuousBackups", json!({})),
        by_arn("UpdateContinuousBackups", recovery),
        case(
            "CreateTable by its ARN",
            // Which account it is an answer has to tell first.
            table("source", &source::plain()),
            vec![call("CreateTable", create)],
        ),
        case(
            "DescribeTable by the ARN of a Region that does not exist",
            table("source", &source::plain()),
            vec![call("DescribeTable", json!({ "TableName": elsewhere }))],
        ),
    ]
}

/// What SourceTableArn of a restore to a point in time may be.
fn sources() -> Vec<Scenario> {
    let elsewhere = table_arn("source").replace("{region}", "eu-central-1");
    let arns = [
        ("a table that does not exist", table_arn("none")),
        ("another service", "arn:aws:s3:::{table:source}".to_owned()),
        ("another Region", elsewhere),
    ];
    arns.into_iter()
        .map(|(what, arn)| {
            let body = json!({
                "SourceTableArn": arn,
                "TargetTableName": "{table:target}",
                "UseLatestRestorableTime": true
            });
            case(
                &format!("to a point in time: a source ARN of {what}"),
                recoverable("source"),
                vec![call("RestoreTableToPointInTime", body), wait("table:target")],
            )
        })
        .collect()
}

/// The ARN of a backup without its Region.
fn backups() -> Vec<Scenario> {
    let arn = "arn:aws:dynamodb::{account}:table/{table:source}/backup/{backup-id:source}";
    vec![case(
        "DescribeBackup: an ARN without a Region",
        backed_up("source", &source::plain()),
        vec![call("DescribeBackup", json!({ "BackupArn": arn }))],
    )]
}
