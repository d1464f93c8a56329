//! The reference as a target, in this process: an account for each case.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reinstate_model::rules::Evidence;

use crate::fault::Fault;
use crate::reference::{Options, Reference, Settle};
use crate::run::{Kept, Stage};
use crate::session::Session;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// A reference for each case that runs: an account that holds nothing, whose events are moved by the case.
///
/// When the case has ended, the reference forgets everything and serves another. Were there a listener for
/// each case of a run, so many ports would have to wait out their time that a free one is hard to find.
#[derive(Debug)]
pub struct Embedded {
    /// Which side is taken of what is contested.
    evidence: Evidence,
    /// What they do otherwise than specified.
    fault: Option<&'static Fault>,
    idle: Arc<Idle>,
}

/// References that serve no case, each with a session whose connection is open.
type Idle = Mutex<Vec<(Session, Reference)>>;

impl Embedded {
    /// References that take one side of what is contested, and do something otherwise than specified if there
    /// is a fault.
    pub fn new(evidence: Evidence, fault: Option<&'static Fault>) -> Self {
        Self { evidence, fault, idle: Arc::default() }
    }

    fn start(&self) -> Result<(Session, Reference), String> {
        let options = Options { settle: Settle::Manual, fault: self.fault, ..Options::default() };
        let reference = Reference::start_here(options)
            .map_err(|error| format!("no reference could be started: {error}"))?;
        let endpoint = Endpoint::loopback(reference.port());
        let session = Session::new(endpoint, Credentials::local()).by_hand().under(self.evidence);
        Ok((session, reference))
    }
}

impl Stage for Embedded {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let serves = idle.map_or_else(|| self.start(), Ok)?;
        let session = serves.0.clone();
        let turn = Turn {
            serves: Some(serves),
            idle: self.idle.clone(),
            is_silent: AtomicBool::default(),
        };
        Ok((session, Box::new(turn)))
    }
}

/// One that serves a single case.
impl Kept for Reference {}

/// That a reference serves a case.
struct Turn {
    /// None once it no longer does.
    serves: Option<(Session, Reference)>,
    idle: Arc<Idle>,
    /// Whether it left the case without an answer, and may yet be at it.
    is_silent: AtomicBool,
}

impl Kept for Turn {
    fn unanswered(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((session, reference)) = self.serves.take() else { return };
        if !self.is_silent.load(Ordering::Relaxed) {
            reference.renew();
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((session, reference));
        }
    }
}
