//! Points in time in an answer, which are others in every run.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Members that hold one end like this.
const MEMBER: &str = "DateTime\":";

/// Every answer of a run is searched for them.
static MEMBERS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MEMBER));

/// Seconds since 1970 that lie between 2001 and 2096: anything else is no time of a run, and is worth
/// seeing.
const SECONDS: std::ops::Range<f64> = 1.0e9..4.0e9;

/// Puts a symbol in the place of every point in time.
pub(super) fn hide(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = MEMBERS.find(rest.as_bytes()) {
        let (before, after) = rest.split_at(at + MEMBER.len());
        hidden.push_str(before);
        let after_space = after.trim_start_matches(' ');
        let number = after_space
            .find(|letter: char| !matches!(letter, '0'..='9' | '.' | 'E' | 'e' | '+'))
            .map_or(after_space, |end| &after_space[..end]);
        rest = after;
        if number.parse().is_ok_and(|seconds: f64| SECONDS.contains(&seconds)) {
            hidden.push_str(&after[..after.len() - after_space.len()]);
            hidden.push_str("\"{time}\"");
            rest = &after_space[number.len()..];
        }
    }
    hidden + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_run_are_hidden_and_what_is_none_is_kept() {
        let check = |text: &str, wanted: &str| assert_eq!(hide(text), wanted);
        check(
            r#"{"CreationDateTime":1795619189.461,"A":1,"RestoreDateTime": 1.795619189E9}"#,
            r#"{"CreationDateTime":"{time}","A":1,"RestoreDateTime": "{time}"}"#,
        );
        for kept in [
            r#"{"CreationDateTime":1795619189461}"#,
            r#"{"CreationDateTime":"2026-11-25"}"#,
            r#"{"CreationDateTime":0}"#,
            r#"{"CreationDateTime":"#,
            r#"{"ItemCount":1795619189}"#,
        ] {
            check(kept, kept);
        }
    }
}
