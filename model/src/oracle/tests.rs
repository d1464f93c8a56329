use serde_json::{Value, json};

use super::*;
use crate::account::TableStatus;
use crate::name::{AccountId, TableId, TableName};
use crate::outcome::Outcome;
use crate::service::{self, Event};
use crate::wire;

/// Sends a request to an endpoint that keeps every rule, lets the oracle judge the answer, and
/// tells the differences.
pub(super) fn ask(
    endpoint: &mut Account,
    oracle: &mut Oracle,
    operation: &str,
    body: &Value,
) -> Vec<Difference> {
    endpoint.now += 1_000;
    let fresh = Fresh {
        table_id: TableId::new(&format!("00000000-0000-4000-8000-{:012}", endpoint.tables.len())),
        created: Some(endpoint.now),
        backup_id: format!("{:014}-00000001", endpoint.now),
    };
    let body = body.to_string();
    let outcome = wire::handle(endpoint, operation, body.as_bytes(), &fresh);
    let (status, answer) = match outcome {
        Outcome::Accepted(accepted) => {
            let answer = wire::accepted_body(&accepted);
            *endpoint = accepted.account;
            (200, answer)
        }
        Outcome::Refused(refusal) => (400, wire::refused_body(&refusal, operation)),
    };
    let answer = wire::read_answer(status, answer.to_string().as_bytes());
    oracle.judge(operation, body.as_bytes(), &answer, endpoint.now).differences
}

pub(super) fn settle(endpoint: &mut Account) {
    while let Some(event) = service::events(endpoint).first() {
        *endpoint = service::fire(endpoint, event);
    }
}

#[test]
fn the_quota_still_holds_after_a_restore_that_showed_another_one_to_have_finished() {
    let region = || Region::new("us-east-1").expect("a Region");
    let mut endpoint = Account::empty(region(), AccountId::new("123456789012"));
    let mut oracle = Oracle::new(region());
    endpoint.restore_quota = 1;
    oracle.account.restore_quota = 1;
    let create = json!({
        "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
    });
    assert_eq!(ask(&mut endpoint, &mut oracle, "CreateTable", &create), []);
    settle(&mut endpoint);
    let backup = json!({"TableName": "Music", "BackupName": "abc"});
    for _ in 0..3 {
        assert_eq!(ask(&mut endpoint, &mut oracle, "CreateBackup", &backup), []);
    }
    settle(&mut endpoint);
    let arns: Vec<BackupArn> = endpoint.backups.keys().cloned().collect();
    let mut restore = |endpoint: &mut Account, number: usize| {
        let body = json!({"TargetTableName": format!("Copy{number}"), "BackupArn": arns[number]});
        ask(endpoint, &mut oracle, "RestoreTableFromBackup", &body)
    };
    assert_eq!(restore(&mut endpoint, 0), []);
    // The first restore finishes unseen; that the second one is accepted tells so.
    settle(&mut endpoint);
    assert_eq!(restore(&mut endpoint, 1), []);
    // The second one runs, so the third is refused, and rightly.
    assert_eq!(restore(&mut endpoint, 2), []);
}

/// An endpoint with tables in use, and an oracle that saw nothing but their creation.
pub(super) fn many_tables(count: usize) -> (Account, Oracle) {
    let region = || Region::new("us-east-1").expect("a Region");
    let mut endpoint = Account::empty(region(), AccountId::new("123456789012"));
    let mut oracle = Oracle::new(region());
    for number in 0..count {
        let create = json!({
            "TableName": format!("Music{number}"), "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
        });
        assert_eq!(ask(&mut endpoint, &mut oracle, "CreateTable", &create), []);
    }
    (endpoint, oracle)
}

fn write_to_all(count: usize) -> Value {
    let put = json!([{"PutRequest": {"Item": {"pk": {"S": "1"}}}}]);
    let tables = (0..count).map(|number| (format!("Music{number}"), put.clone()));
    json!({"RequestItems": Value::Object(tables.collect())})
}

#[test]
fn a_request_that_names_many_tables_is_judged_though_their_events_have_too_many_combinations() {
    let (mut endpoint, mut oracle) = many_tables(25);
    // All of them are ready, which nobody has seen yet.
    settle(&mut endpoint);
    assert_eq!(ask(&mut endpoint, &mut oracle, "BatchWriteItem", &write_to_all(25)), []);
    // That it was accepted tells of each of them that it can be used.
    let mut tables = oracle.account.tables.values();
    assert!(tables.all(|table| table.status == TableStatus::Active && !table.backups_enabled));
    let describe = json!({"TableName": "Music24"});
    assert_eq!(ask(&mut endpoint, &mut oracle, "DescribeTable", &describe), []);
}

