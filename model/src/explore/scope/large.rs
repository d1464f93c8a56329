//! Scopes that take a while.

use super::{QUOTA, Scope, Search};
use crate::explore::alphabet::{Family, Of, Override, Shape};

/// Three tables, any of which may be the source or the target of a restore of either kind.
pub const STANDARD: Scope = Scope {
    name: "standard",
    sources: &["Music", "Copy"],
    shapes: &[Shape::Plain],
    targets: &[
        ("Music", &[Override::Nothing]),
        ("Copy", &[Override::Nothing]),
        ("Other", &[Override::Nothing]),
    ],
    backups: 2,
    restores: 2,
    families: &[Family::RecoveryOn(Of::Sources), Family::RestoresOfRecovery],
    search: Search::Packed,
    ..QUOTA
};

/// The same with three backups: so two restores can run, and one more backup be made or deleted.
pub const DEEP: Scope = Scope { name: "deep", backups: 3, ..STANDARD };

/// Eight tables restored from two backups, which are looked at up to an exchange of their names: more
/// than a billion states.
pub const IDENTITIES: Scope = Scope {
    name: "identities",
    sources: &["Music"],
    shapes: &[Shape::Plain],
    targets: &[
        ("Copy1", &[Override::Nothing]),
        ("Copy2", &[Override::Nothing]),
        ("Copy3", &[Override::Nothing]),
        ("Copy4", &[Override::Nothing]),
        ("Copy5", &[Override::Nothing]),
        ("Copy6", &[Override::Nothing]),
        ("Copy7", &[Override::Nothing]),
        ("Copy8", &[Override::Nothing]),
    ],
    backups: 2,
    restores: 2,
    search: Search::Orbits,
    ..QUOTA
};

/// The same, small enough for the whole graph to be made.
pub const FEW_IDENTITIES: Scope = Scope {
    name: "few-identities",
    targets: &[
        ("Copy1", &[Override::Nothing]),
        ("Copy2", &[Override::Nothing]),
        ("Copy3", &[Override::Nothing]),
    ],
    backups: 1,
    restores: 1,
    ..IDENTITIES
};

/// States, transitions, refused requests and depth of the scopes that are too large for the tests: whoever
/// checks one is told if they move.
pub const COUNTS: &[(&str, [usize; 4])] = &[
    ("standard", [1_485_191, 14_110_916, 60_641_116, 36]),
    ("deep", [46_222_977, 481_850_736, 2_044_330_292, 47]),
    ("identities", [944_658, 22_343_178, 23_007_270, 46]),
];
