//! The tools that installing a target needs, and what to say when one is missing.
//!
//! Nothing is installed here; the tools are only asked for their versions.

use std::process::{Command, Stdio};

use super::Install;

/// Fails when `venv` would: Debian and its relatives ship both modules in a package of their own.
const ASK_PYTHON: &str =
    "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip";

/// The tool's description, or what is missing together with the remedy.
pub(super) fn check(install: &Install) -> Result<String, String> {
    match install {
        Install::Pip { python, .. } => {
            judge_python(ask("python3", &["-c", ASK_PYTHON]).as_ref(), python)
        }
        Install::Npm { .. } => {
            let version = |program| ask(program, &["--version"]);
            judge_node(version("node").as_ref(), version("npm").as_ref())
        }
        Install::None => Ok("nothing".to_owned()),
    }
}

/// Reads `3.10` as (3, 10), which, unlike the text, compares well with (3, 9).
pub(super) fn version_pair(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Runs a program that only says something about itself.
fn ask(program: &str, arguments: &[&str]) -> Option<Answer> {
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

fn judge_node(node: Option<&Answer>, npm: Option<&Answer>) -> Result<String, String> {
    for (program, answer) in [("node", node), ("npm", npm)] {
        if !answer.is_some_and(|answer| answer.success) {
            return Err(format!("`{program}` is missing\nhint: install Node.js together with npm"));
        }
    }
    Ok("npm".to_owned())
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
        assert!(ask("no-such-python3", &["--version"]).is_none());
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
    }

    #[test]
    fn what_is_there_is_described() {
        let python = judge_python(Some(&answer(true, "3.11")), "3.10");
        assert_eq!(python, Ok("Python 3.11".to_owned()));
    }
}
