//! Points in time as they stand in answers.

use serde_json::{Value, json};

use crate::account::Millis;

/// Epoch seconds as they are written on the wire: a number with up to three decimals (PRO-10, PRO-11).
pub fn seconds(time: Millis) -> Value {
    if time.is_multiple_of(1000) { json!(time / 1000) } else { json!(time as f64 / 1000.0) }
}

/// Milliseconds of a time on the wire.
pub fn millis(value: &Value) -> Option<Millis> {
    let seconds = value.as_f64()?;
    // A little more, so that a whole millisecond is not lost to the way that fractions are kept.
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds * 1000.0 + 0.01).floor() as Millis)
}

/// Two writings of one time differ by less than this: who keeps microseconds may cut them off.
const WRITING_MILLIS: f64 = 0.999;

/// Whether a time on the wire is this one, to the millisecond.
pub fn is_at(value: &Value, time: Millis) -> bool {
    value.as_f64().is_some_and(|seconds| (seconds * 1000.0 - time as f64).abs() < WRITING_MILLIS)
}

/// Times that the service makes out to be one may be read off a clock twice.
const SAME_TIME_MILLIS: Millis = 1_000;

/// Whether two members tell the same time, to the second.
pub(super) fn same_time(left: Option<&Value>, right: Option<&Value>) -> bool {
    let times = left.and_then(millis).zip(right.and_then(millis));
    times.is_some_and(|(left, right)| left.abs_diff(right) <= SAME_TIME_MILLIS)
}
