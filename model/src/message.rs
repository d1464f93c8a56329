//! Message texts: how a refusal is worded, and whether a text is one of those on record.
//!
//! Texts are judged apart from codes. Names of placeholders are those of the catalogue's templates.

use crate::account::Millis;
use crate::outcome::{Clause, Text, Violation};
use crate::rules::{Match, MessageTemplate, RuleId, catalogue};

/// The text of a refusal, as the reference answers it; none where the service sends none.
pub fn render(reportable: &[&Violation]) -> Option<String> {
    let first = reportable.first()?;
    let rule = catalogue().rule(first.rule);
    match &first.text {
        Text::Clause(clause) => {
            let own = rule.messages.first().filter(|newest| says_instead(newest, clause));
            Some(own.map_or_else(|| join(&clauses(reportable)), |newest| newest.text.clone()))
        }
        // The framework's own errors may have no text.
        Text::Literal(text) if first.error.is_framework() => text.clone(),
        Text::Literal(text) => Some(text.clone().unwrap_or_else(|| rule.title.clone())),
        Text::Templates(arguments) => Some(match rule.messages.first() {
            Some(template) => fill(&template.text, arguments),
            // No text is on record, and the member is required.
            None => rule.title.clone(),
        }),
    }
}

/// Whether a text was seen in place of a clause: some rules about what is missing or too short have
/// words of their own.
fn says_instead(template: &MessageTemplate, clause: &Clause) -> bool {
    let of_this_kind = clause.value.is_none() || clause.constraint.contains("length");
    of_this_kind
        && template.matching == Match::Exact
        && !template.text.contains("validation error")
        && !template.text.contains("at '")
}

/// That of a rule's texts on record that has these words.
///
/// # Panics
/// If there is none, which is a bug of the specification.
pub fn with_words(rule: RuleId, words: &str, arguments: &[(&str, String)]) -> String {
    let messages = &catalogue().rule(rule).messages;
    let template = messages.iter().find(|template| template.text.contains(words));
    let template = template.unwrap_or_else(|| panic!("no text of {rule} says `{words}`"));
    fill(&template.text, arguments)
}

/// Whether a message is one that is on record for one of the violations. Where nothing is on record
/// for one of them, any text will do.
pub fn fits(reportable: &[&Violation], message: Option<&str>) -> bool {
    let expected = clauses(reportable);
    reportable.iter().any(|violation| {
        let templates = &catalogue().rule(violation.rule).messages;
        let arguments: &[(&str, String)] = match &violation.text {
            Text::Literal(None) => return true,
            Text::Literal(Some(text)) => return message == Some(text),
            Text::Templates(_) if templates.is_empty() => return true,
            Text::Templates(arguments) => arguments,
            Text::Clause(_) if message.is_some_and(|text| same_clauses(&expected, text)) => {
                return true;
            }
            Text::Clause(_) => &[],
        };
        message
            .is_some_and(|text| templates.iter().any(|template| matches(template, arguments, text)))
    })
}

/// The texts on record for a violation, for people to read.
pub fn expected(violation: &Violation) -> String {
    render(&[violation]).unwrap_or_else(|| "no text".to_owned())
}

fn clauses(reportable: &[&Violation]) -> Vec<Clause> {
    reportable
        .iter()
        .filter_map(|violation| match &violation.text {
            Text::Clause(clause) => Some(clause.clone()),
            Text::Templates(_) | Text::Literal(_) => None,
        })
        .collect()
}

fn join(clauses: &[Clause]) -> String {
    let texts: Vec<_> = clauses.iter().map(Clause::to_string).collect();
    let plural = if texts.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", texts.len(), texts.join("; "))
}

/// Whether a message joins just these clauses, in any order (PRO-026). The order of the values of an
/// enumeration is not stable either.
fn same_clauses(expected: &[Clause], message: &str) -> bool {
    let Some((count, listed)) = message.split_once(" detected: ") else { return false };
    let count_fits = count.split(' ').next() == Some(expected.len().to_string().as_str());
    let mut got: Vec<String> = listed.split("; ").map(without_enum_values).collect();
    let mut wanted: Vec<String> =
        expected.iter().map(|clause| without_enum_values(&clause.to_string())).collect();
    got.sort();
    wanted.sort();
    count_fits && got == wanted
}

fn without_enum_values(clause: &str) -> String {
    clause.split("enum value set:").next().unwrap_or(clause).to_owned()
}

fn fill(template: &str, arguments: &[(&str, String)]) -> String {
    arguments.iter().fold(template.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{}}}", name.trim_start_matches('?')), value)
    })
}

