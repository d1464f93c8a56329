//! The snapshots that people review with `cargo insta review`: they tell *us* that the specification
//! or a target has changed. Whether an endpoint conforms is never decided here.

#[path = "review/divergences.rs"]
mod divergences;
#[path = "review/transcript.rs"]
mod transcript;
