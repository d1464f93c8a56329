//! The requests of the random walks: valid, nearly valid and hostile ones.

use serde_json::{Value, json};

/// Numbers that are the same for the same seed.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    pub fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// Puts some of the parts over a base, so that requests have none, one or several faults.
fn vary(random: &mut Random, mut base: Value, parts: &[Value]) -> Value {
    for _ in 0..[0, 1, 1, 2][random.below(4)] {
        if let Value::Object(members) = random.pick(parts) {
            for (name, value) in members {
                base[name] = value;
            }
        }
    }
    base
}

pub fn key(hash: &str, range: Option<&str>) -> Value {
    let mut keys = vec![json!({"AttributeName": hash, "KeyType": "HASH"})];
    keys.extend(range.map(|range| json!({"AttributeName": range, "KeyType": "RANGE"})));
    json!(keys)
}

fn index(name: &str, keys: Value, projection: Value) -> Value {
    json!({"IndexName": name, "KeySchema": keys, "Projection": projection})
}

/// A member that is a list of one.
fn one(member: &str, element: Value) -> Value {
    json!({ member: [element] })
}

fn all() -> Value {
    json!({"ProjectionType": "ALL"})
}

fn include(names: &[&str]) -> Value {
    json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names})
}

fn capacity(read: i64, write: i64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

pub fn attributes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"AttributeName": name, "AttributeType": "S"})).collect()
}

fn with(mut index: Value, throughput: Value) -> Value {
    index["ProvisionedThroughput"] = throughput;
    index
}

pub fn create_table(random: &mut Random, name: &str) -> Value {
    let plain = json!({
        "AttributeDefinitions": attributes(&["k"]), "KeySchema": key("k", None),
        "BillingMode": "PAY_PER_REQUEST",
    });
    let provisioned = json!({
        "AttributeDefinitions": attributes(&["k", "r"]), "KeySchema": key("k", Some("r")),
        "ProvisionedThroughput": capacity(5, 7),
    });
    let indexed = json!({
        "AttributeDefinitions": attributes(&["k", "r", "a", "b"]), "KeySchema": key("k", Some("r")),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            index("global-1", key("a", None), all()),
            index("global-2", key("a", Some("b")), include(&["x", "y"])),
        ],
        "LocalSecondaryIndexes": [
            index("local-1", key("k", Some("a")), json!({"ProjectionType": "KEYS_ONLY"})),
            index("local-2", key("k", Some("b")), include(&["z"])),
        ],
    });
    let indexed_provisioned = json!({
        "AttributeDefinitions": attributes(&["k", "r", "a"]), "KeySchema": key("k", Some("r")),
        "BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity(1, 1),
        "GlobalSecondaryIndexes": [with(index("global-1", key("a", None), all()), capacity(3, 4))],
    });
    let mut base = random.pick(&[plain.clone(), plain, provisioned, indexed, indexed_provisioned]);
    base["TableName"] = json!(name);
    let same = index("same", key("k", None), all());
    let parts = [
        json!({}),
        json!({"SSESpecification": {"Enabled": true, "SSEType": "KMS"}}),
        json!({"SSESpecification": {"Enabled": true, "KMSMasterKeyId": "alias/some"}}),
        json!({"SSESpecification": {"Enabled": false}}),
        json!({"SSESpecification": {"SSEType": "AES256"}}),
        json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}),
        json!({"StreamSpecification": {"StreamEnabled": true}}),
        json!({"Tags": [{"Key": "a", "Value": "b"}]}),
        json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"}),
        json!({"DeletionProtectionEnabled": true}),
        json!({"BillingMode": "PROVISIONED"}),
        json!({"BillingMode": "FREE"}),
        json!({"ProvisionedThroughput": capacity(0, -1)}),
        json!({"ProvisionedThroughput": capacity(2, 2)}),
        json!({"ProvisionedThroughput": {}}),
        json!({"KeySchema": []}),
        json!({"KeySchema": [{"AttributeName": "k", "KeyType": "RANGE"}]}),
        json!({"KeySchema": key("k", Some("k"))}),
        json!({"KeySchema": key("", None)}),
        json!({"KeySchema": ["x"]}),
        json!({"AttributeDefinitions": attributes(&["k", "k"])}),
        json!({"AttributeDefinitions": attributes(&["k", "unused"])}),
        json!({"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "X"}]}),
        json!({"AttributeDefinitions": null}),
        json!({"GlobalSecondaryIndexes": []}),
        json!({"GlobalSecondaryIndexes": [same.clone(), same]}),
        one("GlobalSecondaryIndexes", index("none", key("k", None), json!({}))),
        one("GlobalSecondaryIndexes", with(index("full", key("k", None), all()), capacity(1, 1))),
        one("LocalSecondaryIndexes", index("wrong", key("r", Some("k")), all())),
        json!({"TableName": "ab"}),
        json!({"TableName": "a b c"}),
        json!({"TableName": ""}),
        json!({"TableName": ["x"]}),
        json!({"TableName": null}),
        json!({"TableName": "ü".repeat(300)}),
    ];
    vary(random, base, &parts)
}

