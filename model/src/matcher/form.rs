//! Texts that the endpoint makes up.

use crate::name::TableId;

/// The form of a text that the endpoint makes up.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A UUID in lower case (RTB-70).
    TableId,
    /// The same, but none of these.
    NewTableId(Vec<TableId>),
    /// The ARN of this table, in whatever account.
    TableArn {
        /// `arn:aws:dynamodb:<region>:`.
        prefix: String,
        /// `:table/<name>` and what follows.
        suffix: String,
    },
    /// The ARN of a backup of this table (RTB-15).
    BackupArn {
        /// `arn:aws:dynamodb:<region>:`.
        prefix: String,
        /// `:table/<name>/backup/`.
        middle: String,
    },
    /// The ARN of a KMS key.
    KeyArn,
}

impl Form {
    /// Whether a text has the form.
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Form::TableId => {
                let groups: Vec<&str> = text.split('-').collect();
                groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
                    && groups.iter().all(|group| {
                        group.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                    })
            }
            Form::NewTableId(taken) => {
                Form::TableId.accepts(text) && taken.iter().all(|id| id.as_str() != text)
            }
            Form::TableArn { prefix, suffix } => account_between(text, prefix, suffix) == Some(""),
            Form::BackupArn { prefix, middle } => account_between(text, prefix, middle)
                .and_then(|id| id.split_once('-'))
                .is_some_and(|(time, suffix)| {
                    time.len() == 14
                        && time.bytes().all(|byte| byte.is_ascii_digit())
                        && suffix.len() == 8
                        && suffix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                }),
            Form::KeyArn => text.starts_with("arn:aws:kms:"),
        }
    }

    /// The form in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Form::TableId => "a UUID in lower case".to_owned(),
            Form::NewTableId(_) => "a new UUID in lower case".to_owned(),
            Form::TableArn { prefix, suffix } => format!("{prefix}<account>{suffix}"),
            Form::BackupArn { prefix, middle } => {
                format!("{prefix}<account>{middle}<14 digits>-<8 hex digits>")
            }
            Form::KeyArn => "the ARN of a KMS key".to_owned(),
        }
    }
}

/// What follows `middle` in a text of `prefix`, twelve digits and `middle`.
fn account_between<'a>(text: &'a str, prefix: &str, middle: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(prefix)?;
    let (account, rest) = rest.split_at_checked(12)?;
    let digits = account.bytes().all(|byte| byte.is_ascii_digit());
    if digits { rest.strip_prefix(middle) } else { None }
}
