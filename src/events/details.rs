//! What events are described by: the document that clients write and read back.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{EventKind, OrganisationRole, SeriesId};
use super::reminder::{ReminderRule, check_reminders, normal_reminders};
use crate::define_text_enum;
use crate::http::{Checks, Code, FieldError, LINE};
use crate::organisations::OrganisationId;
use crate::time::{IsoDuration, When, WhenError, WhenInput};

define_text_enum! {
    /// Where people take part.
    AttendanceMode {
        /// Only online.
        Online => "online",
        /// Only at the venue.
        InPerson => "in_person",
        /// Both.
        Mixed => "mixed",
    }
}

define_text_enum! {
    /// Who gets the join link.
    LinkVisibility {
        /// Staff, and confirmed registrants by a link of their own.
        Registrants => "registrants",
        /// Everybody.
        Public => "public",
    }
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// Its name.
    #[schema(example = "Rathaus")]
    pub name: String,
    /// Street, postal code, city, as one text of one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Rathausplatz 2, 50667 Köln")]
    pub address: Option<String>,
    /// A page about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/venue")]
    pub url: Option<String>,
}

/// Where it happens online. The link and the passcode are shown to staff; to the public only where `visibility` says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VirtualLocation {
    /// The platform.
    #[schema(example = "Zoom")]
    pub platform: String,
    /// Where people join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://meet.example.org/j/123456789")]
    pub join_url: Option<String>,
    /// What they need to be let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "294857")]
    pub passcode: Option<String>,
    /// Who gets the link.
    #[serde(default = "registrants_only")]
    pub visibility: LinkVisibility,
}

fn registrants_only() -> LinkVisibility {
    LinkVisibility::Registrants
}

/// A picture for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventImage {
    /// Where it is.
    #[schema(example = "https://example.org/opening.png")]
    pub url: String,
    /// What it shows, for those who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Delegates in front of the town hall")]
    pub alt: Option<String>,
}

/// How people register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, as clients see it")]
pub struct RegistrationPolicy {
    /// Whether people can register at all.
    pub enabled: bool,
    /// Not before this time. When the event is rescheduled, it moves as far as the start does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<DateTime<Utc>>,
    /// Not from this time on; the event's end if absent. It moves with the event as `opens_at` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether a full event keeps a wait list.
    pub wait_list: bool,
    /// How long a freed seat is offered to the next in the queue, in hours.
    #[schema(minimum = 1, maximum = 720, example = 24)]
    pub offer_hours: i32,
    /// Whether people have to confirm their address, by a link in a mail, before they get a seat or a place in the queue. No
    /// answer says whether an address is registered; but without this, who enters one and then looks at how many seats are free
    /// can tell: a new registration takes one at once, and a repeated one does not.
    pub verification: bool,
    /// Whether the staff decide on each registration before it gets a seat or a place in the queue.
    pub approval: bool,
    /// Whether people may register for the recording alone, which takes no seat.
    pub recording: bool,
    /// How long before the start the links of those who have a seat lead into the meeting: an ISO 8601 duration, at most
    /// `P7D`; half an hour if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT30M")]
    pub join_opens_before: Option<String>,
}

/// How long before the start people get in where nothing is said.
const JOIN_OPENS_BEFORE: TimeDelta = TimeDelta::minutes(30);
/// How long before the start people get in at most.
const JOIN_OPENS_AT_MOST: TimeDelta = TimeDelta::days(7);

/// How people register where neither an event nor its series says it.
pub(super) static OPEN_REGISTRATION: RegistrationPolicy = RegistrationPolicy {
    enabled: true,
    opens_at: None,
    closes_at: None,
    wait_list: true,
    offer_hours: 24,
    verification: false,
    approval: false,
    recording: false,
    join_opens_before: None,
};

impl Default for RegistrationPolicy {
    fn default() -> Self {
        OPEN_REGISTRATION.clone()
    }
}

