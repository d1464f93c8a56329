//! Tables and backups that the endpoint showed to be otherwise than they must be.
//!
//! Such an answer was told once, under the rule that it breaks. What an endpoint answers afterwards may
//! follow from what it holds, and then breaks no other rule: if a restore did not leave an index out, the
//! index cannot be added. So a further difference is not alleged, and the endpoint's state is unknown.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Judgement;
use super::difference::{ABSENT, Difference, DifferenceKind};
use super::named::Named;
use crate::account::Account;
use crate::api::only_reads;
use crate::name::{BackupArn, TableName};
use crate::outcome::Reply;
use crate::rules::RuleId;

/// The members of a description that tell what a table is: if they are not there, it is without.
const MAY_BE_WITHOUT: [&str; 5] = [
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "SSEDescription",
    "StreamSpecification",
    "TableClassSummary",
];

/// Those that every table has: if they are not there, nothing is said.
const ALWAYS: [&str; 5] = [
    "AttributeDefinitions",
    "BillingModeSummary",
    "DeletionProtectionEnabled",
    "KeySchema",
    "ProvisionedThroughput",
];

/// What stands within them and tells nothing of it.
const ACCOUNTING: [&str; 7] = [
    "Backfilling",
    "IndexArn",
    "IndexSizeBytes",
    "IndexStatus",
    "ItemCount",
    "KMSMasterKeyArn",
    "NumberOfDecreasesToday",
];

/// A rule, and how it was broken.
type Told = BTreeSet<(RuleId, DifferenceKind)>;

/// What is in doubt.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts {
    /// Tables, and what was told of each.
    tables: BTreeMap<TableName, Told>,
    /// Backups of such tables.
    backups: BTreeSet<BackupArn>,
}

impl Doubts {
    /// Takes back what may follow from something else that was told, and what is in doubt from now on.
    pub(super) fn weigh(
        &mut self,
        judgement: &mut Judgement,
        (operation, named): (&str, &Named),
        shown: Option<(&Reply, &Value)>,
        account: &Account,
    ) {
        let reply = shown.map(|(reply, _)| reply);
        // A table that was just made is not the one which had its name before.
        if let Some(Reply::TableDescription(name)) = reply {
            self.tables.remove(name);
        }
        let told = self.told(named, account);
        let is_new = |found: &Difference| {
            may_follow(found.kind) && told.as_ref().is_some_and(|told| !told.contains(&key(found)))
        };
        if depends(operation) && judgement.differences.iter().any(is_new) {
            judgement.differences.retain(|found| !is_new(found));
            judgement.rules.clear();
            judgement.lost = true;
            return;
        }
        match shown {
            // What is made of something that is in doubt is so as well.
            Some((Reply::BackupDetails(_), body)) if told.is_some() => {
                let arn = body.pointer("/BackupDetails/BackupArn").and_then(Value::as_str);
                self.backups.extend(arn.and_then(BackupArn::new));
            }
            Some((Reply::TableDescription(name), _)) if told.is_some() => {
                self.doubt(name, judgement.differences.iter());
            }
            Some((reply, _)) => self.learn(reply, named, &judgement.differences),
            None => {}
        }
    }

    /// What was told of that which a request names; none if nothing of it is in doubt.
    fn told(&self, named: &Named, account: &Account) -> Option<Told> {
        let tables = named.tables.iter().filter_map(|name| self.tables.get(name));
        let kept = named.backup.as_ref().and_then(|arn| account.find_backup(arn));
        let is_doubted = kept.is_some_and(|arn| self.backups.contains(arn));
        tables.fold(is_doubted.then(Told::new), |told, table| {
            Some(told.unwrap_or_default().union(table).copied().collect())
        })
    }

    fn learn(&mut self, reply: &Reply, named: &Named, found: &[Difference]) {
        match reply {
            Reply::TableDescription(name) | Reply::UpdatedTable(name) | Reply::Table(name) => {
                self.doubt_if_any(name, found.iter().filter(|found| tells_shape(found)));
            }
            Reply::Items { .. } | Reply::Item { .. } => {
                if let Some(name) = named.tables.first() {
                    let of_data = |found: &&Difference| found.pointer.starts_with("/Item");
                    self.doubt_if_any(name, found.iter().filter(of_data));
                }
            }
            _ => {}
        }
    }

    fn doubt_if_any<'a>(&mut self, name: &TableName, found: impl Iterator<Item = &'a Difference>) {
        let mut found = found.filter(|found| found.kind == DifferenceKind::WrongMember).peekable();
        if found.peek().is_some() {
            self.doubt(name, found);
        }
    }

    fn doubt<'a>(&mut self, name: &TableName, found: impl Iterator<Item = &'a Difference>) {
        self.tables.entry(name.clone()).or_default().extend(found.map(key));
    }
}

