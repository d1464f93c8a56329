//! Random sequences over few names, so that they collide.

use proptest::prelude::*;

/// One move of a walk, over table names and backup labels that are small numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// Make a table from the source of that number.
    Create {
        /// Which name.
        table: usize,
        /// Which source.
        source: usize,
    },
    /// Write an item.
    Put {
        /// Which name.
        table: usize,
        /// Which item.
        item: u8,
    },
    /// Take a backup.
    BackUp {
        /// Which name.
        table: usize,
        /// How to label it.
        backup: usize,
    },
    /// Restore a backup.
    Restore {
        /// Which label.
        backup: usize,
        /// Onto which name.
        table: usize,
    },
    /// Describe a table.
    DescribeTable {
        /// Which name.
        table: usize,
    },
    /// Describe a backup.
    DescribeBackup {
        /// Which label.
        backup: usize,
    },
    /// Read a table.
    Scan {
        /// Which name.
        table: usize,
    },
    /// Delete a table.
    DeleteTable {
        /// Which name.
        table: usize,
    },
    /// Delete a backup.
    DeleteBackup {
        /// Which label.
        backup: usize,
    },
    /// Wait until a table is at rest.
    Await {
        /// Which name.
        table: usize,
    },
}

/// How large the walks are.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Names of tables.
    pub tables: usize,
    /// Labels of backups.
    pub backups: usize,
    /// Sources to make tables from.
    pub sources: usize,
    /// The most moves.
    pub moves: usize,
}

/// Walks of a size. Every walk begins with a table, so that no walk is all refusals.
pub fn walks(size: Size) -> impl Strategy<Value = Vec<Move>> {
    let rest = prop::collection::vec(one(size), 3..=size.moves);
    (0..size.sources, rest).prop_map(|(source, rest)| {
        let mut moves = vec![Move::Create { table: 0, source }, Move::Await { table: 0 }];
        moves.extend(rest);
        moves
    })
}

fn one(size: Size) -> impl Strategy<Value = Move> {
    let table = 0..size.tables;
    let backup = 0..size.backups;
    prop_oneof![
        2 => (table.clone(), 0..size.sources).prop_map(|(table, source)| Move::Create { table, source }),
        1 => (table.clone(), 0u8..3).prop_map(|(table, item)| Move::Put { table, item }),
        4 => (table.clone(), backup.clone()).prop_map(|(table, backup)| Move::BackUp { table, backup }),
        5 => (backup.clone(), table.clone()).prop_map(|(backup, table)| Move::Restore { backup, table }),
        1 => table.clone().prop_map(|table| Move::DescribeTable { table }),
        1 => backup.clone().prop_map(|backup| Move::DescribeBackup { backup }),
        1 => table.clone().prop_map(|table| Move::Scan { table }),
        2 => table.clone().prop_map(|table| Move::DeleteTable { table }),
        2 => backup.prop_map(|backup| Move::DeleteBackup { backup }),
        3 => table.prop_map(|table| Move::Await { table }),
    ]
}
