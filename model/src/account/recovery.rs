//! Point-in-time recovery of a table: which window of time can be restored, and what the table held
//! at a time within it.
//!
//! Two clocks meet here: items are written by the account's clock, while a restore names a time by the
//! service's. The moment at which recovery was switched on is known by both, so it translates. What an
//! item was within a second of the time is not sure (PTR-11). The shape of the table is not kept: a
//! restore has that of the source as of now (PTR-07).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Items, Millis, PointInTime, StoredItem};

/// How far apart two moments are that a restore tells apart (PTR-11).
const GRANULARITY_MILLIS: Millis = 1_000;

/// How far a translated time may be off: answers take a while to arrive.
const CLOCK_TOLERANCE_MILLIS: Millis = 60_000;

/// The recovery period in days, unless another is asked for (UCB-05a).
const PERIOD_DAYS: u64 = 35;

/// Point-in-time recovery of a table: off at first (DCB-03).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recovery {
    /// It is off.
    Off {
        /// When it was switched on the last time, if it ever was.
        was_on_since: Option<Since>,
    },
    /// It is on.
    On(Arc<Window>),
}

/// When recovery was switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Since {
    /// By the account's clock.
    pub ours: Millis,
    /// By the service's clock, as it told it; unknown until then.
    pub told: Option<Millis>,
}

/// What recovery keeps while it is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// When it was switched on, which is the earliest restorable time.
    pub since: Since,
    /// When it was switched on before it was switched off and on again (UCB-04).
    pub earlier: Option<Since>,
    /// A time that the service said is restorable: the latest so far.
    pub latest: Option<Millis>,
    /// For how many days it keeps what it keeps.
    pub period_days: u64,
    /// Items that were replaced or taken away since then.
    pub past: Vec<PastItem>,
    /// Whether the table is being deleted and its SYSTEM backup has been made (BKP-16).
    pub saved: bool,
}

/// An item that was in the table once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PastItem {
    /// The JSON text of its key.
    pub key: String,
    /// The item.
    pub item: StoredItem,
    /// When it was replaced or taken away.
    pub until: Millis,
}

impl Default for Recovery {
    fn default() -> Self {
        Recovery::Off { was_on_since: None }
    }
}

impl Recovery {
    /// What it keeps, if it is on.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Recovery::Off { .. } => None,
            Recovery::On(window) => Some(window),
        }
    }

    /// The same, to change it.
    pub fn window_mut(&mut self) -> Option<&mut Window> {
        match self {
            Recovery::Off { .. } => None,
            Recovery::On(window) => Some(Arc::make_mut(window)),
        }
    }

    /// Switches it on. If it is on already, only the recovery period may change (CON-016).
    pub fn switched_on(&self, since: Since, period_days: Option<u64>) -> Self {
        Recovery::On(Arc::new(match self {
            Recovery::On(window) => Window {
                period_days: period_days.unwrap_or(window.period_days),
                ..(**window).clone()
            },
            Recovery::Off { was_on_since } => Window {
                since,
                earlier: *was_on_since,
                latest: None,
                period_days: period_days.unwrap_or(PERIOD_DAYS),
                past: Vec::new(),
                saved: false,
            },
        }))
    }

    /// Switches it off: what it kept is lost.
    pub fn switched_off(&self) -> Self {
        match self {
            Recovery::Off { .. } => self.clone(),
            Recovery::On(window) => Recovery::Off { was_on_since: Some(window.since) },
        }
    }

    /// Keeps what is no longer in the table.
    pub(super) fn remember(&mut self, key: String, item: StoredItem, until: Millis) {
        if let Some(window) = self.window_mut() {
            window.past.push(PastItem { key, item, until });
        }
    }
}

impl Since {
    /// The same moment by the service's clock, as far as it is known.
    pub fn by_service(self) -> Millis {
        self.told.unwrap_or(self.ours)
    }

    /// A time of the account's clock by the service's.
    pub fn to_service(self, ours: Millis) -> Millis {
        (ours + self.by_service()).saturating_sub(self.ours)
    }

    /// A time of the service's clock by the account's.
    pub fn to_ours(self, service: Millis) -> Millis {
        (service + self.ours).saturating_sub(self.by_service())
    }
}

impl Window {
    /// The times that must be restorable, by the service's clock: those that it said are.
    pub fn is_sure(&self, at: Millis) -> bool {
        let earliest = self.since.by_service();
        (earliest..=self.latest.unwrap_or(earliest)).contains(&at)
    }

    /// The times that cannot be restorable: those before the window, and those to come.
    pub fn is_beyond(&self, at: Millis, now: Millis) -> bool {
        at + GRANULARITY_MILLIS < self.since.by_service()
            || at > self.since.to_service(now) + CLOCK_TOLERANCE_MILLIS
    }

    /// The latest restorable time: not before the last one that was told.
    pub fn latest_point(&self) -> PointInTime {
        PointInTime::Latest { from: self.latest.unwrap_or(self.since.by_service()) }
    }

    /// What a table with these items held at a point in time.
    pub fn items_at(&self, point: PointInTime, items: &Items, now: Millis) -> Items {
        let (first, last) = match point {
            PointInTime::At(at) => (self.since.to_ours(at), self.since.to_ours(at)),
            PointInTime::Latest { from } => (self.since.to_ours(from), now),
        };
        self.items_between(
            items,
            first.saturating_sub(GRANULARITY_MILLIS),
            last + GRANULARITY_MILLIS,
        )
    }

