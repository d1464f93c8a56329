//! Rule ids that were written to a file and are read again: an id is a name within the catalogue, so
//! reading one means finding it there.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{RuleId, catalogue};

/// Reads the id of a rule.
///
/// # Errors
/// If this version's catalogue has no such rule.
pub fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RuleId, D::Error> {
    known(&String::deserialize(deserializer)?)
}

/// Reads the ids of several rules.
///
/// # Errors
/// If this version's catalogue lacks one of them.
pub fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RuleId>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|id| known(id)).collect()
}

fn known<E: Error>(id: &str) -> Result<RuleId, E> {
    catalogue()
        .get(id)
        .map(|rule| rule.id.as_str())
        .ok_or_else(|| E::custom(format_args!("the catalogue of this version has no rule `{id}`")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{many, one};

    #[test]
    fn an_id_is_read_if_the_catalogue_has_it() {
        assert_eq!(one(json!("RTB-01")).unwrap(), "RTB-01");
        assert_eq!(many(json!(["RTB-01", "PRO-03"])).unwrap(), ["RTB-01", "PRO-03"]);
        assert!(one(json!("RTB-00")).unwrap_err().to_string().contains("no rule `RTB-00`"));
        assert!(many(json!(["RTB-01", "RTB-00"])).is_err() && one(json!(5)).is_err());
    }
}
