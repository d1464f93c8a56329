//! The command line as a user meets it: exit codes, and errors that name the place and the remedy.
#![cfg(feature = "cli")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn reinstate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reinstate"))
        .args(arguments)
        .env_remove("AWS_ACCESS_KEY_ID")
        .output()
        .expect("the program was built for this test")
}

/// Runs it and asserts the exit code and what the error says.
fn refuses(arguments: &[&str], code: i32, says: &[&str]) {
    let output = reinstate(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    for text in says {
        assert!(error.contains(text), "{arguments:?} does not say `{text}`: {error}");
    }
}

#[test]
fn a_port_where_nothing_listens_is_told_at_once() {
    let before = Instant::now();
    refuses(
        &["check", "--endpoint", "http://127.0.0.1:1"],
        5,
        &["http://127.0.0.1:1 does not answer", "hint:"],
    );
    assert!(before.elapsed() < Duration::from_secs(5), "a bound, not a measurement");
}

#[test]
fn wrong_words_are_usage_errors_that_name_the_remedy() {
    refuses(&["check", "motto"], 2, &["there is no target `motto`", "did you mean `moto`"]);
    refuses(&["check", "--endpoint", "ftp://127.0.0.1:1"], 2, &["http://"]);
    refuses(&["check", "--endpoint", "nonsense"], 2, &["nonsense", "http://127.0.0.1:8000"]);
    refuses(&["check", "--depth", "deepest"], 2, &["deepest", "thorough"]);
    refuses(
        &["check", "--json", "/no/such/folder/report.json"],
        2,
        &["/no/such/folder/report.json", "hint:"],
    );
    refuses(&["serve", "--settle", "soon"], 2, &["soon", "manual"]);
    refuses(&["model", "check", "--scope", "quote"], 2, &["`quote`", "did you mean `quota`"]);
    refuses(&["chek"], 2, &["check"]);
}

#[test]
fn an_endpoint_that_is_no_dynamodb_is_told_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let page = "<html>hello</html>";
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{page}", page.len());
        }
    });
    refuses(
        &["check", "--endpoint", &url],
        5,
        &["not as DynamoDB does", "<html>hello</html>", "hint:"],
    );
}

#[test]
fn the_reference_conforms_and_its_report_is_written_whole() {
    let folder = std::env::temp_dir().join(format!("reinstate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("report.json");
    let output = reinstate(&["check", "--depth", "quick", "--json", file.to_str().unwrap()]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("CONFORMS") && text.contains("this run does not show"), "{text}");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(report["schema"], "reinstate-report/1");
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(report["summary"]["cases"], report["summary"]["cases_completed"]);
    assert!(report["summary"]["rules_exercised"].as_u64() > Some(100));
    std::fs::remove_dir_all(&folder).unwrap();
}
