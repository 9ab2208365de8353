//! Speakers and appearances as they are shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::details::{Affiliation, SpeakerLink};
use super::super::model::{AppearanceId, AppearanceRole, AppearanceStatus, Speaker, SpeakerId};
use super::super::rules;
use super::super::store::AppearanceWith;
use crate::events::{EventId, SessionId};
use crate::http::{CalendarAddress, Links};
use crate::organisations::{Organisation, OrganisationSummary};

/// Where a speaker belongs, or belonged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AffiliationResponse {
    /// The organisation, where the directory has it.
    pub organisation: Option<OrganisationSummary>,
    /// What it is called.
    #[schema(example = "City of Utrecht")]
    pub name: String,
    /// What they are there.
    #[schema(example = "Strategist Social Sustainability and Human Rights")]
    pub job_title: Option<String>,
    /// From its first day on: a year, a month or a day (EDTF).
    #[schema(example = "2019-05")]
    pub from: Option<String>,
    /// Up to its first day, which is not a part of it any more.
    #[schema(example = "2024")]
    pub until: Option<String>,
}

impl AffiliationResponse {
    fn new(affiliation: &Affiliation, organisations: &[Organisation]) -> Self {
        let organisation = organisations.iter().find(|one| Some(one.id) == affiliation.organisation_id);
        let name = organisation.map(|one| one.name.clone()).or_else(|| affiliation.name.clone());
        Self {
            organisation: organisation.map(OrganisationSummary::from),
            name: name.unwrap_or_default(),
            job_title: affiliation.job_title.clone(),
            from: affiliation.from.clone(),
            until: affiliation.until.clone(),
        }
    }
}

/// A speaker. Only staff get `email` and `timezone`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpeakerResponse {
    /// Their id.
    pub id: SpeakerId,
    /// Their name.
    #[schema(example = "Hans Sakkers")]
    pub name: String,
    /// Who they are: Markdown.
    #[schema(example = "Advises the City of Utrecht on human rights.")]
    pub bio: Option<String>,
    /// Where their photograph is.
    #[schema(example = "https://example.org/people/sakkers.jpg")]
    pub photo_url: Option<String>,
    /// Their pages, in order.
    pub links: Vec<SpeakerLink>,
    /// Where they get mail. Only for staff; absent if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "speaker@example.org", format = Email)]
    pub email: Option<String>,
    /// The zone that they live in. Only for staff; absent if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Amsterdam")]
    pub timezone: Option<String>,
    /// Where they belong, and belonged: the most important first.
    pub affiliations: Vec<AffiliationResponse>,
    /// The first of these that holds today.
    pub current_affiliation: Option<AffiliationResponse>,
    /// The events in which they appear.
    #[serde(flatten)]
    pub calendar: CalendarAddress,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

impl SpeakerResponse {
    /// The speaker at `now` as staff see them, or as everybody does. `organisations` are those that the affiliations name.
    pub fn new(
        speaker: Speaker,
        organisations: &[Organisation],
        is_staff: bool,
        now: DateTime<Utc>,
        links: &Links,
    ) -> Self {
        let shown = |one: &Affiliation| AffiliationResponse::new(one, organisations);
        let affiliations = &speaker.affiliations.0;
        Self {
            calendar: links.calendar("speakers", speaker.id),
            affiliations: affiliations.iter().map(shown).collect(),
            current_affiliation: rules::current_affiliation(affiliations, now).map(shown),
            id: speaker.id,
            name: speaker.name,
            bio: speaker.bio,
            photo_url: speaker.photo_url,
            links: speaker.links.0,
            email: speaker.email.filter(|_| is_staff),
            timezone: speaker.timezone.filter(|_| is_staff),
            revision: speaker.revision,
            created_at: speaker.created_at.0,
            updated_at: speaker.updated_at.0,
        }
    }
}

