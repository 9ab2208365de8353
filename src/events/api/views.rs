//! Series and events as clients see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::details::{
    AttendanceMode, EventDetails, LinkVisibility, Period, RegistrationPolicy, SeriesDetails, Venue, VirtualLocation,
};
use super::super::model::{Event, EventId, EventKind, EventStatus, OrganisationRole, Series, SeriesId, Visibility};
use super::super::store::{Organiser, Seats};
use crate::db::DbError;
use crate::http::{Links, WorkspaceId};
use crate::organisations::OrganisationSummary;
use crate::time::{Phase, WhenView, Zone};

/// An organisation and its part.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganiserResponse {
    /// Its part.
    pub role: OrganisationRole,
    /// Its place among those with the same part.
    #[schema(example = 1)]
    pub position: i32,
    /// The organisation.
    pub organisation: OrganisationSummary,
}

impl From<Organiser> for OrganiserResponse {
    fn from(one: Organiser) -> Self {
        Self { role: one.role, position: one.position, organisation: OrganisationSummary::from(&one.organisation) }
    }
}

/// The series that an event belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeriesSummary {
    /// Its id.
    pub id: SeriesId,
    /// Its short name.
    #[schema(example = "human-rights-cities-2021")]
    pub slug: String,
    /// Its title.
    #[schema(example = "Cologne Human Rights City Initiative: webinar series")]
    pub title: String,
}

impl From<&Series> for SeriesSummary {
    fn from(series: &Series) -> Self {
        Self { id: series.id, slug: series.slug.clone(), title: series.details.0.title.clone() }
    }
}

/// Where people find an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventLinks {
    /// This event as JSON.
    #[schema(example = "https://plenary.example/api/v1/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    pub api: String,
    /// A calendar file, to download or subscribe to.
    #[schema(example = "https://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub ics: String,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub webcal: String,
}

impl EventLinks {
    fn new(links: &Links, id: EventId) -> Self {
        let base = links.public_url();
        let ics = format!("{base}/calendars/events/{id}.ics");
        let webcal = match ics.split_once("://") {
            Some((_, rest)) => format!("webcal://{rest}"),
            None => ics.clone(),
        };
        Self { api: format!("{base}/api/v1/events/{id}"), ics, webcal }
    }
}

/// What can be said of an event's seats in public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// There is a seat for a newcomer.
    Open,
    /// A newcomer would wait.
    WaitList,
    /// A newcomer would be refused.
    Full,
}

impl Availability {
    fn of(seats: Seats, policy: &RegistrationPolicy) -> Self {
        match (seats.has_room(), policy.wait_list) {
            (true, _) => Self::Open,
            (false, true) => Self::WaitList,
            (false, false) => Self::Full,
        }
    }
}

