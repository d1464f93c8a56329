//! How fast a real account may be asked: a bucket of tokens for each operation, filled at the rate that
//! the operation's documentation states.
//!
//! A bucket holds one token. So no second sees more requests than the rate, and no burst is throttled
//! that the whole account would feel.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests in a second, as documented (`QUO-03`, `TAG-04`).
const RATES: [(&str, u32); 9] = [
    ("CreateBackup", 50),
    ("DeleteBackup", 10),
    ("DescribeBackup", 10),
    ("DescribeContinuousBackups", 10),
    ("ListBackups", 5),
    ("ListTagsOfResource", 10),
    ("RestoreTableFromBackup", 10),
    ("TagResource", 5),
    ("UntagResource", 5),
];

/// Where no rate is stated.
const OTHER: u32 = 10;

/// The documented rate of an operation, or what is taken where none is documented.
pub fn rate(operation: &str) -> u32 {
    RATES.iter().find(|(name, _)| *name == operation).map_or(OTHER, |(_, rate)| *rate)
}

/// Whether a rate is documented.
pub fn is_documented(operation: &str) -> bool {
    RATES.iter().any(|(name, _)| *name == operation)
}

/// The buckets of an account.
#[derive(Debug)]
pub struct Pace {
    began: Instant,
    /// When the next token of each operation is there, since the beginning.
    next: Mutex<BTreeMap<String, Duration>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { began: Instant::now(), next: Mutex::default() }
    }
}

impl Pace {
    /// Waits for a token of an operation, and takes it.
    pub async fn take(&self, operation: &str) {
        let now = self.began.elapsed();
        let at = self.token(operation, now);
        tokio::time::sleep(at.saturating_sub(now)).await;
    }

    /// Takes the next token of an operation: the time at which it is there.
    fn token(&self, operation: &str, now: Duration) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = next.entry(operation.to_owned()).or_default();
        let at = (*slot).max(now);
        *slot = at + Duration::from_secs(1) / rate(operation);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_sees_more_requests_than_the_documented_rate_and_idle_time_saves_none_up() {
        let pace = Pace::default();
        let mut times: Vec<Duration> = Vec::new();
        for now in [0, 0, 0, 0, 0, 0, 0, 9_000, 9_000, 9_000, 9_000, 9_000, 9_000, 9_950] {
            times.push(pace.token("ListBackups", Duration::from_millis(now)));
        }
        for (index, first) in times.iter().enumerate() {
            let second =
                times[index..].iter().take_while(|at| **at < *first + Duration::from_secs(1));
            assert!(second.count() <= 5, "{times:?}");
        }
        assert_eq!(times[7], Duration::from_secs(9), "a request after a pause does not wait");
    }

    #[test]
    fn operations_do_not_wait_for_each_other() {
        let pace = Pace::default();
        for operation in ["CreateBackup", "ListBackups", "DescribeTable"] {
            assert_eq!(pace.token(operation, Duration::ZERO), Duration::ZERO);
        }
        assert_eq!(pace.token("CreateBackup", Duration::ZERO), Duration::from_millis(20));
    }
}
