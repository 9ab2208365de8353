//! Ids, states and rows of series and events.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::details::EventDetails;
use super::series_details::{SeriesDefaults, SeriesDetails};
use crate::db::DbError;
use crate::db::schema::{events, series};
use crate::db::types::{At, Json};
use crate::http::WorkspaceId;
use crate::time::{Phase, Precision, When, WhenInput, WhenRecord};
use crate::{define_id, define_text_enum};

define_id! {
    /// Identifies an event.
    EventId
}
define_id! {
    /// Identifies a series of events.
    SeriesId
}
define_id! {
    /// Identifies a session of an event's agenda. It stands here because an appearance points at one.
    SessionId
}

define_text_enum! {
    /// What kind of event it is.
    EventKind {
        /// Held online for an audience.
        Webinar => "webinar",
        /// A talk or lesson with discussion.
        Seminar => "seminar",
        /// Participants work on a question together.
        WorkingSession => "working_session",
        /// Hands-on.
        Workshop => "workshop",
        /// Several sessions, often on several days.
        Conference => "conference",
        /// Among its members.
        Meeting => "meeting",
        /// A statutory meeting of an organisation.
        Assembly => "assembly",
        /// A course.
        Training => "training",
        /// Anything else.
        Other => "other",
    }
}

define_text_enum! {
    /// Who can see it.
    Visibility {
        /// Its staff.
        Draft => "draft",
        /// Everybody.
        Published => "published",
        /// Everybody who has the address; it is in no list.
        Archived => "archived",
    }
}

define_text_enum! {
    /// What is promised.
    EventStatus {
        /// Planned; may change.
        Tentative => "tentative",
        /// It will take place.
        Scheduled => "scheduled",
        /// It will take place at another time, not known yet.
        Postponed => "postponed",
        /// It will not take place.
        Cancelled => "cancelled",
    }
}

define_text_enum! {
    /// What people who registered are told of a change.
    EventNotice {
        /// It takes place at another time.
        Rescheduled => "rescheduled",
        /// It takes place at another time, not known yet.
        Postponed => "postponed",
        /// It does not take place.
        Cancelled => "cancelled",
        /// It takes place after all.
        Reinstated => "reinstated",
        /// It takes place somewhere else, or people join it in another way.
        PlaceChanged => "place_changed",
    }
}

define_text_enum! {
    /// The part that an organisation has in an event or a series.
    OrganisationRole {
        /// Organises it. Several organisers are of equal rank.
        Organiser => "organiser",
        /// Helps to organise it.
        CoOrganiser => "co_organiser",
        /// Is a partner of it.
        Partner => "partner",
        /// Offers the place.
        Host => "host",
        /// Pays for it.
        Sponsor => "sponsor",
        /// Takes part.
        Participant => "participant",
        /// Is its subject, without organising it.
        Featured => "featured",
    }
}

/// A series.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = series)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its short name, unique in its workspace.
    pub slug: String,
    /// What it is.
    pub details: Json<SeriesDetails>,
    /// Who can see it.
    pub visibility: Visibility,
    /// Rises with each change.
    pub revision: i64,
    /// When it was first published.
    pub published_at: Option<At>,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

/// When an event was to be before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousWhen {
    /// The time that it had.
    #[serde(flatten)]
    pub when: WhenInput,
    /// Whether the event had been published by then. Others than staff see only times that were announced; what does not
    /// say it stems from before it was recorded, when they saw all.
    #[serde(default = "was_announced")]
    pub is_announced: bool,
}

fn was_announced() -> bool {
    true
}

/// An event.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = events)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// The series it belongs to.
    pub series_id: Option<SeriesId>,
    /// Its iCalendar UID (RFC 5545 section 3.8.4.7), fixed for ever.
    pub uid: String,
    /// What it says itself; see [`Event::registration`] and its neighbours for what holds.
    pub details: Json<EventDetails>,
    /// What its series says where the event says nothing.
    pub series_defaults: Json<SeriesDefaults>,
    /// When it is.
    #[diesel(embed)]
    pub when: WhenColumns,
    /// When it was to be before, newest last.
    pub previous_whens: Json<Vec<PreviousWhen>>,
    /// Who can see it.
    pub visibility: Visibility,
    /// What is promised.
    pub status: EventStatus,
    /// Its iCalendar SEQUENCE (RFC 5545 section 3.8.7.4); only rises.
    pub sequence: i32,
    /// Rises with each change.
    pub revision: i64,
    /// When it was first published.
    pub published_at: Option<At>,
    /// When it was cancelled.
    pub cancelled_at: Option<At>,
    /// When it was made.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl Event {
    /// When it is.
    ///
    /// # Errors
    /// The columns do not make a `when`: a hand in the database.
    pub fn when(&self) -> Result<When, DbError> {
        self.when.clone().try_into()
    }

    /// Where it stands at `now`.
    ///
    /// # Errors
    /// As for [`Event::when`].
    pub fn phase(&self, now: DateTime<Utc>) -> Result<Phase, DbError> {
        Ok(self.when()?.phase(now))
    }

    /// Its place among events of one moment: by position in its series; without one behind the others.
    pub fn rank(&self) -> i32 {
        self.details.0.series_position.unwrap_or(i32::MAX)
    }

    /// Whether everybody may read it.
    pub fn is_public(&self) -> bool {
        self.visibility != Visibility::Draft
    }
}

/// The columns that hold a [`When`].
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_null = true)]
pub struct WhenColumns {
    /// The precision's name.
    pub precision: String,
    /// ISO 8601-2 text, for everything but a datetime.
    pub edtf: Option<String>,
    /// Civil start.
    pub local_start: Option<NaiveDateTime>,
    /// Civil end.
    pub local_end: Option<NaiveDateTime>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// How the source calls the zone.
    pub timezone_label: Option<String>,
    /// The instant of the start.
    pub starts_at: Option<At>,
    /// The instant of the end.
    pub ends_at: Option<At>,
    /// Its place in chronological order.
    pub sorts_at: At,
    /// Its upper bound.
    pub until_at: Option<At>,
}

impl From<&When> for WhenColumns {
    fn from(when: &When) -> Self {
        let record = when.record();
        Self {
            precision: record.precision.as_str().to_owned(),
            edtf: record.edtf,
            local_start: record.local_start,
            local_end: record.local_end,
            timezone: record.timezone,
            timezone_label: record.timezone_label,
            starts_at: record.starts_at.map(At),
            ends_at: record.ends_at.map(At),
            sorts_at: At(record.sorts_at),
            until_at: record.until_at.map(At),
        }
    }
}

impl TryFrom<WhenColumns> for When {
    type Error = DbError;

    fn try_from(columns: WhenColumns) -> Result<Self, DbError> {
        let precision = Precision::parse(&columns.precision)
            .ok_or_else(|| DbError::Corrupt(format!("precision {}", columns.precision)))?;
        Self::from_record(WhenRecord {
            precision,
            edtf: columns.edtf,
            local_start: columns.local_start,
            local_end: columns.local_end,
            timezone: columns.timezone,
            timezone_label: columns.timezone_label,
            starts_at: columns.starts_at.map(|at| at.0),
            ends_at: columns.ends_at.map(|at| at.0),
            sorts_at: columns.sorts_at.0,
            until_at: columns.until_at.map(|at| at.0),
        })
        .map_err(|error| DbError::Corrupt(error.to_string()))
    }
}
