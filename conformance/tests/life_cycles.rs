//! The life cycles that the HTML report draws are those of the model.
#![cfg(feature = "cli")]

use reinstate_model::check::cycles::Cycles;

#[test]
fn the_life_cycles_in_the_report_are_those_that_the_model_checker_sees() {
    let json = serde_json::to_string_pretty(&Cycles::of_all_kinds().json()).expect("JSON") + "\n";
    let kept = include_str!("../src/report/html/machine/cycles.json");
    if json != kept {
        let file = std::env::temp_dir().join("reinstate-cycles.json");
        std::fs::write(&file, &json).expect("a writable folder for temporary files");
        panic!(
            "the model has other life cycles than src/report/html/machine/cycles.json; they are in {}",
            file.display()
        );
    }
}
