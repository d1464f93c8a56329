//! The specification against what it was made from, and what it says written out for people to read.

mod descriptions;
mod endpoint;
mod evidence;
mod judgements;
mod limits;
#[path = "../pinned/mod.rs"]
mod pinned;
mod rules;
mod seed_coverage;
#[cfg(feature = "generate")]
mod variations;
