//! Faults of backups: making, listing, describing and deleting them, and point-in-time recovery.

use std::sync::Arc;

use reinstate_model::account::recovery::Since;
use reinstate_model::account::{Account, BackupKind, Fresh};
use reinstate_model::behaviour::Behaviour;
use reinstate_model::outcome::ErrorCode::{BackupInUseException, LimitExceededException};
use reinstate_model::outcome::{Outcome, Refusal, Reply};
use reinstate_model::request::Request;
use reinstate_model::service::{self, Event};
use reinstate_model::step::step;
use reinstate_model::wire::accepted_body;
use serde_json::{Value, json};

use super::tools::{at, deceive, edit, every, fault, in_step, lose, spoil, spoil_body};
use super::{Answered, Asked, Fault, Place};

const LIST: &[&str] = &["ListBackups"];

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "backup-is-ready-at-once",
        "a backup is AVAILABLE in the answer already",
        &["BKP-06", "CRB-04", "BKP-02"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["CreateBackup"], |body| {
                at(body, "/BackupDetails/BackupStatus", |status| *status = json!("AVAILABLE"));
            });
        }),
    ),
    fault(
        "backup-is-never-ready",
        "a backup stays CREATING",
        &[],
        Place::Behaviour(Behaviour {
            events: |account| {
                let mut events = service::events(account);
                events.retain(|event| !matches!(event, Event::BackupAvailable(_)));
                events
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    fault(
        "backup-names-are-unique",
        "a second backup of the same name is refused",
        &["BKP-14"],
        in_step(|account, request, fresh| {
            if let Request::CreateBackup(create) = request {
                let is_taken = |kind: &BackupKind| match kind {
                    BackupKind::User(name) => *name == create.backup_name,
                    BackupKind::System => false,
                };
                if account.backups.values().any(|backup| is_taken(&backup.kind)) {
                    let refusal = Refusal::because("CRB-10", BackupInUseException, vec![]);
                    return Outcome::Refused(refusal);
                }
            }
            step(account, request, fresh)
        }),
    ),
    fault(
        "one-backup-of-a-table",
        "a table can have one backup",
        &["BKP-14", "CRB-03", "CRB-04", "BKP-06", "CBK-014"],
        in_step(|account, request, fresh| {
            if let Request::CreateBackup(create) = request {
                let name = create.table_name.0.clone();
                if account.backups.values().any(|backup| backup.table == name) {
                    let refusal = Refusal::because("CRB-10", LimitExceededException, vec![]);
                    return Outcome::Refused(refusal);
                }
            }
            step(account, request, fresh)
        }),
    ),
    fault(
        "backup-forgets-the-items",
        "a backup has no items",
        &["RTB-04", "CAR-01", "BKP-05", "BKP-07"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Reply::BackupDetails(arn) = &accepted.reply else { return };
                if let Some(backup) = accepted.account.backups.get_mut(arn) {
                    backup.items = Arc::default();
                }
            })
        }),
    ),
    fault(
        "backup-follows-its-table",
        "a description of a backup shows the table as it is now",
        &["DSB-04", "DSB-06", "DSB-11", "DSB-08", "BKP-09", "DSB-05"],
        Place::Behaviour(Behaviour {
            answer: |accepted| {
                let mut seen = accepted.clone();
                for backup in seen.account.backups.values_mut() {
                    if let Some(table) = accepted.account.tables.get(&backup.table) {
                        backup.definition = table.definition.clone();
                    }
                }
                accepted_body(&seen)
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    fault(
        "deleted-backup-stays",
        "a deleted backup is still there",
        &["DSB-13", "LSB-13", "DLB-03", "RTB-92", "BKP-03"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                if let Request::DeleteBackup(_) = request {
                    accepted.account.backups.clone_from(&account.backups);
                }
            })
        }),
    ),
    fault(
        "unknown-backup-can-be-deleted",
        "deleting a backup that does not exist is answered with success",
        &["DLB-03"],
        Place::Answer(|asked, answered| {
            let missing =
                String::from_utf8_lossy(&answered.body).contains("BackupNotFoundException");
            if asked.operation == "DeleteBackup" && missing {
                answered.status = 200;
                answered.body = "{}".into();
            }
        }),
    ),
    fault(
        "no-system-backup",
        "a deleted table with point-in-time recovery leaves no backup",
        &["BKP-16", "BKP-17", "SYS-001", "BKP-18"],
        Place::Behaviour(Behaviour {
            step: |account, request, fresh| {
                spoil(account, request, fresh, |accepted| {
                    if let Request::DeleteTable(_) = request {
                        accepted.account.backups.clone_from(&account.backups);
                    }
                })
            },
            fire: |account, event| {
                let mut after = service::fire(account, event);
                after.backups.retain(|arn, _| account.backups.contains_key(arn));
                after
            },
            ..Behaviour::SPECIFIED
        }),
    ),
    fault(
        "system-backup-of-any-table",
        "a deleted table leaves a backup whether it had point-in-time recovery or not",
        &["SYS-002", "SYS-003", "LSB-01", "LSB-04"],
        in_step(|account, request, fresh| {
            spoil(account, request, fresh, |accepted| {
                let Request::DeleteTable(delete) = request else { return };
                let now = account.now;
                if let Some(table) = accepted.account.tables.get_mut(&delete.table_name.0) {
                    let since = Since { ours: now, told: Some(now) };
                    table.recovery = table.recovery.switched_on(since, None);
                }
            })
        }),
    ),
    fault(
        "system-backup-for-ever",
        "a backup that the service made has no expiry",
        &["BKP-18"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeBackup", "ListBackups"], |body| {
                every(body, "BackupDetails", &|details| {
                    details.as_object_mut().map(|members| members.remove("BackupExpiryDateTime"));
                });
                every(body, "BackupSummaries", &|summaries| {
                    for summary in summaries.as_array_mut().into_iter().flatten() {
                        summary.as_object_mut().map(|m| m.remove("BackupExpiryDateTime"));
                    }
                });
            });
        }),
    ),
    fault(
        "recovery-to-any-time",
        "a table can be restored to a time outside the window",
        &["PTR-03"],
        Place::Request(|asked| {
            edit(asked, &["RestoreTableToPointInTime"], |members| {
                if members.remove("RestoreDateTime").is_some() {
                    members.insert("UseLatestRestorableTime".to_owned(), json!(true));
                }
            });
        }),
    ),
    fault(
        "recovery-while-off",
        "a table without point-in-time recovery can be restored to a point in time",
        &["PTR-04"],
        in_step(recovery_on),
    ),
    fault(
        "recovery-is-on-at-first",
        "a new table is described as having point-in-time recovery on",
        &["DCB-03", "DCB-04"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeContinuousBackups"], |body| {
                every(body, "PointInTimeRecoveryStatus", &|status| {
                    *status = json!("ENABLED");
                });
            });
        }),
    ),
    fault(
        "earliest-time-is-lost",
        "a table with point-in-time recovery does not tell the earliest time",
        &["DCB-05"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeContinuousBackups"], |body| {
                every(body, "PointInTimeRecoveryDescription", &|description| {
                    description.as_object_mut().map(|m| m.remove("EarliestRestorableDateTime"));
                });
            });
        }),
    ),
    // --- lists ---
    fault(
        "list-repeats-the-last",
        "ListBackups repeats the last backup of a page",
        &["LSB-01", "LSB-08", "LSB-06a", "LSB-03", "LSB-15"],
        Place::Answer(|asked, answered| {
            page(asked, answered, |summaries| summaries.extend(summaries.last().cloned()));
        }),
    ),
    fault(
        "list-lacks-the-first",
        "ListBackups leaves out the first backup",
        &["LSB-01", "LSB-08", "LSB-03", "LSB-15", "LSB-12"],
        Place::Answer(|asked, answered| {
            page(asked, answered, |summaries| {
                if !summaries.is_empty() {
                    summaries.remove(0);
                }
            });
        }),
    ),
    fault(
        "list-is-backwards",
        "ListBackups lists the latest backup first",
        &["LSB-11", "LSB-08", "LSB-09"],
        Place::Answer(|asked, answered| page(asked, answered, |summaries| summaries.reverse())),
    ),
    fault(
        "list-never-ends",
        "ListBackups tells to go on where nothing is left",
        &["LSB-09", "LSB-10", "LBK-009"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, LIST, |body| {
                if let Some(last) = body["BackupSummaries"].as_array().and_then(|all| all.last()) {
                    body["LastEvaluatedBackupArn"] = last["BackupArn"].clone();
                }
            });
        }),
    ),
    fault(
        "list-ends-after-a-page",
        "ListBackups never tells to go on",
        &["LSB-08", "LSB-06a", "LBK-009", "LSB-09"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, LIST, |body| {
                body.as_object_mut().map(|members| members.remove("LastEvaluatedBackupArn"));
            });
        }),
    ),
    fault(
        "list-says-all-are-available",
        "ListBackups lists a backup that is being made as AVAILABLE",
        &["LSB-15", "BKP-01", "BKP-02", "BKP-06", "LSB-12"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, LIST, |body| {
                every(body, "BackupStatus", &|status| *status = json!("AVAILABLE"));
            });
        }),
    ),
    fault(
        "description-lacks-the-features",
        "a description of a backup does not tell the indexes and settings of the source",
        &["DSB-11", "DSB-12", "BKP-10", "DSB-02", "BKP-09", "DSB-10"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeBackup", "DeleteBackup"], |body| {
                if let Some(description) = body["BackupDescription"].as_object_mut() {
                    description.remove("SourceTableFeatureDetails");
                }
            });
        }),
    ),
    fault(
        "description-has-the-capacity-of-one",
        "a description of a backup tells a capacity of one",
        &["DSB-06", "DSB-07", "BKP-09"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeBackup"], |body| {
                let pointer = "/BackupDescription/SourceTableDetails/ProvisionedThroughput";
                at(body, pointer, |units| {
                    *units = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
                });
            });
        }),
    ),
    fault(
        "description-names-another-table",
        "a description of a backup has another id of the source",
        &["DSB-05", "LSB-15", "LSB-16", "DSB-04"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DescribeBackup"], |body| {
                every(body, "TableId", &|id| {
                    *id = json!("00000000-0000-4000-8000-000000000000");
                });
            });
        }),
    ),
    fault(
        "answer-lacks-the-backup-type",
        "CreateBackup does not tell the type of the backup",
        &["CRB-03", "CRB-04", "BKP-04"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["CreateBackup"], |body| {
                lose(body, "/BackupDetails", "BackupType");
            });
        }),
    ),
    fault(
        "deletion-answers-nothing",
        "DeleteBackup answers with an empty body",
        &["DLB-02"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DeleteBackup"], |body| *body = json!({}));
        }),
    ),
    fault(
        "deleted-backup-is-available",
        "DeleteBackup describes the backup as AVAILABLE",
        &["BKP-03", "DLB-02"],
        Place::Answer(|asked, answered| {
            spoil_body(asked, answered, &["DeleteBackup"], |body| {
                every(body, "BackupStatus", &|status| *status = json!("AVAILABLE"));
            });
        }),
    ),
];

/// Changes the page of a list.
fn page(asked: &Asked, answered: &mut Answered, change: impl FnOnce(&mut Vec<Value>)) {
    spoil_body(asked, answered, LIST, |body| {
        if let Some(summaries) = body["BackupSummaries"].as_array_mut() {
            change(summaries);
        }
    });
}

/// The specified restore of a source that seems to have had point-in-time recovery on for a while.
fn recovery_on(account: &Account, request: &Request, fresh: &Fresh) -> Outcome {
    deceive(account, request, fresh, |seen| {
        let Request::RestoreTableToPointInTime(restore) = request else { return };
        let Some(name) = &restore.source_table_name else { return };
        let since = Since { ours: seen.now, told: Some(seen.now) };
        if let Some(table) = seen.tables.get_mut(name)
            && table.recovery.window().is_none()
        {
            table.recovery = table.recovery.switched_on(since, None);
        }
    })
}
