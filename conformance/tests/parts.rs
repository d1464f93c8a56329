//! A run divided into shares, or killed in its midst, reports what the whole would have: with the real
//! program against the embedded reference, one that has a fault so that there is something to report.
#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

fn file(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// A check of few cases, some of which show the fault.
const CHECK: [&str; 7] = [
    "check",
    "--depth",
    "quick",
    "--fault",
    "a-backup-can-be-deleted-while-it-is-restored",
    "--only",
    "DeleteBackup",
];

fn command(more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reinstate"));
    command.args(more).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The exit code of a check with further options.
fn check(more: &[&str]) -> Option<i32> {
    command(&[&CHECK, more].concat()).status().unwrap().code()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(file)).unwrap()
}

fn lines(file: &str) -> usize {
    std::fs::read_to_string(file).map_or(0, |text| text.matches('\n').count())
}

#[test]
fn merged_shares_and_a_resumed_run_equal_the_undivided_one_byte_for_byte() {
    let folder = TempDir::new().unwrap();
    let [whole, log] = ["whole.json", "whole.log"].map(|name| file(&folder, name));
    assert_eq!(check(&["--json", &whole, "--log", &log]), Some(1));
    assert!(lines(&log) > 10, "a whole of nothing shows nothing");

    // Each share would look for minimal cases of its own.
    let as_found = file(&folder, "as-found.json");
    assert_eq!(check(&["--json", &as_found, "--shrink", "0"]), Some(1));
    assert_ne!(read(&as_found), read(&whole), "the minimal cases are in the report");
    let logs = ["1.log", "2.log", "3.log"].map(|name| file(&folder, name));
    for (share, log) in ["1/3", "2/3", "3/3"].iter().zip(&logs) {
        let code = check(&["--shard", share, "--log", log, "--shrink", "0"]);
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
        assert!(lines(log) > 2, "share {share} is empty");
    }
    let merged = file(&folder, "merged.json");
    let merge = ["merge", &logs[2], &logs[0], &logs[1], "--json", &merged];
    assert_eq!(command(&merge).status().unwrap().code(), Some(1));
    assert_eq!(read(&merged), read(&as_found));
    // The log of a whole run has the minimal cases too.
    assert_eq!(command(&["merge", &log, "--json", &merged]).status().unwrap().code(), Some(1));
    assert_eq!(read(&merged), read(&whole));

    let killed = file(&folder, "killed.log");
    let mut child = command(&[&CHECK[..], &["--log", &killed]].concat()).spawn().unwrap();
    let patience = Instant::now();
    while lines(&killed) < 4 && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = lines(&killed);
    assert!((4..lines(&log)).contains(&before), "killed after {before} lines");
    let resumed = file(&folder, "resumed.json");
    assert_eq!(check(&["--resume", &killed, "--json", &resumed]), Some(1));
    assert_eq!(read(&resumed), read(&whole));
}