fn restore(random: &mut Random, target: &str, arn: &str) -> Value {
    let base = json!({"TargetTableName": target, "BackupArn": arn});
    let parts = [
        json!({}),
        json!({"BillingModeOverride": "PAY_PER_REQUEST"}),
        json!({"BillingModeOverride": "PROVISIONED"}),
        json!({
            "BillingModeOverride": "PROVISIONED",
            "ProvisionedThroughputOverride": capacity(9, 8),
        }),
        json!({"BillingModeOverride": "SOMETIMES"}),
        json!({"ProvisionedThroughputOverride": capacity(9, 8)}),
        json!({"ProvisionedThroughputOverride": capacity(0, 8)}),
        json!({"ProvisionedThroughputOverride": {}}),
        json!({"GlobalSecondaryIndexOverride": []}),
        one("GlobalSecondaryIndexOverride", index("global-1", key("a", None), all())),
        one(
            "GlobalSecondaryIndexOverride",
            with(index("global-1", key("a", None), all()), capacity(6, 6)),
        ),
        one(
            "GlobalSecondaryIndexOverride",
            index("global-2", key("a", Some("b")), include(&["y", "x"])),
        ),
        one("GlobalSecondaryIndexOverride", index("global-2", key("b", Some("a")), all())),
        one("GlobalSecondaryIndexOverride", index("new", key("a", None), all())),
        one("GlobalSecondaryIndexOverride", index("x", key("a", None), json!({}))),
        json!({"GlobalSecondaryIndexOverride": "x"}),
        json!({"LocalSecondaryIndexOverride": []}),
        one("LocalSecondaryIndexOverride", index("local-2", key("k", Some("b")), include(&["z"]))),
        one("LocalSecondaryIndexOverride", index("local-2", key("k", Some("b")), all())),
        one("LocalSecondaryIndexOverride", index("local-9", key("k", Some("b")), all())),
        json!({"SSESpecificationOverride": {"Enabled": true, "SSEType": "KMS"}}),
        json!({"SSESpecificationOverride": {"Enabled": true, "KMSMasterKeyId": "alias/some"}}),
        json!({"SSESpecificationOverride": {"Enabled": false}}),
        json!({"SSESpecificationOverride": {"Enabled": false, "KMSMasterKeyId": "x"}}),
        json!({"SSESpecificationOverride": {"SSEType": "AES256"}}),
        json!({"SSESpecificationOverride": {"Enabled": "true"}}),
        json!({"SSESpecificationOverride": {}}),
        json!({"TargetTableName": "a"}),
        json!({"TargetTableName": true}),
        json!({"TargetTableName": null, "BackupArn": "x"}),
        json!({"BackupArn": ""}),
    ];
    vary(random, base, &parts)
}

