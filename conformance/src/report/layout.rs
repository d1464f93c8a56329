//! How texts of an endpoint's own are laid out: JSON that breaks only where it does not fit, and
//! nothing that moves a cursor or turns a line around.

use serde_json::Value;

/// JSON as lines of a width: what fits stands on one line, what does not has a line for each member.
/// A text that is no JSON stays as it is.
pub fn json(text: &str, indent: usize, width: usize) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => lay(&value, indent, indent, width),
        Err(_) => text.to_owned(),
    }
}

/// A value whose first line begins at a column, and whose further lines are indented.
fn lay(value: &Value, column: usize, indent: usize, width: usize) -> String {
    let flat = flat(value);
    if column + flat.chars().count() <= width {
        return flat;
    }
    let inner = indent + 2;
    let (open, close, members): (_, _, Vec<String>) = match value {
        Value::Object(members) if !members.is_empty() => {
            let member = |(name, value): (&String, &Value)| {
                let name = format!("{}: ", Value::from(name.as_str()));
                let begin = inner + name.chars().count();
                // One column is kept for the comma.
                format!("{name}{}", lay(value, begin + 1, inner, width))
            };
            ("{", "}", members.iter().map(member).collect())
        }
        Value::Array(items) if !items.is_empty() => {
            ("[", "]", items.iter().map(|item| lay(item, inner + 1, inner, width)).collect())
        }
        _ => return flat,
    };
    let gap = format!(",\n{}", " ".repeat(inner));
    format!("{open}\n{}{}\n{}{close}", " ".repeat(inner), members.join(&gap), " ".repeat(indent))
}

/// A value on one line, with room between its members.
fn flat(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), flat(value))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text in which everything can be seen: control characters and those that turn the direction of a
/// line are written as escapes. Ends of lines stay.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            c if c.is_control() || is_unseen(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Characters without a width of their own that change how others are shown, and those that are none.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// A text on one line and not longer than that many characters.
pub fn one_line(text: &str, longest: usize) -> String {
    let cut: String = text.chars().take(longest).collect();
    let mut line = visible(&cut.replace(['\n', '\r', '\t'], " "));
    if text.chars().nth(longest).is_some() {
        line.push_str("...");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_breaks_only_where_it_does_not_fit() {
        let text = r#"{"a":[1,2,3],"b":{"c":"a long text, a long text","d":[]}}"#;
        assert_eq!(
            json(text, 0, 80),
            r#"{"a": [1, 2, 3], "b": {"c": "a long text, a long text", "d": []}}"#
        );
        let wanted = "{\n    \"a\": [1, 2, 3],\n    \"b\": {\n      \"c\": \"a long text, a long text\",\n      \"d\": []\n    }\n  }";
        assert_eq!(json(text, 2, 40), wanted);
        assert_eq!(
            serde_json::from_str::<Value>(wanted).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
        assert_eq!(json("no JSON", 2, 40), "no JSON");
    }

    #[test]
    fn nothing_unseen_is_left_in_a_text() {
        assert_eq!(
            visible("a\u{1b}[31m\u{202e}b\nc\u{fffe}\0"),
            "a\\u{1b}[31m\\u{202e}b\nc\\u{fffe}\\u{0}"
        );
        assert_eq!(one_line("a\r\nb", 10), "a  b");
        assert_eq!(one_line("äöü", 2), "äö...");
    }
}
