//! The tools that installing a target needs, and what to say when one is missing.
//!
//! Nothing is installed here; the tools are only asked for their versions.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Install;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// Fails when `venv` would: Debian and its relatives ship both modules in a package of their own.
const ASK_PYTHON: &str =
    "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip";

/// The names that Python has on the path, the usual one first.
const PYTHONS: [&str; 6] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// A tool that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tool {
    /// How it is called.
    pub program: PathBuf,
    /// What it is, for people; a change of it makes an installation another one.
    pub description: String,
}

impl Tool {
    fn new(program: impl Into<PathBuf>, description: impl Into<String>) -> Self {
        Self { program: program.into(), description: description.into() }
    }
}

/// The tool for a way of installing, or what is missing together with the remedy.
pub(super) fn find(install: &Install) -> Result<Tool, String> {
    let version = |program: &str| ask(Path::new(program), &["--version"]);
    match install {
        Install::Pip { python, .. } => find_python(python),
        Install::Npm { .. } => judge_node(version("node").as_ref(), version("npm").as_ref()),
        Install::Cargo { .. } => judge_cargo(version("cargo").as_ref()),
        Install::Container { .. } => {
            // The client alone is no engine: only the server's version tells that one runs.
            let server = ["version", "--format", "{{.Server.Version}}"];
            judge_engine(&[
                ("docker", ask(Path::new("docker"), &server)),
                ("podman", ask(Path::new("podman"), &["version", "--format", "{{.Version}}"])),
            ])
        }
        Install::Remote { endpoint } => {
            let url = endpoint.replace("{region}", Credentials::local().region());
            Endpoint::parse(&url).map_err(|error| error.to_string())?;
            Credentials::from_environment().map_err(|error| error.to_string())?;
            Ok(Tool::new("", "credentials from the environment"))
        }
        Install::None => Ok(Tool::new("", "nothing")),
    }
}

/// Reads `3.10` as (3, 10), which, unlike the text, compares well with (3, 9).
pub(super) fn version_pair(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Runs a program that only says something about itself.
fn ask(program: &Path, arguments: &[&str]) -> Option<Answer> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    Some(Answer {
        success: output.status.success(),
        text: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    })
}

struct Answer {
    success: bool,
    text: String,
}

/// The first Python that is new enough: the usual one, others on the path, those that pyenv has.
fn find_python(minimum: &str) -> Result<Tool, String> {
    let judge = |program: &Path| {
        judge_python(ask(program, &["-c", ASK_PYTHON]).as_ref(), minimum)
            .map(|description| Tool::new(program, description))
    };
    let usual = judge(Path::new(PYTHONS[0]));
    if usual.is_ok() {
        return usual;
    }
    let others = PYTHONS[1..].iter().map(PathBuf::from).chain(pyenv());
    others.into_iter().find_map(|program| judge(&program).ok()).map_or(usual, Ok)
}

/// The interpreters that pyenv has installed: its names on the path refuse to run unless chosen.
fn pyenv() -> Vec<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let root = folder("PYENV_ROOT").or_else(|| Some(folder("HOME")?.join(".pyenv")));
    let entries = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let mut found: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin").join("python3")))
        .filter(|program| program.exists())
        .collect();
    found.sort();
    found
}

fn judge_python(answer: Option<&Answer>, minimum: &str) -> Result<String, String> {
    let Some((answer, found)) = answer.and_then(|it| Some((it, version_pair(&it.text)?))) else {
        return Err(format!("`python3` is missing\nhint: install Python {minimum} or newer"));
    };
    if Some(found) < version_pair(minimum) {
        return Err(format!(
            "Python {minimum} or newer is needed, `python3` is {}\nhint: put a newer `python3` \
             first on the path",
            answer.text
        ));
    }
    if !answer.success {
        return Err(
            "`python3` cannot make virtual environments\nhint: install its modules `venv` and \
             `ensurepip`; with Debian and Ubuntu, `apt install python3-venv`"
                .to_owned(),
        );
    }
    Ok(format!("Python {}", answer.text))
}

