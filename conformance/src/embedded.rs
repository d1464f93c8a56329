//! The reference as a target: one for each case, in this process.

use reinstate_model::rules::Evidence;

use crate::fault::Fault;
use crate::reference::{Options, Reference, Settle};
use crate::run::{Kept, Stage};
use crate::session::Session;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// A reference for each case: accounts of their own, whose events are moved by the case.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// Which side is taken of what is contested.
    pub evidence: Evidence,
    /// What they do otherwise than specified.
    pub fault: Option<&'static Fault>,
}

impl Kept for Reference {}

impl Stage for Embedded {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let options = Options { settle: Settle::Manual, fault: self.fault, ..Options::default() };
        let reference = Reference::start_here(options)
            .map_err(|error| format!("no reference could be started: {error}"))?;
        let endpoint = Endpoint::loopback(reference.port());
        let session = Session::new(endpoint, Credentials::local()).by_hand().under(self.evidence);
        Ok((session, Box::new(reference)))
    }
}
