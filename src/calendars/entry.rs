//! The entry of an event: the one place that decides what a calendar shows of it.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::description::{Speaking, describe};
use super::ical::{Conference, Entry, EntryTime, Status};
use super::words::words;
use crate::accounts::{LinkTemplates, PublicLinks};
use crate::db::DbError;
use crate::events::store::Organiser;
use crate::events::{AttendanceMode, Event, EventStatus, LinkVisibility, Series, VirtualLocation, status_prefix};
use crate::materials::Material;
use crate::sessions::Room;
use crate::sessions::rules::Node;
use crate::speakers::store::AppearanceWith;
use crate::time::{Edtf, Language, Precision, When};

/// How many days a cancelled event stays in calendars after the end that it would have had.
pub const KEPT_AFTER_CANCELLATION_DAYS: i64 = 30;

/// Everything that an entry is made of.
#[derive(Debug, Clone)]
pub struct EntryParts {
    /// The event.
    pub event: Event,
    /// Its series, where the reader may see it.
    pub series: Option<Series>,
    /// Its organisations, in their order; those of its series where it has none of its own.
    pub organisers: Vec<Organiser>,
    /// Who appears on it and on its sessions, in their order; not who declined or withdrew.
    pub appearances: Vec<AppearanceWith>,
    /// Its agenda: what each session is, and when.
    pub agenda: Vec<Node>,
    /// Its rooms.
    pub rooms: Vec<Room>,
    /// The public reports and recordings of it and of its sessions, in their order, also those that are not available yet.
    pub materials: Vec<Material>,
    /// The addresses of its workspace's own frontend.
    pub links: LinkTemplates,
}

impl EntryParts {
    /// The page on which people see the event. `public_url` is the address of this server.
    pub fn page_url(&self, public_url: &str) -> String {
        let (id, series) = (self.event.id.0, self.event.series_id.map(|series| series.0));
        PublicLinks::new(public_url, &self.links).event_url(id, series)
    }
}

/// Whether an entry says where people join.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum JoinLink {
    /// Only where everybody may know it. For everything that is public.
    #[default]
    IfPublic,
    /// This address instead of the stored one. For one person who holds a seat.
    Personal(String),
}

impl JoinLink {
    /// That of a person, where they are given one.
    pub fn of(own: Option<String>) -> Self {
        own.map_or(Self::IfPublic, Self::Personal)
    }
}

/// For whom an entry is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryOptions {
    /// The language of the words that are ours; see [`language_of`].
    pub language: Language,
    /// Whether an event that is not known to the day is shown, as a span of days.
    pub shows_tentative: bool,
    /// Whether it stands in a programme that people look at, rather than among their own appointments: it then takes none
    /// of their time, and says of itself what is most important.
    pub is_programme: bool,
    /// Whether it says where people join.
    pub join_link: JoinLink,
}

/// The language for the words that are ours: the first of the event's that we write, or else `fallback`.
pub fn language_of(event: &Event, fallback: Language) -> Language {
    event.language(fallback)
}

/// The entry of an event as it is shown at `now`. `None` when calendars do not show it: it has no date, it is not known
/// to the day (unless the options say otherwise), or it was cancelled and its time is long over.
///
/// `public_url` is the address of this server without a slash at its end. Organizer, attendee and stamp are left open: who
/// mails the entry fills them in.
///
/// # Errors
/// The event's `when` cannot be read: a hand in the database.
pub fn event_entry(
    parts: &EntryParts,
    options: &EntryOptions,
    public_url: &str,
    now: DateTime<Utc>,
) -> Result<Option<Entry>, DbError> {
    let when = parts.event.when()?;
    let frame = Frame::of(parts, &when, options, public_url, now);
    Ok(frame.map(|frame| frame.whole(parts, &when, options, now)))
}

/// All of an event's entry but what it says about the event; that of each session is made from it as well.
pub(super) struct Frame {
    pub entry: Entry,
    pub way_in: Option<WayIn>,
    pub url: String,
}

impl Frame {
    /// None where calendars do not show the event.
    pub fn of(
        parts: &EntryParts,
        when: &When,
        options: &EntryOptions,
        public_url: &str,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let event = &parts.event;
        let is_cancelled = event.status == EventStatus::Cancelled;
        if is_cancelled && forgotten_at(when).is_some_and(|at| now >= at) {
            return None;
        }
        let Shown { time, is_settled } = shown(when, options.shows_tentative)?;
        let details = &event.details.0;
        let url = parts.page_url(public_url);
        let way_in = way_in(event, &options.join_link);
        let conference =
            way_in.as_ref().map(|way_in| Conference { uri: way_in.uri.clone(), label: Some(way_in.platform.clone()) });
        let is_timed = matches!(time, EntryTime::Timed { .. });
        let takes_place = matches!(event.status, EventStatus::Scheduled | EventStatus::Tentative);
        let entry = Entry {
            uid: event.uid.clone(),
            parent_uid: None,
            sequence: event.sequence,
            created_at: event.created_at.0,
            updated_at: event.updated_at.0,
            stamped_at: None,
            status: status(event.status, is_settled),
            is_opaque: is_timed && takes_place && !options.is_programme,
            summary: summary(event, options.language),
            description: None,
            location: location(event, options.language),
            url: Some(url.clone()),
            conference,
            image: details.image.as_ref().map(|image| image.url.clone()),
            categories: details.keywords.clone(),
            language: event.languages().first().cloned(),
            organizer: None,
            attendee: None,
            time,
        };
        Some(Self { entry, way_in, url })
    }

