//! `reinstate sweep`.

use std::path::PathBuf;
use std::sync::Arc;

use reinstate::journal;
use reinstate::pace::Pace;
use reinstate::session::Session;
use reinstate::sign::Credentials;
use reinstate::sweep;

use super::clear_up::ClearUp;
use super::exit::{Exit, Failure};
use super::out::say;
use super::safety::{self, own_folder};

/// What to clear up.
#[derive(clap::Args)]
pub struct Arguments {
    /// Journals of runs that were interrupted; all in the cache if left out.
    #[arg(value_name = "JOURNAL")]
    journals: Vec<PathBuf>,
    #[command(flatten)]
    clear_up: ClearUp,
}

/// Deletes what the journals list and is still there. Doing it again does no harm.
///
/// It only reads and deletes, which costs nothing, so it asks for no limit on a real account either:
/// that there is a journal shows that one was given.
pub async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let own = arguments.journals.is_empty();
    let journals = if own { in_the_cache()? } else { arguments.journals.clone() };
    if journals.is_empty() {
        say("no journal in the cache: nothing was left behind\n");
    }
    let mut exit = Exit::Conforms;
    for file in &journals {
        let (claims, lock) = journal::read(file).map_err(Failure::usage)?;
        let endpoint = safety::endpoint(&claims.run.endpoint)?;
        let is_loopback = endpoint.is_loopback();
        let credentials = match Credentials::from_environment() {
            Ok(credentials) => credentials,
            Err(_) if is_loopback => Credentials::local(),
            Err(error) => return Err(Failure::usage(error)),
        };
        let session = Session::new(endpoint, credentials.in_region(&claims.run.region));
        let session = match is_loopback {
            true => session,
            false => session.remote(Arc::new(Pace::default())),
        };
        let patience = arguments.clear_up.patience(is_loopback);
        let swept = sweep::sweep(&session, &claims, patience).await;
        say(&format!(
            "{}, of {}: {} deleted, {} left, {} made by the service itself\n",
            file.display(),
            session.endpoint(),
            swept.deleted,
            swept.left.len(),
            swept.system.len()
        ));
        safety::tell_system(&swept);
        if !swept.left.is_empty() {
            eprintln!("{}", safety::left(&swept, file));
            exit = Exit::LeftBehind;
        } else if own {
            let _ = std::fs::remove_file(file);
        }
        drop(lock);
    }
    Ok(exit)
}

fn in_the_cache() -> Result<Vec<PathBuf>, Failure> {
    let Ok(folder) = std::fs::read_dir(own_folder()?) else { return Ok(vec![]) };
    let mut files: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}