/// Whether an answer can follow from what a table is and holds. A description says that again, and shows
/// what else is wrong; tags, time to live and continuous backups are something else.
fn depends(operation: &str) -> bool {
    !only_reads(operation) || matches!(operation, "GetItem" | "Query" | "Scan" | "DescribeBackup")
}

/// Whether an answer may be wrong in this way because of what a table is. How fast something is done, and in
/// which words it is refused, is something else.
fn may_follow(kind: DifferenceKind) -> bool {
    match kind {
        DifferenceKind::Accepted
        | DifferenceKind::Refused
        | DifferenceKind::WrongError
        | DifferenceKind::WrongMember => true,
        DifferenceKind::WrongText | DifferenceKind::TooFast => false,
    }
}

fn key(found: &Difference) -> (RuleId, DifferenceKind) {
    (found.rule, found.kind)
}

/// Whether a difference tells that a table is another one than it must be.
fn tells_shape(found: &Difference) -> bool {
    let holds = |members: &[&str]| found.pointer.split('/').any(|name| members.contains(&name));
    let last = found.pointer.rsplit('/').next().unwrap_or_default();
    let shows = holds(&MAY_BE_WITHOUT) || (holds(&ALWAYS) && found.got != ABSENT);
    shows && !ACCOUNTING.contains(&last)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::name::Region;
    use crate::oracle::Oracle;
    use crate::wire::Answer;

    /// What an oracle says of answers that are made up.
    struct Judge(Oracle);

    impl Judge {
        fn new() -> Self {
            Self(Oracle::new(Region::new("us-east-1").expect("a Region")))
        }

        /// The same, which was told of the table Music, and that it lacks its index.
        fn without_index() -> Self {
            let mut judge = Self::new();
            let made = success(json!({"TableDescription": described("Music", &json!([]))}));
            judge.judge("CreateTable", &create("Music"), &made);
            judge
        }

        /// The rules that an answer breaks, and whether nothing can be said of what follows.
        fn judge(
            &mut self,
            operation: &str,
            body: &Value,
            answer: &Answer,
        ) -> (Vec<&'static str>, bool) {
            let body = body.to_string();
            let judgement = self.0.judge(operation, body.as_bytes(), answer, 1_790_000_000_000);
            let mut rules: Vec<_> = judgement.differences.iter().map(|found| found.rule).collect();
            rules.dedup();
            (rules, judgement.lost)
        }
    }

    fn create(name: &str) -> Value {
        json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-pk", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }],
        })
    }

    fn described(name: &str, indexes: &Value) -> Value {
        let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
        let id: u32 = name.bytes().map(u32::from).sum();
        json!({
            "TableName": name, "TableArn": arn, "TableStatus": "CREATING",
            "TableId": format!("00000000-0000-4000-8000-{:012}", id), "CreationDateTime": 1_790_000_000.0,
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "ProvisionedThroughput": {
                "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0,
            },
            "GlobalSecondaryIndexes": indexes,
            "ItemCount": 0, "TableSizeBytes": 0, "DeletionProtectionEnabled": false,
        })
    }

    fn success(answer: Value) -> Answer {
        Answer::Success(answer)
    }

    fn error(code: &str) -> Answer {
        let message = Some("some text".to_owned());
        Answer::Error { status: 400, code: code.to_owned(), message }
    }

    /// An index as it must be described, but for what is left out.
    fn index(name: &str, arn: bool) -> Value {
        let mut index = json!({
            "IndexName": "by-pk", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}, "IndexStatus": "CREATING",
            "IndexSizeBytes": 0, "ItemCount": 0,
            "ProvisionedThroughput": {
                "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0,
            },
        });
        if arn {
            let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}/index/by-pk");
            index["IndexArn"] = json!(arn);
        }
        index
    }

    /// Whether something is held against the endpoint, and the next answer can be judged.
    fn is_alleged((rules, lost): &(Vec<&'static str>, bool)) -> bool {
        !rules.is_empty() && !lost
    }

    fn query(name: &str) -> Value {
        json!({
            "TableName": name, "IndexName": "by-pk", "KeyConditionExpression": "pk = :v",
            "ExpressionAttributeValues": {":v": {"S": "blue"}},
        })
    }

    #[test]
    fn what_follows_from_a_table_that_is_otherwise_breaks_no_other_rule() {
        let mut judge = Judge::new();
        let made = success(json!({"TableDescription": described("Music", &json!([]))}));
        assert_eq!(judge.judge("CreateTable", &create("Music"), &made), (vec!["DST-01"], false));
        // It has no such index, as was told.
        let refused = error("ValidationException");
        assert_eq!(judge.judge("Query", &query("Music"), &refused), (vec![], true));
    }

    #[test]
    fn a_table_that_is_as_it_must_be_is_held_to_what_it_answers() {
        for arn in [true, false] {
            let mut judge = Judge::new();
            let indexes = json!([index("Music", arn)]);
            let made = success(json!({"TableDescription": described("Music", &indexes)}));
            // An ARN that is missing is wrong, but makes no other table of it.
            let expected = if arn { vec![] } else { vec!["DST-01"] };
            assert_eq!(judge.judge("CreateTable", &create("Music"), &made), (expected, false));
            let refused = error("ValidationException");
            assert!(is_alleged(&judge.judge("Query", &query("Music"), &refused)));
        }
    }

    #[test]
    fn another_table_is_not_in_doubt_nor_is_one_that_comes_after() {
        let mut judge = Judge::without_index();
        let other = json!([index("Other", true)]);
        let other = success(json!({"TableDescription": described("Other", &other)}));
        assert_eq!(judge.judge("CreateTable", &create("Other"), &other), (vec![], false));
        let refused = error("ValidationException");
        assert!(is_alleged(&judge.judge("Query", &query("Other"), &refused)));

        let gone = json!({"TableName": "Music"});
        let deleted =
            json!({"TableDescription": {"TableName": "Music", "TableStatus": "DELETING"}});
        assert!(!judge.judge("DeleteTable", &gone, &success(deleted)).1);
        let again = json!([index("Music", true)]);
        let mut again = described("Music", &again);
        again["TableId"] = json!("00000000-0000-4000-8000-000000000002");
        let again = success(json!({"TableDescription": again}));
        assert_eq!(judge.judge("CreateTable", &create("Music"), &again), (vec![], false));
        assert!(is_alleged(&judge.judge("Query", &query("Music"), &refused)));
    }

    #[test]
    fn a_backup_of_what_is_in_doubt_is_so_too() {
        let mut judge = Judge::without_index();
        let arn =
            "arn:aws:dynamodb:us-east-1:123456789012:table/Music/backup/01790000000000-00000001";
        let details = json!({"BackupDetails": {
            "BackupArn": arn, "BackupName": "abc", "BackupStatus": "AVAILABLE", "BackupType": "USER",
            "BackupCreationDateTime": 1_790_000_000.0, "BackupSizeBytes": 0,
        }});
        let backup = json!({"TableName": "Music", "BackupName": "abc"});
        // That it is made at once does not follow from that.
        let judged = judge.judge("CreateBackup", &backup, &success(details));
        assert_eq!(judged, (vec!["CRB-04"], false));
        let description = success(json!({"BackupDescription": {}}));
        let request = json!({"BackupArn": arn});
        assert_eq!(judge.judge("DescribeBackup", &request, &description), (vec![], true));
        // Nor is it known what is restored from it, whatever is said of that.
        let mut restored = described("Copy", &json!([index("Copy", true)]));
        restored["RestoreSummary"] = json!({
            "RestoreInProgress": true, "SourceBackupArn": arn, "RestoreDateTime": 1_790_000_000.0,
            "SourceTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Music",
        });
        let restored = success(json!({ "TableDescription": restored }));
        let request = json!({"BackupArn": arn, "TargetTableName": "Copy"});
        let (rules, lost) = judge.judge("RestoreTableFromBackup", &request, &restored);
        assert_eq!((rules, lost), (vec![], false));
        let refused = error("ValidationException");
        assert_eq!(judge.judge("Query", &query("Copy"), &refused), (vec![], true));
    }

    #[test]
    fn what_does_not_depend_on_it_is_told_all_the_same() {
        let mut judge = Judge::without_index();
        let description = json!({"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED"}});
        let request = json!({"TableName": "Music"});
        let judged = judge.judge("DescribeTimeToLive", &request, &success(description));
        assert!(is_alleged(&judged), "{judged:?}");
    }

    #[test]
    fn items_that_are_otherwise_put_their_table_in_doubt() {
        let mut judge = Judge::new();
        let indexes = json!([index("Music", true)]);
        let made = success(json!({"TableDescription": described("Music", &indexes)}));
        judge.judge("CreateTable", &create("Music"), &made);
        let scan = json!({"TableName": "Music"});
        let items = success(json!({"Items": [{"pk": {"S": "from nowhere"}}], "Count": 1}));
        assert_eq!(judge.judge("Scan", &scan, &items), (vec!["DAT-02"], false));
        assert_eq!(judge.judge("Scan", &scan, &items), (vec!["DAT-02"], false));
        let get = json!({"TableName": "Music", "Key": {"pk": {"S": "from nowhere"}}});
        let item = success(json!({"Item": {"pk": {"S": "from nowhere"}}}));
        assert_eq!(judge.judge("GetItem", &get, &item), (vec![], true));
    }
}
