//! An endpoint that is well for a while, being the reference, and then misbehaves in one way.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reinstate::reference::{Options, Reference};
use serde_json::Value;

/// What it does when it is no longer well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Resets,
    SaysNothing,
    Drips,
    NeverEnds,
    SendsGigabytes,
    TellsTooLongALength,
    TellsTooShortALength,
    SendsInvalidUtf8,
    SendsInvalidJson,
    NestsDeeply,
    SendsAMegabyteOfHeaders,
    Redirects,
    SendsHtml,
    FailsAlways,
    ThrottlesAlways,
    Dies,
    RestartsEmpty,
    AnswersTheRequestBefore,
    NeverAnswersOneOperation,
    FailsNowAndThen,
}

/// One in so many requests, from the first on, is done and answered with an error all the same, if it was
/// not before.
const FAILS_EVERY: usize = 5;

const FAILURE: &[u8] =
    br#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"no"}"#;

/// The endpoint; it goes with this value.
pub struct Hostile {
    port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    mode: Mode,
    well: usize,
    requests: AtomicUsize,
    over: AtomicBool,
    reference: Mutex<Reference>,
    before: Mutex<Vec<u8>>,
    failed: Mutex<BTreeSet<Vec<u8>>>,
}

impl Hostile {
    /// An endpoint that answers that many requests as it should.
    pub fn start(mode: Mode, well: usize) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            mode,
            well,
            requests: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            reference: Mutex::new(fresh()),
            before: Mutex::default(),
            failed: Mutex::default(),
        });
        let serving = inner.clone();
        std::thread::spawn(move || {
            while !serving.over.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let inner = serving.clone();
                        std::thread::spawn(move || {
                            // How a connection ends is what is tried out here.
                            let _ = inner.serve(stream);
                        });
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Self { port, inner }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.inner.over.store(true, Ordering::Relaxed);
    }
}

fn fresh() -> Reference {
    Reference::start(Options::default()).unwrap()
}

impl Inner {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        loop {
            let is_well = self.requests.load(Ordering::Relaxed) < self.well;
            if !is_well && self.mode == Mode::Resets {
                // What was sent and not read makes the system reset the connection.
                let mut first = [0];
                return stream.get_mut().peek(&mut first).map(drop);
            }
            let request = message(&mut stream)?;
            if request.is_empty() || self.over.load(Ordering::Relaxed) {
                return Ok(());
            }
            let number = self.requests.fetch_add(1, Ordering::Relaxed);
            if number < self.well {
                let answer = self.forward(&request)?;
                stream.get_mut().write_all(&answer)?;
            } else if !self.misbehave(&request, number, stream.get_mut())? {
                return stream.get_mut().shutdown(Shutdown::Both);
            }
        }
    }

    fn forward(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let port = self.reference.lock().unwrap().port();
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.write_all(request)?;
        let answer = message(&mut BufReader::new(stream))?;
        Ok(answer)
    }

    /// Answers otherwise than it should, and tells whether the connection may go on.
    fn misbehave(&self, request: &[u8], number: usize, stream: &mut TcpStream) -> io::Result<bool> {
        let tables = r#"{"TableNames":[]}"#;
        match self.mode {
            Mode::Resets => return Ok(false),
            Mode::SaysNothing => self.wait(),
            Mode::Drips => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")?;
                while !self.over.load(Ordering::Relaxed) {
                    stream.write_all(b"{")?;
                    std::thread::sleep(Duration::from_secs(1));
                }
            }
            Mode::NeverEnds => {
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                write!(stream, "{head}{:x}\r\n{tables}\r\n", tables.len())?;
                self.wait();
            }
            Mode::SendsGigabytes => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
                let piece = [b"10000\r\n".as_slice(), &[b'['; 0x10000], b"\r\n"].concat();
                while !self.over.load(Ordering::Relaxed) {
                    stream.write_all(&piece)?;
                }
            }
            Mode::TellsTooLongALength => {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{tables}")?;
            }
            Mode::TellsTooShortALength => {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{tables}")?;
            }
            Mode::SendsInvalidUtf8 => {
                return answer(stream, 200, "", b"{\"TableNames\":[\"\xff\xfe\"]}");
            }
            Mode::SendsInvalidJson => return answer(stream, 200, "", b"{\"TableNames\":["),
            Mode::NestsDeeply => return answer(stream, 200, "", &[b'['; 1_000_000]),
            Mode::SendsAMegabyteOfHeaders => {
                let header = format!("x-filler: {}\r\n", "a".repeat(1_000));
                return answer(stream, 200, &header.repeat(1_000), tables.as_bytes());
            }
            Mode::Redirects => return answer(stream, 302, "location: /elsewhere\r\n", b""),
            Mode::SendsHtml => {
                let header = "content-type: text/html\r\n";
                return answer(stream, 200, header, b"<html>It works!</html>");
            }
            Mode::FailsAlways => return answer(stream, 500, "", FAILURE),
            Mode::ThrottlesAlways => {
                let body = br#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"slow down"}"#;
                return answer(stream, 400, "", body);
            }
            Mode::Dies => self.over.store(true, Ordering::Relaxed),
            Mode::RestartsEmpty => {
                if number == self.well {
                    *self.reference.lock().unwrap() = fresh();
                }
                let answer = self.forward(request)?;
                stream.write_all(&answer)?;
                return Ok(true);
            }
            Mode::AnswersTheRequestBefore => {
                let answer = self.forward(request)?;
                let before = std::mem::replace(&mut *self.before.lock().unwrap(), answer.clone());
                stream.write_all(if before.is_empty() { &answer } else { &before })?;
                return Ok(true);
            }
            Mode::FailsNowAndThen => {
                let done = self.forward(request)?;
                let is_its_turn = number.is_multiple_of(FAILS_EVERY);
                let body = request.split(|byte| *byte == b'\n').next_back().unwrap_or_default();
                // An SDK sends the members in another order when it repeats a request.
                let body = serde_json::from_slice(body)
                    .map_or_else(|_| body.to_vec(), |body: Value| body.to_string().into_bytes());
                if is_its_turn && self.failed.lock().unwrap().insert(body) {
                    return answer(stream, 500, "", FAILURE);
                }
                stream.write_all(&done)?;
                return Ok(true);
            }
            Mode::NeverAnswersOneOperation => {
                let head = String::from_utf8_lossy(&request[..request.len().min(2_000)]);
                if head.contains("DynamoDB_20120810.DeleteBackup") {
                    self.wait();
                }
                let answer = self.forward(request)?;
                stream.write_all(&answer)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn wait(&self) {
        while !self.over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn answer(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) -> io::Result<bool> {
    write!(stream, "HTTP/1.1 {status} It\r\n{headers}content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    Ok(true)
}

/// One HTTP message whose body has a length; empty if the other side has hung up.
fn message(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let begin = bytes.len();
        if stream.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(Vec::new());
        }
        let line = String::from_utf8_lossy(&bytes[begin..]).to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            break;
        }
    }
    stream.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
