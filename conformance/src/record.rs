//! A run kept exchange by exchange, redacted, so that it can be judged again without the endpoint.
//!
//! Judging again runs the same cases through the same driver, and gives it the kept answers instead of
//! sending. Where the driver waited or gave up for lack of time, it goes on as long as there is a kept
//! answer, and gives up where there is none.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::drive;
use crate::log::{Because, Case, Done, Header, Log, Sink};
use crate::redact::{Redactor, leaks};
use crate::scenario::Scenario;
use crate::session::{Sent, Session};
use crate::sign::Credentials;
use crate::transport::{Endpoint, Exchange, RawRequest, RawResponse, TransportError};

/// The version of a recording's form.
pub const SCHEMA: &str = "reinstate-recording/1";

/// One line of a recording.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// The first line.
    Recording(Box<First>),
    /// An exchange of a case.
    Exchange(Box<Kept>),
    /// A case that has ended.
    Case(Box<Ended>),
    /// The last line.
    Done(Done),
}

/// What a recording is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the run is.
    pub header: Header,
    /// The id that its names have.
    pub run_id: String,
    /// The Region.
    pub region: String,
    /// Whether events were moved by hand.
    pub by_hand: bool,
}

/// A case that was recorded as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ended {
    number: usize,
    scenario: Arc<Scenario>,
}

/// An exchange of a case.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    case: usize,
    operation: String,
    /// Why nothing was sent, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_sent: Option<String>,
    /// Why a real client could not read the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unparsable: Option<String>,
    request: Message,
    answer: Result<Message, TransportError>,
    sent_at_millis: u64,
    received_at_millis: u64,
}

/// One side of an exchange.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Message {
    #[serde(default, skip_serializing_if = "is_zero")]
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body: String,
    /// The body in hexadecimal digits, if it is no text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    hex: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(status: &u16) -> bool {
    *status == 0
}

impl Message {
    fn new(status: u16, headers: &[(String, String)], body: &Bytes) -> Self {
        let (text, hex) = match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), String::new()),
            Err(_) => (String::new(), body.iter().map(|byte| format!("{byte:02x}")).collect()),
        };
        Self { status, headers: headers.to_vec(), body: text, hex }
    }

    fn bytes(&self) -> Bytes {
        if self.hex.is_empty() {
            return Bytes::from(self.body.clone());
        }
        let digit =
            |at: usize| self.hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        (0..self.hex.len()).step_by(2).filter_map(digit).collect()
    }
}

/// A recording that is being written.
#[derive(Debug)]
pub struct Recorder {
    inner: Mutex<Writing>,
}

#[derive(Debug)]
struct Writing {
    file: BufWriter<File>,
    redactor: Redactor,
    /// The first thing that went wrong; nothing is written after it.
    failed: Option<io::Error>,
}

