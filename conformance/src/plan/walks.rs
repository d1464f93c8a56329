//! Random sequences over few names.

use reinstate_model::generate::source;
use reinstate_model::generate::walk::{Move, Size, walks};

use super::recipe::{about, about_backup, backup, put, restore, scan, table};
use super::{Depth, draw};
use crate::scenario::{Action, Scenario, Source, wait};

/// Three names and two labels: enough for every collision, few enough to collide.
const SIZE: Size = Size { tables: 3, backups: 2, sources: 3, moves: 12 };

/// All of them.
pub(super) fn scenarios(depth: Depth, seed: u64) -> Vec<Scenario> {
    let sources = [source::plain(), source::on_demand(), source::indexed()];
    draw(&walks(SIZE), depth.walks(), seed)
        .into_iter()
        .enumerate()
        .map(|(index, moves)| {
            let actions = moves.iter().flat_map(|one| actions(one, &sources)).collect();
            Scenario::new(format!("walk {index}"), Source::Walk, actions)
        })
        .collect()
}

fn actions(one: &Move, sources: &[source::Source]) -> Vec<Action> {
    let name = |table: &usize| format!("t{table}");
    let label = |backup: &usize| format!("b{backup}");
    match one {
        // Whoever waits, waits explicitly: a walk goes through the states in between.
        Move::Create { table: number, source } => {
            table(&name(number), &sources[*source]).into_iter().take(1).collect()
        }
        Move::Put { table, item } => vec![put(&name(table), source::item(&format!("item-{item}")))],
        Move::BackUp { table, backup: number } => {
            backup(&name(table), &label(number)).into_iter().take(1).collect()
        }
        Move::Restore { backup, table } => vec![restore(&label(backup), &name(table))],
        Move::DescribeTable { table } => vec![about("DescribeTable", &name(table))],
        Move::DescribeBackup { backup } => vec![about_backup("DescribeBackup", &label(backup))],
        Move::Scan { table } => vec![scan(&name(table))],
        Move::DeleteTable { table } => vec![about("DeleteTable", &name(table))],
        Move::DeleteBackup { backup } => vec![about_backup("DeleteBackup", &label(backup))],
        Move::Await { table } => vec![wait(format!("table:{}", name(table)))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn walks_collide_on_names_and_restore_what_they_back_up() {
        let text: Vec<String> = scenarios(Depth::Default, 7)
            .iter()
            .map(|scenario| json!(scenario.actions).to_string())
            .collect();
        let some = |part: &str| text.iter().any(|walk| walk.contains(part));
        assert!(some("RestoreTableFromBackup") && some("DeleteBackup") && some("{table:t2}"));
    }
}
