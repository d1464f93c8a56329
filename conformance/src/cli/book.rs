//! `reinstate explain` and `reinstate spec`.

use std::sync::Arc;

use reinstate::book;
use reinstate::embedded::Embedded;
use reinstate::nearest::hint;
use reinstate::plan::{Depth, Plan};
use reinstate::run::{self, Stop};
use reinstate_model::rules::{Evidence, Rule, catalogue};

use super::exit::{Exit, Failure};
use super::out::say;

/// What to explain.
#[derive(clap::Args)]
pub struct Arguments {
    /// The id of a rule, such as RTB-90.
    rule: String,
}

/// Cases that are named for a rule.
const CASES: usize = 5;

/// Explains a rule, and names the cases that exercise it.
pub async fn explain(arguments: Arguments) -> Result<Exit, Failure> {
    let rule = find(&arguments.rule)?;
    say(&book::explain(rule));
    let cases = cases(rule).await;
    if cases.is_empty() {
        say("\n  no case of the default plan exercises it\n");
    }
    for (id, title) in cases.iter().take(CASES) {
        say(&format!("  case        {id} ({title})\n"));
    }
    if cases.len() > CASES {
        say(&format!("              and {} more\n", cases.len() - CASES));
    }
    Ok(Exit::Conforms)
}

/// Prints the whole catalogue.
pub fn spec() -> Exit {
    say(&book::markdown(catalogue()));
    Exit::Conforms
}

fn find(id: &str) -> Result<&'static Rule, Failure> {
    let known = catalogue().rules().iter().map(|rule| rule.id.as_str());
    if let Some(rule) = catalogue().get(id).or_else(|| catalogue().get(&id.to_uppercase())) {
        return Ok(rule);
    }
    if let Some(left_out) =
        catalogue().left_out().iter().find(|entry| entry.ids.iter().any(|x| x == id))
    {
        return Err(Failure::usage(format!("no rule tests `{id}`: {}", left_out.reason)));
    }
    let hint = hint(id, known, "`reinstate spec` lists all rules");
    Err(Failure::usage(format!("there is no rule `{id}`\nhint: {hint}")))
}

/// The cases of the default plan that exercise a rule on the reference.
async fn cases(rule: &Rule) -> Vec<(String, String)> {
    let plan = Plan::new(Depth::Default, 1);
    run::whole(Arc::new(Embedded::new(Evidence::Both, None)), &plan, "explain", &Stop::default())
        .await
        .into_iter()
        .filter(|(_, run)| run.steps.iter().any(|step| step.rules.iter().any(|id| *id == rule.id)))
        .map(|(scenario, _)| (scenario.id(), scenario.title.clone()))
        .collect()
}
