use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::session::Session;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// An endpoint that never answers: what is run against it ends at once, and alike every time.
#[derive(Default)]
struct Nowhere {
    opened: AtomicUsize,
}

impl Stage for Nowhere {
    async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Err("nothing is there".to_owned())
    }
}

fn target() -> Target {
    Target { name: "nowhere".to_owned(), version: None }
}

fn job(plan: &Plan) -> Job {
    Job::whole(target(), plan, Depth::Quick, Evidence::Both)
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("reinstate-job-{name}-{}", std::process::id()))
}

async fn run(job: Job, stage: &Arc<Nowhere>) -> Log {
    job.run(stage.clone(), "test", &Stop::default()).await.unwrap()
}

#[tokio::test]
async fn a_budget_that_is_used_up_begins_no_further_case_and_says_so() {
    /// Opens only after a while.
    struct Slow;
    impl Stage for Slow {
        async fn open(&self) -> Result<(Session, Box<dyn Kept>), String> {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let endpoint = Endpoint::parse("http://127.0.0.1:1").unwrap();
            Ok((Session::new(endpoint, Credentials::local()), Box::new(())))
        }
    }
    let plan = Plan::new(Depth::Quick, 1);
    let job = job(&plan).within(Some(Duration::from_millis(10)));
    let log = job.run(Arc::new(Slow), "test", &Stop::default()).await.unwrap();
    assert_eq!(log.because(), Because::OutOfBudget);
    assert!(!log.cases.is_empty() && log.cases.len() < plan.scenarios.len());
}

#[tokio::test]
async fn what_a_log_holds_is_not_run_again() {
    let plan = Plan::new(Depth::Quick, 1);
    let file = file("resumed");
    let stage = Arc::new(Nowhere::default());
    let whole = run(job(&plan).logged(&file).unwrap(), &stage).await;
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // The header, four cases and a half.
    let cut = lines[..5].concat() + &lines[5][..20];
    std::fs::write(&file, cut).unwrap();
    let stage = Arc::new(Nowhere::default());
    let resumed = job(&plan).resumed(&file).unwrap();
    let left = resumed.cases().len();
    assert_eq!(left, plan.scenarios.len() - 4);
    let resumed = run(resumed, &stage).await;
    assert_eq!(stage.opened.load(Ordering::Relaxed), left);
    assert_eq!(resumed.cases, whole.cases);
    let read = Log::read(&file).unwrap();
    assert_eq!((read.header, read.cases, read.done), (whole.header, whole.cases, whole.done));
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_log_of_another_run_is_refused_with_what_differs() {
    let plan = Plan::new(Depth::Quick, 1);
    let file = file("other");
    drop(job(&plan).logged(&file).unwrap());
    let refuses = |job: Job, says: &str| {
        let error = job.resumed(&file).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("hint:"), "{error}");
    };
    refuses(job(&Plan::new(Depth::Quick, 2)), "the seed is `1` there, `2` here");
    refuses(job(&plan).shared("1/2".parse().ok()), "the share is `all` there, `1/2` here");
    let only = Selection { only: vec!["CreateBackup".parse().unwrap()], skip: vec![] };
    refuses(job(&plan).selected(&only, None), "`--only CreateBackup` here");
    let other = Target { name: "elsewhere".to_owned(), version: None };
    refuses(Job::whole(other, &plan, Depth::Quick, Evidence::Both), "`elsewhere of unknown");
    std::fs::remove_file(&file).unwrap();
    assert!(job(&plan).resumed(&file).unwrap_err().to_string().contains("cannot be read"));
}

#[tokio::test]
async fn merged_shares_are_the_whole_and_nothing_else_merges() {
    use crate::log::merge;

    let plan = Plan::new(Depth::Quick, 1);
    let stage = Arc::new(Nowhere::default());
    let whole = run(job(&plan), &stage).await;
    let mut shares = Vec::new();
    for index in [2, 3, 1] {
        let share = job(&plan).shared(format!("{index}/3").parse().ok());
        shares.push((PathBuf::from(format!("{index}.log")), run(share, &stage).await));
    }
    assert_eq!(merge(shares.clone()).unwrap(), whole);
    assert_eq!(merge(vec![("whole.log".into(), whole.clone())]).unwrap(), whole);
    let refuses = |logs: &[(PathBuf, Log)], says: &str| {
        let error = merge(logs.to_vec()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    refuses(&[], "no log");
    refuses(&shares[..2], "no log of share 1/3");
    refuses(&[shares[0].clone(), shares[0].clone()], "are both of share 2/3");
    refuses(&[shares[0].clone(), ("w".into(), whole)], "one of 1 shares there, of 3 here");
    let other = run(job(&Plan::new(Depth::Quick, 2)).shared("1/3".parse().ok()), &stage).await;
    refuses(&[shares[0].clone(), ("o".into(), other)], "the seed is `2` there, `1` here");
}

#[test]
fn shares_divide_the_plan() {
    let plan = Plan::new(Depth::Quick, 1);
    let counts: Vec<usize> = (1..=4)
        .map(|index| job(&plan).shared(format!("{index}/4").parse().ok()).cases().len())
        .collect();
    assert_eq!(counts.iter().sum::<usize>(), plan.scenarios.len());
    assert!(counts.iter().all(|count| *count > plan.scenarios.len() / 8), "{counts:?}");
}