/// A time as messages spell it, to the second.
pub fn spelled_time(time: Millis) -> String {
    let seconds = time / 1000;
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March here, so that a leap day is the last of its year.
    let since_0000_03_01 = days + 719_468;
    let (era, of_era) = (since_0000_03_01 / 146_097, since_0000_03_01 % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Whether a text fits a template; a placeholder without a value stands for anything.
fn matches(template: &MessageTemplate, arguments: &[(&str, String)], text: &str) -> bool {
    let known = arguments.iter().filter(|(name, _)| !name.starts_with('?')).cloned();
    let filled = fill(&template.text, &known.collect::<Vec<_>>());
    let parts = literal_parts(&filled);
    let mut rest = text;
    for (index, part) in parts.iter().enumerate() {
        let anchored = index == 0 && template.matching != Match::Contains;
        let position = if anchored { rest.starts_with(part).then_some(0) } else { rest.find(part) };
        match position {
            Some(position) => rest = &rest[position + part.len()..],
            None => return false,
        }
    }
    let ends_open = parts.last().is_some_and(|part| part.is_empty());
    template.matching != Match::Exact || rest.is_empty() || ends_open
}

/// What stands between the placeholders of a text.
fn literal_parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        parts.push(&rest[..open]);
        rest = &rest[open + close + 1..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::ErrorCode;

    fn template(text: &str, matching: Match) -> MessageTemplate {
        MessageTemplate { text: text.to_owned(), matching, source: String::new(), on: None }
    }

    #[test]
    fn a_template_fits_the_text_with_its_values_and_no_other() {
        let exact = template("Table: {target} is restored from {arn}.", Match::Exact);
        let arguments = [("target", "abc".to_owned())];
        assert!(matches(&exact, &arguments, "Table: abc is restored from anything."));
        assert!(!matches(&exact, &arguments, "Table: abd is restored from anything."));
        assert!(!matches(&exact, &arguments, "Table: abc is restored from anything. More"));
        let prefix = template("Table: ", Match::Prefix);
        assert!(matches(&prefix, &[], "Table: x") && !matches(&prefix, &[], "A Table: x"));
        let contains = template("less than 100", Match::Contains);
        assert!(matches(&contains, &[], "must be less than 100, they say"));
    }

    #[test]
    fn an_example_fills_a_placeholder_and_does_not_bind_it() {
        let exact = template("It expires on {time}.", Match::Exact);
        let arguments = [("?time", "Monday".to_owned())];
        assert_eq!(fill(&exact.text, &arguments), "It expires on Monday.");
        assert!(matches(&exact, &arguments, "It expires on the day after."));
    }

    #[test]
    fn times_are_spelled_by_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_576_616_366, "2019-12-17T20:59:26Z"),
            (1_791_590_399, "2026-10-09T23:59:59Z"),
        ] {
            assert_eq!(spelled_time(seconds * 1000), expected);
        }
    }

    #[test]
    fn the_clauses_of_a_message_have_no_order() {
        let clauses = [
            Clause::new(None, "a.b", "Member must not be null"),
            Clause::new(Some("x"), "c", "Member must satisfy enum value set: [P, Q]"),
        ];
        let swapped = "2 validation errors detected: Value 'x' at 'c' failed to satisfy constraint: \
                       Member must satisfy enum value set: [Q, P]; Value null at 'a.b' failed to \
                       satisfy constraint: Member must not be null";
        assert!(same_clauses(&clauses, swapped));
        assert!(!same_clauses(&clauses[..1], swapped));
        assert!(same_clauses(&clauses, &join(&clauses)));
    }

    #[test]
    fn a_day_of_every_month_and_every_kind_of_year_is_spelled() {
        for (days, expected) in [
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (364, "1970-12-31"),
            (789, "1972-02-29"),
            (790, "1972-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (11_322, "2000-12-31"),
            (11_323, "2001-01-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (157_113, "2400-02-29"),
            (157_114, "2400-03-01"),
        ] {
            assert_eq!(spelled_time(days * 86_400_000), format!("{expected}T00:00:00Z"));
        }
    }

    #[test]
    fn a_refusal_without_a_text_on_record_has_some_text_but_one_of_the_framework_has_none() {
        let unworded = |rule, error| Violation { rule, error, text: Text::Literal(None) };
        let framework = unworded("PRO-001", ErrorCode::UnknownOperationException);
        assert_eq!((render(&[&framework]), expected(&framework)), (None, "no text".to_owned()));
        let service = unworded("ERR-04a", ErrorCode::ValidationException);
        assert_eq!(render(&[&service]), Some("wrong JSON type, as documented".to_owned()));
    }
}
