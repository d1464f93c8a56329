//! The suite as the tests of an emulator's own: one named test for each case, under `cargo test` and
//! nextest, from a test target with `harness = false`.
//!
//! A test fails if the answers of its case differ in a way that counts and that no waiver covers. What
//! the emulator does not have, and what did not come to rest in time, is ignored with the reason.
//! Whether a waiver is no longer true takes all cases together: `reinstate check` tells.

use std::any::Any;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use reinstate_model::rules::Evidence;
use tokio::runtime::Runtime;

use crate::drive::{self, CaseRun, End};
use crate::finding::{self, Finding};
use crate::plan::{Depth, Plan};
use crate::report::{Target, terminal};
use crate::scenario::Scenario;
use crate::session::Session;
use crate::sign::Credentials;
use crate::sweep;
use crate::transport::Endpoint;
use crate::waiver::Waivers;

/// Starts the emulator: its URL, and what has to live as long as it is asked.
type Start = dyn Fn() -> (String, Box<dyn Any + Send + Sync>) + Send + Sync;

/// What to test, and how much of it.
pub struct Harness {
    target: Target,
    depth: Depth,
    evidence: Evidence,
    waivers: Option<PathBuf>,
    keep: fn(&Scenario) -> bool,
}

impl Harness {
    /// The suite for an emulator of that name, as its waivers call it.
    pub fn new(name: &str) -> Self {
        Self {
            target: Target { name: name.to_owned(), version: None },
            depth: Depth::Default,
            evidence: Evidence::Both,
            waivers: None,
            keep: |_| true,
        }
    }

    /// Its version, which waivers may ask for: `env!("CARGO_PKG_VERSION")` in its own tests.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.target.version = Some(version.to_owned());
        self
    }

    /// How much is tried.
    #[must_use]
    pub fn depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// Which side is taken of what is contested.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The file of waivers, relative to the package.
    #[must_use]
    pub fn waivers(mut self, file: impl Into<PathBuf>) -> Self {
        self.waivers = Some(file.into());
        self
    }

    /// Only the cases for which this holds.
    #[must_use]
    pub fn only(mut self, keep: fn(&Scenario) -> bool) -> Self {
        self.keep = keep;
        self
    }

    /// Runs the tests that the command line asks for. The emulator is started for the first of them,
    /// and not at all if they are only listed.
    pub fn run<K: Any + Send + Sync>(
        self,
        start: impl Fn() -> (String, K) + Send + Sync + 'static,
    ) -> ExitCode {
        let arguments = Arguments::from_args();
        match self.trials(move || {
            let (url, keep) = start();
            (url, Box::new(keep) as Box<dyn Any + Send + Sync>)
        }) {
            Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
            Err(reason) => {
                eprintln!("error: {reason}");
                ExitCode::from(2)
            }
        }
    }

    fn trials(
        self,
        start: impl Fn() -> (String, Box<dyn Any + Send + Sync>) + Send + Sync + 'static,
    ) -> Result<Vec<Trial>, String> {
        let waivers = match &self.waivers {
            None => Waivers::default(),
            Some(file) => {
                let wrong = |error: String| format!("`{}`: {error}", file.display());
                let text = std::fs::read_to_string(file).map_err(|it| wrong(it.to_string()))?;
                Waivers::parse(&text).map_err(|error| wrong(error.to_string()))?
            }
        };
        let plan = Plan::new(self.depth, 1);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let shared = Arc::new(Shared {
            target: self.target,
            evidence: self.evidence,
            waivers,
            // Each process has names of its own: nextest runs every test in one.
            run_id: format!("{:x}{:x}", now.as_millis(), std::process::id()),
            start: Box::new(start),
            started: OnceLock::new(),
            alone: RwLock::new(()),
        });
        let mut taken = BTreeSet::new();
        let cases = plan.numbered().into_iter().filter(|(_, case)| (self.keep)(case));
        Ok(cases
            .map(|(number, scenario)| {
                let name = name(&scenario, &mut taken);
                let shared = shared.clone();
                Trial::ignorable_test(name, move || shared.test(number, &scenario))
            })
            .collect())
    }
}

/// The title of a case as the path of a test, with a number if the name is taken.
fn name(scenario: &Scenario, taken: &mut BTreeSet<String>) -> String {
    let words = |part: &str| {
        let words: Vec<&str> = part
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        words.join("_").to_lowercase()
    };
    let path: Vec<String> = scenario.title.split(':').map(words).collect();
    let path = path.join("::");
    let numbered = (2..).map(|number| format!("{path}_{number}"));
    let mut names = std::iter::once(path.clone()).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).expect("there are numbers enough");
    taken.insert(name.clone());
    name
}

