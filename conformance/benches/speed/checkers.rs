//! Our search against SPIN and TLC: the lives of tables and backups at one scope, which `fixtures/tla` has
//! in their languages. Each has to count the same states and steps.
//!
//! Ours is the real specification, theirs is the model of sixty lines with one assertion: that no more
//! restores run than the quota allows. Ratios are to our search with that one property. With all
//! properties judged in every state and step it is what a user gets, with none the search alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use reinstate_model::account::Account;
use reinstate_model::check::action::Step;
use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::check_packed;
use reinstate_model::check::graph::{Explored, StateId, Visit};
use reinstate_model::check::machine::Machine;
use reinstate_model::check::packed::{Audit, Packed};
use reinstate_model::check::scope::LIVES_3_2_2 as SCOPE;

use crate::clock::{Time, measure};

/// How many times as long as our search theirs is wanted to take.
const SPIN_TIMES: f64 = 2.0;
const TLC_TIMES: f64 = 15.0;

/// What came of a search.
struct Search {
    who: &'static str,
    counts: (usize, usize),
    bytes: Option<usize>,
    goal: Option<f64>,
    time: Time,
}

/// Judges what the other checkers judge.
struct Quota {
    is_kept: bool,
}

impl Visit for Quota {
    fn state(&mut self, _: StateId, account: &Account) {
        self.is_kept &= account.restores().count() <= account.restore_quota;
    }

    fn step(&mut self, _: StateId, _: &Step<'_>) {}
}

pub fn run() -> Result<(), String> {
    let machine = Machine::new(&SCOPE, Behaviour::SPECIFIED);
    let mut quota = Quota { is_kept: true };
    let same =
        ours("reinstate, the same judged", || Packed::explore(&machine, Audit::RARELY, &mut quota));
    if !quota.is_kept {
        return Err("more restores run than the quota allows".to_owned());
    }
    let alone =
        ours("reinstate, nothing judged", || Packed::explore(&machine, Audit::RARELY, &mut ()));
    let (report, time) = measure(|| check_packed(&SCOPE, Audit::RARELY));
    let judged = Search {
        who: "reinstate, everything judged",
        counts: (report.states, report.transitions),
        bytes: None,
        goal: None,
        time,
    };
    let others =
        [spin(), tlc()].map(|other| other.inspect_err(|reason| println!("skipped, {reason}")).ok());
    let searches: Vec<_> =
        [same, alone, judged].into_iter().map(Some).chain(others).flatten().collect();
    println!("scope {}: {} states, {} steps", SCOPE.name, report.states, report.transitions);
    for Search { who, counts, bytes, goal, time } in &searches {
        let step = time.processor / counts.1 as f64 * 1e9;
        let bytes =
            bytes.map(|bytes| format!("  {:.0} bytes a state", bytes as f64 / counts.0 as f64));
        let goal = goal.map(|goal| format!("  goal {goal}"));
        println!(
            "{who:<30} {:>7.2} s of processor {:>7.2} s of time {step:>7.0} ns a step  {:>5.1} times the first{}{}",
            time.processor,
            time.wall,
            time.processor / searches[0].time.processor,
            bytes.unwrap_or_default(),
            goal.unwrap_or_default()
        );
    }
    match searches.iter().find(|search| search.counts != searches[0].counts) {
        Some(search) => Err(format!("{} counts {:?}", search.who, search.counts)),
        None => Ok(()),
    }
}

fn ours<'a>(who: &'static str, explore: impl FnOnce() -> Packed<'a>) -> Search {
    let (packed, time) = measure(explore);
    let counts = (packed.states(), packed.transitions());
    Search { who, counts, bytes: Some(packed.bytes()), goal: None, time }
}

fn spin() -> Result<Search, String> {
    let folder = folder("spin")?;
    let bounds = [
        format!("-DN={}", SCOPE.names().len()),
        format!("-DM={}", SCOPE.backups),
        format!("-DQ={}", SCOPE.restores),
    ];
    let model = fixtures().join("lives.pml");
    output(Command::new("spin").current_dir(&folder).args(bounds).arg("-a").arg(model))?;
    let options = ["-O2", "-DBFS", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=8000", "-w", "-o", "pan"];
    output(Command::new("cc").current_dir(&folder).args(options).arg("pan.c"))?;
    let (text, time) = measure(|| output(Command::new(folder.join("pan")).current_dir(&folder)));
    let text = text?;
    let steps = number_before(&text, "transitions (= stored+matched)")?;
    // It counts the start as a step.
    let counts = (number_before(&text, "states, stored")?, steps - 1);
    Ok(Search { who: "SPIN, breadth first", counts, bytes: None, goal: Some(SPIN_TIMES), time })
}

fn tlc() -> Result<Search, String> {
    let jar = target().join("tlc/tla2tools.jar");
    if !jar.is_file() {
        return Err("no TLC: fixtures/tla/README.md says how to get it".to_owned());
    }
    let states = folder("tlc-states")?;
    let mut java = Command::new("java");
    java.current_dir(fixtures())
        .args(["-XX:+UseSerialGC", "-cp"])
        .arg(jar)
        .args(["tlc2.TLC", "-deadlock", "-workers", "1", "-metadir"])
        .arg(states)
        .args(["-config", &format!("{}.cfg", SCOPE.name), "Lives.tla"]);
    let (text, time) = measure(|| output(&mut java));
    let text = text?;
    let line = text.lines().rfind(|line| line.ends_with("states left on queue."));
    let line = line.ok_or_else(|| format!("TLC did not come to an end:\n{text}"))?;
    let steps = number_before(line, "states generated")?;
    let counts = (number_before(line, "distinct states found")?, steps - 1);
    Ok(Search { who: "TLC, one worker", counts, bytes: None, goal: Some(TLC_TIMES), time })
}

fn number_before(text: &str, words: &str) -> Result<usize, String> {
    let unreadable = || format!("no number before `{words}` in:\n{text}");
    let (before, _) = text.split_once(words).ok_or_else(unreadable)?;
    let digits = before.split_whitespace().last().ok_or_else(unreadable)?;
    digits.replace(',', "").parse().map_err(|_| unreadable())
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("no {name}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("{name} failed: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/tla")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("..")
}

/// A folder of our own, below the build folder.
fn folder(name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
