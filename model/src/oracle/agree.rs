//! What the parts of one answer say of each other, and which family its error is of: rules that no
//! single member can break.

use serde_json::Value;

use super::{Difference, DifferenceKind};
use crate::matcher::millis;
use crate::name::{ArnParts, BackupArn};
use crate::outcome::ErrorCode;
use crate::request::Operation;
use crate::rules::RuleId;

/// The rules that a new backup is held to here.
pub(super) const OF_A_NEW_BACKUP: [RuleId; 2] = ["RTB-16", "PRO-11"];

/// How far apart two readings of one clock for one answer may be, in milliseconds.
const READ_TWICE_MILLIS: u64 = 10;

/// The id of a new backup begins with its creation time, to the millisecond.
pub(super) fn new_backup(body: &Value) -> Option<Difference> {
    let details = body.get("BackupDetails")?;
    let arn = BackupArn::new(details.get("BackupArn")?.as_str()?)?;
    let ArnParts::Backup { id, .. } = arn.parts() else { return None };
    let by_id: u64 = id.split_once('-')?.0.parse().ok()?;
    let created = details.get("BackupCreationDateTime")?;
    let by_member = millis(created)?;
    // Whoever asks the clock for each of the two has them differ by luck.
    if by_member.abs_diff(by_id) <= READ_TWICE_MILLIS {
        return None;
    }
    let rounded = by_member == by_id / 1000 * 1000;
    Some(Difference {
        kind: DifferenceKind::WrongMember,
        rule: if rounded { "PRO-11" } else { "RTB-16" },
        pointer: "/BackupDetails/BackupCreationDateTime".to_owned(),
        expected: format!("{by_id} milliseconds, as in the ARN"),
        got: created.to_string(),
    })
}

/// Table operations and backup operations have each their own words for what is missing or busy: the rule
/// that every error of an operation is held to.
pub(super) fn family_rule(operation: &str) -> Option<RuleId> {
    Some(if of_backups(Operation::named(operation)?) { "ERR-11" } else { "ERR-10" })
}

/// An error in the words of the other family.
pub(super) fn family(operation: &str, code: &str) -> Option<Difference> {
    let (operation, error) = (Operation::named(operation)?, ErrorCode::named(code)?);
    let (rule, expected) = match (of_backups(operation), is_word_of(error)?) {
        (true, Family::Tables) => ("ERR-11", "an exception of the backup operations"),
        (false, Family::Backups) => ("ERR-10", "an exception of the table operations"),
        (true, Family::Backups) | (false, Family::Tables) => return None,
    };
    Some(Difference {
        kind: DifferenceKind::WrongError,
        rule,
        pointer: "/__type".to_owned(),
        expected: expected.to_owned(),
        got: code.to_owned(),
    })
}

enum Family {
    Tables,
    Backups,
}

/// Whose word an exception is, if it is not common to both.
fn is_word_of(error: ErrorCode) -> Option<Family> {
    match error {
        ErrorCode::ResourceNotFoundException | ErrorCode::ResourceInUseException => {
            Some(Family::Tables)
        }
        ErrorCode::TableNotFoundException
        | ErrorCode::TableAlreadyExistsException
        | ErrorCode::TableInUseException
        | ErrorCode::BackupNotFoundException
        | ErrorCode::BackupInUseException => Some(Family::Backups),
        ErrorCode::ValidationException
        | ErrorCode::SerializationException
        | ErrorCode::UnknownOperationException
        | ErrorCode::AccessDeniedException
        | ErrorCode::LimitExceededException
        | ErrorCode::ContinuousBackupsUnavailableException
        | ErrorCode::PointInTimeRecoveryUnavailableException
        | ErrorCode::InvalidRestoreTimeException => None,
    }
}

/// Whether an operation is about backups or restores.
fn of_backups(operation: Operation) -> bool {
    match operation {
        Operation::CreateBackup
        | Operation::DescribeBackup
        | Operation::ListBackups
        | Operation::DeleteBackup
        | Operation::RestoreTableFromBackup
        | Operation::RestoreTableToPointInTime
        | Operation::DescribeContinuousBackups
        | Operation::UpdateContinuousBackups => true,
        Operation::CreateTable
        | Operation::DescribeTable
        | Operation::DeleteTable
        | Operation::UpdateTable
        | Operation::ListTables
        | Operation::TagResource
        | Operation::UntagResource
        | Operation::ListTagsOfResource
        | Operation::UpdateTimeToLive
        | Operation::DescribeTimeToLive
        | Operation::DescribeLimits
        | Operation::PutItem
        | Operation::BatchWriteItem
        | Operation::GetItem
        | Operation::Query
        | Operation::Scan => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_id_of_a_backup_and_its_creation_time_agree_but_for_a_moment() {
        let arn =
            "arn:aws:dynamodb:us-east-1:123456789012:table/Music/backup/01576616366715-b4e58d3a";
        let check = |created: f64| {
            let details = json!({"BackupArn": arn, "BackupCreationDateTime": created});
            new_backup(&json!({ "BackupDetails": details })).map(|difference| difference.rule)
        };
        assert_eq!(check(1_576_616_366.715), None);
        assert_eq!(check(1_576_616_366.717), None);
        assert_eq!(check(1_576_616_366.0), Some("PRO-11"));
        assert_eq!(check(1_576_616_999.0), Some("RTB-16"));
    }

    #[test]
    fn each_family_of_operations_keeps_to_its_own_words() {
        let check = |operation, code| family(operation, code).map(|difference| difference.rule);
        assert_eq!(check("CreateBackup", "ResourceNotFoundException"), Some("ERR-11"));
        assert_eq!(check("DescribeTable", "TableNotFoundException"), Some("ERR-10"));
        assert_eq!(check("CreateBackup", "TableNotFoundException"), None);
        assert_eq!(check("DescribeTable", "ValidationException"), None);
    }
}
