//! UpdateTable: how a table is changed, and how a restored one is set up again.
//!
//! An accepted change keeps the table UPDATING until it is made, and no other is taken meanwhile
//! (UPT-02). One call changes the capacity, or adds an index, or removes one (UPT-01). Replicas,
//! on-demand maxima, warm throughput and vector indexes are not modelled: a request about them alone
//! seems to name no change.

use super::changed;
use crate::account::{Account, Table, TableStatus};
use crate::name::{AttributeName, IndexName, TableName};
use crate::outcome::ErrorCode::{
    LimitExceededException, ResourceInUseException, ResourceNotFoundException, ValidationException,
};
use crate::outcome::{Accepted, Arguments, Objections, Outcome, Reply};
use crate::request::{GlobalSecondaryIndex, GlobalSecondaryIndexUpdate, UpdateTable};
use crate::rules::RuleId;
use crate::schema::{BillingMode, Definition, ProvisionedThroughput};

/// Changes a table that is ACTIVE.
pub(super) fn update(account: &Account, request: &UpdateTable) -> Outcome {
    let name = &request.table_name.0;
    let mut objections = Objections::new();
    check_changes(request, &mut objections);
    let table = find(account, name, request, &mut objections);
    if let Some(table) = table {
        check_capacity(&table.definition, request, &mut objections);
        check_indexes(name, &table.definition, request, &mut objections);
    }
    objections.unless(|| {
        let table = table.expect("an update of no table was refused");
        let mut next = account.clone();
        next.tables.insert(name.clone(), changed::updating(table, request));
        Accepted::new(next, Reply::UpdatedTable(name.clone()), grants(table, request))
    })
}

/// The table, unless it does not exist as far as updates go.
fn find<'a>(
    account: &'a Account,
    name: &TableName,
    request: &UpdateTable,
    objections: &mut Objections,
) -> Option<&'a Table> {
    let arguments = || vec![("table", name.to_string())];
    let Some(table) = account.tables.get(name) else {
        objections.add("TBL-012", ResourceNotFoundException, arguments());
        return None;
    };
    match table.status {
        TableStatus::Active => {}
        // To UpdateTable, the target of a restore does not exist.
        TableStatus::Creating if table.is_restoring() => {
            objections.add("LIF-10", ResourceNotFoundException, arguments());
            return None;
        }
        TableStatus::Creating => objections.add("TBL-025", ResourceInUseException, arguments()),
        TableStatus::Updating => {
            objections.add("UPT-02", ResourceInUseException, arguments());
            let two_indexes = table.index_change().is_some() && index_changes(request) > 0;
            objections.when(two_indexes, "UPT-03a", LimitExceededException, Vec::new);
        }
        // Which of the two it is nobody has recorded.
        TableStatus::Deleting => {
            objections.add_unworded("UPT-02", ResourceInUseException);
            objections.add_unworded("TBL-012", ResourceNotFoundException);
        }
    }
    Some(table)
}

/// The changes of indexes that a request asks for.
pub(super) fn changes(request: &UpdateTable) -> impl Iterator<Item = &GlobalSecondaryIndexUpdate> {
    request.global_secondary_index_updates.iter().flatten()
}

/// How many indexes a request adds or removes.
pub(super) fn index_changes(request: &UpdateTable) -> usize {
    changes(request).filter(|change| change.create.is_some() || change.delete.is_some()).count()
}

/// A request names a change, and not too many.
fn check_changes(request: &UpdateTable, objections: &mut Objections) {
    let nothing = request.billing_mode.is_none()
        && request.provisioned_throughput.is_none()
        && changes(request).next().is_none()
        && request.stream_specification.is_none()
        && request.sse_specification.is_none()
        && request.table_class.is_none()
        && request.deletion_protection_enabled.is_none();
    objections.when(nothing, "TBL-013", ValidationException, Vec::new);
    let indexes = index_changes(request);
    objections.when(indexes > 1, "UPT-03a", LimitExceededException, Vec::new);
    let capacity = request.provisioned_throughput.is_some()
        || changes(request).any(|change| change.update.is_some());
    if indexes > 0 && capacity {
        // That it is refused is documented, how is not.
        objections.add_unworded("UPT-01", ValidationException);
        objections.add_unworded("UPT-01", LimitExceededException);
    }
}

