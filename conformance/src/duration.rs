//! Times as people write them: `500ms`, `30s`, `5m`, `1h`.
//!
//! The parser is our own: four units of time are not worth a dependency.

use std::time::Duration;

/// The units that a time may have, with their milliseconds.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// Reads a time.
///
/// # Errors
/// What is wrong with the text, to be put behind it.
pub fn parse(text: &str) -> Result<Duration, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Err("is no time");
    }
    if unit.is_empty() {
        return Err("has no unit of time");
    }
    let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err("has an unknown unit of time");
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(*unit))
        .map(Duration::from_millis)
        .ok_or("is too long a time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_and_what_is_no_time_is_told_apart() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(parse("1h"), Ok(Duration::from_secs(3_600)));
        assert_eq!(parse("30"), Err("has no unit of time"));
        assert_eq!(parse("30d"), Err("has an unknown unit of time"));
        assert_eq!(parse("-1s"), Err("is no time"));
        assert_eq!(parse("18446744073709551615h"), Err("is too long a time"));
    }
}
