//! DescribeLimits: how much capacity an account may provision. It says nothing of restores or
//! backups, so the model has no such limits.

use crate::account::Account;
use crate::outcome::{Accepted, Outcome, Reply};

/// Describes the limits. The request has no members, so it may have no body either (PRO-13).
pub(super) fn describe(account: &Account) -> Outcome {
    let grants = vec!["PRO-13", "DLM-01"];
    Outcome::Accepted(Box::new(Accepted::new(account.clone(), Reply::Limits, grants)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Test;
    use serde_json::json;

    #[test]
    fn there_are_four_limits_and_all_are_positive() {
        let account = Test::empty();
        account.check("DescribeLimits", &json!({}), "accepted by DLM-01");
        for member in ["AccountMaxReadCapacityUnits", "TableMaxWriteCapacityUnits"] {
            account.shows("DescribeLimits", &json!({}), &format!("/{member}"), &json!(1));
        }
    }
}
