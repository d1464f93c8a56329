#![cfg(feature = "check")]
//! What the model checker finds, and that it would find what is wrong.

mod faults;
mod lives;
mod model_checking;
mod packed;
#[path = "../pinned/mod.rs"]
mod pinned;
mod written;
