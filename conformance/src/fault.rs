//! The fault bank: deliberate bugs of the reference, each with the rules that have to find it.
//!
//! A suite that finds nothing may be right or blind; how many of these it finds says which. Every
//! fault is planted from outside of the specification: it calls the specified functions and deceives
//! them about what they work on, or spoils what comes out. So no rule is written twice, and a fault
//! stays a bug in *this* specification when rules change. The reference has at most one at a time.
//!
//! | file | what is wrong there |
//! | --- | --- |
//! | `requests` | what is read: members passed over, limits off by one, types not looked at |
//! | `restores` | what a restore makes: data, shape, settings, indexes |
//! | `refusals` | what is refused: the wrong error, locks of the wrong scope, limits |
//! | `backups` | backups and their lists, system backups, point-in-time recovery |
//! | `answers` | what is told of a restored table |
//! | `wire` | headers, status, numbers, times, errors; ids; requests that overlap |
//! | `modelled` | the faults of the model checker: the same functions, over real HTTP |
//! | `tools` | what they are made with |
//!
//! [`bank`] is all of them in one order.

mod answers;
mod backups;
#[cfg(feature = "cli")]
mod modelled;
mod refusals;
mod requests;
mod restores;
mod tools;
mod wire;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use reinstate_model::account::Fresh;
use reinstate_model::behaviour::Behaviour;
use reinstate_model::rules::RuleId;

use crate::nearest::hint;

/// A deliberate bug of the reference.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name on the command line.
    pub name: Cow<'static, str>,
    /// What is wrong.
    pub wrong: &'static str,
    /// The rules that may find it: the one that it breaks, and those that are as right.
    pub rules: &'static [RuleId],
    /// Where it acts.
    pub place: Place,
    /// Why nobody can tell it from the specification, if that is so.
    pub equivalent: Option<&'static str>,
}

/// Where a fault acts on the way from a request to its answer.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// The request is taken for another one.
    Request(fn(&mut Asked)),
    /// What requests and events come to.
    Behaviour(Behaviour),
    /// What is made up for the `count`th table or backup, and its id.
    Ids(fn(Fresh, u64) -> Fresh),
    /// The answer is spoiled on its way out.
    Answer(fn(&Asked, &mut Answered)),
    /// Requests to these operations that overlap do not see each other.
    Lock(&'static [&'static str]),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Place::Request(_) => "request",
            Place::Behaviour(_) => "behaviour",
            Place::Ids(_) => "ids",
            Place::Answer(_) => "answer",
            Place::Lock(_) => "lock",
        })
    }
}

/// A request as a fault sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The operation; any text that names none if the request does not say.
    pub operation: String,
    /// The body.
    pub body: Bytes,
}

/// An answer as a fault sees it, before `date` and `content-length` are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Fault {
    /// What requests and events come to with it.
    pub fn behaviour(&self) -> Behaviour {
        match self.place {
            Place::Behaviour(behaviour) => behaviour,
            _ => Behaviour::SPECIFIED,
        }
    }

    /// The fault of that name.
    ///
    /// # Errors
    ///
    /// There is none; the error may suggest another one.
    pub fn named(name: &str) -> Result<&'static Self, UnknownFault> {
        let names = bank().iter().map(|fault| fault.name.as_ref());
        bank().iter().find(|fault| fault.name == name).ok_or_else(|| UnknownFault {
            name: name.to_owned(),
            hint: hint(name, names, "`reinstate power --list` names them all"),
        })
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Fault {}

/// No fault has that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault {
    name: String,
    hint: String,
}

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no fault `{}`\nhint: {}", self.name, self.hint)
    }
}

impl std::error::Error for UnknownFault {}

/// All faults, in the order in which they are shown.
pub fn bank() -> &'static [Fault] {
    static BANK: LazyLock<Vec<Fault>> = LazyLock::new(|| {
        let mut bank = [
            requests::FAULTS,
            restores::FAULTS,
            refusals::FAULTS,
            backups::FAULTS,
            answers::FAULTS,
            wire::FAULTS,
        ]
        .concat();
        #[cfg(feature = "cli")]
        bank.extend(modelled::faults());
        bank
    });
    &BANK
}

#[cfg(test)]
mod tests;