    /// What descriptions are worded by.
    pub fn speaking(&self, options: &EntryOptions, now: DateTime<Utc>) -> Speaking<'_> {
        Speaking {
            language: options.language,
            now,
            way_in: self.way_in.as_ref(),
            url: &self.url,
            is_brief: options.is_programme,
        }
    }

    /// The entry of the event.
    pub fn whole(self, parts: &EntryParts, when: &When, options: &EntryOptions, now: DateTime<Utc>) -> Entry {
        let description = describe(parts, when, &self.speaking(options, now));
        Entry { description: Some(description), ..self.entry }
    }
}

/// How people get into an online event.
pub(super) struct WayIn {
    /// The platform.
    pub platform: String,
    /// Where they join.
    pub uri: String,
    /// What they need to be let in.
    pub passcode: Option<String>,
}

fn way_in(event: &Event, link: &JoinLink) -> Option<WayIn> {
    let place = event.details.0.virtual_location.as_ref().filter(|_| event.is_joined_online())?;
    let VirtualLocation { platform, join_url, passcode, visibility } = place.clone();
    match link {
        JoinLink::IfPublic if visibility != LinkVisibility::Public => None,
        JoinLink::IfPublic => Some(WayIn { platform, uri: join_url?, passcode }),
        // The page behind a personal link gives the passcode to those who may have it.
        JoinLink::Personal(uri) => Some(WayIn { platform, uri: uri.clone(), passcode: None }),
    }
}

/// When a cancelled event has stayed long enough; never without a date.
fn forgotten_at(when: &When) -> Option<DateTime<Utc>> {
    let (_, until) = when.bounds()?;
    until.checked_add_signed(TimeDelta::days(KEPT_AFTER_CANCELLATION_DAYS))
}

/// When the entry of an event becomes another though nothing is changed: it is forgotten, or a report or a recording can be seen.
///
/// # Errors
/// As for [`event_entry`].
pub(super) fn turning_points(parts: &EntryParts) -> Result<impl Iterator<Item = DateTime<Utc>>, DbError> {
    let is_cancelled = parts.event.status == EventStatus::Cancelled;
    let forgotten_at = if is_cancelled { forgotten_at(&parts.event.when()?) } else { None };
    let shown_at = parts.materials.iter().filter_map(|one| one.fields.available_from.map(|at| at.0));
    Ok(shown_at.chain(forgotten_at))
}

/// The time that is shown.
struct Shown {
    time: EntryTime,
    /// Whether it is known to the day.
    is_settled: bool,
}

fn shown(when: &When, shows_tentative: bool) -> Option<Shown> {
    if let (Some(starts_at), Some(zone)) = (when.starts_at(), when.zone()) {
        let time = EntryTime::Timed { starts_at, ends_at: when.ends_at(), zone };
        return Some(Shown { time, is_settled: true });
    }
    let is_settled = match when.edtf()? {
        Edtf::Single(date) => date.precision() == Precision::Date,
        Edtf::Interval(start, end) => start.precision() == Precision::Date && end.precision() == Precision::Date,
    };
    let (first, until) = when.dates()?;
    let last = until.checked_sub_days(Days::new(1)).unwrap_or(first);
    (is_settled || shows_tentative).then_some(Shown { time: EntryTime::AllDay { first, last }, is_settled })
}

fn status(status: EventStatus, is_settled: bool) -> Status {
    match status {
        EventStatus::Cancelled => Status::Cancelled,
        EventStatus::Scheduled if is_settled => Status::Confirmed,
        EventStatus::Scheduled | EventStatus::Tentative | EventStatus::Postponed => Status::Tentative,
    }
}

/// The title. Many calendars show no status, so what does not take place then says so.
pub(super) fn summary(event: &Event, language: Language) -> String {
    format!("{}{}", status_prefix(event.status, language), event.details.0.title)
}

/// The venue, or else the platform.
fn location(event: &Event, language: Language) -> Option<String> {
    let (details, attendance_mode) = (&event.details.0, event.attendance_mode());
    let venue = details.venue.as_ref().filter(|_| attendance_mode != AttendanceMode::Online);
    if let Some(venue) = venue {
        return Some(match &venue.address {
            Some(address) => format!("{}, {address}", venue.name),
            None => venue.name.clone(),
        });
    }
    let platform = details.virtual_location.as_ref().map(|place| place.platform.clone());
    match attendance_mode {
        AttendanceMode::InPerson => None,
        AttendanceMode::Mixed => platform,
        AttendanceMode::Online => platform.or_else(|| Some(words(language).online.to_owned())),
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
pub(super) mod tests;
