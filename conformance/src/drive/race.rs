//! Clients that race: their calls overlap, and their answers are judged together, since nobody but the
//! service knows in which order it took them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reinstate_model::oracle::{self, DifferenceKind, Judgement, Order, linearise};
use reinstate_model::wire::read_answer;
use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::exchange::{Ask, Came, is_throttling};
use super::{Driver, End, repeat};
use crate::scenario::Call;
use crate::session::{Sent, Session};

/// One call of a client, when it began and ended, and what it came to.
struct Made {
    client: usize,
    call: Call,
    body: Value,
    began: u64,
    ended: u64,
    sent: Sent,
}

impl Driver<'_> {
    /// Lets every client make its calls, one after the other, all clients at the same time.
    ///
    /// What an answer shows of rules is not counted: which client wins differs from run to run, and
    /// what a run says it exercised must not.
    pub(super) async fn race(&mut self, clients: &[Vec<Call>]) -> Result<(), End> {
        let made = self.run_clients(clients).await;
        let mut judged = Vec::new();
        let mut history = Vec::new();
        let mut unanswered = None;
        for made in made {
            // A call that was not sent is no part of the history, and says why at its end.
            let exchange = match &made.sent.exchange {
                Ok(exchange) => exchange,
                Err(reason) => return Err(End::Indeterminate(reason.clone())),
            };
            let answer = match &exchange.response {
                Ok(response) => {
                    let answer = read_answer(response.status, &response.body);
                    if is_throttling(&answer) {
                        // It was not taken, so it is no part of the history.
                        continue;
                    }
                    // After an error of the server nobody knows whether it was taken.
                    (!repeat::is_failure(response.status)).then_some(answer)
                }
                Err(error) => {
                    unanswered.get_or_insert_with(|| error.clone());
                    None
                }
            };
            history.push(oracle::Call {
                operation: made.call.call.clone(),
                body: exchange.request.body.to_vec(),
                answer,
                began: made.began,
                ended: made.ended,
                now: exchange.received_at_millis + self.elapsed_millis,
            });
            judged.push(made);
        }
        let found = linearise(&self.oracle, &history);
        self.oracle = found.oracle.clone();
        self.names.learn_account(self.oracle.account());
        for (made, call) in judged.iter().zip(&history) {
            if let Some(answer) = &call.answer {
                self.learn(&made.call.call, made.call.label.as_deref(), answer);
            }
        }
        let story = tell(&judged, &found);
        // Whatever explains the answers best, a call at which the server failed may yet have been taken.
        let is_lost = history.iter().any(|call| call.answer.is_none())
            || found.judgements.iter().any(|judgement| judgement.lost);
        for (made, judgement) in judged.into_iter().zip(found.judgements) {
            self.record_made(made, judgement, &story);
        }
        if let Some(error) = unanswered {
            return Err(End::NoAnswer(error));
        }
        if is_lost { Err(End::Lost) } else { Ok(()) }
    }

    async fn run_clients(&mut self, clients: &[Vec<Call>]) -> Vec<Made> {
        let clock = Arc::new(AtomicU64::new(0));
        let start = Arc::new(Barrier::new(clients.len()));
        let mut tasks = JoinSet::new();
        for (client, calls) in clients.iter().enumerate() {
            let calls: Vec<(Call, Value)> =
                calls.iter().map(|call| (call.clone(), self.names.resolve(&call.with))).collect();
            let (session, clock, start) = (self.session.clone(), clock.clone(), start.clone());
            tasks.spawn(async move {
                start.wait().await;
                one_client(&session, client, calls, &clock).await
            });
        }
        let mut made = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok(calls) => made.extend(calls),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => {}
            }
        }
        // Client by client, whoever was the first: a run is recorded in the same order every time.
        made.sort_by_key(|made| (made.client, made.began));
        made
    }

    fn record_made(&mut self, made: Made, mut judgement: Judgement, story: &str) {
        let Ok(exchange) = made.sent.exchange else { return };
        let ask = Ask::new(&made.call.call, made.body, made.call.lane);
        let response = match exchange.response {
            Ok(response) => response,
            Err(error) => return self.record_failure(&ask, &error),
        };
        judgement.rules.clear();
        for difference in &mut judgement.differences {
            if is_about_order(difference.kind) && !story.is_empty() {
                difference.expected.push_str(story);
            }
        }
        let came = Came {
            answer: read_answer(response.status, &response.body),
            request: exchange.request,
            response,
            unparsable: made.sent.unparsable,
            now: exchange.received_at_millis,
        };
        self.record(&ask, &came, judgement);
    }
}

async fn one_client(
    session: &Session,
    client: usize,
    calls: Vec<(Call, Value)>,
    clock: &AtomicU64,
) -> Vec<Made> {
    let mut made = Vec::new();
    for (call, body) in calls {
        let began = clock.fetch_add(1, Ordering::SeqCst);
        let sent = session.send(&call.call, &body, call.lane).await;
        let ended = clock.fetch_add(1, Ordering::SeqCst);
        let is_answered = sent.exchange.as_ref().is_ok_and(|exchange| exchange.response.is_ok());
        made.push(Made { client, call, body, began, ended, sent });
        // What a client would do next depends on an answer that it never got.
        if !is_answered {
            break;
        }
    }
    made
}

fn is_about_order(kind: DifferenceKind) -> bool {
    matches!(kind, DifferenceKind::Accepted | DifferenceKind::Refused | DifferenceKind::WrongError)
}

/// The longest legal order of the calls and the one that cannot follow it; empty if some order is
/// legal.
fn tell(made: &[Made], found: &Order) -> String {
    let Some(breaks) = found.breaks else { return String::new() };
    let name = |index: &usize| {
        let made = &made[*index];
        format!("{} of client {}", made.call.call, made.client + 1)
    };
    let longest: Vec<String> = found.longest.iter().map(name).collect();
    let longest = if longest.is_empty() { "none".to_owned() } else { longest.join(", then ") };
    format!(
        "; in no order of the calls that overlap all answers are right: the longest is {longest}, and {} cannot follow",
        name(&breaks)
    )
}

#[cfg(all(test, feature = "reference"))]
mod tests;
