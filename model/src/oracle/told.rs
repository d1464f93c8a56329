//! Endpoints where nothing happens by itself, such as a reference whose events are moved by hand: the
//! judge is told what happens there, and need not guess. So it knows more than of any other endpoint.
//! What an answer there can be explained by nothing but an event that did not happen is wrong, while
//! elsewhere it might have.

use super::Oracle;
use super::candidates::{Candidate, Candidates, candidates};
use super::named::Named;
use crate::service::{self, Event};

/// How many events happen at most when all are to happen: as specified it ends by itself.
const MOST: usize = 100_000;

impl Oracle {
    /// The same, for an endpoint where nothing happens but what this is told of.
    pub fn told(mut self) -> Self {
        self.is_told = true;
        self
    }

    /// Every event happened that could, and those that followed. Of an endpoint where events happen by
    /// themselves nothing is concluded from it.
    pub fn all_happened(&mut self) {
        for _ in 0..MOST {
            let Some(event) = self.possible().into_iter().next() else { return };
            self.fire(&event);
        }
    }

    /// One event of a kind happened to the table of that name or the backup of that ARN, if it could.
    pub fn happened(&mut self, kind: &str, subject: &str) {
        let is_meant = |event: &&Event| {
            event.kind() == kind && event.subject_in(&self.account).as_str() == subject
        };
        if let Some(event) = self.possible().iter().find(is_meant) {
            self.fire(event);
        }
    }

    /// The accounts that bear on an answer.
    pub(super) fn candidates(&self, named: &Named) -> Candidates {
        if self.is_told {
            let least = Candidate { account: self.account.clone(), events: 0 };
            return Candidates { accounts: vec![least], is_all: true };
        }
        candidates(&self.account, named)
    }

    fn possible(&self) -> Vec<Event> {
        if self.is_told { service::events(&self.account) } else { vec![] }
    }

    fn fire(&mut self, event: &Event) {
        let next = service::fire(&self.account, event);
        // What the service makes by itself has an ARN that is not known before it is listed.
        let new = next.backups.keys().filter(|arn| !self.account.backups.contains_key(*arn));
        self.unlisted.extend(new.cloned());
        self.account = next;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::name::BackupArn;
    use crate::oracle::testing::Watched;
    use crate::service::{self, Event};
    use crate::step::given::recovery;

    #[test]
    fn what_nobody_told_of_did_not_happen() {
        for (mut watched, expected) in [(Watched::told(), &["DLT-02"][..]), (Watched::new(), &[])] {
            watched.create("Music");
            watched.settle();
            assert_eq!(watched.ask("DeleteTable", json!({"TableName": "Music"})), expected);
        }
    }

    #[test]
    fn what_a_list_shows_did_not_happen_either_if_nobody_told_of_it() {
        for (mut watched, is_wrong) in [(Watched::told(), true), (Watched::new(), false)] {
            watched.create("Music");
            watched.settle();
            watched.oracle.all_happened();
            watched.back_up("Music");
            watched.settle();
            assert_eq!(!watched.ask("ListBackups", json!({})).is_empty(), is_wrong);
        }
    }

    #[test]
    fn what_is_told_of_happened() {
        let mut watched = Watched::told();
        watched.create("Music");
        let active = Event::TableActive(watched.endpoint.tables.keys().next().unwrap().clone());
        watched.endpoint = service::fire(&watched.endpoint, &active);
        let before = watched.oracle.account().clone();
        watched.oracle.happened("table-active", "Nobody");
        watched.oracle.happened("backups-enabled", "Music");
        assert_eq!(*watched.oracle.account(), before);
        watched.oracle.happened("table-active", "Music");
        watched.fine("DescribeTable", json!({"TableName": "Music"}));
        watched.settle();
        watched.oracle.all_happened();
        watched.back_up("Music");
    }

    /// A table that had recovery is being deleted, and everything before that was told of.
    fn deleting() -> Watched {
        let mut watched = Watched::told();
        watched.create("Music");
        watched.settle();
        watched.oracle.all_happened();
        watched.fine("UpdateContinuousBackups", recovery("Music", true));
        watched.fine("DeleteTable", json!({"TableName": "Music"}));
        watched
    }

    #[test]
    fn a_system_backup_is_missed_when_it_is_known_to_be_made() {
        let listed = || json!({"BackupType": "SYSTEM"});
        for is_lost in [false, true] {
            let mut watched = deleting();
            watched.settle();
            watched.oracle.all_happened();
            if is_lost {
                watched.endpoint.backups.clear();
            }
            let found = watched.ask("ListBackups", listed());
            assert_eq!(!found.is_empty(), is_lost, "{found:?}");
            assert_eq!(watched.ask("ListBackups", listed()).is_empty(), !is_lost);
        }
    }

    #[test]
    fn the_arn_of_a_system_backup_is_what_a_list_shows_first() {
        let mut watched = deleting();
        // There it is made a little later than here.
        watched.endpoint = service::elapse(&watched.endpoint, 5);
        watched.settle();
        watched.oracle.all_happened();
        let (arn, _) = watched.endpoint.backups.iter().next().expect("a SYSTEM backup");
        let arn = arn.clone();
        assert!(!watched.oracle.account().backups.contains_key(&arn));
        watched.fine("ListBackups", json!({"BackupType": "ALL"}));
        watched.fine("DescribeBackup", json!({"BackupArn": arn}));
        assert_eq!(watched.oracle.account().backups.keys().collect::<Vec<_>>(), [&arn]);
        // Once it is known, another one in its place is not taken for it.
        let kept = watched.endpoint.backups.remove(&arn).expect("it is there");
        let other = BackupArn::new(&arn.as_str().replace("3005-", "3006-"));
        watched.endpoint.backups.insert(other.expect("any text is one"), kept);
        assert!(!watched.ask("ListBackups", json!({"BackupType": "ALL"})).is_empty());
    }
}