#[test]
fn of_several_reasons_to_refuse_the_one_that_is_not_contested_is_charged() {
    let (mut endpoint, mut oracle) = many_tables(1);
    settle(&mut endpoint);
    let delete = json!({"TableName": "Music0"});
    assert_eq!(ask(&mut endpoint, &mut oracle, "DeleteTable", &delete), []);
    // Elsewhere the table might be gone, and then there is one reason alone.
    let mut oracle = oracle.told();
    // What is said of a target that is being deleted is contested; that there is no such backup is not.
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Music0/backup/01489602797149-73d8d5bc";
    let body = json!({"TargetTableName": "Music0", "BackupArn": arn}).to_string();
    let accepted = Answer::Success(json!({}));
    let judged = oracle.judge("RestoreTableFromBackup", body.as_bytes(), &accepted, 5_000);
    let rules: Vec<_> = judged.differences.iter().map(|it| it.rule).collect();
    assert_eq!((rules, judged.lost), (vec!["RTB-92"], true));
}

#[test]
fn whose_backup_it_is_cannot_be_judged_before_an_answer_has_named_the_account() {
    let (mut endpoint, mut oracle) = many_tables(1);
    let arn = "arn:aws:dynamodb:us-east-1:999999999999:table/Music/backup/01489602797149-73d8d5bc";
    let body = json!({ "BackupArn": arn }).to_string();
    let denied = wire::read_answer(
        400,
        br#"{"__type":"x#AccessDeniedException","Message":"Access is denied"}"#,
    );
    let mut unknown = Oracle::new(Region::new("us-east-1").expect("a Region"));
    let judgement = unknown.judge("DescribeBackup", body.as_bytes(), &denied, 1);
    assert_eq!(judgement, Judgement::default());
    // Once it is known the rules say that it is denied.
    let describe = json!({"TableName": "Music0"});
    assert_eq!(ask(&mut endpoint, &mut oracle, "DescribeTable", &describe), []);
    let judgement = oracle.judge("DescribeBackup", body.as_bytes(), &denied, 1);
    assert!(!judgement.rules.is_empty(), "{judgement:?}");
    assert_eq!(judgement.differences, []);
}

