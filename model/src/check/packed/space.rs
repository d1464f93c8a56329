//! The steps of a machine between packed accounts. What comes of a request is found out once for all
//! accounts that look the same to it ([`sight`](super::sight)), by the specified functions themselves.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::change::Change;
use super::facts::{Facts, Survey};
use super::found::Found;
use super::pack::{ABSENT, Packing, Word};
use super::sight::{Part, Sight};
use crate::account::Account;
use crate::check::action::{Action, Reaction, Step};
use crate::check::alphabet::Call;
use crate::check::machine::Machine;
use crate::service::Event;

/// Is shown each step when it is found out what comes of it.
pub(in crate::check) type OnStep<'a> = dyn FnMut(&Step<'_>) + 'a;

/// The steps of a machine.
#[derive(Debug)]
pub(in crate::check) struct Space<'a> {
    machine: &'a Machine,
    packing: Packing,
    groups: Vec<Group>,
    /// The numbers of the requests that look at the whole account.
    others: Vec<usize>,
    /// What comes of what has been seen.
    known: HashMap<Seen, Effect, FixedState>,
    /// The numbers of requests that are accepted, and of the changes that they make.
    accepted: Vec<(u32, u32)>,
    changes: Vec<Change>,
    change_numbers: HashMap<Change, u32, FixedState>,
    facts: Facts,
    /// What the service does by itself with a table, by its place and word.
    table_events: Vec<Vec<Option<Rc<[Internal]>>>>,
    /// The same with a backup, by its word.
    backup_events: Vec<Option<Rc<[Internal]>>>,
    /// What comes of an event that makes a backup, by its number, the table and all backups.
    savings: HashMap<(usize, Vec<Word>), u32, FixedState>,
    quota: usize,
    survey: Survey,
}

/// What a group of requests sees of an account, its own number first.
type Seen = [Word; 8];

/// Requests that look at the same of an account.
#[derive(Clone, Debug)]
struct Group {
    places: Places,
    /// Their numbers.
    calls: Vec<usize>,
    /// What was seen and known last: states that follow each other look the same to most requests.
    last: Option<(Seen, Effect)>,
}

/// [`Part`] of an account, in places instead of names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Places {
    tables: [Option<usize>; 2],
    arn: Option<usize>,
    part: Part,
}

/// What comes of the requests of a group: how many are refused, and which are accepted, as a part of the
/// list of all that are.
#[derive(Clone, Copy, Debug)]
struct Effect {
    refused: u32,
    start: u32,
    end: u32,
}

/// An event and what it changes; nothing if the whole account has to be looked at.
#[derive(Clone, Debug)]
struct Internal {
    event: Event,
    change: Option<u32>,
}

/// What was done, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Label {
    /// The request of that number.
    Call(usize),
    /// The event of that number of the table in that place.
    OfTable(usize, usize),
    /// The event of that number of that backup.
    OfBackup(Word, usize),
    /// Time has passed.
    Time,
}

impl Label {
    /// Whether the service did it.
    pub(in crate::check) fn is_event(self) -> bool {
        matches!(self, Label::OfTable(..) | Label::OfBackup(..))
    }
}

impl<'a> Space<'a> {
    /// Nothing has been seen yet.
    pub(in crate::check) fn new(machine: &'a Machine) -> Self {
        let scope = machine.scope();
        let names = scope.table_names();
        let mut space = Self {
            machine,
            table_events: vec![vec![]; names.len()],
            packing: Packing::new(machine.start(), names, scope.backups),
            groups: vec![],
            others: vec![],
            known: HashMap::default(),
            accepted: vec![],
            changes: vec![],
            change_numbers: HashMap::default(),
            facts: Facts::default(),
            backup_events: vec![],
            savings: HashMap::default(),
            quota: machine.start().restore_quota,
            survey: Survey::default(),
        };
        for (number, call) in machine.calls().iter().enumerate() {
            space.prepare(number, call);
        }
        space
    }

    fn prepare(&mut self, number: usize, call: &Call) {
        let places = match Sight::of(&call.request) {
            Sight::Account => None,
            // Ids of tables are found in the whole account.
            Sight::Part(_) if self.machine.scope().ids => None,
            Sight::Part(part) => self.places(call, part),
        };
        let Some(places) = places else { return self.others.push(number) };
        match self.groups.iter_mut().find(|group| group.places == places) {
            Some(group) => group.calls.push(number),
            None => self.groups.push(Group { places, calls: vec![number], last: None }),
        }
    }

