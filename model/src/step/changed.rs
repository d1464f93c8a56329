//! What an accepted UpdateTable makes of a table. Whether it is accepted is decided in `update`.

use std::sync::Arc;

use super::overrides::specified;
use super::update::{changes, index_changes};
use crate::account::{IndexChange, Restore, Table, TableStatus, Underway, Update};
use crate::request::UpdateTable;
use crate::schema::{BillingMode, Definition, GlobalIndex, ProvisionedThroughput, Settings};

/// The table while the change is made: it is as asked for, and remembers what it was.
pub(super) fn updating(table: &Table, request: &UpdateTable) -> Table {
    let added = changes(request).find_map(|change| change.create.as_ref());
    let removed = changes(request).find_map(|change| change.delete.as_ref());
    let index = match (added, removed) {
        (Some(index), _) => Some(IndexChange::Allocating(index.index_name.clone())),
        (None, Some(index)) => Some(IndexChange::Removing(index.index_name.clone())),
        (None, None) => None,
    };
    let update =
        Update { definition: table.definition.clone(), settings: table.settings.clone(), index };
    Table {
        definition: Arc::new(changed_definition(&table.definition, request)),
        settings: Arc::new(changed_settings(&table.settings, request)),
        status: TableStatus::Updating,
        underway: Arc::new(Underway { update: Some(update), ..(*table.underway).clone() }),
        restore: table.restore.as_ref().map(|restore| Arc::new(outdated(restore, request))),
        ..table.clone()
    }
}

fn changed_definition(current: &Definition, request: &UpdateTable) -> Definition {
    let mut definition = current.clone();
    definition.billing = request.billing_mode.unwrap_or(current.billing);
    definition.throughput = request.provisioned_throughput.unwrap_or(current.throughput);
    for change in changes(request) {
        if let Some(index) = &change.create {
            definition.global_indexes.push(GlobalIndex {
                name: index.index_name.clone(),
                keys: index.key_schema.clone(),
                projection: index.projection.clone(),
                throughput: index.provisioned_throughput.unwrap_or(ProvisionedThroughput::ZERO),
            });
        }
        if let Some(wanted) = &change.update {
            let mut indexes = definition.global_indexes.iter_mut();
            if let Some(index) = indexes.find(|index| index.name == wanted.index_name) {
                index.throughput = wanted.provisioned_throughput.unwrap_or(index.throughput);
            }
        }
    }
    if definition.billing == BillingMode::PayPerRequest {
        definition.throughput = ProvisionedThroughput::ZERO;
        for index in &mut definition.global_indexes {
            index.throughput = ProvisionedThroughput::ZERO;
        }
    }
    if let Some(wanted) = &request.sse_specification {
        definition.encryption = specified(wanted);
    }
    let given = request.attribute_definitions.iter().flatten();
    definition
        .attributes
        .extend(given.map(|given| (given.attribute_name.clone(), given.attribute_type)));
    definition
}

fn changed_settings(current: &Settings, request: &UpdateTable) -> Settings {
    Settings {
        stream: match &request.stream_specification {
            Some(wanted) => wanted.stream_view_type.filter(|_| wanted.stream_enabled),
            None => current.stream,
        },
        class: request.table_class.unwrap_or(current.class),
        deletion_protection: request
            .deletion_protection_enabled
            .unwrap_or(current.deletion_protection),
        ..current.clone()
    }
}

/// What is changed is no longer as the restore left it.
fn outdated(restore: &Restore, request: &UpdateTable) -> Restore {
    let mut restore = restore.clone();
    let reasons = &mut restore.reasons;
    if request.billing_mode.is_some() || request.provisioned_throughput.is_some() {
        reasons.billing = "UPT-02";
        reasons.throughput = "UPT-02";
    }
    if changes(request).next().is_some() || request.billing_mode.is_some() {
        reasons.index_throughput = "UPT-02";
    }
    if index_changes(request) > 0 {
        reasons.global_indexes = "UPT-03";
    }
    if request.sse_specification.is_some() {
        reasons.encryption = "UPT-05";
    }
    restore
}