impl Recorder {
    /// Begins a recording; one that is there already is replaced.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, first: First) -> io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let recorder = Self {
            inner: Mutex::new(Writing { file, redactor: Redactor::default(), failed: None }),
        };
        recorder.write(|_| Line::Recording(Box::new(first)));
        recorder.failure()?;
        Ok(recorder)
    }

    /// Keeps what a call of a case came to.
    fn keep(&self, case: usize, operation: &str, sent: &Sent) {
        let mut kept = Kept {
            case,
            operation: operation.to_owned(),
            not_sent: sent.exchange.as_ref().err().cloned(),
            unparsable: sent.unparsable.clone(),
            request: Message::default(),
            answer: Ok(Message::default()),
            sent_at_millis: 0,
            received_at_millis: 0,
        };
        let exchange = sent.exchange.clone().ok();
        self.write(|redactor| {
            if let Some(mut exchange) = exchange {
                redactor.redact(&mut exchange);
                let request = &exchange.request;
                kept.request = Message::new(0, &request.headers, &request.body);
                kept.answer = exchange.response.map(|response| {
                    Message::new(response.status, &response.headers, &response.body)
                });
                kept.sent_at_millis = exchange.sent_at_millis;
                kept.received_at_millis = exchange.received_at_millis;
            }
            Line::Exchange(Box::new(kept))
        });
    }

    /// The run has ended.
    ///
    /// # Errors
    /// If the recording could not be written as a whole.
    pub fn done(&self, done: Done) -> io::Result<()> {
        self.write(|_| Line::Done(done));
        self.failure()?;
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).file.flush()
    }

    fn write(&self, line: impl FnOnce(&mut Redactor) -> Line) {
        let mut writing = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.failed.is_some() {
            return;
        }
        let line = line(&mut writing.redactor);
        let written = serde_json::to_string(&line).map_err(io::Error::from).and_then(|mut text| {
            // What should have been redacted and was not is not written.
            if let Some(leak) = leaks(&text).into_iter().next() {
                return Err(io::Error::other(format!("{leak} would be recorded")));
            }
            text.push('\n');
            writing.file.write_all(text.as_bytes())
        });
        writing.failed = written.err();
    }

    fn failure(&self) -> io::Result<()> {
        let mut writing = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        writing.failed.take().map_or(Ok(()), Err)
    }
}

/// Where the exchanges of one case go to, or come from.
#[derive(Clone, Debug)]
pub enum Tape {
    /// They are kept.
    Recording {
        /// Where.
        recorder: Arc<Recorder>,
        /// The number of the case.
        case: usize,
    },
    /// They were kept.
    Playing(Arc<Mutex<VecDeque<Playable>>>),
}

/// An exchange that was kept, ready to be given back.
#[derive(Clone, Debug)]
pub struct Playable(Box<Kept>);

impl Tape {
    /// Keeps what a call came to, unless that was kept before.
    pub fn keep(&self, operation: &str, sent: &Sent) {
        if let Self::Recording { recorder, case } = self {
            recorder.keep(*case, operation, sent);
        }
    }

    /// What the same call came to, if it is played back: the first of those that were kept.
    pub fn play(&self, operation: &str, body: &[u8]) -> Option<Sent> {
        let Self::Playing(queue) = self else { return None };
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |kept: &Playable| {
            kept.0.operation == operation
                && (kept.0.not_sent.is_some() || is_same_body(&kept.0.request.bytes(), body))
        };
        let Some(kept) = queue.iter().position(is_same).and_then(|at| queue.remove(at)) else {
            let reason = format!("the recording holds no such {operation}");
            return Some(Sent { exchange: Err(reason), unparsable: None });
        };
        Some(kept.0.sent())
    }

    /// Whether there is more to be played back; none if nothing is.
    pub fn has_more(&self) -> Option<bool> {
        match self {
            Self::Recording { .. } => None,
            Self::Playing(queue) => {
                Some(!queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty())
            }
        }
    }
}

/// An SDK writes a body in its own way.
fn is_same_body(kept: &[u8], asked: &[u8]) -> bool {
    let parsed = |bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    kept == asked || parsed(kept).is_some_and(|kept| Some(kept) == parsed(asked))
}

impl Kept {
    fn sent(self) -> Sent {
        let exchange = match self.not_sent {
            Some(reason) => Err(reason),
            None => Ok(Exchange {
                operation: self.operation,
                request: RawRequest {
                    method: http::Method::POST,
                    path: "/".to_owned(),
                    headers: self.request.headers.clone(),
                    body: self.request.bytes(),
                },
                response: self.answer.map(|answer| RawResponse {
                    status: answer.status,
                    body: answer.bytes(),
                    headers: answer.headers,
                }),
                sent_at_millis: self.sent_at_millis,
                received_at_millis: self.received_at_millis,
            }),
        };
        Sent { exchange, unparsable: self.unparsable }
    }
}

