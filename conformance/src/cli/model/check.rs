//! `reinstate model check`.

use std::path::PathBuf;

use reinstate::story;
use reinstate_model::check::fault::{self, Fault};
use reinstate_model::check::machine::Machine;
use reinstate_model::check::packed::Audit;
use reinstate_model::check::report::{Finding, Report, Verdict};
use reinstate_model::check::scope::{QUICK, Scope};
use reinstate_model::check::story::Story;
use reinstate_model::check::{check, check_packed, check_with};

use super::super::exit::{Exit, Failure};
use super::super::out::say;
use super::super::outputs::{check_writable, write};
use super::planted::{self, Planted};

/// What to check.
#[derive(clap::Args)]
pub struct Arguments {
    /// A scope to look at, in place of the small ones, or of one that shows the bug; may be given more
    /// than once.
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
    #[command(flatten)]
    planted: Planted,
    /// List the bugs that can be planted, and what each breaks.
    #[arg(long, conflicts_with_all = ["scope", "fault", "save"])]
    faults: bool,
    /// Write the first counterexample as a case that `reinstate replay` runs against any endpoint.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// Explores the specification and prints each property, and the way to each that fails.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.faults {
        say(&fault::all().map(description).collect::<String>());
        return Ok(Exit::Conforms);
    }
    let fault = arguments.planted.find()?;
    let scopes = arguments.scope.iter().map(|name| super::scope(name));
    let mut scopes: Vec<&Scope> = scopes.collect::<Result<_, _>>()?;
    if scopes.is_empty() {
        scopes = fault.map_or(QUICK.iter().collect(), |fault| vec![fault.scope]);
    }
    if let Some(file) = &arguments.save {
        check_writable(file)?;
    }
    let mut first = None;
    let exit = explore(&scopes, fault, |scope, report| {
        say(&format!("{report}\n"));
        let machine = Machine::new(scope, planted::behaviour(fault));
        for Finding { property, verdict } in &report.findings {
            let Verdict::Violated(path) = verdict else { continue };
            let story = Story::of(&machine, path);
            say(&format!("{} \"{}\" fails:\n{story}\n", property.claim.kind(), property.name));
            let title = format!("a way to break: {}", property.name);
            first.get_or_insert_with(|| story::counterexample(title, &story));
        }
    });
    if let Some(file) = &arguments.save {
        let Some(scenario) = first else {
            let hint = "hint: `--fault NAME` plants a bug, `--faults` lists them";
            return Err(Failure::usage(format!("nothing fails, so nothing is written\n{hint}")));
        };
        let text = serde_json::to_string_pretty(&scenario).expect("a case is made of JSON values");
        write(file, &(text + "\n"))?;
        say(&format!("written to {}: {}\n", file.display(), scenario.title));
    }
    Ok(exit)
}

/// Explores the specification and prints a line for each scope, and what does not hold. Packed, it takes
/// a second; `model check` and the tests ask stateright too.
pub fn summarise() -> Exit {
    let mut exit = Exit::Conforms;
    for scope in &QUICK {
        let report = check_packed(scope, Audit::RARELY);
        if !report.passes() {
            say(&format!("{report}\n"));
            exit = Exit::Diverges;
            continue;
        }
        say(&format!(
            "specification, scope {}: {} states, {} transitions, {} properties hold, {:.2} s\n",
            report.scope,
            report.states,
            report.transitions,
            report.findings.len(),
            report.elapsed.as_secs_f64()
        ));
    }
    exit
}

fn explore(
    scopes: &[&Scope],
    fault: Option<&Fault>,
    mut show: impl FnMut(&Scope, &Report),
) -> Exit {
    let mut exit = Exit::Conforms;
    for scope in scopes {
        let report = fault.map_or_else(|| check(scope), |fault| check_with(scope, fault));
        show(scope, &report);
        if !report.passes() {
            exit = Exit::Diverges;
        }
    }
    exit
}

fn description(fault: &Fault) -> String {
    let breaks = fault.breaks.iter().map(|name| format!("    breaks: {name}\n"));
    let hides = fault.hides.iter().map(|name| format!("    keeps out of reach: {name}\n"));
    let consequences: String = breaks.chain(hides).collect();
    format!("{}\n{consequences}", fault.name)
}
