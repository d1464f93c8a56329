//! Ranges of versions, of targets that number them in their own ways.

use std::fmt;
use std::str::FromStr;

use semver::{BuildMetadata, Prerelease, Version, VersionReq};

/// A range such as `>=5.2, <6`. A version is taken by its numbers alone: up to three of them, what is
/// missing counts as zero, and `5.3.0rc1` is in every range that `5.3.0` is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range(VersionReq);

impl Range {
    /// Whether a version is in it; one that does not begin with a number is in none.
    pub fn holds(&self, version: &str) -> bool {
        numbers(version).is_some_and(|version| self.0.matches(&version))
    }

    /// From this version on; none if it does not begin with a number.
    pub fn since(version: &str) -> Option<Self> {
        let version = numbers(version)?;
        format!(">={version}").parse().ok()
    }
}

impl FromStr for Range {
    type Err = semver::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        VersionReq::parse(text).map(Self)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn numbers(version: &str) -> Option<Version> {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let mut parts = version[..end].split('.').filter(|part| !part.is_empty()).map(str::parse);
    let major = parts.next()?.ok()?;
    let mut next = || parts.next().and_then(Result::ok).unwrap_or(0);
    let (minor, patch) = (next(), next());
    Some(Version { major, minor, patch, pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_taken_by_its_numbers() {
        let range: Range = ">=5.2, <6".parse().unwrap();
        for inside in ["5.2", "5.2.5", "5.3.0rc1", "5.10.0.dev3", "5.2.5+local"] {
            assert!(range.holds(inside), "{inside}");
        }
        for outside in ["5.1.9", "6", "6.0.0rc1", "nightly", ""] {
            assert!(!range.holds(outside), "{outside}");
        }
        assert_eq!(Range::since("5.2.5").unwrap().to_string(), ">=5.2.5");
        assert_eq!(Range::since("main"), None);
    }
}
