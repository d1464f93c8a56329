//! Replays the evidence: every observed record that an account and a request can express.
//!
//! `fixtures/evidence/README.md` says how a record is written down. Each must pass three checks:
//!
//! 1. the oracle, having seen the account come about, accepts what the service was seen to answer;
//! 2. it rejects that answer with the corruption that the entry names;
//! 3. the reference gives every fact that was seen, or the code with a text that fits.

mod answer;
mod fixture;
mod json;
mod replay;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use answer::{Recorded, reference_misses};
use fixture::{Case, Fixtures, Reference, Then};
use reinstate_model::oracle::{Difference, DifferenceKind};
use replay::Replay;

/// Records that are replayed at least.
const EXECUTABLE_AT_LEAST: usize = 230;
/// Records that there are.
const RECORDS: usize = 297;

fn check(family: &str) {
    let fixtures = Fixtures::read();
    let entries = fixtures.family(family);
    assert!(!entries.is_empty(), "no entry of the family `{family}`");
    let failures: Vec<String> = entries
        .iter()
        .flat_map(|entry| entry.cases().into_iter().map(move |case| (entry, case)))
        .filter_map(|(entry, case)| {
            let problem = check_or_panic(&fixtures, &case).err()?;
            Some(format!("{} ({}): {problem}", entry.id, case.corruption.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} answers of {} entries disagree:\n{}",
        failures.len(),
        entries.len(),
        failures.join("\n")
    );
}

/// A case that panics fails; the others are still checked.
fn check_or_panic(fixtures: &Fixtures, case: &Case) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| check_case(fixtures, case)))
        .unwrap_or_else(|panic| Err(format!("panics: {:?}", panic.downcast_ref::<String>())))
}

fn check_case(fixtures: &Fixtures, case: &Case) -> Result<(), String> {
    let mut replay = Replay::new();
    replay.play(fixtures, case.given).map_err(|problem| format!("given: {problem}"))?;
    let when = replay.request(case.when)?;
    let then = replay.fill_then(case.then)?;
    let given = replay.reference_answer(&when);
    let recorded = Recorded::new(&then, &given);
    let missed = reference_misses(&then, &given);
    let reference = match (case.reference, missed) {
        (Reference::Agrees, None) | (Reference::Differs, Some(_)) => Ok(()),
        (Reference::Agrees, Some(missed)) => Err(format!("the reference: {missed}")),
        (Reference::Differs, None) => {
            Err("the reference gives what was seen, so it is not `reference = false`".to_owned())
        }
    };
    let checks = [
        accepts(&replay, &when, &recorded, &then),
        rejects(&replay, &when, &recorded, case),
        reference,
    ];
    let problems: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n  and ")) }
}

fn accepts(
    replay: &Replay,
    when: &replay::Sent,
    recorded: &Recorded,
    then: &Then,
) -> Result<(), String> {
    let mut found = replay.judge(when, recorded);
    found.retain(|found| then.has_text() || found.kind != DifferenceKind::WrongText);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("the oracle refuses what was seen, {}:\n{}", recorded, list(&found)))
}

fn rejects(
    replay: &Replay,
    when: &replay::Sent,
    recorded: &Recorded,
    case: &Case,
) -> Result<(), String> {
    let corruption = replay.fill_corruption(case.corruption)?;
    let corrupted = recorded.corrupted(&corruption)?;
    let counts = |kind: DifferenceKind| match kind {
        DifferenceKind::WrongText => corruption.message.is_some(),
        // An empty body is not much of an acceptance: that it lacks members must not be all.
        DifferenceKind::WrongMember => !corruption.accepted,
        _ => true,
    };
    let found = replay.judge(when, &corrupted);
    if found.iter().any(|found| counts(found.kind)) {
        return Ok(());
    }
    Err(format!("the oracle accepts the corrupted answer, {corrupted}"))
}

fn list(found: &[Difference]) -> String {
    let lines = found.iter().map(|found| {
        format!(
            "    {:?} {} {}: expected {}, got {}",
            found.kind, found.rule, found.pointer, found.expected, found.got
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn restores_from_backups() {
    check("RFB");
}

#[test]
fn making_backups() {
    check("CBK");
}

#[test]
fn describing_backups() {
    check("DBK");
}

#[test]
fn deleting_backups() {
    check("XBK");
}

#[test]
fn listing_backups() {
    check("LBK");
}

#[test]
fn system_backups() {
    check("SYS");
}

#[test]
fn restores_to_a_point_in_time() {
    check("PIT");
}

#[test]
fn continuous_backups() {
    check("CON");
}

#[test]
fn making_tables() {
    check("CTB");
}

#[test]
fn tables() {
    check("TBL");
}

#[test]
fn tags() {
    check("TAG");
}

#[test]
fn time_to_live() {
    check("TTL");
}

#[test]
fn protocol() {
    check("PRO");
}

#[test]
fn every_record_is_replayed_or_listed_with_a_reason() {
    let fixtures = Fixtures::read();
    let records: BTreeSet<&str> =
        fixtures.records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(fixtures.records.len(), RECORDS);
    assert_eq!(records.len(), RECORDS, "an id is twice in the list of records");
    let mut times: BTreeMap<&str, usize> = records.iter().map(|id| (*id, 0)).collect();
    let replayed = fixtures.entries.iter().map(|entry| entry.id.as_str());
    let listed = fixtures.not_executable.iter().map(|listed| listed.id.as_str());
    for id in replayed.chain(listed) {
        *times.entry(id).or_default() += 1;
    }
    let wrong: Vec<_> = times.iter().filter(|(_, times)| **times != 1).collect();
    assert!(wrong.is_empty(), "neither replayed nor listed, or both, or twice: {wrong:?}");
    let unknown: Vec<_> = times.keys().filter(|id| !records.contains(*id)).collect();
    assert!(unknown.is_empty(), "no such record: {unknown:?}");
    let reasonless = fixtures.not_executable.iter().filter(|listed| listed.reason.len() < 20);
    assert_eq!(reasonless.count(), 0, "a reason is a sentence");
    let replayed = fixtures.entries.len();
    assert!(replayed >= EXECUTABLE_AT_LEAST, "only {replayed} records are replayed");
}

#[test]
fn an_entry_says_what_its_record_says() {
    let fixtures = Fixtures::read();
    let mut wrong = Vec::new();
    for record in &fixtures.records {
        let Some(entry) = fixtures.entries.iter().find(|entry| entry.id == record.id) else {
            continue;
        };
        for case in entry.cases() {
            if let Some(code) = &record.code
                && case.then.code.as_ref() != Some(code)
            {
                wrong.push(format!("{}: the record has the code {code}", record.id));
            }
        }
        if record.situation.split_whitespace().count() < 3 {
            wrong.push(format!("{}: the situation is no sentence", record.id));
        }
        let differs = entry.cases().iter().any(|case| case.reference == Reference::Differs);
        if differs && entry.because.is_none() {
            wrong.push(format!("{}: `reference = false` needs a reason", record.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
