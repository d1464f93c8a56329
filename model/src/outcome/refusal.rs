//! Why a request is refused: every condition that it violates, each with its rule. Which of them the
//! service reports is settled by recorded precedence only ([`Refusal::reportable`]); where nothing is
//! on record, any of them may be.

use std::fmt;

use super::{Accepted, ErrorCode, Outcome};
use crate::message;
use crate::rules::{self, RuleId};

/// One broken constraint as the service words it; a message may join several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// The offending value as sent; none for a missing member.
    pub value: Option<String>,
    /// The member, spelled as in messages.
    pub at: String,
    /// What it had to satisfy.
    pub constraint: String,
}

impl Clause {
    /// A clause about the member at `at`.
    pub fn new(value: Option<&str>, at: &str, constraint: &str) -> Self {
        Self {
            value: value.map(str::to_owned),
            at: at.to_owned(),
            constraint: constraint.to_owned(),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "Value '{value}' at ")?,
            None => write!(f, "Value null at ")?,
        }
        write!(f, "'{}' failed to satisfy constraint: {}", self.at, self.constraint)
    }
}

/// The values that fill the placeholders of a rule's message templates. How the value of a name such as
/// `?time` is spelled is not on record: it is only an example, and any text will do.
pub type Arguments = Vec<(&'static str, String)>;

/// How a refusal is worded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// By the templates that the catalogue has for the rule; any text where it has none.
    Templates(Arguments),
    /// As broken constraints, in any order.
    Clause(Clause),
    /// By this text, or any text where none is on record.
    Literal(Option<String>),
}

/// One condition that a request violates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The rule that the request breaks.
    pub rule: RuleId,
    /// The exception that says so.
    pub error: ErrorCode,
    /// How it is worded.
    pub text: Text,
}

impl Violation {
    /// A violation that is worded by the rule's templates.
    pub fn because(rule: RuleId, error: ErrorCode, arguments: Arguments) -> Self {
        Self { rule, error, text: Text::Templates(arguments) }
    }

    fn is_called(&self, id: &str) -> bool {
        match id {
            "*" => true,
            "SHAPE" => matches!(self.text, Text::Clause(_)),
            id => self.rule == id,
        }
    }
}

/// Every condition that a request violates: at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    pub(super) violations: Vec<Violation>,
    pub(super) cases_of: Vec<RuleId>,
}

impl Refusal {
    /// A refusal for one reason.
    pub fn because(rule: RuleId, error: ErrorCode, arguments: Arguments) -> Self {
        Self { violations: vec![Violation::because(rule, error, arguments)], cases_of: vec![] }
    }

    /// All of them, in the canonical order.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Broader rules of which the refusal is a case, such as that nothing is overwritten (RTB-03).
    pub fn cases_of(&self) -> &[RuleId] {
        &self.cases_of
    }

    /// Those that the service may report: all but those over which another one was seen to win.
    ///
    /// The first is the one that the reference reports.
    pub fn reportable(&self, operation: &str) -> Vec<&Violation> {
        let wins = |first: &Violation, over: &Violation| {
            rules::catalogue().precedence().iter().any(|pair| {
                pair.operations.iter().any(|name| name == operation || name == "*")
                    && first.is_called(&pair.first)
                    && over.is_called(&pair.over)
                    // `SHAPE` and `*` never beat their own kind.
                    && !(over.is_called(&pair.first))
            })
        };
        self.violations
            .iter()
            .filter(|over| !self.violations.iter().any(|first| wins(first, over)))
            .collect()
    }

    /// The reasons of both, these first.
    pub fn and(mut self, more: Option<Refusal>) -> Self {
        if let Some(more) = more {
            self.violations.extend(more.violations);
            self.cases_of.extend(more.cases_of);
        }
        self
    }
}

/// Collects the reasons to refuse a request, in the canonical order.
#[derive(Debug, Default)]
pub struct Objections {
    violations: Vec<Violation>,
    cases_of: Vec<RuleId>,
}