/// A speaker in short, where an appearance names them. Nothing in it is private.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpeakerSummary {
    /// Their id.
    pub id: SpeakerId,
    /// Their name.
    #[schema(example = "Hans Sakkers")]
    pub name: String,
    /// Who they are: Markdown.
    #[schema(example = "Advises the City of Utrecht on human rights.")]
    pub bio: Option<String>,
    /// Where their photograph is.
    #[schema(example = "https://example.org/people/sakkers.jpg")]
    pub photo_url: Option<String>,
}

impl From<&Speaker> for SpeakerSummary {
    fn from(speaker: &Speaker) -> Self {
        Self {
            id: speaker.id,
            name: speaker.name.clone(),
            bio: speaker.bio.clone(),
            photo_url: speaker.photo_url.clone(),
        }
    }
}

/// An appearance: a part in an event or in one of its sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppearanceResponse {
    /// Its id.
    pub id: AppearanceId,
    /// The event.
    pub event_id: EventId,
    /// The session of that event; null for the event as a whole.
    pub session_id: Option<SessionId>,
    /// Its place among those of the same session, or of the event as a whole.
    #[schema(example = 1)]
    pub position: i32,
    /// The name to show: the speaker's, else the label, else the organisation's. Never with a `(tbc)`: see `status`.
    #[schema(example = "Hans Sakkers")]
    pub name: String,
    /// Who appears.
    pub speaker: Option<SpeakerSummary>,
    /// Which organisation appears.
    pub organisation: Option<OrganisationSummary>,
    /// What is known of whoever appears, where no person is known.
    #[schema(example = "Representatives")]
    pub label: Option<String>,
    /// Their part.
    pub role: AppearanceRole,
    /// Where they belong, as it is shown at this event.
    #[schema(example = "City of Utrecht")]
    pub affiliation: Option<String>,
    /// What they are there, as it is shown at this event.
    #[schema(example = "Strategist Social Sustainability and Human Rights")]
    pub job_title: Option<String>,
    /// Whether they will come. Only staff see who declined or withdrew.
    #[schema(example = "tbc")]
    pub status: AppearanceStatus,
    /// A remark beside the name.
    #[schema(example = "the first European human rights city")]
    pub note: Option<String>,
    /// Whether they agree to be recorded. Only for staff; absent if they were not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_consent: Option<bool>,
    /// When they were last invited. Only for staff; absent if they never were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<DateTime<Utc>>,
    /// Until when they are asked to answer. Only for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond_by: Option<DateTime<Utc>>,
    /// When they last answered. Only for staff; absent until they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    /// What they wrote with the answer. Only for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "I can stay until noon.")]
    pub answer_note: Option<String>,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl AppearanceResponse {
    /// The appearance as staff see it, or as everybody does; none where it is not shown to everybody.
    pub fn new(with: AppearanceWith, is_staff: bool) -> Option<Self> {
        if !is_staff && !with.appearance.status.stands() {
            return None;
        }
        let name = with.display_name().to_owned();
        let AppearanceWith { appearance, speaker, organisation } = with;
        Some(Self {
            id: appearance.id,
            event_id: appearance.event_id,
            session_id: appearance.session_id,
            position: appearance.position,
            name,
            speaker: speaker.as_ref().map(SpeakerSummary::from),
            organisation: organisation.as_ref().map(OrganisationSummary::from),
            recording_consent: appearance.consents_to_recording().filter(|_| is_staff),
            invited_at: appearance.invited_at.filter(|_| is_staff).map(|at| at.0),
            respond_by: appearance.respond_by.filter(|_| is_staff).map(|at| at.0),
            answered_at: appearance.answered_at.filter(|_| is_staff).map(|at| at.0),
            answer_note: appearance.answer_note.filter(|_| is_staff),
            label: appearance.label,
            role: appearance.role,
            affiliation: appearance.affiliation,
            job_title: appearance.job_title,
            status: appearance.status,
            note: appearance.note,
            revision: appearance.revision,
            created_at: appearance.created_at.0,
            updated_at: appearance.updated_at.0,
        })
    }
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
