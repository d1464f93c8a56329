//! Calls that overlap: whether they can have happened one after the other.
//!
//! Clients that race see answers and not the order in which the service took their calls. The answers
//! are right if there is *some* order that keeps to what was seen (a call that had ended before another
//! one began comes first), in which the specification, with its events in between, allows every one of
//! them: linearizability. The search is that of Wing and Gong, with Lowe's memory of what was reached
//! before: the same calls done and the same account need no second look.
//!
//! A call without an answer may have been taken at any time since it began, or never; both are tried.

use std::collections::BTreeMap;

use super::difference::weight;
use super::named::Named;
use super::{DifferenceKind, Judgement, Oracle};
use crate::account::{Account, Millis};
use crate::outcome::Outcome;
use crate::step::step;
use crate::wire::{Answer, Received};

/// A call of one of the clients.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation.
    pub operation: String,
    /// The body that was sent.
    pub body: Vec<u8>,
    /// What was answered; none if nothing was.
    pub answer: Option<Answer>,
    /// When it began, on a clock of its own that counts beginnings and ends.
    pub began: u64,
    /// When it had ended, on the same clock. Without an answer nobody knows, and it is not read.
    pub ended: u64,
    /// When the answer came.
    pub now: Millis,
}

/// The order that explains the answers of a race best.
#[derive(Clone, Debug)]
pub struct Order {
    /// The calls in this order, by their places in the history. One that is missing from it has not
    /// been taken.
    pub order: Vec<usize>,
    /// What is to be said of each answer, in the order of the history. Where no order is legal, some
    /// call is accepted or refused here although it must not be.
    pub judgements: Vec<Judgement>,
    /// What is known from here on.
    pub oracle: Oracle,
    /// The longest beginning of an order in which every answer is legal.
    pub longest: Vec<usize>,
    /// The call that cannot follow it, if no order is legal.
    pub breaks: Option<usize>,
}

/// More orders than this are not tried.
const MOST: usize = 20_000;

/// Finds the order that explains the answers best, the calls being those of several clients.
pub fn linearise(oracle: &Oracle, calls: &[Call]) -> Order {
    let start = Node {
        order: vec![],
        done: vec![false; calls.len()],
        judgements: vec![Judgement::default(); calls.len()],
        oracle: oracle.clone(),
        cost: Cost::default(),
    };
    let mut search = Search {
        calls,
        best: None,
        longest: vec![],
        breaks: None,
        seen: BTreeMap::new(),
        tried: 0,
    };
    search.go_on(&start);
    let was_cut = search.tried >= MOST;
    let Search { best, longest, breaks, .. } = search;
    let mut best = best.unwrap_or(start);
    if was_cut && best.cost.illegal > 0 {
        // An order that was not tried may be legal, so nothing is alleged.
        best.judgements.fill(Judgement { lost: true, ..Judgement::default() });
    }
    let breaks = breaks.filter(|_| best.cost.illegal > 0 && !was_cut);
    Order { order: best.order, judgements: best.judgements, oracle: best.oracle, longest, breaks }
}

/// How badly an order explains the answers; less is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    /// Calls that are accepted or refused although they must not be.
    illegal: usize,
    /// Calls after which nothing is known any more.
    lost: usize,
    /// All other differences.
    weight: usize,
    /// Calls without an answer that are taken to have been made: the fewer, the better.
    assumed: usize,
}

#[derive(Clone)]
struct Node {
    order: Vec<usize>,
    done: Vec<bool>,
    judgements: Vec<Judgement>,
    oracle: Oracle,
    cost: Cost,
}

struct Search<'a> {
    calls: &'a [Call],
    best: Option<Node>,
    longest: Vec<usize>,
    breaks: Option<usize>,
    seen: BTreeMap<(Vec<bool>, Account), Cost>,
    tried: usize,
}

