//! How long something takes.

use std::time::Instant;

/// Seconds.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// As a clock at the wall shows them.
    pub wall: f64,
    /// Of all processors, by this program and those that it started and waited for. The same as `wall`
    /// where the system does not tell.
    pub processor: f64,
}

/// Does something and says how long it took.
pub fn measure<T>(what: impl FnOnce() -> T) -> (T, Time) {
    let (start, used) = (Instant::now(), processor());
    let result = what();
    let wall = start.elapsed().as_secs_f64();
    let processor = match (used, processor()) {
        (Some(before), Some(after)) => after - before,
        _ => wall,
    };
    (result, Time { wall, processor })
}

/// Linux counts in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// The processor time that was used so far.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name of the program, which may hold anything, and eleven fields: of the program and of
    // its children, each for itself and inside the system.
    let (_, fields) = text.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<f64>().ok());
    let ticks: Vec<_> = ticks.collect::<Option<_>>()?;
    Some(ticks.iter().sum::<f64>() / TICKS_A_SECOND)
}
