//! The kill matrix that is published is of the fault bank as it is, and good enough. `power` writes it,
//! which takes some minutes; that it is of the present plan is for the nightly run to say.
#![cfg(feature = "reference")]

use reinstate::fault::{Fault, bank};

/// What a fault's line says, without what would differ with the plan.
struct Line {
    fault: String,
    wrong: String,
    found_by: String,
    depth: String,
}

fn published() -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/power.md");
    std::fs::read_to_string(file)
        .expect("`reinstate power --markdown snapshots/power.md` writes it")
}

fn lines() -> Vec<Line> {
    let text = published();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    // The first two are the head of the table.
    rows.skip(2)
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            let [fault, wrong, _, found_by, depth, _] = cells[..] else { panic!("{row}") };
            let [fault, wrong, found_by, depth] =
                [fault, wrong, found_by, depth].map(str::to_owned);
            Line { fault, wrong, found_by, depth }
        })
        .collect()
}

/// Whether a line says that a fault is found as it has to be.
fn is_found(line: &Line, fault: &Fault) -> bool {
    let rule = line.found_by.split(' ').next().unwrap_or_default();
    fault.rules.contains(&rule) || (fault.rules.is_empty() && line.found_by.ends_with("do not end"))
}

#[test]
fn every_fault_of_the_bank_is_in_the_published_matrix() {
    let published: Vec<_> = lines().into_iter().map(|line| (line.fault, line.wrong)).collect();
    let bank: Vec<_> =
        bank().iter().map(|fault| (fault.name.to_string(), fault.wrong.to_owned())).collect();
    assert_eq!(published, bank);
    assert!(bank.len() >= 80);
}

#[test]
fn every_fault_that_can_be_told_is_found_and_nearly_all_at_the_default_depth() {
    let lines = lines();
    let tellable: Vec<_> =
        lines.iter().zip(bank()).filter(|(_, fault)| fault.equivalent.is_none()).collect();
    for (line, fault) in &tellable {
        assert!(is_found(line, fault), "{}: {}", line.fault, line.found_by);
    }
    let by_default = |line: &Line| ["quick", "default"].iter().any(|it| line.depth.starts_with(it));
    let found = tellable.iter().filter(|(line, _)| by_default(line)).count();
    assert!(100 * found >= 95 * tellable.len(), "{found} of {}", tellable.len());
}
