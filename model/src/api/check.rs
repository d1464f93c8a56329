//! Checks a request body against the API model: one walk over it.

use std::fmt;

use serde_json::Value;

use super::{Kind, Member, OperationModel};
use crate::name::has_name_characters;
use crate::outcome::Clause;
use crate::rules::RuleId;

/// A member of another JSON type than the API model says: the body cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// The rule that tells what is answered.
    pub rule: RuleId,
    /// The message, where one is on record.
    pub message: Option<String>,
}

/// A constraint that a member breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintFault {
    /// The rule that the constraint belongs to.
    pub rule: RuleId,
    /// The first part of the member's path: what has to be left out to make the rest readable.
    pub top_member: String,
    /// How the service words it.
    pub clause: Clause,
}

/// What the walk over a request body found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Wrong JSON types, in the order in which they were met.
    pub types: Vec<TypeFault>,
    /// Broken constraints.
    pub constraints: Vec<ConstraintFault>,
}

/// Checks a request body against the API model. Unknown members and nulls are passed over (TBL-022).
pub fn check(model: &'static OperationModel, body: &Value) -> Faults {
    let mut faults = Faults::default();
    let mut walk = Walk { model, faults: &mut faults };
    walk.structure("", None, body);
    faults
}

struct Walk<'a> {
    model: &'static OperationModel,
    faults: &'a mut Faults,
}

/// Where a value stands; put in words only if something is wrong with it.
#[derive(Clone, Copy)]
struct At<'a> {
    around: Option<&'a At<'a>>,
    part: Part<'a>,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Member(&'a str),
    /// An element of a list, counted from zero.
    Element(usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(around) = self.around {
            write!(f, "{around}.")?;
        }
        match self.part {
            Part::Member(name) => f.write_str(&lower_first(name)),
            Part::Element(index) => write!(f, "{}.member", index + 1),
        }
    }
}

