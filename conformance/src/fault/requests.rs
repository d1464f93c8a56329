//! Faults of reading a request: members are passed over, limits are off by one, types are not looked
//! at. What is not refused any more is taken for the nearest value that would do.

use serde_json::{Value, json};

use super::tools::{Members, RESTORES, edit, fault, ignore};
use super::{Asked, Fault, Place};

const BACKUP_RESTORE: &[&str] = &["RestoreTableFromBackup"];

/// The members that override what the backup recorded.
const OVERRIDES: [&str; 5] = [
    "BillingModeOverride",
    "ProvisionedThroughputOverride",
    "GlobalSecondaryIndexOverride",
    "LocalSecondaryIndexOverride",
    "SSESpecificationOverride",
];

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "all-overrides-are-ignored",
        "a restore passes over all overrides",
        &["RTB-18", "RTB-25", "RTB-30", "RTB-43", "RTB-21", "RTB-22", "RTB-29", "RTB-47"],
        Place::Request(|asked| {
            OVERRIDES.iter().for_each(|member| ignore(asked, RESTORES, member));
        }),
    ),
    fault(
        "billing-override-is-ignored",
        "a restore passes over BillingModeOverride",
        &["RTB-18", "RTB-20", "RTB-21", "RTB-22"],
        Place::Request(|asked| ignore(asked, RESTORES, OVERRIDES[0])),
    ),
    fault(
        "capacity-override-is-ignored",
        "a restore passes over ProvisionedThroughputOverride",
        &["RTB-25", "RTB-22"],
        Place::Request(|asked| ignore(asked, RESTORES, OVERRIDES[1])),
    ),
    fault(
        "global-index-override-is-ignored",
        "a restore passes over GlobalSecondaryIndexOverride",
        &["RTB-29", "RTB-30", "RTB-40", "RTB-31"],
        Place::Request(|asked| ignore(asked, RESTORES, OVERRIDES[2])),
    ),
    fault(
        "local-index-override-is-ignored",
        "a restore passes over LocalSecondaryIndexOverride",
        &["RTB-43", "RTB-43a"],
        Place::Request(|asked| ignore(asked, RESTORES, OVERRIDES[3])),
    ),
    fault(
        "encryption-override-is-ignored",
        "a restore passes over SSESpecificationOverride",
        &["RTB-47", "RTB-48", "RTB-85"],
        Place::Request(|asked| ignore(asked, RESTORES, OVERRIDES[4])),
    ),
    fault(
        "point-in-time-overrides-are-ignored",
        "a restore to a point in time passes over all overrides",
        &["PTR-06", "RTB-18", "RTB-25"],
        Place::Request(|asked| {
            let operation = &["RestoreTableToPointInTime"];
            OVERRIDES.iter().for_each(|member| ignore(asked, operation, member));
        }),
    ),
    fault(
        "unknown-billing-mode-is-accepted",
        "a billing mode that does not exist is passed over",
        &["RTB-18a", "CTB-009"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                let known = [json!("PROVISIONED"), json!("PAY_PER_REQUEST")];
                if members.get("BillingModeOverride").is_some_and(|mode| !known.contains(mode)) {
                    members.remove("BillingModeOverride");
                }
            });
        }),
    ),
    fault(
        "unknown-projection-is-accepted",
        "a kind of projection that does not exist is taken for ALL",
        &["RTB-38", "CTB-010"],
        Place::Request(|asked| {
            indexes(asked, |index| {
                let known = [json!("ALL"), json!("KEYS_ONLY"), json!("INCLUDE")];
                let projection = index.get_mut("Projection");
                let kind = projection.and_then(|projection| projection.get_mut("ProjectionType"));
                if let Some(kind) = kind.filter(|kind| kind.is_string() && !known.contains(kind)) {
                    *kind = json!("ALL");
                }
            });
        }),
    ),
    fault(
        "unknown-encryption-is-accepted",
        "a type of encryption that does not exist is taken for KMS",
        &["RTB-50"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                if let Some(kind) = members
                    .get_mut("SSESpecificationOverride")
                    .and_then(|specification| specification.get_mut("SSEType"))
                {
                    *kind = json!("KMS");
                }
            });
        }),
    ),
    fault(
        "short-target-name-is-accepted",
        "a target name of two letters is accepted",
        &["RTB-11", "QUO-08"],
        Place::Request(|asked| pad(asked, BACKUP_RESTORE, "TargetTableName", 2)),
    ),
    fault(
        "long-target-name-is-accepted",
        "a target name of 256 letters is accepted",
        &["RTB-11", "QUO-08"],
        Place::Request(|asked| cut(asked, BACKUP_RESTORE, "TargetTableName", 255)),
    ),
    fault(
        "target-name-of-three-is-refused",
        "a target name of three letters is refused",
        // The request that shows it overrides everything, so the rule of combined overrides has it accepted.
        &["RTB-11", "RTB-01", "RTB-02", "RTB-53"],
        Place::Request(|asked| shorten(asked, BACKUP_RESTORE, 3, 2)),
    ),
    fault(
        "target-name-of-255-is-refused",
        "a target name of 255 letters is refused",
        &["RTB-11", "RTB-01", "RTB-02", "RTB-53"],
        Place::Request(|asked| lengthen(asked, BACKUP_RESTORE, 255)),
    ),
    fault(
        "characters-of-the-target-name-are-not-looked-at",
        "a target name may hold any letters",
        &["RTB-11"],
        Place::Request(|asked| {
            clean(asked, BACKUP_RESTORE, "TargetTableName");
        }),
    ),
    fault(
        "short-backup-name-is-accepted",
        "a backup name of two letters is accepted",
        &["CRB-02", "QUO-08"],
        Place::Request(|asked| pad(asked, &["CreateBackup"], "BackupName", 2)),
    ),
    fault(
        "long-backup-name-is-accepted",
        "a backup name of 256 letters is accepted",
        &["CRB-02", "QUO-08"],
        Place::Request(|asked| cut(asked, &["CreateBackup"], "BackupName", 255)),
    ),
    fault(
        "short-index-name-is-accepted",
        "an index name of two letters is accepted",
        &["RTB-34", "QUO-08"],
        Place::Request(|asked| {
            indexes(asked, |index| {
                let short = index["IndexName"].as_str().filter(|name| name.len() == 2);
                if let Some(longer) = short.map(|name| format!("{name}x")) {
                    index["IndexName"] = json!(longer);
                }
            });
        }),
    ),
    fault(
        "capacity-of-zero-is-accepted",
        "a capacity of zero is taken for one",
        &["RTB-24", "RTB-23"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                let units = members.get_mut("ProvisionedThroughputOverride");
                for unit in units.and_then(Value::as_object_mut).into_iter().flatten() {
                    if *unit.1 == json!(0) {
                        *unit.1 = json!(1);
                    }
                }
            });
        }),
    ),
    fault(
        "capacity-of-one-is-refused",
        "a capacity of one is taken for zero",
        &["RTB-24", "RTB-25", "RTB-22", "RTB-53"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                let units = members.get_mut("ProvisionedThroughputOverride");
                for unit in units.and_then(Value::as_object_mut).into_iter().flatten() {
                    if *unit.1 == json!(1) {
                        *unit.1 = json!(0);
                    }
                }
            });
        }),
    ),
    fault(
        "missing-write-capacity-is-accepted",
        "half a capacity override is taken for a whole one",
        &["RTB-23"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                if let Some(units) =
                    members.get_mut("ProvisionedThroughputOverride").and_then(Value::as_object_mut)
                {
                    for name in ["ReadCapacityUnits", "WriteCapacityUnits"] {
                        units.entry(name).or_insert(json!(1));
                    }
                }
            });
        }),
    ),
    fault(
        "capacity-for-an-on-demand-restore-is-accepted",
        "a capacity beside PAY_PER_REQUEST is passed over",
        &["RTB-27"],
        Place::Request(|asked| {
            edit(asked, RESTORES, |members| {
                if members.get("BillingModeOverride") == Some(&json!("PAY_PER_REQUEST")) {
                    members.remove("ProvisionedThroughputOverride");
                }
            });
        }),
    ),
    fault(
        "index-without-projection-is-accepted",
        "an index of the override without a projection is taken for one with ALL",
        &["RTB-33", "RTB-44", "RTB-31"],
        Place::Request(|asked| {
            indexes(asked, |index| {
                if let Some(members) = index.as_object_mut() {
                    members.entry("Projection").or_insert(json!({"ProjectionType": "ALL"}));
                }
            });
        }),
    ),
    fault(
        "list-limit-of-zero-is-accepted",
        "a Limit of zero is passed over by ListBackups",
        &["LSB-06"],
        Place::Request(|asked| limit(asked, 0)),
    ),
    fault(
        "list-limit-of-101-is-accepted",
        "a Limit of 101 is passed over by ListBackups",
        &["LSB-06"],
        Place::Request(|asked| limit(asked, 101)),
    ),
    fault(
        "list-limit-is-ignored",
        "ListBackups passes over Limit",
        &["LSB-06a", "LSB-06", "LSB-08", "LBK-009"],
        Place::Request(|asked| ignore(asked, &["ListBackups"], "Limit")),
    ),
    fault(
        "list-by-table-is-ignored",
        "ListBackups passes over TableName",
        &["LSB-03"],
        Place::Request(|asked| ignore(asked, &["ListBackups"], "TableName")),
    ),
    fault(
        "list-by-type-is-ignored",
        "ListBackups lists backups of all types",
        &["LSB-04", "LBK-002"],
        Place::Request(|asked| {
            edit(asked, &["ListBackups"], |members| {
                members.insert("BackupType".to_owned(), json!("ALL"));
            });
        }),
    ),
    fault(
        "list-by-lower-time-is-ignored",
        "ListBackups passes over TimeRangeLowerBound",
        &["LSB-05", "LSB-18"],
        Place::Request(|asked| ignore(asked, &["ListBackups"], "TimeRangeLowerBound")),
    ),
    fault(
        "list-by-upper-time-is-ignored",
        "ListBackups passes over TimeRangeUpperBound",
        &["LSB-05", "LSB-18"],
        Place::Request(|asked| ignore(asked, &["ListBackups"], "TimeRangeUpperBound")),
    ),
    fault(
        "list-cursor-is-ignored",
        "ListBackups passes over ExclusiveStartBackupArn",
        &["LSB-08", "LSB-18a", "LBK-011"],
        Place::Request(|asked| ignore(asked, &["ListBackups"], "ExclusiveStartBackupArn")),
    ),
    fault(
        "string-is-taken-for-a-number",
        "a number in quotes is accepted as a number",
        &["PRO-012"],
        Place::Request(|asked| {
            every_value(asked, &|name, value| {
                let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
                if let (Some(number), true) = (number, name.ends_with("Units") || name == "Limit") {
                    *value = json!(number);
                }
            });
        }),
    ),
    fault(
        "number-is-taken-for-a-string",
        "a number is accepted as a name",
        &["PRO-011"],
        Place::Request(|asked| {
            every_value(asked, &|name, value| {
                if name.ends_with("Name") && value.is_number() {
                    *value = json!(format!("name-{value}"));
                }
            });
        }),
    ),
    fault(
        "string-is-taken-for-a-boolean",
        "a boolean in quotes is accepted as a boolean",
        &["PRO-015"],
        Place::Request(|asked| {
            every_value(asked, &|_, value| match value.as_str() {
                Some("true") => *value = json!(true),
                Some("false") => *value = json!(false),
                _ => {}
            });
        }),
    ),
    fault(
        "body-that-is-no-json-is-accepted",
        "a body that is no JSON is taken for an empty object",
        &["PRO-002"],
        Place::Request(|asked| {
            if serde_json::from_slice::<Value>(&asked.body).is_err() {
                asked.body = "{}".into();
            }
        }),
    ),
    fault(
        "recovery-settings-are-ignored",
        "point-in-time recovery stays off whatever is asked for",
        &["UCB-02", "DCB-05", "CON-005", "UCB-04"],
        Place::Request(|asked| {
            edit(asked, &["UpdateContinuousBackups"], |members| {
                let specification = members.get_mut("PointInTimeRecoverySpecification");
                if let Some(specification) = specification.filter(|value| value.is_object()) {
                    *specification = json!({"PointInTimeRecoveryEnabled": false});
                }
            });
        }),
    ),
    fault(
        "use-latest-is-ignored",
        "a restore passes over UseLatestRestorableTime where a time is given",
        &["PIT-008"],
        Place::Request(|asked| {
            edit(asked, &["RestoreTableToPointInTime"], |members| {
                if members.contains_key("RestoreDateTime") {
                    members.remove("UseLatestRestorableTime");
                }
            });
        }),
    ),
    fault(
        "two-sources-are-accepted",
        "a restore to a point in time takes the name where an ARN is given too",
        &["PIT-006"],
        Place::Request(|asked| {
            edit(asked, &["RestoreTableToPointInTime"], |members| {
                if members.contains_key("SourceTableName") {
                    members.remove("SourceTableArn");
                }
            });
        }),
    ),
];

