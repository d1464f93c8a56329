//! The belief: what an endpoint's account may be, going by its answers so far.
//!
//! Events are not seen, only their effects. Each moves one table or backup forward and none backward,
//! so all accounts that fit the answers are those that can be reached by events from the *least
//! advanced* account that fits. That one account is what is kept; it stays small however many
//! restores are in flight. To judge an answer, only the events are tried that touch what the request
//! names; the least advanced account that explains the answer is the next one kept. What can have happened
//! only before the last answer, and shows in none, is tried beside them (`unseen`).
//!
//! Where an answer tells that *some* restore must have finished, but not which (an accepted restore
//! when the quota seemed used up), nothing is concluded: the belief is then wider than it need be,
//! so a fault may be missed, but never one alleged.

mod agree;
mod candidates;
mod difference;
mod doubt;
mod explain;
mod learn;
mod listed;
mod named;
mod race;
mod strangers;
mod told;
mod unseen;

use std::collections::BTreeSet;

use self::candidates::Candidate;
pub use self::difference::{Difference, DifferenceKind};
use self::doubt::Doubts;
use self::explain::{Asked, Explanation, Next, explain};
use self::listed::{as_listed, as_told};
use self::named::Named;
pub use self::race::{Call, Order, linearise};
use crate::account::{Account, Fresh, Millis};
use crate::name::{BackupArn, Region};
use crate::outcome::{ErrorCode, Reply};
use crate::rules::{Evidence, RuleId};
use crate::wire::{Answer, Received};

/// What the oracle makes of one answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// In what it differs from what the endpoint may answer.
    pub differences: Vec<Difference>,
    /// Whether the endpoint's state is unknown from here on, so that nothing more can be judged.
    pub lost: bool,
    /// Whether the answer refuses for a moment only, so that asking again may be accepted.
    pub transient: bool,
    /// The rules that the answer kept or broke.
    pub rules: Vec<RuleId>,
}

/// Judges the answers of one endpoint, one after the other.
#[derive(Clone, Debug)]
pub struct Oracle {
    account: Account,
    backups_made: u32,
    evidence: Evidence,
    /// Whether nothing happens that this is not told of (`told`).
    is_told: bool,
    /// Whether others use the account too (`strangers`).
    has_strangers: bool,
    /// Backups that the service made, as this was told, whose ARNs are not known yet.
    unlisted: BTreeSet<BackupArn>,
    doubts: Doubts,
}

impl Oracle {
    /// An oracle for an endpoint whose account holds nothing yet.
    pub fn new(region: Region) -> Self {
        Self {
            account: Account::empty(region, None),
            backups_made: 0,
            evidence: Evidence::Both,
            is_told: false,
            has_strangers: false,
            unlisted: BTreeSet::new(),
            doubts: Doubts::default(),
        }
    }

    /// The same, but it takes one side of what is contested.
    pub fn under(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The least advanced account that fits the answers so far.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Judges the answer to a body that was sent to an operation. It came at `now`.
    pub fn judge(
        &mut self,
        operation: &str,
        body: &[u8],
        answer: &Answer,
        now: Millis,
    ) -> Judgement {
        self.judge_received(&Received::read(operation, body), answer, now)
    }

    /// Judges the answer to a request that was read already. It came at `now`.
    pub fn judge_received(
        &mut self,
        request: &Received,
        answer: &Answer,
        now: Millis,
    ) -> Judgement {
        self.account.now = self.account.now.max(now);
        let named = Named::of(request.body());
        if account_is_unknown_to(&self.account, &named, answer) {
            return Judgement::default();
        }
        let asked = Asked { request, fresh: &self.fresh() };
        match answer {
            Answer::Success(page) if self.is_told => {
                as_told(&mut self.account, page, &mut self.unlisted);
            }
            Answer::Success(page) => {
                as_listed(&mut self.account, request, page);
                if self.has_strangers {
                    return self.judge_beside_others(&asked, &named, answer, page);
                }
            }
            Answer::Error { .. } => {}
        }
        self.judge_own(&asked, &named, answer)
    }

    /// What is made up for what a request makes, until the endpoint says what it is.
    fn fresh(&self) -> Fresh {
        let backup_id = format!("{:014}-00000000", self.backups_made);
        Fresh { table_id: None, created: None, backup_id }
    }

    /// Judges an answer by the account, in which everything is that the answer may show.
    fn judge_own(&mut self, asked: &Asked<'_>, named: &Named, answer: &Answer) -> Judgement {
        let Some(best) = self.best(asked, named, answer) else {
            // An account that was not tried may explain it, so nothing is alleged.
            return Judgement { lost: true, ..Judgement::default() };
        };
        let mut judgement = Judgement {
            differences: best.differences,
            lost: best.next == Next::Unknown,
            transient: best.transient,
            rules: best.rules,
        };
        if let Next::Changed(next) = best.next {
            // A quota that was lifted to explain this one answer is in force for the next.
            let restore_quota = self.account.restore_quota;
            self.account = Account { restore_quota, ..next };
        }
        match answer {
            Answer::Success(_) => judgement.rules.push("PRO-04"),
            Answer::Error { code, .. } => {
                judgement.rules.extend(agree::family_rule(asked.request.operation()));
                if !judgement.differences.is_empty() {
                    judgement.differences.extend(agree::family(asked.request.operation(), code));
                }
            }
        }
        if let (Some(reply), Answer::Success(body)) = (&best.reply, answer) {
            if matches!(reply, Reply::BackupDetails(_)) {
                judgement.rules.extend(agree::OF_A_NEW_BACKUP);
                judgement.differences.extend(agree::new_backup(body));
                self.backups_made += 1;
            }
            judgement.lost |= !learn::learn(&mut self.account, reply, body);
        }
        let shown = match answer {
            Answer::Success(body) => best.reply.as_ref().map(|reply| (reply, body)),
            Answer::Error { .. } => None,
        };
        let asked = (asked.request.operation(), named);
        self.doubts.weigh(&mut judgement, asked, shown, &self.account);
        judgement
    }

    /// The best explanation of an answer; none if what explains it may not have been tried.
    fn best(&self, asked: &Asked<'_>, named: &Named, answer: &Answer) -> Option<Explanation> {
        let explain = |candidate| explain(candidate, asked, answer, self.evidence);
        let least = Candidate { account: &self.account, events: 0 };
        let least = explain(least).into_iter().min_by_key(Explanation::cost);
        let mut best = least.expect("an account explains every answer in some way");
        // As a rule nothing has happened, and then nothing else need be tried.
        if best.is_whole() {
            return Some(best);
        }
        let tried = self.candidates(named);
        // The first of them is the least advanced again.
        for candidate in tried.accounts.iter().skip(1) {
            for mut other in explain(candidate.as_ref()) {
                if other.cost() < best.cost() {
                    if other.next == Next::Same {
                        other.next = Next::Changed(candidate.account.clone());
                    }
                    best = other;
                }
            }
        }
        (tried.is_all || best.differences.is_empty()).then_some(best)
    }
}

/// Whether an answer says that an ARN is of another account while ours is not known yet.
fn account_is_unknown_to(account: &Account, named: &Named, answer: &Answer) -> bool {
    let denied = matches!(answer, Answer::Error { code, .. } if code == ErrorCode::AccessDeniedException.as_str());
    account.id.is_none() && named.backup.is_some() && denied
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
