//! Puts a target into the cache folder, once, and finds it there afterwards.
//!
//! A virtual environment cannot be moved, since its programs name its path in their first lines.
//! Hence a target is installed where it stays, and is complete only when a file says so that is
//! written last. What an interrupted installation left behind lacks that file and is removed. A lock
//! keeps two installations apart; the tools hold it too, so that one which outlives this process is
//! waited for as well.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use super::error::Tail;
use super::tools::Tool;
use super::{Definition, Install, TargetError, steps, tools};

/// The file that says that an installation is complete, and of what.
const COMPLETE: &str = "complete";

/// How long one step may take; the largest known target takes five minutes on a slow line.
const STEP_LIMIT: Duration = Duration::from_secs(30 * 60);

/// How often another process's installation is looked at.
const LOCK_POLL: Duration = Duration::from_millis(200);

/// The folder for installed targets: `$REINSTATE_CACHE`, or else `reinstate` below
/// `$XDG_CACHE_HOME` or `$HOME/.cache`.
///
/// # Errors
///
/// When none of these variables is set.
pub fn default_cache() -> Result<PathBuf, TargetError> {
    cache_from(|name| std::env::var_os(name).map(PathBuf::from))
}

fn cache_from(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, TargetError> {
    let folder = |name| variable(name).filter(|folder| !folder.as_os_str().is_empty());
    // A relative `$XDG_CACHE_HOME` is to be ignored, says the specification of these variables.
    let absolute = |name| folder(name).filter(|folder| folder.is_absolute());
    folder("REINSTATE_CACHE")
        .or_else(|| Some(absolute("XDG_CACHE_HOME")?.join("reinstate")))
        .or_else(|| Some(absolute("HOME")?.join(".cache").join("reinstate")))
        .ok_or(TargetError::NoCache)
}

/// A target that is on this machine and can be started any number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub(super) definition: Definition,
    pub(super) folder: PathBuf,
    pub(super) tool: Tool,
}

impl Installed {
    /// The folder that holds the target, its logs included; it may be removed at any time.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was installed.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The folder of the target's programs.
    pub(super) fn bin(&self) -> PathBuf {
        match self.definition.install {
            Install::Pip { .. } => steps::venv_bin(&self.folder),
            Install::Npm { .. } => self.folder.join("node_modules").join(".bin"),
            Install::Cargo { .. } => self.folder.join("bin"),
            Install::Container { .. } | Install::Remote { .. } | Install::None => {
                self.folder.clone()
            }
        }
    }
}

impl Definition {
    /// Installs the target below the cache folder, unless it is there already.
    ///
    /// `progress` is told what takes time, a sentence at a time.
    ///
    /// # Errors
    ///
    /// When a tool is missing or fails, or when the folder cannot be written.
    pub async fn install(
        &self,
        cache: &Path,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Installed, TargetError> {
        // Programs are started by their full names, from other working folders too.
        let cache = std::path::absolute(cache).map_err(|error| TargetError::cache(cache, error))?;
        let cannot = |reason| TargetError::CannotRun { name: self.name.clone(), reason };
        self.can_run().map_err(cannot)?;
        let tool = tools::find(&self.install).map_err(cannot)?;
        let folder = cache.join(self.label());
        let installed = Installed { definition: self.clone(), folder, tool };
        let folder = &installed.folder;
        fs::create_dir_all(&cache).map_err(|error| TargetError::cache(&cache, error))?;
        let lock = self.lock(&cache, progress).await?;

        let complete = folder.join(COMPLETE);
        let recipe = self.recipe(&installed.tool);
        if fs::read_to_string(&complete).is_ok_and(|found| found == recipe) {
            return Ok(installed);
        }
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(TargetError::cache(folder, error));
            }
            _ => {}
        }
        fs::create_dir_all(folder).map_err(|error| TargetError::cache(folder, error))?;
        self.run_steps(&cache, &installed, &lock, progress).await?;
        let written = folder.join("complete.partial");
        fs::write(&written, recipe)
            .and_then(|()| fs::rename(&written, &complete))
            .map_err(|error| TargetError::cache(&complete, error))?;
        Ok(installed)
    }

    /// What an installation is of: another recipe makes it another installation.
    fn recipe(&self, tool: &Tool) -> String {
        format!("{:?} with {}\n", self.install, tool.description)
    }

    /// Whether it is in the cache folder already.
    #[must_use]
    pub fn is_installed(&self, cache: &Path) -> bool {
        let complete = cache.join(self.label()).join(COMPLETE);
        tools::find(&self.install).is_ok_and(|tool| {
            fs::read_to_string(complete).is_ok_and(|found| found == self.recipe(&tool))
        })
    }

    async fn run_steps(
        &self,
        cache: &Path,
        installed: &Installed,
        lock: &File,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<(), TargetError> {
        let folder = &installed.folder;
        let log = cache.join(format!("{}.install.log", self.label()));
        let output = File::create(&log).map_err(|error| TargetError::cache(&log, error))?;
        let steps = steps::of(&self.install, folder, &installed.tool)
            .map_err(|error| TargetError::cache(folder, error))?;
        if !steps.is_empty() {
            progress(&format!(
                "installing {} {} into `{}`; this takes some minutes, once",
                self.title,
                self.version,
                folder.display()
            ));
        }
        for (step, command) in steps {
            run(command, lock, &output).await.map_err(|reason| TargetError::Install {
                name: self.name.clone(),
                step: step.to_owned(),
                reason,
                tail: Tail::of(&log),
                log: log.clone(),
            })?;
        }
        steps::tidy(&self.install, folder);
        Ok(())
    }

    /// Waits until no other process installs this target; the lock ends with the returned file.
    async fn lock(
        &self,
        cache: &Path,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<File, TargetError> {
        let path = cache.join(format!("{}.lock", self.label()));
        let lock = File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(|error| TargetError::cache(&path, error))?;
        let mut told = false;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(TryLockError::Error(error)) => return Err(TargetError::cache(&path, error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if !std::mem::replace(&mut told, true) {
                progress(&format!("waiting for another installation of {}", self.title));
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }
}

/// Runs a step to its end; the error says how it ended.
///
/// The lock, an empty file, is the tool's input: the system releases it when nobody has it open.
async fn run(mut command: Command, lock: &File, output: &File) -> Result<(), String> {
    let handle = |file: &File| file.try_clone().map_err(|error| error.to_string());
    let mut child = command
        .stdin(handle(lock)?)
        .stdout(handle(output)?)
        .stderr(handle(output)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("it does not start: {error}"))?;
    match tokio::time::timeout(STEP_LIMIT, child.wait()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("it ended with {status}")),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took more than {} s", STEP_LIMIT.as_secs())),
    }
}

#[cfg(test)]
mod tests;