impl RegistrationPolicy {
    /// The same with its times moved by so much; one that would lie beyond all calendars falls away.
    pub(super) fn moved(&self, by: TimeDelta) -> Self {
        let moved = |at: Option<DateTime<Utc>>| at?.checked_add_signed(by);
        Self { opens_at: moved(self.opens_at), closes_at: moved(self.closes_at), ..self.clone() }
    }

    /// How long before the start the links of those who have a seat lead into the meeting.
    pub fn join_opens_before(&self) -> TimeDelta {
        let own = self.join_opens_before.as_deref().and_then(|text| IsoDuration::parse(text).ok());
        own.map_or(JOIN_OPENS_BEFORE, IsoDuration::as_delta)
    }

    /// Checks every field. Pointers begin with `pointer`.
    pub(super) fn check(&self, checks: &mut Checks, pointer: &str) {
        checks.range(&format!("{pointer}/offer_hours"), Some(self.offer_hours), 1..=720);
        let detail = match self.join_opens_before.as_deref().map(IsoDuration::parse) {
            Some(Err(error)) => Some(error.to_string()),
            Some(Ok(before)) if before.as_delta() > JOIN_OPENS_AT_MOST => Some("At most P7D, a week.".to_owned()),
            Some(Ok(_)) | None => None,
        };
        if let Some(detail) = detail {
            checks.fault(format!("{pointer}/join_opens_before"), Code::DurationInvalid, detail);
        }
        if let (Some(opens), Some(closes)) = (self.opens_at, self.closes_at)
            && closes <= opens
        {
            let detail = "Registration has to close after it opens.";
            checks.fault(format!("{pointer}/closes_at"), Code::EndBeforeStart, detail);
        }
    }
}

/// What an event is described by. Registration, reminders, languages, attendance mode and capacity are the event's own
/// where they are given; where they are not, or null, they are those of its series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDetails {
    /// The series it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_id: Option<SeriesId>,
    /// Which of its series it is, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 3)]
    pub series_position: Option<i32>,
    /// What kind of event it is.
    pub kind: EventKind,
    /// The line above the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Towards the next congress")]
    pub super_title: Option<String>,
    /// The title.
    #[schema(example = "Tracking & reporting progress: Monitoring of cities’ human rights engagement")]
    pub title: String,
    /// The line below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "What cities have learned")]
    pub subtitle: Option<String>,
    /// The title where there is little room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Monitoring")]
    pub short_title: Option<String>,
    /// What it is about: Markdown.
    #[serde(rename = "abstract", default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "How cities *measure* what they promised.")]
    pub abstract_text: Option<String>,
    /// What it wants to reach, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// The questions that guide it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["How do cities measure progress?"]))]
    pub guiding_questions: Vec<String>,
    /// What happened, written after it: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Forty cities compared their indicators.")]
    pub report: Option<String>,
    /// What came of it, written after it: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "A common set of indicators.")]
    pub outcomes: Option<String>,
    /// When it is. Empty for an event without a date. An event of a series that has a zone may leave `timezone` out: the
    /// series' zone is then taken and stays the event's, whatever becomes of the series.
    #[serde(default)]
    pub when: WhenInput,
    /// Where people take part; where neither the event nor its series says it, online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance_mode: Option<AttendanceMode>,
    /// Where it happens on site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    /// Where it happens online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_location: Option<VirtualLocation>,
    /// The languages spoken: BCP 47 tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["en"]))]
    pub languages: Option<Vec<String>>,
    /// What people look for it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["human rights", "monitoring"]))]
    pub keywords: Vec<String>,
    /// A picture for it; calendars and lists show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<EventImage>,
    /// Seats; where neither the event nor its series says it, there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000, example = 100)]
    pub capacity: Option<i32>,
    /// How people register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationPolicy>,
    /// When registrants are reminded, at most ten rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Vec<ReminderRule>>,
}

