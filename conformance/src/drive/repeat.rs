//! Requests that are asked again because the server failed.

use reinstate_model::oracle::{Call, Judgement, linearise};
use reinstate_model::wire::Answer;

use super::{Ask, Driver};

/// How often a request is repeated at which the server fails. A failure that stays is judged like any other
/// answer.
pub(super) const REPEATS: usize = 2;

/// Whether the server failed. That it does not have the operation is an answer.
pub(super) fn is_failure(status: u16) -> bool {
    status >= 500 && status != 501
}

impl Driver<'_> {
    /// Judges an answer to what was asked before, when the server failed. Nobody knows whether it was taken
    /// all the same. If the answer tells that it was, or there may be a second backup now, what the endpoint
    /// holds is unknown, and nothing is held against it.
    pub(super) fn judge_repeated(&mut self, ask: &Ask<'_>, answer: &Answer, now: u64) -> Judgement {
        let mut history = self.failed.clone();
        history.push(asked(ask, Some(answer.clone()), history.len(), now));
        let mut found = linearise(&self.oracle, &history);
        self.oracle = found.oracle;
        let was_taken = found.order.len() > 1;
        let makes_another = ask.operation == "CreateBackup" && matches!(answer, Answer::Success(_));
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
        operation: ask.operation.to_owned(),
        body: ask.text.as_bytes().to_vec(),
        answer,
        began,
        ended: began + 1,
        now,
    }
}
