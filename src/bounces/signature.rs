//! Who may report: `Plenary-Signature: t=<seconds>,v1=<hex>`, where `v1` is the HMAC-SHA-256 of `<seconds>.<body>` under the
//! secret of the server.
//!
//! The time keeps a report that somebody overheard from being sent again later; within the tolerance it may be repeated,
//! and changes nothing. Several `v1` may stand there, so that a sender can change its secret. Everything else is for later
//! versions and not looked at.

use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries a signature.
pub(super) const HEADER: &str = "Plenary-Signature";
/// How far the sender's clock, and the way here, may be off.
const TOLERANCE: Duration = Duration::minutes(5);
/// How many signatures are looked at.
const MOST: usize = 5;

/// Why a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none, or it cannot be read.
    #[error("Send `Plenary-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of \"t.body\">`.")]
    Unreadable,
    /// It was made with another secret, or for another body or time.
    #[error("The signature is not that of this time and body under the shared secret.")]
    Wrong,
    /// It is genuine, but its time is too far from now.
    #[error("The signature was made more than five minutes from now; check the clocks.")]
    Stale,
}

/// Checks `header` against `body`, at `now`.
///
/// # Errors
/// Why it is not accepted.
pub(super) fn check(
    header: Option<&str>,
    body: &[u8],
    secret: &[u8],
    now: DateTime<Utc>,
) -> Result<(), SignatureError> {
    let (time, signatures) = parse(header.ok_or(SignatureError::Unreadable)?).ok_or(SignatureError::Unreadable)?;
    let is_genuine = |signature: &Vec<u8>| {
        Hmac::<Sha256>::new_from_slice(secret).is_ok_and(|mac| {
            // In constant time.
            mac.chain_update(time).chain_update(b".").chain_update(body).verify_slice(signature).is_ok()
        })
    };
    if !signatures.iter().any(is_genuine) {
        return Err(SignatureError::Wrong);
    }
    let made_at = time.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    if made_at.is_some_and(|at| (now - at).abs() <= TOLERANCE) { Ok(()) } else { Err(SignatureError::Stale) }
}

fn parse(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    let pairs = || header.split(',').filter_map(|pair| pair.trim().split_once('='));
    let mut times = pairs().filter(|(name, _)| *name == "t").map(|(_, time)| time);
    let time = times.next().filter(|time| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()))?;
    let signatures: Vec<Vec<u8>> =
        pairs().filter(|(name, _)| *name == "v1").filter_map(|(_, hex)| bytes_of(hex)).take(MOST).collect();
    (times.next().is_none() && !signatures.is_empty()).then_some((time, signatures))
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hex.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    /// `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`
    const SIGNATURE: &str = "f05f2539e3ae1c49aec5f8cfdad75ef6b06480b133973ffbb7ec9e18827af177";

    fn checked(header: &str, body: &str, seconds: i64) -> Result<(), SignatureError> {
        check(Some(header), body.as_bytes(), SECRET, DateTime::from_timestamp(seconds, 0).unwrap())
    }

    #[test]
    fn openssl_signs_alike() {
        let header = format!("t=1700000000,v1={SIGNATURE}");
        assert_eq!(checked(&header, r#"{"a":1}"#, 1_700_000_000), Ok(()));
        assert_eq!(checked(&header.replace(',', ", v0=x, "), r#"{"a":1}"#, 1_700_000_000), Ok(()));
        let two = format!("t=1700000000,v1={},v1={}", "00".repeat(32), SIGNATURE.to_uppercase());
        assert_eq!(checked(&two, r#"{"a":1}"#, 1_700_000_000), Ok(()));
    }

    #[test]
    fn time_and_body_are_signed() {
        let header = format!("t=1700000000,v1={SIGNATURE}");
        assert_eq!(checked(&header, r#"{"a":2}"#, 1_700_000_000), Err(SignatureError::Wrong));
        let later = format!("t=1700000001,v1={SIGNATURE}");
        assert_eq!(checked(&later, r#"{"a":1}"#, 1_700_000_000), Err(SignatureError::Wrong));
        let cut = format!("t=1700000000,v1={}", &SIGNATURE[..32]);
        assert_eq!(checked(&cut, r#"{"a":1}"#, 1_700_000_000), Err(SignatureError::Wrong));
        let another =
            check(Some(&header), br#"{"a":1}"#, b"another", DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        assert_eq!(another, Err(SignatureError::Wrong));
    }

    #[test]
    fn it_holds_for_five_minutes_both_ways() {
        let header = format!("t=1700000000,v1={SIGNATURE}");
        for (seconds, outcome) in [
            (1_700_000_300, Ok(())),
            (1_699_999_700, Ok(())),
            (1_700_000_301, Err(SignatureError::Stale)),
            (1_699_999_699, Err(SignatureError::Stale)),
        ] {
            assert_eq!(checked(&header, r#"{"a":1}"#, seconds), outcome, "{seconds}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for header in [
            "",
            "t=1700000000",
            "v1=00",
            "t=,v1=00",
            "t=-1,v1=00",
            "t=1,t=2,v1=00",
            "t=1,v1=0",
            "t=1,v1=zz",
            "t=1,v1=+1",
        ] {
            assert_eq!(checked(header, "", 1), Err(SignatureError::Unreadable), "{header}");
        }
        assert_eq!(check(None, b"", SECRET, DateTime::UNIX_EPOCH), Err(SignatureError::Unreadable));
        assert_eq!(checked("t=99999999999999999999,v1=00", "", 1), Err(SignatureError::Wrong));
    }
}
