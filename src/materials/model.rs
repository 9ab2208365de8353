//! Ids, kinds and rows of materials.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::details::MaterialDetails;
use super::rules;
use crate::db::schema::materials;
use crate::db::types::At;
use crate::events::{Event, EventId, Series, SeriesId, SessionId};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;
use crate::time::IsoDuration;
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies a material.
    MaterialId
}

define_text_enum! {
    /// What it is.
    MaterialKind {
        /// Sound or pictures of what took place.
        Recording => "recording",
        /// What was shown beside a talk.
        Slides => "slides",
        /// The programme as a document.
        Agenda => "agenda",
        /// What is planned, and why.
        ConceptNote => "concept_note",
        /// What took place, written for others.
        Report => "report",
        /// What was said and decided.
        Minutes => "minutes",
        /// A text to read or to discuss.
        Paper => "paper",
        /// A photograph, or a collection of them.
        Photo => "photo",
        /// A text for the press.
        PressRelease => "press_release",
        /// What was said, word by word.
        Transcript => "transcript",
        /// A poster.
        Poster => "poster",
        /// Anything else.
        Other => "other",
    }
}

define_text_enum! {
    /// Who may see it.
    MaterialVisibility {
        /// Everybody, where the event or series is published.
        Public => "public",
        /// Staff, and those who hold a seat.
        Registrants => "registrants",
        /// Staff alone.
        Staff => "staff",
    }
}

/// For whom materials are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who work on the programme.
    Staff,
    /// Those who hold a seat at the event.
    Registrants,
    /// Everybody.
    Public,
}

/// What a material belongs to, as its caller has locked it.
#[derive(Debug, Clone)]
pub enum MaterialOwner {
    /// A series as a whole.
    Series(Box<Series>),
    /// An event as a whole, or one session of it, which the caller knows to be of that event.
    Event(Box<Event>, Option<SessionId>),
}

impl MaterialOwner {
    /// The workspace.
    pub fn workspace(&self) -> WorkspaceId {
        match self {
            Self::Series(series) => series.workspace_id,
            Self::Event(event, _) => event.workspace_id,
        }
    }

    /// When the series or the event was first published.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        let at = match self {
            Self::Series(series) => series.published_at,
            Self::Event(event, _) => event.published_at,
        };
        at.map(|at| at.0)
    }

    pub(super) fn series_id(&self) -> Option<SeriesId> {
        match self {
            Self::Series(series) => Some(series.id),
            Self::Event(..) => None,
        }
    }

    pub(super) fn event_id(&self) -> Option<EventId> {
        match self {
            Self::Series(_) => None,
            Self::Event(event, _) => Some(event.id),
        }
    }

    pub(super) fn session_id(&self) -> Option<SessionId> {
        match self {
            Self::Series(_) => None,
            Self::Event(_, session) => *session,
        }
    }
}

/// A material.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = materials)]
pub struct Material {
    /// Its id.
    pub id: MaterialId,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The series that it belongs to.
    pub series_id: Option<SeriesId>,
    /// The event that it, or its session, belongs to.
    pub event_id: Option<EventId>,
    /// The session that it belongs to.
    pub session_id: Option<SessionId>,
    /// Its place among those of the same owner.
    pub position: i32,
    /// What it is and who may see it.
    #[diesel(embed)]
    pub fields: MaterialFields,
    /// When it was first public, though perhaps not available yet.
    pub published_at: Option<At>,
    /// Rises with each change.
    pub revision: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

/// The columns that a client decides.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = materials)]
#[diesel(treat_none_as_null = true)]
pub struct MaterialFields {
    /// What it is.
    pub kind: MaterialKind,
    /// Its title.
    pub title: String,
    /// Where it is: an http or https URL.
    pub url: String,
    /// Its media type: `type/subtype`.
    pub media_type: Option<String>,
    /// Its language: a BCP 47 tag.
    pub language: Option<String>,
    /// How large it is, in bytes.
    pub size_bytes: Option<i64>,
    /// How long it runs, in seconds.
    pub duration_seconds: Option<i32>,
    /// The person it is by.
    pub speaker_id: Option<SpeakerId>,
    /// The organisation it is by.
    pub organisation_id: Option<OrganisationId>,
    /// Who may see it.
    pub visibility: MaterialVisibility,
    /// Not before this time.
    pub available_from: Option<At>,
    /// Under which terms it may be used.
    pub license: Option<String>,
    /// What it is about: Markdown.
    pub description: Option<String>,
}

impl MaterialFields {
    /// How long it runs, as clients write it.
    pub fn duration(&self) -> Option<String> {
        let delta = TimeDelta::seconds(self.duration_seconds?.into());
        IsoDuration::new(delta).map(|duration| duration.to_string())
    }
}

impl Material {
    /// What a client would send to make it as it is.
    pub fn details(&self) -> MaterialDetails {
        let fields = self.fields.clone();
        MaterialDetails {
            position: Some(self.position),
            kind: fields.kind,
            duration: fields.duration(),
            title: fields.title,
            url: fields.url,
            media_type: fields.media_type,
            language: fields.language,
            size_bytes: fields.size_bytes,
            speaker_id: fields.speaker_id,
            organisation_id: fields.organisation_id,
            visibility: fields.visibility,
            available_from: fields.available_from.map(|at| at.0),
            license: fields.license,
            description: fields.description,
        }
    }

    /// Whether it is shown to this audience at `now`, where its owner is.
    pub fn is_shown_to(&self, audience: Audience, now: DateTime<Utc>) -> bool {
        rules::is_shown_to(audience, self.fields.visibility, self.fields.available_from.map(|at| at.0), now)
    }
}
