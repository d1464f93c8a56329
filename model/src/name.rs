//! Names and ARNs, with the syntax that the service holds them to.
//!
//! A value of one of these types is well formed; whether it names anything is a question to the
//! [`Account`](crate::account::Account). [`BackupArn`] is the exception: any text may be sent as one, and
//! [`BackupArn::parts`] tells what the service makes of it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Length of table, index and backup names in characters (documented: QUO-08).
pub const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=255;

/// Length of attribute names in characters (documented: RTB-35, RTB-38).
const ATTRIBUTE_NAME_LENGTH: std::ops::RangeInclusive<usize> = 1..=255;

/// Whether `text` consists of the characters of `[a-zA-Z0-9_.-]+`, the one pattern of all names.
pub fn has_name_characters(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn is_name(text: &str) -> bool {
    NAME_LENGTH.contains(&text.len()) && has_name_characters(text)
}

fn is_attribute_name(text: &str) -> bool {
    ATTRIBUTE_NAME_LENGTH.contains(&text.chars().count())
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text if it has the right syntax.
            pub fn new(text: &str) -> Option<Self> {
                let accepts: fn(&str) -> bool = $accepts;
                accepts(text).then(|| Self(text.into()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).ok_or_else(|| {
                    serde::de::Error::custom(format!(
                        concat!("`{}` is no ", stringify!($name)),
                        text
                    ))
                })
            }
        }
    };
}

text_type!(
    /// The name of a table: 3 to 255 characters of `[a-zA-Z0-9_.-]` (RTB-11). Case matters (RTB-12).
    TableName,
    is_name
);
text_type!(
    /// The name of a secondary index, with the syntax of a table name (RTB-34).
    IndexName,
    is_name
);
text_type!(
    /// The name that a caller gives a backup (CRB-02). Not unique (BKP-14).
    BackupName,
    is_name
);
text_type!(
    /// The name of an attribute: 1 to 255 characters.
    AttributeName,
    is_attribute_name
);
text_type!(
    /// A Region such as `us-east-1`.
    Region,
    |text| !text.is_empty()
);
text_type!(
    /// The twelve digits of an account.
    AccountId,
    |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
);
text_type!(
    /// The id of one generation of a table, a UUID that the service makes up (RTB-70).
    TableId,
    |text| !text.is_empty()
);
text_type!(
    /// What a request gives as the ARN of a backup: any text.
    BackupArn,
    |_| true
);

/// The Regions that an ARN may name; an ARN with another one is not valid (RFB-012, DBK-003).
const REGIONS: [&str; 34] = [
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// What the service reads out of a backup ARN (RTB-15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArnParts<'a> {
    /// Not of the form of a backup ARN at all: a table ARN, or no ARN.
    Malformed,
    /// Of the right form, but of a partition, service or Region that does not exist.
    Foreign,
    /// A backup ARN; the Region may be empty.
    Backup {
        /// The Region part, which lookups ignore (DBK-006).
        region: &'a str,
        /// The account part.
        account: &'a str,
        /// The source table.
        table: &'a str,
        /// Time and suffix, such as `01576616366715-b4e58d3a`.
        id: &'a str,
    },
}

impl BackupArn {
    /// Puts an ARN together from its parts.
    pub fn from_parts(region: &Region, account: &AccountId, table: &TableName, id: &str) -> Self {
        Self(format!("arn:aws:dynamodb:{region}:{account}:table/{table}/backup/{id}").into())
    }

    /// Takes the text apart as the service does.
    pub fn parts(&self) -> ArnParts<'_> {
        let mut fields = self.0.splitn(6, ':');
        let (
            Some("arn"),
            Some(partition),
            Some(service),
            Some(region),
            Some(account),
            Some(resource),
        ) = (
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
        )
        else {
            return ArnParts::Malformed;
        };
        let Some((table, id)) =
            resource.strip_prefix("table/").and_then(|rest| rest.split_once("/backup/"))
        else {
            return ArnParts::Malformed;
        };
        if table.is_empty() || id.is_empty() {
            return ArnParts::Malformed;
        }
        let partition_exists = matches!(partition, "aws" | "aws-cn" | "aws-us-gov");
        let region_exists = region.is_empty() || REGIONS.contains(&region);
        if !partition_exists || service != "dynamodb" || !region_exists {
            return ArnParts::Foreign;
        }
        ArnParts::Backup { region, account, table, id }
    }
}

