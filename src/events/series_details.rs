//! What series are described by: the document that clients write and read back, and what of it is passed on to events.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::details::{AttendanceMode, RegistrationPolicy};
use super::reminder::{ReminderRule, check_reminders, normal_reminders};
use crate::http::{Checks, Code, FieldError, LINE};
use crate::time::Edtf;

/// The time that a series covers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// ISO 8601-2 (EDTF level 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2021-23/2022-21")]
    pub edtf: Option<String>,
    /// How the organisers call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Autumn 2021 – Spring 2022")]
    pub label: Option<String>,
}

/// What a series is described by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesDetails {
    /// Its short name, unique in its workspace.
    #[schema(example = "human-rights-cities-2021")]
    pub slug: String,
    /// The title.
    #[schema(example = "Cologne Human Rights City Initiative: webinar series")]
    pub title: String,
    /// The line below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "What cities have learned")]
    pub subtitle: Option<String>,
    /// What it is about: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Five webinars on cities and human rights.")]
    pub description: Option<String>,
    /// The time that it covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The languages spoken: BCP 47 tags. Events that name none have these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["en"]))]
    pub languages: Vec<String>,
    /// How many events are planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 5)]
    pub planned_count: Option<i32>,
    /// The zone that its events are planned in. An event whose `when` names no zone gets it when it is saved, and keeps it:
    /// it was promised. A later change moves no event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// Where people take part in its events, unless these say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance_mode: Option<AttendanceMode>,
    /// Seats of each of its events, unless it says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000, example = 100)]
    pub capacity: Option<i32>,
    /// How people register for its events, unless these say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationPolicy>,
    /// When registrants of its events are reminded, unless these say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Vec<ReminderRule>>,
}

impl SeriesDetails {
    /// Checks every field.
    ///
    /// # Errors
    /// Every fault, with its pointer.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut checks = Checks::new();
        checks.slug("/slug", &self.slug);
        checks.line("/title", &self.title, LINE);
        checks.optional_line("/subtitle", self.subtitle.as_deref(), LINE);
        checks.optional_text("/description", self.description.as_deref());
        checks.languages("/languages", &self.languages);
        checks.range("/planned_count", self.planned_count, 1..=10_000);
        checks.optional_zone("/timezone", self.timezone.as_deref());
        checks.range("/capacity", self.capacity, 0..=1_000_000);
        if let Some(registration) = &self.registration {
            registration.check(&mut checks, "/registration");
        }
        check_reminders(&mut checks, "/reminders", self.reminders.as_deref().unwrap_or_default());
        if let Some(period) = &self.period {
            checks.optional_line("/period/label", period.label.as_deref(), LINE);
            if let Some(Err(error)) = period.edtf.as_deref().map(str::parse::<Edtf>) {
                checks.fault("/period/edtf", Code::EdtfInvalid, error.to_string());
            }
        }
        let errors = checks.into_errors();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The same as it is stored: what was understood, so that saving what was read changes nothing.
    pub(super) fn normal(self) -> Self {
        Self { reminders: self.reminders.map(normal_reminders), ..self }
    }

    /// What its events have unless they say something else.
    pub fn defaults(&self) -> SeriesDefaults {
        SeriesDefaults {
            registration: self.registration.clone(),
            reminders: self.reminders.clone(),
            languages: (!self.languages.is_empty()).then(|| self.languages.clone()),
            attendance_mode: self.attendance_mode,
            capacity: self.capacity,
        }
    }
}

/// What an event has from its series where it says nothing itself. Each event keeps a copy, so that whoever reads an event
/// needs no other row; whoever changes the series renews it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesDefaults {
    /// How people register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationPolicy>,
    /// When registrants are reminded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Vec<ReminderRule>>,
    /// The languages spoken; never none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Where people take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendance_mode: Option<AttendanceMode>,
    /// Seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
}
