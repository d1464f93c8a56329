//! `reinstate check` against endpoints that are broken in every way: from their first answer on, and
//! from some answer in the middle of a run on. It never panics, ends in time, stays small, gives the
//! right exit code, and writes its report.

#![cfg(all(feature = "cli", target_os = "linux"))]

mod server;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use server::{Hostile, Mode};
use tempfile::TempDir;
use tokio::net::TcpSocket;

/// Far more than any of this takes: it says that a run ends, not how fast it is.
const BOUND: Duration = Duration::from_secs(300);

/// The most memory that a run may ever take, in kilobytes.
const MOST_KILOBYTES: u64 = 200 * 1024;

/// Requests that are answered well before the trouble begins: enough for some cases to end.
const WELL: usize = 150;

struct Ended {
    code: Option<i32>,
    error: String,
    report: serde_json::Value,
    peak_kilobytes: u64,
}

fn check(name: &str, url: &str, patience: Patience) -> Ended {
    let folder = TempDir::new().unwrap();
    let (file, errors) = (folder.path().join("report.json"), folder.path().join("stderr"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_reinstate"))
        .args(["check", "--depth", "quick", "--shard", "1/8"])
        .args(["--timeout", patience.timeout, "--clear-up", patience.clear_up])
        .args(["--endpoint", url, "--json"])
        .arg(&file)
        .env_remove("AWS_ACCESS_KEY_ID")
        // Where its journal goes: what is left on an endpoint that has gone is of no use to anybody.
        .env("REINSTATE_CACHE", folder.path())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&errors).unwrap())
        .spawn()
        .expect("the program was built for this test");
    let (code, peak_kilobytes) = watch(&mut child, name);
    let error = std::fs::read_to_string(&errors).unwrap();
    let report = std::fs::read_to_string(&file).unwrap_or_default();
    let report = serde_json::from_str(&report).unwrap_or_default();
    Ended { code, error, report, peak_kilobytes }
}

