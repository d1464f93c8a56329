//! When the reference lets happen what the service does by itself.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::duration;

/// When an event happens that may happen, such as a table becoming ACTIVE.
///
/// As a text: `now`, `manual`, a number of requests such as `3requests`, or a time such as `500ms`, `2s` or
/// `5m`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Settle {
    /// Right after the answer: the answer still says CREATING, the next one ACTIVE.
    #[default]
    Now,
    /// This long after it became possible. An event that follows from another one counts from that
    /// one, so a table is ACTIVE after one such time and can be backed up after two.
    After(Duration),
    /// When so many more requests have been answered, whatever they ask for: slow, and still the same at
    /// every run. Events that follow from others count as with a time.
    AfterRequests(u32),
    /// Only when a control request says so.
    Manual,
}

impl FromStr for Settle {
    type Err = SettleError;

    fn from_str(text: &str) -> Result<Self, SettleError> {
        let wrong = |problem| SettleError { text: text.to_owned(), problem };
        match text {
            "now" => return Ok(Self::Now),
            "manual" => return Ok(Self::Manual),
            _ => {}
        }
        let count = text.strip_suffix("requests").map(str::parse);
        if let Some(count) = count {
            return count.map(Self::AfterRequests).map_err(|_| wrong("is no number of requests"));
        }
        duration::parse(text).map(Self::After).map_err(wrong)
    }
}

impl fmt::Display for Settle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now => f.write_str("now"),
            Self::Manual => f.write_str("manual"),
            Self::AfterRequests(count) => write!(f, "{count}requests"),
            Self::After(time) => write!(f, "{}ms", time.as_millis()),
        }
    }
}

/// Why a text does not say when events happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` {problem}\nhint: write `now`, `manual`, a number such as `3requests`, or a time such as `500ms`, `2s` or `5m`"
)]
pub struct SettleError {
    text: String,
    problem: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let after = |millis| Ok(Settle::After(Duration::from_millis(millis)));
        assert_eq!("now".parse(), Ok(Settle::Now));
        assert_eq!("manual".parse(), Ok(Settle::Manual));
        assert_eq!("500ms".parse::<Settle>(), after(500));
        assert_eq!("2s".parse::<Settle>(), after(2_000));
        assert_eq!("5m".parse::<Settle>(), after(300_000));
        assert_eq!("3requests".parse(), Ok(Settle::AfterRequests(3)));
        assert_eq!("0s".parse::<Settle>(), after(0));
    }

    #[test]
    fn what_is_printed_can_be_read() {
        let after = Settle::After(Duration::from_millis(1_500));
        for settle in [Settle::Now, Settle::Manual, after, Settle::AfterRequests(3)] {
            assert_eq!(settle.to_string().parse(), Ok(settle));
        }
    }

    #[test]
    fn an_error_says_what_is_wrong_and_what_would_do() {
        let check = |text: &str, expected: &str| {
            let error = text.parse::<Settle>().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
            assert!(error.contains("\nhint: write `now`"), "{error}");
        };
        check("", "`` is empty");
        check("soon", "`soon` is no time");
        check("5", "`5` has no unit of time");
        check("5d", "`5d` has an unknown unit of time");
        check("1.5s", "`1.5s` has an unknown unit of time");
        check("-1s", "`-1s` is no time");
        check("99999999999999999999s", "`99999999999999999999s` is too long a time");
        check("999999999999999999m", "`999999999999999999m` is too long a time");
    }
}
