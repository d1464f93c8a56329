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

/// Three tables that may each be created, restored and backed up, with recovery and without.
pub const DEEP: Scope = Scope { name: "deep", sources: &["Music", "Copy", "Other"], ..STANDARD };
