//! The ids that the reference makes up. They look like those of the service, and are the same in
//! every run with the same seed.

use reinstate_model::account::{Fresh, Millis};
use reinstate_model::name::TableId;

/// What an id is for, so that no two purposes draw the same numbers.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Purpose {
    TableHigh = 1,
    TableLow,
    Backup,
    Request,
}

/// The length of a request id (PRO-020).
const REQUEST_ID_LENGTH: usize = 52;

/// What the `count`th table or backup gets that is made, if it is made at `now`.
pub(super) fn fresh(seed: u64, count: u64, now: Millis) -> Fresh {
    let high = number(seed, Purpose::TableHigh, count);
    let low = number(seed, Purpose::TableLow, count);
    let suffix = number(seed, Purpose::Backup, count) >> 32;
    Fresh {
        table_id: TableId::new(&uuid(high, low)),
        created: Some(now),
        backup_id: format!("{now:014}-{suffix:08x}"),
    }
}

/// The id of the `count`th request.
pub(super) fn request_id(seed: u64, count: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    // One number holds twelve digits to the base of 36.
    let digits = (0u64..).flat_map(|part| {
        let mut rest = number(seed ^ mix(part), Purpose::Request, count);
        (0..12).map(move |_| {
            let digit = DIGITS[(rest % 36) as usize];
            rest /= 36;
            char::from(digit)
        })
    });
    digits.take(REQUEST_ID_LENGTH).collect()
}

/// A UUID of version 4 in lower case: random but for six bits.
fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff,
    )
}

fn number(seed: u64, purpose: Purpose, count: u64) -> u64 {
    mix(mix(seed ^ mix(purpose as u64)).wrapping_add(count))
}

/// SplitMix64: one-to-one, so that different counts never meet.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_have_the_form_of_the_services() {
        let fresh = fresh(7, 0, 1_576_616_366_715);
        let (time, suffix) = fresh.backup_id.split_once('-').unwrap();
        assert_eq!((time, suffix.len()), ("01576616366715", 8));
        let id = fresh.table_id.unwrap();
        let lengths: Vec<_> = id.as_str().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_str().to_lowercase(), id.as_str());
        assert_eq!(id.as_str().as_bytes()[14], b'4', "the version");
        assert!(b"89ab".contains(&id.as_str().as_bytes()[19]), "the variant");
        let request = request_id(7, 0);
        assert_eq!(request.len(), 52);
        assert!(request.bytes().all(|digit| digit.is_ascii_digit() || digit.is_ascii_uppercase()));
    }

    #[test]
    fn a_seed_gives_the_same_ids_and_another_one_others() {
        assert_eq!(fresh(7, 3, 1), fresh(7, 3, 1));
        assert_ne!(fresh(7, 3, 1).table_id, fresh(8, 3, 1).table_id);
        assert_eq!(request_id(7, 3), request_id(7, 3));
        assert_ne!(request_id(7, 3), request_id(8, 3));
    }

    #[test]
    fn no_id_comes_twice() {
        let tables: BTreeSet<_> =
            (0..1_000).map(|count| fresh(0, count, 1).table_id.unwrap().to_string()).collect();
        let requests: BTreeSet<_> = (0..1_000).map(|count| request_id(0, count)).collect();
        assert_eq!((tables.len(), requests.len()), (1_000, 1_000));
    }
}
