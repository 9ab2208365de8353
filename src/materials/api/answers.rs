//! Materials as they are shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{Audience, MaterialId, MaterialKind, MaterialOwner, MaterialVisibility};
use super::super::rules;
use super::super::store::MaterialWith;
use crate::events::{Event, EventId, SeriesId, SessionId};
use crate::organisations::OrganisationSummary;
use crate::speakers::SpeakerId;

/// The person a material is by. Their own page tells more, where everybody may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MaterialSpeaker {
    /// Their id.
    pub id: SpeakerId,
    /// Their name.
    #[schema(example = "Hans Sakkers")]
    pub name: String,
}

/// A material: a recording, slides, or another document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MaterialResponse {
    /// Its id.
    pub id: MaterialId,
    /// The series that it belongs to.
    pub series_id: Option<SeriesId>,
    /// The event that it, or its session, belongs to.
    pub event_id: Option<EventId>,
    /// The session that it belongs to; null for the event as a whole.
    pub session_id: Option<SessionId>,
    /// Its place among those of the same series, event or session.
    #[schema(example = 1)]
    pub position: i32,
    /// What it is.
    pub kind: MaterialKind,
    /// Its title.
    #[schema(example = "Human rights cities in the EU")]
    pub title: String,
    /// Where it is.
    #[schema(example = "https://example.org/2021/slides.pdf")]
    pub url: String,
    /// Its media type.
    #[schema(example = "application/pdf")]
    pub media_type: Option<String>,
    /// The language it is in: a BCP 47 tag.
    #[schema(example = "en")]
    pub language: Option<String>,
    /// How large it is, in bytes.
    #[schema(example = 1_482_311)]
    pub size_bytes: Option<i64>,
    /// How long it runs: an ISO 8601 duration.
    #[schema(example = "PT1H15M")]
    pub duration: Option<String>,
    /// The person it is by.
    pub speaker: Option<MaterialSpeaker>,
    /// The organisation it is by, alone or beside a person.
    pub organisation: Option<OrganisationSummary>,
    /// Who may see it.
    pub visibility: MaterialVisibility,
    /// Nobody but staff sees it before this time.
    pub available_from: Option<DateTime<Utc>>,
    /// Whether everybody sees it, and has done so for less than 14 days.
    #[schema(example = true)]
    pub is_new: bool,
    /// Under which terms it may be used.
    #[schema(example = "CC BY 4.0")]
    pub license: Option<String>,
    /// What it is about: Markdown.
    #[schema(example = "The framework, and *who* uses it.")]
    pub description: Option<String>,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Who looks at materials of one owner, and when.
#[derive(Debug, Clone, Copy)]
pub struct Viewing {
    audience: Audience,
    owner_published_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Viewing {
    pub(super) fn new(owner: &MaterialOwner, is_staff: bool, now: DateTime<Utc>) -> Self {
        let audience = if is_staff { Audience::Staff } else { Audience::Public };
        Self { audience, owner_published_at: owner.published_at(), now }
    }
}

impl MaterialResponse {
    /// The material as whoever holds a seat at `event`, which it belongs to, sees it at `now`; none where they do not.
    pub fn for_registrant(with: MaterialWith, event: &Event, now: DateTime<Utc>) -> Option<Self> {
        let owner_published_at = event.published_at.map(|at| at.0);
        Self::new(with, Viewing { audience: Audience::Registrants, owner_published_at, now })
    }

    /// The material as it is seen; none where it is not shown.
    pub(super) fn new(with: MaterialWith, viewing: Viewing) -> Option<Self> {
        let MaterialWith { material, speaker, organisation } = with;
        if !material.is_shown_to(viewing.audience, viewing.now) {
            return None;
        }
        let is_new = rules::is_new(&material, viewing.owner_published_at, viewing.now);
        let fields = material.fields;
        Some(Self {
            id: material.id,
            series_id: material.series_id,
            event_id: material.event_id,
            session_id: material.session_id,
            position: material.position,
            kind: fields.kind,
            duration: fields.duration(),
            title: fields.title,
            url: fields.url,
            media_type: fields.media_type,
            language: fields.language,
            size_bytes: fields.size_bytes,
            speaker: speaker.map(|(id, name)| MaterialSpeaker { id, name }),
            organisation: organisation.as_ref().map(OrganisationSummary::from),
            visibility: fields.visibility,
            available_from: fields.available_from.map(|at| at.0),
            is_new,
            license: fields.license,
            description: fields.description,
            revision: material.revision,
            created_at: material.created_at.0,
            updated_at: material.updated_at.0,
        })
    }
}