#[test]
fn what_too_few_combinations_leave_open_is_not_alleged() {
    let (_, mut oracle) = many_tables(25);
    let body = write_to_all(25).to_string();
    let nonsense = wire::read_answer(400, br#"{"__type":"x#LimitExceededException"}"#);
    let judgement = oracle.judge("BatchWriteItem", body.as_bytes(), &nonsense, 1);
    assert!(judgement.lost && judgement.differences.is_empty());
    // Where all combinations are tried, the same answer is wrong.
    let (_, mut oracle) = many_tables(2);
    let body = write_to_all(2).to_string();
    assert!(!oracle.judge("BatchWriteItem", body.as_bytes(), &nonsense, 1).differences.is_empty());
}

#[test]
fn fifty_restores_in_flight_leave_few_accounts_to_try() {
    let (mut endpoint, mut oracle) = many_tables(1);
    settle(&mut endpoint);
    let backup = json!({"TableName": "Music0", "BackupName": "abc"});
    for _ in 0..50 {
        assert_eq!(ask(&mut endpoint, &mut oracle, "CreateBackup", &backup), []);
    }
    settle(&mut endpoint);
    let arns: Vec<BackupArn> = endpoint.backups.keys().cloned().collect();
    for (number, arn) in arns.iter().enumerate() {
        let restore = json!({"TargetTableName": format!("Copy{number}"), "BackupArn": arn});
        assert_eq!(ask(&mut endpoint, &mut oracle, "RestoreTableFromBackup", &restore), []);
    }
    assert_eq!(oracle.account().restores().count(), 50);
    let most = |operation: &str, body: Value| {
        let named = Named::of(&body);
        let tried = oracle.candidates(&named);
        assert!(tried.is_all, "{operation}");
        tried.accounts.len()
    };
    // The target, with its restore finished or not, and its backups then enabled or not, and the same
    // once more as the quota seems used up.
    assert!(most("DescribeTable", json!({"TableName": "Copy7"})) <= 6);
    assert!(most("DeleteBackup", json!({"BackupArn": arns[7]})) <= 6);
    assert!(most("ListTables", json!({})) <= 2);
    // One restore finishes unseen. What shows it is what settles it, and nothing else does.
    let done =
        service::fire(&endpoint, &Event::RestoreFinished(TableName::new("Copy7").expect("a name")));
    let mut seen = done.clone();
    let describe = json!({"TableName": "Copy7"});
    assert_eq!(ask(&mut seen, &mut oracle, "DescribeTable", &describe), []);
    assert_eq!(oracle.account().restores().count(), 49);
}

#[test]
fn an_answer_that_is_too_fast_hides_no_other_difference() {
    let (endpoint, mut oracle) = many_tables(1);
    drop(endpoint);
    let create = json!({
        "TableName": "Other", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
    });
    let answer = Answer::Success(json!({"TableDescription": {
        "TableName": "Wrong", "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]
    }}));
    let judgement = oracle.judge("CreateTable", create.to_string().as_bytes(), &answer, 9_000);
    let has = |kind: DifferenceKind, pointer: &str| {
        let mut all = judgement.differences.iter();
        all.any(|difference| difference.kind == kind && difference.pointer.starts_with(pointer))
    };
    assert!(has(DifferenceKind::TooFast, "/TableDescription/TableStatus"));
    assert!(has(DifferenceKind::WrongMember, "/TableDescription/TableName"));
    assert!(has(DifferenceKind::WrongMember, "/TableDescription/KeySchema"));
}

#[test]
fn of_several_reasons_to_refuse_what_was_accepted_the_one_is_told_that_there_was_in_any_case() {
    let (mut endpoint, mut oracle) = many_tables(1);
    settle(&mut endpoint);
    let name = TableName::new("Music0").expect("a name");
    let protect = json!({"TableName": name.as_str(), "DeletionProtectionEnabled": true});
    assert_eq!(ask(&mut endpoint, &mut oracle, "UpdateTable", &protect), []);
    settle(&mut endpoint);
    // Whether the update was done by then, nobody has seen; that the table was protected is certain.
    let table = endpoint.tables.get_mut(&name).expect("it was made");
    std::sync::Arc::make_mut(&mut table.settings).deletion_protection = false;
    let delete = json!({"TableName": name.as_str()});
    let differences = ask(&mut endpoint, &mut oracle, "DeleteTable", &delete);
    assert_eq!(differences.iter().map(|it| it.rule).collect::<Vec<_>>(), ["DLT-03"]);
}

#[test]
fn an_endpoint_is_taken_at_its_word_on_how_far_a_table_has_come() {
    let (mut endpoint, mut oracle) = many_tables(1);
    settle(&mut endpoint);
    let backup = json!({"TableName": "Music0", "BackupName": "abc"});
    assert_eq!(ask(&mut endpoint, &mut oracle, "CreateBackup", &backup), []);
    settle(&mut endpoint);
    let arn = endpoint.backups.keys().next().expect("a backup").clone();
    // The table that is being restored has a stream, which shows in several members.
    let request = json!({"TargetTableName": "Copy", "BackupArn": arn}).to_string();
    let fresh = Fresh {
        table_id: TableId::new("00000000-0000-4000-8000-000000000099"),
        created: Some(endpoint.now),
        backup_id: String::new(),
    };
    let outcome = wire::handle(&endpoint, "RestoreTableFromBackup", request.as_bytes(), &fresh);
    let Outcome::Accepted(accepted) = outcome else { panic!("the restore is refused") };
    let mut answer = wire::accepted_body(&accepted);
    let description = &mut answer["TableDescription"];
    assert_eq!(description["TableStatus"], "CREATING");
    description["StreamSpecification"] = json!({"StreamEnabled": true});
    description["LatestStreamArn"] = json!("some stream");
    description["LatestStreamLabel"] = json!("some label");
    description["GlobalSecondaryIndexes"] = json!([{"IndexName": "one"}, {"IndexName": "two"}]);
    let answer = Answer::Success(answer);
    let judgement =
        oracle.judge("RestoreTableFromBackup", request.as_bytes(), &answer, endpoint.now);
    let told =
        |pointer: &str| judgement.differences.iter().any(|found| found.pointer.ends_with(pointer));
    assert!(told("/StreamEnabled"), "{:?}", judgement.differences);
    assert!(!told("/TableStatus"), "{:?}", judgement.differences);
}
