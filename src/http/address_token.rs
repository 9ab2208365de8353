//! Tokens that speak for an address as it was when they were made, whatever became of whoever had it.
//!
//! A token is `base64url(subject ‖ digest of the address, masked ‖ HMAC-SHA-256(key, purpose ‖ subject ‖ digest))`. Nothing of it is
//! stored. The digest is masked since it stands in links, and whoever has the digest of an address can guess at the address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use uuid::Uuid;

use super::links::{Links, Purpose};

/// What a genuine token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressClaim {
    /// What it was made for.
    pub subject: Uuid,
    /// The digest of the address.
    pub digest: [u8; 32],
}

impl Links {
    /// The token for what was sent about `subject` to the address with this digest.
    pub fn address_token(&self, purpose: Purpose, subject: Uuid, digest: [u8; 32]) -> String {
        let mut bytes = subject.as_bytes().to_vec();
        bytes.extend_from_slice(&self.masked(subject, digest));
        bytes.extend_from_slice(&self.address_proof(purpose, subject, digest).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token speaks for; none if it was not made here for this purpose.
    pub fn open_address_token(&self, purpose: Purpose, token: &str) -> Option<AddressClaim> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (subject, rest) = bytes.split_at_checked(16)?;
        let (masked, proof) = rest.split_at_checked(32)?;
        let subject = Uuid::from_slice(subject).ok()?;
        let digest = self.masked(subject, masked.try_into().ok()?);
        self.address_proof(purpose, subject, digest).verify_slice(proof).ok()?;
        Some(AddressClaim { subject, digest })
    }

    fn address_proof(&self, purpose: Purpose, subject: Uuid, digest: [u8; 32]) -> impl Mac + use<> {
        let mut mac = self.mac(purpose.word());
        mac.update(b"address");
        mac.update(subject.as_bytes());
        mac.update(&digest);
        mac
    }

    /// Puts the mask on, or takes it off.
    fn masked(&self, subject: Uuid, mut bytes: [u8; 32]) -> [u8; 32] {
        let mut mac = self.mac(b"mask");
        mac.update(subject.as_bytes());
        for (byte, mask) in bytes.iter_mut().zip(mac.finalize().into_bytes()) {
            *byte ^= mask;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(key: u8) -> Links {
        Links::new(vec![key; 32].into(), "https://plenary.example/")
    }

    #[test]
    fn a_token_speaks_for_one_address() {
        let (subject, digest) = (Uuid::from_u128(7), [9; 32]);
        let token = links(1).address_token(Purpose::Unsubscribe, subject, digest);
        let claim = AddressClaim { subject, digest };
        assert_eq!(links(1).open_address_token(Purpose::Unsubscribe, &token), Some(claim));
        assert_eq!(links(1).open_address_token(Purpose::Manage, &token), None);
        assert_eq!(links(2).open_address_token(Purpose::Unsubscribe, &token), None);
        let other = links(1).address_token(Purpose::Unsubscribe, subject, [8; 32]);
        assert_ne!(token, other);
        // The digest does not stand in it.
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        assert!(!bytes.windows(4).any(|window| window == [9; 4]));
        for index in 0..bytes.len() {
            let mut wrong = bytes.clone();
            wrong[index] ^= 1;
            let wrong = URL_SAFE_NO_PAD.encode(wrong);
            assert_eq!(links(1).open_address_token(Purpose::Unsubscribe, &wrong), None, "byte {index}");
        }
    }

    #[test]
    fn what_is_no_token_is_nothing() {
        let plain = links(1).token(Purpose::Unsubscribe, Uuid::from_u128(7), 1);
        for wrong in ["", "abc", &"A".repeat(106), &"A".repeat(107), "é", &plain] {
            assert_eq!(links(1).open_address_token(Purpose::Unsubscribe, wrong), None, "{wrong}");
        }
    }
}
