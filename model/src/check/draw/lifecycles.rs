//! The life cycles of tables and backups, as Mermaid.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::cycles::{Cause, Cycle, Cycles, Stage};

/// The steps from one stage to another by their names, with what makes each; no name for what is not there.
type Steps = BTreeMap<(Option<&'static str>, Option<&'static str>), BTreeSet<String>>;

/// Both cycles as a document with a diagram each.
pub fn lifecycles(cycles: &Cycles) -> String {
    format!(
        "# Life cycles\n\n\
         Drawn by `reinstate model graph --lifecycles snapshots/lifecycles.md` from what the model \
         checker sees happen.\nWhat begins with a capital letter is a request; the rest happens by itself.\n\n\
         ## A table\n\n{}\n## A backup\n\n{}",
        diagram(&cycles.tables),
        diagram(&cycles.backups)
    )
}

/// A stage as people call it; none for what is not there.
fn name(stage: Stage) -> Option<&'static str> {
    Some(match stage {
        Stage::Nothing => return None,
        Stage::New | Stage::Making => "CREATING",
        Stage::Restoring => "CREATING by a restore",
        Stage::Active => "ACTIVE",
        Stage::Updating => "UPDATING",
        Stage::Deleting => "DELETING",
        Stage::Available => "AVAILABLE",
        Stage::Feeding => "AVAILABLE, being restored",
        Stage::SystemMaking => "SYSTEM, CREATING",
        Stage::System => "SYSTEM, AVAILABLE",
        Stage::SystemFeeding => "SYSTEM, AVAILABLE, being restored",
    })
}

fn steps(cycle: &Cycle) -> Steps {
    let mut steps = Steps::new();
    for (from, to, cause) in cycle.moves.keys() {
        let cause = match cause {
            Cause::Request(operation) => (*operation).to_owned(),
            Cause::Event(kind) => kind.replace('-', " "),
        };
        steps.entry((name(*from), name(*to))).or_default().insert(cause);
    }
    steps
}

/// A state diagram in Mermaid's language.
fn diagram(cycle: &Cycle) -> String {
    let steps = steps(cycle);
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    let stages: BTreeSet<_> = steps.keys().flat_map(|(from, to)| [from, to]).flatten().collect();
    for stage in stages {
        text += &format!("    state \"{stage}\" as {}\n", id(stage));
    }
    for ((from, to), causes) in steps {
        let causes: Vec<_> = causes.iter().map(String::as_str).collect();
        let end = |stage: Option<&str>| stage.map_or("[*]".to_owned(), id);
        text += &format!("    {} --> {}: {}\n", end(from), end(to), causes.join(", "));
    }
    text + "```\n"
}

/// A stage in letters only, as Mermaid wants the names of states.
fn id(stage: &str) -> String {
    stage.chars().map(|letter| if letter.is_ascii_alphabetic() { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::scope::LOCK;

    #[test]
    fn a_restored_table_and_its_backup_are_seen_on_their_ways() {
        let cycles = Cycles::of(&[&LOCK]);
        let by = |steps: &Steps, from: Option<&'static str>, to: Option<&'static str>| {
            steps.get(&(from, to)).cloned().unwrap_or_default().into_iter().collect::<Vec<_>>()
        };
        let (tables, backups) = (&steps(&cycles.tables), &steps(&cycles.backups));
        let restored = Some("CREATING by a restore");
        assert_eq!(by(tables, None, restored), ["RestoreTableFromBackup"]);
        assert_eq!(by(tables, restored, Some("ACTIVE")), ["restore finished"]);
        assert_eq!(by(tables, restored, Some("DELETING")), [""; 0]);
        let locked = Some("AVAILABLE, being restored");
        assert_eq!(by(backups, Some("AVAILABLE"), locked), ["RestoreTableFromBackup"]);
        assert_eq!(by(backups, locked, Some("AVAILABLE")), ["restore finished"]);
        assert_eq!(by(backups, locked, None), [""; 0]);
    }
}
