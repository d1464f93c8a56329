//! What the command line shows of the model.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use reinstate::drive::{self, End};
use reinstate::reference::{Options, Reference, Settle};
use reinstate::scenario::Scenario;
use reinstate::session::Session;
use reinstate::sign::Credentials;
use reinstate::story::counterexample;
use reinstate::transport::Endpoint;
use reinstate_model::check::fault;
use reinstate_model::check::machine::Machine;
use reinstate_model::check::properties::{self, Claim};
use reinstate_model::check::report::{Finding, Verdict};
use reinstate_model::check::scope::NAMED;
use reinstate_model::check::search_with;
use reinstate_model::check::story::Story;

#[test]
fn the_nightly_run_has_a_job_for_each_scope() {
    let workflow = include_str!("../../.github/workflows/model.yml");
    let list = workflow.split_once("scope: [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.expect("a matrix of scopes");
    let jobs: Vec<_> = list.split(',').map(str::trim).collect();
    let names: Vec<_> = NAMED.iter().map(|scope| scope.name).collect();
    assert_eq!(jobs, names);
}

/// Whatever breaks a property in the model, by the first fault that does, is a case that the embedded reference, which has no bugs
/// planted, passes to its end.
#[tokio::test]
async fn a_counterexample_to_each_property_is_a_case_that_reads_back_and_runs() {
    let mut told = BTreeSet::new();
    for fault in fault::all() {
        if fault.breaks.iter().all(|name| told.contains(name)) {
            continue;
        }
        let machine = Machine::new(fault.scope, fault.behaviour);
        for Finding { property, verdict } in &search_with(fault.scope, fault).findings {
            let Verdict::Violated(path) = verdict else { continue };
            let case = counterexample(property.name, &Story::of(&machine, path));
            let text = serde_json::to_string(&case).unwrap();
            assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), case);
            assert!(text.contains("{table:") && !text.contains(":us-east-1:"), "{text}");
            let reference =
                Reference::start(Options { settle: Settle::Manual, ..Options::default() });
            let reference = reference.expect("a port is free");
            let endpoint = Endpoint::loopback(reference.port());
            let session = Session::new(endpoint, Credentials::local()).by_hand();
            let run = drive::run(&session, &case, "views", told.len()).await;
            assert_eq!(run.end, End::Completed, "{}: {:?}", fault.name, run.steps);
            for step in &run.steps {
                assert!(step.differences.is_empty(), "{}: {step:?}", fault.name);
            }
            reference.stop().await;
            told.insert(property.name);
        }
    }
    let can_fail = |claim: &Claim| !matches!(claim, Claim::Sometimes(_) | Claim::SomeStep(_));
    let all = properties::all().filter(|property| can_fail(&property.claim));
    assert_eq!(told, all.map(|property| property.name).collect());
}

#[test]
fn a_planted_bug_is_found_told_and_saved() {
    let folder = std::env::temp_dir().join(format!("reinstate-model-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("case.json");
    let file = file.to_str().unwrap();
    let output = reinstate(&["model", "check", "--fault", "twice at once", "--save", file]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("always \"a backup feeds one restore at a time\" fails:\n   1. "),
        "{text}"
    );
    let saved: Scenario = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(saved.title, "a way to break: a backup feeds one restore at a time");
    let output = reinstate(&["model", "check", "--scope", "lock", "--save", file]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("nothing fails") && error.contains("--faults"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_fault_is_named_by_a_part_of_its_name_that_no_other_has() {
    for (part, says) in [("no such", "--faults"), ("a restore", "may be any of")] {
        let output = reinstate(&["model", "check", "--fault", part]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn the_graph_is_printed_or_written_to_files() {
    let folder = std::env::temp_dir().join(format!("reinstate-graph-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let printed = reinstate(&["model", "graph"]);
    assert_eq!(printed.status.code(), Some(0));
    let name = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (dot, svg, json) = (name("a.dot"), name("a.svg"), name("a.json"));
    let files = ["model", "graph", "--dot", &dot, "--svg", &svg, "--json", &json];
    let silent = reinstate(&files);
    assert_eq!((silent.status.code(), silent.stdout.len()), (Some(0), 0));
    assert_eq!(std::fs::read(&dot).unwrap(), printed.stdout);
    assert!(std::fs::read_to_string(&svg).unwrap().ends_with("</svg>\n"));
    assert!(std::fs::read_to_string(&json).unwrap().contains("\"scope\":\"lives-1-1-1\""));
    std::fs::remove_dir_all(folder).unwrap();

    let output = reinstate(&["model", "graph", "--scope", "lok"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `lock`?"));
}

#[test]
fn the_explorer_shows_states_and_steps_in_words() {
    let mut explorer = Command::new(env!("CARGO_BIN_EXE_reinstate"))
        .args(["model", "explore", "--scope", "lives-1-1-1", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(explorer.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
    let authority = url.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let [start, next] = ["/.states/0", "/.states/0/0"].map(|path| get(&authority, path));
    explorer.kill().unwrap();
    explorer.wait().unwrap();
    assert!(authority.starts_with("127.0.0.1:"), "{url}");
    assert!(start.contains(r#""action":"CreateTable Music, Plain""#), "{start}");
    assert!(start.contains(r"Plain: accepted\n  + table Music: CREATING, key (artist)"), "{start}");
    assert!(
        start.contains(r"Refused here:\n  DeleteTable Music: refused: ResourceInUse"),
        "{start}"
    );
    assert!(next.contains(r#""action":"... table Music becomes ACTIVE""#), "{next}");
}

#[test]
fn the_explorer_says_when_its_port_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = reinstate(&["model", "explore", "--port", &port]);
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&format!("cannot listen on port {port}")), "{text}");
    assert!(text.contains("hint: choose another with `--port`"), "{text}");
}

fn get(authority: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(authority).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {authority}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn reinstate(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_reinstate");
    Command::new(program).args(arguments).output().expect("the program was built for this test")
}
