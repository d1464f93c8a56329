//! A second opinion on the lives of tables and backups: what TLC counts in a module of its own, and what
//! a formula says, has to be what our search counts in the same scope.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use reinstate_model::account::{Account, BackupStatus, TableStatus};
use reinstate_model::check::map::Map;
use reinstate_model::check::scope::{LIVES_1_1_1, LIVES_2_1_1, LIVES_2_2_1};
use reinstate_model::name::{BackupArn, TableName};

static MAPS: LazyLock<[Map; 3]> =
    LazyLock::new(|| [&LIVES_1_1_1, &LIVES_2_1_1, &LIVES_2_2_1].map(Map::of));

/// States and transitions.
const COUNTS: [(&str, usize, usize); 3] =
    [("lives-1-1-1", 30, 100), ("lives-2-1-1", 949, 5818), ("lives-2-2-1", 11606, 84516)];

#[test]
fn the_numbers_of_states_and_transitions_are_known() {
    let counts: Vec<_> =
        MAPS.iter().map(|map| (map.scope.name, map.states.len(), map.edges.len())).collect();
    assert_eq!(counts, COUNTS);
}

#[test]
fn tlc_counts_the_same_states_and_transitions() {
    let Some(jar) = jar() else {
        eprintln!("skipped: no TLC; fixtures/tla/README.md says how to get it");
        return;
    };
    for (scope, states, transitions) in COUNTS {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(scope);
        let config = format!("{scope}.cfg");
        let tlc = Command::new("java")
            // TLC looks for files beside the module only.
            .current_dir(fixtures())
            .args([Path::new("-cp"), &jar, Path::new("tlc2.TLC"), Path::new("-metadir"), &folder])
            .args(["-deadlock", "-workers", "1", "-config", &config, "Lives.tla"])
            .output();
        let output = match tlc {
            Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
            Err(error) => {
                eprintln!("skipped: no Java: {error}");
                return;
            }
        };
        // TLC counts the start as generated.
        let counts =
            format!("{} states generated, {states} distinct states found,", transitions + 1);
        assert!(output.contains("No error has been found") && output.contains(&counts), "{output}");
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/tla")
}

/// The Java archive of TLC, where the README of the module puts it.
fn jar() -> Option<PathBuf> {
    let jar = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tlc/tla2tools.jar");
    jar.is_file().then_some(jar)
}

#[test]
fn the_module_has_a_configuration_for_each_scope_that_is_counted() {
    for map in &*MAPS {
        let file = fixtures().join(format!("{}.cfg", map.scope.name));
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let names = map.scope.names().into_iter().map(|name| format!("{name:?}"));
        let slots = (1..=map.scope.backups).map(|slot| slot.to_string());
        let list = |items: Vec<String>| format!("{{{}}}", items.join(", "));
        for line in [
            format!("Names = {}", list(names.collect())),
            format!("Slots = {}", list(slots.collect())),
            format!("Quota = {}", map.scope.restores),
        ] {
            assert!(text.lines().any(|it| it.trim() == line), "{file:?} does not say `{line}`");
        }
    }
}

/// What becomes of a table does not depend on which backup it once came from. Without that memory, the
/// states are just those in which at most `R` tables are being restored, each from a backup of its own
/// that is AVAILABLE: each can be reached, backups first and then one table after the other. So with
/// `N` tables and `M` backups, of which `c` are CREATING and `a` AVAILABLE, each of one of `N` tables,
/// and `k` tables that are being restored, there are
///
/// ```text
/// sum over c, a:  M! / (c! a! (M-c-a)!)  N^(c+a)  sum over k <= min(R, N, a):  C(N, k)  a!/(a-k)!  6^(N-k)
/// ```
///
/// for a table that is not being restored has one of six statuses: absent, CREATING, and ACTIVE and
/// DELETING with backups enabled or not.
#[test]
fn without_the_memory_of_finished_restores_a_formula_counts_the_states() {
    for map in &*MAPS {
        let projected: BTreeSet<_> = map.states.iter().map(without_memory).collect();
        let scope = &map.scope;
        assert_eq!(projected.len(), formula(scope.names().len(), scope.backups, scope.restores));
    }
}

#[test]
fn the_formula_is_right_where_it_can_be_counted_by_hand() {
    // Six statuses; with a backup that is being made; with one that is ready, or is being restored.
    assert_eq!(formula(1, 1, 1), 6 + 6 + 7);
    // Without backups there are no restores.
    assert_eq!(formula(2, 0, 1), 36);
}

fn formula(tables: usize, backups: usize, restores: usize) -> usize {
    let power = |base: usize, exponent: usize| (0..exponent).map(|_| base).product::<usize>();
    let falling = |from: usize, count: usize| (0..count).map(|i| from - i).product::<usize>();
    let choose = |from, count| falling(from, count) / falling(count, count);
    let mut states = 0;
    for creating in 0..=backups {
        for available in 0..=backups - creating {
            let places = choose(backups, creating) * choose(backups - creating, available);
            let running = (0..=restores.min(tables).min(available))
                .map(|k| choose(tables, k) * falling(available, k) * power(6, tables - k));
            states += places * power(tables, creating + available) * running.sum::<usize>();
        }
    }
    states
}

/// A table as it stands: its status, whether backups are enabled, and what it is being restored from.
type Life<'a> = (&'a TableName, TableStatus, bool, Option<&'a BackupArn>);

fn without_memory(account: &Account) -> (Vec<Life<'_>>, Vec<(&BackupArn, BackupStatus)>) {
    let tables = account.tables.iter().map(|(name, table)| {
        let restore = table.restore.as_ref().filter(|_| table.is_restoring());
        let from = restore.and_then(|restore| restore.backup());
        (name, table.status, table.backups_enabled, from)
    });
    let backups = account.backups.iter().map(|(arn, backup)| (arn, backup.status));
    (tables.collect(), backups.collect())
}