/// What all tests of a process use.
struct Shared {
    target: Target,
    evidence: Evidence,
    waivers: Waivers,
    run_id: String,
    start: Box<Start>,
    started: OnceLock<Result<Started, String>>,
    /// Held for writing by a case that needs the account to itself.
    alone: RwLock<()>,
}

struct Started {
    session: Session,
    runtime: Runtime,
    _keep: Box<dyn Any + Send + Sync>,
}

impl Shared {
    fn started(&self) -> Result<&Started, Failed> {
        let start = || {
            let (url, keep) = (self.start)();
            let endpoint = Endpoint::parse(&url).map_err(|error| error.to_string())?;
            let credentials =
                Credentials::from_environment().unwrap_or_else(|_| Credentials::local());
            let session = Session::new(endpoint, credentials).under(self.evidence);
            let runtime = Runtime::new().map_err(|error| error.to_string())?;
            Ok(Started { session, runtime, _keep: keep })
        };
        self.started.get_or_init(start).as_ref().map_err(|reason| reason.as_str().into())
    }

    fn test(&self, number: usize, scenario: &Scenario) -> Result<Completion, Failed> {
        let started = self.started()?;
        // A test that failed holds nothing that could be broken.
        let (_one, _all);
        if scenario.alone {
            _one = self.alone.write().unwrap_or_else(|poison| poison.into_inner());
        } else {
            _all = self.alone.read().unwrap_or_else(|poison| poison.into_inner());
        }
        let run = started.runtime.block_on(async {
            let run = drive::run(&started.session, scenario, &self.run_id, number).await;
            self.sweep(&started.session, &run).await;
            run
        });
        self.judge(scenario, run)
    }

    /// Deletes what a case may have left, once and without waiting: the emulator ends with its tests.
    async fn sweep(&self, session: &Session, run: &CaseRun) {
        sweep::of_case(session, &self.run_id, run, Duration::ZERO).await;
    }

    fn judge(&self, scenario: &Scenario, run: CaseRun) -> Result<Completion, Failed> {
        let end = run.end.clone();
        let runs = [(scenario.clone().into(), run)];
        let failing: Vec<Finding> = finding::collect(&runs, self.evidence)
            .into_iter()
            .filter(|finding| finding.is_above_text() && !self.is_waived(finding))
            .collect();
        match end {
            End::Unsupported(operation) => {
                Ok(Completion::ignored_with(format!("{operation} is not supported")))
            }
            End::NoAnswer(error) => Err(format!("there was no answer: {error}").into()),
            _ if !failing.is_empty() => Err(terminal::blocks(&failing).into()),
            End::Indeterminate(reason) => Ok(Completion::ignored_with(reason)),
            End::Completed | End::Lost => Ok(Completion::Completed),
        }
    }

    fn is_waived(&self, finding: &Finding) -> bool {
        let waivers = self.waivers.0.iter();
        waivers.clone().any(|it| it.is_about(&self.target) && it.covers(finding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;

    fn titled(title: &str) -> Scenario {
        Scenario::new(title, Source::Scenario, vec![])
    }

    #[test]
    fn names_are_paths_and_none_is_used_twice() {
        let mut taken = BTreeSet::new();
        let mut of = |title| name(&titled(title), &mut taken);
        assert_eq!(
            of("restore plain: with 2 GSIs, one's new"),
            "restore_plain::with_2_gsis_one_s_new"
        );
        assert_eq!(of("walk 3"), "walk_3");
        assert_eq!(of("walk  3"), "walk_3_2");
    }

    #[test]
    fn the_emulator_is_not_started_to_list_its_tests_and_every_name_is_its_own() {
        let trials = Harness::new("mine").depth(Depth::Quick).trials(|| panic!("it is started"));
        let trials = trials.unwrap();
        let names: BTreeSet<&str> = trials.iter().map(Trial::name).collect();
        assert!(trials.len() > 100 && names.len() == trials.len());
        assert!(names.iter().all(|name| !name.contains(' ')));
    }

    #[test]
    fn a_file_of_waivers_that_is_not_there_is_an_error_and_not_passed_over() {
        let harness = Harness::new("mine").waivers("no/such/reinstate.toml");
        let error = harness.trials(|| panic!("it is started")).err().unwrap();
        assert!(error.contains("`no/such/reinstate.toml`"), "{error}");
    }
}
