//! What stands on the page in a compressed form: a list of pieces of markup, which a script unpacks when one
//! of them is asked for. Findings resemble each other, so that ten take the room of one. What programs begin
//! with stands there once.

use std::io::Write;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::reproduce::COMMON;

/// Stands, with a number behind it, for a text that many pieces have in common; no markup holds it.
const MARK: char = '\u{1}';

/// What is compressed, as JSON.
#[derive(Default, Serialize, Deserialize)]
struct Packed {
    common: Vec<String>,
    pieces: Vec<String>,
}

/// What many pieces have in common, as it stands in markup.
static IN_MARKUP: LazyLock<Vec<String>> =
    LazyLock::new(|| COMMON.iter().map(|text| plain(text).0).collect());

/// A piece without what many have in common.
pub fn shortened(piece: &str) -> String {
    IN_MARKUP.iter().enumerate().fold(piece.to_owned(), |piece, (number, text)| {
        piece.replace(text, &format!("{MARK}{number}"))
    })
}

/// Shortened pieces as JSON, deflated, in base64.
pub fn pack(pieces: Vec<String>) -> String {
    let packed = Packed { common: IN_MARKUP.clone(), pieces };
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut encoder, &packed).expect("texts are JSON, and memory takes them");
    encoder.flush().expect("memory takes it");
    STANDARD.encode(encoder.finish().expect("memory takes it"))
}

/// The pieces, as the script of the page unpacks them.
#[cfg(test)]
pub fn unpack(packed: &str) -> Vec<String> {
    let bytes = STANDARD.decode(packed).expect("base64");
    let json = flate2::read::DeflateDecoder::new(&bytes[..]);
    let Packed { common, pieces } = serde_json::from_reader(json).expect("pieces");
    let whole = |piece: String| {
        common
            .iter()
            .enumerate()
            .fold(piece, |piece, (number, text)| piece.replace(&format!("{MARK}{number}"), text))
    };
    pieces.into_iter().map(whole).collect()
}
