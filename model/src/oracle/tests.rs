use serde_json::{Value, json};

use super::testing::{Watched, rules};
use super::*;
use crate::account::TableStatus;
use crate::name::TableName;
use crate::service::{self, Event};
use crate::step::given::table;
use crate::wire;

#[test]
fn the_quota_still_holds_after_a_restore_that_showed_another_one_to_have_finished() {
    let mut watched = Watched::with_tables(1);
    watched.endpoint.restore_quota = 1;
    watched.oracle.account.restore_quota = 1;
    watched.settle();
    let arns = [(); 3].map(|()| watched.back_up("Music0"));
    watched.settle();
    let restore = |number: usize| json!({"TargetTableName": format!("Copy{number}"), "BackupArn": arns[number]});
    watched.fine("RestoreTableFromBackup", restore(0));
    // The first restore finishes unseen; that the second one is accepted tells so.
    watched.settle();
    watched.fine("RestoreTableFromBackup", restore(1));
    // The second one runs, so the third is refused, and rightly.
    assert_eq!(watched.ask("RestoreTableFromBackup", restore(2)), [""; 0]);
    assert_eq!(watched.endpoint.tables.len(), 3);
}

fn write_to_all(count: usize) -> Value {
    let put = json!([{"PutRequest": {"Item": {"k": {"S": "1"}}}}]);
    let tables = (0..count).map(|number| (format!("Music{number}"), put.clone()));
    json!({"RequestItems": Value::Object(tables.collect())})
}

#[test]
fn a_request_that_names_many_tables_is_judged_though_their_events_have_too_many_combinations() {
    let mut watched = Watched::with_tables(25);
    // All of them are ready, which nobody has seen yet.
    watched.settle();
    watched.fine("BatchWriteItem", write_to_all(25));
    // That it was accepted tells of each of them that it can be used.
    let mut tables = watched.oracle.account.tables.values();
    assert!(tables.all(|table| table.status == TableStatus::Active && !table.backups_enabled));
    watched.fine("DescribeTable", json!({"TableName": "Music24"}));
}

#[test]
fn of_several_reasons_to_refuse_the_one_that_is_not_contested_is_charged() {
    let mut watched = Watched::with_tables(1);
    watched.settle();
    watched.fine("DeleteTable", json!({"TableName": "Music0"}));
    // Elsewhere the table might be gone, and then there is one reason alone.
    let mut oracle = watched.oracle.told();
    // What is said of a target that is being deleted is contested; that there is no such backup is not.
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Music0/backup/01489602797149-73d8d5bc";
    let body = json!({"TargetTableName": "Music0", "BackupArn": arn}).to_string();
    let accepted = Answer::Success(json!({}));
    let judged = oracle.judge("RestoreTableFromBackup", body.as_bytes(), &accepted, 5_000);
    assert_eq!((rules(&judged.differences), judged.lost), (vec!["RTB-92"], true));
}

#[test]
fn whose_backup_it_is_cannot_be_judged_before_an_answer_has_named_the_account() {
    let mut watched = Watched::with_tables(1);
    let arn = "arn:aws:dynamodb:us-east-1:999999999999:table/Music/backup/01489602797149-73d8d5bc";
    let body = json!({ "BackupArn": arn }).to_string();
    let denied = wire::read_answer(
        400,
        br#"{"__type":"x#AccessDeniedException","Message":"Access is denied"}"#,
    );
    let mut unknown = Watched::new();
    let judgement = unknown.oracle.judge("DescribeBackup", body.as_bytes(), &denied, 1);
    assert_eq!(judgement, Judgement::default());
    // Once it is known the rules say that it is denied.
    watched.fine("DescribeTable", json!({"TableName": "Music0"}));
    let judgement = watched.oracle.judge("DescribeBackup", body.as_bytes(), &denied, 1);
    assert!(!judgement.rules.is_empty(), "{judgement:?}");
    assert_eq!(judgement.differences, []);
}

