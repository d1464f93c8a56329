//! Targets: implementations of DynamoDB that this suite can install, start and stop by itself.
//!
//! A target is data, one TOML file under `fixtures/targets`, so that adding one needs no code. This
//! file reads them; `install` puts one into the cache folder, `running` starts it there. Targets
//! are programs of their own, used through their interface only, whatever their licence.

mod error;
mod install;
mod running;
mod tools;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use error::TargetError;
pub use install::{Installed, default_cache};
pub use running::Running;

/// The files that come with the suite, by the name that each of them gives.
const BUILT_IN: &[(&str, &str)] = &[
    ("dynalite", include_str!("../../fixtures/targets/dynalite.toml")),
    ("ministack", include_str!("../../fixtures/targets/ministack.toml")),
    ("moto", include_str!("../../fixtures/targets/moto.toml")),
];

/// The names of all targets that come with the suite, in alphabetical order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// How to get, start and reset an implementation.
///
/// In `start` and in the values of `environment`, `{port}` stands for the port to listen on,
/// `{bin}` for the folder of the installed programs, and `{home}` for a folder to write into.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The name by which the command line knows it.
    pub name: String,
    /// The version that is installed, and no other.
    pub version: String,
    /// The name that its makers give it.
    pub title: String,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// Whether it has backups at all.
    pub backups: bool,
    /// What a reader of its report should know.
    #[serde(default)]
    pub note: String,
    /// How it gets onto this machine.
    pub install: Install,
    /// The program and its arguments.
    pub start: Vec<String>,
    /// Variables for the program, beside the few that every program gets.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// How to tell that it is up.
    #[serde(default)]
    pub readiness: Readiness,
    /// How to empty it, if it can do that without being started again.
    #[serde(default)]
    pub reset: Option<Reset>,
}

/// How a target gets onto this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Install {
    /// With pip, into a virtual environment of its own.
    Pip {
        /// The packages as pip names them, with their versions.
        packages: Vec<String>,
        /// The oldest Python that it runs on, as in `3.10`.
        python: String,
    },
    /// With npm, into a folder of its own.
    Npm {
        /// The packages as npm names them, with their versions.
        packages: Vec<String>,
    },
    /// Not at all: `start` names a program that is there already.
    None,
}

/// The request that a target answers with status 200 once it is up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// An operation that needs no members; it is sent signed, with `{}` as its body.
    pub operation: String,
    /// How long to wait for it.
    pub within_seconds: u64,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { operation: "ListTables".to_owned(), within_seconds: 30 }
    }
}

/// The request that empties a target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// The HTTP method.
    pub method: String,
    /// The path, from the first slash on.
    pub path: String,
}

impl Definition {
    /// Finds a target that comes with the suite.
    ///
    /// # Errors
    ///
    /// For an unknown name the error lists all names, the nearest one first in its hint.
    pub fn find(name: &str) -> Result<Self, TargetError> {
        match BUILT_IN.iter().find(|(candidate, _)| *candidate == name) {
            Some((_, text)) => Self::parse(name, text),
            None => Err(TargetError::unknown(name, &names())),
        }
    }

    /// Reads a definition; `origin` is where the text is from, for the error.
    ///
    /// # Errors
    ///
    /// When the text is no definition, or holds a value that could not work.
    pub fn parse(origin: &str, text: &str) -> Result<Self, TargetError> {
        let wrong = |reason: String| TargetError::Definition { origin: origin.to_owned(), reason };
        let definition: Self = toml::from_str(text).map_err(|error| {
            // The library's text spans lines and shows the place; an error here is one line.
            wrong(error.message().replace('\n', " "))
        })?;
        for (member, value) in [("name", &definition.name), ("version", &definition.version)] {
            // Both become part of a folder's name.
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
            if value.is_empty() || value.starts_with('.') || !value.bytes().all(plain) {
                return Err(wrong(format!("`{member}` is not a plain word: `{value}`")));
            }
        }
        if definition.start.is_empty() {
            return Err(wrong("`start` names no program".to_owned()));
        }
        if let Install::Pip { python, .. } = &definition.install
            && tools::version_pair(python).is_none()
        {
            return Err(wrong(format!(
                "`install.python` is not a version such as `3.10`: `{python}`"
            )));
        }
        if let Some(reset) = &definition.reset
            && (!reset.path.starts_with('/') || reset.method.parse::<http::Method>().is_err())
        {
            return Err(wrong("`reset` is not a method with a path".to_owned()));
        }
        Ok(definition)
    }

    /// Name and version, as folders and reports have them.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_definition_of_that_name_and_listens_on_loopback_only() {
        for name in names() {
            let definition = Definition::find(name).unwrap();
            assert_eq!(definition.name, name);
            let mut words = definition.start.iter().chain(definition.environment.values());
            assert!(words.any(|word| word.contains("{port}")), "{name}");
            let mut words = definition.start.iter().chain(definition.environment.values());
            assert!(words.any(|word| word == "127.0.0.1"), "{name}");
        }
    }

    #[test]
    fn every_installed_package_is_pinned_to_the_version_that_is_reported() {
        for name in names() {
            let definition = Definition::find(name).unwrap();
            if let Install::Pip { packages, .. } | Install::Npm { packages } = &definition.install {
                assert!(packages[0].ends_with(&definition.version), "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_and_all() {
        let text = Definition::find("motto").unwrap_err().to_string();
        assert!(text.contains("did you mean `moto`"), "{text}");
        assert!(text.contains("`dynalite`, `ministack`, `moto`"), "{text}");
        let text = Definition::find("cassandra").unwrap_err().to_string();
        assert!(!text.contains("did you mean"), "{text}");
    }

    #[test]
    fn a_wrong_definition_is_refused_with_the_member() {
        let good = "name = 'a'\nversion = '1'\ntitle = ''\nlicense = ''\nbackups = true\n\
            start = ['x']\ninstall = { kind = 'none' }\n";
        assert!(Definition::parse("here", good).is_ok());
        for (old, new, expected) in [
            ("'a'", "'../a'", "`name` is not a plain word: `../a`"),
            ("['x']", "[]", "`start` names no program"),
            ("'none'", "'apt'", "apt"),
            ("backups", "backup", "backup"),
            (
                "{ kind = 'none' }",
                "{ kind = 'pip', packages = ['x'], python = 'new' }",
                "`install.python`",
            ),
            ("start", "reset = { method = 'POST', path = 'x' }\nstart", "`reset`"),
        ] {
            let error = Definition::parse("here", &good.replace(old, new)).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("here") && text.contains(expected), "{text}");
        }
    }
}
