//! The overrides of a restore: which of the source's properties the restored table has otherwise.
//!
//! They act alike in a restore from a backup and to a point in time (PTR-06); the source is the backup
//! or the table. An index override that is left out keeps all of the source's indexes, an empty one
//! keeps none, and any other keeps exactly those that it lists (RTB-28 to RTB-30, RTB-42, RTB-43). A
//! listed index must match one of the source's by key and projection; its name may differ (RTB-32).

use std::collections::{BTreeMap, BTreeSet};

use super::definition::PROJECTED_ATTRIBUTES;
use crate::account::Reasons;
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Arguments, Objections};
use crate::request::{
    GlobalSecondaryIndex, LocalSecondaryIndex, RestoreTableFromBackup, RestoreTableToPointInTime,
    SseSpecification,
};
use crate::rules::RuleId;
use crate::schema::{
    BillingMode, Definition, Encryption, GlobalIndex, KeySchema, LocalIndex, ProvisionedThroughput,
};

/// The overrides of a request, of whichever operation.
pub(super) struct Overrides<'a> {
    billing_mode: Option<BillingMode>,
    throughput: Option<ProvisionedThroughput>,
    global_indexes: Option<&'a [GlobalSecondaryIndex]>,
    local_indexes: Option<&'a [LocalSecondaryIndex]>,
    encryption: Option<&'a SseSpecification>,
}

macro_rules! overrides_of {
    ($($request:ident)*) => { $(
        impl<'a> From<&'a $request> for Overrides<'a> {
            fn from(request: &'a $request) -> Self {
                Self {
                    billing_mode: request.billing_mode_override,
                    throughput: request.provisioned_throughput_override,
                    global_indexes: request.global_secondary_index_override.as_deref(),
                    local_indexes: request.local_secondary_index_override.as_deref(),
                    encryption: request.sse_specification_override.as_ref(),
                }
            }
        }
    )* };
}

overrides_of!(RestoreTableFromBackup RestoreTableToPointInTime);

impl Overrides<'_> {
    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        self.count() > 0
    }

    /// How many properties they change; billing mode and capacity are one, since they go together.
    fn count(&self) -> usize {
        [
            self.billing_mode.is_some() || self.throughput.is_some(),
            self.global_indexes.is_some(),
            self.local_indexes.is_some(),
            self.encryption.is_some(),
        ]
        .into_iter()
        .filter(|is_given| *is_given)
        .count()
    }
}

/// What a restored table will be like, and by which rules.
pub(super) struct Plan {
    pub(super) definition: Definition,
    pub(super) grants: Vec<RuleId>,
    pub(super) reasons: Reasons,
}

/// Applies overrides to the shape of the source, unless they do not fit it. What is not overridden is
/// `kept` by these rules.
pub(super) fn apply(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    kept: Reasons,
    objections: &mut Objections,
) -> Option<Plan> {
    let before = objections.count();
    let mut grants = Vec::new();
    let billing = billing(recorded, overrides, objections, &mut grants);
    let throughput = throughput(recorded, overrides, billing, objections, &mut grants);
    check_index_names(recorded, overrides, objections);
    check_projections(overrides, objections);
    let global_indexes = global_indexes(recorded, overrides, billing, objections, &mut grants);
    let local_indexes = local_indexes(recorded, overrides, objections, &mut grants);
    let encryption = encryption(recorded, overrides, &mut grants);
    if objections.count() > before {
        return None;
    }
    if overrides.count() > 1 {
        grants.push("RTB-53");
    }
    let mut definition = Definition {
        attributes: BTreeMap::new(),
        keys: recorded.keys.clone(),
        billing,
        throughput,
        global_indexes,
        local_indexes,
        encryption,
    };
    // Types come from the source: a restore has no member for them (RTB-37).
    let used: BTreeSet<_> = definition.key_attributes().into_iter().cloned().collect();
    definition.attributes = recorded
        .attributes
        .iter()
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, kind)| (name.clone(), *kind))
        .collect();
    let reasons = reasons(overrides, billing, kept);
    Some(Plan { definition, grants, reasons })
}

