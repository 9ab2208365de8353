//! An invitation with all that the mail, the page and the API say of it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::error::SpeakerError;
use super::model::{AppearanceId, AppearanceStatus, Speaker};
use super::store::{self, AppearanceWith, SessionName};
use super::{rules, words};
use crate::accounts::{self, Workspace};
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{Event, EventId, EventStatus, SessionId, display_instant, place_line, subject_title};
use crate::http::{Links, Purpose, Worth};
use crate::time::{Language, When, Zone};

/// The appearance whose invitation a token opens.
///
/// # Errors
/// There is none, or a newer link was sent.
pub fn open_invitation(conn: &mut Conn, links: &Links, token: &str) -> Result<AppearanceWith, SpeakerError> {
    let claim = Links::parse(token).ok_or(SpeakerError::NoInvitation)?;
    let found = store::find_appearance(conn, AppearanceId(claim.subject))?.ok_or(SpeakerError::NoInvitation)?;
    match links.check(&claim, Purpose::Invitation, found.appearance.invitation_version) {
        // Before the first invitation there is no link; and only a person has one.
        Worth::Valid if found.appearance.invitation_version > 0 && found.speaker.is_some() => Ok(found),
        Worth::Revoked => Err(SpeakerError::LinkRevoked),
        Worth::Valid | Worth::Unknown => Err(SpeakerError::NoInvitation),
    }
}

/// A time as it is written out: where it is, and for its reader where that is another zone.
#[derive(Serialize)]
struct Shown {
    when: Option<String>,
    reader_when: Option<String>,
}

/// An invitation, loaded at once.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The part in the event.
    pub with: AppearanceWith,
    /// The event.
    pub event: Event,
    /// Its workspace.
    pub workspace: Workspace,
    /// When the event is.
    pub when: When,
    /// The session of the event, if the part is in one, and when that is, as far as it is known.
    pub session: Option<(SessionName, Option<When>)>,
}

/// Loads all that is said of an invitation.
///
/// # Errors
/// The database failed.
pub fn load_invitation(conn: &mut Conn, with: AppearanceWith) -> DbResult<Invitation> {
    let event = events::get_event(conn, with.appearance.workspace_id, with.appearance.event_id)?;
    let workspace = accounts::store::get_workspace(conn, event.workspace_id)?;
    let when = event.when()?;
    let session = match with.appearance.session_id {
        Some(id) => {
            let name = store::get_session_name(conn, id)?;
            Some((name, session_when(conn, event.id, id, when.zone())?))
        }
        None => None,
    };
    Ok(Invitation { with, event, workspace, when, session })
}

/// When a session is; none while it or its event has no time.
fn session_when(conn: &mut Conn, event: EventId, session: SessionId, zone: Option<Zone>) -> DbResult<Option<When>> {
    let Some(zone) = zone else { return Ok(None) };
    Ok(rules::when_of(&store::agenda_rows(conn, event)?, session, zone))
}

impl Invitation {
    /// Who is invited.
    pub fn speaker(&self) -> Option<&Speaker> {
        self.with.speaker.as_ref()
    }

    /// The zone that they live in, if it is known.
    pub fn reader_zone(&self) -> Option<Zone> {
        self.speaker().and_then(Speaker::zone)
    }

    /// The language to write to them in: the event's, else the workspace's.
    pub fn language(&self) -> Language {
        self.event.language(self.workspace_language())
    }

    /// The language of mails to the staff.
    pub fn workspace_language(&self) -> Language {
        self.workspace.spoken()
    }

    /// Whether the part was taken back from somebody who may not read about the event otherwise: the link then says this, and
    /// nothing more of the event.
    pub fn is_taken_back(&self) -> bool {
        self.with.appearance.status == AppearanceStatus::Withdrawn && !self.event.is_public()
    }

    /// Whether they can answer at `now`, and change their answer.
    pub fn can_answer(&self, now: DateTime<Utc>) -> bool {
        rules::may_answer(self.event.status, &self.when, self.with.appearance.status, self.respond_by(), now).is_ok()
    }

    /// The time that was set for the answer.
    pub fn respond_by(&self) -> Option<DateTime<Utc>> {
        self.with.appearance.respond_by.map(|at| at.0)
    }

    /// What the templates of mails and pages are given, in the words of `language`, for somebody in the zone `reader`.
    pub fn context(&self, language: Language, reader: Option<Zone>) -> Map<String, Value> {
        let (appearance, details) = (&self.with.appearance, &self.event.details.0);
        let home = self.when.zone().or_else(|| Zone::parse(&self.workspace.timezone).ok()).unwrap_or(Zone::UTC);
        let reader = reader.filter(|reader| *reader != home);
        let shown = |when: &When| Shown {
            when: Some(when.display(language)),
            reader_when: reader.and_then(|zone| when.display_for(zone, language)),
        };
        let instant = |at: DateTime<Utc>| Shown {
            when: display_instant(at, home, language),
            reader_when: reader.and_then(|zone| display_instant(at, zone, language)),
        };
        let event = shown(&self.when);
        let context = json!({
            "person": { "name": self.with.display_name() },
            "event": {
                "title": subject_title(&details.title),
                "super_title": details.super_title,
                "when": event.when,
                "reader_when": event.reader_when,
                "place": place_line(&self.event),
                "is_cancelled": self.event.status == EventStatus::Cancelled,
            },
            "session": self.session.as_ref().map(|(name, when)| json!({
                "label": name.label, "title": name.title, "time": when.as_ref().map(shown),
            })),
            "role": words::role(language, appearance.role),
            "affiliation": appearance.affiliation,
            "job_title": appearance.job_title,
            "workspace": { "name": self.workspace.name },
            "message": appearance.invitation_message,
            "respond_by": self.respond_by().map(instant),
            "answered_at": appearance.answered_at.map(|at| instant(at.0)),
            "status": appearance.status,
            "has_accepted": appearance.status == AppearanceStatus::Confirmed,
            "has_declined": appearance.status == AppearanceStatus::Declined,
            "recording_consent": appearance.consents_to_recording(),
        });
        match context {
            Value::Object(mut context) => {
                context.insert("is_taken_back".to_owned(), json!(self.is_taken_back()));
                if self.is_taken_back() {
                    hide_event(&mut context);
                }
                context
            }
            _ => Map::new(),
        }
    }
}

/// Leaves nothing of an event, and of the part in it, in what the templates are given.
fn hide_event(context: &mut Map<String, Value>) {
    let nothing = json!({
        "title": null, "super_title": null, "when": null, "reader_when": null, "place": null, "is_cancelled": false,
    });
    context.insert("event".to_owned(), nothing);
    for name in ["session", "role", "affiliation", "job_title", "message", "respond_by", "answered_at"] {
        context.insert(name.to_owned(), Value::Null);
    }
}
