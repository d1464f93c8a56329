//! The time as the reference sees it: the system's clock, plus what control requests added.

use reinstate_model::account::Millis;

/// The last time that the id of a backup can hold in its fourteen digits, in the year 5138.
const END: Millis = 99_999_999_999_999;

/// A clock that never shows the same time twice.
///
/// So two backups never share a creation time, which is the first part of their ARN and the order in
/// which they are listed.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    elapsed: Millis,
    last: Millis,
}

impl Clock {
    /// The time when the system's clock shows `system`: later than ever before, even if that clock
    /// was set back.
    pub(super) fn read(&mut self, system: Millis) -> Millis {
        let shown = system.saturating_add(self.elapsed);
        self.last = shown.max(self.last.saturating_add(1));
        self.last
    }

    /// Moves the clock forward; not beyond the last time that it can show.
    pub(super) fn elapse(&mut self, millis: Millis) -> Result<(), TooFar> {
        if self.last.saturating_add(millis) > END {
            return Err(TooFar);
        }
        self.elapsed = self.elapsed.saturating_add(millis);
        Ok(())
    }
}

/// The clock cannot be moved forward that far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooFar;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_comes_twice() {
        let mut clock = Clock::default();
        assert_eq!([clock.read(100), clock.read(100), clock.read(50)], [100, 101, 102]);
        assert_eq!(clock.read(200), 200);
    }

    #[test]
    fn elapsed_time_is_added_to_the_systems() {
        let mut clock = Clock::default();
        assert_eq!(clock.read(100), 100);
        assert_eq!(clock.elapse(60_000), Ok(()));
        assert_eq!(clock.read(101), 60_101);
    }

    #[test]
    fn the_clock_ends_where_ids_do() {
        let mut clock = Clock::default();
        clock.read(100);
        assert_eq!(clock.elapse(Millis::MAX), Err(TooFar));
        assert_eq!(clock.elapse(END), Err(TooFar));
        assert_eq!(clock.elapse(END - 100), Ok(()));
        assert_eq!(clock.elapse(0), Ok(()), "the clock was not read since");
        assert_eq!(format!("{:014}", clock.read(100)).len(), 14);
        assert_eq!(clock.elapse(1), Err(TooFar));
    }
}
