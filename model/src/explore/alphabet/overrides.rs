//! The overrides of a restore: each class that the rules tell apart.

use crate::name::{AttributeName, IndexName};
use crate::request::{
    GlobalSecondaryIndex, LocalSecondaryIndex, RestoreTableFromBackup, RestoreTableToPointInTime,
    SseSpecification,
};
use crate::schema::{
    BillingMode, KeySchema, KeySchemaElement, KeyType, Projection, ProjectionType,
    ProvisionedThroughput,
};

/// A way to ask for a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Override {
    /// Everything as in the source (RTB-28, RTB-42).
    Nothing,
    /// No index at all (RTB-29, RTB-43).
    NoIndexes,
    /// The global index only, and another capacity (RTB-25, RTB-30).
    ListedIndex,
    /// The global index, on demand and so without capacity (RTB-40).
    ListedIndexOnDemand,
    /// The local index only (RTB-43).
    ListedLocalIndex,
    /// Both indexes, under other names (RTB-32, RFB-030).
    RenamedIndexes,
    /// An index that the source does not have (RTB-31).
    UnknownIndex,
    /// The global index with another projection (RTB-31).
    OtherProjection,
    /// The same global index twice, under two names (RTB-31a).
    IndexTwice,
    /// A local index that the source does not have (RTB-43a).
    UnknownLocalIndex,
    /// A local index of another partition key (RTB-45).
    ForeignLocalIndex,
    /// The same local index twice (RTB-31a).
    LocalIndexTwice,
    /// A global index under the name of the local one (RTB-34a).
    NameTwice,
    /// The global index without capacity (RFB-031).
    IndexWithoutCapacity,
    /// The global index with capacity, although it is to be on demand (RTB-40a).
    IndexWithCapacity,
    /// More projected attributes than indexes may have (RTB-39).
    ManyProjected,
    /// On demand (RTB-20).
    OnDemand,
    /// Provisioned, with capacity (RTB-22).
    Provisioned,
    /// Provisioned, with capacity for the index too (RTB-40).
    ProvisionedIndex,
    /// Provisioned, without capacity (RTB-22a).
    ProvisionedWithoutCapacity,
    /// Another capacity, and the same billing mode (RTB-25; RTB-27 if that is on demand).
    Capacity,
    /// A capacity that the billing mode does not go with (RTB-27).
    OnDemandWithCapacity,
    /// Another key (RTB-47).
    Encrypted,
    /// The key that is not shown (RTB-48).
    OwnedKey,
}

pub(super) const CAPACITY: ProvisionedThroughput = ProvisionedThroughput::both(1);
const MORE_CAPACITY: ProvisionedThroughput = ProvisionedThroughput::both(2);

/// The members of a restore that override something.
#[derive(Default)]
pub(super) struct Members {
    billing_mode: Option<BillingMode>,
    throughput: Option<ProvisionedThroughput>,
    global_indexes: Option<Vec<GlobalSecondaryIndex>>,
    local_indexes: Option<Vec<LocalSecondaryIndex>>,
    encryption: Option<SseSpecification>,
}

