//! Links that put an event into somebody's calendar. They stand in this room because the event's own answer shows them; the
//! entries themselves are made further right, from the same row.
//!
//! Calendars on the web take one event in the query of an address. None of them documents it well, and each counts the days
//! in its own way:
//!
//! | | time | whole days |
//! |---|---|---|
//! | Google | `dates=start/end`, UTC | `dates`, the end is the day after the last |
//! | Outlook, Microsoft 365 | `startdt`, `enddt`, UTC | `allday=true`, the end is the day after the last |
//! | Yahoo | `ST`, `ET`, UTC | `DUR=allday`, the end is the last day |
//!
//! Times go out in UTC, so that an hour that happens twice is not mistaken. Where no end is known, it is the start, as in
//! iCalendar (RFC 5545 3.6.1). Spaces are `%20`: some show a `+` as it is. What is not known to the day, is postponed or
//! cancelled has links to its file alone, which moves or goes by itself.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Event, EventStatus};
use super::shown::place_line;
use crate::db::DbError;
use crate::http::webcal;
use crate::time::{Edtf, Precision, When};

/// The most octets that a title takes in an address, encoded.
const TITLE_OCTETS: usize = 600;
/// The most octets that a place takes in an address, encoded.
const PLACE_OCTETS: usize = 400;

/// Ways to put an event into a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarLinks {
    /// A calendar file, to download or subscribe to.
    #[schema(example = "https://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub ics: String,
    /// The same, for programs that open `webcal:`.
    #[schema(example = "webcal://plenary.example/calendars/events/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b.ics")]
    pub webcal: String,
    /// Opens Google Calendar with the event filled in. Null, like the following, while the event is not known to the day, or
    /// does not take place.
    #[schema(
        example = "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Opening&dates=20220223T103000Z/20220223T120000Z"
    )]
    pub google: Option<String>,
    /// Opens Outlook.com with the event filled in.
    pub outlook: Option<String>,
    /// Opens Outlook of Microsoft 365 with the event filled in.
    pub office365: Option<String>,
    /// Opens Yahoo Calendar with the event filled in.
    pub yahoo: Option<String>,
}

/// The links of an event. `page` is the address of the event, `ics` that of its calendar file.
///
/// # Errors
/// The event's `when` cannot be read: a hand in the database.
pub fn calendar_links(event: &Event, page: &str, ics: &str) -> Result<CalendarLinks, DbError> {
    let takes_place = matches!(event.status, EventStatus::Scheduled | EventStatus::Tentative);
    let span = Span::of(&event.when()?).filter(|_| takes_place);
    let place = place_line(event);
    let adding = span.map(|span| Adding { title: &event.details.0.title, place: place.as_deref(), page, span });
    Ok(links_to(ics, adding.as_ref()))
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// From an instant to another.
    Timed(DateTime<Utc>, DateTime<Utc>),
    /// From a day to another, both included.
    Days(NaiveDate, NaiveDate),
}

impl Span {
    /// None for what is not known to the day.
    fn of(when: &When) -> Option<Self> {
        if let Some(starts_at) = when.starts_at() {
            return Some(Self::Timed(starts_at, when.ends_at().unwrap_or(starts_at)));
        }
        let is_to_the_day = match when.edtf()? {
            Edtf::Single(date) => date.precision() == Precision::Date,
            Edtf::Interval(start, end) => start.precision() == Precision::Date && end.precision() == Precision::Date,
        };
        let (first, until) = when.dates().filter(|_| is_to_the_day)?;
        Some(Self::Days(first, until.checked_sub_days(Days::new(1)).unwrap_or(first)))
    }
}

/// What is filled in.
struct Adding<'a> {
    title: &'a str,
    place: Option<&'a str>,
    page: &'a str,
    span: Span,
}

fn links_to(ics: &str, adding: Option<&Adding<'_>>) -> CalendarLinks {
    let microsoft = |host: &str| adding.map(|adding| microsoft(host, adding));
    CalendarLinks {
        ics: ics.to_owned(),
        webcal: webcal(ics),
        google: adding.map(google),
        outlook: microsoft("outlook.live.com"),
        office365: microsoft("outlook.office.com"),
        yahoo: adding.map(yahoo),
    }
}

fn google(adding: &Adding<'_>) -> String {
    let dates = match adding.span {
        Span::Timed(from, until) => format!("{}/{}", compact(from), compact(until)),
        Span::Days(first, last) => format!("{}/{}", first.format("%Y%m%d"), after(last).format("%Y%m%d")),
    };
    let base = "https://calendar.google.com/calendar/render?action=TEMPLATE";
    adding.fill(format!("{base}&dates={dates}"), ["text", "location", "details"])
}

fn microsoft(host: &str, adding: &Adding<'_>) -> String {
    let times = match adding.span {
        Span::Timed(from, until) => format!("startdt={}&enddt={}", spelled(from), spelled(until)),
        Span::Days(first, last) => format!("startdt={first}&enddt={}&allday=true", after(last)),
    };
    let base = format!("https://{host}/calendar/deeplink/compose?path=/calendar/action/compose&rru=addevent");
    adding.fill(format!("{base}&{times}"), ["subject", "location", "body"])
}

fn yahoo(adding: &Adding<'_>) -> String {
    let times = match adding.span {
        Span::Timed(from, until) => format!("ST={}&ET={}", compact(from), compact(until)),
        Span::Days(first, last) => {
            format!("ST={}&ET={}&DUR=allday", first.format("%Y%m%d"), last.format("%Y%m%d"))
        }
    };
    adding.fill(format!("https://calendar.yahoo.com/?v=60&{times}"), ["TITLE", "in_loc", "DESC"])
}

impl Adding<'_> {
    /// Adds title, place and address under the names that a calendar has for them.
    fn fill(&self, mut link: String, [title, place, page]: [&str; 3]) -> String {
        let mut add = |name: &str, value: String| link.extend(["&", name, "=", &value]);
        add(title, encoded(self.title, TITLE_OCTETS));
        if let Some(text) = self.place {
            add(place, encoded(text, PLACE_OCTETS));
        }
        add(page, encoded(self.page, usize::MAX));
        link
    }
}

fn compact(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y%m%dT%H%M%SZ")
}

fn spelled(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%dT%H:%M:%SZ")
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

/// The text as the value of a query: every octet but those that RFC 3986 leaves alone is percent-encoded. What does not fit
/// into `limit` octets is cut between two characters, with `…`. Control characters become spaces.
fn encoded(text: &str, limit: usize) -> String {
    const CUT: &str = "%E2%80%A6";
    let mut value = String::with_capacity(text.len().min(limit));
    let mut fits_with_cut = 0;
    for character in text.chars() {
        let character = if character.is_control() { ' ' } else { character };
        if character.is_ascii_alphanumeric() || "-._~".contains(character) {
            value.push(character);
        } else {
            let mut buffer = [0; 4];
            value.extend(character.encode_utf8(&mut buffer).bytes().map(|octet| format!("%{octet:02X}")));
        }
        if value.len() > limit {
            value.truncate(fits_with_cut);
            value.push_str(CUT);
            break;
        }
        if value.len().saturating_add(CUT.len()) <= limit {
            fits_with_cut = value.len();
        }
    }
    value
}

#[cfg(test)]
#[path = "add_links_tests.rs"]
mod tests;
