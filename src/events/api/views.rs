//! Events as clients see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::add_links::{CalendarLinks, calendar_links};
use super::super::details::{AttendanceMode, EventImage, LinkVisibility, RegistrationPolicy, Venue, VirtualLocation};
use super::super::model::{Event, EventId, EventKind, EventStatus, Series, SeriesId, Visibility};
use super::super::reminder::ReminderRule;
use super::super::store::{Organiser, Seats};
use super::series_views::OrganiserResponse;
use crate::db::DbError;
use crate::http::{CalendarAddress, Links, WorkspaceId};
use crate::time::{Phase, WhenView, Zone};

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
    /// Our page of it, for people.
    #[schema(example = "https://plenary.example/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    pub page: String,
    /// A calendar file, to download or subscribe to.
    #[schema(example = "https://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub ics: String,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub webcal: String,
    /// What is new of its series, or else of its workspace, for feed readers (Atom).
    #[schema(example = "https://plenary.example/calendars/series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.atom")]
    pub atom: String,
}

impl EventLinks {
    /// Those of an event. `series` is its series, where the reader sees it.
    fn new(links: &Links, event: &Event, series: Option<SeriesId>) -> Self {
        let (base, id) = (links.public_url(), event.id);
        let CalendarAddress { ics, webcal } = links.calendar("events", id);
        let atom = series.map_or_else(|| links.news("workspaces", event.workspace_id), |id| links.news("series", id));
        Self { api: format!("{base}/api/v1/events/{id}"), page: format!("{base}/events/{id}"), ics, webcal, atom }
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
        let (attendance_mode, languages) = (event.attendance_mode(), event.languages().to_vec());
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
            attendance_mode,
            languages,
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
    /// When it was to be before, newest last. Of the times that it had before it was first published, staff alone know.
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
    /// Ways to put it into a calendar.
    pub calendar_links: CalendarLinks,
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
    /// A picture for it.
    image: Option<EventImage>,
    /// How people register.
    registration: RegistrationPolicy,
    /// When registrants are reminded.
    reminders: Vec<ReminderRule>,
    /// Which members come from its series: of `registration`, `reminders`, `languages`, `attendance_mode` and `capacity`.
    /// They follow the series until the event says something else; null makes them follow it again.
    #[schema(example = json!(["registration", "languages"]))]
    inherited: Vec<&'static str>,
}

impl EventTexts {
    fn new(event: &Event, is_staff: bool) -> Self {
        let details = event.details.0.clone();
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
            attendance_mode: event.attendance_mode(),
            venue: details.venue,
            virtual_location: place,
            languages: event.languages().to_vec(),
            keywords: details.keywords,
            image: details.image,
            registration: event.registration().clone(),
            reminders: event.reminders().to_vec(),
            inherited: event.inherited(),
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
        let shown = event.previous_whens.0.iter().filter(|one| is_staff || one.is_announced);
        let previous: Result<Vec<_>, _> = shown.map(|one| one.when.parse().map(|when| when.view(reader))).collect();
        let previous_whens = previous.map_err(|error| DbError::Corrupt(error.to_string()))?;
        let availability = Availability::of(seats, event.registration());
        let own_links = EventLinks::new(links, &event, series.as_ref().map(|series| series.id));
        let calendar_links = calendar_links(&event, &own_links.page, &own_links.ics)?;
        Ok(Self {
            id: event.id,
            workspace_id: event.workspace_id,
            series: series.as_ref().map(SeriesSummary::from),
            texts: EventTexts::new(&event, is_staff),
            when: when.view(reader),
            previous_whens,
            visibility: event.visibility,
            status: event.status,
            phase: when.phase(now),
            organisations: organisers.into_iter().map(Into::into).collect(),
            capacity: seats.capacity,
            availability,
            links: own_links,
            calendar_links,
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
