//! The parts of JSON pointers (RFC 6901): a name may hold what divides them.

use std::fmt;

/// A name as it stands in a pointer.
#[must_use]
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The name that a part of a pointer stands for.
#[must_use]
pub fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// A place in a JSON value: written out as a pointer only where something is wrong.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// The value itself.
    Whole,
    /// The member of an object, or what is told apart by that name.
    Member(&'a Place<'a>, &'a str),
    /// The element of a list, counted from 0.
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => Ok(()),
            Place::Member(place, name) => write!(f, "{place}/{}", escape(name)),
            Place::Element(place, index) => write!(f, "{place}/{index}"),
        }
    }
}
