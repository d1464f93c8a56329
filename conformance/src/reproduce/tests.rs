use std::io::Write;
use std::process::{Command, Stdio};

use reinstate_model::oracle::DifferenceKind;
use serde_json::json;

use super::check::{Check, Expected};
use super::{Form, in_words, render, symbols};
use crate::finding::Finding;
use crate::report::example;
use crate::scenario::{
    Action, Body, Call, Scenario, Signature, Source, Wire, call, labelled, wait,
};

/// A finding in a case that uses everything a case can.
fn finding(kind: DifferenceKind) -> Finding {
    let wire = Wire {
        body: Some(Body::Text("{\"TableName\": \"{table:a}\", 'quoted' $(rm) `x`".to_owned())),
        headers: [("x-amz-target".to_owned(), None)].into(),
        signature: Signature::Wrong,
        unjudged: false,
    };
    let hex = Wire { body: Some(Body::Hex("7bff".to_owned())), ..Wire::default() };
    let actions = vec![
        call("CreateTable", json!({"TableName": "{table:a}", "KeySchema": [], "Odd": null})),
        call("CreateTable", json!({"TableName": "{table:a:255}"})),
        wait("table:a"),
        labelled("CreateBackup", json!({"TableName": "{table:a}", "BackupName": "it's"}), "b"),
        wait("backup:b"),
        Action::Elapse { elapse_millis: 1_050 },
        Action::Call(Call { wire: Some(wire), ..Call::new("DescribeTable", json!({})) }),
        Action::Call(Call { wire: Some(hex), ..Call::new("DescribeTable", json!({})) }),
        call(
            "RestoreTableFromBackup",
            json!({"BackupArn": "arn:{region}:{account}/{backup-id:b}", "TargetTableName": example::HOSTILE}),
        ),
    ];
    Finding {
        kind,
        scenario: Scenario::new("everything", Source::Scenario, actions),
        ..example::hostile().findings[0].clone()
    }
}

const KINDS: [DifferenceKind; 6] = DifferenceKind::ALL;

/// Asks a program whether a text is one of its language.
fn parses(program: &str, arguments: &[&str], text: &str) -> Option<bool> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    child.wait().ok().map(|status| status.success())
}

#[test]
fn programs_are_well_formed_whatever_the_target_sent() {
    for kind in KINDS {
        let finding = finding(kind);
        for form in [Form::Bash, Form::Curl] {
            let text = render(&finding, form);
            assert_ne!(parses("bash", &["-n"], &text), Some(false), "{text}");
        }
        let text = render(&finding, Form::Boto3);
        let parse = "import ast, sys; ast.parse(sys.stdin.buffer.read())";
        assert_ne!(parses("python3", &["-c", parse], &text), Some(false), "{text}");
    }
    assert_eq!(parses("bash", &["-n"], "if ("), Some(false), "bash tells");
}

#[test]
fn a_program_creates_waits_takes_over_arns_and_cleans_up() {
    let finding = finding(DifferenceKind::Accepted);
    let bash = render(&finding, Form::Bash);
    for part in [
        "table_a=$(name table_a)",
        "table_a_255=$(name table_a_255 255)",
        "wait_for DescribeTable TableName \"$table_a\"",
        "backup_b=${made:-$backup_b}",
        "call create-backup",
        "sleep 1.050",
        "post 'DescribeTable' wrong 'content-type: application/x-amz-json-1.0'\n",
        "printf '\\x7b\\xff' >\"$work/body\"",
        "post DeleteTable valid",
        "post DeleteBackup valid",
        "fault accepted",
    ] {
        assert!(bash.contains(part), "no `{part}` in\n{bash}");
    }
    // A member that no SDK has goes by hand, and curl alone sends everything.
    assert!(bash.contains("post 'CreateTable' valid"));
    let curl = render(&finding, Form::Curl);
    assert!(curl.contains("post 'CreateBackup' valid") && !curl.contains("aws dynamodb"));
    let python = render(&finding, Form::Boto3);
    for part in [
        "backup_b = made(answer, backup_b)",
        "call(\"create_backup\", body)",
        "bytes.fromhex(\"7bff\")",
        "(\"delete_table\", \"TableName\", table_a),",
        "fault(\"accepted\")",
    ] {
        assert!(python.contains(part), "no `{part}` in\n{python}");
    }
}