fn judge_node(node: Option<&Answer>, npm: Option<&Answer>) -> Result<Tool, String> {
    for (program, answer) in [("node", node), ("npm", npm)] {
        if !answer.is_some_and(|answer| answer.success) {
            return Err(format!("`{program}` is missing\nhint: install Node.js together with npm"));
        }
    }
    Ok(Tool::new("npm", "npm"))
}

fn judge_cargo(cargo: Option<&Answer>) -> Result<Tool, String> {
    if !cargo.is_some_and(|answer| answer.success) {
        return Err("`cargo` is missing\nhint: install Rust together with cargo".to_owned());
    }
    Ok(Tool::new("cargo", "cargo; building takes some minutes, once"))
}

fn judge_engine(engines: &[(&str, Option<Answer>)]) -> Result<Tool, String> {
    let up = |answer: &Answer| answer.success && !answer.text.is_empty();
    if let Some((name, _)) = engines.iter().find(|(_, answer)| answer.as_ref().is_some_and(up)) {
        return Ok(Tool::new(*name, *name));
    }
    match engines.iter().find(|(_, answer)| answer.is_some()) {
        Some((name, _)) => Err(format!(
            "`{name}` is here, but its engine does not answer\nhint: start the engine, or install podman"
        )),
        None => Err("neither `docker` nor `podman` is here\nhint: install one of them".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(success: bool, text: &str) -> Answer {
        Answer { success, text: text.to_owned() }
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(version_pair("3.9") < version_pair("3.10"));
        assert_eq!(version_pair("3.11\n"), Some((3, 11)));
        assert_eq!(version_pair("new"), None);
    }

    #[test]
    fn a_program_that_does_not_exist_gives_no_answer() {
        assert!(ask(Path::new("no-such-python3"), &["--version"]).is_none());
    }

    #[test]
    fn what_is_missing_is_named_with_the_remedy() {
        let python = |answer: Option<&Answer>| judge_python(answer, "3.10").unwrap_err();
        assert!(python(None).contains("`python3` is missing\nhint: install Python 3.10"));
        assert!(python(Some(&answer(false, ""))).contains("is missing"));
        let old = python(Some(&answer(true, "3.9")));
        assert!(old.contains("Python 3.10 or newer is needed, `python3` is 3.9"), "{old}");
        let bare = python(Some(&answer(false, "3.11")));
        assert!(bare.contains("apt install python3-venv"), "{bare}");

        let there = answer(true, "10.0.0");
        let node = judge_node(None, Some(&there)).unwrap_err();
        assert!(node.contains("`node` is missing"), "{node}");
        let npm = judge_node(Some(&there), None).unwrap_err();
        assert!(npm.contains("`npm` is missing"), "{npm}");
        let cargo = judge_cargo(None).unwrap_err();
        assert!(cargo.contains("`cargo` is missing"), "{cargo}");
    }

    #[test]
    fn a_container_needs_an_engine_that_answers_and_not_only_its_client() {
        let none = judge_engine(&[("docker", None), ("podman", None)]).unwrap_err();
        assert!(none.contains("neither `docker` nor `podman` is here"), "{none}");
        let client = [("docker", Some(answer(false, ""))), ("podman", None)];
        let text = judge_engine(&client).unwrap_err();
        assert!(text.contains("`docker` is here, but its engine does not answer"), "{text}");
        let second = [("docker", Some(answer(false, ""))), ("podman", Some(answer(true, "5.0")))];
        assert_eq!(judge_engine(&second).unwrap().program, PathBuf::from("podman"));
    }

    #[test]
    fn what_is_there_is_described() {
        let python = judge_python(Some(&answer(true, "3.11")), "3.10");
        assert_eq!(python, Ok("Python 3.11".to_owned()));
    }
}
