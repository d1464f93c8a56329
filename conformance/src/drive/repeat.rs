//! Requests that are asked again because the server failed.

use reinstate_model::oracle::{Call, Judgement, linearise};
use reinstate_model::wire::Answer;

use super::Driver;
use super::exchange::{Ask, Came};

/// How often a request is repeated at which the server fails. A failure that stays is judged like any other
/// answer, but what the endpoint holds is unknown after it.
pub const REPEATS: usize = 2;

/// Whether the server failed. That it does not have the operation is an answer.
pub fn is_failure(status: u16) -> bool {
    status >= 500 && status != 501
}

impl Driver<'_> {
    /// Judges an answer to what was asked before, when the server failed. Nobody knows whether it was taken
    /// all the same. If the answer tells that it was, or there may be a second backup now, what the endpoint
    /// holds is unknown, and nothing is held against it. If the server still fails, that is held against it,
    /// and nothing that follows.
    pub(super) fn judge_repeated(&mut self, ask: &Ask<'_>, came: &Came) -> Judgement {
        if is_failure(came.response.status) {
            let judgement = self.oracle.judge_received(&ask.received, &came.answer, came.now);
            return Judgement { lost: true, ..judgement };
        }
        let mut history = self.failed.clone();
        history.push(asked(ask, Some(came.answer.clone()), history.len(), came.now));
        let mut found = linearise(&self.oracle, &history);
        self.oracle = found.oracle;
        let was_taken = found.order.len() > 1;
        let is_accepted = matches!(came.answer, Answer::Success(_));
        let makes_another = ask.addressed() == "CreateBackup" && is_accepted;
        match found.judgements.pop() {
            Some(judgement) if !was_taken && !makes_another => judgement,
            _ => Judgement { lost: true, ..Judgement::default() },
        }
    }
}

/// A call of a history in which one follows the other, after so many.
pub(super) fn asked(ask: &Ask<'_>, answer: Option<Answer>, after: usize, now: u64) -> Call {
    let began = 2 * after as u64;
    Call {
        operation: ask.addressed().to_owned(),
        body: ask.body.to_vec(),
        answer,
        began,
        ended: began + 1,
        now,
    }
}

#[cfg(all(test, feature = "reference"))]
mod tests;
