//! The processes of a target, which share the cases of a run. Some programs bear only so many requests:
//! theirs are replaced by new ones in time. So is one that leaves a case without an answer and still runs:
//! it may stand still for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::{Installed, Running, TargetError};
use crate::run::{Kept, Stage};
use crate::session::Session;

/// Far more cases than run at the same time.
const AT_ONCE: u32 = 1 << 16;

/// The processes of a target, each an account of its own.
pub struct Processes {
    installed: Installed,
    places: Vec<Place>,
    next: AtomicUsize,
    /// Opens a session with a process.
    session: Box<dyn Fn(&Running) -> Session + Send + Sync>,
}

/// One process after the other.
struct Place {
    held: Mutex<Held>,
    /// One for each case that the process is serving.
    cases: Arc<Semaphore>,
}

struct Held {
    /// None once the run has ended.
    running: Option<Running>,
    /// How many cases the process may still be given.
    left: usize,
    /// Whether the process has left one without an answer.
    is_silent: Arc<AtomicBool>,
    /// How the first process in this place that ended by itself did so.
    died: Option<String>,
}

impl Processes {
    /// Starts as many as the target's definition says.
    ///
    /// # Errors
    /// If one does not start. The others are ended.
    pub async fn start(
        installed: Installed,
        progress: fn(&str),
        session: impl Fn(&Running) -> Session + Send + Sync + 'static,
    ) -> Result<Self, TargetError> {
        let mut starting = JoinSet::new();
        for _ in 0..installed.definition().processes {
            let installed = installed.clone();
            starting.spawn(async move { installed.start(&progress).await });
        }
        let mut places = Vec::new();
        while let Some(started) = starting.join_next().await {
            let running = match started {
                Ok(started) => Some(started?),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            };
            let left = installed.definition().cases_per_process;
            places.push(Place {
                held: Mutex::new(Held { running, left, is_silent: Arc::default(), died: None }),
                cases: Arc::new(Semaphore::new(AT_ONCE as usize)),
            });
        }
        Ok(Self { installed, places, next: AtomicUsize::new(0), session: Box::new(session) })
    }

    /// Ends all of them, and tells how the first that had ended by itself did so.
    pub async fn stop(&self) -> Option<String> {
        let mut died = None;
        for place in &self.places {
            let mut held = place.held.lock().await;
            held.end().await;
            died = died.or(held.died.take());
        }
        died
    }
}

impl Held {
    fn is_to_be_replaced(&mut self) -> bool {
        // One that has ended by itself is not started again: that is what is to be told.
        let runs = self.running.as_mut().is_some_and(|running| running.exited().is_none());
        self.left == 0 || runs && self.is_silent.load(Ordering::Relaxed)
    }

    async fn end(&mut self) {
        if let Some(mut running) = self.running.take() {
            self.died = self.died.take().or(running.exited());
            running.stop().await;
        }
    }
}

impl Stage for Processes {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.places.len().max(1);
        let place = self.places.get(turn).ok_or("no process was started")?;
        let mut held = place.held.lock().await;
        if held.is_to_be_replaced() {
            // The cases that it still serves end first; no other begins meanwhile.
            let all = place.cases.acquire_many(AT_ONCE).await.map_err(|error| error.to_string())?;
            held.end().await;
            // It is tried once: every case that is left would wait for it again.
            held.left = usize::MAX;
            let started = self.installed.start(&|_| ()).await;
            held.running = Some(started.map_err(|error| error.to_string())?);
            held.left = self.installed.definition().cases_per_process;
            held.is_silent = Arc::default();
            drop(all);
        }
        let running = held.running.as_ref().ok_or("it did not start again")?;
        let session = (self.session)(running);
        held.left -= 1;
        let permit =
            place.cases.clone().acquire_owned().await.map_err(|error| error.to_string())?;
        let is_silent = held.is_silent.clone();
        Ok((session, Box::new(Turn { is_silent, _permit: permit })))
    }
}

/// That a case is being served by a process.
struct Turn {
    is_silent: Arc<AtomicBool>,
    _permit: OwnedSemaphorePermit,
}

impl Kept for Turn {
    fn unanswered(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }
}
