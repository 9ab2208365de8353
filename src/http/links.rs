//! The secret links that attendees and speakers act through.
//!
//! A token is `base64url(subject id ‖ HMAC-SHA-256(key, purpose ‖ subject id ‖ version))`: 256 bits that only the holder of
//! the server's key can make, bound to one purpose. Nothing of it is stored, so a copy of the database opens no link, and
//! a mail that is sent again carries the same bytes. Raising the subject's version revokes every link made before, and a
//! revoked link can be told from one that never existed.

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a link is for. A token of one purpose is unknown to every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// See, change or cancel a registration.
    Manage,
    /// See registrations that were made together, and confirm their address.
    Group,
    /// Enter the meeting.
    Join,
    /// A person's own calendar feed.
    Feed,
    /// Answer a speaker's invitation.
    Invitation,
    /// Stop reminders and announcements.
    Unsubscribe,
}

impl Purpose {
    pub(super) const fn word(self) -> &'static [u8] {
        match self {
            Self::Manage => b"manage",
            Self::Group => b"group",
            Self::Join => b"join",
            Self::Feed => b"feed",
            Self::Invitation => b"invitation",
            Self::Unsubscribe => b"unsubscribe",
        }
    }
}

/// A token whose form is right; [`Links::check`] tells whether it is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Whom it speaks of.
    pub subject: Uuid,
    proof: [u8; 32],
}

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Made by us for the present version.
    Valid,
    /// Made by us for an earlier version.
    Revoked,
    /// Not made by us.
    Unknown,
}

/// Makes and checks tokens with the server's key.
#[derive(Clone)]
pub struct Links {
    key: SecretSlice<u8>,
    public_url: String,
}

impl Links {
    /// Uses `key`; the links are made under `public_url` (no slash at its end).
    pub fn new(key: SecretSlice<u8>, public_url: &str) -> Self {
        Self { key, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// The address under which people and programs reach this server, without a slash at its end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The token for `subject` at `version`.
    pub fn token(&self, purpose: Purpose, subject: Uuid, version: i32) -> String {
        let mut bytes = subject.as_bytes().to_vec();
        bytes.extend_from_slice(&self.proof(purpose, subject, version).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What an address is known by where it must not be stored: only the holder of the server's key can make it. `key` is
    /// [`EmailAddress::mailbox_key`](crate::mail::EmailAddress::mailbox_key).
    pub fn address_digest(&self, key: &str) -> [u8; 32] {
        let mut mac = self.mac(b"address");
        mac.update(key.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Reads a token's form.
    pub fn parse(token: &str) -> Option<Claim> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (subject, proof) = bytes.split_at_checked(16)?;
        Some(Claim { subject: Uuid::from_slice(subject).ok()?, proof: proof.try_into().ok()? })
    }

    /// What `claim` is worth now that its subject is at `version`. Takes the same time for every wrong token.
    pub fn check(&self, claim: &Claim, purpose: Purpose, version: i32) -> Worth {
        if self.is_genuine(claim, purpose, version) {
            return Worth::Valid;
        }
        // Versions are few: a link is replaced by hand, or when it leaked.
        let earlier = (1..version).rev().take(64).any(|earlier| self.is_genuine(claim, purpose, earlier));
        if earlier { Worth::Revoked } else { Worth::Unknown }
    }

    fn is_genuine(&self, claim: &Claim, purpose: Purpose, version: i32) -> bool {
        self.proof(purpose, claim.subject, version).verify_slice(&claim.proof).is_ok()
    }

    fn proof(&self, purpose: Purpose, subject: Uuid, version: i32) -> Hmac<Sha256> {
        let mut mac = self.mac(purpose.word());
        mac.update(subject.as_bytes());
        mac.update(&version.to_be_bytes());
        mac
    }

    /// What is said of `word` begins with it, so that it is worth nothing elsewhere.
    pub(super) fn mac(&self, word: &[u8]) -> Hmac<Sha256> {
        // Every key length is accepted by HMAC; the fallback is never reached and would make links that match nothing.
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.key.expose_secret())
            .unwrap_or_else(|_length| <Hmac<Sha256> as KeyInit>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
        mac.update(word);
        mac.update(&[0]);
        mac
    }
}

/// Where the calendar of something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// A calendar of its published events, to subscribe to. It is there once there is something that everybody may see.
    #[schema(example = "https://plenary.example/calendars/organisations/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub ics: String,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/organisations/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub webcal: String,
}

impl Links {
    /// Where the calendar of something of this kind is.
    pub fn calendar(&self, kind: &str, id: impl Display) -> CalendarAddress {
        let ics = format!("{}/calendars/{kind}/{id}.ics", self.public_url());
        CalendarAddress { webcal: webcal(&ics), ics }
    }

    /// Where feed readers find what is new of something of this kind.
    pub fn news(&self, kind: &str, id: impl Display) -> String {
        format!("{}/calendars/{kind}/{id}.atom", self.public_url())
    }
}

/// The same address for programs that open `webcal:`, as calendars do that subscribe.
pub fn webcal(address: &str) -> String {
    match address.split_once("://") {
        Some((_, rest)) => format!("webcal://{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(key: u8) -> Links {
        Links::new(vec![key; 32].into(), "https://plenary.example/")
    }

    #[test]
    fn a_token_opens_one_purpose_of_one_subject() {
        let subject = Uuid::from_u128(7);
        let token = links(1).token(Purpose::Manage, subject, 1);
        let claim = Links::parse(&token).unwrap();
        assert_eq!(claim.subject, subject);
        assert_eq!(token.len(), 64);
        assert_eq!(links(1).check(&claim, Purpose::Manage, 1), Worth::Valid);
        assert_eq!(links(1).check(&claim, Purpose::Feed, 1), Worth::Unknown);
        assert_eq!(links(2).check(&claim, Purpose::Manage, 1), Worth::Unknown);
        let other = Claim { subject: Uuid::from_u128(8), ..claim };
        assert_eq!(links(1).check(&other, Purpose::Manage, 1), Worth::Unknown);
    }

    #[test]
    fn a_new_version_revokes_the_old_and_says_so() {
        let token = links(1).token(Purpose::Feed, Uuid::from_u128(7), 2);
        let claim = Links::parse(&token).unwrap();
        assert_eq!(links(1).check(&claim, Purpose::Feed, 3), Worth::Revoked);
        assert_eq!(links(1).check(&claim, Purpose::Feed, 1), Worth::Unknown);
    }

    #[test]
    fn an_address_has_one_digest_for_each_key() {
        let digest = links(1).address_digest("ada@example.org");
        assert_eq!(links(1).address_digest("ada@example.org"), digest);
        assert_ne!(links(1).address_digest("bob@example.org"), digest);
        assert_ne!(links(2).address_digest("ada@example.org"), digest);
    }

    #[test]
    fn what_is_no_token_is_nothing() {
        for wrong in ["", "abc", "../../etc/passwd", &"A".repeat(63), &"A".repeat(65), "é"] {
            assert_eq!(Links::parse(wrong), None, "{wrong}");
        }
    }
}