/// Waits for the end, within the bound, and looks at the memory meanwhile.
fn watch(child: &mut Child, name: &str) -> (Option<i32>, u64) {
    let started = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        if started.elapsed() > BOUND {
            child.kill().unwrap();
            panic!("{name}: still running after {BOUND:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Seconds.
#[derive(Clone, Copy)]
struct Patience {
    /// That an answer may take.
    timeout: &'static str,
    clear_up: &'static str,
}

/// An unoptimised judge takes a second for many deeply nested answers at once, and that is not the
/// endpoint's doing.
const USUAL: Patience = Patience { timeout: "5", clear_up: "5" };

fn patience(mode: Mode) -> Patience {
    match mode {
        // One that says nothing is waited for twenty times.
        Mode::SaysNothing | Mode::Drips | Mode::NeverEnds | Mode::NeverAnswersOneOperation => {
            Patience { timeout: "2", ..USUAL }
        }
        // It can be cleared up, if one tries again.
        Mode::FailsNowAndThen => Patience { clear_up: "60", ..USUAL },
        _ => USUAL,
    }
}

fn holds(name: &str, url: &str, patience: Patience, code: i32) -> Ended {
    let started = Instant::now();
    let ended = check(name, url, patience);
    let took = started.elapsed().as_secs();
    eprintln!("{name}: exit {:?}, {} kB, {took} s", ended.code, ended.peak_kilobytes);
    assert_eq!(ended.code, Some(code), "{name}: {}", ended.error);
    assert!(!ended.error.contains("panicked"), "{name}: {}", ended.error);
    assert!(ended.report["schema"].is_string(), "{name}: no report; {}", ended.error);
    assert!(ended.peak_kilobytes > 0, "{name}: the memory was never seen");
    assert!(ended.peak_kilobytes < MOST_KILOBYTES, "{name}: {} kB", ended.peak_kilobytes);
    ended
}

/// When the trouble begins.
#[derive(Clone, Copy, Debug)]
enum From {
    TheFirstAnswerOn,
    TheMiddleOn,
}

/// Side by side, as most of the time goes by with waiting.
fn each(from: From, modes: &[Mode], code: i32) {
    let well = match from {
        From::TheFirstAnswerOn => 0,
        From::TheMiddleOn => WELL,
    };
    std::thread::scope(|scope| {
        for &mode in modes {
            scope.spawn(move || {
                let hostile = Hostile::start(mode, well);
                let name = format!("{mode:?}-from-{from:?}");
                holds(&name, &hostile.url(), patience(mode), code);
            });
        }
    });
}

#[test]
fn a_port_where_nothing_listens_is_unreachable_and_reported() {
    // Taken, so that no server of another test gets it meanwhile, but nobody listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    holds("refuses", &format!("http://{}", socket.local_addr().unwrap()), USUAL, 5);
}

/// No answer comes to its end.
const ANSWERS_NOTHING: [Mode; 7] = [
    Mode::Resets,
    Mode::SaysNothing,
    Mode::Drips,
    Mode::NeverEnds,
    Mode::SendsGigabytes,
    Mode::TellsTooLongALength,
    Mode::SendsAMegabyteOfHeaders,
];

/// What comes is no answer of the service.
const ANSWERS_WRONGLY: [Mode; 7] = [
    Mode::TellsTooShortALength,
    Mode::SendsInvalidUtf8,
    Mode::SendsInvalidJson,
    Mode::NestsDeeply,
    Mode::Redirects,
    Mode::SendsHtml,
    Mode::FailsAlways,
];

#[test]
fn an_endpoint_that_is_none_from_the_first_answer_on_is_unreachable() {
    each(From::TheFirstAnswerOn, &[ANSWERS_NOTHING, ANSWERS_WRONGLY].concat(), 5);
}

#[test]
fn an_endpoint_that_stops_answering_in_the_middle_has_gone() {
    each(From::TheMiddleOn, &[&ANSWERS_NOTHING[..], &[Mode::Dies]].concat(), 5);
}

#[test]
fn an_endpoint_that_answers_wrongly_in_the_middle_diverges() {
    let modes = [Mode::RestartsEmpty, Mode::AnswersTheRequestBefore];
    each(From::TheMiddleOn, &[&ANSWERS_WRONGLY[..], &modes].concat(), 1);
}

#[test]
fn an_endpoint_that_never_answers_one_operation_is_asked_for_all_others() {
    let mode = Mode::NeverAnswersOneOperation;
    let hostile = Hostile::start(mode, 0);
    // Which is how backups are deleted.
    let ended = holds("NeverAnswersOneOperation", &hostile.url(), patience(mode), 8);
    assert!(ended.error.contains("DeleteBackup is never answered"), "{}", ended.error);
    let cases = |end: &str| ended.report["summary"][end].as_u64().unwrap();
    let (all, unanswered) = (cases("cases"), cases("cases_unanswered"));
    assert!(unanswered > 0 && unanswered * 4 < all, "{unanswered} of {all}");
    assert_eq!(cases("cases_completed") + unanswered, all);
}

#[test]
fn an_endpoint_that_does_what_it_says_it_failed_to_do_conforms() {
    let mode = Mode::FailsNowAndThen;
    let hostile = Hostile::start(mode, 0);
    let ended = holds("FailsNowAndThen", &hostile.url(), patience(mode), 0);
    let cases = |end: &str| ended.report["summary"][end].as_u64().unwrap();
    assert!(cases("cases_lost") > 0 && cases("cases_completed") > 0, "{}", ended.report["summary"]);
}

#[test]
fn an_endpoint_that_throttles_for_good_is_indeterminate() {
    each(From::TheFirstAnswerOn, &[Mode::ThrottlesAlways], 7);
}

#[test]
fn an_endpoint_that_throttles_for_good_from_the_middle_on_is_indeterminate() {
    each(From::TheMiddleOn, &[Mode::ThrottlesAlways], 7);
}

#[test]
fn a_sweep_gives_up_on_what_says_nothing_and_keeps_its_journal() {
    // Less than the minute for which it would try again what may yet be done.
    const SOON: Duration = Duration::from_secs(40);
    let modes = [
        Mode::SendsInvalidUtf8,
        Mode::SendsInvalidJson,
        Mode::NestsDeeply,
        Mode::Redirects,
        Mode::SendsHtml,
        Mode::TellsTooShortALength,
        Mode::Resets,
    ];
    std::thread::scope(|scope| {
        for mode in modes {
            scope.spawn(move || sweep_gives_up(mode, SOON));
        }
    });
}

fn sweep_gives_up(mode: Mode, soon: Duration) {
    let hostile = Hostile::start(mode, 0);
    let folder = TempDir::new().unwrap();
    let journal = folder.path().join("journal");
    let run = serde_json::json!({"run": {
        "schema": reinstate::journal::SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "prefix": "rst-x-",
        "endpoint": hostile.url(),
        "region": "us-east-1",
    }});
    let text = format!("{run}\n{{\"table\":\"rst-x-0-a\"}}\n{{\"table\":\"rst-x-1-a\"}}\n");
    std::fs::write(&journal, &text).unwrap();
    let started = Instant::now();
    let swept = Command::new(env!("CARGO_BIN_EXE_reinstate")).arg("sweep").arg(&journal).output();
    let swept = swept.expect("the program was built for this test");
    let error = String::from_utf8_lossy(&swept.stderr).into_owned();
    assert_eq!(swept.status.code(), Some(8), "{mode:?}: {error}");
    assert!(started.elapsed() < soon, "{mode:?}: {:?}", started.elapsed());
    for told in ["rst-x-0-a", "rst-x-1-a", "hint: `reinstate sweep"] {
        assert!(error.contains(told), "{mode:?}: {error}");
    }
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), text, "{mode:?}");
}
