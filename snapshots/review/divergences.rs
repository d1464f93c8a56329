//! What each shipped target does otherwise, pinned to its version.
//!
//! A target has to be installed and started for this, so the reports are made first, by
//! `reinstate check TARGET... --json FOLDER/targets.json`, and the folder is named by
//! `REINSTATE_REPORTS`. Without it nothing is compared, and a line says so.

use std::path::PathBuf;

use reinstate::report::{Report, json};
use serde_json::{Value, json};

#[test]
fn each_target_diverges_as_it_did() {
    let Some(folder) = std::env::var_os("REINSTATE_REPORTS").map(PathBuf::from) else {
        println!("no reports to compare: REINSTATE_REPORTS is not set");
        return;
    };
    let file = folder.join("targets.json");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    for report in json::read(&text).expect("`reinstate check --json` wrote it") {
        let target = report.target.name.clone();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/targets"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(format!("the rules that {target} breaks, worst first"));
        settings.bind(|| insta::assert_snapshot!(label(&report), prose(&json!(report))));
    }
}

/// The name of a snapshot: a target and its version.
fn label(report: &Report) -> String {
    format!("{}-{}", report.target.name, report.target.version.as_deref().unwrap_or("unknown"))
}

/// Not every target is installed wherever the snapshots are compared, so that a snapshot which nothing
/// asks for is found here: there is one for each version that is shipped with backups, and no other.
#[test]
fn every_snapshot_is_of_a_version_that_is_shipped() {
    let shipped: Vec<String> =
        reinstate::target::all().iter().map(reinstate::target::Definition::label).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/targets");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of the snapshots") {
        let name = entry.expect("an entry of it").file_name().into_string().expect("a plain name");
        let Some(label) = name.strip_suffix(".snap") else { continue };
        assert!(shipped.iter().any(|it| it == label), "{name}: no such target is shipped");
        found += 1;
    }
    assert!(found > 0, "there are snapshots in {folder}");
}

/// The findings as sentences, without anything that changes from run to run.
fn prose(report: &Value) -> String {
    let findings = report["findings"].as_array().expect("a report lists its findings");
    let text =
        |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .map(|finding| {
            let counts = if finding["fails"] == true { "counts" } else { "reported" };
            let places: Vec<&str> = finding["places"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            format!(
                "{} {} [{}, {}]\n  {}\n  seen in {}\n\n",
                text(finding, "rule"),
                text(finding, "kind"),
                text(finding, "impact"),
                counts,
                text(finding, "sentence"),
                places.join("\n          ")
            )
        })
        .collect()
}
