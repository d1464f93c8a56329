//! What came out of a run, and how a terminal shows it.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use super::action::Action;
use super::graph::Explored;
use super::packed::Covered;
use super::properties::{Claim, Property};
use super::scope::{COUNTS, Scope};

/// What came out of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The scope that was looked at.
    pub scope: &'static str,
    /// The bug that was planted, if one was.
    pub fault: Option<&'static str>,
    /// How many states there are.
    pub states: usize,
    /// How many steps there are between them: events and accepted requests.
    pub transitions: usize,
    /// How many requests were refused.
    pub refusals: usize,
    /// How many steps the farthest state is from the start.
    pub depth: usize,
    /// How long it took, both engines together.
    pub elapsed: Duration,
    /// What speaks for it beside our search.
    pub second: Second,
    /// What became of each property, in the order of the list.
    pub findings: Vec<Finding>,
}

/// What speaks for a run beside our own search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Second {
    /// What stateright found.
    Stateright(SecondOpinion),
    /// Nothing: stateright was not asked.
    Nothing,
    /// The packed search was held against whole accounts.
    Audit {
        /// In so many states.
        states: usize,
        /// The bytes that all states take.
        bytes: usize,
        /// What the states stand for: more than themselves, if only one of each orbit was followed.
        covered: Covered,
    },
}

/// What stateright found: it has to be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondOpinion {
    /// How many states there are.
    pub states: usize,
    /// How many steps there are between them.
    pub transitions: usize,
    /// The properties of states that it saw broken or reached.
    pub discoveries: BTreeSet<&'static str>,
}

/// What became of a property.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The property.
    pub property: &'static Property,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a property. Paths begin at the empty account, and none is shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds throughout.
    Holds,
    /// It was reached on this path.
    Reached(Vec<Action>),
    /// It fails at the end of this path.
    Violated(Vec<Action>),
    /// It was to be reached, and nothing reaches it.
    NeverReached,
    /// Nothing reaches it, and it need not be reached in this scope.
    BeyondScope,
}

impl Verdict {
    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        match self {
            Verdict::Holds | Verdict::Reached(_) | Verdict::BeyondScope => true,
            Verdict::Violated(_) | Verdict::NeverReached => false,
        }
    }

    /// The path that shows it.
    pub fn path(&self) -> &[Action] {
        match self {
            Verdict::Reached(path) | Verdict::Violated(path) => path,
            Verdict::Holds | Verdict::NeverReached | Verdict::BeyondScope => &[],
        }
    }
}

impl Report {
    /// What a search has found, and what became of the properties.
    pub(super) fn new(
        scope: &Scope,
        found: &impl Explored,
        findings: Vec<Finding>,
        second: Second,
        elapsed: Duration,
    ) -> Self {
        Self {
            scope: scope.name,
            fault: None,
            states: found.states(),
            transitions: found.transitions(),
            refusals: found.refusals(),
            depth: found.depth(),
            elapsed,
            second,
            findings,
        }
    }

    /// Whether every property is as it should be, and nobody disagrees.
    pub fn passes(&self) -> bool {
        self.engines_agree()
            && self.has_known_counts()
            && self.findings.iter().all(|finding| finding.verdict.is_good())
    }

    /// Whether the numbers of a large scope are those that are known.
    pub fn has_known_counts(&self) -> bool {
        let counts = [self.states, self.transitions, self.refusals, self.depth];
        let known = COUNTS.iter().find(|(scope, _)| *scope == self.scope);
        self.fault.is_some() || known.is_none_or(|(_, known)| *known == counts)
    }

    /// Whether stateright and our own search found the same. An audit that disagrees ends the run.
    pub fn engines_agree(&self) -> bool {
        let Second::Stateright(stateright) = &self.second else { return true };
        let of_states =
            self.findings.iter().filter(|finding| finding.property.claim.is_of_states());
        let discoveries = of_states
            .filter(|it| matches!(it.verdict, Verdict::Reached(_) | Verdict::Violated(_)))
            .map(|finding| finding.property.name);
        let own = SecondOpinion {
            states: self.states,
            transitions: self.transitions,
            discoveries: discoveries.collect(),
        };
        own == *stateright
    }

    /// What became of the property of that name.
    pub fn verdict(&self, name: &str) -> Option<&Verdict> {
        let finding = self.findings.iter().find(|finding| finding.property.name == name);
        finding.map(|finding| &finding.verdict)
    }

    /// The properties that fail, each with the number of steps to a failure.
    pub fn violated(&self) -> Vec<(&'static str, usize)> {
        let violated = self.findings.iter().filter_map(|finding| match &finding.verdict {
            Verdict::Violated(path) => Some((finding.property.name, path.len())),
            Verdict::Holds | Verdict::Reached(_) | Verdict::NeverReached | Verdict::BeyondScope => {
                None
            }
        });
        violated.collect()
    }

    /// What was to be reached and is not.
    pub fn unreached(&self) -> Vec<&'static str> {
        let unreached = self.findings.iter().filter(|it| it.verdict == Verdict::NeverReached);
        unreached.map(|finding| finding.property.name).collect()
    }
}

