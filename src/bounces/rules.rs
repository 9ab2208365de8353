//! What stands for an address, whom a report is about, and what it means.

use sha2::{Digest, Sha256};

use super::model::SuppressionReason;
use crate::mail::{EmailAddress, EnhancedStatus};
use crate::outbox::BounceKind;

/// What stands for an address where the address itself is not kept. Spellings of one address share it.
pub(super) fn digest(address: &EmailAddress) -> Vec<u8> {
    Sha256::digest(address.key()).to_vec()
}

/// Whom a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// The one that the mail was sent to; with their address in lower case, if the report has it.
    Recipient(Option<String>),
    /// Somebody else.
    Stranger,
}

/// Compares those whom a report names with the digest of the one that the mail was sent to.
pub(super) fn named(recipients: &[String], sent_to: &[u8]) -> Named {
    if recipients.is_empty() {
        return Named::Recipient(None);
    }
    let addresses = recipients.iter().filter_map(|text| EmailAddress::parse(bare(text)).ok());
    match addresses.into_iter().find(|address| digest(address) == sent_to) {
        Some(address) => Named::Recipient(Some(address.key())),
        None => Named::Stranger,
    }
}

/// An address without angle brackets and without the type before it (`rfc822;`, RFC 3464 section 2.3).
fn bare(text: &str) -> &str {
    let address = text.split_once(';').map_or(text, |(_type, address)| address);
    address.trim().trim_start_matches('<').trim_end_matches('>').trim()
}

/// Why an address is suppressed after this came back; none if it is still written to.
pub(super) fn suppression_after(kind: BounceKind) -> Option<SuppressionReason> {
    match kind {
        BounceKind::Soft => None,
        BounceKind::Hard => Some(SuppressionReason::HardBounce),
        BounceKind::Complaint => Some(SuppressionReason::Complaint),
    }
}

/// The reason that stands after `new` came to `old`: a complaint outweighs all others, since it is a person's wish.
pub(super) fn lasting_reason(old: SuppressionReason, new: SuppressionReason) -> SuppressionReason {
    if old == SuppressionReason::Complaint { old } else { new }
}

/// What a delivery status notification means by its action and status (RFC 3464 sections 2.3.3 and 2.3.4); none if it is
/// good news.
pub(super) fn kind_of_delivery(action: &str, status: Option<EnhancedStatus>) -> Option<BounceKind> {
    match action.trim().to_ascii_lowercase().as_str() {
        "failed" if status.is_some_and(EnhancedStatus::is_dead_address) => Some(BounceKind::Hard),
        "failed" | "delayed" => Some(BounceKind::Soft),
        _ => None,
    }
}

/// What a feedback report means by its type (RFC 5965 section 7.3); none if it is no complaint about the sender.
pub(super) fn kind_of_feedback(feedback: &str) -> Option<BounceKind> {
    let is_complaint = ["abuse", "fraud", "opt-out"].iter().any(|kind| feedback.trim().eq_ignore_ascii_case(kind));
    is_complaint.then_some(BounceKind::Complaint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(action: &str, status: &str) -> Option<BounceKind> {
        kind_of_delivery(action, Some(status.parse().unwrap()))
    }

    #[test]
    fn a_report_is_believed_about_the_recipient_alone() {
        let sent_to = digest(&EmailAddress::parse("Ada@Example.org").unwrap());
        let names = |list: &[&str]| named(&list.iter().map(ToString::to_string).collect::<Vec<_>>(), &sent_to);
        let ada = || Named::Recipient(Some("ada@example.org".to_owned()));
        assert_eq!(names(&["ada@example.org"]), ada());
        assert_eq!(names(&["rfc822; ADA@example.ORG"]), ada());
        assert_eq!(names(&["ada@mailbox.example", "RFC822;<ada@example.org>"]), ada());
        assert_eq!(names(&[]), Named::Recipient(None));
        assert_eq!(names(&["bob@example.org"]), Named::Stranger);
        assert_eq!(names(&["", "nonsense", "ada@example.org.evil.example"]), Named::Stranger);
    }

    #[test]
    fn only_a_dead_address_is_a_hard_bounce() {
        assert_eq!(kind_of("failed", "5.1.1"), Some(BounceKind::Hard));
        assert_eq!(kind_of(" Failed ", "5.1.10"), Some(BounceKind::Hard));
        assert_eq!(kind_of("failed", "5.2.2"), Some(BounceKind::Soft));
        assert_eq!(kind_of("failed", "5.7.1"), Some(BounceKind::Soft));
        assert_eq!(kind_of("failed", "4.4.7"), Some(BounceKind::Soft));
        assert_eq!(kind_of_delivery("failed", None), Some(BounceKind::Soft));
        assert_eq!(kind_of("delayed", "5.1.1"), Some(BounceKind::Soft));
        for good in ["delivered", "relayed", "expanded", ""] {
            assert_eq!(kind_of(good, "5.1.1"), None, "{good}");
        }
    }

    #[test]
    fn only_a_complaint_is_one() {
        assert_eq!(kind_of_feedback(" Abuse "), Some(BounceKind::Complaint));
        for other in ["not-spam", "virus", "other", ""] {
            assert_eq!(kind_of_feedback(other), None, "{other}");
        }
    }

    #[test]
    fn a_complaint_stays_one() {
        use SuppressionReason::{Complaint, HardBounce, Manual};
        assert_eq!(lasting_reason(Complaint, HardBounce), Complaint);
        assert_eq!(lasting_reason(HardBounce, Complaint), Complaint);
        assert_eq!(lasting_reason(Manual, HardBounce), HardBounce);
    }
}
