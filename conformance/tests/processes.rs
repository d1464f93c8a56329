//! `reinstate check` with a target of its own: what becomes of the processes that it starts.
#![cfg(all(feature = "cli", feature = "reference", unix))]

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Cases that a process is given.
const BEARS: u64 = 5;

/// A folder of the test's own, in which there is a target: two processes of the reference.
fn prepared(name: &str, settle: &str, bears: u64) -> PathBuf {
    let name = format!("reinstate-processes-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    let definition = format!(
        "name = 'ours'\nversion = '1'\ntitle = 'Ours'\nlicense = 'MIT'\nbackups = true\n\
         processes = 2\ncases_per_process = {bears}\ninstall = {{ kind = 'none' }}\n\
         start = ['{}', 'serve', '--port', '{{port}}', '--settle', '{settle}']\n\
         readiness = {{ operation = 'ListTables', within_seconds = 60 }}\n",
        env!("CARGO_BIN_EXE_reinstate")
    );
    fs::write(folder.join("ours.toml"), definition).unwrap();
    folder
}

/// A run of some cases against that target.
fn check(folder: &Path, shard: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reinstate"));
    command
        .args(["check", "--depth", "quick", "--shard", shard, "--shrink", "0", "--json"])
        .args([folder.join("report.json"), folder.join("ours.toml")])
        .env("REINSTATE_CACHE", folder.join("cache"));
    command
}

/// The ports of all processes that were started: each writes a log of its own.
fn ports(folder: &Path) -> Vec<u16> {
    let logs = fs::read_dir(folder.join("cache/ours-1/logs")).into_iter().flatten();
    logs.map(|log| log.unwrap().path().file_stem().unwrap().to_str().unwrap().parse().unwrap())
        .collect()
}

fn listens(port: &u16) -> bool {
    TcpStream::connect(("127.0.0.1", *port)).is_ok()
}

/// Waits until something holds, for as long as a busy machine may need.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn processes_that_have_served_what_they_bear_are_replaced_and_no_case_is_lost() {
    let folder = prepared("replaced", "now", BEARS);
    let ended = check(&folder, "1/40").output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    let text = fs::read_to_string(folder.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = report["summary"]["cases"].as_u64().unwrap();
    assert_eq!(report["summary"]["cases_completed"].as_u64(), Some(cases));
    // Cases are dealt out to two.
    let of = |cases: u64| cases.div_ceil(BEARS);
    let started = ports(&folder);
    assert_eq!(started.len() as u64, of(cases / 2) + of(cases.div_ceil(2)), "{cases} cases");
    assert!(started.len() > 2);
    assert!(!started.iter().any(listens));
    fs::remove_dir_all(folder).unwrap();
}

/// The id of the process that was started on a port.
#[cfg(target_os = "linux")]
fn id_of(port: u16) -> String {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let serves = |entry: &fs::DirEntry| {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let mut words = command.split(|byte| *byte == 0);
        words.any(|word| word == b"serve") && words.any(|word| word == port.to_string().as_bytes())
    };
    let process = processes.into_iter().find(serves).expect("it runs");
    process.file_name().into_string().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_stands_still_is_replaced_and_costs_the_cases_that_it_serves() {
    let folder = prepared("standing", "now", 10_000);
    let mut command = check(&folder, "1/2");
    let log = folder.join("run.log");
    command.args(["--timeout", "2", "--log"]).arg(&log);
    let mut run = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    until("some cases have ended", || {
        fs::read_to_string(&log).is_ok_and(|text| text.lines().count() > 10)
    });
    let sent = Command::new("kill").args(["-STOP", &id_of(ports(&folder)[0])]).status().unwrap();
    assert!(sent.success());
    assert_eq!(run.wait().unwrap().code(), Some(0));
    let text = fs::read_to_string(folder.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = |end: &str| report["summary"][end].as_u64().unwrap();
    let unanswered = cases("cases_unanswered");
    assert!((1..20).contains(&unanswered), "{unanswered}");
    assert_eq!(cases("cases_completed") + unanswered, cases("cases"));
    assert_eq!(ports(&folder).len(), 3);
    assert!(!ports(&folder).iter().any(listens));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_job_that_is_cancelled_ends_what_it_started() {
    let folder = prepared("cancelled", "1h", BEARS);
    let mut run =
        check(&folder, "1/40").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    until("both processes listen", || {
        ports(&folder).iter().filter(|port| listens(port)).count() == 2
    });
    let sent = Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    until("no process listens", || !ports(&folder).iter().any(listens));
    fs::remove_dir_all(folder).unwrap();
}
