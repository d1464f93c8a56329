//! What does happen: the conformance suite that holds any endpoint against the specification.
//!
//! Stages, in the order in which data flows:
//!
//! | module | stage |
//! | --- | --- |
//! | [`scenario`] | a case as data |
//! | [`plan`], [`select`] | which cases, in what order |
//! | [`drive`], [`session`], [`names`] | one case against one endpoint, in lock-step with the oracle |
//! | [`transport`], [`sign`], `sdk` | bytes out and in |
//! | [`exchange`] | what a report keeps of them |
//! | [`finding`], [`verdict`] | differences become findings and verdicts |
//! | [`shrink`] | the smallest case that shows a finding |
//! | [`replay`], [`reproduce`] | a case again, and as a program for others |
//! | [`log`] | what happened, case by case, as reports and later runs read it |
//! | [`coverage`] | how much of the model was seen |
//! | [`waiver`] | what is known and put up with |
//! | [`report`] | what a run found, for people and machines |
//! | [`compare`] | what was fixed and what was broken since |
//! | [`job`], [`run`], [`target`], `reference`, `embedded` | a plan, or a part of it, against a target |
//! | `fault`, `power` | deliberate bugs of the reference, and how many the suite finds |
//! | [`story`] | a path of the model as a case |
//! | `harness` | the suite as the tests of an emulator's own |
//! | [`book`] | the catalogue of rules, for people to read |
//!
//! Only the transport opens sockets; only reports, caches and logs are written to files.

pub mod book;
pub mod compare;
pub mod cost;
pub mod coverage;
pub mod drive;
pub mod duration;
#[cfg(feature = "reference")]
pub mod embedded;
pub mod exchange;
#[cfg(feature = "reference")]
pub mod fault;
pub mod finding;
pub mod guard;
#[cfg(feature = "harness")]
pub mod harness;
pub mod job;
pub mod journal;
pub mod log;
mod members;
pub mod names;
pub mod nearest;
pub mod pace;
pub mod plan;
#[cfg(feature = "reference")]
pub mod power;
pub mod record;
pub mod redact;
#[cfg(feature = "reference")]
pub mod reference;
#[cfg(feature = "reference")]
pub mod rehearsal;
pub mod replay;
pub mod report;
pub mod reproduce;
pub mod run;
pub mod scenario;
#[cfg(feature = "sdk")]
pub mod sdk;
pub mod select;
pub mod session;
pub mod shrink;
pub mod sign;
pub mod story;
pub mod sweep;
pub mod target;
pub mod transport;
pub mod verdict;
pub mod waiver;
