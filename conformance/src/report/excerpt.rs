//! An answer with what differs in it marked: the part around it, or the whole.

use reinstate_model::pointer;
use serde_json::Value;

use super::layout::{self, one_line};

/// Members shown before and after the one that differs.
const AROUND: usize = 2;

/// The longest value on a line, in characters.
const VALUE: usize = 160;

/// The longest value beside the one that differs.
const BESIDE: usize = 60;

/// The width of the lines of a whole answer.
const WIDTH: usize = 88;

/// What a line of an excerpt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Around the difference.
    Around,
    /// What came.
    Got,
    /// What should have.
    Expected,
}

/// One line of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub mark: Mark,
    /// Its text, indented.
    pub text: String,
}

/// The answer around the member at a pointer. Items of lists are named in pointers by a member of
/// theirs, such as the name of an index; `header x` is no part of the body.
pub fn around(answer: &str, pointer: &str, expected: &str) -> Vec<Line> {
    Excerpt::of(answer, pointer, expected, Some(AROUND))
}

/// All of an answer, laid out over lines if it is JSON.
pub fn whole(answer: &str, pointer: &str, expected: &str) -> Vec<Line> {
    Excerpt::of(answer, pointer, expected, None)
}

struct Excerpt {
    lines: Vec<Line>,
    expected: String,
    /// How many members beside the one that differs are shown; all of them if there is no number.
    beside: Option<usize>,
}

impl Excerpt {
    fn of(answer: &str, pointer: &str, expected: &str, beside: Option<usize>) -> Vec<Line> {
        let mut excerpt = Self { lines: Vec::new(), expected: one_line(expected, VALUE), beside };
        let path: Vec<String> = pointer
            .strip_prefix('/')
            .map(|path| path.split('/').map(pointer::unescape).collect())
            .unwrap_or_default();
        match serde_json::from_str::<Value>(answer) {
            Ok(value) if !path.is_empty() => excerpt.inside(&value, &path, 0, ""),
            Ok(value) if beside.is_none() => excerpt.lay(0, "", &value),
            Ok(value) => excerpt.top(&value),
            Err(_) if beside.is_none() => {
                for line in layout::visible(answer).lines() {
                    excerpt.push(Mark::Around, 0, line.to_owned());
                }
            }
            Err(_) => excerpt.push(Mark::Around, 0, one_line(answer, VALUE * 2)),
        }
        excerpt.lines
    }

    fn push(&mut self, mark: Mark, indent: usize, text: String) {
        self.lines.push(Line { mark, text: format!("{}{text}", "  ".repeat(indent)) });
    }

    /// A whole value, on as many lines as it takes.
    fn lay(&mut self, indent: usize, name: &str, value: &Value) {
        let text = layout::json(&value.to_string(), 0, WIDTH.saturating_sub(2 * indent));
        for (number, line) in layout::visible(&text).lines().enumerate() {
            let name = if number == 0 { name } else { "" };
            self.push(Mark::Around, indent, format!("{name}{line}"));
        }
    }

    /// The member itself, and what it should be.
    fn differs(&mut self, indent: usize, got: String) {
        self.push(Mark::Got, indent, got);
        let expected = format!("expected {}", self.expected);
        self.push(Mark::Expected, indent, expected);
    }

    /// A value that holds what differs, or is it.
    fn inside(&mut self, value: &Value, path: &[String], indent: usize, name: &str) {
        let Some((next, rest)) = path.split_first() else {
            return self.differs(indent, format!("{name}{}", short(value, VALUE)));
        };
        match value {
            Value::Object(members) => {
                self.push(Mark::Around, indent, format!("{name}{{"));
                let at = members.keys().position(|member| member == next);
                let members: Vec<(String, &Value)> =
                    members.iter().map(|(name, value)| (label(name), value)).collect();
                self.siblings(&members, at, rest, indent + 1);
                if at.is_none() {
                    self.differs(indent + 1, format!("{}absent", label(next)));
                }
                self.push(Mark::Around, indent, "}".to_owned());
            }
            Value::Array(items) => {
                self.push(Mark::Around, indent, format!("{name}["));
                let at = items
                    .iter()
                    .position(|item| is_called(item, next))
                    .or_else(|| next.parse().ok().filter(|index: &usize| *index < items.len()));
                let items: Vec<(String, &Value)> =
                    items.iter().map(|item| (String::new(), item)).collect();
                self.siblings(&items, at, rest, indent + 1);
                if at.is_none() {
                    self.differs(indent + 1, format!("{}: absent", one_line(next, BESIDE)));
                }
                self.push(Mark::Around, indent, "]".to_owned());
            }
            _ => self.differs(indent, format!("{name}{}", short(value, VALUE))),
        }
    }

