//! stateright's Explorer: a page in the browser to go from state to state.

use std::net::Ipv4Addr;

use stateright::Model;

use super::machine::Machine;

/// Serves the Explorer on loopback, for as long as the program runs.
///
/// Nothing of it can be ended or told to try another port: whoever calls this makes sure that the port
/// is free, since stateright panics otherwise, and gives it a thread of its own.
pub fn serve(machine: Machine, port: u16) {
    machine.checker().serve((Ipv4Addr::LOCALHOST, port));
}
