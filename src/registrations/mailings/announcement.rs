//! What the staff write to those who registered for an event.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::super::error::RegistrationError;
use super::super::model::RegistrationState;
use super::model::Announcement;
use super::reach::{Reach, reach};
use super::{messages, remind, rules, store};
use crate::db::{Conn, DbResult};
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::MemberId;
use crate::http::{Checks, Code, WorkspaceId};
use crate::outbox::{self, NewMessage};
use crate::time::Context;

/// How long nothing else is announced to the same people: nobody is flooded by somebody who clicks twice.
const PAUSE: Duration = Duration::minutes(5);
/// Longest subject, in characters.
const SUBJECT: usize = 150;
/// Longest text, in characters.
const TEXT: usize = 10_000;

/// What is to be announced.
#[derive(Debug, Clone)]
pub struct NewAnnouncement {
    /// The subject of the mails.
    pub subject: String,
    /// What they say: plain text.
    pub text: String,
    /// Whose registration stands in one of these states.
    pub audience: Vec<RegistrationState>,
}

impl NewAnnouncement {
    /// Checks it, and says each state once.
    ///
    /// # Errors
    /// A text does not fit, or nobody is written to.
    pub fn check(mut self) -> Result<Self, RegistrationError> {
        let mut checks = Checks::new();
        checks.line("/subject", &self.subject, SUBJECT);
        checks.optional_text("/text", Some(&self.text));
        let length = self.text.chars().count();
        if self.text.trim().is_empty() || length > TEXT {
            checks.fault("/text", Code::TextInvalid, format!("The text has 1 to {TEXT} characters."));
        }
        for (index, state) in self.audience.iter().enumerate() {
            if !may_be_told(*state) {
                let detail = "Whoever has not confirmed their address, or whose registration is over, gets nothing.";
                checks.fault(format!("/audience/{index}"), Code::Invalid, detail);
            }
        }
        if self.audience.is_empty() {
            checks.fault("/audience", Code::FieldRequired, "Name at least one state.");
        }
        let errors = checks.into_errors();
        if !errors.is_empty() {
            return Err(RegistrationError::Invalid(errors));
        }
        self.audience = RegistrationState::ALL.iter().copied().filter(|state| self.audience.contains(state)).collect();
        Ok(self)
    }
}

/// Whether those whose registration stands here may be written to.
pub fn may_be_told(state: RegistrationState) -> bool {
    !state.is_over() && state != RegistrationState::PendingVerification
}

/// Whom something is for that is announced at `now`.
fn whom(event: EventId, audience: &[RegistrationState], until: DateTime<Utc>) -> store::Whom<'_> {
    store::Whom { event, states: audience, attendance: None, made_until: Some(until) }
}

/// Announces something to those who registered for an event until now. Each is promised their mail in this transaction: where
/// somebody stands a moment later, with a seat that came free perhaps, does not say whether they were meant.
///
/// # Errors
/// There is no such event, or something was announced to some of them less than five minutes ago.
pub fn announce(
    conn: &mut Conn,
    context: &Context,
    (workspace, event): (WorkspaceId, EventId),
    actor: &str,
    new: &NewAnnouncement,
) -> Result<Announcement, RegistrationError> {
    let event = events::lock_event(conn, workspace, event)?;
    let recently = store::announced_since(conn, event.id, context.now - PAUSE)?;
    if let Some(from) = rules::announce_from(&recently, &new.audience, PAUSE).filter(|from| context.now < *from) {
        return Err(RegistrationError::TooSoon(from, context.now));
    }
    let reach = reach(conn, workspace, &whom(event.id, &new.audience, context.now))?;
    let announcement = store::insert_announcement(conn, context, &event, actor, (new, reach))?;
    pass_on(conn, context, &announcement)?;
    Ok(announcement)
}

/// Sends a member of the staff alone what they want to announce, and says how many it would reach. It is no announcement: its text
/// stands in its message and nowhere else.
///
/// # Errors
/// There is no such event.
pub fn try_announcement(
    conn: &mut Conn,
    context: &Context,
    (workspace, event): (WorkspaceId, EventId),
    member: MemberId,
    new: &NewAnnouncement,
) -> Result<Reach, RegistrationError> {
    let event = events::get_event(conn, workspace, event)?;
    let message = NewMessage {
        workspace,
        kind: messages::ANNOUNCEMENT_TRIED,
        payload: json!({ "event_id": event.id, "member_id": member, "subject": new.subject, "text": new.text }),
        dedupe_key: None,
        event: Some(event.id.0),
        registration: None,
        due_at: None,
    };
    outbox::enqueue(conn, context, &message)?;
    Ok(reach(conn, workspace, &whom(event.id, &new.audience, context.now))?)
}

/// Promises an announcement to everybody whom it is for.
fn pass_on(conn: &mut Conn, context: &Context, announcement: &Announcement) -> DbResult<()> {
    let whom = whom(announcement.event_id, &announcement.audience.0, announcement.created_at.0);
    let mut after = None;
    loop {
        let page = store::list_audience(conn, &whom, after, remind::PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        let all: Vec<_> = page.iter().map(|one| messages::announcement(one, announcement.id.0)).collect();
        outbox::enqueue_all(conn, context, &all)?;
    }
}