    /// Members of one value: those next to the one that differs, and how many others there are.
    fn siblings(
        &mut self,
        members: &[(String, &Value)],
        at: Option<usize>,
        rest: &[String],
        indent: usize,
    ) {
        let beside = self.beside.unwrap_or(members.len());
        let (from, to) = match at {
            Some(at) => (at.saturating_sub(beside), (at + beside + 1).min(members.len())),
            None => (members.len().saturating_sub(beside), members.len()),
        };
        self.more(from, indent);
        for (index, (name, value)) in members.iter().enumerate().take(to).skip(from) {
            if Some(index) == at {
                self.inside(value, rest, indent, name);
            } else if self.beside.is_none() {
                self.lay(indent, name, value);
            } else {
                self.push(Mark::Around, indent, format!("{name}{}", short(value, BESIDE)));
            }
        }
        self.more(members.len() - to, indent);
    }

    fn more(&mut self, count: usize, indent: usize) {
        if count > 0 {
            self.push(Mark::Around, indent, format!("... {count} more"));
        }
    }

    /// An answer that differs as a whole: what it is made of.
    fn top(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter().take(2 * AROUND) {
                    self.push(Mark::Around, 0, format!("{}{}", label(name), short(value, VALUE)));
                }
                self.more(members.len().saturating_sub(2 * AROUND), 0);
            }
            other => self.push(Mark::Around, 0, short(other, VALUE)),
        }
    }
}

/// Whether an item of a list has the name that a pointer calls it by.
fn is_called(item: &Value, name: &str) -> bool {
    match item {
        Value::Object(members) => members.values().any(|value| value.as_str() == Some(name)),
        Value::String(text) => text == name,
        _ => false,
    }
}

fn label(name: &str) -> String {
    format!("{}: ", Value::from(one_line(name, BESIDE)))
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A value on a line: one that does not fit is told by its size.
fn short(value: &Value, longest: usize) -> String {
    let text = value.to_string();
    let fits = text.chars().nth(longest).is_none();
    match value {
        Value::Object(members) if !fits => format!("{{ {} }}", count(members.len(), "member")),
        Value::Array(items) if !fits => format!("[ {} ]", count(items.len(), "item")),
        _ => one_line(&text, longest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, pointer: &str, wanted: &str) {
        let sign = |mark| match mark {
            Mark::Around => ' ',
            Mark::Got => '>',
            Mark::Expected => '<',
        };
        let got: Vec<String> = around(answer, pointer, "6")
            .iter()
            .map(|line| format!("{}{}", sign(line.mark), line.text))
            .collect();
        assert_eq!(got.join("\n"), wanted);
    }

    #[test]
    fn the_member_that_differs_is_marked_among_its_neighbours() {
        check(
            r#"{"T":{"a":1,"b":2,"c":3,"d":5,"e":[1,2],"f":7,"g":8}}"#,
            "/T/d",
            r#" {
   "T": {
     ... 1 more
     "b": 2
     "c": 3
>    "d": 5
<    expected 6
     "e": [1,2]
     "f": 7
     ... 1 more
   }
 }"#,
        );
    }

    #[test]
    fn items_of_lists_are_found_by_their_names_and_what_is_absent_has_a_line() {
        check(
            r#"{"L":[{"IndexName":"a/b","K":1},{"IndexName":"other"}]}"#,
            "/L/a~1b/Arn",
            r#" {
   "L": [
     {
       "IndexName": "a/b"
       "K": 1
>      "Arn": absent
<      expected 6
     }
     {"IndexName":"other"}
   ]
 }"#,
        );
    }

    #[test]
    fn a_whole_answer_keeps_all_of_its_members_around_the_mark() {
        let answer = r#"{"T":{"a":{"b":[1,2]},"b":2,"c":3,"d":5,"e":1}}"#;
        let lines = whole(answer, "/T/d", "6");
        let texts: Vec<&str> = lines.iter().map(|line| line.text.trim_start()).collect();
        let wanted = [
            "{",
            "\"T\": {",
            "\"a\": {\"b\": [1, 2]}",
            "\"b\": 2",
            "\"c\": 3",
            "\"d\": 5",
            "expected 6",
            "\"e\": 1",
            "}",
            "}",
        ];
        assert_eq!(texts, wanted);
        assert_eq!(lines[5].mark, Mark::Got);
        assert_eq!(whole("not\nJSON\u{7}", "", "").len(), 2);
    }

    #[test]
    fn an_answer_that_differs_as_a_whole_is_told_by_what_it_is_made_of() {
        let long = format!(r#"{{"T":{{"a":"{}"}},"b":1}}"#, "x".repeat(200));
        check(&long, "", " \"T\": { 1 member }\n \"b\": 1");
        check("not\nJSON", "/T", " not JSON");
        check("[1]", "/T/x", " [\n   1\n>  T: absent\n<  expected 6\n ]");
    }
}
