//! The same calendar as `JSCalendar` (RFC 8984): a Group of Events, for programs that would rather read JSON.
//!
//! It is made from the entries of the iCalendar object, so that the two never differ: uid, sequence, times and texts are the
//! same. Like it, it is a pure function of these, and writes members in one order.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::clean::{clean_conference, clean_language, clean_line, clean_link, clean_text, not_empty};
use super::ical::{Calendar, Entry, EntryTime, PRODUCT_ID, Status, sorted};
use super::vevent::image_type;
use crate::time::Zone;

/// The media type of a group (RFC 8984 section 3.3).
pub const MEDIA_TYPE: &str = "application/jscalendar+json;type=group";

/// Names of things, each with `true`.
type Names = BTreeMap<String, bool>;
/// Things by an id that means nothing.
type ById<T> = BTreeMap<String, T>;

/// Section 2.3. `None`s are left out everywhere: their meaning is that of the absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    #[serde(rename = "@type")]
    kind: &'static str,
    uid: String,
    prod_id: &'static str,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    entries: Vec<Event>,
}

/// Section 2.1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "@type")]
    kind: &'static str,
    uid: String,
    prod_id: &'static str,
    created: String,
    updated: String,
    sequence: u32,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    start: String,
    /// Null for what is on these days wherever the reader is.
    time_zone: Option<&'static str>,
    duration: String,
    show_without_time: bool,
    status: &'static str,
    free_busy_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keywords: Names,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    locations: ById<Location>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    virtual_locations: ById<VirtualLocation>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    links: ById<Link>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    related_to: ById<Relation>,
}

#[derive(Serialize)]
struct Location {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
struct VirtualLocation {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    uri: String,
    features: Names,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    #[serde(rename = "@type")]
    kind: &'static str,
    href: String,
    rel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<&'static str>,
}

#[derive(Serialize)]
struct Relation {
    #[serde(rename = "@type")]
    kind: &'static str,
    relation: Names,
}

/// The JSON text of a calendar, as the group `uid`.
///
/// # Errors
/// It cannot be written as JSON, which cannot be.
pub fn render(calendar: &Calendar, uid: &str, updated_at: DateTime<Utc>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Group {
        kind: "Group",
        uid: uid.to_owned(),
        prod_id: PRODUCT_ID,
        updated: utc(updated_at),
        title: not_empty(clean_line(&calendar.name)),
        entries: sorted(&calendar.entries).into_iter().map(event).collect(),
    })
}

/// The uid of the group of something that is an entry as well, and keeps its own there: made from that, and the same for ever. No two
/// objects may share one (section 4.1.2).
pub fn group_uid(entry: &str) -> String {
    let digest = Sha256::digest(format!("group of {entry}"));
    let mut bytes = [0; 16];
    for (byte, digested) in bytes.iter_mut().zip(digest) {
        *byte = digested;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn event(entry: &Entry) -> Event {
    let Time { start, zone, duration, has_days } = time(entry.time);
    Event {
        kind: "Event",
        uid: clean_line(&entry.uid),
        prod_id: PRODUCT_ID,
        created: utc(entry.created_at),
        updated: utc(entry.updated_at),
        sequence: u32::try_from(entry.sequence).unwrap_or_default(),
        title: clean_line(&entry.summary),
        description: entry.description.as_deref().map(clean_text).and_then(not_empty),
        start,
        time_zone: zone,
        duration,
        show_without_time: has_days,
        status: match entry.status {
            Status::Tentative => "tentative",
            Status::Confirmed => "confirmed",
            Status::Cancelled => "cancelled",
        },
        free_busy_status: if entry.is_opaque { "busy" } else { "free" },
        locale: entry.language.as_deref().and_then(clean_language),
        keywords: names(entry.categories.iter().map(|each| clean_line(each)).filter_map(not_empty)),
        locations: numbered(
            entry
                .location
                .as_deref()
                .map(clean_line)
                .and_then(not_empty)
                .map(|name| Location { kind: "Location", name }),
        ),
        virtual_locations: numbered(virtual_location(entry)),
        links: numbered(links(entry)),
        related_to: entry
            .parent_uid
            .iter()
            .map(|uid| (clean_line(uid), Relation { kind: "Relation", relation: names(["parent".to_owned()]) }))
            .collect(),
    }
}

struct Time {
    start: String,
    zone: Option<&'static str>,
    duration: String,
    has_days: bool,
}

/// A local time that happens twice is written in UTC, as in iCalendar.
fn time(time: EntryTime) -> Time {
    match time {
        EntryTime::AllDay { first, last } => Time {
            start: local(first.and_time(NaiveTime::MIN)),
            zone: None,
            duration: format!("P{}D", (last.max(first) - first).num_days() + 1),
            has_days: true,
        },
        EntryTime::Timed { starts_at, ends_at, zone } => {
            let at_home = zone.to_local(starts_at);
            let is_ambiguous = zone.is_ambiguous(at_home);
            let takes = ends_at.map_or(TimeDelta::zero(), |ends_at| ends_at - starts_at).max(TimeDelta::zero());
            Time {
                start: local(if is_ambiguous { starts_at.naive_utc() } else { at_home }),
                zone: Some(if is_ambiguous || zone == Zone::UTC { "Etc/UTC" } else { zone.name() }),
                duration: duration(takes),
                has_days: false,
            }
        }
    }
}

/// In hours, which are as long as they are; days are not where clocks are changed.
fn duration(takes: TimeDelta) -> String {
    let (hours, minutes, seconds) = (takes.num_hours(), takes.num_minutes() % 60, takes.num_seconds() % 60);
    let mut text = "PT".to_owned();
    for (count, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    if takes.num_seconds() == 0 {
        text.push_str("0S");
    }
    text
}

fn virtual_location(entry: &Entry) -> Option<VirtualLocation> {
    let conference = entry.conference.as_ref()?;
    let uri = clean_conference(&conference.uri)?;
    let feature = if uri.starts_with("tel:") { "phone" } else { "video" };
    let name = conference.label.as_deref().map(clean_line).unwrap_or_default();
    Some(VirtualLocation { kind: "VirtualLocation", name, uri, features: names([feature.to_owned()]) })
}

fn links(entry: &Entry) -> Vec<Link> {
    let page = entry.url.as_deref().and_then(clean_link);
    let page = page.map(|href| Link { kind: "Link", href, rel: "describedby", content_type: None, display: None });
    let image = entry.image.as_deref().and_then(clean_link);
    let image = image.map(|href| Link {
        kind: "Link",
        rel: "icon",
        content_type: image_type(&href),
        display: Some("badge"),
        href,
    });
    page.into_iter().chain(image).collect()
}

fn names(all: impl IntoIterator<Item = String>) -> Names {
    all.into_iter().map(|name| (name, true)).collect()
}

fn numbered<T>(all: impl IntoIterator<Item = T>) -> ById<T> {
    (1..).map(|number: u32| number.to_string()).zip(all).collect()
}

fn local(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