/// Capacity is given if and only if the table is to be provisioned, and it is another one than now.
fn check_capacity(current: &Definition, request: &UpdateTable, objections: &mut Objections) {
    let capacity = request.provisioned_throughput;
    let billing = request.billing_mode.unwrap_or(current.billing);
    let switched = billing != current.billing;
    match billing {
        BillingMode::Provisioned => {
            let missing = switched && capacity.is_none();
            objections.when(missing, "UPT-04", ValidationException, Vec::new);
            let unchanged = !switched && capacity == Some(current.throughput);
            objections.when(unchanged, "TBL-017", ValidationException, || {
                let ProvisionedThroughput { read_capacity_units, write_capacity_units } =
                    current.throughput;
                vec![
                    ("read", read_capacity_units.to_string()),
                    ("write", write_capacity_units.to_string()),
                ]
            });
        }
        BillingMode::PayPerRequest if capacity.is_some() => {
            objections.add_unworded("CRT-07", ValidationException);
        }
        BillingMode::PayPerRequest => {}
    }
}

/// Only an index that the table has is changed or removed, and only a new one is added.
fn check_indexes(
    table: &TableName,
    current: &Definition,
    request: &UpdateTable,
    objections: &mut Objections,
) {
    let has = |name: &IndexName| current.global_indexes.iter().any(|index| index.name == *name);
    let on_demand = request.billing_mode.unwrap_or(current.billing) == BillingMode::PayPerRequest;
    for change in changes(request) {
        let touched = change.delete.iter().map(|index| &index.index_name);
        let touched = touched.chain(change.update.iter().map(|index| &index.index_name));
        for name in touched.filter(|name| !has(name)) {
            let arguments: Arguments =
                vec![("index", name.to_string()), ("table", table.to_string())];
            objections.add("TBL-014", ResourceNotFoundException, arguments);
        }
        if let Some(index) = &change.create {
            check_new_index(current, index, on_demand, request, objections);
        }
    }
}

/// An added index is held to what CreateTable holds indexes to (CTB-017, CTB-011, CTB-026, CRT-06); that
/// UpdateTable does so too is inferred.
fn check_new_index(
    current: &Definition,
    index: &GlobalSecondaryIndex,
    on_demand: bool,
    request: &UpdateTable,
    objections: &mut Objections,
) {
    let global = current.global_indexes.iter().map(|kept| &kept.name);
    let local = current.local_indexes.iter().map(|kept| &kept.name);
    let is_taken = global.chain(local).any(|kept| *kept == index.index_name);
    let is_defined = |name: &AttributeName| {
        let given = request.attribute_definitions.iter().flatten();
        given.into_iter().any(|definition| definition.attribute_name == *name)
            || current.attributes.contains_key(name)
    };
    let has_keys = index.key_schema.iter().all(|key| is_defined(&key.attribute_name));
    if is_taken || !has_keys || on_demand == index.provisioned_throughput.is_some() {
        objections.add_unworded("UPT-03b", ValidationException);
    }
}

