//! The targets that come with the suite, and how a word of the command line finds one.

use std::path::Path;

use super::{Definition, TargetError};

/// The files that come with the suite, by the name that each of them gives.
const BUILT_IN: &[(&str, &str)] = &[
    ("aws", include_str!("../../../fixtures/targets/aws.toml")),
    ("dynalite", include_str!("../../../fixtures/targets/dynalite.toml")),
    ("dynamodb-local", include_str!("../../../fixtures/targets/dynamodb-local.toml")),
    ("dynoxide", include_str!("../../../fixtures/targets/dynoxide.toml")),
    ("fakecloud", include_str!("../../../fixtures/targets/fakecloud.toml")),
    ("localemu", include_str!("../../../fixtures/targets/localemu.toml")),
    ("localstack", include_str!("../../../fixtures/targets/localstack.toml")),
    ("ministack", include_str!("../../../fixtures/targets/ministack.toml")),
    ("moto", include_str!("../../../fixtures/targets/moto.toml")),
];

/// The names of all targets that come with the suite, in alphabetical order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// Every version of every target that comes with the suite, in alphabetical order of their names.
#[must_use]
pub fn all() -> Vec<Definition> {
    let mut all = Vec::new();
    for (name, text) in BUILT_IN {
        let parse = |version| {
            Definition::parse(name, text, version).expect("what is built in is tested to be right")
        };
        let definition = parse(None);
        all.extend(definition.versions().into_iter().map(|version| parse(Some(version))));
    }
    all
}

impl Definition {
    /// Finds a target by its name, by its name and a version as in `moto@5.2.5`, or by the path of
    /// its file, which ends in `.toml`.
    ///
    /// # Errors
    ///
    /// For an unknown name the error lists all names, the nearest one first in its hint.
    pub fn find(word: &str) -> Result<Self, TargetError> {
        if Path::new(word).extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(word).map_err(|error| TargetError::Unreadable {
                path: word.into(),
                reason: error.to_string(),
            })?;
            return Self::parse(word, &text, None);
        }
        let (name, version) = match word.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (word, None),
        };
        match BUILT_IN.iter().find(|(candidate, _)| *candidate == name) {
            Some((_, text)) => Self::parse(name, text, version),
            None => Err(TargetError::unknown(name, &names())),
        }
    }
}
