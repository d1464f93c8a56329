//! What must happen: an executable specification of DynamoDB's backup-and-restore control plane.
//!
//! Pure: no input or output, no clock, no randomness, no HTTP. Read it in this order:
//!
//! | module | what it says |
//! | --- | --- |
//! | [`name`], [`schema`], [`attribute`], [`request`] | the words: names, shapes, values, requests |
//! | [`account`] | the state: tables, backups, restores in flight |
//! | [`step`](mod@step) | **the rules**: what each request comes to; one file for each family of operations |
//! | [`service`] | what the service does by itself: events |
//! | [`outcome`], [`describe`], [`matcher`], [`message`] | what may be answered, each part tied to its rule |
//! | [`rules`], [`api`] | the catalogue and the API model, read from `fixtures/` |
//! | [`wire`], [`protocol`] | from bytes to an outcome and back; what every answer must look like |
//! | [`oracle`] | the belief: judging an endpoint whose events are not seen |
//! | `explore`, `check`, `generate` | features: states and steps of small accounts, the model checker, proptest strategies |
//!
//! How to read a rule: code refuses, grants and describes by naming a rule's id, such as `RTB-90`;
//! [`rules::catalogue`] has its sentence, its sources and how sure we are of it.
//!
//! Invariant: `step` and `service` are the only places with behaviour. The checker, the oracle and
//! the reference endpoint call them; none has a rule of its own.

pub mod account;
pub mod api;
pub mod attribute;
pub mod behaviour;
#[cfg(feature = "check")]
pub mod check;
pub mod describe;
#[cfg(feature = "explore")]
#[cfg_attr(not(feature = "check"), expect(dead_code, reason = "the model checker needs more"))]
pub mod explore;
#[cfg(feature = "generate")]
pub mod generate;
pub mod matcher;
pub mod message;
pub mod name;
pub mod oracle;
pub mod outcome;
pub mod pointer;
pub mod protocol;
pub mod request;
pub mod rules;
pub mod schema;
pub mod service;
pub mod step;
pub mod wire;