#[test]
fn what_too_few_combinations_leave_open_is_not_alleged() {
    let mut oracle = Watched::with_tables(25).oracle;
    let body = write_to_all(25).to_string();
    let nonsense = wire::read_answer(400, br#"{"__type":"x#LimitExceededException"}"#);
    let judgement = oracle.judge("BatchWriteItem", body.as_bytes(), &nonsense, 1);
    assert!(judgement.lost && judgement.differences.is_empty());
    // Where all combinations are tried, the same answer is wrong.
    let mut oracle = Watched::with_tables(2).oracle;
    let body = write_to_all(2).to_string();
    assert!(!oracle.judge("BatchWriteItem", body.as_bytes(), &nonsense, 1).differences.is_empty());
}

#[test]
fn fifty_restores_in_flight_leave_few_accounts_to_try() {
    let mut watched = Watched::with_tables(1);
    watched.settle();
    let arns = [(); 50].map(|()| watched.back_up("Music0"));
    watched.settle();
    for (number, arn) in arns.iter().enumerate() {
        let restore = json!({"TargetTableName": format!("Copy{number}"), "BackupArn": arn});
        watched.fine("RestoreTableFromBackup", restore);
    }
    assert_eq!(watched.oracle.account().restores().count(), 50);
    let most = |operation: &str, body: Value| {
        let named = Named::of(&body);
        let tried = watched.oracle.candidates(&named);
        assert!(tried.is_all, "{operation}");
        tried.accounts.len()
    };
    // The target, with its restore finished or not, and its backups then enabled or not, and the same
    // once more as the quota seems used up.
    assert!(most("DescribeTable", json!({"TableName": "Copy7"})) <= 6);
    assert!(most("DeleteBackup", json!({"BackupArn": arns[7]})) <= 6);
    assert!(most("ListTables", json!({})) <= 2);
    // One restore finishes unseen. What shows it is what settles it, and nothing else does.
    let finished = Event::RestoreFinished(TableName::new("Copy7").expect("a name"));
    watched.endpoint = service::fire(&watched.endpoint, &finished);
    watched.fine("DescribeTable", json!({"TableName": "Copy7"}));
    assert_eq!(watched.oracle.account().restores().count(), 49);
}

#[test]
fn an_answer_that_is_too_fast_hides_no_other_difference() {
    let mut watched = Watched::with_tables(1);
    let differences = watched.differences("CreateTable", table("Other"), |answer| {
        *answer = json!({"TableDescription": {
            "TableName": "Wrong", "TableStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "k", "KeyType": "RANGE"}]
        }});
    });
    let has = |kind: DifferenceKind, pointer: &str| {
        let mut all = differences.iter();
        all.any(|difference| difference.kind == kind && difference.pointer.starts_with(pointer))
    };
    assert!(has(DifferenceKind::TooFast, "/TableDescription/TableStatus"));
    assert!(has(DifferenceKind::WrongMember, "/TableDescription/TableName"));
    assert!(has(DifferenceKind::WrongMember, "/TableDescription/KeySchema"));
}

#[test]
fn of_several_reasons_to_refuse_what_was_accepted_the_one_is_told_that_there_was_in_any_case() {
    let mut watched = Watched::with_tables(1);
    watched.settle();
    let name = TableName::new("Music0").expect("a name");
    let protect = json!({"TableName": name.as_str(), "DeletionProtectionEnabled": true});
    watched.fine("UpdateTable", protect);
    watched.settle();
    // Whether the update was done by then, nobody has seen; that the table was protected is certain.
    let table = watched.endpoint.tables.get_mut(&name).expect("it was made");
    std::sync::Arc::make_mut(&mut table.settings).deletion_protection = false;
    assert_eq!(watched.ask("DeleteTable", json!({"TableName": name.as_str()})), ["DLT-03"]);
}

#[test]
fn an_endpoint_is_taken_at_its_word_on_how_far_a_table_has_come() {
    let mut watched = Watched::with_tables(1);
    watched.settle();
    let arn = watched.back_up("Music0");
    watched.settle();
    // The table that is being restored has a stream, which shows in several members.
    let restore = json!({"TargetTableName": "Copy", "BackupArn": arn});
    let differences = watched.differences("RestoreTableFromBackup", restore, |answer| {
        let description = &mut answer["TableDescription"];
        assert_eq!(description["TableStatus"], "CREATING");
        description["StreamSpecification"] = json!({"StreamEnabled": true});
        description["LatestStreamArn"] = json!("some stream");
        description["LatestStreamLabel"] = json!("some label");
        description["GlobalSecondaryIndexes"] = json!([{"IndexName": "one"}, {"IndexName": "two"}]);
    });
    let told = |pointer: &str| differences.iter().any(|found| found.pointer.ends_with(pointer));
    assert!(told("/StreamEnabled"), "{differences:?}");
    assert!(!told("/TableStatus"), "{differences:?}");
}
