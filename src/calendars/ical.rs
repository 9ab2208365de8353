//! The one renderer of iCalendar objects (RFC 5545, with the properties of RFC 7986): feeds, downloads and mails all
//! come from [`render`], so that an entry has the same UID, SEQUENCE and times everywhere.
//!
//! The text is a pure function of the [`Calendar`] and the time zone data: no clock, no randomness, entries in order of
//! start and UID. Its bytes change exactly when something visible changed.
//!
//! The `icalendar` crate serialises; this file works around what it would get wrong:
//! - it writes most values as they are, so each passes through `clean` on its way, here and in `vevent`;
//! - it invents a UID and a DTSTAMP where they are missing, so both are always set;
//! - it has no VTIMEZONE, so those of `vtimezone` are put before the first VEVENT of the finished text;
//! - it folds some lines at 76 octets, so `fold` folds anew;
//! - it takes `NAME` for no text and every `X-` property for one; the first is escaped here.
//!
//! Its parser aborts the process on nested input and is not compiled in.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use icalendar::Property;

use crate::calendars::clean::{clean_line, clean_link, clean_text, escape_text, not_empty};
use crate::calendars::fold::finish;
use crate::calendars::vevent::{ZoneSpans, build_event};
use crate::time::Zone;

/// `PRODID` of everything that is rendered.
pub const PRODUCT_ID: &str = "-//Plenary//Plenary 1.0//EN";

/// The shortest refresh interval that is announced; readers treat shorter ones badly.
const MIN_REFRESH_MINUTES: i64 = 15;

/// A VCALENDAR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// `NAME` and, of a collection, `X-WR-CALNAME`; one line, left out when empty.
    pub name: String,
    /// Whether it is a calendar of several things, to subscribe to, rather than one appointment with its sessions. Outlook makes a
    /// new calendar of whatever has an `X-WR-CALNAME` (MS-OXCICAL), so one appointment, and what is sent, has none.
    pub is_collection: bool,
    /// `DESCRIPTION` and `X-WR-CALDESC`.
    pub description: Option<String>,
    /// `URL`: the page that shows the same to people (http or https).
    pub url: Option<String>,
    /// `X-WR-TIMEZONE`: the zone to show the calendar in; it changes no time.
    pub timezone: Option<Zone>,
    /// `REFRESH-INTERVAL` and `X-PUBLISHED-TTL`, in whole minutes and at least 15. For feeds; `None` in mails.
    pub refresh: Option<Duration>,
    /// `METHOD` (RFC 5546), for what is sent by mail; a feed has none.
    pub method: Option<Method>,
    /// The VEVENTs, in any order.
    pub entries: Vec<Entry>,
}

/// What a mailed object asks its reader to do (RFC 5546 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Show the entries; nobody is invited, attendees are left out.
    Publish,
    /// Put the entries into the calendar of their attendee, or update them. Not for a cancelled entry, which goes out as
    /// [`Method::Cancel`] (RFC 5546 3.2.2).
    Request,
    /// Remove them: every entry is `CANCELLED`.
    Cancel,
}

/// A VEVENT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Fixed for ever, at most 255 octets (RFC 7986 5.3).
    pub uid: String,
    /// `RELATED-TO` (RFC 5545 3.8.4.5): the UID of the entry that this one is a part of.
    pub parent_uid: Option<String>,
    /// `SEQUENCE`: rises with every visible change; a negative number is written as 0.
    pub sequence: i32,
    /// `CREATED`.
    pub created_at: DateTime<Utc>,
    /// `LAST-MODIFIED`, and `DTSTAMP` in a calendar without method (RFC 5545 3.8.7.2).
    pub updated_at: DateTime<Utc>,
    /// `DTSTAMP` in a calendar with a method: when this object was made. `None` means `updated_at`.
    pub stamped_at: Option<DateTime<Utc>>,
    /// `STATUS`.
    pub status: Status,
    /// `TRANSP`: whether the reader is busy meanwhile.
    pub is_opaque: bool,
    /// `SUMMARY`, one line.
    pub summary: String,
    /// `DESCRIPTION`, plain text of any number of lines.
    pub description: Option<String>,
    /// `LOCATION`, one line.
    pub location: Option<String>,
    /// `URL` (http or https).
    pub url: Option<String>,
    /// `CONFERENCE` (RFC 7986 5.11).
    pub conference: Option<Conference>,
    /// `IMAGE`, a link (RFC 7986 5.10).
    pub image: Option<String>,
    /// `CATEGORIES`.
    pub categories: Vec<String>,
    /// Language tag (RFC 5646) of summary and description.
    pub language: Option<String>,
    /// `ORGANIZER`.
    pub organizer: Option<Person>,
    /// The one `ATTENDEE`: whom the mail goes to. Only written with the methods REQUEST and CANCEL, so that no feed or
    /// published object names a person who registered (RFC 5546 3.2.1).
    pub attendee: Option<Attendee>,
    /// `DTSTART` and `DTEND`.
    pub time: EntryTime,
}

