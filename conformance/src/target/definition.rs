//! What the file of a target says, and which of it could not work.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{TargetError, tools};
use crate::transport::{Endpoint, EndpointError};

/// How to get, start and reset an implementation.
///
/// In `start` and in the values of `environment`, `{port}` stands for the port to listen on, `{bin}`
/// for the folder of the installed programs, `{folder}` for the folder of the installation, and
/// `{home}` for a folder to write into, new for each process. In what is installed, `{version}` stands
/// for the version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The name by which the command line knows it.
    pub name: String,
    /// The version that is installed, unless another is asked for.
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
    /// Whether it is run when all targets are asked for.
    #[serde(default = "yes")]
    pub in_all: bool,
    /// The systems that its programs run on, such as `linux-x86_64`; any if there is none.
    #[serde(default)]
    pub platforms: Vec<String>,
    /// How it gets onto this machine.
    pub install: Install,
    /// The program and its arguments; those of the image for a container, nothing for a service.
    #[serde(default)]
    pub start: Vec<String>,
    /// How many processes of it share the cases of a run, each an account of its own: more than one for a
    /// program that uses one processor only and keeps nothing in files.
    #[serde(default = "one")]
    pub processes: usize,
    /// How many cases a process is given before another one replaces it, for a program that does not bear
    /// any number of requests.
    #[serde(default = "unbounded")]
    pub cases_per_process: usize,
    /// Variables for the program, beside the few that every program gets.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// How to tell that it is up.
    #[serde(default)]
    pub readiness: Readiness,
    /// How to empty it, if it can do that without being started again.
    #[serde(default)]
    pub reset: Option<Reset>,
    /// Other versions of interest.
    #[serde(default)]
    pub other: Vec<Other>,
}

fn yes() -> bool {
    true
}

fn one() -> usize {
    1
}

fn unbounded() -> usize {
    usize::MAX
}

/// The most processes of a target that are started for a run.
const MOST_PROCESSES: usize = 8;

/// Another version, and in what it differs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// The version.
    pub version: String,
    /// Whether it has backups; as the main version if it is left out.
    pub backups: Option<bool>,
    /// What a reader of its report should know; as the main version if it is left out.
    pub note: Option<String>,
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
    /// With cargo: packages with programs, or a package whose files are given here.
    Cargo {
        /// The packages as cargo names them, with their versions.
        #[serde(default)]
        packages: Vec<String>,
        /// The files of a package, by their paths in it.
        #[serde(default)]
        files: BTreeMap<String, String>,
    },
    /// As an image for docker or podman.
    Container {
        /// The image with its tag.
        image: String,
        /// The port that it listens on inside.
        port: u16,
    },
    /// Not at all: a service that is somewhere else, with credentials from the environment.
    Remote {
        /// Its URL; `{region}` stands for the Region of the credentials.
        endpoint: String,
    },
    /// Not at all: `start` names a program that is there already.
    None,
}

