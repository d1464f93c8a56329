//! The specification against what it was made from, and what it says written out for people to read.

mod descriptions;
mod evidence;
mod judgements;
#[path = "../pinned/mod.rs"]
mod pinned;
mod rules;
mod seed_coverage;
#[cfg(feature = "generate")]
mod variations;
