//! Cases on an endpoint of their own.

use serde_json::{Value, json};

use super::CaseRun;
use crate::fault::Fault;
use crate::reference::{Options, Reference, Settle};
use crate::scenario::Scenario;
use crate::session::Session;
use crate::sign::Credentials;
use crate::transport::Endpoint;

/// Runs a case on a reference with a fault or none.
pub(super) async fn run(scenario: &Scenario, fault: Option<&'static Fault>) -> CaseRun {
    let options = Options { settle: Settle::Manual, fault, ..Options::default() };
    let reference = Reference::start(options).unwrap();
    let endpoint = Endpoint::loopback(reference.port());
    let session = Session::new(endpoint, Credentials::local()).by_hand();
    super::run(&session, scenario, "drive", 0).await
}

/// What makes the table of that name.
pub(super) fn table(name: &str) -> Value {
    json!({
        "TableName": format!("{{table:{name}}}"), "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]
    })
}
