//! How `reinstate check` behaves on an endpoint that is not ours: its journal, its limit, its recording.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reinstate::cost::{Meter, Prices};
use reinstate::guard::{Guard, Spending};
use reinstate::journal::{Journal, Run};
use reinstate::pace::Pace;
use reinstate::session::Session;
use reinstate::sweep::{self, Swept};
use reinstate::target::default_cache;
use reinstate::transport::Endpoint;

use super::clear_up::ClearUp;
use super::exit::{Exit, Failure};
use super::interrupt::interrupted;

/// How careful a run is.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Safety")]
pub struct SafetyArguments {
    /// Where to write down what an endpoint that runs already may be left with, before it is made, for
    /// `reinstate sweep`; a file of its own in the cache if left out, which is removed after a clean end.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// How many US dollars a real account may be charged; nothing is sent to one without it.
    #[arg(long, value_name = "AMOUNT", value_parser = dollars)]
    max_usd: Option<f64>,
    /// Keep every exchange, redacted, for `reinstate replay`.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    clear_up: ClearUp,
}

fn dollars(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)
        .ok_or_else(|| format!("`{text}` is no amount\nhint: write US dollars, such as `2.50`"))
}

impl SafetyArguments {
    /// Whether something is about one run, so that there can be only one.
    pub fn is_about_one(&self) -> bool {
        self.journal.is_some() || self.record.is_some()
    }

    /// A session that may be used with an endpoint: on a real account only within a limit.
    pub fn allow(&self, session: Session, name: &str) -> Result<Session, Failure> {
        if session.endpoint().is_loopback() {
            return Ok(session);
        }
        if self.max_usd.is_none() {
            return Err(Failure::usage(format!(
                "{name} is not on this machine, and may cost money\nhint: `reinstate plan aws` says how much; allow it with `--max-usd AMOUNT`"
            )));
        }
        Ok(session.remote(Arc::new(Pace::default())))
    }

    /// Refuses what is estimated to cost so many US dollars, if less may be spent.
    pub fn afford(&self, name: &str, estimate: f64) -> Result<(), Failure> {
        match self.max_usd {
            Some(limit) if estimate > limit => Err(Failure::usage(format!(
                "this could cost {estimate:.2} USD on {name}, and no more than {limit} may be spent\nhint: choose fewer cases with `--only` or `--shard`, or allow it with `--max-usd {:.0}`",
                estimate.ceil()
            ))),
            _ => Ok(()),
        }
    }

    /// The same session, watched over, and its guard.
    pub fn watch(&self, session: Session, run_id: &str) -> Result<(Session, Arc<Guard>), Failure> {
        let file = match &self.journal {
            Some(file) => file.clone(),
            None => own_file(run_id)?,
        };
        let endpoint = session.endpoint().to_string();
        let run = Run::new(run_id, endpoint, session.region());
        let journal = Journal::create(&file, run).map_err(Failure::usage)?;
        let probe = session.clone();
        let Some(limit) = self.max_usd.filter(|_| !session.endpoint().is_loopback()) else {
            let guard = Arc::new(Guard::local(journal, probe));
            return Ok((session.watched(guard.clone()), guard));
        };
        let meter = Arc::new(Meter::new(Prices::shipped()));
        let spending = Spending { limit, meter: meter.clone() };
        let guard = Arc::new(Guard::remote(journal, probe, spending));
        Ok((session.watched(guard.clone()).metered(meter), guard))
    }

    /// Deletes what a run left behind, and the journal if nothing is.
    pub async fn clear(&self, session: &Session, guard: &Guard) -> Swept {
        let patience = self.clear_up.patience(session.endpoint().is_loopback());
        let claims = guard.journal().claims();
        let swept = tokio::select! {
            swept = sweep::sweep(session, &claims, patience) => swept,
            () = interrupted() => interrupted_sweep(),
        };
        let file = guard.journal().path();
        if !swept.left.is_empty() {
            eprintln!("{}", left(&swept, file));
        } else if self.journal.is_none() {
            let _ = std::fs::remove_file(file);
        }
        tell_system(&swept);
        swept
    }
}

/// What is said of a sweep that was told to end: what it left is known when it is done again.
fn interrupted_sweep() -> Swept {
    let left = BTreeSet::from(["interrupted before all was deleted".to_owned()]);
    Swept { left, ..Swept::default() }
}

/// Of a long list so many are told.
const SHOWN: usize = 10;

/// A list, one on each line, of which the end is only counted.
fn lines(things: &BTreeSet<String>) -> String {
    let mut text: String = things.iter().take(SHOWN).map(|line| format!("  {line}\n")).collect();
    if things.len() > SHOWN {
        text.push_str(&format!("  and {} more\n", things.len() - SHOWN));
    }
    text
}

/// What is to be said about what is left.
pub fn left(swept: &Swept, journal: &Path) -> String {
    format!(
        "error: {} things are left behind:\n{}hint: `reinstate sweep {file}` tries again; if the endpoint is gone for good, delete that file",
        swept.left.len(),
        lines(&swept.left),
        file = journal.display()
    )
}

/// Says which backups nobody can delete.
pub fn tell_system(swept: &Swept) {
    if !swept.system.is_empty() {
        let count = swept.system.len();
        eprint!(
            "backups of deleted tables, which the service made itself and deletes after 35 days: {count}\n{}",
            lines(&swept.system)
        );
    }
}

/// How a program ends that left something behind.
pub fn exit_after(swept: &Swept, otherwise: Exit) -> Exit {
    if otherwise == Exit::Conforms && !swept.left.is_empty() { Exit::LeftBehind } else { otherwise }
}

/// The folder for journals that nobody named.
pub fn own_folder() -> Result<PathBuf, Failure> {
    Ok(default_cache().map_err(Failure::usage)?.join("journals"))
}

fn own_file(run_id: &str) -> Result<PathBuf, Failure> {
    let folder = own_folder()?;
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::usage(format!(
            "`{}` cannot be made: {error}\nhint: name a file with `--journal`",
            folder.display()
        ))
    })?;
    Ok(folder.join(format!("{run_id}.jsonl")))
}

/// The endpoint of a journal, as it was written.
pub fn endpoint(url: &str) -> Result<Endpoint, Failure> {
    Endpoint::parse(url).map_err(Failure::usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_estimated_above_the_limit_is_refused_with_an_amount_that_would_do() {
        let limited = |max_usd| SafetyArguments { max_usd, ..SafetyArguments::default() };
        assert!(limited(Some(2.5)).afford("aws", 2.5).is_ok());
        let refused = limited(Some(2.5)).afford("aws", 2.51).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert!(refused.message.contains("2.51 USD on aws"), "{}", refused.message);
        assert!(refused.message.contains("`--max-usd 3`"), "{}", refused.message);
    }
}
