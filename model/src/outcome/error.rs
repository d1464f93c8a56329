//! The exceptions of the modelled operations.

use std::fmt;

/// The exceptions of the modelled operations, by their AWS names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// A parameter is wrong; common to all operations (ERR-04).
    ValidationException,
    /// The body cannot be read.
    SerializationException,
    /// The target header names no operation.
    UnknownOperationException,
    /// The caller may not.
    AccessDeniedException,
    /// The table operations' word for a missing resource.
    ResourceNotFoundException,
    /// The table operations' word for a resource in the wrong state.
    ResourceInUseException,
    /// The backup operations' word for a missing table.
    TableNotFoundException,
    /// The target of a restore exists.
    TableAlreadyExistsException,
    /// The target of a restore is being made or deleted.
    TableInUseException,
    /// No backup has that ARN.
    BackupNotFoundException,
    /// The backup is being made, deleted or restored.
    BackupInUseException,
    /// A quota is used up.
    LimitExceededException,
    /// Backups are not yet enabled for the table.
    ContinuousBackupsUnavailableException,
    /// Point-in-time recovery is off.
    PointInTimeRecoveryUnavailableException,
    /// The time lies outside of the restorable window.
    InvalidRestoreTimeException,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ValidationException,
        Self::SerializationException,
        Self::UnknownOperationException,
        Self::AccessDeniedException,
        Self::ResourceNotFoundException,
        Self::ResourceInUseException,
        Self::TableNotFoundException,
        Self::TableAlreadyExistsException,
        Self::TableInUseException,
        Self::BackupNotFoundException,
        Self::BackupInUseException,
        Self::LimitExceededException,
        Self::ContinuousBackupsUnavailableException,
        Self::PointInTimeRecoveryUnavailableException,
        Self::InvalidRestoreTimeException,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidationException => "ValidationException",
            Self::SerializationException => "SerializationException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::AccessDeniedException => "AccessDeniedException",
            Self::ResourceNotFoundException => "ResourceNotFoundException",
            Self::ResourceInUseException => "ResourceInUseException",
            Self::TableNotFoundException => "TableNotFoundException",
            Self::TableAlreadyExistsException => "TableAlreadyExistsException",
            Self::TableInUseException => "TableInUseException",
            Self::BackupNotFoundException => "BackupNotFoundException",
            Self::BackupInUseException => "BackupInUseException",
            Self::LimitExceededException => "LimitExceededException",
            Self::ContinuousBackupsUnavailableException => "ContinuousBackupsUnavailableException",
            Self::PointInTimeRecoveryUnavailableException => {
                "PointInTimeRecoveryUnavailableException"
            }
            Self::InvalidRestoreTimeException => "InvalidRestoreTimeException",
        }
    }

    /// The exception of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// Whether it comes from the framework around the service, whose errors have rules of their own.
    pub fn is_framework(self) -> bool {
        matches!(
            self,
            Self::SerializationException
                | Self::UnknownOperationException
                | Self::AccessDeniedException
        )
    }

    /// The full name that `__type` holds (PRO-002, PRO-017 to PRO-019).
    pub fn shape_id(self) -> String {
        let namespace = match self {
            Self::ValidationException => "com.amazon.coral.validate",
            Self::SerializationException
            | Self::UnknownOperationException
            | Self::AccessDeniedException => "com.amazon.coral.service",
            _ => "com.amazonaws.dynamodb.v20120810",
        };
        format!("{namespace}#{}", self.as_str())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn just_what_the_framework_around_the_service_says_is_of_the_framework() {
        let of_framework = ErrorCode::ALL.into_iter().filter(|code| code.is_framework());
        let names: Vec<String> = of_framework.map(|code| format!("{code:>30}")).collect();
        let expected =
            ["SerializationException", "UnknownOperationException", "AccessDeniedException"];
        assert_eq!(names, expected.map(|name| format!("{name:>30}")));
    }
}