/// Keeps each case that has ended, and tells another sink of it.
pub struct RecordingSink {
    /// The recording.
    pub recorder: Arc<Recorder>,
    /// The other.
    pub then: Arc<dyn Sink>,
}

impl Sink for RecordingSink {
    fn ended(&self, case: &Case) -> io::Result<()> {
        let ended = Ended { number: case.number, scenario: case.scenario.clone() };
        self.recorder.write(|_| Line::Case(Box::new(ended)));
        self.recorder.failure()?;
        self.then.ended(case)
    }
}

/// A recording that was read.
#[derive(Debug)]
pub struct Recording {
    first: First,
    cases: Vec<Ended>,
    exchanges: BTreeMap<usize, VecDeque<Playable>>,
    done: Option<Done>,
}

/// Why a recording cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It cannot be read.
    #[error("the recording `{file}` cannot be read: {reason}", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A line is not what it has to be.
    #[error("`{file}`, line {line}: {reason}\nhint: give a file that `reinstate check --record` wrote", file = file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Another version wrote it, whose rules are others.
    #[error("`{file}` was recorded by Reinstate {version}, this is {own}", file = file.display(), own = env!("CARGO_PKG_VERSION"))]
    OtherVersion {
        /// The file.
        file: PathBuf,
        /// The version.
        version: String,
    },
}

/// Whether a file begins like a recording.
pub fn is_recording(path: &Path) -> bool {
    use std::io::Read;

    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut begin));
    read.is_ok() && String::from_utf8_lossy(&begin).starts_with("{\"recording\":")
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// The error names the file, the line and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let text = std::fs::read_to_string(path)
            .map_err(|reason| RecordingError::Unreadable { file: path.to_owned(), reason })?;
        let wrong = |line: usize, reason: String| RecordingError::Wrong {
            file: path.to_owned(),
            line: line + 1,
            reason,
        };
        // What follows the last line end was cut off.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut lines = whole.lines().enumerate();
        let first = match lines.next().map(|(_, line)| serde_json::from_str(line)) {
            Some(Ok(Line::Recording(first))) if first.schema == SCHEMA => *first,
            _ => return Err(wrong(0, format!("no first line of a `{SCHEMA}`"))),
        };
        if first.header.version != env!("CARGO_PKG_VERSION") {
            let version = first.header.version;
            return Err(RecordingError::OtherVersion { file: path.to_owned(), version });
        }
        let mut recording = Self { first, cases: vec![], exchanges: BTreeMap::new(), done: None };
        for (number, line) in lines {
            match serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))? {
                Line::Recording(_) => return Err(wrong(number, "a second first line".to_owned())),
                Line::Done(done) => recording.done = Some(done),
                Line::Case(ended) => recording.cases.push(*ended),
                Line::Exchange(kept) => {
                    recording.exchanges.entry(kept.case).or_default().push_back(Playable(kept));
                }
            }
        }
        recording.cases.sort_by_key(|ended| ended.number);
        Ok(recording)
    }

    /// Judges every case that was recorded to its end, again.
    pub async fn judge(self) -> Log {
        let First { header, run_id, region, by_hand, .. } = self.first;
        let mut exchanges = self.exchanges;
        let mut cases = Vec::new();
        for Ended { number, scenario } in self.cases {
            let queue = exchanges.remove(&number).unwrap_or_default();
            let tape = Tape::Playing(Arc::new(Mutex::new(queue)));
            let credentials = Credentials::local().in_region(&region);
            let mut session =
                Session::new(Endpoint::loopback(1), credentials).under(header.evidence).on(tape);
            session.by_hand = by_hand;
            let run = drive::run(&session, &scenario, &run_id, number).await;
            cases.push(Case { number, scenario, run });
        }
        let done = Done {
            cases: cases.len(),
            because: self.done.map_or(Because::Finished, |done| done.because),
        };
        Log { header, cases, minimal: vec![], done: Some(done), whole_bytes: 0 }
    }
}