    fn places(&mut self, call: &Call, part: Part) -> Option<Places> {
        // A name or an ARN that nothing of the scope has is looked up in some other way.
        if part.backup.is_some() && part.backup != call.backup {
            return None;
        }
        let mut tables = [None; 2];
        if part.tables.len() > tables.len() {
            return None;
        }
        for (place, name) in tables.iter_mut().zip(&part.tables) {
            *place = Some(self.packing.place(name)?);
        }
        let arn = part.backup.as_ref().map(|arn| self.facts.arn_number(arn));
        Some(Places { tables, arn, part })
    }

    /// How the accounts are packed.
    pub(in crate::check) fn packing(&self) -> &Packing {
        &self.packing
    }

    /// The words of the account at the start.
    pub(in crate::check) fn start(&mut self) -> Vec<Word> {
        let words = self.packing.pack(&self.machine.start());
        self.facts.learn(&self.packing, self.machine);
        words
    }

    /// Finds every step from a state.
    pub(in crate::check) fn successors(
        &mut self,
        words: &[Word],
        on_step: &mut OnStep<'_>,
        found: &mut Found,
    ) {
        found.clear();
        let Self { facts, survey, packing, machine, .. } = self;
        facts.survey(survey, packing, words, machine.scope().backups);
        for group in 0..self.groups.len() {
            let effect = self.effect(group, words, on_step);
            found.refused += effect.refused as usize;
            for (number, change) in &self.accepted[effect.start as usize..effect.end as usize] {
                self.apply(*change, words, Label::Call(*number as usize), found);
            }
        }
        if !self.others.is_empty() {
            self.unpacked(words, on_step, found);
        }
        self.add_happenings(words, on_step, found);
    }

    /// Finds the steps of requests that look at the whole account.
    fn unpacked(&mut self, words: &[Word], on_step: &mut OnStep<'_>, found: &mut Found) {
        let account = self.packing.unpack(words);
        for number in self.others.clone() {
            let call = &self.machine.calls()[number];
            if self.machine.may_be_asked(&account, call, self.survey.has_room) {
                match self.whole(&account, &Action::Request(call.clone()), on_step) {
                    Some(after) if after == words => found.idle += 1,
                    Some(after) => drop(found.push(Label::Call(number), &after)),
                    None => found.refused += 1,
                }
            }
        }
    }

    /// Finds every step that nobody asks for.
    pub(in crate::check) fn happenings(
        &mut self,
        words: &[Word],
        on_step: &mut OnStep<'_>,
        found: &mut Found,
    ) {
        found.clear();
        self.add_happenings(words, on_step, found);
    }

    fn add_happenings(&mut self, words: &[Word], on_step: &mut OnStep<'_>, found: &mut Found) {
        self.each_event(words, on_step, &mut |space, label, internal, on_step| {
            let change = match internal.change {
                Some(change) => change,
                None => space.saving(label, words, &internal.event, on_step),
            };
            space.apply(change, words, label, found);
        });
        if let Some(later) = self.later(words) {
            let row = found.push(Label::Time, words);
            row[words.len() - 1] = self.packing.time_word(later);
        }
    }

    /// What a label stands for in a state.
    pub(in crate::check) fn action(&mut self, words: &[Word], label: Label) -> Action {
        match label {
            Label::Call(number) => Action::Request(self.machine.calls()[number].clone()),
            Label::Time => Action::Time(self.later(words).expect("time passes")),
            Label::OfTable(..) | Label::OfBackup(..) => {
                let mut found = None;
                self.each_event(words, &mut |_| {}, &mut |_, other, internal, _| {
                    if other == label {
                        found = Some(Action::Event(internal.event.clone()));
                    }
                });
                found.expect("the label is one of this state's")
            }
        }
    }