impl EventDetails {
    /// Without what no calendar shows: two that differ in that alone make the same entry.
    #[must_use]
    pub fn shown(&self) -> Self {
        Self {
            series_position: None,
            objectives: Vec::new(),
            capacity: None,
            registration: None,
            reminders: None,
            ..self.clone()
        }
    }

    /// Checks every field and reads the `when`.
    ///
    /// # Errors
    /// Every fault, with its pointer.
    pub fn check(&self) -> Result<When, Vec<FieldError>> {
        let mut checks = Checks::new();
        checks.range("/series_position", self.series_position, 1..=10_000);
        checks.optional_line("/super_title", self.super_title.as_deref(), LINE);
        checks.line("/title", &self.title, LINE);
        checks.optional_line("/subtitle", self.subtitle.as_deref(), LINE);
        checks.optional_line("/short_title", self.short_title.as_deref(), LINE);
        checks.optional_text("/abstract", self.abstract_text.as_deref());
        checks.texts("/objectives", &self.objectives);
        checks.texts("/guiding_questions", &self.guiding_questions);
        checks.optional_text("/report", self.report.as_deref());
        checks.optional_text("/outcomes", self.outcomes.as_deref());
        self.check_place(&mut checks);
        checks.languages("/languages", self.languages.as_deref().unwrap_or_default());
        checks.lines("/keywords", &self.keywords, 100);
        if let Some(image) = &self.image {
            checks.optional_url("/image/url", Some(&image.url));
            checks.optional_line("/image/alt", image.alt.as_deref(), LINE);
        }
        checks.range("/capacity", self.capacity, 0..=1_000_000);
        if let Some(registration) = &self.registration {
            registration.check(&mut checks, "/registration");
        }
        check_reminders(&mut checks, "/reminders", self.reminders.as_deref().unwrap_or_default());
        let when = self.when.parse();
        if let Err(error) = &when {
            checks.add(when_fault("/when", error));
        }
        let errors = checks.into_errors();
        match when {
            Ok(when) if errors.is_empty() => Ok(when),
            _ => Err(errors),
        }
    }

    /// The same as it is stored: what was understood, so that saving what was read changes nothing.
    pub(super) fn normal(self, when: &When) -> Self {
        Self { when: when.input(), reminders: self.reminders.map(normal_reminders), ..self }
    }

    fn check_place(&self, checks: &mut Checks) {
        if let Some(venue) = &self.venue {
            checks.line("/venue/name", &venue.name, LINE);
            checks.optional_line("/venue/address", venue.address.as_deref(), LINE);
            checks.optional_url("/venue/url", venue.url.as_deref());
        }
        if let Some(place) = &self.virtual_location {
            checks.line("/virtual_location/platform", &place.platform, 100);
            checks.optional_url("/virtual_location/join_url", place.join_url.as_deref());
            checks.optional_line("/virtual_location/passcode", place.passcode.as_deref(), 100);
        }
    }

    /// Everything that a search looks at.
    pub fn search_words(&self) -> String {
        let texts = [
            self.super_title.as_deref(),
            Some(self.title.as_str()),
            self.subtitle.as_deref(),
            self.short_title.as_deref(),
            self.abstract_text.as_deref(),
        ];
        let words: Vec<&str> = texts.into_iter().flatten().chain(self.keywords.iter().map(String::as_str)).collect();
        words.join(" ")
    }
}

/// A fault of a `when`, with the code of the problem table.
pub fn when_fault(prefix: &str, error: &WhenError) -> FieldError {
    let code = Code::ALL.iter().copied().find(|code| code.name() == error.code()).unwrap_or(Code::Invalid);
    let pointer = format!("{prefix}{}", error.pointer());
    FieldError { candidates: error.candidates(), ..FieldError::new(pointer, code, error.detail()) }
}

/// An organisation's part in an event or a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganiserInput {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its part.
    pub role: OrganisationRole,
    /// Its place among those with the same part; the order of the list if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub position: Option<i32>,
}
