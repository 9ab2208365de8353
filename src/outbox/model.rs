//! Messages, and what became of them.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a message of the outbox.
    MessageId
}

define_text_enum! {
    /// What became of a message.
    MessageState {
        /// Waits until it is due, or for its next attempt.
        Queued => "queued",
        /// The promise was kept.
        Sent => "sent",
        /// It no longer applied when it was due, such as a reminder for a cancelled event.
        Skipped => "skipped",
        /// Given up; see the last error. Can be sent again by hand.
        Failed => "failed",
    }
}

impl MessageId {
    /// The message behind a Message-ID, with or without its angle brackets: the id is all that stands before the `@`, or
    /// before a full stop there. None if it is not one of ours.
    pub fn of_mail(message_id: &str) -> Option<Self> {
        let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        let (left, _domain) = bare.split_once('@')?;
        let id = left.split('.').next()?;
        // One spelling alone, of those that the parser knows.
        if id.len() != 36 {
            return None;
        }
        Uuid::try_parse(id).ok().map(Self)
    }
}

/// A message to promise.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Which handler keeps the promise.
    pub kind: &'static str,
    /// What the handler needs: ids, never texts or addresses, since it is rendered from the state of that moment. But for the
    /// test of a text that is kept nowhere else.
    pub payload: Value,
    /// Two messages with one key are one.
    pub dedupe_key: Option<String>,
    /// The event it is about.
    pub event: Option<Uuid>,
    /// The registration it is about.
    pub registration: Option<Uuid>,
    /// Not before this time; none means at once.
    pub due_at: Option<DateTime<Utc>>,
}

/// A message that this worker has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The message.
    pub id: MessageId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Which handler keeps the promise.
    pub kind: String,
    /// What the handler needs.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it was first due, or was put off to: the date of a mail, whichever attempt sends it.
    pub dated_at: DateTime<Utc>,
}

/// How a promise was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    Sent,
    /// It no longer applied, and will not again: what has its dedupe key is not promised any more.
    Skipped,
    /// It does not apply now, and may again: what has its dedupe key can be promised anew.
    Released,
    /// Its time is another by now: the same promise is kept then, with a fresh count of attempts.
    Later(DateTime<Utc>),
}

/// Why a promise could not be kept. The text is stored and shown to staff: no address in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Worth another attempt.
    Retry(String),
    /// No attempt will succeed.
    Fail(String),
}

/// Keeps promises.
pub trait Handler: Send + Sync {
    /// Keeps one. May be called again for the same message.
    fn handle(&self, message: Claimed) -> Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send + '_>>;

    /// Forgets, within one transaction, what has had its time at `now`; returns how many rows that were. The worker asks
    /// for it now and then.
    ///
    /// # Errors
    /// The database failed.
    fn forget(&self, conn: &mut Conn, now: DateTime<Utc>) -> DbResult<usize>;

    /// Brings up to date what follows from something outside the database, of whose change nobody could make a promise. The
    /// worker asks for it when it starts and now and then. It may be broken off at any time, and is asked for again.
    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_message_id() {
        let id = "017eb483-2280-7000-8000-000000000001";
        let own = Some(MessageId(id.parse().unwrap()));
        for known in [format!("{id}@events.example.org"), format!(" <{id}@e.org> "), format!("{id}.2@e.org")] {
            assert_eq!(MessageId::of_mail(&known), own, "{known}");
        }
        for unknown in ["", "@", id, "1@e.org", "017eb48322807000800000000000000001@e.org", "<>"] {
            assert_eq!(MessageId::of_mail(unknown), None, "{unknown}");
        }
    }
}