impl Install {
    /// Every text in which `{version}` stands for the version.
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::Pip { packages, .. } | Self::Npm { packages } => packages.iter_mut().collect(),
            Self::Cargo { packages, files } => {
                packages.iter_mut().chain(files.values_mut()).collect()
            }
            Self::Container { image, .. } => vec![image],
            Self::Remote { .. } | Self::None => Vec::new(),
        }
    }
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
    /// Reads a definition; `origin` is where the text is from, for the error. With `version` that one
    /// is meant instead of the definition's own.
    ///
    /// # Errors
    ///
    /// When the text is no definition, holds a value that could not work, or has no such version.
    pub fn parse(origin: &str, text: &str, version: Option<&str>) -> Result<Self, TargetError> {
        let wrong = |reason: String| TargetError::Definition { origin: origin.to_owned(), reason };
        let mut definition: Self = toml::from_str(text).map_err(|error| {
            // The library's text spans lines and shows the place; an error here is one line.
            let reason = error.message().replace('\n', " ");
            match error.span() {
                Some(span) => {
                    let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
                    wrong(format!("line {line}: {reason}"))
                }
                None => wrong(reason),
            }
        })?;
        if let Some(version) = version {
            definition.take_version(version)?;
        }
        definition.check().map_err(wrong)?;
        let version = definition.version.clone();
        for text in definition.install.texts() {
            *text = text.replace("{version}", &version);
        }
        Ok(definition)
    }

    /// Means another version: one that is listed, or any if what is installed is named after it.
    fn take_version(&mut self, version: &str) -> Result<(), TargetError> {
        if version == self.version {
            return Ok(());
        }
        let listed = self.other.iter().find(|other| other.version == version).cloned();
        let follows = self.install.texts().iter().any(|text| text.contains("{version}"));
        if listed.is_none() && !follows {
            return Err(TargetError::NoVersion {
                name: self.name.clone(),
                version: version.to_owned(),
                versions: self.versions().join("`, `"),
            });
        }
        version.clone_into(&mut self.version);
        if let Some(other) = listed {
            self.backups = other.backups.unwrap_or(self.backups);
            self.note = other.note.unwrap_or_else(|| self.note.clone());
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        let versions = self.versions();
        let words = [("name", self.name.as_str())]
            .into_iter()
            .chain(versions.iter().map(|version| ("version", *version)));
        for (member, value) in words {
            // Both become part of a folder's name.
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
            if value.is_empty() || value.starts_with('.') || !value.bytes().all(plain) {
                return Err(format!("`{member}` is not a plain word: `{value}`"));
            }
        }
        match &self.install {
            Install::Pip { python, .. } if tools::version_pair(python).is_none() => {
                return Err(format!(
                    "`install.python` is not a version such as `3.10`: `{python}`"
                ));
            }
            Install::Cargo { packages, files } => {
                if packages.is_empty() == files.is_empty() {
                    return Err("`install` needs either `packages` or `files`".to_owned());
                }
                let leaves =
                    |path: &str| path.split(['/', '\\']).any(|part| matches!(part, "" | ".."));
                if let Some(path) = files.keys().find(|path| leaves(path)) {
                    return Err(format!("`install.files` leaves the package: `{path}`"));
                }
            }
            Install::Remote { endpoint } if !endpoint.contains("://") => {
                return Err(format!("`install.endpoint` is no URL: `{endpoint}`"));
            }
            _ => {}
        }
        let has_program =
            !matches!(self.install, Install::Container { .. } | Install::Remote { .. });
        if has_program && self.start.is_empty() {
            return Err("`start` names no program".to_owned());
        }
        if !(1..=MOST_PROCESSES).contains(&self.processes) {
            return Err(format!("`processes` is not between 1 and {MOST_PROCESSES}"));
        }
        if self.cases_per_process == 0 {
            return Err("`cases_per_process` is none".to_owned());
        }
        if let Some(reset) = &self.reset
            && (!reset.path.starts_with('/') || reset.method.parse::<http::Method>().is_err())
        {
            return Err("`reset` is not a method with a path".to_owned());
        }
        Ok(())
    }

    /// Its own version and the other ones that it lists.
    pub fn versions(&self) -> Vec<&str> {
        let others = self.other.iter().map(|other| other.version.as_str());
        std::iter::once(self.version.as_str()).chain(others).collect()
    }

    /// Name and version, as folders and reports have them.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// What it can be installed and started with here, or why it cannot, with the remedy.
    ///
    /// # Errors
    ///
    /// The reason, when it cannot.
    pub fn can_run(&self) -> Result<String, String> {
        let here = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        if !self.platforms.is_empty() && !self.platforms.contains(&here) {
            return Err(format!(
                "its program is for {}, this is {here}",
                self.platforms.join(" and ")
            ));
        }
        Ok(tools::find(&self.install)?.description)
    }

    /// Whether it is somewhere else, so that nothing is installed or started here.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        matches!(self.install, Install::Remote { .. })
    }

    /// Where a service that is somewhere else is to be asked, in the Region of the credentials.
    ///
    /// # Errors
    ///
    /// When its URL is none that this crate can send to.
    pub fn remote(&self, region: &str) -> Result<Endpoint, EndpointError> {
        let Install::Remote { endpoint } = &self.install else { return Endpoint::parse("") };
        Endpoint::parse(&endpoint.replace("{region}", region))
    }
}