    /// Holds the steps from a state against those of the whole account.
    ///
    /// # Panics
    /// If they differ: then a sight is too narrow, and nothing that was found can be relied on.
    pub(in crate::check) fn check(&mut self, words: &[Word], on_step: &mut OnStep<'_>) {
        let account = self.packing.unpack(words);
        let mut whole = Vec::new();
        let mut refused = 0;
        for action in self.machine.actions(&account) {
            match self.whole(&account, &action, on_step) {
                Some(after) => whole.push(after),
                None => refused += 1,
            }
        }
        let idle = whole.extract_if(.., |after| after == words).count();
        let mut told = Found::default();
        self.successors(words, &mut |_| {}, &mut told);
        let mut rows: Vec<_> = told.rows.chunks_exact(words.len()).collect();
        whole.sort_unstable();
        rows.sort_unstable();
        let same = whole == rows && (idle, refused) == (told.idle, told.refused);
        assert!(same, "a sight is too narrow in {account:?}");
    }

    fn later(&self, words: &[Word]) -> Option<u64> {
        let now = self.packing.time(words[words.len() - 1]);
        self.machine.later(now.expect("the last word is the time's"))
    }

    fn each_event(
        &mut self,
        words: &[Word],
        on_step: &mut OnStep<'_>,
        each: &mut dyn FnMut(&mut Self, Label, &Internal, &mut OnStep<'_>),
    ) {
        let places = self.table_events.len();
        for (place, word) in words[..places].iter().enumerate().filter(|(_, it)| **it != ABSENT) {
            let events = self.events_of_table(place, *word, on_step);
            for (number, internal) in events.iter().enumerate() {
                each(self, Label::OfTable(place, number), internal, on_step);
            }
        }
        let backups = &words[places..words.len() - 1];
        for word in backups.iter().take_while(|word| **word != ABSENT) {
            let events = self.events_of_backup(*word, on_step);
            for (number, internal) in events.iter().enumerate() {
                each(self, Label::OfBackup(*word, number), internal, on_step);
            }
        }
    }

    /// What comes of the requests of a group.
    fn effect(&mut self, group: usize, words: &[Word], on_step: &mut OnStep<'_>) -> Effect {
        let Group { places: Places { tables, arn, part }, last, .. } = &mut self.groups[group];
        let survey = &self.survey;
        let table = |place: Option<usize>| place.map_or(ABSENT, |place| words[place]);
        let backup = arn.map_or(ABSENT, |arn| survey.backups[arn]);
        let locked_by = arn.filter(|_| part.lock).map_or(ABSENT, |arn| survey.locks[arn]);
        let is_full = part.quota && survey.in_flight >= self.quota;
        let has_room = part.room && survey.has_room;
        let slot = if part.slot { survey.slot } else { 0 };
        let time = words[words.len() - 1];
        let room = [u16::from(is_full), u16::from(has_room) | (slot as u16) << 1];
        let [first, second] = tables.map(table);
        let key = [group as u16, first, second, backup, locked_by, room[0], room[1], time];
        if let Some((_, effect)) = last.filter(|(seen, _)| *seen == key) {
            return effect;
        }
        if let Some(effect) = self.known.get(&key) {
            *last = Some((key, *effect));
            return *effect;
        }
        // The account cut down to what is seen.
        let mut seen = vec![ABSENT; words.len()];
        for place in tables.iter().flatten() {
            seen[*place] = words[*place];
        }
        if locked_by != ABSENT {
            let place = self.packing.tables_of(words).iter().position(|word| *word == locked_by);
            seen[place.expect("the table is there")] = locked_by;
        }
        self.packing.backups_of_mut(&mut seen)[0] = backup;
        seen[words.len() - 1] = time;
        let mut account = self.packing.unpack(&seen);
        if part.quota {
            // It is lower by the restores that are out of sight.
            account.restore_quota = account.restores().count() + usize::from(!is_full);
        }
        let mut refused = 0;
        let mut accepted = Vec::new();
        for number in self.groups[group].calls.clone() {
            let call = &self.machine.calls()[number];
            if !self.machine.may_be_asked(&account, call, has_room) {
                continue;
            }
            let action = Action::Request(call.clone());
            let fresh = || self.machine.fresh_in(slot, account.now);
            let reaction = self.machine.react_with(&account, &action, fresh);
            on_step(&self.step(&account, &action, &reaction));
            match reaction.into_after() {
                None => refused += 1,
                Some(after) => accepted.push((number as u32, self.change(&seen, &after))),
            }
        }
        let start = self.accepted.len() as u32;
        self.accepted.append(&mut accepted);
        let effect = Effect { refused, start, end: self.accepted.len() as u32 };
        self.known.insert(key, effect);
        effect
    }

    /// A step that has to look at the whole account.
    fn whole(
        &mut self,
        account: &Account,
        action: &Action,
        on_step: &mut OnStep<'_>,
    ) -> Option<Vec<Word>> {
        let reaction = self.machine.react(account, action);
        on_step(&self.step(account, action, &reaction));
        let after = reaction.into_after().map(|after| self.packing.pack(&after));
        self.facts.learn(&self.packing, self.machine);
        after
    }

    fn step<'s>(
        &'s self,
        before: &'s Account,
        action: &'s Action,
        reaction: &'s Reaction,
    ) -> Step<'s> {
        Step { before, action, reaction, machine: self.machine }
    }

    /// What a table does by itself, which nothing else in the account can change.
    fn events_of_table(
        &mut self,
        place: usize,
        word: Word,
        on_step: &mut OnStep<'_>,
    ) -> Rc<[Internal]> {
        let at = usize::from(word);
        let known = &mut self.table_events[place];
        if known.len() <= at {
            known.resize(at + 1, None);
        }
        if let Some(events) = &known[at] {
            return events.clone();
        }
        let mut alone = vec![ABSENT; self.packing.width()];
        alone[place] = word;
        let events = self.events_alone(&alone, on_step);
        self.table_events[place][at] = Some(events.clone());
        events
    }

    fn events_of_backup(&mut self, word: Word, on_step: &mut OnStep<'_>) -> Rc<[Internal]> {
        let at = usize::from(word);
        if self.backup_events.len() <= at {
            self.backup_events.resize(at + 1, None);
        }
        if let Some(events) = &self.backup_events[at] {
            return events.clone();
        }
        let mut alone = vec![ABSENT; self.packing.width()];
        self.packing.backups_of_mut(&mut alone)[0] = word;
        let events = self.events_alone(&alone, on_step);
        self.backup_events[at] = Some(events.clone());
        events
    }

    fn events_alone(&mut self, alone: &[Word], on_step: &mut OnStep<'_>) -> Rc<[Internal]> {
        let account = self.packing.unpack(alone);
        let mut found = Vec::new();
        for event in self.machine.events(&account) {
            let action = Action::Event(event.clone());
            let reaction = self.machine.react(&account, &action);
            on_step(&self.step(&account, &action, &reaction));
            let after = reaction.into_after().expect("an event happens");
            // The id of a new backup is one that no other has, and the others are out of sight.
            let makes_a_backup = after.backups.len() > account.backups.len();
            let change = (!makes_a_backup).then(|| self.change(alone, &after));
            found.push(Internal { event, change });
        }
        found.into()
    }

    /// What comes of an event that makes a backup: it looks at the other backups, too.
    fn saving(
        &mut self,
        label: Label,
        words: &[Word],
        event: &Event,
        on_step: &mut OnStep<'_>,
    ) -> u32 {
        let Label::OfTable(place, number) = label else {
            unreachable!("only tables leave backups");
        };
        let mut seen = words.to_vec();
        for other in (0..self.table_events.len()).filter(|other| *other != place) {
            seen[other] = ABSENT;
        }
        let key = (number, seen);
        if let Some(change) = self.savings.get(&key) {
            return *change;
        }
        let account = self.packing.unpack(&key.1);
        let action = Action::Event(event.clone());
        let reaction = self.machine.react(&account, &action);
        on_step(&self.step(&account, &action, &reaction));
        let after = reaction.into_after().expect("an event happens");
        let change = self.change(&key.1, &after);
        self.savings.insert(key, change);
        change
    }

    /// The number of the change from what was seen to what it became.
    fn change(&mut self, seen: &[Word], after: &Account) -> u32 {
        let after = self.packing.pack(after);
        self.facts.learn(&self.packing, self.machine);
        let change = Change::between(&self.packing, seen, &after);
        let changes = &mut self.changes;
        *self.change_numbers.entry(change).or_insert_with_key(|change| {
            changes.push(change.clone());
            (changes.len() - 1) as u32
        })
    }

    /// Adds the step that a change makes of a row.
    fn apply(&self, change: u32, words: &[Word], label: Label, found: &mut Found) {
        let change = &self.changes[change as usize];
        if change.is_none() {
            found.idle += 1;
            return;
        }
        change.make(&self.packing, found.push(label, words));
    }
}

#[cfg(test)]
mod tests;
