//! Accounts as numbers of what is alike.

use crate::account::{Account, Origin, TableStatus};
use crate::name::{BackupArn, TableName};

/// What is under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nothing.
    Absent,
    /// A table that is being restored from a backup.
    FromBackup,
    /// A table that is being restored to a point in time.
    ToTime,
    /// A restored table.
    Active,
    /// A table that is being deleted.
    Deleting,
}

pub(super) const CLASSES: [Class; 5] =
    [Class::Absent, Class::FromBackup, Class::ToTime, Class::Active, Class::Deleting];

/// An account, as far as it matters: how many names have what, and how many backups are free. As many
/// backups as restores from backups run are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counts {
    /// Names by [`Class`].
    pub names: [u8; 5],
    /// Backups that are not being restored.
    pub free: u8,
}

/// What a move changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    names: [i8; 5],
    free: i8,
}

impl Counts {
    pub(super) fn of(&self, class: Class) -> u8 {
        self.names[class as usize]
    }

    /// How many restores run.
    pub fn restores(&self) -> usize {
        usize::from(self.of(Class::FromBackup)) + usize::from(self.of(Class::ToTime))
    }

    pub(super) fn after(&self, difference: Difference) -> Self {
        let add =
            |count: u8, change: i8| count.checked_add_signed(change).expect("what goes was there");
        let mut after = *self;
        for (count, change) in after.names.iter_mut().zip(difference.names) {
            *count = add(*count, change);
        }
        after.free = add(after.free, difference.free);
        after
    }

    pub(super) fn difference(&self, after: &Self) -> Difference {
        let minus = |after: u8, before: u8| after.wrapping_sub(before).cast_signed();
        let mut difference =
            Difference { free: minus(after.free, self.free), ..Default::default() };
        for (class, change) in difference.names.iter_mut().enumerate() {
            *change = minus(after.names[class], self.names[class]);
        }
        difference
    }

    /// What an account comes to.
    pub fn of_account(account: &Account, names: &[TableName]) -> Self {
        let mut counts = Counts::default();
        for name in names {
            counts.names[class_of(account, name) as usize] += 1;
        }
        let is_free = |arn: &&BackupArn| account.restore_of(arn).is_none();
        counts.free = account.backups.keys().filter(is_free).count() as u8;
        counts
    }
}

pub(super) fn class_of(account: &Account, name: &TableName) -> Class {
    let Some(table) = account.tables.get(name) else { return Class::Absent };
    match (table.status, table.restore.as_deref().map(|restore| &restore.origin)) {
        (TableStatus::Creating, Some(Origin::Backup { .. })) => Class::FromBackup,
        (TableStatus::Creating, _) => Class::ToTime,
        (TableStatus::Active | TableStatus::Updating, _) => Class::Active,
        (TableStatus::Deleting, _) => Class::Deleting,
    }
}