impl Search<'_> {
    fn go_on(&mut self, node: &Node) {
        if self.tried >= MOST || self.best.as_ref().is_some_and(|best| best.cost <= node.cost) {
            return;
        }
        let key = (node.done.clone(), node.oracle.account.clone());
        match self.seen.get(&key) {
            Some(cost) if *cost <= node.cost => return,
            _ => self.seen.insert(key, node.cost),
        };
        if node.cost.illegal == 0 && node.order.len() > self.longest.len() {
            self.longest.clone_from(&node.order);
            self.breaks = None;
        }
        if node.done.iter().all(|done| *done) {
            self.best = Some(node.clone());
            return;
        }
        let next: Vec<usize> =
            (0..self.calls.len()).filter(|index| self.may_be_next(node, *index)).collect();
        for index in next {
            self.tried += 1;
            match self.calls[index].answer {
                Some(_) => {
                    let taken = self.taken(node, index);
                    self.go_on(&taken);
                }
                None => {
                    let mut never = node.clone();
                    never.done[index] = true;
                    self.go_on(&never);
                    let assumed = self.assumed(node, index);
                    self.go_on(&assumed);
                }
            }
        }
    }

    /// Whether no call that is left had ended before this one began.
    fn may_be_next(&self, node: &Node, index: usize) -> bool {
        let began = self.calls[index].began;
        let before = |(other, call): (usize, &super::race::Call)| {
            !node.done[other] && other != index && call.answer.is_some() && call.ended < began
        };
        !node.done[index] && !self.calls.iter().enumerate().any(before)
    }

    /// The call is the next one that the service takes.
    fn taken(&mut self, node: &Node, index: usize) -> Node {
        let mut node = node.clone();
        let call = &self.calls[index];
        node.done[index] = true;
        if node.cost.lost == 0
            && let Some(answer) = &call.answer
        {
            let judgement = node.oracle.judge(&call.operation, &call.body, answer, call.now);
            let is_illegal =
                judgement.differences.iter().any(|difference| is_illegal(difference.kind));
            if is_illegal && node.cost.illegal == 0 && node.order == self.longest {
                self.breaks = self.breaks.or(Some(index));
            }
            node.cost.illegal += usize::from(is_illegal);
            node.cost.lost += usize::from(judgement.lost);
            let weights = judgement.differences.iter().map(|difference| weight(difference.kind));
            node.cost.weight += weights.sum::<usize>();
            node.judgements[index] = judgement;
        }
        node.order.push(index);
        node
    }

    /// The call was taken, whatever it would have answered.
    fn assumed(&self, node: &Node, index: usize) -> Node {
        let mut node = node.clone();
        let call = &self.calls[index];
        node.done[index] = true;
        node.cost.assumed += 1;
        node.order.push(index);
        node.oracle.assume(&call.operation, &call.body);
        node
    }
}

/// Whether a difference says that a call must not have been answered like this at this point.
fn is_illegal(kind: DifferenceKind) -> bool {
    match kind {
        DifferenceKind::Accepted | DifferenceKind::Refused | DifferenceKind::WrongError => true,
        DifferenceKind::WrongText | DifferenceKind::WrongMember | DifferenceKind::TooFast => false,
    }
}

