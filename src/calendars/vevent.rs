//! One [`Entry`] as VEVENT (RFC 5545 3.6.1), and the time zones that its times name.
//!
//! UID and DTSTAMP are always set: the serializer would invent them. Every value passes through `clean`.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use icalendar::{
    Attendee as Participant, CUType, CalendarDateTime, Component as _, Event, EventLike as _, EventStatus, PartStat,
    Property, Role,
};

use crate::calendars::clean::{
    clean_conference, clean_language, clean_line, clean_link, clean_mailto, clean_parameter, clean_text, not_empty,
};
use crate::calendars::ical::{Attendee, Entry, EntryTime, Method, Participation, Person, Status};
use crate::calendars::vtimezone::vtimezone;
use crate::time::Zone;

/// Names of UTC in the zone data; times in them are written with `Z` and need no VTIMEZONE.
const UTC_NAMES: [&str; 2] = ["UTC", "Etc/UTC"];

/// One VEVENT; the zones that its times name are added to `spans`.
pub fn build_event(entry: &Entry, method: Option<Method>, spans: &mut ZoneSpans) -> Event {
    let stamped_at = entry.stamped_at.filter(|_| method.is_some()).unwrap_or(entry.updated_at);
    let status = match entry.status {
        _ if method == Some(Method::Cancel) => EventStatus::Cancelled,
        Status::Tentative => EventStatus::Tentative,
        Status::Confirmed => EventStatus::Confirmed,
        Status::Cancelled => EventStatus::Cancelled,
    };
    let language = entry.language.as_deref().and_then(clean_language);

    let mut event = Event::new();
    event
        .uid(&clean_line(&entry.uid))
        .timestamp(writable(stamped_at))
        .sequence(u32::try_from(entry.sequence).unwrap_or_default())
        .created(writable(entry.created_at))
        .last_modified(writable(entry.updated_at))
        .status(status)
        .add_property("TRANSP", if entry.is_opaque { "OPAQUE" } else { "TRANSPARENT" })
        .append_property(text_property("SUMMARY", clean_line(&entry.summary), language.as_deref()));
    if let Some(description) = entry.description.as_deref().map(clean_text).and_then(not_empty) {
        event.append_property(text_property("DESCRIPTION", description, language.as_deref()));
    }
    if let Some(location) = entry.location.as_deref().map(clean_line).and_then(not_empty) {
        event.location(&location);
    }
    add_links(&mut event, entry);
    let categories: Vec<String> = entry.categories.iter().map(|each| clean_line(each)).filter_map(not_empty).collect();
    if !categories.is_empty() {
        event.categories(&categories);
    }
    if let Some(parent) = entry.parent_uid.as_deref().map(clean_line).and_then(not_empty) {
        event.append_multi_property(Property::new("RELATED-TO", parent).add_parameter("RELTYPE", "PARENT").done());
    }
    if let Some(organizer) = entry.organizer.as_ref().and_then(build_organizer) {
        event.append_property(organizer);
    }
    if matches!(method, Some(Method::Request | Method::Cancel))
        && let Some(attendee) = entry.attendee.as_ref().and_then(build_attendee)
    {
        event.attendee(attendee);
    }
    add_times(&mut event, entry.time, spans);
    event
}

/// URL, CONFERENCE and IMAGE. The latter two are not URIs unless they say so (RFC 7986 5.10, 5.11).
fn add_links(event: &mut Event, entry: &Entry) {
    if let Some(url) = entry.url.as_deref().and_then(clean_link) {
        event.url(&url);
    }
    if let Some(image) = entry.image.as_deref().and_then(clean_link) {
        let mut property = Property::new("IMAGE", &image);
        property.add_parameter("VALUE", "URI").add_parameter("DISPLAY", "BADGE");
        if let Some(media_type) = image_type(&image) {
            property.add_parameter("FMTTYPE", media_type);
        }
        event.append_multi_property(property);
    }
    if let Some(conference) = &entry.conference
        && let Some(uri) = clean_conference(&conference.uri)
    {
        // One feature only: the crate would quote the comma of a list, which makes it one unknown feature.
        let is_telephone = uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
        let feature = if is_telephone { "PHONE" } else { "VIDEO" };
        let mut property = Property::new("CONFERENCE", uri);
        property.add_parameter("VALUE", "URI").add_parameter("FEATURE", feature);
        if let Some(label) = conference.label.as_deref().and_then(clean_parameter) {
            property.add_parameter("LABEL", &label);
        }
        event.append_multi_property(property);
    }
}

/// The media type of a picture, as far as its address tells.
pub(super) fn image_type(link: &str) -> Option<&'static str> {
    let path = link.split(['?', '#']).next()?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}