impl Override {
    /// How a path shows it, after the names of source and target.
    pub(super) fn label(self) -> &'static str {
        match self {
            Override::Nothing => "",
            Override::NoIndexes => ", without indexes",
            Override::ListedIndex => ", with one index and more capacity",
            Override::ListedIndexOnDemand => ", with one index and on demand",
            Override::ListedLocalIndex => ", with the local index",
            Override::RenamedIndexes => ", with renamed indexes",
            Override::UnknownIndex => ", with an unknown index",
            Override::OtherProjection => ", with an index of another projection",
            Override::IndexTwice => ", with one index twice",
            Override::UnknownLocalIndex => ", with an unknown local index",
            Override::ForeignLocalIndex => ", with a local index of another partition",
            Override::LocalIndexTwice => ", with one local index twice",
            Override::NameTwice => ", with one index name twice",
            Override::IndexWithoutCapacity => ", with an index without capacity",
            Override::IndexWithCapacity => ", on demand with an index with capacity",
            Override::ManyProjected => ", with many projected attributes",
            Override::OnDemand => ", on demand",
            Override::Provisioned => ", provisioned",
            Override::ProvisionedIndex => ", provisioned with one index",
            Override::ProvisionedWithoutCapacity => ", provisioned without capacity",
            Override::Capacity => ", with more capacity",
            Override::OnDemandWithCapacity => ", on demand with capacity",
            Override::Encrypted => ", encrypted",
            Override::OwnedKey => ", with the owned key",
        }
    }

    fn members(self) -> Members {
        let of_global = |indexes| Members { global_indexes: Some(indexes), ..Members::default() };
        let of_local = |indexes| Members { local_indexes: Some(indexes), ..Members::default() };
        let of_billing = |mode, throughput| Members {
            billing_mode: Some(mode),
            throughput,
            ..Members::default()
        };
        let of_encryption =
            |encryption| Members { encryption: Some(encryption), ..Members::default() };
        let index = |name, key| global_index(name, key, Some(MORE_CAPACITY));
        let genre = |capacity| vec![global_index("by-genre", "genre", capacity)];
        let year = |name| local_index(name, "artist", "year");
        let (on_demand, provisioned) = (BillingMode::PayPerRequest, BillingMode::Provisioned);
        match self {
            Override::Nothing => Members::default(),
            Override::NoIndexes => Members { local_indexes: Some(vec![]), ..of_global(vec![]) },
            Override::ListedIndex => Members {
                throughput: Some(MORE_CAPACITY),
                local_indexes: Some(vec![]),
                ..of_global(genre(Some(MORE_CAPACITY)))
            },
            Override::ListedIndexOnDemand => {
                Members { billing_mode: Some(on_demand), ..of_global(genre(None)) }
            }
            Override::ListedLocalIndex => {
                Members { global_indexes: Some(vec![]), ..of_local(vec![year("by-year")]) }
            }
            Override::RenamedIndexes => Members {
                local_indexes: Some(vec![year("by-age")]),
                ..of_global(vec![index("by-style", "genre")])
            },
            Override::UnknownIndex => of_global(vec![index("by-label", "label")]),
            Override::OtherProjection => {
                let keys_only = projection(ProjectionType::KeysOnly);
                let other =
                    GlobalSecondaryIndex { projection: keys_only, ..index("by-genre", "genre") };
                of_global(vec![other])
            }
            Override::IndexTwice => {
                of_global(vec![index("by-genre", "genre"), index("by-genre-again", "genre")])
            }
            Override::UnknownLocalIndex => {
                of_local(vec![local_index("by-label", "artist", "label")])
            }
            Override::ForeignLocalIndex => of_local(vec![local_index("by-year", "genre", "year")]),
            Override::LocalIndexTwice => of_local(vec![year("by-year"), year("by-year-again")]),
            Override::NameTwice => of_global(vec![index("by-year", "genre")]),
            Override::IndexWithoutCapacity => of_global(genre(None)),
            Override::IndexWithCapacity => {
                Members { billing_mode: Some(on_demand), ..of_global(genre(Some(CAPACITY))) }
            }
            Override::ManyProjected => of_global(many_projected()),
            Override::OnDemand => of_billing(on_demand, None),
            Override::Provisioned => of_billing(provisioned, Some(MORE_CAPACITY)),
            Override::ProvisionedIndex => Members {
                global_indexes: Some(genre(Some(CAPACITY))),
                ..of_billing(provisioned, Some(MORE_CAPACITY))
            },
            Override::ProvisionedWithoutCapacity => of_billing(provisioned, None),
            Override::Capacity => Members { throughput: Some(MORE_CAPACITY), ..Members::default() },
            Override::OnDemandWithCapacity => of_billing(on_demand, Some(MORE_CAPACITY)),
            Override::Encrypted => of_encryption(SseSpecification {
                enabled: Some(true),
                sse_type: Some("KMS".to_owned()),
                kms_master_key_id: Some("alias/archive".to_owned()),
            }),
            Override::OwnedKey => of_encryption(SseSpecification {
                enabled: Some(false),
                ..SseSpecification::default()
            }),
        }
    }

    /// Adds its members to a restore from a backup.
    pub(super) fn apply(self, request: RestoreTableFromBackup) -> RestoreTableFromBackup {
        let members = self.members();
        RestoreTableFromBackup {
            billing_mode_override: members.billing_mode,
            provisioned_throughput_override: members.throughput,
            global_secondary_index_override: members.global_indexes,
            local_secondary_index_override: members.local_indexes,
            sse_specification_override: members.encryption,
            ..request
        }
    }

    /// Adds its members to a restore to a point in time.
    pub(super) fn apply_to_past(
        self,
        request: RestoreTableToPointInTime,
    ) -> RestoreTableToPointInTime {
        let members = self.members();
        RestoreTableToPointInTime {
            billing_mode_override: members.billing_mode,
            provisioned_throughput_override: members.throughput,
            global_secondary_index_override: members.global_indexes,
            local_secondary_index_override: members.local_indexes,
            sse_specification_override: members.encryption,
            ..request
        }
    }
}

