//! The commands that install a target into its folder, by the way of installing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::Install;
use super::tools::Tool;

/// A command and what it does, for people.
pub(super) type Step = (&'static str, Command);

/// The commands, in order. The files of a package that cargo is to build are written here already.
pub(super) fn of(install: &Install, folder: &Path, tool: &Tool) -> io::Result<Vec<Step>> {
    Ok(match install {
        Install::Pip { packages, .. } => {
            let mut environment = Command::new(&tool.program);
            environment.args(["-m", "venv"]).arg(folder);
            let mut pip = Command::new(venv_bin(folder).join("python"));
            pip.args(["-m", "pip", "install", "--no-input"]);
            pip.arg("--disable-pip-version-check").args(packages);
            vec![("making a virtual environment", environment), ("pip", pip)]
        }
        Install::Npm { packages } => {
            let mut npm = Command::new(&tool.program);
            npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]);
            npm.arg(folder).args(packages);
            vec![("npm", npm)]
        }
        Install::Cargo { packages, files } => {
            let mut cargo = Command::new(&tool.program);
            cargo.args(["install", "--root"]).arg(folder);
            // The folder of a workspace would lend its settings to what is built inside of it.
            cargo.current_dir(folder);
            if files.is_empty() {
                cargo.arg("--locked").args(packages);
            } else {
                let source = folder.join("source");
                write_files(files.iter(), &source)?;
                cargo.arg("--path").arg(&source);
            }
            vec![("cargo", cargo)]
        }
        Install::Container { image, .. } => {
            let mut pull = Command::new(&tool.program);
            pull.arg("pull").arg(image);
            vec![("pulling the image", pull)]
        }
        Install::Remote { .. } | Install::None => Vec::new(),
    })
}

/// Removes what only building needed, some hundred megabytes; that it cannot is no reason to fail.
pub(super) fn tidy(install: &Install, folder: &Path) {
    if matches!(install, Install::Cargo { .. }) {
        let _ = fs::remove_dir_all(folder.join("source").join("target"));
    }
}

fn write_files<'a>(
    files: impl Iterator<Item = (&'a String, &'a String)>,
    folder: &Path,
) -> io::Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// Where a virtual environment has its programs.
pub(super) fn venv_bin(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts" } else { "bin" })
}
