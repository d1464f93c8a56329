//! Faults of what an answer tells of a restored table: members that are missing, wrong or stale.

use serde_json::{Value, json};

use super::tools::{RESTORES, at, every, fault, lose, spoil_body};
use super::{Fault, Place};

const DESCRIBE: &[&str] = &["DescribeTable"];

/// The answers that describe a table.
const TABLES: &[&str] = &[
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "CreateTable",
    "DescribeTable",
    "UpdateTable",
];

const SUMMARY: &str = "/TableDescription/RestoreSummary";

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "no-restore-summary",
        "the answer of a restore has no RestoreSummary",
        &["RTB-80"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "RestoreSummary");
            });
        }),
    ),
    fault(
        "no-restore-summary-later",
        "a table that is being restored is described without RestoreSummary",
        &["LIF-05", "RTB-80", "LIF-02", "RFB-057", "LIF-08"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, DESCRIBE, |body| lose(body, "/Table", "RestoreSummary"));
        }),
    ),
    fault(
        "restore-is-not-in-progress",
        "the answer of a restore says that it is not in progress",
        &["RTB-84", "LIF-05"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                at(body, &format!("{SUMMARY}/RestoreInProgress"), |flag| *flag = json!(false));
            });
        }),
    ),
    fault(
        "restore-time-is-now",
        "RestoreDateTime is the time of the request",
        &["RTB-83"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["RestoreTableFromBackup"], |body| {
                let now = body["TableDescription"]["CreationDateTime"].clone();
                at(body, &format!("{SUMMARY}/RestoreDateTime"), |time| *time = now);
            });
        }),
    ),
    fault(
        "no-restore-time",
        "RestoreSummary has no RestoreDateTime",
        &["RTB-83", "RTB-80"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| lose(body, SUMMARY, "RestoreDateTime"));
        }),
    ),
    fault(
        "no-source-backup",
        "RestoreSummary has no SourceBackupArn",
        &["RTB-81", "RTB-80"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| lose(body, SUMMARY, "SourceBackupArn"));
        }),
    ),
    fault(
        "no-source-table",
        "RestoreSummary has no SourceTableArn",
        &["RTB-82", "RTB-80"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| lose(body, SUMMARY, "SourceTableArn"));
        }),
    ),
    fault(
        "empty-source-table",
        "SourceTableArn is empty",
        &["RTB-82"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                at(body, &format!("{SUMMARY}/SourceTableArn"), |arn| *arn = json!(""));
            });
        }),
    ),
    fault(
        "no-table-id",
        "a restored table has no TableId",
        &["RTB-70"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "TableId")
            });
        }),
    ),
    fault(
        "no-table-arn",
        "a restored table has no TableArn",
        &["RTB-69"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "TableArn");
            });
        }),
    ),
    fault(
        "table-arn-of-another-region",
        "a restored table has the ARN of another Region",
        &["RTB-69"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                at(body, "/TableDescription/TableArn", |arn| {
                    let moved = arn.as_str().unwrap_or_default().replace("us-east-1", "eu-west-1");
                    *arn = json!(moved);
                });
            });
        }),
    ),
    fault(
        "no-key-schema",
        "the answer of a restore has no KeySchema",
        &["RTB-62"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "KeySchema");
            });
        }),
    ),
    fault(
        "no-attribute-definitions",
        "the answer of a restore has no AttributeDefinitions",
        &["RTB-60"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "AttributeDefinitions");
            });
        }),
    ),
    fault(
        "no-capacity",
        "the answer of a restore has no ProvisionedThroughput",
        &["RTB-65", "RTB-26", "RTB-21"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                lose(body, "/TableDescription", "ProvisionedThroughput");
            });
        }),
    ),
    fault(
        "no-billing-summary",
        "an on-demand table that was restored has no BillingModeSummary",
        &["RTB-71", "RTB-18", "RTB-19"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["RestoreTableFromBackup"], |body| {
                lose(body, "/TableDescription", "BillingModeSummary");
            });
        }),
    ),
    fault(
        "no-index-arn",
        "an index of a restored table has no ARN",
        &["RTB-73", "RTB-74"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                for_indexes(body, |index| {
                    index.as_object_mut().map(|members| members.remove("IndexArn"));
                });
            });
        }),
    ),
    fault(
        "index-is-active-while-restoring",
        "a global index of a table that is being restored is ACTIVE",
        &["RTB-75"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                at(body, "/TableDescription/GlobalSecondaryIndexes", |indexes| {
                    for index in indexes.as_array_mut().into_iter().flatten() {
                        index["IndexStatus"] = json!("ACTIVE");
                    }
                });
            });
        }),
    ),
    fault(
        "items-are-counted-at-once",
        "the answer of a restore counts items that are not there yet",
        &["RTB-68"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["RestoreTableFromBackup"], |body| {
                at(body, "/TableDescription/ItemCount", |count| *count = json!(5));
            });
        }),
    ),
    fault(
        "decreases-are-counted",
        "a restored table has had a decrease of its capacity today",
        &["RTB-66"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                every(body, "NumberOfDecreasesToday", &|count| *count = json!(1));
            });
        }),
    ),
    fault(
        "answer-is-wrapped-twice",
        "the answer of a restore is a Table, as DescribeTable has it",
        &["RTB-01"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, RESTORES, |body| {
                *body = json!({"Table": body["TableDescription"]});
            });
        }),
    ),
    fault(
        "restored-table-is-gone-to-lists",
        "a table that is being restored is not listed",
        &["LST-02", "TBL-027", "LST-01"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["ListTables"], |body| {
                if let Some(names) = body["TableNames"].as_array_mut() {
                    names.pop();
                }
            });
        }),
    ),
    fault(
        "unknown-status",
        "a table that is being restored has the status RESTORING",
        &["LIF-13", "RTB-63", "LIF-02", "LIF-01"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, TABLES, |body| {
                for pointer in ["/TableDescription", "/Table"] {
                    at(body, pointer, |table| {
                        if table["RestoreSummary"]["RestoreInProgress"] == json!(true) {
                            table["TableStatus"] = json!("RESTORING");
                        }
                    });
                }
            });
        }),
    ),
    fault(
        "restored-data-is-read-once",
        "Scan answers with half of the items",
        &["DAT-02", "RTB-04", "CAR-01"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["Scan"], |body| {
                if let Some(items) = body["Items"].as_array_mut() {
                    items.truncate(items.len().div_ceil(2));
                    let count = items.len();
                    body["Count"] = json!(count);
                    body["ScannedCount"] = json!(count);
                }
            });
        }),
    ),
    fault(
        "creation-time-changes",
        "a table is described with the current time as its creation time",
        &["DST-01", "RTB-64", "CAR-23", "TBL-003"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, DESCRIBE, |body| {
                every(body, "CreationDateTime", &|time| {
                    let later = time.as_f64().unwrap_or_default() + 7.0;
                    *time = json!(later);
                });
            });
        }),
    ),
];

/// Changes every index of a table that was restored.
fn for_indexes(body: &mut Value, change: impl Fn(&mut Value)) {
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        at(body, &format!("/TableDescription/{kind}"), |indexes| {
            indexes.as_array_mut().into_iter().flatten().for_each(&change);
        });
    }
}