/// An event in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventSummary {
    /// Its id.
    pub id: EventId,
    /// The series it belongs to.
    pub series_id: Option<SeriesId>,
    /// Which of its series it is.
    pub series_position: Option<i32>,
    /// What kind of event it is.
    pub kind: EventKind,
    /// The title.
    #[schema(example = "Tracking & reporting progress: Monitoring of cities’ human rights engagement")]
    pub title: String,
    /// The title where there is little room.
    pub short_title: Option<String>,
    /// When it is.
    pub when: WhenView,
    /// Who can see it.
    pub visibility: Visibility,
    /// What is promised.
    pub status: EventStatus,
    /// Where it stands now.
    pub phase: Phase,
    /// Where people take part.
    pub attendance_mode: AttendanceMode,
    /// The languages spoken.
    pub languages: Vec<String>,
    /// Whether something written after the event is there.
    pub has_report: bool,
    /// Rises with each change.
    #[schema(example = 3)]
    pub revision: i64,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl EventSummary {
    /// The event as a list shows it at `now`.
    ///
    /// # Errors
    /// Its `when` cannot be read.
    pub fn new(event: Event, now: DateTime<Utc>, reader: Option<Zone>) -> Result<Self, DbError> {
        let when = event.when()?;
        let details = event.details.0;
        Ok(Self {
            id: event.id,
            series_id: event.series_id,
            series_position: details.series_position,
            kind: details.kind,
            title: details.title,
            short_title: details.short_title,
            when: when.view(reader),
            visibility: event.visibility,
            status: event.status,
            phase: when.phase(now),
            attendance_mode: details.attendance_mode,
            languages: details.languages,
            has_report: details.report.is_some() || details.outcomes.is_some(),
            revision: event.revision,
            updated_at: event.updated_at.0,
        })
    }
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventResponse {
    /// Its id.
    pub id: EventId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// The series it belongs to.
    pub series: Option<SeriesSummary>,
    /// What it is described by.
    #[serde(flatten)]
    pub texts: EventTexts,
    /// When it is.
    pub when: WhenView,
    /// When it was to be before, newest last.
    pub previous_whens: Vec<WhenView>,
    /// Who can see it.
    pub visibility: Visibility,
    /// What is promised.
    pub status: EventStatus,
    /// Where it stands now.
    pub phase: Phase,
    /// The organisations with a part in it, in their order; those of its series where it has none of its own.
    pub organisations: Vec<OrganiserResponse>,
    /// Seats; null for no limit.
    #[schema(example = 100)]
    pub capacity: Option<i32>,
    /// What can be said of its seats.
    pub availability: Availability,
    /// Where people find it.
    pub links: EventLinks,
    /// The iCalendar UID.
    pub uid: String,
    /// The iCalendar SEQUENCE.
    #[schema(example = 2)]
    pub sequence: i32,
    /// Rises with each change.
    #[schema(example = 3)]
    pub revision: i64,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What an event is described by, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventTexts {
    /// Which of its series it is.
    series_position: Option<i32>,
    /// What kind of event it is.
    kind: EventKind,
    /// The line above the title.
    super_title: Option<String>,
    /// The title.
    #[schema(example = "Tracking & reporting progress: Monitoring of cities’ human rights engagement")]
    title: String,
    /// The line below the title.
    subtitle: Option<String>,
    /// The title where there is little room.
    short_title: Option<String>,
    /// What it is about: Markdown.
    #[serde(rename = "abstract")]
    abstract_text: Option<String>,
    /// What it wants to reach, in order.
    objectives: Vec<String>,
    /// The questions that guide it, in order.
    guiding_questions: Vec<String>,
    /// What happened, written after it: Markdown.
    report: Option<String>,
    /// What came of it, written after it: Markdown.
    outcomes: Option<String>,
    /// Where people take part.
    attendance_mode: AttendanceMode,
    /// Where it happens on site.
    venue: Option<Venue>,
    /// Where it happens online; the public gets the link only where it is public.
    virtual_location: Option<VirtualLocation>,
    /// The languages spoken.
    languages: Vec<String>,
    /// What people look for it by.
    keywords: Vec<String>,
    /// How people register.
    registration: RegistrationPolicy,
}

impl EventTexts {
    fn new(details: EventDetails, is_staff: bool) -> Self {
        let place = details.virtual_location.map(|place| match place.visibility {
            LinkVisibility::Registrants if !is_staff => VirtualLocation { join_url: None, passcode: None, ..place },
            _ => place,
        });
        Self {
            series_position: details.series_position,
            kind: details.kind,
            super_title: details.super_title,
            title: details.title,
            subtitle: details.subtitle,
            short_title: details.short_title,
            abstract_text: details.abstract_text,
            objectives: details.objectives,
            guiding_questions: details.guiding_questions,
            report: details.report,
            outcomes: details.outcomes,
            attendance_mode: details.attendance_mode,
            venue: details.venue,
            virtual_location: place,
            languages: details.languages,
            keywords: details.keywords,
            registration: details.registration,
        }
    }
}

/// Everything that one event's answer is made of.
pub struct EventParts {
    /// The event.
    pub event: Event,
    /// Its series.
    pub series: Option<Series>,
    /// Its organisations.
    pub organisers: Vec<Organiser>,
    /// Its seats.
    pub seats: Seats,
}

impl EventResponse {
    /// The event as `reader` sees it at `now`.
    ///
    /// # Errors
    /// A `when` cannot be read.
    pub fn new(
        parts: EventParts,
        is_staff: bool,
        now: DateTime<Utc>,
        reader: Option<Zone>,
        links: &Links,
    ) -> Result<Self, DbError> {
        let EventParts { event, series, organisers, seats } = parts;
        let when = event.when()?;
        let previous: Result<Vec<_>, _> =
            event.previous_whens.0.iter().map(|input| input.parse().map(|when| when.view(reader))).collect();
        let previous_whens = previous.map_err(|error| DbError::Corrupt(error.to_string()))?;
        let availability = Availability::of(seats, &event.details.0.registration);
        Ok(Self {
            id: event.id,
            workspace_id: event.workspace_id,
            series: series.as_ref().map(SeriesSummary::from),
            texts: EventTexts::new(event.details.0, is_staff),
            when: when.view(reader),
            previous_whens,
            visibility: event.visibility,
            status: event.status,
            phase: when.phase(now),
            organisations: organisers.into_iter().map(Into::into).collect(),
            capacity: seats.capacity,
            availability,
            links: EventLinks::new(links, event.id),
            uid: event.uid,
            sequence: event.sequence,
            revision: event.revision,
            published_at: event.published_at.map(|at| at.0),
            cancelled_at: event.cancelled_at.map(|at| at.0),
            created_at: event.created_at.0,
            updated_at: event.updated_at.0,
        })
    }
}

/// The time that a series covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodResponse {
    /// ISO 8601-2 (EDTF level 1).
    #[schema(example = "2021-23/2022-21")]
    edtf: Option<String>,
    /// How the organisers call it.
    #[schema(example = "Autumn 2021 – Spring 2022")]
    label: Option<String>,
    /// In words.
    #[schema(example = "Autumn 2021 – Spring 2022")]
    display: String,
}

impl From<Period> for PeriodResponse {
    fn from(period: Period) -> Self {
        let spoken = period.edtf.as_deref().and_then(|text| crate::time::WhenInput::edtf(text).parse().ok());
        let display = period
            .label
            .clone()
            .or_else(|| spoken.map(|when| when.display(crate::time::Language::En)))
            .unwrap_or_default();
        Self { edtf: period.edtf, label: period.label, display }
    }
}

/// A series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesResponse {
    /// Its id.
    pub id: SeriesId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its short name.
    #[schema(example = "human-rights-cities-2021")]
    slug: String,
    /// The title.
    #[schema(example = "Cologne Human Rights City Initiative: webinar series")]
    title: String,
    /// The line below the title.
    subtitle: Option<String>,
    /// What it is about: Markdown.
    description: Option<String>,
    /// The time that it covers.
    period: Option<PeriodResponse>,
    /// The languages spoken.
    languages: Vec<String>,
    /// How many events are planned.
    #[schema(example = 5)]
    planned_count: Option<i32>,
    /// The zone that its events are planned in.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// Who can see it.
    visibility: Visibility,
    /// The organisations with a part in it, in their order.
    organisations: Vec<OrganiserResponse>,
    /// A calendar of its events, to subscribe to.
    #[schema(example = "https://plenary.example/calendars/series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    ics: String,
    /// Rises with each change.
    #[schema(example = 3)]
    pub revision: i64,
    /// When it was first published.
    published_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl SeriesResponse {
    /// The series with its organisations.
    pub fn new(series: Series, organisers: Vec<Organiser>, links: &Links) -> Self {
        let details: SeriesDetails = series.details.0;
        Self {
            id: series.id,
            workspace_id: series.workspace_id,
            slug: details.slug,
            title: details.title,
            subtitle: details.subtitle,
            description: details.description,
            period: details.period.map(Into::into),
            languages: details.languages,
            planned_count: details.planned_count,
            timezone: details.timezone,
            visibility: series.visibility,
            organisations: organisers.into_iter().map(Into::into).collect(),
            ics: format!("{}/calendars/series/{}.ics", links.public_url(), series.id),
            revision: series.revision,
            published_at: series.published_at.map(|at| at.0),
            created_at: series.created_at.0,
            updated_at: series.updated_at.0,
        }
    }
}
