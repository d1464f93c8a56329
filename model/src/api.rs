//! The API model: which members each request has, of which type and with which constraints.
//!
//! The table is data (`fixtures/api/requests.json`). What a request *means* is not known here.

mod check;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

pub use self::check::{ConstraintFault, Faults, TypeFault, check};
use crate::rules::RuleId;

/// Whether an operation changes nothing.
pub fn only_reads(operation: &str) -> bool {
    ["Describe", "List", "Get", "BatchGet", "TransactGet", "Query", "Scan"]
        .iter()
        .any(|start| operation.starts_with(start))
}

/// The JSON type of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A string.
    String,
    /// The name of a table, or its ARN.
    TableName,
    /// A whole number of 64 bits.
    Long,
    /// A whole number of 32 bits.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Seconds since the epoch.
    Timestamp,
    /// An object with known members.
    Structure,
    /// An object with keys of the caller's choice.
    Map,
    /// An array.
    List,
    /// Base64 text.
    Blob,
}

/// One member of a request, named by its path: `Projection.NonKeyAttributes[]`.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Where it stands; `[]` is an element of a list.
    pub path: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Least length or value.
    pub min: Option<i64>,
    /// Greatest length or value.
    pub max: Option<i64>,
    /// The values of an enumeration.
    #[serde(rename = "enum")]
    pub values: Option<Vec<String>>,
    /// The regular expression that it must match; there is only one in the whole API.
    pub pattern: Option<String>,
    /// Whether it must be there if the structure around it is.
    #[serde(default)]
    pub required: bool,
    /// Whether it is newer than the core.
    #[serde(default)]
    pub extension: bool,
    rule: String,
    required_rule: Option<String>,
    /// The last part of the path.
    #[serde(skip)]
    name: String,
}

impl Member {
    /// The rule that its type and constraints belong to.
    pub fn rule(&'static self) -> RuleId {
        &self.rule
    }

    /// The rule that says that it must be there.
    pub fn required_rule(&'static self) -> RuleId {
        self.required_rule.as_deref().unwrap_or(&self.rule)
    }

    fn is_element(&self) -> bool {
        self.path.ends_with("[]")
    }
}

/// What the API model says of one operation.
#[derive(Debug, Deserialize)]
pub struct OperationModel {
    /// The exceptions that the operation declares.
    pub errors: Vec<String>,
    /// The members of its request, each after the structure that it belongs to.
    pub input: Vec<Member>,
    /// The places of the members of each structure, and of the elements of each list (`Tags[]`).
    #[serde(skip)]
    members_of: BTreeMap<String, Vec<usize>>,
}

impl OperationModel {
    fn index(&mut self) {
        for (place, member) in self.input.iter_mut().enumerate() {
            let last = member.path.rsplit('.').next().unwrap_or(&member.path);
            member.name = last.strip_suffix("[]").unwrap_or(last).to_owned();
            let around = match member.is_element() {
                true => &member.path,
                false => member.path.rsplit_once('.').map_or("", |(around, _)| around),
            };
            self.members_of.entry(around.to_owned()).or_default().push(place);
        }
    }

    fn members_of(&self, path: &str) -> impl Iterator<Item = &Member> {
        self.members_of.get(path).into_iter().flatten().map(|place| &self.input[*place])
    }
}

#[derive(Debug, Deserialize)]
struct Table {
    operations: BTreeMap<String, OperationModel>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: Table = serde_json::from_str(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/api/requests.json"
        )))
        .expect("the table of the API model is built in");
        table.operations.values_mut().for_each(OperationModel::index);
        table
    })
}

/// What the API model says of an operation, if it is one that is modelled here.
pub fn operation(name: &str) -> Option<&'static OperationModel> {
    table().operations.get(name)
}

/// Every operation that is modelled here, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static OperationModel)> {
    table().operations.iter().map(|(name, operation)| (name.as_str(), operation))
}

/// The rules that the table names, for the test that code and catalogue agree.
pub fn rules() -> BTreeSet<RuleId> {
    table()
        .operations
        .values()
        .flat_map(|operation| &operation.input)
        .flat_map(|member| [member.rule(), member.required_rule()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_table_is_one_that_requests_can_be_read_for() {
        let names: Vec<&str> = operations().map(|(name, _)| name).collect();
        assert!(names.contains(&"RestoreTableFromBackup") && names.len() > 20, "{names:?}");
        for name in names {
            assert!(crate::request::Operation::named(name).is_some(), "{name}");
        }
    }
}
