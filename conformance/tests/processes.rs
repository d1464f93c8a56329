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
fn prepared(name: &str, settle: &str) -> PathBuf {
    let name = format!("reinstate-processes-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    let definition = format!(
        "name = 'ours'\nversion = '1'\ntitle = 'Ours'\nlicense = 'MIT'\nbackups = true\n\
         processes = 2\ncases_per_process = {BEARS}\ninstall = {{ kind = 'none' }}\n\
         start = ['{}', 'serve', '--port', '{{port}}', '--settle', '{settle}']\n\
         readiness = {{ operation = 'ListTables', within_seconds = 60 }}\n",
        env!("CARGO_BIN_EXE_reinstate")
    );
    fs::write(folder.join("ours.toml"), definition).unwrap();
    folder
}

/// A short run against that target.
fn check(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reinstate"));
    command
        .args(["check", "--depth", "quick", "--shard", "1/40", "--shrink", "0", "--json"])
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
    let folder = prepared("replaced", "now");
    let ended = check(&folder).output().unwrap();
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

#[test]
fn a_job_that_is_cancelled_ends_what_it_started() {
    let folder = prepared("cancelled", "1h");
    let mut run = check(&folder).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    until("both processes listen", || {
        ports(&folder).iter().filter(|port| listens(port)).count() == 2
    });
    let sent = Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    until("no process listens", || !ports(&folder).iter().any(listens));
    fs::remove_dir_all(folder).unwrap();
}
