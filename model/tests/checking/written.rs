//! What is asked in each scope, how tours go and what is told of them, and what is drawn: pinned, so that a
//! change shows to whoever reviews it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reinstate_model::check::behaviour::Behaviour;
use reinstate_model::check::cycles::Cycles;
use reinstate_model::check::draw::{dot, json, lifecycles, svg};
use reinstate_model::check::machine::Machine;
use reinstate_model::check::map::Map;
use reinstate_model::check::report::Report;
use reinstate_model::check::scope::{
    ENCRYPTED, FEW_IDENTITIES, KEPT, LIVES, LIVES_1_1_1, LOCK, LONG_TOURS, NAMED, Scope,
    TOUR_OF_RECOVERY, TOURS,
};
use reinstate_model::check::story::Story;
use reinstate_model::check::{check, check_with, fault};
use reinstate_model::explore::tour::{TransitionId, Transitions};

use crate::pinned;

/// As the conformance suite has them.
const LONGEST: usize = 40;

/// What is too long to be read: its length, and a number that changes with it.
fn fingerprint(text: &str) -> (usize, u32) {
    (text.len(), crc32fast::hash(text.as_bytes()))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}... {:?}", &text[..end], fingerprint(text)),
        None => text.to_owned(),
    }
}

#[test]
fn the_requests_of_each_scope_are_as_pinned() {
    let mut requests = BTreeMap::new();
    let mut text = String::new();
    let others = [&ENCRYPTED, &KEPT, &FEW_IDENTITIES];
    for scope in [NAMED, LIVES, TOURS, LONG_TOURS, &others].concat() {
        let machine = Machine::new(scope, Behaviour::SPECIFIED);
        let Scope { name, backups, restores, clock, ids, search, .. } = scope;
        writeln!(
            text,
            "== {name}: backups {backups}, restores at once {restores}, times {clock:?}, ids {ids}, {search:?}"
        )
        .expect("a string takes it all");
        for call in machine.calls() {
            writeln!(text, "{}", call.label).expect("it does");
            let asked = format!("{:?}", call.request);
            let same = requests.entry(call.label.clone()).or_insert_with(Vec::new);
            if !same.contains(&asked) {
                same.push(asked);
            }
        }
        text.push('\n');
    }
    text.push_str("== requests\n");
    for (label, asked) in requests {
        writeln!(text, "{label}").expect("it does");
        for asked in asked {
            writeln!(text, "  {}", short(&asked)).expect("it does");
        }
    }
    pinned::is_as_pinned("requests.txt", include_str!("../pinned/requests.txt"), &text);
}

fn told(machine: &Machine, transitions: &Transitions, tour: &[TransitionId]) -> String {
    let path: Vec<_> = tour.iter().map(|id| transitions.all[*id].action.clone()).collect();
    Story::of(machine, &path).to_string()
}

#[test]
fn the_tours_of_each_scope_are_as_pinned() {
    let mut text = String::new();
    for scope in [TOURS, LONG_TOURS].concat() {
        let machine = Machine::new(scope, Behaviour::SPECIFIED);
        let transitions = Transitions::of(&machine);
        let tours = transitions.tours(LONGEST);
        let steps: usize = tours.iter().map(Vec::len).sum();
        let (all, pairs, number) = (transitions.all.len(), transitions.pairs(), tours.len());
        let name = scope.name;
        writeln!(
            text,
            "== {name}: {all} transitions, {pairs} pairs, {number} tours of {steps} steps"
        )
        .expect("a string takes it all");
        // The first ones go where the others only pass.
        for tour in tours.iter().take(2) {
            text.push_str(&told(&machine, &transitions, tour));
        }
        text.push('\n');
    }
    pinned::is_as_pinned("tours.txt", include_str!("../pinned/tours.txt"), &text);
}

fn without_time(report: &Report) -> String {
    let text = report.to_string();
    let time = format!(", {:.2} s\n", report.elapsed.as_secs_f64());
    assert!(text.contains(&time), "{text}");
    text.replacen(&time, "\n", 1)
}

#[test]
fn a_report_is_as_pinned() {
    let name = "a backup can be deleted while it is restored";
    let fault = fault::all().find(|fault| fault.name == name).expect("a fault");
    let text = format!(
        "{}\n{}",
        without_time(&check(&LOCK)),
        without_time(&check_with(fault.scope, fault))
    );
    pinned::is_as_pinned("reports.txt", include_str!("../pinned/reports.txt"), &text);
}

#[test]
fn the_lives_of_one_table_are_drawn_as_pinned() {
    let map = Map::of(&LIVES_1_1_1);
    pinned::is_as_pinned("lives.svg", include_str!("../pinned/lives.svg"), &svg(&map));
    pinned::is_as_pinned("lives.dot", include_str!("../pinned/lives.dot"), &dot(&map));
}

#[test]
fn what_is_drawn_of_larger_scopes_is_as_it_was() {
    let of = |scope: &Scope| {
        let map = Map::of(scope);
        [fingerprint(&svg(&map)), fingerprint(&dot(&map)), fingerprint(&json(&map))]
    };
    let dots = [(535_577, 620_611_800), (325_019, 3_287_742_666), (963_584, 3_272_784_499)];
    assert_eq!(of(&LOCK), dots);
    // In words, with arrows that have more than one label.
    let words = [(25_543, 2_289_094_729), (9_504, 2_795_545_447), (19_025, 1_926_010_336)];
    assert_eq!(of(&TOUR_OF_RECOVERY), words);
}

#[test]
fn the_documents_show_the_life_cycles_as_they_are() {
    let written = include_str!("../../../snapshots/lifecycles.md");
    let hint = "`reinstate model graph --lifecycles snapshots/lifecycles.md` writes it again";
    assert_eq!(written, lifecycles(&Cycles::of_all_kinds()), "{hint}");
}

#[test]
fn what_programs_are_told_of_the_life_cycles_is_as_pinned() {
    let cycles = serde_json::to_string_pretty(&Cycles::of_all_kinds().json()).expect("JSON");
    pinned::is_as_pinned("cycles.json", include_str!("../pinned/cycles.json"), &(cycles + "\n"));
}