/// When an entry takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryTime {
    /// A time of day in a zone.
    Timed {
        /// Start, whole seconds are written.
        starts_at: DateTime<Utc>,
        /// End; left out when it is unknown or not after the start.
        ends_at: Option<DateTime<Utc>>,
        /// The zone that the times are written in.
        zone: Zone,
    },
    /// Whole days, in whatever zone the reader is.
    AllDay {
        /// First day.
        first: NaiveDate,
        /// Last day, inclusive (`DTEND` is the day after it).
        last: NaiveDate,
    },
}

/// `STATUS` (RFC 5545 3.8.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not settled yet.
    Tentative,
    /// Will take place.
    Confirmed,
    /// Will not.
    Cancelled,
}

/// A way to take part from afar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// A link (http or https) or a telephone number (`tel:`).
    pub uri: String,
    /// What people read, such as the platform's name.
    pub label: Option<String>,
}

/// Who is behind the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Left out when empty.
    pub name: String,
    /// Mail address; the property is left out when it is none.
    pub email: String,
}

/// Whom the entry is sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// Left out when empty.
    pub name: String,
    /// Mail address: the recipient of the mail. The property is left out when it is none.
    pub email: String,
    /// `PARTSTAT`, and by it `RSVP`: an answer is asked for only where it is still open.
    pub participation: Participation,
}

/// `PARTSTAT` of an attendee (RFC 5545 3.2.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Participation {
    /// Has registered.
    Accepted,
    /// Holds a place that is not certain.
    Tentative,
    /// Has cancelled.
    Declined,
    /// Has not answered; the only one with `RSVP=TRUE`.
    NeedsAction,
}

/// The iCalendar text of a calendar: UTF-8, CRLF line ends, no line over 75 octets, one VTIMEZONE for each `TZID`.
///
/// Values that could break the format are cleaned or left out (see `clean`); rendering never fails.
pub fn render(calendar: &Calendar) -> String {
    let mut serializer = icalendar::Calendar::new();
    serializer.properties = list_calendar_properties(calendar);
    let mut spans = ZoneSpans::default();
    for entry in sorted(&calendar.entries) {
        serializer.push(build_event(entry, calendar.method, &mut spans));
    }
    finish(&serializer.to_string(), &spans.render())
}

/// The properties before the first component, in the order that readers expect.
fn list_calendar_properties(calendar: &Calendar) -> Vec<Property> {
    let mut properties = Property::from_array([("VERSION", "2.0"), ("PRODID", PRODUCT_ID), ("CALSCALE", "GREGORIAN")]);
    let mut add = |key: &str, value: String| properties.push(Property::new(key, value));
    if let Some(method) = calendar.method {
        let name = match method {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        };
        add("METHOD", name.to_owned());
    }
    if let Some(name) = not_empty(clean_line(&calendar.name)) {
        add("NAME", escape_text(&name));
        if calendar.is_collection && calendar.method.is_none() {
            add("X-WR-CALNAME", name);
        }
    }
    if let Some(description) = calendar.description.as_deref().map(clean_text).and_then(not_empty) {
        add("DESCRIPTION", description.clone());
        add("X-WR-CALDESC", description);
    }
    if let Some(url) = calendar.url.as_deref().and_then(clean_link) {
        add("URL", url);
    }
    if let Some(zone) = calendar.timezone {
        add("X-WR-TIMEZONE", zone.name().to_owned());
    }
    if let Some(refresh) = calendar.refresh {
        let duration = format_duration(refresh);
        add("X-PUBLISHED-TTL", duration.clone());
        properties.push(Property::new("REFRESH-INTERVAL", duration).add_parameter("VALUE", "DURATION").done());
    }
    properties
}

/// The entries in the order in which they are written.
pub(super) fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by(|one, other| (sort_instant(one), &one.uid).cmp(&(sort_instant(other), &other.uid)));
    entries
}

/// What entries are sorted by; a day begins at midnight UTC.
fn sort_instant(entry: &Entry) -> DateTime<Utc> {
    match entry.time {
        EntryTime::Timed { starts_at, .. } => starts_at,
        EntryTime::AllDay { first, .. } => first.and_time(NaiveTime::MIN).and_utc(),
    }
}

/// A duration (RFC 5545 3.3.6) in whole hours or minutes; the crate's own would have fractions of seconds.
fn format_duration(duration: Duration) -> String {
    let minutes = duration.num_minutes().max(MIN_REFRESH_MINUTES);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("PT{minutes}M"),
        (hours, 0) => format!("PT{hours}H"),
        (hours, minutes) => format!("PT{hours}H{minutes}M"),
    }
}

#[cfg(test)]
#[path = "ical_hostile_tests.rs"]
mod hostile_tests;
#[cfg(test)]
#[path = "ical_tests.rs"]
pub(super) mod tests;
