//! What has to be known of each kind of table and of backup, so that what requests see of an account can
//! be read off its words.

use super::pack::{ABSENT, Packing, Word};
use crate::account::same_backup;
use crate::check::machine::{Machine, free_slot, will_leave_a_backup};
use crate::name::BackupArn;

/// What has to be known of a table in any account.
#[derive(Clone, Copy, Debug, Default)]
struct TableFacts {
    is_restoring: bool,
    will_leave_a_backup: bool,
    /// The number of the ARN that it is being restored from.
    locks: Option<usize>,
}

/// What has to be known of a backup in any account.
#[derive(Clone, Copy, Debug)]
struct BackupFacts {
    /// The number of its ARN.
    arn: usize,
    slot: Option<usize>,
}

/// What requests see of an account.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    pub(super) in_flight: usize,
    /// The word of the backup, by the number of its ARN.
    pub(super) backups: Vec<Word>,
    /// The word of the table that is being restored from it, by the number of its ARN.
    pub(super) locks: Vec<Word>,
    pub(super) has_room: bool,
    pub(super) slot: usize,
}

/// What is known of all kinds that have come up.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The ARNs that requests name and backups have.
    arns: Vec<BackupArn>,
    /// By the word, of which the first stands for nothing.
    tables: Vec<TableFacts>,
    /// By the word, less one.
    backups: Vec<BackupFacts>,
}

impl Facts {
    /// Sees what requests see of an account, of which there may be so many backups.
    pub(super) fn survey(
        &self,
        survey: &mut Survey,
        packing: &Packing,
        words: &[Word],
        backups_at_most: usize,
    ) {
        survey.backups.clear();
        survey.backups.resize(self.arns.len(), ABSENT);
        survey.locks.clear();
        survey.locks.resize(self.arns.len(), ABSENT);
        survey.in_flight = 0;
        let mut expected = 0;
        for word in packing.tables_of(words) {
            let facts = self.tables[usize::from(*word)];
            survey.in_flight += usize::from(facts.is_restoring);
            expected += usize::from(facts.will_leave_a_backup);
            if let Some(arn) = facts.locks {
                survey.locks[arn] = *word;
            }
        }
        let backups = packing.backups_of(words);
        let backups = backups.iter().take_while(|word| **word != ABSENT);
        let mut count = 0;
        for word in backups.clone() {
            count += 1;
            survey.backups[self.backups[usize::from(*word) - 1].arn] = *word;
        }
        survey.slot =
            free_slot(backups.filter_map(|word| self.backups[usize::from(*word) - 1].slot));
        survey.has_room = count + expected < backups_at_most;
    }

    /// Looks at the kinds of tables and backups that have come up since the last time.
    pub(super) fn learn(&mut self, packing: &Packing, machine: &Machine) {
        if self.tables.is_empty() {
            self.tables.push(TableFacts::default());
        }
        let (tables, backups) = packing.kinds();
        for word in self.tables.len()..=tables {
            let table = packing.table(word as Word).expect("the word is known").clone();
            let restore = table.restore.as_ref().filter(|_| table.is_restoring());
            let locks = restore.and_then(|it| it.backup().cloned());
            let locks = locks.map(|arn| self.arn_number(&arn));
            self.tables.push(TableFacts {
                is_restoring: table.is_restoring(),
                will_leave_a_backup: will_leave_a_backup(&table),
                locks,
            });
        }
        for word in self.backups.len() + 1..=backups {
            let (arn, _) = packing.backup(word as Word).expect("the word is known").clone();
            let slot = machine.slot(&arn);
            let arn = self.arn_number(&arn);
            self.backups.push(BackupFacts { arn, slot });
        }
    }

    /// The number of the backup that an ARN names, in whatever Region.
    pub(super) fn arn_number(&mut self, arn: &BackupArn) -> usize {
        let known = self.arns.iter().position(|known| same_backup(known, arn));
        known.unwrap_or_else(|| {
            self.arns.push(arn.clone());
            self.arns.len() - 1
        })
    }
}
