//! Enhanced status codes (RFC 3463): `class.subject.detail`, as in `5.1.1`.

use std::{fmt, str::FromStr};

/// An enhanced status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnhancedStatus {
    class: u16,
    subject: u16,
    detail: u16,
}

/// A text is no enhanced status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status has the form 5.1.1")]
pub struct StatusError;

impl EnhancedStatus {
    /// The code that a server's answer begins with, if it does.
    pub fn at_start_of(text: &str) -> Option<Self> {
        text.split_whitespace().next()?.trim_end_matches([':', ',', ';']).parse().ok()
    }

    /// Whether it says that nobody will ever get mail at this address: it does not exist, or takes no mail any more. Not a
    /// full mailbox, not what is wrong with the sender's address, not a policy: these can change.
    pub fn is_dead_address(self) -> bool {
        // Of the addresses: another fault, bad mailbox, bad system, bad syntax, ambiguous, moved without a trace, null MX
        // (RFC 7505). Of the mailboxes: disabled.
        matches!((self.class, self.subject, self.detail), (5, 1, 0..=4 | 6 | 10) | (5, 2, 1))
    }
}

impl FromStr for EnhancedStatus {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let number = |part: Option<&str>| {
            let part = part.filter(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|part| part.parse().ok()).ok_or(StatusError)
        };
        let mut parts = text.split('.');
        let read = Self { class: number(parts.next())?, subject: number(parts.next())?, detail: number(parts.next())? };
        if parts.next().is_some() || !matches!(read.class, 2 | 4 | 5) {
            return Err(StatusError);
        }
        Ok(read)
    }
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        assert_eq!("5.1.10".parse::<EnhancedStatus>().unwrap().to_string(), "5.1.10");
        for wrong in ["", "5", "5.1", "5.1.1.1", "1.1.1", "5..1", "5.1.1234", "5.1.x", " 5.1.1", "+5.1.1", "５.1.1"] {
            assert_eq!(wrong.parse::<EnhancedStatus>(), Err(StatusError), "{wrong:?}");
        }
        let at_start = |text| EnhancedStatus::at_start_of(text).map(|status| status.to_string());
        assert_eq!(at_start("5.1.1 <address> unknown"), Some("5.1.1".to_owned()));
        assert_eq!(at_start("5.1.1: unknown"), Some("5.1.1".to_owned()));
        assert_eq!(at_start("no such user 5.1.1"), None);
        assert_eq!(at_start(""), None);
    }

    #[test]
    fn only_dead_addresses_are_dead() {
        let is_dead = |text: &str| text.parse::<EnhancedStatus>().unwrap().is_dead_address();
        for dead in ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"] {
            assert!(is_dead(dead), "{dead}");
        }
        // Our own address, a full mailbox, too big, no route, content, policy; and whatever is temporary.
        for alive in ["5.1.5", "5.1.7", "5.1.8", "5.2.2", "5.3.4", "5.4.4", "5.6.0", "5.7.1", "4.1.1", "4.2.1", "2.1.5"]
        {
            assert!(!is_dead(alive), "{alive}");
        }
    }
}