/// What the service reads out of a table ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableArnParts<'a> {
    /// A text that does not even begin as an ARN (PIT-016).
    Unprefixed,
    /// Not of the form of a table ARN (PIT-010).
    Malformed,
    /// A table ARN.
    Table {
        /// The Region part.
        region: &'a str,
        /// The account part.
        account: &'a str,
        /// The table.
        table: TableName,
    },
}

/// Whether an ARN is of a Region that exists (TBL-026).
pub fn has_known_region(arn: &str) -> bool {
    arn.split(':').nth(3).is_some_and(|region| REGIONS.contains(&region))
}

/// Takes the ARN of a table apart as the service does.
pub fn table_arn_parts(text: &str) -> TableArnParts<'_> {
    let Some(rest) = text.strip_prefix("arn:") else { return TableArnParts::Unprefixed };
    let fields: Vec<&str> = rest.splitn(5, ':').collect();
    let [_, "dynamodb", region, account, resource] = fields[..] else {
        return TableArnParts::Malformed;
    };
    match resource.strip_prefix("table/").and_then(TableName::new) {
        Some(table) => TableArnParts::Table { region, account, table },
        None => TableArnParts::Malformed,
    }
}

/// The ARN of a table in an account and Region.
pub fn table_arn(region: &Region, account: &AccountId, table: &TableName) -> String {
    format!("arn:aws:dynamodb:{region}:{account}:table/{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_3_to_255_characters_of_the_pattern() {
        assert!(TableName::new("abc").is_some());
        assert!(TableName::new(&"a".repeat(255)).is_some());
        for bad in ["", "ab", "a b", "täble", "arn:x", &"a".repeat(256)] {
            assert!(TableName::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_arn_is_taken_apart_as_the_service_does() {
        let arn = |text: &str| BackupArn::new(text).unwrap();
        let whole = arn(
            "arn:aws:dynamodb:us-east-1:123456789012:table/Music/backup/01489602797149-73d8d5bc",
        );
        assert_eq!(
            whole.parts(),
            ArnParts::Backup {
                region: "us-east-1",
                account: "123456789012",
                table: "Music",
                id: "01489602797149-73d8d5bc",
            }
        );
        for text in ["", "abc", "arn:aws:dynamodb:us-east-1:123456789012:table/Music"] {
            assert_eq!(arn(text).parts(), ArnParts::Malformed, "{text}");
        }
        for text in [
            "arn:aws:dynamodb:xx-fake-1:123456789012:table/Music/backup/1",
            "arn:moon:dynamodb:us-east-1:123456789012:table/Music/backup/1",
            "arn:aws:s3:us-east-1:123456789012:table/Music/backup/1",
        ] {
            assert_eq!(arn(text).parts(), ArnParts::Foreign, "{text}");
        }
    }

    #[test]
    fn an_attribute_name_has_1_to_255_characters_of_any_kind() {
        for good in ["a", "ä", "a b", &"ä".repeat(255)] {
            assert!(AttributeName::new(good).is_some(), "{good}");
        }
        for bad in ["", &"ä".repeat(256)] {
            assert!(AttributeName::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_arn_without_its_table_or_its_id_is_none_of_a_backup() {
        for resource in ["table//backup/01489602797149-73d8d5bc", "table/Music/backup/"] {
            let arn =
                BackupArn::new(&format!("arn:aws:dynamodb:us-east-1:123456789012:{resource}"));
            assert_eq!(arn.unwrap().parts(), ArnParts::Malformed, "{resource}");
        }
    }
}
