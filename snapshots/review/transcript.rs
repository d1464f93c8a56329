//! What the reference answers to a fixed set of requests, byte for byte but for the order of members.

use reinstate_model::account::{Account, Fresh};
use reinstate_model::name::{AccountId, Region, TableId};
use reinstate_model::outcome::Outcome;
use reinstate_model::rules::Evidence;
use reinstate_model::{service, wire};
use serde_json::{Value, json};

/// 2019-12-17, the day of the recorded examples.
const START_MILLIS: u64 = 1_576_616_366_715;

/// An endpoint whose clock and ids are fixed.
struct Endpoint {
    account: Account,
    tables: u32,
    text: String,
}

impl Endpoint {
    fn new() -> Self {
        let mut account =
            Account::empty(Region::new("us-east-1").unwrap(), AccountId::new("123456789012"));
        account.now = START_MILLIS;
        Self { account, tables: 0, text: String::new() }
    }

    /// Sends a request a second after the one before, and writes down what is answered.
    fn send(&mut self, operation: &str, body: &Value) -> Value {
        self.account.now += 1_000;
        self.tables += 1;
        let fresh = Fresh {
            table_id: TableId::new(&format!("00000000-0000-4000-8000-{:012}", self.tables)),
            created: Some(self.account.now),
            backup_id: format!("{:014}-{:08x}", self.account.now, self.tables),
        };
        let outcome = wire::handle(&self.account, operation, body.to_string().as_bytes(), &fresh)
            .under(Evidence::Observed);
        let answer = match outcome {
            Outcome::Refused(refusal) => wire::refused_body(&refusal, operation),
            Outcome::Accepted(accepted) => {
                let answer = wire::accepted_body(&accepted);
                self.account = accepted.account;
                answer
            }
        };
        let pretty = |value| serde_json::to_string_pretty(value).unwrap();
        self.text += &format!("> {operation} {body}\n{}\n\n", pretty(&answer));
        answer
    }

    /// Lets everything happen that the service does by itself.
    fn settle(&mut self) {
        while let Some(event) = service::events(&self.account).into_iter().next() {
            self.text += &format!("* {event}\n\n");
            self.account = service::fire(&self.account, &event);
        }
    }
}

#[test]
fn a_restore_from_create_table_to_scan() {
    let mut endpoint = Endpoint::new();
    endpoint.send(
        "CreateTable",
        &json!({
            "TableName": "Music",
            "AttributeDefinitions": [
                {"AttributeName": "Artist", "AttributeType": "S"},
                {"AttributeName": "Year", "AttributeType": "N"}
            ],
            "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-year",
                "KeySchema": [{"AttributeName": "Year", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
            }]
        }),
    );
    endpoint.settle();
    let item = json!({"Artist": {"S": "Acme Band"}, "Year": {"N": "2019"}});
    endpoint.send("PutItem", &json!({"TableName": "Music", "Item": item}));
    let backup =
        endpoint.send("CreateBackup", &json!({"TableName": "Music", "BackupName": "MusicBackup"}));
    let arn = backup["BackupDetails"]["BackupArn"].clone();
    endpoint.settle();
    endpoint.send("DescribeBackup", &json!({"BackupArn": arn}));
    endpoint.send("ListBackups", &json!({"TableName": "Music"}));
    endpoint.send(
        "RestoreTableFromBackup",
        &json!({"TargetTableName": "Music2", "BackupArn": arn, "BillingModeOverride": "PAY_PER_REQUEST"}),
    );
    for (operation, body) in [
        ("RestoreTableFromBackup", json!({"TargetTableName": "Music2", "BackupArn": arn})),
        ("RestoreTableFromBackup", json!({"TargetTableName": "Music3", "BackupArn": arn})),
        ("DeleteBackup", json!({"BackupArn": arn})),
        ("DeleteTable", json!({"TableName": "Music2"})),
        ("Scan", json!({"TableName": "Music2"})),
    ] {
        endpoint.send(operation, &body);
    }
    endpoint.settle();
    endpoint.send("DescribeTable", &json!({"TableName": "Music2"}));
    endpoint.send("Scan", &json!({"TableName": "Music2"}));
    endpoint.send("DeleteBackup", &json!({"BackupArn": arn}));
    endpoint.send("DescribeBackup", &json!({"BackupArn": arn}));
    let settings = settings("the reference, from CreateTable to Scan of the restored table");
    settings.bind(|| insta::assert_snapshot!("reference-restore", endpoint.text));
}

fn settings(description: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/reference"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(description);
    settings
}
