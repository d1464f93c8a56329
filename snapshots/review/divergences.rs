//! What each shipped target does otherwise, pinned to its version.
//!
//! A target has to be installed and started for this, so the reports are made first, by
//! `reinstate check TARGET --json FOLDER/TARGET.json`, and the folder is named by
//! `REINSTATE_REPORTS`. Without it nothing is compared, and a line says so.

use std::path::PathBuf;

use serde_json::Value;

/// The targets whose reports are compared.
const TARGETS: [&str; 1] = ["moto"];

#[test]
fn each_target_diverges_as_it_did() {
    let Some(folder) = std::env::var_os("REINSTATE_REPORTS").map(PathBuf::from) else {
        println!("no reports to compare: REINSTATE_REPORTS is not set");
        return;
    };
    for target in TARGETS {
        let file = folder.join(format!("{target}.json"));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
        let report: Value = serde_json::from_str(&text).expect("a report is JSON");
        let name =
            format!("{target}-{}", report["target"]["version"].as_str().unwrap_or("unknown"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/targets"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(format!("the rules that {target} breaks, worst first"));
        settings.bind(|| insta::assert_snapshot!(name, prose(&report)));
    }
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
