//! Requests that overlap and do not see each other: what a service does that has no lock.

use std::collections::BTreeMap;
use std::time::Duration;

use reinstate_model::account::Account;

/// How long such a request is under way, so that those that are sent together do overlap.
pub(super) const UNDERWAY: Duration = Duration::from_millis(5);

/// The account after a request that saw it as `seen`, and made `made` of that, while it had become
/// `now`: what the request changed is changed, everything else stays.
pub(crate) fn merge(seen: &Account, made: Account, now: &Account) -> Account {
    Account {
        tables: changes(&seen.tables, made.tables, &now.tables),
        backups: changes(&seen.backups, made.backups, &now.backups),
        ..now.clone()
    }
}

fn changes<K: Ord + Clone, V: PartialEq + Clone>(
    seen: &BTreeMap<K, V>,
    made: BTreeMap<K, V>,
    now: &BTreeMap<K, V>,
) -> BTreeMap<K, V> {
    let mut after = now.clone();
    after.retain(|key, _| made.contains_key(key) || !seen.contains_key(key));
    after.extend(made.into_iter().filter(|(key, value)| seen.get(key) != Some(value)));
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_did_meanwhile_stays_and_what_was_changed_is_changed() {
        let map = |pairs: &[(char, u8)]| pairs.iter().copied().collect::<BTreeMap<_, _>>();
        let seen = map(&[('a', 1), ('b', 1), ('c', 1)]);
        let made = map(&[('b', 2), ('c', 1), ('d', 1)]);
        let now = map(&[('a', 1), ('b', 1), ('c', 3), ('e', 1)]);
        assert_eq!(changes(&seen, made, &now), map(&[('b', 2), ('c', 3), ('d', 1), ('e', 1)]));
    }
}