/// Changes every index of the index overrides.
fn indexes(asked: &mut Asked, change: impl Fn(&mut Value)) {
    edit(asked, RESTORES, |members| {
        for name in ["GlobalSecondaryIndexOverride", "LocalSecondaryIndexOverride"] {
            let listed = members.get_mut(name).and_then(Value::as_array_mut);
            listed.into_iter().flatten().filter(|index| index.is_object()).for_each(&change);
        }
    });
}

/// Changes a member that is a text.
fn text(members: &mut Members, name: &str, change: impl FnOnce(&str) -> Option<String>) {
    if let Some(changed) = members.get(name).and_then(Value::as_str).and_then(change) {
        members.insert(name.to_owned(), json!(changed));
    }
}

/// Makes a text of some length one letter longer.
fn pad(asked: &mut Asked, operations: &[&str], name: &str, length: usize) {
    edit(asked, operations, |members| {
        text(members, name, |text| (text.len() == length).then(|| format!("{text}x")));
    });
}

/// Cuts a longer text off.
fn cut(asked: &mut Asked, operations: &[&str], name: &str, length: usize) {
    edit(asked, operations, |members| {
        text(members, name, |text| {
            (text.len() > length).then(|| text.chars().take(length).collect())
        });
    });
}

/// Cuts a target name of one length to another.
fn shorten(asked: &mut Asked, operations: &[&str], from: usize, to: usize) {
    edit(asked, operations, |members| {
        text(members, "TargetTableName", |text| {
            (text.len() == from).then(|| text.chars().take(to).collect())
        });
    });
}