impl Claim {
    /// One word for what kind of property it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Claim::Always(_) => "always",
            Claim::EachStep(_) => "each step",
            Claim::Progress { .. } => "progress",
            Claim::Sometimes(_) => "sometimes",
            Claim::SomeStep(_) => "some step",
        }
    }

    /// Whether it speaks of single states, so that stateright can judge it.
    pub fn is_of_states(&self) -> bool {
        match self {
            Claim::Always(_) | Claim::Sometimes(_) => true,
            Claim::EachStep(_) | Claim::SomeStep(_) | Claim::Progress { .. } => false,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, states, transitions, refusals, depth, .. } = self;
        if let Some(fault) = self.fault {
            writeln!(f, "planted: {fault}")?;
        }
        writeln!(
            f,
            "scope {scope}: {states} states, {transitions} transitions, {refusals} refusals, \
             depth {depth}, {:.2} s",
            self.elapsed.as_secs_f64()
        )?;
        if !self.has_known_counts() {
            writeln!(f, "the numbers MOVED: they are pinned in model/src/check/scope/large.rs")?;
        }
        match &self.second {
            Second::Nothing => writeln!(f, "stateright was not asked")?,
            Second::Stateright(_) if self.engines_agree() => writeln!(f, "stateright agrees")?,
            Second::Stateright(SecondOpinion { states, transitions, .. }) => {
                writeln!(f, "stateright DISAGREES: {states} states, {transitions} transitions")?;
            }
            Second::Audit { states: audited, bytes, covered } => {
                let each = bytes / states;
                writeln!(f, "packed: {each} bytes a state; {audited} held against whole accounts")?;
                if covered.states > *states as u128 {
                    let Covered { states, transitions } = covered;
                    writeln!(
                        f,
                        "one of each orbit: of {states} states, {transitions} transitions"
                    )?;
                }
            }
        }
        writeln!(f)?;
        let names = self.findings.iter().map(|finding| finding.property.name.chars().count());
        let width = names.max().unwrap_or(0);
        for Finding { property, verdict } in &self.findings {
            let (kind, name) = (property.claim.kind(), property.name);
            writeln!(f, "{kind:<9}  {name:<width$}  {verdict}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    /// One line; the path of a violation is on the lines below.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Holds => write!(f, "holds"),
            Verdict::Reached(path) => write!(f, "reached in {:>2} steps", path.len()),
            Verdict::NeverReached => write!(f, "NEVER REACHED"),
            Verdict::BeyondScope => write!(f, "beyond this scope"),
            Verdict::Violated(path) => {
                write!(f, "VIOLATED in {} steps", path.len())?;
                for (number, action) in (1..).zip(path) {
                    write!(f, "\n{number:>13}  {action}")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::check::scope::LOCK;

    fn with(report: &Report, name: &str, verdict: Verdict) -> Report {
        let mut report = report.clone();
        let finding = report.findings.iter_mut().find(|finding| finding.property.name == name);
        finding.expect("a property").verdict = verdict;
        report
    }

    #[test]
    fn a_report_passes_unless_a_property_or_stateright_or_a_known_number_speaks_against_it() {
        let good = check(&LOCK);
        assert!(good.passes() && good.violated().is_empty() && good.unreached().is_empty());
        assert!(good.to_string().contains("\nstateright agrees\n"), "{good}");

        let lock = "a backup feeds one restore at a time";
        let violated = with(&good, lock, Verdict::Violated(vec![]));
        assert_eq!(violated.violated(), [(lock, 0)]);
        assert_eq!(violated.verdict(lock), Some(&Verdict::Violated(vec![])));
        assert!(!violated.passes());
        let again = "a second restore of a backup is refused";
        let unreached = with(&good, again, Verdict::NeverReached);
        assert_eq!(unreached.unreached(), [again]);
        assert!(!unreached.passes());

        let Second::Stateright(opinion) = &good.second else { panic!("{good}") };
        for other in [
            SecondOpinion { states: opinion.states + 1, ..opinion.clone() },
            SecondOpinion { transitions: opinion.transitions + 1, ..opinion.clone() },
            SecondOpinion { discoveries: BTreeSet::new(), ..opinion.clone() },
        ] {
            let report = Report { second: Second::Stateright(other), ..good.clone() };
            assert!(!report.engines_agree() && !report.passes());
            assert!(report.to_string().contains("\nstateright DISAGREES: "), "{report}");
        }

        let moved = Report { scope: "standard", ..good.clone() };
        assert!(!moved.has_known_counts() && !moved.passes());
        assert!(moved.to_string().contains("the numbers MOVED"), "{moved}");
        let (_, [states, transitions, refusals, depth]) = COUNTS[0];
        let known = Report { states, transitions, refusals, depth, ..moved.clone() };
        assert!(known.has_known_counts());
        assert!(Report { fault: Some("any"), ..moved }.has_known_counts());
    }

    #[test]
    fn a_packed_search_tells_its_bytes_and_what_its_states_stand_for() {
        let good = check(&LOCK);
        let audited = |states| Second::Audit {
            states: 5,
            bytes: good.states * 50 + 1,
            covered: Covered { states, transitions: 7 },
        };
        let whole = Report { second: audited(good.states as u128), ..good.clone() };
        let line = "packed: 50 bytes a state; 5 held against whole accounts\n";
        assert!(whole.to_string().contains(line), "{whole}");
        assert!(!whole.to_string().contains("one of each orbit"), "{whole}");
        let orbits = Report { second: audited(10_000), ..good.clone() };
        let line = "one of each orbit: of 10000 states, 7 transitions\n";
        assert!(orbits.to_string().contains(line), "{orbits}");
    }
}
