//! `reinstate check`.

use clap::ValueEnum;
use reinstate::log::{Because, Header};
use reinstate::plan::{Depth, Plan};
use reinstate::report::{self, Report};
use reinstate::run::Stop;
use reinstate_model::rules::Evidence;

use super::exit::{Exit, Failure};
use super::gate::{Gate, GateArguments};
use super::out::say;
use super::outputs::Outputs;
use super::serve::FaultArgument;
use super::subject::{Subject, Subjects};

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
    #[command(flatten)]
    fault: FaultArgument,
    #[command(flatten)]
    gate: GateArguments,
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
            fault: FaultArgument::default(),
            gate: GateArguments::default(),
            outputs: Outputs::default(),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum DepthArgument {
    Quick,
    Default,
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
    let evidence = arguments.evidence.into();
    let mut reports = Vec::new();
    let mut failures = Vec::new();
    let mut exits = Vec::new();
    for subject in &subjects {
        match check_one(subject, &plan, depth, evidence).await {
            Ok((mut report, because)) => {
                gate.apply(&mut report);
                say(&report::terminal::render(&report));
                exits.push(exit_of(&report, because, &gate));
                reports.push(report);
            }
            // The only one: its failure is that of the program.
            Err(failure) if subjects.len() == 1 => return Err(failure),
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
    plan: &Plan,
    depth: Depth,
    evidence: Evidence,
) -> Result<(Report, Because), Failure> {
    let stop = Stop::default();
    let (target, runs) = subject.run(plan, evidence, &stop).await?;
    let header = Header::whole(target, plan, depth, evidence);
    let report = Report::new(&header, stop.because(), &runs);
    Ok((report, stop.because()))
}

/// Cases that did not come to an end, in percent of all, above which nothing is said.
const INDETERMINATE_PERCENT: usize = 20;

fn exit_of(report: &Report, because: Because, gate: &Gate) -> Exit {
    let summary = &report.summary;
    if because == Because::Interrupted {
        Exit::Interrupted
    } else if report.is_unsupported() {
        // That it died too is told, but there was nothing to judge anyway.
        Exit::Nothing
    } else if because != Because::Finished || summary.exchanges == 0 {
        Exit::Unreachable
    } else {
        let exit = gate.judge(report);
        let open = summary.cases_indeterminate * 100 > summary.cases * INDETERMINATE_PERCENT;
        if exit == Exit::Conforms && open { Exit::Indeterminate } else { exit }
    }
}
