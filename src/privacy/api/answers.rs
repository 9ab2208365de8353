//! All that is held about one person, as it is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::error::PrivacyError;
use super::super::store::{self, SentMail};
use crate::bounces::api::SuppressionResponse;
use crate::bounces::{address_digest, suppression_of};
use crate::db::Conn;
use crate::events::store as events;
use crate::events::{Event, EventId, SessionId};
use crate::http::WorkspaceId;
use crate::mail::EmailAddress;
use crate::outbox::{MessageId, MessageState};
use crate::registrations::api::{RegistrationResponse, TimelineEntry, timeline};
use crate::registrations::list_store;
use crate::registrations::mailings::{Subscriber, unsubscribed_at};
use crate::speakers::store::{SpeakerAppearances, appearances_of_speaker};
use crate::speakers::{Appearance, AppearanceId, AppearanceRole, AppearanceStatus, Speaker, SpeakerDetails, SpeakerId};

/// Who is shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The staff: all of it.
    Staff,
    /// The person: without what the staff wrote for themselves.
    Person,
}

/// A registration with all that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedRegistration {
    /// What the event is called.
    #[schema(example = "Local complaint mechanisms")]
    event_title: String,
    /// The registration.
    registration: RegistrationResponse,
    /// What happened to it, in the order of time.
    timeline: Vec<TimelineEntry>,
}

/// A part in an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedAppearance {
    /// Its id.
    id: AppearanceId,
    /// The event.
    event_id: EventId,
    /// What the event is called.
    #[schema(example = "Local complaint mechanisms")]
    event_title: String,
    /// The session; none for the event as a whole.
    session_id: Option<SessionId>,
    /// The part.
    role: AppearanceRole,
    /// Whether they will come.
    status: AppearanceStatus,
    /// What is said of them beside or instead of the name.
    label: Option<String>,
    /// Where they belonged then.
    affiliation: Option<String>,
    /// What they were there.
    job_title: Option<String>,
    /// A remark beside the name.
    note: Option<String>,
    /// Whether they agree to be recorded; none if they were not asked.
    recording_consent: Option<bool>,
    /// What the organisers wrote to them.
    invitation_message: Option<String>,
    /// When they were last invited.
    invited_at: Option<DateTime<Utc>>,
    /// When they last answered.
    answered_at: Option<DateTime<Utc>>,
    /// What they wrote to the organisers.
    answer_note: Option<String>,
}

impl ExportedAppearance {
    fn new(row: Appearance, event_title: String) -> Self {
        let recording_consent = row.consents_to_recording();
        Self {
            id: row.id,
            event_id: row.event_id,
            event_title,
            session_id: row.session_id,
            role: row.role,
            status: row.status,
            label: row.label,
            affiliation: row.affiliation,
            job_title: row.job_title,
            note: row.note,
            recording_consent,
            invitation_message: row.invitation_message,
            invited_at: row.invited_at.map(|at| at.0),
            answered_at: row.answered_at.map(|at| at.0),
            answer_note: row.answer_note,
        }
    }
}

/// A speaker who gets mail at the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedSpeaker {
    /// Their id.
    id: SpeakerId,
    /// What is known of them.
    details: SpeakerDetails,
    /// When they were added.
    created_at: DateTime<Utc>,
    /// Where they appear, in the order of time.
    appearances: Vec<ExportedAppearance>,
}

/// A mail that went to the address, or was to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedMail {
    /// The message of the outbox.
    id: MessageId,
    /// What it is.
    #[schema(example = "registrations.confirmed")]
    kind: String,
    /// What became of it.
    state: MessageState,
    /// When it was promised.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    #[schema(example = "451 4.7.1 Greylisted, try again later")]
    last_error: Option<String>,
    /// What came back: `soft`, `hard`, `complaint`.
    #[schema(example = "hard")]
    bounce_kind: Option<String>,
    /// What the server said that returned it.
    #[schema(example = "RCPT TO: 550 5.1.1 no such user")]
    bounce_diagnostic: Option<String>,
}

impl From<SentMail> for ExportedMail {
    fn from(row: SentMail) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            created_at: row.created_at.0,
            finished_at: row.finished_at.map(|at| at.0),
            last_error: row.last_error,
            bounce_kind: row.bounce_kind,
            bounce_diagnostic: row.bounce_diagnostic,
        }
    }
}

/// All that a workspace holds about whoever has an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonExport {
    /// The address.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
    /// When this was put together.
    exported_at: DateTime<Utc>,
    /// Their registrations, oldest first.
    registrations: Vec<ExportedRegistration>,
    /// The speakers who get mail there.
    speakers: Vec<ExportedSpeaker>,
    /// The mails that went there, oldest first.
    mails: Vec<ExportedMail>,
    /// That nothing is sent there any more, and why.
    suppression: Option<SuppressionResponse>,
    /// Since when they want no reminders, no mails after events and no announcements; none if they do.
    unsubscribed_at: Option<DateTime<Utc>>,
}

/// How many rows are read at a time.
const PAGE: i64 = 100;

impl PersonExport {
    /// Puts it together.
    pub fn load(
        conn: &mut Conn,
        workspace: WorkspaceId,
        address: &EmailAddress,
        reader: Reader,
        now: DateTime<Utc>,
    ) -> Result<Self, PrivacyError> {
        let digest = address_digest(address);
        let speakers = store::speakers_at(conn, workspace, &address.key())?;
        Ok(Self {
            email: address.as_str().to_owned(),
            exported_at: now,
            registrations: registrations(conn, workspace, address, reader)?,
            speakers: speakers.iter().map(|one| exported_speaker(conn, one)).collect::<Result<_, _>>()?,
            mails: store::mails_to(conn, workspace, &digest)?.into_iter().map(Into::into).collect(),
            suppression: suppression_of(conn, workspace, address)?.map(Into::into),
            unsubscribed_at: unsubscribed_at(conn, Subscriber::at(workspace, address))?,
        })
    }
}

fn registrations(
    conn: &mut Conn,
    workspace: WorkspaceId,
    address: &EmailAddress,
    reader: Reader,
) -> Result<Vec<ExportedRegistration>, PrivacyError> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = list_store::list_of_address(conn, workspace, &address.key(), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.id);
        for row in page {
            let event = events::get_event(conn, workspace, row.event_id)?;
            let mut timeline = timeline(conn, &row)?;
            let mut registration = RegistrationResponse::read(conn, row)?;
            if reader == Reader::Person {
                registration = registration.for_the_person();
                timeline = timeline.into_iter().map(TimelineEntry::for_the_person).collect();
            }
            all.push(ExportedRegistration { event_title: event.details.0.title, registration, timeline });
        }
    }
}

fn exported_speaker(conn: &mut Conn, speaker: &Speaker) -> Result<ExportedSpeaker, PrivacyError> {
    let mut appearances = Vec::new();
    let mut after = None;
    loop {
        let wanted = SpeakerAppearances { speaker: speaker.id, public_only: false, phase: None, after, limit: PAGE };
        let page = appearances_of_speaker(conn, &wanted)?;
        let Some((last, event)) = page.last() else { break };
        after = Some((event.when.sorts_at.0, last.id));
        let shown = |(row, event): (Appearance, Event)| ExportedAppearance::new(row, event.details.0.title);
        appearances.extend(page.into_iter().map(shown));
    }
    Ok(ExportedSpeaker { id: speaker.id, details: speaker.details(), created_at: speaker.created_at.0, appearances })
}