/// Indexes that project 105 attributes together, in lists that are not too long by themselves.
fn many_projected() -> Vec<GlobalSecondaryIndex> {
    let attributes = |first: usize| {
        let names = (first..first + 15).map(|number| format!("attribute-{number}"));
        names.map(|name| attribute(&name)).collect()
    };
    let index = |number: usize| GlobalSecondaryIndex {
        projection: Projection {
            projection_type: Some(ProjectionType::Include),
            non_key_attributes: Some(attributes(number * 15)),
        },
        ..global_index(&format!("by-genre-{number}"), "genre", Some(CAPACITY))
    };
    (0..7).map(index).collect()
}

fn local_index(name: &str, partition: &str, sort: &str) -> LocalSecondaryIndex {
    LocalSecondaryIndex {
        index_name: index_name(name),
        key_schema: keys(&[partition, sort]),
        projection: projection(ProjectionType::KeysOnly),
    }
}

pub(super) fn global_index(
    name: &str,
    key: &str,
    capacity: Option<ProvisionedThroughput>,
) -> GlobalSecondaryIndex {
    GlobalSecondaryIndex {
        index_name: index_name(name),
        key_schema: keys(&[key]),
        projection: projection(ProjectionType::All),
        provisioned_throughput: capacity,
    }
}

pub(super) fn projection(kind: ProjectionType) -> Projection {
    Projection { projection_type: Some(kind), non_key_attributes: None }
}

/// A partition key, and a sort key if there is a second name.
pub(super) fn keys(names: &[&str]) -> KeySchema {
    names
        .iter()
        .zip([KeyType::Hash, KeyType::Range])
        .map(|(name, key_type)| KeySchemaElement { attribute_name: attribute(name), key_type })
        .collect()
}

fn attribute(name: &str) -> AttributeName {
    AttributeName::new(name).expect("an attribute name")
}

pub(super) fn index_name(name: &str) -> IndexName {
    IndexName::new(name).expect("an index name")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::explore::scope::{BILLING, INDEXES};
    use serde_json::{Value, json};

    /// The members of a request that override something.
    fn overrides(request: Value) -> Value {
        let Value::Object(mut members) = request else { panic!("{request}") };
        members.retain(|name, _| name.ends_with("Override"));
        Value::Object(members)
    }

    #[test]
    fn a_restore_to_a_point_in_time_overrides_what_one_from_a_backup_does() {
        let backup = json!({"BackupArn": "arn", "TargetTableName": "Copy"});
        let past = json!({"SourceTableName": "Music", "TargetTableName": "Copy"});
        let mut seen = BTreeSet::new();
        for change in [INDEXES, BILLING].iter().flat_map(|scope| scope.targets[0].1) {
            let of_backup =
                change.apply(serde_json::from_value(backup.clone()).expect("a request"));
            let of_past =
                change.apply_to_past(serde_json::from_value(past.clone()).expect("a request"));
            let of_past = overrides(serde_json::to_value(of_past).expect("JSON"));
            assert_eq!(of_past, overrides(serde_json::to_value(of_backup).expect("JSON")));
            seen.extend(of_past.as_object().expect("members").keys().cloned());
        }
        assert_eq!(seen.len(), 5, "{seen:?}");
    }
}