fn list_backups(random: &mut Random, table: &str, arn: &str) -> Value {
    let parts = [
        json!({}),
        json!({"TableName": table}),
        json!({"Limit": 1}),
        json!({"Limit": 0}),
        json!({"Limit": 101}),
        json!({"Limit": "a"}),
        json!({"BackupType": "ALL"}),
        json!({"BackupType": "SYSTEM"}),
        json!({"BackupType": "MINE"}),
        json!({"TimeRangeLowerBound": 1_000_000}),
        json!({"TimeRangeUpperBound": 1_000_000}),
        json!({"TimeRangeLowerBound": -1.5, "TimeRangeUpperBound": 1e300}),
        json!({"TimeRangeLowerBound": 5_000_000_000_u64, "TimeRangeUpperBound": 4}),
        json!({"ExclusiveStartBackupArn": arn}),
        json!({"ExclusiveStartBackupArn": arn.replace("us-east-1", "eu-west-1")}),
        json!({"ExclusiveStartBackupArn": "x"}),
    ];
    vary(random, json!({}), &parts)
}

/// The next request of a walk, given the ARNs of the backups that it made.
pub fn request(random: &mut Random, arns: &[String]) -> (&'static str, Value) {
    let name = random.pick(&["aaa", "bbb", "ccc", "ddd"]);
    let known = "arn:aws:dynamodb:us-east-1:123456789012:table/aaa/backup/01700000000000-00000000";
    let arn = if arns.is_empty() { known.to_owned() } else { random.pick(arns) };
    let arn = match random.below(12) {
        0 => known.to_owned(),
        1 => arn.replace("us-east-1", "eu-west-1"),
        2 => arn.replace("us-east-1", ""),
        3 => arn.replace("123456789012", "999999999999"),
        4 => {
            random
                .pick(&["arn:aws:dynamodb:us-east-1:123456789012:table/aaa", "x", "arn:x:y:z"])
                .to_owned()
                + &"-".repeat(random.below(40))
        }
        5 => arn.replace("us-east-1", "nowhere"),
        _ => arn,
    };
    let by_arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
    let reference = random.pick(&[name, name, name, by_arn.as_str(), "a", "no such name"]);
    match random.below(20) {
        0..3 => ("CreateTable", create_table(random, name)),
        3..5 => ("DescribeTable", json!({"TableName": reference})),
        5 => ("DeleteTable", json!({"TableName": reference})),
        6 => (
            "ListTables",
            random.pick(&[
                json!({}),
                json!({"Limit": 1}),
                json!({"Limit": 2, "ExclusiveStartTableName": "aaa"}),
                json!({"Limit": 1e30}),
                json!({"Limit": 1.5}),
                json!({"Limit": -1}),
                json!([]),
                json!(null),
                json!("x"),
            ]),
        ),
        7..9 => {
            let value = random.pick(&["x", "y", "z"]);
            let item = json!({"k": {"S": value}, "r": {"S": "1"}, "n": {"N": "1"}});
            let other = json!({"k": {"S": value}, "l": {"L": [{"NULL": true}]}});
            (
                "PutItem",
                random.pick(&[
                    json!({"TableName": reference, "Item": item}),
                    json!({"TableName": reference, "Item": other}),
                    json!({"TableName": reference, "Item": {}}),
                    json!({"TableName": reference, "Item": []}),
                    json!({"TableName": reference}),
                ]),
            )
        }
        9 => ("Scan", json!({"TableName": reference, "ConsistentRead": true})),
        10..13 => {
            let backup = random.pick(&["backup-1", "backup-1", "backup-2", "b", "a b c"]);
            ("CreateBackup", json!({"TableName": reference, "BackupName": backup}))
        }
        13 => ("DescribeBackup", json!({"BackupArn": arn})),
        14 => ("DeleteBackup", json!({"BackupArn": arn})),
        15 => ("ListBackups", list_backups(random, name, &arn)),
        _ => ("RestoreTableFromBackup", restore(random, name, &arn)),
    }
}