/// Why each property is what it is: by its override, or because it was kept.
fn reasons(overrides: &Overrides<'_>, billing: BillingMode, kept: Reasons) -> Reasons {
    let on_demand = billing == BillingMode::PayPerRequest;
    let global = overrides.global_indexes;
    Reasons {
        billing: if overrides.billing_mode.is_some() { "RTB-18" } else { kept.billing },
        throughput: match overrides.throughput {
            _ if on_demand => "RTB-21",
            Some(_) => "RTB-25",
            None => kept.throughput,
        },
        global_indexes: match global.map(<[_]>::is_empty) {
            None => kept.global_indexes,
            Some(true) => "RTB-29",
            Some(false) => "RTB-30",
        },
        index_throughput: match global {
            _ if on_demand => "RTB-21",
            Some(_) => "RTB-40",
            None => kept.index_throughput,
        },
        local_indexes: match overrides.local_indexes {
            None => kept.local_indexes,
            Some(_) => "RTB-43",
        },
        encryption: match overrides.encryption {
            None => kept.encryption,
            Some(wanted) if wanted.enabled == Some(true) => "RTB-47",
            Some(_) => "RTB-48",
        },
    }
}

fn named(index: &impl ToString) -> Arguments {
    vec![("index", index.to_string())]
}

/// The billing mode of the source, unless another is asked for (RTB-18, RTB-19).
fn billing(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> BillingMode {
    let Some(mode) = overrides.billing_mode else { return recorded.billing };
    grants.push(if mode == BillingMode::PayPerRequest { "RTB-20" } else { "RTB-22" });
    let without_capacity = mode == BillingMode::Provisioned && overrides.throughput.is_none();
    objections.when(without_capacity, "RTB-22a", ValidationException, Vec::new);
    mode
}

/// The capacity of the source, unless another is asked for; none on demand (RTB-21, RTB-25, RTB-26).
fn throughput(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    billing: BillingMode,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> ProvisionedThroughput {
    match (billing, overrides.throughput) {
        (BillingMode::Provisioned, Some(capacity)) => {
            grants.push("RTB-25");
            capacity
        }
        (BillingMode::Provisioned, None) => recorded.throughput,
        (BillingMode::PayPerRequest, None) => ProvisionedThroughput::ZERO,
        (BillingMode::PayPerRequest, Some(_)) => {
            let overridden = overrides.billing_mode.is_some();
            let words =
                if overridden { "if BillingMode is overridden" } else { "unless BillingMode" };
            objections.add_worded("RTB-27", ValidationException, words, &vec![]);
            ProvisionedThroughput::ZERO
        }
    }
}

/// Index names are unique among all indexes of a table, global and local together (RTB-34).
fn check_index_names(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    objections: &mut Objections,
) {
    let global: Vec<_> = match overrides.global_indexes {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => recorded.global_indexes.iter().map(|index| &index.name).collect(),
    };
    let local: Vec<_> = match overrides.local_indexes {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => recorded.local_indexes.iter().map(|index| &index.name).collect(),
    };
    let mut seen = BTreeSet::new();
    for name in global.into_iter().chain(local) {
        objections.when(!seen.insert(name), "RTB-34a", ValidationException, || named(name));
    }
}

/// The indexes of a table list so many attributes together at most.
fn check_projections(overrides: &Overrides<'_>, objections: &mut Objections) {
    let global = overrides.global_indexes.into_iter().flatten().map(|index| &index.projection);
    let local = overrides.local_indexes.into_iter().flatten().map(|index| &index.projection);
    let listed = global.chain(local).filter_map(|kept| kept.non_key_attributes.as_ref());
    let projected: usize = listed.map(Vec::len).sum();
    objections.when(projected > PROJECTED_ATTRIBUTES, "RTB-39", ValidationException, Vec::new);
}

/// The global secondary indexes that the restored table will have.
fn global_indexes(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    billing: BillingMode,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> Vec<GlobalIndex> {
    let on_demand = billing == BillingMode::PayPerRequest;
    let Some(wanted) = overrides.global_indexes else {
        let switched = recorded.billing == BillingMode::PayPerRequest && !on_demand;
        return recorded
            .global_indexes
            .iter()
            .inspect(|index| {
                // An on-demand source has no capacity that the index could have.
                objections.when(switched, "RFB-042", ValidationException, || named(&index.name));
            })
            .map(|index| GlobalIndex {
                throughput: if on_demand { ProvisionedThroughput::ZERO } else { index.throughput },
                ..index.clone()
            })
            .collect();
    };
    grants.push(if wanted.is_empty() { "RTB-29" } else { "RTB-30" });
    let mut unused: Vec<_> = recorded.global_indexes.iter().collect();
    wanted
        .iter()
        .filter_map(|index| {
            check_global_throughput(index, overrides, billing, objections);
            let matches = |kept: &GlobalIndex| {
                kept.keys == index.key_schema && kept.projection.same_as(&index.projection)
            };
            let Some(position) = unused.iter().position(|kept| matches(kept)) else {
                let known = recorded.global_indexes.iter().any(matches);
                let rule = if known { "RTB-31a" } else { "RTB-31" };
                objections.add(rule, ValidationException, named(&index.index_name));
                return None;
            };
            let kept = unused.remove(position);
            if kept.name != index.index_name {
                grants.push("RTB-32");
            }
            let throughput = index.provisioned_throughput.unwrap_or(ProvisionedThroughput::ZERO);
            Some(GlobalIndex { name: index.index_name.clone(), throughput, ..kept.clone() })
        })
        .collect()
}

/// A listed index needs capacity in a provisioned table, and takes none on demand (RTB-40).
fn check_global_throughput(
    index: &GlobalSecondaryIndex,
    overrides: &Overrides<'_>,
    billing: BillingMode,
    objections: &mut Objections,
) {
    match (billing, &index.provisioned_throughput) {
        (BillingMode::Provisioned, None) => {
            objections.add("RFB-031", ValidationException, named(&index.index_name));
        }
        (BillingMode::PayPerRequest, Some(_)) if overrides.billing_mode.is_some() => {
            objections.add("RTB-40a", ValidationException, named(&index.index_name));
        }
        // The text on record speaks of an override of the billing mode.
        (BillingMode::PayPerRequest, Some(_)) => {
            objections.add_unworded("RTB-40a", ValidationException);
        }
        (BillingMode::Provisioned, Some(_)) | (BillingMode::PayPerRequest, None) => {}
    }
}

/// The local secondary indexes that the restored table will have.
fn local_indexes(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> Vec<LocalIndex> {
    let Some(wanted) = overrides.local_indexes else {
        return recorded.local_indexes.clone();
    };
    grants.push("RTB-43");
    let mut unused: Vec<_> = recorded.local_indexes.iter().collect();
    wanted
        .iter()
        .filter_map(|index: &LocalSecondaryIndex| {
            let matches = |kept: &LocalIndex| {
                kept.keys == index.key_schema && kept.projection.same_as(&index.projection)
            };
            let Some(position) = unused.iter().position(|kept| matches(kept)) else {
                let known = recorded.local_indexes.iter().any(matches);
                let rule = if known { "RTB-31a" } else { "RTB-43a" };
                objections.add(rule, ValidationException, named(&index.index_name));
                let partition =
                    |keys: &KeySchema| keys.first().map(|key| key.attribute_name.clone());
                let other = partition(&index.key_schema) != partition(&recorded.keys);
                objections.when(other, "RTB-45", ValidationException, Vec::new);
                return None;
            };
            let kept = unused.remove(position);
            if kept.name != index.index_name {
                grants.push("RFB-030");
            }
            Some(LocalIndex { name: index.index_name.clone(), ..kept.clone() })
        })
        .collect()
}

/// The encryption of the source, unless another is asked for (RTB-49).
fn encryption(
    recorded: &Definition,
    overrides: &Overrides<'_>,
    grants: &mut Vec<RuleId>,
) -> Encryption {
    let Some(wanted) = overrides.encryption else {
        return recorded.encryption.clone();
    };
    grants.push(if wanted.enabled == Some(true) { "RTB-47" } else { "RTB-48" });
    specified(wanted)
}

/// The encryption that a specification asks for: a KMS key only if it says `Enabled`.
pub(super) fn specified(specification: &SseSpecification) -> Encryption {
    match specification.enabled {
        Some(true) => Encryption::Kms { key: specification.kms_master_key_id.clone() },
        Some(false) | None => Encryption::OwnedKey,
    }
}
