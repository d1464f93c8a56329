//! `reinstate check` with a target of its own, whose processes bear few cases.
#![cfg(all(feature = "cli", feature = "reference"))]

use std::fs;
use std::process::Command;

/// Cases that a process is given.
const BEARS: u64 = 5;

#[test]
fn processes_that_have_served_what_they_bear_are_replaced_and_no_case_is_lost() {
    let folder = std::env::temp_dir().join(format!("reinstate-processes-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (target, report) = (folder.join("ours.toml"), folder.join("report.json"));
    let definition = format!(
        "name = 'ours'\nversion = '1'\ntitle = 'Ours'\nlicense = 'MIT'\nbackups = true\n\
         processes = 2\ncases_per_process = {BEARS}\ninstall = {{ kind = 'none' }}\n\
         start = ['{}', 'serve', '--port', '{{port}}']\n\
         readiness = {{ operation = 'ListTables', within_seconds = 60 }}\n",
        env!("CARGO_BIN_EXE_reinstate")
    );
    fs::write(&target, definition).unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_reinstate"))
        .args(["check", "--depth", "quick", "--shard", "1/40", "--shrink", "0", "--json"])
        .args([&report, &target])
        .env("REINSTATE_CACHE", folder.join("cache"))
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    let text = fs::read_to_string(&report).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = report["summary"]["cases"].as_u64().unwrap();
    assert_eq!(report["summary"]["cases_completed"].as_u64(), Some(cases));
    // Each process writes a log of its own, and cases are dealt out to two.
    let started = fs::read_dir(folder.join("cache/ours-1/logs")).unwrap().count() as u64;
    let of = |cases: u64| cases.div_ceil(BEARS);
    assert_eq!(started, of(cases / 2) + of(cases.div_ceil(2)), "{cases} cases");
    assert!(started > 2);
    fs::remove_dir_all(folder).unwrap();
}