    /// What a table with these items held at some moment from `first` to `last`: an item is sure if it
    /// was there all the time.
    fn items_between(&self, items: &Items, first: Millis, last: Millis) -> Items {
        let past = self.past.iter().map(|past| (&past.key, &past.item, past.until));
        let present = items.iter().map(|(key, item)| (key, item, Millis::MAX));
        let mut versions: BTreeMap<&String, Vec<(&StoredItem, Millis)>> = BTreeMap::new();
        for (key, item, until) in past.chain(present) {
            if item.written <= last && until > first {
                versions.entry(key).or_default().push((item, until));
            }
        }
        let items = versions.into_iter();
        items.filter_map(|(key, held)| Some((key.clone(), one_of(held, first, last)?))).collect()
    }
}

/// What a key held at some moment from `first` to `last`, out of its versions in the order in which they
/// were written: the newest of them, or another one in its place, or nothing if there was a gap.
fn one_of(versions: Vec<(&StoredItem, Millis)>, first: Millis, last: Millis) -> Option<StoredItem> {
    let mut instead = BTreeSet::new();
    let mut held_until = first;
    for (item, until) in &versions {
        if item.written > held_until {
            instead.insert(None);
        }
        instead.extend(item.instead.iter().cloned());
        held_until = *until;
    }
    if held_until <= last {
        instead.insert(None);
    }
    let ((newest, _), older) = versions.split_last()?;
    instead.extend(older.iter().map(|(item, _)| Some(item.json.clone())));
    Some(StoredItem { instead: instead.into_iter().collect(), ..(*newest).clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_AT: Millis = 100_000;

    fn window(told: Option<Millis>, past: Vec<PastItem>) -> Window {
        let since = Since { ours: ON_AT, told };
        let Recovery::On(window) = Recovery::default().switched_on(since, None) else {
            unreachable!("it was just switched on");
        };
        Window { past, ..(*window).clone() }
    }

    fn item(json: &str, written: Millis) -> StoredItem {
        StoredItem { json: json.to_owned(), written, instead: vec![] }
    }

    /// What was under one key at a time: what is sure, and what may be.
    fn check(window: &Window, items: &[StoredItem], at: Millis, expected: &[Option<&str>]) {
        let items = items.iter().map(|item| ("k".to_owned(), item.clone())).collect();
        let found = window.items_at(PointInTime::At(at), &items, at);
        let mut got: Vec<Option<&str>> = vec![None];
        if let Some(item) = found.get("k") {
            got = item.instead.iter().map(Option::as_deref).chain([Some(&*item.json)]).collect();
        }
        got.sort();
        assert_eq!(got, expected, "at {at}");
    }

    #[test]
    fn an_item_is_there_from_when_it_was_written_and_not_sure_within_a_second() {
        let items = [item("new", 200_000)];
        check(&window(None, vec![]), &items, 198_999, &[None]);
        check(&window(None, vec![]), &items, 199_500, &[None, Some("new")]);
        check(&window(None, vec![]), &items, 200_500, &[None, Some("new")]);
        check(&window(None, vec![]), &items, 201_000, &[Some("new")]);
    }

    #[test]
    fn a_replaced_item_is_there_until_it_was_replaced() {
        let past = PastItem { key: "k".into(), item: item("old", 10), until: 200_000 };
        let window = window(None, vec![past]);
        let items = [item("new", 200_000)];
        check(&window, &items, 198_999, &[Some("old")]);
        check(&window, &items, 200_000, &[Some("new"), Some("old")]);
        check(&window, &items, 201_000, &[Some("new")]);
        check(&window, &[], 201_000, &[None]);
    }

    #[test]
    fn a_time_of_the_service_is_translated_by_when_recovery_was_switched_on() {
        let fast = window(Some(ON_AT + 500_000), vec![]);
        check(&fast, &[item("new", 200_000)], 698_999, &[None]);
        check(&fast, &[item("new", 200_000)], 701_000, &[Some("new")]);
    }

    #[test]
    fn the_window_ends_somewhere_between_what_was_told_and_now() {
        let mut window = window(Some(ON_AT), vec![]);
        let now = 900_000;
        window.latest = Some(600_000);
        for (at, is_sure, is_beyond) in [
            (98_999, false, true),
            (99_000, false, false),
            (99_500, false, false),
            (ON_AT, true, false),
            (600_000, true, false),
            (600_001, false, false),
            (now, false, false),
            (now + 60_000, false, false),
            (now + 60_001, false, true),
        ] {
            assert_eq!(
                (window.is_sure(at), window.is_beyond(at, now)),
                (is_sure, is_beyond),
                "{at}"
            );
        }
    }

    #[test]
    fn off_and_on_again_forgets_what_was_kept() {
        let at = |ours| Since { ours, told: None };
        let on = Recovery::default().switched_on(at(1), Some(7));
        assert_eq!(on.switched_on(at(2), None), on);
        assert_eq!(on.switched_on(at(2), Some(9)), Recovery::default().switched_on(at(1), Some(9)));
        let again = on.switched_off().switched_on(at(3), None);
        let window = again.window().unwrap();
        assert_eq!((window.since, window.earlier, window.period_days), (at(3), Some(at(1)), 35));
    }
}
