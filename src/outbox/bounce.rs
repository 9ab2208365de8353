//! What came back for a message: a mail that was returned, or a recipient who complained.
//!
//! A message remembers a digest of the address that its mail goes to, never the address. A report that names somebody else
//! is thereby known to be wrong, whoever wrote it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{MessageId, MessageState};
use crate::db::schema::outbox_messages as messages;
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::define_text_enum;
use crate::http::WorkspaceId;

define_text_enum! {
    /// What came back for a mail.
    BounceKind {
        /// It could not be delivered, for now or for a reason that may pass: a full mailbox, a policy.
        Soft => "soft",
        /// The address is dead.
        Hard => "hard",
        /// The recipient called it unwanted.
        Complaint => "complaint",
    }
}

impl BounceKind {
    /// The kinds that this one replaces when it comes later.
    fn weaker(self) -> &'static [Self] {
        match self {
            Self::Soft => &[],
            Self::Hard => &[Self::Soft],
            Self::Complaint => &[Self::Soft, Self::Hard],
        }
    }
}

/// What came back, and when. The texts hold no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// What it was.
    pub kind: BounceKind,
    /// When it was reported to have happened.
    pub at: DateTime<Utc>,
    /// The enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// What the server said.
    pub diagnostic: Option<String>,
}

/// The columns of a [`Bounce`].
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(super) struct BounceColumns {
    bounced_at: Option<At>,
    bounce_kind: Option<BounceKind>,
    bounce_status: Option<String>,
    bounce_diagnostic: Option<String>,
}

impl BounceColumns {
    /// What came back, if anything did.
    pub fn into_bounce(self) -> Option<Bounce> {
        let (kind, at) = (self.bounce_kind?, self.bounced_at?.0);
        Some(Bounce { kind, at, status: self.bounce_status, diagnostic: self.bounce_diagnostic })
    }
}

/// A message whose mail has been on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The message.
    pub id: MessageId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The digest of the address that its mail went to.
    pub recipient_digest: Vec<u8>,
}

/// The workspace of a message, if there is one with this id.
///
/// # Errors
/// The database failed.
pub fn workspace_of(conn: &mut Conn, id: MessageId) -> DbResult<Option<WorkspaceId>> {
    Ok(messages::table.find(id).select(messages::workspace_id).first(conn).optional()?)
}

/// Remembers the digest of the address that a message's mail goes to, unless the message has come to its end meanwhile.
///
/// # Errors
/// The database failed.
pub fn remember_recipient(conn: &mut Conn, id: MessageId, digest: &[u8]) -> DbResult<()> {
    let row = messages::table.find(id).filter(messages::state.eq(MessageState::Queued));
    diesel::update(row).set(messages::recipient_digest.eq(Some(digest.to_vec()))).execute(conn)?;
    Ok(())
}

/// Those of `ids` whose mail has been on its way to somebody, in the order of their ids.
///
/// # Errors
/// The database failed.
pub fn find_addressed(conn: &mut Conn, ids: &[MessageId]) -> DbResult<Vec<Addressed>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(MessageId, WorkspaceId, Option<Vec<u8>>)> = messages::table
        .filter(messages::id.eq_any(ids.to_vec()))
        .filter(messages::recipient_digest.is_not_null())
        .order(messages::id)
        .select((messages::id, messages::workspace_id, messages::recipient_digest))
        .load(conn)?;
    let addressed = rows
        .into_iter()
        .filter_map(|(id, workspace, digest)| Some(Addressed { id, workspace, recipient_digest: digest? }));
    Ok(addressed.collect())
}

/// Records what came back, unless as much is known already. Returns whether it was news.
///
/// # Errors
/// The database failed.
pub fn record_bounce(conn: &mut Conn, id: MessageId, bounce: &Bounce) -> DbResult<bool> {
    let weaker = bounce.kind.weaker().to_vec();
    let news =
        messages::table.find(id).filter(messages::bounce_kind.is_null().or(messages::bounce_kind.eq_any(weaker)));
    let changed = diesel::update(news)
        .set((
            messages::bounce_kind.eq(Some(bounce.kind)),
            messages::bounced_at.eq(Some(At(bounce.at))),
            messages::bounce_status.eq(bounce.status.as_deref()),
            messages::bounce_diagnostic.eq(bounce.diagnostic.as_deref()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
