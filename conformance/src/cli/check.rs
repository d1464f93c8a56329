//! `reinstate check`.

use clap::ValueEnum;
use reinstate::log::Log;
use reinstate::plan::{Depth, Plan};
use reinstate::report::{self, Report};
use reinstate::run::Stop;
use reinstate_model::rules::Evidence;

use super::exit::{Exit, Failure, exit_of};
use super::gate::{Gate, GateArguments};
use super::out::say;
use super::outputs::Outputs;
use super::part::{Asked, PartArguments};
use super::safety::{SafetyArguments, exit_after};
use super::serve::FaultArgument;
use super::shrink::ShrinkArguments;
use super::subject::{Subject, Subjects};
use super::timeout::Timeout;

/// What to check.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    subjects: Subjects,
    /// How much to try.
    #[arg(long, value_enum, default_value = "default")]
    depth: DepthArgument,
    /// Which side to take where documents and observations disagree: an endpoint may follow either
    /// with `both`.
    #[arg(long, value_enum, default_value = "both")]
    evidence: EvidenceArgument,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Let clients race too. Which of them wins differs from run to run, and with it what is found; a
    /// recording cannot be judged again then.
    #[arg(long, conflicts_with = "record")]
    races: bool,
    #[command(flatten)]
    timeout: Timeout,
    #[command(flatten)]
    fault: FaultArgument,
    #[command(flatten)]
    gate: GateArguments,
    #[command(flatten)]
    part: PartArguments,
    #[command(flatten)]
    safety: SafetyArguments,
    #[command(flatten)]
    shrink: ShrinkArguments,
    #[command(flatten)]
    outputs: Outputs,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            subjects: Subjects::default(),
            depth: DepthArgument::Default,
            evidence: EvidenceArgument::Both,
            seed: 1,
            races: false,
            timeout: Timeout::default(),
            fault: FaultArgument::default(),
            gate: GateArguments::default(),
            part: PartArguments::default(),
            safety: SafetyArguments::default(),
            shrink: ShrinkArguments::default(),
            outputs: Outputs::default(),
        }
    }
}

/// A depth on the command line.
#[derive(Clone, Copy, ValueEnum)]
pub enum DepthArgument {
    /// The least that reaches most rules.
    Quick,
    /// What runs if nothing is said.
    Default,
    /// More of everything that is random.
    Thorough,
}

impl From<DepthArgument> for Depth {
    fn from(depth: DepthArgument) -> Self {
        match depth {
            DepthArgument::Quick => Depth::Quick,
            DepthArgument::Default => Depth::Default,
            DepthArgument::Thorough => Depth::Thorough,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum EvidenceArgument {
    Both,
    Documented,
    Observed,
}

impl From<EvidenceArgument> for Evidence {
    fn from(evidence: EvidenceArgument) -> Self {
        match evidence {
            EvidenceArgument::Both => Evidence::Both,
            EvidenceArgument::Documented => Evidence::Documented,
            EvidenceArgument::Observed => Evidence::Observed,
        }
    }
}

/// Runs the plan against everything that was asked for, one after the other, prints each report and how
/// they compare, and writes them.
pub async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    arguments.outputs.check()?;
    let gate = arguments.gate.read()?;
    let subjects = arguments.subjects.resolve(arguments.fault.fault)?;
    let depth = arguments.depth.into();
    let plan = Plan::new(depth, arguments.seed);
    let plan = if arguments.races { plan.with_races() } else { plan };
    let evidence = arguments.evidence.into();
    if subjects.len() > 1 {
        arguments.part.check_alone(&arguments.safety)?;
    }
    let time = arguments.timeout.time();
    let asked = Asked::new(arguments.part, arguments.safety, plan, depth, evidence)
        .await
        .within(time)
        .with_minimal_cases(arguments.shrink);
    let mut reports = Vec::new();
    let mut failures = Vec::new();
    let mut exits = Vec::new();
    for subject in &subjects {
        match check_one(subject, &asked, &gate).await {
            Ok((report, exit)) => {
                reports.push(report);
                exits.push(exit);
            }
            // The only one: its failure is that of the program.
            Err(failure) if subjects.len() == 1 => {
                // A report that was asked for is there whatever happens, and says so.
                if failure.exit == Exit::Unreachable {
                    let report = asked.unasked(subject.target());
                    arguments.outputs.write(std::slice::from_ref(&report))?;
                }
                return Err(failure);
            }
            Err(failure) => {
                eprintln!("error: {}", failure.message);
                exits.push(failure.exit);
                failures.push((subject.name(), failure.message));
            }
        }
        if exits.last() == Some(&Exit::Interrupted) {
            break;
        }
    }
    if subjects.len() > 1 {
        say(&report::comparison::render(&reports, &failures));
    }
    if !reports.is_empty() {
        arguments.outputs.write(&reports)?;
    }
    Ok(Exit::of_several(&exits))
}

async fn check_one(
    subject: &Subject,
    asked: &Asked,
    gate: &Gate,
) -> Result<(Report, Exit), Failure> {
    let (log, swept) = subject.run(asked, &Stop::default()).await?;
    let (report, exit) = tell(log, gate);
    Ok((report, exit_after(&swept, exit)))
}

/// Prints the report of a run, and says how it ends.
pub fn tell(mut log: Log, gate: &Gate) -> (Report, Exit) {
    let (header, because) = (log.header.clone(), log.because());
    let minimal = std::mem::take(&mut log.minimal);
    let mut report = Report::new(&header, because, &log.into_runs());
    report.show(&minimal);
    gate.apply(&mut report);
    say(&report::terminal::render(&report));
    let exit = exit_of(&report, because, header.cases, gate);
    (report, exit)
}
