//! Targets: implementations of DynamoDB that this suite can install, start and stop by itself.
//!
//! A target is data, one TOML file under `fixtures/targets`, so that adding one needs no code:
//! `definition` says what such a file holds, `shipped` finds one by its name. `tools` tells whether it
//! can run here, `install` puts it into the cache folder with the commands of `steps`, `running` starts
//! it there, or in a `container`; `processes` has cases share what was started. Targets are programs of their own, used through their interface only,
//! whatever their licence.

mod container;
mod definition;
mod error;
mod install;
mod processes;
mod running;
mod shipped;
mod steps;
mod tools;

pub use definition::{Definition, Install, Other, Readiness, Reset};
pub use error::TargetError;
pub use install::{Installed, default_cache};
pub use processes::Processes;
pub use running::Running;
pub use shipped::{all, names};

#[cfg(test)]
mod tests;
