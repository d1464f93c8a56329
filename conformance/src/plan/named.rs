//! The named scenarios: files that anyone can read, run by themselves and take as a pattern.

use crate::scenario::Scenario;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../fixtures/scenarios/", $name, ".json")))),*]
    };
}

/// The files of `fixtures/scenarios` that come with the suite, in the order in which they are played.
const FILES: &[(&str, &str)] = files![
    "lost-table",
    "renamed-table",
    "repeated-request",
    "backup-in-use",
    "writes-go-on",
    "several-at-once",
    "without-indexes",
    "changed-index",
    "from-provisioned-to-on-demand",
    "encrypted-copy",
    "deleted-with-recovery-on",
    "back-to-an-hour-ago",
];

/// All of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    let parse = |(name, text): &(&str, &str)| {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}.json: {error}"))
    };
    FILES.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::scenario::Source;

    #[test]
    fn every_file_is_played_and_read_in_full() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/scenarios");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, there);
        for scenario in scenarios() {
            assert_eq!(scenario.source, Source::Scenario, "{}", scenario.title);
            assert!(scenario.calls() > 3, "{}", scenario.title);
            for call in scenario.all_calls() {
                // What the specification does not have is answered by nobody as it should be.
                let is_known = reinstate_model::api::operation(&call.call).is_some();
                assert!(is_known, "{}: {}", scenario.title, call.call);
            }
        }
    }
}