impl Walk<'_> {
    /// Checks the members of the structure at `path` (empty for the body), which stands at `around`.
    fn structure(&mut self, path: &str, around: Option<&At<'_>>, value: &Value) {
        for member in self.model.members_of(path) {
            let at = At { around, part: Part::Member(&member.name) };
            match value.get(&member.name).filter(|value| !value.is_null()) {
                Some(value) => self.value(member, at, value),
                None if member.required => {
                    let clause = Clause::new(None, &at.to_string(), "Member must not be null");
                    self.constraint(member, member.required_rule(), clause);
                }
                None => {}
            }
        }
    }

    fn value(&mut self, member: &'static Member, at: At<'_>, value: &Value) {
        if let Some(mut fault) = type_fault(member.kind, value, member.is_element()) {
            if member.kind == Kind::Structure && value.is_array() {
                // A member is called as its shape, or as what it overrides.
                let shape = member.name.trim_end_matches("Override");
                fault.message = fault.message.or_else(|| Some(format!("{CLASS}{shape}")));
            }
            self.faults.types.push(fault);
            return;
        }
        match value {
            Value::String(text) => self.text(member, at, text),
            Value::Number(_) => self.number(member, at, value),
            Value::Array(elements) => {
                self.bounds(member, at, || value.to_string(), elements.len() as i64, "length");
                let element_path = format!("{}[]", member.path);
                if let Some(element) = self.model.members_of(&element_path).next() {
                    for (index, value) in elements.iter().enumerate() {
                        let at = At { around: Some(&at), part: Part::Element(index) };
                        self.value(element, at, value);
                    }
                }
            }
            Value::Object(_) if member.kind == Kind::Structure => {
                self.structure(&member.path, Some(&at), value);
            }
            Value::Object(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    fn text(&mut self, member: &'static Member, at: At<'_>, text: &str) {
        if member.kind == Kind::TableName && text.starts_with("arn:") {
            return;
        }
        if let Some(values) = &member.values {
            if !values.iter().any(|value| value == text) {
                let constraint =
                    format!("Member must satisfy enum value set: [{}]", values.join(", "));
                let clause = Clause::new(Some(text), &at.to_string(), &constraint);
                self.constraint(member, member.rule(), clause);
            }
            return;
        }
        self.bounds(member, at, || text.to_owned(), text.chars().count() as i64, "length");
        if let Some(pattern) = &member.pattern
            && !has_name_characters(text)
        {
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            let clause = Clause::new(Some(text), &at.to_string(), &constraint);
            self.constraint(member, member.rule(), clause);
        }
    }

    fn number(&mut self, member: &'static Member, at: At<'_>, value: &Value) {
        if !matches!(member.kind, Kind::Long | Kind::Integer) {
            return;
        }
        // A number beyond 64 bits is beyond every bound as well, which is what becomes of it here.
        let number = value.as_i64().or_else(|| value.as_f64().map(|number| number as i64));
        let number = number.unwrap_or(i64::MAX);
        self.bounds(member, at, || value.to_string(), number, "value");
    }

    fn bounds(
        &mut self,
        member: &'static Member,
        at: At<'_>,
        shown: impl Fn() -> String,
        size: i64,
        what: &str,
    ) {
        let broken = [
            member.min.filter(|&min| size < min).map(|min| ("greater", min)),
            member.max.filter(|&max| size > max).map(|max| ("less", max)),
        ];
        for (comparison, bound) in broken.into_iter().flatten() {
            let constraint =
                format!("Member must have {what} {comparison} than or equal to {bound}");
            let clause = Clause::new(Some(&shown()), &at.to_string(), &constraint);
            self.constraint(member, member.rule(), clause);
        }
    }

    fn constraint(&mut self, member: &Member, rule: RuleId, clause: Clause) {
        let top = member.path.split(['.', '[']).next().unwrap_or_default();
        self.faults.constraints.push(ConstraintFault { rule, top_member: top.to_owned(), clause });
    }
}

/// Member names as messages spell them: the first letter in lower case, even in `sSEType`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

/// The answer to a value of another JSON type (PRO-011 to PRO-016).
fn type_fault(kind: Kind, value: &Value, element: bool) -> Option<TypeFault> {
    let fault = |rule, message: String| Some(TypeFault { rule, message: Some(message) });
    let untold = |rule| Some(TypeFault { rule, message: None });
    let misplaced = "Start of structure or map found where not expected";
    match (kind, value) {
        (Kind::String | Kind::TableName | Kind::Blob, Value::String(_))
        | (Kind::Long | Kind::Integer | Kind::Timestamp, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::List, Value::Array(_))
        | (Kind::Structure | Kind::Map, Value::Object(_)) => None,

        (Kind::String | Kind::TableName | Kind::Blob, Value::Array(_)) => {
            fault("PRO-011", "Unrecognized collection type class java.lang.String".into())
        }
        (Kind::String | Kind::TableName | Kind::Blob, Value::Object(_)) => {
            fault("PRO-011", misplaced.into())
        }
        (Kind::String | Kind::TableName | Kind::Blob, scalar) => {
            fault("PRO-011", format!("{} cannot be converted to String", token(scalar)))
        }
        (Kind::Long, scalar @ (Value::String(_) | Value::Bool(_))) => {
            fault("PRO-012", format!("{} cannot be converted to Long", token(scalar)))
        }
        (Kind::Integer, scalar @ (Value::String(_) | Value::Bool(_))) => {
            fault("PRO-012", format!("{} cannot be converted to Integer", token(scalar)))
        }
        (Kind::Long | Kind::Integer | Kind::Timestamp, _) => untold("PRO-012"),
        (Kind::List, Value::Object(_)) => untold("PRO-013"),
        (Kind::List, _) => fault("PRO-013", "Unexpected field type".into()),
        (Kind::Structure | Kind::Map, Value::Array(_)) => untold("PRO-014"),
        (Kind::Structure | Kind::Map, _) if element => {
            fault("PRO-016", "Unexpected value type in payload".into())
        }
        (Kind::Structure | Kind::Map, _) => untold("PRO-014"),
        (Kind::Boolean, Value::String(_)) => {
            fault("PRO-015", "Unexpected token received from parser".into())
        }
        (Kind::Boolean, _) => untold("PRO-015"),
    }
}

/// How the text about a list in place of a structure begins (PRO-014).
const CLASS: &str = "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.";

fn token(value: &Value) -> &'static str {
    match value {
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Null | Value::Array(_) | Value::Object(_) => "VALUE",
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation;
    use super::*;
    use serde_json::json;

    fn clauses(name: &str, body: Value) -> Vec<String> {
        let faults = check(operation(name).unwrap(), &body);
        assert_eq!(faults.types, [], "{body}");
        faults.constraints.iter().map(|fault| fault.clause.to_string()).collect()
    }

    #[test]
    fn a_null_capacity_is_worded_as_recorded() {
        // RFB-022, up to the order of the clauses.
        let body = json!({"TargetTableName": "abc", "BackupArn": "x".repeat(37), "ProvisionedThroughputOverride": {}});
        assert_eq!(
            clauses("RestoreTableFromBackup", body),
            [
                "Value null at 'provisionedThroughputOverride.readCapacityUnits' failed to satisfy constraint: Member must not be null",
                "Value null at 'provisionedThroughputOverride.writeCapacityUnits' failed to satisfy constraint: Member must not be null",
            ]
        );
    }

    #[test]
    fn the_path_of_a_list_element_counts_from_one() {
        // RFB-036.
        let body = json!({
            "TargetTableName": "abc", "BackupArn": "x".repeat(37),
            "GlobalSecondaryIndexOverride": [{"IndexName": "x", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {}}]
        });
        assert_eq!(
            clauses("RestoreTableFromBackup", body),
            [
                "Value 'x' at 'globalSecondaryIndexOverride.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3"
            ]
        );
    }

    #[test]
    fn acronyms_keep_their_odd_spelling_in_messages() {
        // RFB-050.
        let body = json!({
            "TargetTableName": "abc", "BackupArn": "x".repeat(37),
            "SSESpecificationOverride": {"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": ""}
        });
        assert_eq!(
            clauses("RestoreTableFromBackup", body),
            [
                "Value '' at 'sSESpecificationOverride.kMSMasterKeyId' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ]
        );
    }

    #[test]
    fn unknown_members_and_nulls_are_passed_over() {
        assert_eq!(clauses("ListTables", json!({"Foo": 1, "Limit": null})), [""; 0]);
    }

    #[test]
    fn a_wrong_json_type_is_no_constraint_but_unreadable() {
        let types = |name, body| check(operation(name).unwrap(), &body).types;
        let got = types(
            "RestoreTableFromBackup",
            json!({"TargetTableName": true, "BackupArn": "x".repeat(40)}),
        );
        assert_eq!(got[0].message.as_deref(), Some("TRUE_VALUE cannot be converted to String"));
        let got = types("ListTables", json!({"Limit": "a"}));
        assert_eq!(got[0].message.as_deref(), Some("STRING_VALUE cannot be converted to Integer"));
    }

    #[test]
    fn a_number_is_held_to_its_bounds_however_large_it_is() {
        let limit = |number: &str| {
            let body = format!("{{\"Limit\": {number}}}");
            clauses("ListBackups", serde_json::from_str(&body).unwrap())
        };
        for within in ["1", "100", "1.0", "1e2"] {
            assert_eq!(limit(within), [""; 0], "{within}");
        }
        let less = ["0", "-1", "-9223372036854775809", "-1e30"];
        let more =
            ["101", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e30"];
        for (numbers, comparison) in
            [(&less[..], "greater than or equal to 1"), (&more, "less than or equal to 100")]
        {
            for number in numbers {
                let got = limit(number);
                assert!(got.len() == 1 && got[0].ends_with(comparison), "{number}: {got:?}");
            }
        }
    }

    #[test]
    fn a_list_in_place_of_a_structure_is_told_by_its_shape_and_other_types_are_not() {
        let told = |member: &str, value: Value| {
            let mut body = json!({"TargetTableName": "abc", "BackupArn": "x".repeat(40)});
            body[member] = value;
            let types = check(operation("RestoreTableFromBackup").unwrap(), &body).types;
            types.into_iter().map(|fault| (fault.rule, fault.message)).next()
        };
        let class = format!("{CLASS}SSESpecification");
        assert_eq!(told("SSESpecificationOverride", json!([])), Some(("PRO-014", Some(class))));
        assert_eq!(told("SSESpecificationOverride", json!("x")), Some(("PRO-014", None)));
        let payload = "Unexpected value type in payload".to_owned();
        let elements = told("GlobalSecondaryIndexOverride", json!([1]));
        assert_eq!(elements, Some(("PRO-016", Some(payload))));
        assert_eq!(told("GlobalSecondaryIndexOverride", json!({})), Some(("PRO-013", None)));
    }
}
