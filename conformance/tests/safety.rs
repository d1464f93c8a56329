//! What a run may do to an endpoint that is not ours, and what it writes down: with the real program
//! against a served reference, which also holds what is somebody else's.
#![cfg(feature = "cli")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Credentials that are found wherever they end up.
const KEY: &str = "AKIACANARYCANARYCANA";
const SECRET: &str = "canary/secret+canary/secret+canary/secret";
const TOKEN: &str = "canary/token+canary/token+canary/token==";

fn file(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reinstate"));
    command
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", TOKEN)
        .env("AWS_REGION", "us-east-1");
    command
}

fn reinstate(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A reference that is served, and ends with the test.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn new(settle: &str) -> Self {
        let mut child = command(&["serve", "--port", "0", "--settle", settle])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    /// Asks it, as somebody else would.
    fn ask(&self, operation: &str, body: &Value) -> Value {
        let host = self.url.strip_prefix("http://").unwrap();
        let body = body.to_string();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.0\r\n\
             x-amz-target: DynamoDB_20120810.{operation}\r\nx-amz-date: 20261125T000000Z\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=00\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{operation}: {error}: {answer}"))
    }

    /// Everything that is there, but for what the service made by itself.
    fn everything(&self) -> (Value, Vec<String>) {
        let backups = self.ask("ListBackups", &json!({"BackupType": "USER"}));
        let arns = backups["BackupSummaries"].as_array().unwrap().iter();
        let arns = arns.map(|backup| backup["BackupArn"].as_str().unwrap().to_owned()).collect();
        (self.ask("ListTables", &json!({}))["TableNames"].clone(), arns)
    }

    /// What is somebody else's: also a table of a name so short that a case may want it.
    fn with_foreigners(self) -> Self {
        for name in ["orders", "00a", "rst-somebody-elses-0-source"] {
            self.ask(
                "CreateTable",
                &json!({
                    "TableName": name,
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
                }),
            );
            let patience = Instant::now();
            while patience.elapsed() < Duration::from_secs(30) {
                let backup = json!({"TableName": name, "BackupName": "backup-source"});
                if self.ask("CreateBackup", &backup)["BackupDetails"].is_object() {
                    break;
                }
            }
        }
        assert_eq!(self.everything().1.len(), 3);
        self
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Cases of every kind, few enough to be run again and again.
const PART: [&str; 4] = ["--depth", "quick", "--only", "DeleteBackup"];

/// Numbers below a bound that are spread evenly and always the same.
fn spread(index: usize, bound: usize) -> usize {
    ((index as f64 * 0.618_033_988_749_895).fract() * bound as f64) as usize
}

fn lines(file: &str) -> usize {
    std::fs::read_to_string(file).map_or(0, |text| text.matches('\n').count())
}

#[test]
fn whenever_a_run_is_killed_a_sweep_leaves_nothing_of_it_and_everything_of_others() {
    let kills: usize =
        std::env::var("REINSTATE_KILLS").map_or(5, |kills| kills.parse().expect("a number"));
    let folder = TempDir::new().unwrap();
    let served = Served::new("20ms").with_foreigners();
    let before = served.everything();
    let check = |journal: &str| {
        let arguments = ["check", "--endpoint", &served.url, "--journal", journal];
        let mut command = command(&[&arguments[..], &PART].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    // Once to its end, to know how much it makes.
    let journal = file(&folder, "whole.jsonl");
    let whole = check(&journal).wait().unwrap();
    assert_eq!(whole.code(), Some(0));
    let makes = lines(&journal) - 1;
    assert!(makes > 20, "a run that makes {makes} things shows little");
    assert_eq!(served.everything(), before, "a run that is not killed clears up by itself");

    let mut something_was_left = 0;
    for index in 0..kills {
        let journal = file(&folder, &format!("{index}.jsonl"));
        let mut child = check(&journal);
        // When so much is listed, and a moment later: how fast the machine is does not matter.
        let point = 2 + spread(index + 1, makes);
        while lines(&journal) < point && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(spread(index * 7 + 1, 20) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        if served.everything() != before {
            something_was_left += 1;
        }
        if std::fs::metadata(&journal).is_ok_and(|file| file.len() > 0) {
            for again in [false, true] {
                let swept = reinstate(&["sweep", &journal]);
                assert_eq!(swept.status.code(), Some(0), "kill {index}: {}", told(&swept));
                if again {
                    assert!(told(&swept).contains(" 0 deleted, 0 left"), "{}", told(&swept));
                }
            }
        }
        assert_eq!(served.everything(), before, "kill {index}");
    }
    assert!(
        something_was_left * 2 >= kills,
        "only {something_was_left} of {kills} kills left anything"
    );
}

#[test]
fn credentials_are_in_no_log_report_journal_recording_or_output() {
    let folder = TempDir::new().unwrap();
    let served = Served::new("now");
    let names = ["report.json", "log.jsonl", "journal.jsonl", "recording.jsonl", "report.md"];
    let [report, log, journal, recording, markdown] = names.map(|name| file(&folder, name));
    let arguments = [
        "check",
        "--endpoint",
        &served.url,
        "--json",
        &report,
        "--log",
        &log,
        "--journal",
        &journal,
        "--record",
        &recording,
        "--markdown",
        &markdown,
    ];
    let output = reinstate(&[&arguments[..], &PART].concat());
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mut texts = vec![("output", told(&output))];
    for (name, file) in names.iter().zip([&report, &log, &journal, &recording, &markdown]) {
        texts.push((name, std::fs::read_to_string(file).unwrap()));
    }
    for (name, text) in &texts {
        assert!(text.len() > 100, "{name} is empty");
        for secret in [KEY, SECRET, TOKEN, "canary", "CANARY"] {
            assert!(!text.contains(secret), "{secret} is in {name}");
        }
    }
    assert!(texts[4].1.contains("\"authorization\",\"REDACTED\""), "the recording has headers");
    assert!(texts[4].1.contains("\"x-amz-security-token\",\"REDACTED\""), "and a token was sent");
}

#[test]
fn a_recording_is_judged_again_with_the_same_report() {
    let folder = TempDir::new().unwrap();
    let served = Served::new("10ms");
    let faulty = ["--fault", "a-backup-can-be-deleted-while-it-is-restored"];
    let by_hand =
        [&["check"][..], &faulty, &["--only", "DeleteBackup", "--depth", "quick"]].concat();
    let waiting = [&["check", "--endpoint", &served.url][..], &PART].concat();
    for (name, check, code) in [("by-hand", by_hand, 1), ("waiting", waiting, 0)] {
        let [live, again, recording] = ["live.json", "again.json", "recording"]
            .map(|kind| file(&folder, &format!("{name}-{kind}")));
        let output = reinstate(&[&check[..], &["--json", &live, "--record", &recording]].concat());
        assert_eq!(output.status.code(), Some(code), "{}", told(&output));
        let output = reinstate(&["replay", &recording, "--json", &again]);
        assert_eq!(output.status.code(), Some(code), "{}", told(&output));
        let read = |file: &str| std::fs::read_to_string(file).unwrap();
        assert_eq!(read(&again), read(&live), "{name}");
    }
}

#[test]
fn nothing_is_sent_to_another_machine_without_a_limit() {
    // An address that is nobody's: what is sent there gets no answer within the time of this test.
    let before = Instant::now();
    let output = reinstate(&["check", "--endpoint", "http://192.0.2.1:1"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("--max-usd"), "{}", told(&output));
    assert!(before.elapsed() < Duration::from_secs(10), "a bound, not a measurement");
}

#[test]
fn nothing_is_sent_to_another_machine_if_the_plan_is_estimated_above_the_limit() {
    let folder = TempDir::new().unwrap();
    let [journal, log] = ["journal.jsonl", "log.jsonl"].map(|name| file(&folder, name));
    let files = ["--journal", &journal, "--log", &log];
    let arguments = ["check", "--endpoint", "http://192.0.2.1:1", "--max-usd", "0.0001"];
    let output = reinstate(&[&arguments[..], &PART, &files].concat());
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    for text in ["could cost", "may be spent", "hint:", "--only", "--max-usd 1"] {
        assert!(told(&output).contains(text), "{}", told(&output));
    }
    // It was refused before anything was begun.
    for file in [&journal, &log] {
        assert!(!std::path::Path::new(file).exists(), "{file}");
    }
}