impl Oracle {
    /// A request was made and nobody knows the answer: what it changes is changed, if it can have been
    /// accepted.
    fn assume(&mut self, operation: &str, body: &[u8]) {
        let request = Received::read(operation, body);
        let fresh = self.fresh();
        for candidate in self.candidates(&Named::of(request.body())).accounts {
            let outcome = request.outcome(step, &candidate.account, &fresh);
            if let Outcome::Accepted(accepted) = outcome.under(self.evidence) {
                self.backups_made += 1;
                self.account = accepted.account;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Watched, answer};
    use super::*;
    use crate::name::BackupArn;
    use crate::service;

    /// An endpoint that has a table and a backup of it, and an oracle that knows it.
    fn prepared() -> (Account, Oracle, BackupArn) {
        let mut watched = Watched::new();
        watched.create("Music");
        watched.settle();
        let arn = watched.back_up("Music");
        watched.settle();
        // It is known to be ready: one that is still being made cannot be deleted either.
        watched.fine("DescribeBackup", json!({"BackupArn": arn}));
        // What follows is later.
        (service::elapse(&watched.endpoint, 1_000), watched.oracle, arn)
    }

    fn call(
        operation: &str,
        body: &Value,
        answer: Option<Answer>,
        (began, ended): (u64, u64),
    ) -> Call {
        let body = body.to_string().into_bytes();
        Call { operation: operation.to_owned(), body, answer, began, ended, now: 1_790_000_100_000 }
    }

    fn restore(arn: &BackupArn, target: &str) -> Value {
        json!({"BackupArn": arn, "TargetTableName": target})
    }

    /// A deletion that was refused since a restore was taken first, and the restore, at these times.
    fn refused_by_a_restore(deletion: (u64, u64), restoring: (u64, u64)) -> Order {
        let (endpoint, oracle, arn) = prepared();
        let (delete, restore) = (json!({"BackupArn": arn}), restore(&arn, "Copy"));
        let (restored, after) = answer(&endpoint, "RestoreTableFromBackup", &restore);
        let (refused, _) = answer(&after, "DeleteBackup", &delete);
        let history = [
            call("DeleteBackup", &delete, Some(refused), deletion),
            call("RestoreTableFromBackup", &restore, Some(restored), restoring),
        ];
        linearise(&oracle, &history)
    }

    #[test]
    fn calls_that_overlap_may_have_been_taken_in_either_order() {
        // One that begins when another one ends overlaps it too.
        for ended in [3, 2] {
            let found = refused_by_a_restore((1, ended), (2, 4));
            assert_eq!((found.order, found.breaks), (vec![1, 0], None));
            assert!(found.judgements.iter().all(|judgement| judgement.differences.is_empty()));
            assert!(found.oracle.account().tables.len() == 2);
        }
    }

    #[test]
    fn a_call_that_had_ended_before_another_began_comes_first() {
        let found = refused_by_a_restore((1, 2), (3, 4));
        assert_eq!((found.longest, found.breaks), (vec![], Some(0)));
        assert_eq!(found.judgements[0].differences.len(), 1, "nothing had locked the backup");
    }

    #[test]
    fn two_winners_of_a_race_are_told_with_the_longest_legal_order() {
        let (endpoint, oracle, arn) = prepared();
        let restore = restore(&arn, "Copy");
        let (restored, _) = answer(&endpoint, "RestoreTableFromBackup", &restore);
        let history = [
            call("RestoreTableFromBackup", &restore, Some(restored.clone()), (1, 3)),
            call("RestoreTableFromBackup", &restore, Some(restored), (2, 4)),
        ];
        let found = linearise(&oracle, &history);
        assert_eq!((found.longest, found.breaks), (vec![0], Some(1)));
        let kinds: Vec<_> = found.judgements[1].differences.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [DifferenceKind::Accepted]);
    }

    #[test]
    fn a_call_without_an_answer_may_have_been_taken_or_not() {
        let (endpoint, oracle, arn) = prepared();
        let (delete, restore) = (json!({"BackupArn": arn}), restore(&arn, "Copy"));
        let unanswered = || call("DeleteBackup", &delete, None, (1, 1));
        let (_, deleted) = answer(&endpoint, "DeleteBackup", &delete);
        for (before, order) in [(&endpoint, vec![1]), (&deleted, vec![0, 1])] {
            let (got, _) = answer(before, "RestoreTableFromBackup", &restore);
            let late = call("RestoreTableFromBackup", &restore, Some(got), (2, 3));
            let found = linearise(&oracle, &[unanswered(), late]);
            assert_eq!((found.order, found.breaks), (order, None));
            assert_eq!(found.judgements[1].differences, []);
        }
        // It cannot have been taken before it began.
        let (got, _) = answer(&deleted, "RestoreTableFromBackup", &restore);
        let early = call("RestoreTableFromBackup", &restore, Some(got), (1, 2));
        let later = call("DeleteBackup", &delete, None, (3, 3));
        assert_eq!(linearise(&oracle, &[early, later]).breaks, Some(0));
    }

    #[test]
    fn what_too_few_orders_leave_open_is_not_alleged() {
        let (_, oracle, arn) = prepared();
        let nobody = json!({"TableName": "Nobody"});
        let wrong = || call("DescribeTable", &nobody, Some(Answer::Success(json!({}))), (1, 9));
        // Each of these may have been taken or not, so there are more orders than are tried.
        let restores = |count: usize| {
            let unanswered = (0..count).map(|number| {
                call(
                    "RestoreTableFromBackup",
                    &restore(&arn, &format!("Copy{number}")),
                    None,
                    (1, 9),
                )
            });
            unanswered.chain([wrong()]).collect::<Vec<_>>()
        };
        let few = linearise(&oracle, &restores(1));
        assert_eq!(few.judgements[1].differences.len(), 1);
        assert!(few.breaks.is_some());
        let many = linearise(&oracle, &restores(14));
        assert!(many.judgements.iter().all(|it| it.lost && it.differences.is_empty()));
        assert_eq!(many.breaks, None);
    }

    #[test]
    fn of_two_orders_the_one_whose_answers_fit_better_is_taken() {
        let (endpoint, oracle, _) = prepared();
        let table = json!({"TableName": "Music"});
        let (deleted, after) = answer(&endpoint, "DeleteTable", &table);
        let (described, _) = answer(&after, "DescribeTable", &table);
        let history = [
            call("DescribeTable", &table, Some(described), (1, 3)),
            call("DeleteTable", &table, Some(deleted), (2, 4)),
        ];
        let found = linearise(&oracle, &history);
        assert_eq!((found.order, found.breaks), (vec![1, 0], None));
        assert!(found.judgements.iter().all(|judgement| judgement.differences.is_empty()));
    }

    #[test]
    fn an_answer_that_is_wrong_in_itself_breaks_no_order() {
        let (endpoint, oracle, _) = prepared();
        let table = json!({"TableName": "Music"});
        let (Answer::Success(mut body), _) = answer(&endpoint, "DescribeTable", &table) else {
            panic!("it is there");
        };
        body["Table"]["TableArn"] = json!("nonsense");
        let history = [call("DescribeTable", &table, Some(Answer::Success(body)), (1, 2))];
        let found = linearise(&oracle, &history);
        assert_eq!((found.longest, found.breaks), (vec![0], None));
        assert_eq!(found.judgements[0].differences.len(), 1);
    }

    #[test]
    fn nothing_is_said_of_what_follows_when_nothing_is_known_any_more() {
        let (_, oracle, arn) = prepared();
        let restore = restore(&arn, "Music");
        let nonsense = || Some(Answer::Success(json!({})));
        let history = [
            call("RestoreTableFromBackup", &restore, nonsense(), (1, 2)),
            call("DescribeTable", &json!({"TableName": "Nobody"}), nonsense(), (3, 4)),
        ];
        let found = linearise(&oracle, &history);
        assert!(found.judgements[0].lost && found.judgements[0].differences.len() == 1);
        assert_eq!(found.judgements[1], Judgement::default());
    }
}
