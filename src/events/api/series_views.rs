//! Series as clients see them, and the organisations of series and events.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::details::{AttendanceMode, RegistrationPolicy};
use super::super::model::{OrganisationRole, Series, SeriesId, Visibility};
use super::super::reminder::ReminderRule;
use super::super::series_details::{Period, SeriesDetails};
use super::super::store::Organiser;
use crate::http::{CalendarAddress, Links, WorkspaceId};
use crate::organisations::OrganisationSummary;

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
    /// The languages spoken; those of its events, unless these say it.
    languages: Vec<String>,
    /// How many events are planned.
    #[schema(example = 5)]
    planned_count: Option<i32>,
    /// How many events it has that the reader can see in a list.
    #[schema(example = 4)]
    event_count: i64,
    /// The zone that its events are planned in.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// Where people take part in its events, unless these say it.
    attendance_mode: Option<AttendanceMode>,
    /// Seats of each of its events, unless it says it.
    #[schema(example = 100)]
    capacity: Option<i32>,
    /// How people register for its events, unless these say it.
    registration: Option<RegistrationPolicy>,
    /// When registrants of its events are reminded, unless these say it.
    reminders: Option<Vec<ReminderRule>>,
    /// Who can see it.
    visibility: Visibility,
    /// The organisations with a part in it, in their order.
    organisations: Vec<OrganiserResponse>,
    /// A calendar of its events, to subscribe to.
    #[schema(example = "https://plenary.example/calendars/series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    ics: String,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    webcal: String,
    /// What is new of it, for feed readers (Atom).
    #[schema(example = "https://plenary.example/calendars/series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.atom")]
    atom: String,
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
    /// The series with its organisations and the number of its events.
    pub fn new(series: Series, organisers: Vec<Organiser>, event_count: i64, links: &Links) -> Self {
        let details: SeriesDetails = series.details.0;
        let CalendarAddress { ics, webcal } = links.calendar("series", series.id);
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
            event_count,
            timezone: details.timezone,
            attendance_mode: details.attendance_mode,
            capacity: details.capacity,
            registration: details.registration,
            reminders: details.reminders,
            visibility: series.visibility,
            organisations: organisers.into_iter().map(Into::into).collect(),
            ics,
            webcal,
            atom: links.news("series", series.id),
            revision: series.revision,
            published_at: series.published_at.map(|at| at.0),
            created_at: series.created_at.0,
            updated_at: series.updated_at.0,
        }
    }
}
