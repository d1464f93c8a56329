//! A target in a container of docker or podman, which take the same words.
//!
//! The client stays in the foreground and hands signals on, so that a container is started, watched
//! and asked to end like any other program. Only if its client had to be killed it is killed by name.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::{Definition, Install};

/// One container of this process.
#[derive(Debug)]
pub(super) struct Container {
    engine: PathBuf,
    name: String,
    port: u16,
}

impl Container {
    /// The container for a port of the loopback interface, which no other container can have too.
    pub(super) fn new(engine: &Path, definition: &Definition, port: u16) -> Self {
        Self {
            engine: engine.to_owned(),
            name: format!("reinstate-{}-{port}", definition.name),
            port,
        }
    }

    /// The client that runs it. It needs the user's own environment to find its engine; the container
    /// sees nothing of that, only what the definition gives it.
    pub(super) fn command(&self, definition: &Definition) -> Command {
        let mut command = Command::new(&self.engine);
        command.args(self.words(definition));
        command
    }

    fn words(&self, definition: &Definition) -> Vec<String> {
        let Install::Container { image, port: inside } = &definition.install else {
            return Vec::new();
        };
        let mut words = vec!["run".to_owned(), "--rm".to_owned(), "--name".to_owned()];
        words.push(self.name.clone());
        words.push("--publish".to_owned());
        words.push(format!("127.0.0.1:{}:{inside}", self.port));
        for (name, value) in &definition.environment {
            words.extend(["--env".to_owned(), format!("{name}={value}")]);
        }
        words.push(image.clone());
        words.extend(definition.start.iter().cloned());
        words
    }

    /// Kills it without waiting. That it has gone already is as good.
    pub(super) fn kill(&self) {
        let _ = std::process::Command::new(&self.engine)
            .args(["kill", &self.name])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_published_on_loopback_only_and_removed_when_it_ends() {
        let definition = Definition::find("dynamodb-local").unwrap();
        let container = Container::new(Path::new("podman"), &definition, 4711);
        let words = container.words(&definition).join(" ");
        assert!(words.starts_with("run --rm --name reinstate-dynamodb-local-4711 "), "{words}");
        assert!(words.contains("--publish 127.0.0.1:4711:8000 "), "{words}");
    }
}
