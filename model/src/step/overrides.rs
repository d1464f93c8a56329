//! The overrides of a restore: which of the backup's properties the restored table has otherwise.
//!
//! An index override that is left out keeps all of the backup's indexes, an empty one keeps none, and
//! any other keeps exactly those that it lists (RTB-28 to RTB-30, RTB-42, RTB-43). A listed index must
//! match one of the backup's by key and projection; its name may differ (RTB-32).

use std::collections::{BTreeMap, BTreeSet};

use crate::account::Reasons;
use crate::outcome::ErrorCode::ValidationException;
use crate::outcome::{Arguments, Objections};
use crate::request::{
    GlobalSecondaryIndex, LocalSecondaryIndex, RestoreTableFromBackup, SseSpecification,
};
use crate::rules::RuleId;
use crate::schema::{
    BillingMode, Definition, Encryption, GlobalIndex, LocalIndex, ProvisionedThroughput,
};

/// What a restored table will be like, and by which rules.
pub(super) struct Plan {
    pub(super) definition: Definition,
    pub(super) grants: Vec<RuleId>,
    pub(super) reasons: Reasons,
}

/// Applies the overrides of a request to what a backup recorded, unless they do not fit it.
pub(super) fn apply(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    objections: &mut Objections,
) -> Option<Plan> {
    let before = objections.count();
    let mut grants = Vec::new();
    let billing = billing(recorded, request, objections, &mut grants);
    let throughput = throughput(recorded, request, billing, objections, &mut grants);
    check_index_names(recorded, request, objections);
    let global_indexes = global_indexes(recorded, request, billing, objections, &mut grants);
    let local_indexes = local_indexes(recorded, request, objections, &mut grants);
    let encryption = encryption(recorded, request, &mut grants);
    if objections.count() > before {
        return None;
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
    // Types come from the backup: a restore has no member for them (RTB-37).
    let used: BTreeSet<_> = definition.key_attributes().into_iter().cloned().collect();
    definition.attributes = recorded
        .attributes
        .iter()
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, kind)| (name.clone(), *kind))
        .collect();
    let reasons = reasons(request, billing);
    Some(Plan { definition, grants, reasons })
}

/// Why each property is what it is: by its override, or by what was recorded.
fn reasons(request: &RestoreTableFromBackup, billing: BillingMode) -> Reasons {
    let on_demand = billing == BillingMode::PayPerRequest;
    let global = request.global_secondary_index_override.as_ref();
    Reasons {
        billing: if request.billing_mode_override.is_some() { "RTB-18" } else { "RTB-19" },
        throughput: match request.provisioned_throughput_override {
            _ if on_demand => "RTB-21",
            Some(_) => "RTB-25",
            None => "RTB-26",
        },
        global_indexes: match global.map(Vec::is_empty) {
            None => "RTB-28",
            Some(true) => "RTB-29",
            Some(false) => "RTB-30",
        },
        index_throughput: match global {
            _ if on_demand => "RTB-21",
            Some(_) => "RTB-40",
            None => "RTB-41",
        },
        local_indexes: match request.local_secondary_index_override {
            None => "RTB-42",
            Some(_) => "RTB-43",
        },
        encryption: match &request.sse_specification_override {
            None => "RTB-49",
            Some(wanted) if wanted.enabled == Some(true) => "RTB-47",
            Some(_) => "RTB-48",
        },
    }
}

fn named(index: &impl ToString) -> Arguments {
    vec![("index", index.to_string())]
}

/// The billing mode of the backup, unless another is asked for (RTB-18, RTB-19).
fn billing(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> BillingMode {
    let Some(mode) = request.billing_mode_override else { return recorded.billing };
    grants.push(if mode == BillingMode::PayPerRequest { "RTB-20" } else { "RTB-22" });
    let without_capacity = mode == BillingMode::Provisioned
        && request.provisioned_throughput_override.is_none();
    objections.when(without_capacity, "RTB-22a", ValidationException, Vec::new);
    mode
}

/// The capacity of the backup, unless another is asked for; none on demand (RTB-21, RTB-25, RTB-26).
fn throughput(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    billing: BillingMode,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> ProvisionedThroughput {
    match (billing, request.provisioned_throughput_override) {
        (BillingMode::Provisioned, Some(capacity)) => {
            grants.push("RTB-25");
            capacity
        }
        (BillingMode::Provisioned, None) => recorded.throughput,
        (BillingMode::PayPerRequest, None) => ProvisionedThroughput::ZERO,
        (BillingMode::PayPerRequest, Some(_)) => {
            objections.add("RTB-27", ValidationException, vec![]);
            ProvisionedThroughput::ZERO
        }
    }
}

/// Index names are unique among all indexes of a table, global and local together (RTB-34).
fn check_index_names(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    objections: &mut Objections,
) {
    let global: Vec<_> = match &request.global_secondary_index_override {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => recorded.global_indexes.iter().map(|index| &index.name).collect(),
    };
    let local: Vec<_> = match &request.local_secondary_index_override {
        Some(indexes) => indexes.iter().map(|index| &index.index_name).collect(),
        None => recorded.local_indexes.iter().map(|index| &index.name).collect(),
    };
    let mut seen = BTreeSet::new();
    for name in global.into_iter().chain(local) {
        objections.when(!seen.insert(name), "RTB-34a", ValidationException, || named(name));
    }
}

/// The global secondary indexes that the restored table will have.
fn global_indexes(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    billing: BillingMode,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> Vec<GlobalIndex> {
    let on_demand = billing == BillingMode::PayPerRequest;
    let Some(wanted) = &request.global_secondary_index_override else {
        let switched = recorded.billing == BillingMode::PayPerRequest && !on_demand;
        return recorded
            .global_indexes
            .iter()
            .inspect(|index| {
                // An on-demand backup records no capacity that the index could have.
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
            check_global_throughput(index, request, billing, objections);
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
    request: &RestoreTableFromBackup,
    billing: BillingMode,
    objections: &mut Objections,
) {
    match (billing, &index.provisioned_throughput) {
        (BillingMode::Provisioned, None) => {
            objections.add("RFB-031", ValidationException, named(&index.index_name));
        }
        (BillingMode::PayPerRequest, Some(_)) if request.billing_mode_override.is_some() => {
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
    request: &RestoreTableFromBackup,
    objections: &mut Objections,
    grants: &mut Vec<RuleId>,
) -> Vec<LocalIndex> {
    let Some(wanted) = &request.local_secondary_index_override else {
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

/// The encryption of the backup, unless another is asked for (RTB-49).
fn encryption(
    recorded: &Definition,
    request: &RestoreTableFromBackup,
    grants: &mut Vec<RuleId>,
) -> Encryption {
    let Some(wanted) = &request.sse_specification_override else {
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
