//! Bugs, planted from outside.

use super::behaviour::Behaviour;

/// A deliberate bug.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// What it is called.
    pub name: &'static str,
    /// The behaviour that has it.
    pub behaviour: Behaviour,
}
