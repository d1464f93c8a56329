//! Scopes that the conformance suite tours: small enough for every transition to be taken on an endpoint.
//!
//! Identities of names multiply states and show nothing new, so each has one source, and few targets. The
//! quota is never in the way, since an endpoint's is fifty: that is a case of its own.

use super::{QUOTA, Scope};
use crate::explore::alphabet::{Family, Of, Override, Shape};

const PLAIN: &[Override] = &[Override::Nothing];

/// The lives of a table, its backup, and the table restored from it under the old name.
pub const TOUR_OF_LIVES: Scope = Scope {
    name: "tour-of-lives",
    shapes: &[Shape::Plain],
    targets: &[("Music", PLAIN)],
    backups: 1,
    restores: 2,
    ..QUOTA
};

/// The same, and restores under another name.
pub const TOUR_OF_COPIES: Scope = Scope {
    name: "tour-of-copies",
    targets: &[("Music", PLAIN), ("Copy", PLAIN)],
    ..TOUR_OF_LIVES
};

/// Two backups of one table, both of which can be restored at once.
pub const TOUR_OF_BACKUPS: Scope =
    Scope { name: "tour-of-backups", targets: &[("Music", PLAIN)], backups: 2, ..TOUR_OF_LIVES };

/// Restores with overrides, of a table with indexes.
pub const TOUR_OF_OVERRIDES: Scope = Scope {
    name: "tour-of-overrides",
    shapes: &[Shape::Provisioned],
    targets: &[(
        "Music",
        &[Override::Nothing, Override::NoIndexes, Override::OnDemand, Override::ListedIndex],
    )],
    ..TOUR_OF_LIVES
};

/// Point-in-time recovery of a table, and the backup that it leaves.
pub const TOUR_OF_RECOVERY: Scope = Scope {
    name: "tour-of-recovery",
    targets: &[],
    families: &[Family::RecoveryOn(Of::Sources)],
    ..TOUR_OF_LIVES
};

/// The same, and restores to the latest time.
pub const TOUR_OF_THE_PAST: Scope = Scope {
    name: "tour-of-the-past",
    targets: &[("Copy", PLAIN)],
    families: &[Family::RecoveryOn(Of::Sources), Family::RestoresToLatest],
    ..TOUR_OF_LIVES
};

/// Changes of a table's indexes.
pub const TOUR_OF_INDEXES: Scope = Scope {
    name: "tour-of-indexes",
    shapes: &[Shape::Provisioned],
    targets: &[],
    backups: 0,
    families: &[Family::IndexUpdates(Of::Sources)],
    ..TOUR_OF_LIVES
};

/// Changes of how a table is paid for.
pub const TOUR_OF_CAPACITY: Scope = Scope {
    name: "tour-of-capacity",
    families: &[Family::CapacityUpdates(Of::Sources)],
    ..TOUR_OF_INDEXES
};

/// Changes of what a restore does not bring back.
pub const TOUR_OF_SETTINGS: Scope = Scope {
    name: "tour-of-settings",
    shapes: &[Shape::Protected],
    families: &[Family::SettingUpdates(Of::Sources)],
    ..TOUR_OF_INDEXES
};

/// Tags, which take a while to be written.
pub const TOUR_OF_TAGS: Scope = Scope {
    name: "tour-of-tags",
    shapes: &[Shape::Plain],
    families: &[Family::Tags],
    ..TOUR_OF_INDEXES
};

/// Time to live, which takes a while to take effect.
pub const TOUR_OF_TIME_TO_LIVE: Scope =
    Scope { name: "tour-of-time-to-live", families: &[Family::TimeToLive], ..TOUR_OF_TAGS };

/// Items, also by the indexes of their table.
pub const TOUR_OF_ITEMS: Scope = Scope {
    name: "tour-of-items",
    shapes: &[Shape::OnDemand],
    families: &[Family::Items(Of::Sources)],
    ..TOUR_OF_TAGS
};

/// Items of a table, and of one restored from its backup.
pub const TOUR_OF_RESTORED_ITEMS: Scope = Scope {
    name: "tour-of-restored-items",
    targets: &[("Music", PLAIN)],
    backups: 1,
    ..TOUR_OF_ITEMS
};

/// The least that shows something.
pub const QUICK_TOURS: &[&Scope] = &[&TOUR_OF_LIVES];

/// Those that an endpoint goes through in seconds, and of which every two transitions in a row are taken
/// if there is time.
pub const TOURS: &[&Scope] = &[
    &TOUR_OF_LIVES,
    &TOUR_OF_RECOVERY,
    &TOUR_OF_INDEXES,
    &TOUR_OF_TAGS,
    &TOUR_OF_TIME_TO_LIVE,
    &TOUR_OF_ITEMS,
];

/// Those for which there has to be time.
pub const LONG_TOURS: &[&Scope] = &[
    &TOUR_OF_COPIES,
    &TOUR_OF_CAPACITY,
    &TOUR_OF_SETTINGS,
    &TOUR_OF_THE_PAST,
    &TOUR_OF_BACKUPS,
    &TOUR_OF_OVERRIDES,
    &TOUR_OF_RESTORED_ITEMS,
];
