//! Faults of the protocol: headers, status, forms of numbers and times, forms of errors; of ids; and
//! of requests that overlap.

use reinstate_model::name::TableId;
use serde_json::{Value, json};

use super::tools::{every, fault, spoil_any_body, spoil_error};
use super::{Answered, Fault, Place};

/// The members that hold a time.
const TIMES: [&str; 6] = [
    "CreationDateTime",
    "BackupCreationDateTime",
    "TableCreationDateTime",
    "RestoreDateTime",
    "EarliestRestorableDateTime",
    "LatestRestorableDateTime",
];

/// The members that hold a whole number.
const NUMBERS: [&str; 6] = [
    "ItemCount",
    "TableSizeBytes",
    "BackupSizeBytes",
    "ReadCapacityUnits",
    "WriteCapacityUnits",
    "NumberOfDecreasesToday",
];

pub(super) const FAULTS: &[Fault] = &[
    // --- headers and status ---
    fault(
        "content-type-is-json",
        "answers have the content type application/json",
        &["PRO-03"],
        Place::Answer(|_, answered| header(answered, "content-type", Some("application/json"))),
    ),
    fault(
        "no-content-type",
        "answers have no content type",
        &["PRO-03"],
        Place::Answer(|_, answered| header(answered, "content-type", None)),
    ),
    fault(
        "no-request-id",
        "answers have no request id",
        &["PRO-05"],
        Place::Answer(|_, answered| header(answered, "x-amzn-requestid", None)),
    ),
    fault(
        "request-id-is-a-uuid",
        "the request id is a UUID",
        &["PRO-020"],
        Place::Answer(|_, answered| {
            let id = "0b1f7c1e-0f5c-4b0a-9a52-3d8d2b1f0a77";
            header(answered, "x-amzn-requestid", Some(id));
        }),
    ),
    fault(
        "no-checksum",
        "answers have no checksum",
        &["PRO-05a"],
        Place::Answer(|_, answered| header(answered, "x-amz-crc32", None)),
    ),
    fault(
        "checksum-is-zero",
        "the checksum of every answer is 0",
        &["PRO-05a"],
        Place::Answer(|_, answered| header(answered, "x-amz-crc32", Some("0"))),
    ),
    fault(
        "success-is-201",
        "success is answered with HTTP 201",
        // An answer that is no success is taken for an error without a type.
        &["PRO-04", "PRO-06", "CRT-02"],
        Place::Answer(|_, answered| {
            if answered.status == 200 {
                answered.status = 201;
            }
        }),
    ),
    fault(
        "errors-are-200",
        "errors are answered with HTTP 200",
        // An error that says success is taken for one: what had to be refused is accepted.
        &["ERR-01", "DST-02", "DAT-04", "RTB-90", "RTB-92", "DSB-13"],
        Place::Answer(|_, answered| {
            if answered.status == 400 {
                answered.status = 200;
            }
        }),
    ),
    fault(
        "missing-is-404",
        "what does not exist is answered with HTTP 404",
        &["ERR-01"],
        Place::Answer(|_, answered| {
            if String::from_utf8_lossy(&answered.body).contains("NotFoundException") {
                answered.status = 404;
            }
        }),
    ),
    fault(
        "wrong-type-is-500",
        "a value of the wrong JSON type is answered with HTTP 500",
        &["ERR-01"],
        Place::Answer(|_, answered| {
            if String::from_utf8_lossy(&answered.body).contains("SerializationException") {
                answered.status = 500;
            }
        }),
    ),
    // --- forms ---
    fault(
        "times-are-milliseconds",
        "times are milliseconds since 1970",
        // They are numbers, only much too large.
        &["PRO-10", "DST-01", "CRT-02", "TBL-003", "CRB-05", "RTB-64"],
        Place::Answer(|_, answered| {
            times(answered, |time| json!(time.as_f64().unwrap_or_default() * 1_000.0));
        }),
    ),
    fault(
        "times-are-texts",
        "times are texts of ISO 8601",
        &["PRO-10"],
        Place::Answer(|_, answered| times(answered, |_| json!("2026-10-09T12:00:00Z"))),
    ),
    fault(
        "times-are-in-quotes",
        "times are numbers in quotes",
        &["PRO-10"],
        Place::Answer(|_, answered| times(answered, |time| json!(time.to_string()))),
    ),
    fault(
        "times-are-a-day-late",
        "times are a day late",
        &["RTB-64", "CRB-05", "RTB-83", "DST-01", "TBL-003", "CRT-02", "DBK-017"],
        Place::Answer(|_, answered| {
            times(answered, |time| json!(time.as_f64().unwrap_or_default() + 86_400.0));
        }),
    ),
    fault(
        "numbers-are-in-quotes",
        "counts and capacities are numbers in quotes",
        &["PRO-12"],
        Place::Answer(|_, answered| {
            spoil_any_body(answered, |body| {
                for name in NUMBERS {
                    every(body, name, &|number| *number = json!(number.to_string()));
                }
            });
        }),
    ),
    fault(
        "booleans-are-in-quotes",
        "booleans are texts",
        &["PRO-12"],
        Place::Answer(|_, answered| {
            spoil_any_body(answered, |body| {
                every(body, "RestoreInProgress", &|flag| *flag = json!(flag.to_string()));
            });
        }),
    ),
    fault(
        "absent-is-null",
        "what a table does not have is null",
        &["PRO-16"],
        Place::Answer(|_, answered| {
            spoil_any_body(answered, |body| {
                every(body, "TableDescription", &|table| {
                    if let Some(members) = table.as_object_mut() {
                        members.entry("GlobalSecondaryIndexes").or_insert(Value::Null);
                    }
                });
            });
        }),
    ),
    fault(
        "members-are-in-camel-case",
        "the members of answers begin with a small letter",
        &["RTB-01", "CRT-02", "CRB-03", "DST-01"],
        Place::Answer(|_, answered| spoil_any_body(answered, camel)),
    ),
    // --- errors ---
    fault(
        "error-has-no-type",
        "errors have no __type",
        &["PRO-06"],
        Place::Answer(|_, answered| {
            spoil_error(answered, |body| {
                body.as_object_mut().map(|members| members.remove("__type"));
            });
        }),
    ),
    fault(
        "error-type-has-no-namespace",
        "the __type of errors is the bare name",
        &["PRO-08"],
        Place::Answer(|_, answered| kind(answered, |name| name.to_owned())),
    ),
    fault(
        "error-type-has-another-namespace",
        "the __type of errors has the namespace of another service",
        &["PRO-06a", "PRO-017"],
        Place::Answer(|_, answered| kind(answered, |name| format!("com.amazonaws.s3#{name}"))),
    ),
    fault(
        "error-type-is-in-small-letters",
        "the __type of errors is in small letters",
        &["PRO-07", "PRO-08", "RTB-92", "RTB-90", "DST-02"],
        Place::Answer(|_, answered| kind(answered, str::to_lowercase)),
    ),
    fault(
        "error-has-no-message",
        "errors have no message",
        &["PRO-06"],
        Place::Answer(|_, answered| {
            spoil_error(answered, |body| {
                body.as_object_mut().map(|members| members.remove("message"));
            });
        }),
    ),
    fault(
        "message-is-in-capitals",
        "the message of errors is in `Message`",
        &["PRO-09"],
        Place::Answer(|_, answered| {
            spoil_error(answered, |body| {
                if let Some(members) = body.as_object_mut()
                    && let Some(message) = members.remove("message")
                {
                    members.insert("Message".to_owned(), message);
                }
            });
        }),
    ),
    // --- ids ---
    fault(
        "table-ids-repeat",
        "all tables have the same id",
        &["RTB-70", "CAR-23"],
        Place::Ids(|mut fresh, _| {
            fresh.table_id = TableId::new("1c0e2e0a-5f0b-4a3b-9d9e-2f6a4c1b7e55");
            fresh
        }),
    ),
    fault(
        "backup-arns-repeat",
        "backups of a table within an hour share one ARN",
        &["RTB-16", "CRB-06", "BKP-14", "CBK-014", "LSB-16", "CRB-05"],
        Place::Ids(|mut fresh, _| {
            let hour = fresh.created.unwrap_or_default() / 3_600_000 * 3_600_000;
            fresh.backup_id = format!("{hour:014}-0a1b2c3d");
            fresh
        }),
    ),
    fault(
        "backup-id-is-a-count",
        "the id of a backup is a number that counts up",
        &["RTB-16", "CRB-06"],
        Place::Ids(|mut fresh, count| {
            fresh.backup_id = format!("{count:014}-0a1b2c3d");
            fresh
        }),
    ),
    // --- overlapping requests ---
    fault(
        "two-restores-win",
        "restores that are asked for at once do not see each other",
        &["RTB-90", "RTB-91", "RTB-93", "QUO-01", "RTB-06"],
        Place::Lock(&["RestoreTableFromBackup", "RestoreTableToPointInTime"]),
    ),
    fault(
        "two-creations-win",
        "tables that are created at once do not see each other",
        &["CRT-01", "CTB-002"],
        Place::Lock(&["CreateTable"]),
    ),
    fault(
        "deletion-wins-over-restore",
        "a backup can be deleted while its restore is being asked for",
        &["DLB-04", "RTB-92", "RTB-93"],
        Place::Lock(&["RestoreTableFromBackup", "DeleteBackup"]),
    ),
];

/// Sets a header, or takes it away.
fn header(answered: &mut Answered, name: &'static str, value: Option<&str>) {
    answered.headers.retain(|(kept, _)| *kept != name);
    answered.headers.extend(value.map(|value| (name, value.to_owned())));
}

/// Changes every time of an answer.
fn times(answered: &mut Answered, change: impl Fn(&Value) -> Value) {
    spoil_any_body(answered, |body| {
        for name in TIMES {
            every(body, name, &|time| *time = change(time));
        }
    });
}

/// Writes the type of an error otherwise, from its bare name.
fn kind(answered: &mut Answered, write: impl Fn(&str) -> String) {
    spoil_error(answered, |body| {
        let name = body["__type"].as_str().and_then(|kind| kind.rsplit('#').next()).map(&write);
        if let Some(name) = name {
            body["__type"] = json!(name);
        }
    });
}

/// Writes the names of all members with a small letter in front.
fn camel(body: &mut Value) {
    match body {
        Value::Object(members) => {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(name, mut value)| {
                    camel(&mut value);
                    let mut letters = name.chars();
                    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
                    (first.into_iter().chain(letters).collect(), value)
                })
                .collect();
        }
        Value::Array(values) => values.iter_mut().for_each(camel),
        _ => {}
    }
}
