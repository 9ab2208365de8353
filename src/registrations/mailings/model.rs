//! Announcements as they are stored.

use diesel::prelude::*;

use super::super::model::RegistrationState;
use crate::db::schema::announcements;
use crate::db::types::{At, Json};
use crate::define_id;
use crate::events::EventId;
use crate::http::WorkspaceId;

define_id! {
    /// Identifies an announcement.
    AnnouncementId
}

/// What the staff wrote to those who registered for an event.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = announcements)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// The workspace of its event.
    pub workspace_id: WorkspaceId,
    /// Its event.
    pub event_id: EventId,
    /// The subject of the mails.
    pub subject: String,
    /// What they say: plain text.
    pub body: String,
    /// Whose registration stands in one of these states.
    pub audience: Json<Vec<RegistrationState>>,
    /// Who wrote it: `member:…`, `token:…`.
    pub actor: String,
    /// When.
    pub created_at: At,
    /// How many were written to, as was counted then; none where older versions wrote it, as for the next two.
    pub recipients: Option<i32>,
    /// How many wanted no such mail.
    pub unsubscribed: Option<i32>,
    /// How many had a suppressed address.
    pub suppressed: Option<i32>,
}

/// How many of the mails of an announcement stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deliveries {
    /// On their way.
    pub queued: i64,
    /// Sent.
    pub sent: i64,
    /// Not sent, since their readers want none or are no longer meant.
    pub skipped: i64,
    /// Given up.
    pub failed: i64,
}
