//! What can happen to a small account: its states, the steps between them, and tours along all of them.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`scope`], [`alphabet`] | what is looked at, and why that is enough; its requests |
//! | [`machine`], [`action`] | a behaviour in a scope, as states and steps |
//! | [`graph`] | all states and steps, with shortest paths |
//! | [`tour`] | few paths that take every step, or every two steps in a row |
//! | [`listing`], [`story`] | states and paths as a person reads them |
//!
//! The model checker judges these states and steps, and the conformance suite takes its tours from them.

pub mod action;
pub mod alphabet;
pub mod graph;
pub mod listing;
pub mod machine;
pub mod scope;
pub mod story;
pub mod tour;
