//! The reference endpoint over real HTTP.

#![cfg(feature = "reference")]

mod alphabet;
mod client;
mod control;
mod judged;
mod protocol;
mod restore;
