//! The faults of the model checker, which break its properties, as faults of the reference.

use std::borrow::Cow;

use reinstate_model::check::fault::FAULTS;
use reinstate_model::rules::RuleId;

use super::{Fault, Place};

/// Which rules find each, by its name there.
const RULES: &[(&str, &[RuleId])] = &[];

/// All of them. One that is not listed above is told by no particular rule.
pub(super) fn faults() -> impl Iterator<Item = Fault> {
    FAULTS.iter().map(|fault| Fault {
        name: Cow::Owned(fault.name.to_lowercase().replace(' ', "-").replace(['\'', ','], "")),
        wrong: fault.name,
        rules: RULES.iter().find(|(name, _)| *name == fault.name).map_or(&[], |(_, rules)| rules),
        place: Place::Behaviour(fault.behaviour),
        equivalent: None,
    })
}
