//! Suppressions, and reports of what came back.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::suppressions;
use crate::db::types::At;
use crate::http::WorkspaceId;
use crate::outbox::{BounceKind, MessageId};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a suppression.
    SuppressionId
}

define_text_enum! {
    /// Why an address is not written to any more.
    SuppressionReason {
        /// A server said that the address is dead.
        HardBounce => "hard_bounce",
        /// The recipient called a mail unwanted.
        Complaint => "complaint",
        /// The staff put it there.
        Manual => "manual",
    }
}

/// An address that a workspace does not write to any more.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = suppressions)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// Whose mails it stops.
    pub workspace_id: WorkspaceId,
    /// The address in lower case; none while only its digest is known.
    pub address: Option<String>,
    /// Why.
    pub reason: SuppressionReason,
    /// The enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// What a server said, or the note of the staff.
    pub diagnostic: Option<String>,
    /// The message of the outbox that it came from.
    pub message_id: Option<MessageId>,
    /// How many times it was said.
    pub count: i32,
    /// The first time.
    pub first_seen_at: At,
    /// The last time.
    pub last_seen_at: At,
}

/// An address to suppress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewSuppression {
    /// Whose mails it stops.
    pub workspace: WorkspaceId,
    /// Stands for the address.
    pub digest: Vec<u8>,
    /// The address in lower case, if it is known.
    pub address: Option<String>,
    /// Why.
    pub reason: SuppressionReason,
    /// The enhanced status code.
    pub status: Option<String>,
    /// What a server said, or the note of the staff; holds no address.
    pub diagnostic: Option<String>,
    /// The message of the outbox that it came from.
    pub message: Option<MessageId>,
}

/// What somebody has to say about a mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The Message-ID of that mail.
    pub message_id: String,
    /// Whom it is about, in any spelling; nobody if it does not say.
    pub recipients: Vec<String>,
    /// What came back.
    pub kind: BounceKind,
    /// The enhanced status code.
    pub status: Option<String>,
    /// What a server said.
    pub diagnostic: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}
