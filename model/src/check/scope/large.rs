//! Scopes that take a while.

use super::{QUOTA, Scope};
use crate::check::alphabet::{Family, Of, Override, Shape};

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
    ..QUOTA
};

/// Three tables that may each be created, restored and backed up, with recovery and without, and three
/// backups.
pub const DEEP: Scope =
    Scope { name: "deep", sources: &["Music", "Copy", "Other"], backups: 3, ..STANDARD };

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
