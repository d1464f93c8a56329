//! What the command line shows of the model.
#![cfg(feature = "cli")]

use reinstate_model::check::scope::NAMED;

#[test]
fn the_nightly_run_has_a_job_for_each_scope() {
    let workflow = include_str!("../../.github/workflows/model.yml");
    let list = workflow.split_once("scope: [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.expect("a matrix of scopes");
    let jobs: Vec<_> = list.split(',').map(str::trim).collect();
    let names: Vec<_> = NAMED.iter().map(|scope| scope.name).collect();
    assert_eq!(jobs, names);
}