/// The rules by which an update must be accepted.
fn grants(table: &Table, request: &UpdateTable) -> Vec<RuleId> {
    let restored = table.restore.is_some();
    let sets_up = request.stream_specification.is_some()
        || request.sse_specification.is_some()
        || request.table_class.is_some()
        || request.deletion_protection_enabled.is_some();
    let adds_index = changes(request).any(|change| change.create.is_some());
    [
        (true, "UPT-02"),
        (adds_index, "UPT-03"),
        (restored && sets_up, "UPT-05"),
        (restored && sets_up, "RFB-081"),
    ]
    .into_iter()
    .filter_map(|(applies, rule)| applies.then_some(rule))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Test, index};
    use serde_json::{Value, json};

    fn update(change: &Value) -> Value {
        let mut body = json!({"TableName": "Music"});
        let members = change.as_object().expect("a change has members").clone();
        body.as_object_mut().expect("a body has members").extend(members);
        body
    }

    fn stream() -> Value {
        update(
            &json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}),
        )
    }

    fn added(attribute: &str) -> Value {
        update(&json!({
            "AttributeDefinitions": [{"AttributeName": attribute, "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [{"Create": index(attribute)}],
        }))
    }

    #[test]
    fn a_table_is_updated_only_while_it_is_active() {
        let music = Test::music();
        Test::empty().check("UpdateTable", &stream(), "TBL-012");
        Test::empty().send("CreateTable", &super::super::testing::music()).check(
            "UpdateTable",
            &stream(),
            "TBL-025",
        );
        music.check("UpdateTable", &stream(), "accepted by UPT-02");
        let updating = music.send("UpdateTable", &stream());
        updating.check("UpdateTable", &stream(), "UPT-02");
        updating.settle().check("UpdateTable", &stream(), "accepted by UPT-02");
    }

    #[test]
    fn a_target_does_not_exist_for_updates_until_it_is_restored_and_is_set_up_then() {
        let mut body = stream();
        body["TableName"] = json!("Copy");
        let restoring = Test::music().send("UpdateTable", &stream()).settle().backup().restore();
        restoring.check("UpdateTable", &body, "LIF-10");
        let copy = json!({"TableName": "Copy"});
        let stream_of = "/Table/StreamSpecification/StreamEnabled";
        let restored = restoring.settle();
        restored.shows("DescribeTable", &copy, stream_of, &Value::Null);
        restored.check("UpdateTable", &body, "accepted by RFB-081");
        let set_up = restored.send("UpdateTable", &body).settle();
        set_up.shows("DescribeTable", &copy, stream_of, &json!(true));
    }

    #[test]
    fn one_call_makes_one_change() {
        let music = Test::music();
        let two = json!({"GlobalSecondaryIndexUpdates": [
            {"Delete": {"IndexName": "year"}}, {"Create": index("label")},
        ], "AttributeDefinitions": [{"AttributeName": "label", "AttributeType": "S"}]});
        music.check("UpdateTable", &update(&json!({})), "TBL-013");
        music.check("UpdateTable", &update(&two), "UPT-03a");
        let missing = json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]});
        music.check("UpdateTable", &update(&missing), "TBL-014");
        music.check("UpdateTable", &update(&json!({"BillingMode": "PROVISIONED"})), "UPT-04");
        let five = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        let provisioned = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": five});
        let provisioned = music.send("UpdateTable", &update(&provisioned)).settle();
        provisioned.check(
            "UpdateTable",
            &update(&json!({"ProvisionedThroughput": five})),
            "TBL-017",
        );
    }

    #[test]
    fn an_added_index_is_creating_then_filled_then_active() {
        let table = json!({"TableName": "Music"});
        let check = |test: &Test, status: &str, backfilling: &Value| {
            let index = "/Table/GlobalSecondaryIndexes/1";
            test.shows("DescribeTable", &table, &format!("{index}/IndexStatus"), &json!(status));
            test.shows("DescribeTable", &table, &format!("{index}/Backfilling"), backfilling);
        };
        let allocating = Test::music().send("UpdateTable", &added("label"));
        check(&allocating, "CREATING", &Value::Null);
        allocating.check("UpdateTable", &added("other"), "UPT-02 or UPT-03a");
        allocating.check("DeleteTable", &table, "TBL-023");
        let filling = allocating.one_event();
        check(&filling, "CREATING", &json!(true));
        check(&filling.one_event(), "ACTIVE", &Value::Null);
    }

    #[test]
    fn a_removed_index_is_deleting_and_then_gone() {
        let table = json!({"TableName": "Music"});
        let removal = json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "year"}}]});
        let removing = Test::music().send("UpdateTable", &update(&removal));
        let status = "/Table/GlobalSecondaryIndexes/0/IndexStatus";
        removing.shows("DescribeTable", &table, status, &json!("DELETING"));
        removing.settle().shows(
            "DescribeTable",
            &table,
            "/Table/GlobalSecondaryIndexes",
            &Value::Null,
        );
    }
}
