//! One theme each: what multiplies with what is kept apart, so that every scope stays small.

use super::{LOCK, QUOTA, Scope};
use crate::explore::alphabet::{Family, Of, Override, Shape};

/// Which indexes a restored table has, and that of one name or key there is but one.
///
/// - One target: what comes of one override does not depend on what came of another.
/// - Every class of index override, against a provisioned source and one on demand.
pub const INDEXES: Scope = Scope {
    name: "indexes",
    shapes: &[Shape::Provisioned, Shape::OnDemand],
    targets: &[(
        "Copy",
        &[
            Override::Nothing,
            Override::NoIndexes,
            Override::ListedIndex,
            Override::ListedIndexOnDemand,
            Override::ListedLocalIndex,
            Override::RenamedIndexes,
            Override::UnknownIndex,
            Override::OtherProjection,
            Override::IndexTwice,
            Override::UnknownLocalIndex,
            Override::ForeignLocalIndex,
            Override::LocalIndexTwice,
            Override::NameTwice,
            Override::IndexWithoutCapacity,
            Override::IndexWithCapacity,
            Override::ManyProjected,
        ],
    )],
    restores: 1,
    ..LOCK
};

/// How a restored table is paid for and encrypted: every class of override, against every kind of
/// source, and one target only.
pub const BILLING: Scope = Scope {
    name: "billing",
    shapes: &[Shape::Provisioned, Shape::OnDemand, Shape::Encrypted],
    targets: &[(
        "Copy",
        &[
            Override::Nothing,
            Override::OnDemand,
            Override::Provisioned,
            Override::ProvisionedIndex,
            Override::ProvisionedWithoutCapacity,
            Override::Capacity,
            Override::OnDemandWithCapacity,
            Override::Encrypted,
            Override::OwnedKey,
        ],
    )],
    ..INDEXES
};

/// Requests that are refused whatever the account holds, or about what an ARN names: against every
/// status of a table and a backup. Hardly any of them makes a state of its own.
pub const REQUESTS: Scope = Scope {
    name: "requests",
    shapes: &[Shape::OnDemand],
    targets: &[("MUSIC", &[Override::Nothing])],
    families: &[
        Family::Arns,
        Family::FaultyTables,
        Family::FaultyUpdates,
        Family::FaultyItems,
        Family::Lists,
    ],
    ..INDEXES
};

/// Two restores at once, of two backups of one table.
pub const TWO: Scope = Scope {
    name: "two-restores",
    shapes: &[Shape::Plain],
    targets: &[("Copy", &[Override::Nothing]), ("Other", &[Override::Nothing])],
    restores: 2,
    ..QUOTA
};

/// The quota again, which restores of both kinds share.
pub const BOTH: Scope = Scope {
    name: "both-kinds",
    restores: 1,
    families: &[Family::RecoveryOn(Of::Sources), Family::RestoresOfRecovery],
    ..TWO
};

/// Point-in-time recovery, the backups that it leaves and the restores of both kinds.
///
/// - Two backups, of which each table with recovery takes one in advance, since nobody can delete the
///   SYSTEM backup that it leaves.
/// - A quota of one, which both kinds of restore share.
pub const RECOVERY: Scope = Scope {
    name: "recovery",
    shapes: &[Shape::Plain],
    targets: &[("Copy", &[Override::Nothing])],
    backups: 1,
    families: &[Family::Recovery(Of::All), Family::RestoresOfRecovery, Family::Lists],
    ..INDEXES
};

/// Restores to points in time of a table that is written to: so time passes. Five minutes are what the
/// latest restorable time lies behind the present (PTR-12).
pub const PAST: Scope = Scope {
    name: "past",
    shapes: &[Shape::Provisioned],
    targets: &[("Copy", &[])],
    backups: 1,
    families: &[
        Family::RecoveryOn(Of::Sources),
        Family::RestoresOfThePast,
        Family::Items(Of::Sources),
    ],
    clock: &[1_790_000_000_000, 1_790_000_300_000],
    ..INDEXES
};

/// Indexes added and removed, and what of it a backup freezes. No target: what comes of a changed
/// table multiplies with what a backup has of it.
pub const INDEX_UPDATES: Scope = Scope {
    name: "index-updates",
    shapes: &[Shape::Provisioned],
    targets: &[],
    families: &[Family::IndexUpdates(Of::Sources), Family::FaultyUpdates],
    ..INDEXES
};

/// Billing mode and capacity changed.
pub const CAPACITY_UPDATES: Scope = Scope {
    name: "capacity-updates",
    families: &[Family::CapacityUpdates(Of::Sources)],
    ..INDEX_UPDATES
};

/// Settings changed, which a backup records and no restore brings back.
pub const SETTING_UPDATES: Scope = Scope {
    name: "setting-updates",
    shapes: &[Shape::Protected],
    families: &[Family::SettingUpdates(Of::Sources)],
    ..INDEX_UPDATES
};

/// Changes of a restored table, which is then no longer as its restore left it.
pub const RESTORED_UPDATES: Scope = Scope {
    name: "restored-updates",
    shapes: &[Shape::Provisioned],
    targets: &[("Copy", &[Override::Nothing])],
    families: &[Family::IndexUpdates(Of::Targets), Family::SettingUpdates(Of::Targets)],
    ..INDEX_UPDATES
};

/// Tags, which take a while to be written.
pub const TAGS: Scope =
    Scope { name: "tags", shapes: &[Shape::Plain], families: &[Family::Tags], ..RESTORED_UPDATES };

/// Time to live, which takes a while to take effect.
pub const TIME_TO_LIVE: Scope = Scope {
    name: "time-to-live",
    shapes: &[Shape::Plain],
    families: &[Family::TimeToLive],
    ..RESTORED_UPDATES
};

/// Items, in tables, backups and restored tables.
pub const ITEMS: Scope = Scope {
    name: "items",
    shapes: &[Shape::OnDemand],
    families: &[Family::Items(Of::All), Family::Replacements(Of::Sources)],
    ..RESTORED_UPDATES
};

/// Lists of tables and backups, page by page: two backups, which may be of two tables of one name.
pub const LISTS: Scope = Scope {
    name: "lists",
    sources: &["Hit"],
    shapes: &[Shape::Plain],
    targets: &[],
    backups: 2,
    families: &[Family::Lists],
    ids: true,
    ..INDEXES
};

/// Ids of tables: of each generation another one.
pub const GENERATIONS: Scope = Scope { name: "generations", ids: true, families: &[], ..TAGS };

/// Items that recovery keeps, and no restore: small enough for a fault.
pub const KEPT: Scope = Scope {
    name: "kept",
    shapes: &[Shape::OnDemand],
    targets: &[],
    families: &[
        Family::RecoveryOn(Of::Sources),
        Family::Items(Of::Sources),
        Family::Replacements(Of::Sources),
    ],
    ..INDEXES
};

/// A table under a key of its own: small enough for a fault.
pub const ENCRYPTED: Scope = Scope {
    name: "encrypted",
    shapes: &[Shape::Encrypted],
    targets: &[("Copy", &[Override::Nothing, Override::OwnedKey])],
    ..INDEXES
};
