//! How a request names a table.

use serde::{Deserialize, Serialize};

use crate::name::TableName;

/// The name of a table, or its ARN (CRB-01, TBL-004).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableReference(pub TableName, Option<String>);

impl TableReference {
    /// A table by its name.
    pub fn named(name: TableName) -> Self {
        Self(name, None)
    }

    /// The ARN, if it is one that names the table.
    pub fn arn(&self) -> Option<&str> {
        self.1.as_deref()
    }

    /// Whether it is an ARN that names the table.
    pub fn is_arn(&self) -> bool {
        self.1.is_some()
    }
}

impl From<TableName> for TableReference {
    fn from(name: TableName) -> Self {
        Self::named(name)
    }
}

impl TryFrom<String> for TableReference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, arn) = match text.strip_prefix("arn:") {
            Some(rest) => {
                (rest.split_once(":table/").map_or("", |(_, name)| name), Some(text.clone()))
            }
            None => (text.as_str(), None),
        };
        TableName::new(name)
            .map(|name| Self(name, arn))
            .ok_or_else(|| format!("`{text}` names no table"))
    }
}

impl From<TableReference> for String {
    fn from(reference: TableReference) -> Self {
        reference.1.unwrap_or_else(|| reference.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_named_by_its_name_or_its_arn_and_written_as_it_was_read() {
        for text in ["Music", "arn:aws:dynamodb:us-east-1:123456789012:table/Music"] {
            let read: TableReference = serde_json::from_value(json!(text)).expect("a reference");
            assert_eq!(read.0.as_str(), "Music");
            assert_eq!(serde_json::to_value(&read).expect("a text"), json!(text));
        }
        for bad in ["", "arn:aws:dynamodb:us-east-1:123456789012:table/x", "arn:x", "a b"] {
            assert!(serde_json::from_value::<TableReference>(json!(bad)).is_err(), "{bad}");
        }
    }
}