#[test]
fn the_rust_form_holds_the_case_itself() {
    let finding = finding(DifferenceKind::TooFast);
    let text = render(&finding, Form::Rust);
    let (_, rest) = text.split_once("const CASE: &str = r").unwrap();
    let hashes: String = rest.chars().take_while(|c| *c == '#').collect();
    let (_, rest) = rest.split_once('"').unwrap();
    let (case, _) = rest.split_once(&format!("\"{hashes};")).unwrap();
    assert_eq!(serde_json::from_str::<Scenario>(case).unwrap(), finding.scenario);
    assert!(text.contains("== \"too-fast\""));
}

#[test]
fn symbols_have_variables_of_their_own() {
    let found = symbols(&finding(DifferenceKind::Refused));
    let mut variables: Vec<&str> = found.iter().map(|symbol| symbol.variable.as_str()).collect();
    variables.sort_unstable();
    variables.dedup();
    assert_eq!(variables.len(), found.len());
    assert!(found.iter().any(|symbol| symbol.text == "{backup-id:b}"));
    assert_eq!(in_words("RestoreTableFromBackup", '-'), "restore-table-from-backup");
}

#[test]
fn expectations_are_read_from_what_the_oracle_says() {
    let of = |kind, pointer: &str, expected: &str, got: &str| {
        Check::of(&Finding {
            pointer: pointer.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
            ..finding(kind)
        })
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        of(DifferenceKind::Accepted, "", "AException or BException: some text", "accepted"),
        Check::MustRefuse { codes: texts(&["AException", "BException"]) }
    );
    assert_eq!(
        of(
            DifferenceKind::WrongError,
            "/__type",
            "an exception of the table operations",
            "AException"
        ),
        Check::OtherError { codes: vec![], got: "AException".to_owned() }
    );
    assert_eq!(
        of(DifferenceKind::Refused, "", "accepted", "HTTP 500 an error without a name"),
        Check::MustAccept { code: String::new() }
    );
    assert_eq!(
        of(DifferenceKind::WrongMember, "/Table/a~1b/0", "6", "5"),
        Check::Member {
            path: texts(&["Table", "a/b", "0"]),
            got: "5".to_owned(),
            expected: Expected::Exactly("6".to_owned()),
            in_errors: false
        }
    );
    assert_eq!(
        of(DifferenceKind::WrongMember, "status", "400", "404"),
        Check::Status { expected: 400 }
    );
}

#[test]
fn a_name_that_was_taken_where_it_must_not_is_cleaned_up_and_an_hour_is_a_moment() {
    let actions = vec![
        Action::Elapse { elapse_millis: 3_600_000 },
        call("RestoreTableFromBackup", json!({"TargetTableName": "no name!"})),
    ];
    let scenario = Scenario::new("a case", Source::Scenario, actions);
    let finding = Finding { scenario, ..finding(DifferenceKind::Accepted) };
    let bash = render(&finding, Form::Bash);
    assert!(bash.contains("'no name!' >\"$work/body\"\n    post DeleteTable"), "{bash}");
    assert!(bash.contains("\nsleep 1.200\n"), "{bash}");
    let boto3 = render(&finding, Form::Boto3);
    assert!(boto3.contains("(\"delete_table\", \"TableName\", \"no name!\")"), "{boto3}");
    assert!(boto3.contains("time.sleep(1.200)"), "{boto3}");
}

fn of_header(name: &str, expected: &str, got: &str) -> Finding {
    Finding {
        pointer: format!("header {name}"),
        expected: expected.to_owned(),
        got: got.to_owned(),
        ..finding(DifferenceKind::WrongMember)
    }
}

#[test]
fn the_form_of_what_is_another_one_each_time_is_looked_at() {
    let finding = of_header("x-amzn-requestid", "52 upper-case letters and digits", "`abc`");
    let boto3 = render(&finding, Form::Boto3);
    assert!(boto3.contains("if re.fullmatch(r\"`?[A-Z0-9]{52}`?\", got):"), "{boto3}");
    let bash = render(&finding, Form::Bash);
    assert!(bash.contains("| grep -Eqx '`?[A-Z0-9]{52}`?' && right"), "{bash}");
}

#[test]
fn a_header_is_compared_with_what_was_got_and_not_with_how_that_is_told() {
    let wanted = "application/x-amz-json-1.0";
    let finding = of_header("content-type", wanted, "`application/json`");
    for form in [Form::Boto3, Form::Bash] {
        let program = render(&finding, form);
        // What was got stands at the top as well, for people to read.
        let code = program.lines().filter(|line| !line.starts_with('#'));
        let code: Vec<_> = code.filter(|line| line.contains("application/json")).collect();
        assert!(code.len() == 1 && !code[0].contains('`'), "{code:?}");
    }
}