/// Makes a target name of some length one letter longer.
fn lengthen(asked: &mut Asked, operations: &[&str], length: usize) {
    pad(asked, operations, "TargetTableName", length);
}

/// Replaces letters that a name may not have.
fn clean(asked: &mut Asked, operations: &[&str], name: &str) {
    edit(asked, operations, |members| {
        text(members, name, |text| {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
            Some(text.chars().map(|letter| if plain(letter) { letter } else { 'x' }).collect())
        });
    });
}

/// Passes over a limit of lists that is out of range.
fn limit(asked: &mut Asked, passed: u64) {
    edit(asked, &["ListBackups"], |members| {
        if members.get("Limit") == Some(&json!(passed)) {
            members.remove("Limit");
        }
    });
}

/// Changes the members of a request at any depth.
fn every_value(asked: &mut Asked, change: &impl Fn(&str, &mut Value)) {
    fn walk(value: &mut Value, change: &impl Fn(&str, &mut Value)) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(name, value)| {
                change(name, value);
                walk(value, change);
            }),
            Value::Array(values) => values.iter_mut().for_each(|value| walk(value, change)),
            _ => {}
        }
    }
    if let Ok(mut body) = serde_json::from_slice::<Value>(&asked.body) {
        walk(&mut body, change);
        asked.body = body.to_string().into();
    }
}
