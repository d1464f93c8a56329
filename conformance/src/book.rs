//! The catalogue as text: one rule explained, or all of them as one document.

use std::fmt::Write;

use reinstate_model::rules::{Catalogue, Evidence, Match, Rule, catalogue};

/// What a rule says, how we know it, and what contradicts it.
pub fn explain(rule: &Rule) -> String {
    let mut out = format!("{}  {}\n\n  {}\n\n", rule.id, rule.title, rule.sentence);
    let counts = if rule.can_fail(Evidence::Both) {
        "an endpoint that breaks it diverges"
    } else {
        "an endpoint that breaks it is reported, not failed"
    };
    let _ = writeln!(out, "  level       {}; {counts}", rule.level);
    let _ = writeln!(out, "  impact      {}", rule.impact);
    let _ = writeln!(out, "  operations  {}", operations(rule));
    if rule.extension {
        let _ = writeln!(out, "  extension   it speaks of members newer than the core");
    }
    for source in &rule.sources {
        let on = source.on.as_ref().map(|on| format!(", observed {on}")).unwrap_or_default();
        let _ = writeln!(out, "  source      {}{on}", source.reference);
    }
    for message in &rule.messages {
        let on = message.on.as_ref().map(|on| format!(", {on}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "  message     \"{}\" ({}, {}{on})",
            message.text,
            match_name(message.matching),
            message.source
        );
    }
    for other in contradictions(rule) {
        let _ = writeln!(out, "  but         {} ({}): {}", other.id, other.level, other.sentence);
    }
    for pair in catalogue().precedence() {
        if pair.first == rule.id {
            let _ = writeln!(out, "  wins over   {} (seen in {})", pair.over, pair.source);
        } else if pair.over == rule.id {
            let _ = writeln!(out, "  loses to    {} (seen in {})", pair.first, pair.source);
        }
    }
    out
}

/// The whole catalogue as one Markdown document, in reading order, for people who build an endpoint.
pub fn markdown(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "# How DynamoDB's backup and restore behaves\n\n\
         Each rule is one testable sentence with its level of evidence and its sources. Only documented \
         and observed rules that nothing contradicts count against an endpoint.\n",
    );
    for (title, rules) in catalogue.sections() {
        let _ = writeln!(out, "\n## {title}");
        for rule in rules {
            entry(&mut out, rule);
        }
    }
    let _ = writeln!(out, "\n## Which refusal is reported\n");
    let _ = writeln!(
        out,
        "Where two apply, the first was seen to win. For other pairs nothing is on record.\n"
    );
    for pair in catalogue.precedence() {
        let _ = writeln!(
            out,
            "- {}: {} over {} ({})",
            pair.operations.join(", "),
            pair.first,
            pair.over,
            pair.source
        );
    }
    let _ = writeln!(out, "\n## What no rule tests\n");
    for left_out in catalogue.left_out() {
        let _ = writeln!(out, "- {}: {}", left_out.ids.join(", "), left_out.reason);
    }
    out
}

fn entry(out: &mut String, rule: &Rule) {
    let _ = writeln!(out, "\n**{}** {}. {}", rule.id, rule.title, rule.sentence);
    let sources: Vec<String> = rule.sources.iter().map(ToString::to_string).collect();
    let extension = if rule.extension { ", extension" } else { "" };
    let _ = writeln!(
        out,
        "*{}{extension}; {}; {}; {}*",
        rule.level,
        rule.impact,
        operations(rule),
        sources.join(", ")
    );
    for message in &rule.messages {
        let _ = writeln!(out, "- `{}` ({})", message.text, match_name(message.matching));
    }
    for other in contradictions(rule) {
        let _ = writeln!(out, "- contested by {}: {}", other.id, other.sentence);
    }
}

fn operations(rule: &Rule) -> String {
    if rule.operations.iter().any(|name| name == "*") {
        "every operation".to_owned()
    } else {
        rule.operations.join(", ")
    }
}

fn contradictions(rule: &Rule) -> impl Iterator<Item = &'static Rule> {
    rule.contested_by.iter().map(|id| catalogue().rule(id))
}

fn match_name(matching: Match) -> &'static str {
    match matching {
        Match::Exact => "exactly",
        Match::Prefix => "so it begins",
        Match::Contains => "somewhere in it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_every_rule_once_and_says_what_was_left_out() {
        let text = markdown(catalogue());
        for rule in catalogue().rules() {
            let heading = format!("**{}** ", rule.id);
            assert_eq!(text.matches(&heading).count(), 1, "{}", rule.id);
        }
        assert!(text.contains("## What no rule tests"));
    }

    #[test]
    fn a_contested_rule_is_explained_with_what_contradicts_it() {
        let text = explain(catalogue().rule("RFB-003"));
        assert!(text.contains("but         RTB-91b (documented)"), "{text}");
        assert!(text.contains("is reported, not failed"), "{text}");
    }
}
