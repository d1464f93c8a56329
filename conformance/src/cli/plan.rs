//! `reinstate plan`: what a run would do and cost on a real account, before it does.

use std::fmt::Write;

use reinstate::cost::{Bill, Prices};
use reinstate::job::Job;
use reinstate::names;
use reinstate::pace;
use reinstate::plan::{Depth, Plan};
use reinstate::rehearsal;
use reinstate::report::Target;
use reinstate_model::rules::Evidence;

use super::check::DepthArgument;
use super::exit::{Exit, Failure};
use super::out::say;

/// What to plan.
#[derive(clap::Args)]
pub struct Arguments {
    /// The account: there is one kind.
    #[arg(value_parser = ["aws"], default_value = "aws")]
    target: String,
    /// How much to try.
    #[arg(long, value_enum, default_value = "default")]
    depth: DepthArgument,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Rehearses the plan on the reference, and says what the same would cost. Nothing is sent anywhere.
pub async fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let depth: Depth = arguments.depth.into();
    let plan = Plan::new(depth, arguments.seed);
    let target = Target { name: arguments.target.clone(), version: None };
    let job = Job::whole(target, &plan, depth, Evidence::Both).without(names::has_short_names);
    let (hash, cases) = (plan.hash(), job.cases().len());
    let left_out = plan.scenarios.len() - cases;
    let prices = Prices::shipped();
    let bill = rehearsal::bill(job.cases().to_vec(), prices.clone()).await;
    say(&format!(
        "plan {hash} (depth {}, seed {}) on a real account\n  cases         {cases}, and {left_out} left out for names that could be somebody else's\n{}",
        depth.as_str(),
        arguments.seed,
        text(&bill, &prices)
    ));
    Ok(Exit::Conforms)
}

/// What AWS is taken to need, in seconds. It states none of this but that restores of small tables take
/// minutes; a run waits for what it needs.
const TABLE: usize = 10;
const BACKUP: usize = 5;
const RESTORE: usize = 300;
/// Cases that wait at the same time.
const AT_ONCE: usize = 16;

fn text(bill: &Bill, prices: &Prices) -> String {
    let mut text = String::new();
    let calls: usize = bill.calls.values().sum();
    let _ =
        writeln!(text, "  calls         {calls}, and what is asked again while something settles");
    for (operation, count) in &bill.calls {
        let rate = pace::rate(operation);
        let how = if pace::is_documented(operation) { "documented" } else { "none documented" };
        let _ = writeln!(text, "    {operation:28} {count:6}  {rate} per second, {how}");
    }
    let restores = bill.made("RestoreTableFromBackup") + bill.made("RestoreTableToPointInTime");
    let (tables, backups) = (bill.made("CreateTable"), bill.made("CreateBackup"));
    let _ = writeln!(
        text,
        "  resources     {} tables, {restores} of them restored; {backups} backups; all deleted in the end",
        tables + restores
    );
    let paced = bill.calls.iter().map(|(name, count)| count / pace::rate(name) as usize).max();
    let waits = (tables * TABLE + backups * BACKUP + restores * RESTORE) / AT_ONCE;
    let _ = writeln!(
        text,
        "  running time  about {} minutes, if a table takes {TABLE} s, a backup {BACKUP} s and a restore {RESTORE} s; {} by call rates alone",
        paced.unwrap_or(0).max(waits).div_ceil(60),
        paced.unwrap_or(0).div_ceil(60)
    );
    let _ = writeln!(text, "  cost          at most {:.2} USD", bill.total());
    for (item, usd) in &bill.usd {
        let _ = writeln!(text, "    {:28} {usd:6.2}", item.as_str());
    }
    let _ = writeln!(
        text,
        "  prices        {}, as of {}, from {}: compare them with AWS's own\n  to run it     reinstate check aws --max-usd {:.0}",
        prices.region,
        prices.as_of,
        prices.source,
        bill.total().ceil()
    );
    text
}