impl Objections {
    /// No objection yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Objects if `violated`.
    pub fn when(
        &mut self,
        violated: bool,
        rule: RuleId,
        error: ErrorCode,
        arguments: impl FnOnce() -> Arguments,
    ) {
        if violated {
            self.add(rule, error, arguments());
        }
    }

    /// Objects.
    pub fn add(&mut self, rule: RuleId, error: ErrorCode, arguments: Arguments) {
        self.violations.push(Violation::because(rule, error, arguments));
    }

    /// Names a broader rule of which a refusal is a case; it is no reason by itself.
    pub fn case_of(&mut self, rule: RuleId) {
        self.cases_of.push(rule);
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.violations.len()
    }

    /// Objects, in words that nobody has recorded.
    pub fn add_unworded(&mut self, rule: RuleId, error: ErrorCode) {
        self.violations.push(Violation { rule, error, text: Text::Literal(None) });
    }

    /// Objects in that of the rule's texts on record that has these words.
    pub fn add_worded(
        &mut self,
        rule: RuleId,
        error: ErrorCode,
        words: &str,
        arguments: &Arguments,
    ) {
        let text = Text::Literal(Some(message::with_words(rule, words, arguments)));
        self.violations.push(Violation { rule, error, text });
    }

    /// Takes over an objection that was found elsewhere.
    pub fn push(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Whether one of those so far is said by this exception.
    pub fn has(&self, error: ErrorCode) -> bool {
        self.violations.iter().any(|violation| violation.error == error)
    }

    /// Whether nothing has been found so far.
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// The refusal, if there is a reason for one.
    pub fn into_refusal(self) -> Option<Refusal> {
        let Self { violations, cases_of } = self;
        (!violations.is_empty()).then_some(Refusal { violations, cases_of })
    }

    /// Refuses, or accepts with what `accept` makes.
    pub fn unless(self, accept: impl FnOnce() -> Accepted) -> Outcome {
        match self.into_refusal() {
            Some(refusal) => Outcome::Refused(refusal),
            None => Outcome::Accepted(Box::new(accept())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objections_are_counted_and_make_a_refusal_that_names_its_broader_rules() {
        let mut objections = Objections::new();
        objections.case_of("RTB-03");
        assert!(objections.is_empty() && !objections.has(ErrorCode::TableAlreadyExistsException));
        objections.add("RFB-003", ErrorCode::TableAlreadyExistsException, vec![]);
        assert!(!objections.is_empty() && objections.count() == 1);
        assert!(objections.has(ErrorCode::TableAlreadyExistsException));
        assert!(!objections.has(ErrorCode::TableInUseException));
        let refusal = objections.into_refusal().unwrap();
        assert_eq!(refusal.cases_of(), ["RTB-03"]);
        let mut none = Objections::new();
        none.case_of("RTB-03");
        assert_eq!(none.into_refusal(), None);
    }

    #[test]
    fn a_refusal_that_was_seen_to_win_wins_in_the_operations_in_which_it_was_seen() {
        // A member left out, and a point in time that cannot be restored.
        let mut objections = Objections::new();
        objections.add("PTR-04", ErrorCode::PointInTimeRecoveryUnavailableException, vec![]);
        let clause = Clause::new(None, "targetTableName", "Member must not be null");
        let text = Text::Clause(clause);
        objections.push(Violation { rule: "PTR-05", error: ErrorCode::ValidationException, text });
        let refusal = objections.into_refusal().unwrap();
        let reported =
            |operation| refusal.reportable(operation).iter().map(|it| it.rule).collect::<Vec<_>>();
        assert_eq!(reported("RestoreTableToPointInTime"), ["PTR-05"]);
        assert_eq!(reported("RestoreTableFromBackup"), ["PTR-04", "PTR-05"]);
    }
}