fn build_organizer(person: &Person) -> Option<Property> {
    let mut property = Property::new("ORGANIZER", clean_mailto(&person.email)?);
    if let Some(name) = clean_parameter(&person.name) {
        property.add_parameter("CN", &name);
    }
    Some(property)
}

fn build_attendee(attendee: &Attendee) -> Option<Participant> {
    let part_stat = match attendee.participation {
        Participation::Accepted => PartStat::Accepted,
        Participation::Tentative => PartStat::Tentative,
        Participation::Declined => PartStat::Declined,
        Participation::NeedsAction => PartStat::NeedsAction,
    };
    let participant = Participant::new(clean_mailto(&attendee.email)?)
        .cutype(CUType::Individual)
        .role(Role::ReqParticipant)
        .partstat(part_stat)
        .rsvp(attendee.participation == Participation::NeedsAction);
    Some(match clean_parameter(&attendee.name) {
        Some(name) => participant.cn(name),
        None => participant,
    })
}

/// DTSTART and DTEND. A time that happens twice on the zone's clock goes out in UTC, and the other of the pair with it:
/// readers disagree on which of the two a local time means. So does one on a clock that stands by seconds, as Monrovia's
/// did until 1972: not every reader counts the seconds of an offset.
fn add_times(event: &mut Event, time: EntryTime, spans: &mut ZoneSpans) {
    match time {
        EntryTime::AllDay { first, last } => {
            event.starts(first);
            if let Some(end) = last.max(first).succ_opt() {
                event.ends(end);
            }
        }
        EntryTime::Timed { starts_at, ends_at, zone } => {
            let starts_at = writable(starts_at);
            let ends_at = ends_at.map(writable).filter(|ends_at| *ends_at > starts_at);
            let is_unclear = |instant: DateTime<Utc>| {
                zone.is_ambiguous(zone.to_local(instant)) || zone.offset_at(instant).seconds % 60 != 0
            };
            let in_utc = UTC_NAMES.contains(&zone.name()) || is_unclear(starts_at) || ends_at.is_some_and(is_unclear);
            let date_time = |instant: DateTime<Utc>| {
                if in_utc {
                    CalendarDateTime::Utc(instant)
                } else {
                    CalendarDateTime::WithTimezone { date_time: zone.to_local(instant), tzid: zone.name().to_owned() }
                }
            };
            event.starts(date_time(starts_at));
            if let Some(ends_at) = ends_at {
                event.ends(date_time(ends_at));
            }
            if !in_utc {
                spans.add(zone, starts_at, ends_at.unwrap_or(starts_at));
            }
        }
    }
}

/// The zones that are named, by name, each with the first and last instant that needs it.
#[derive(Default)]
pub struct ZoneSpans(BTreeMap<&'static str, (Zone, DateTime<Utc>, DateTime<Utc>)>);

impl ZoneSpans {
    fn add(&mut self, zone: Zone, from: DateTime<Utc>, until: DateTime<Utc>) {
        let span = self.0.entry(zone.name()).or_insert((zone, from, until));
        span.1 = span.1.min(from);
        span.2 = span.2.max(until);
    }

    /// The VTIMEZONEs, each for whole years and one year more: they stay as they are while events come and go within,
    /// and an entry that its reader drags a little further still has its zone.
    pub fn render(&self) -> String {
        let years = |(zone, from, until): &(Zone, DateTime<Utc>, DateTime<Utc>)| {
            let from = start_of_year(from.year()).unwrap_or(*from);
            let until = start_of_year(until.year() + 2).unwrap_or(*until);
            vtimezone(*zone, from, until)
        };
        self.0.values().map(years).collect()
    }
}

fn start_of_year(year: i32) -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(year, 1, 1).map(|date| date.and_time(NaiveTime::MIN).and_utc())
}

/// A property of type TEXT with its language.
fn text_property(key: &str, value: String, language: Option<&str>) -> Property {
    let mut property = Property::new(key, value);
    if let Some(language) = language {
        property.add_parameter("LANGUAGE", language);
    }
    property
}

/// The instant in whole seconds, within the years that the format can write (RFC 5545 3.3.4: four digits).
fn writable(instant: DateTime<Utc>) -> DateTime<Utc> {
    const YEAR_1: i64 = -62_135_596_800;
    const END_OF_YEAR_9998: i64 = 253_370_764_799;
    DateTime::from_timestamp(instant.timestamp().clamp(YEAR_1, END_OF_YEAR_9998), 0).unwrap_or(instant)
}

#[cfg(test)]
#[path = "vevent_tests.rs"]
mod tests;
