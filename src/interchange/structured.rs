//! Events and series as schema.org describes them, in JSON-LD, for search engines and other programs.
//!
//! Dates that are not known to the minute are written as ISO 8601 writes them: `2022-03-17`, `2022-03`, `2022`. A season has no
//! such form and becomes its first and its last month. A link to join stands in it only where everybody may know it.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::agenda::Agenda;
use super::formats::write_instant;
use super::pages::to_text;
use super::programme::Person;
use super::structured_dates::{end, first_date, last_date, start};
use crate::accounts::PublicLinks;
use crate::db::DbError;
use crate::events::store::Organiser;
use crate::events::{AttendanceMode, Event, EventKind, EventStatus, LinkVisibility, OrganisationRole, Series};
use crate::sessions::rules::Node;
use crate::time::{Edtf, When};

/// The longest description, in characters.
const DESCRIPTION: usize = 2_000;

/// JSON that no element of HTML can be ended by.
pub fn embeddable(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _infallible = write!(text, "\\u{:04x}", u32::from(letter));
            }
            other => text.push(other),
        }
    }
    text
}

/// Members in their order; what says nothing is left out.
fn object(kind: &str, members: Vec<(&str, Value)>) -> Value {
    let mut object = Map::new();
    object.insert("@type".to_owned(), json!(kind));
    for (name, value) in members {
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(values) => values.is_empty(),
            _ => false,
        };
        if !is_empty {
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}

fn document(thing: Value) -> Value {
    let mut document = Map::new();
    document.insert("@context".to_owned(), json!("https://schema.org"));
    if let Value::Object(members) = thing {
        document.extend(members);
    }
    Value::Object(document)
}

/// An event with its agenda. `public_url` is the address of this server.
///
/// # Errors
/// A former `when` cannot be read: a hand in the database.
pub fn event_data(agenda: &Agenda, public_url: &str) -> Result<Value, DbError> {
    let (event, details) = (&agenda.event, &agenda.event.details.0);
    let performers = performers(agenda);
    let sessions: Vec<Value> = agenda.nodes.iter().map(|node| session(agenda, node)).collect();
    let series = agenda.series.as_ref().map(|series| {
        let id = format!("{public_url}/api/v1/series/{}", series.id);
        object("EventSeries", vec![("@id", json!(id)), ("name", json!(series.details.0.title))])
    });
    let links = PublicLinks::new(public_url, &agenda.links);
    let mut members = event_members(event, &agenda.when, &links)?;
    members.extend([
        ("description", json!(details.abstract_text.as_deref().map(|text| to_text(text, DESCRIPTION)))),
        ("inLanguage", json!(event.languages())),
        ("keywords", json!(details.keywords)),
        (
            "organizer",
            organisations(
                &agenda.organisers,
                &[OrganisationRole::Organiser, OrganisationRole::CoOrganiser, OrganisationRole::Host],
            ),
        ),
        ("sponsor", organisations(&agenda.organisers, &[OrganisationRole::Sponsor])),
        ("performer", Value::Array(performers)),
        ("superEvent", json!(series)),
        ("subEvent", Value::Array(sessions)),
    ]);
    Ok(document(object(kind_of(details.kind), members)))
}

/// A series with its events.
///
/// # Errors
/// A `when` cannot be read: a hand in the database.
pub fn series_data(
    series: &Series,
    organisers: &[Organiser],
    events: &[Event],
    links: &PublicLinks,
) -> Result<Value, DbError> {
    let details = &series.details.0;
    let period = details.period.as_ref().and_then(|period| period.edtf.as_deref()?.parse::<Edtf>().ok());
    let id = format!("{}/api/v1/series/{}", links.base(), series.id);
    let events: Result<Vec<Value>, DbError> = events
        .iter()
        .map(|event| {
            let members = event_members(event, &event.when()?, links)?;
            Ok(object(kind_of(event.details.0.kind), members))
        })
        .collect();
    let members = vec![
        ("@id", json!(id)),
        ("url", json!(links.series_page(series.id.0))),
        ("name", json!(details.title)),
        ("alternateName", json!(details.subtitle)),
        ("description", json!(details.description.as_deref().map(|text| to_text(text, DESCRIPTION)))),
        ("startDate", json!(period.map(first_date))),
        ("endDate", json!(period.and_then(last_date))),
        ("inLanguage", json!(details.languages)),
        ("organizer", organisations(organisers, &[OrganisationRole::Organiser, OrganisationRole::CoOrganiser])),
        ("subEvent", Value::Array(events?)),
    ];
    Ok(document(object("EventSeries", members)))
}

/// What stands of an event wherever it is named.
fn event_members(event: &Event, when: &When, links: &PublicLinks) -> Result<Vec<(&'static str, Value)>, DbError> {
    let details = &event.details.0;
    let id = format!("{}/api/v1/events/{}", links.base(), event.id);
    let page = links.event_url(event.id.0, event.series_id.map(|series| series.0));
    let announced = event.previous_whens.0.iter().rev().find(|previous| previous.is_announced);
    let previous = match announced.map(|previous| previous.when.parse()) {
        None => None,
        Some(Ok(when)) => start(&when),
        Some(Err(error)) => return Err(DbError::Corrupt(error.to_string())),
    };
    let status = match event.status {
        EventStatus::Cancelled => "EventCancelled",
        EventStatus::Postponed => "EventPostponed",
        EventStatus::Scheduled | EventStatus::Tentative if previous.is_some() => "EventRescheduled",
        EventStatus::Scheduled | EventStatus::Tentative => "EventScheduled",
    };
    let mode = match event.attendance_mode() {
        AttendanceMode::Online => "OnlineEventAttendanceMode",
        AttendanceMode::InPerson => "OfflineEventAttendanceMode",
        AttendanceMode::Mixed => "MixedEventAttendanceMode",
    };
    Ok(vec![
        ("@id", json!(id)),
        ("url", json!(page)),
        ("name", json!(details.title)),
        ("alternateName", json!(details.short_title)),
        ("startDate", json!(start(when))),
        ("endDate", json!(end(when))),
        ("previousStartDate", json!(previous)),
        ("eventStatus", json!(format!("https://schema.org/{status}"))),
        ("eventAttendanceMode", json!(format!("https://schema.org/{mode}"))),
        ("location", location(event)),
        ("image", json!(details.image.as_ref().map(|image| &image.url))),
    ])
}

fn kind_of(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Webinar
        | EventKind::Seminar
        | EventKind::Workshop
        | EventKind::WorkingSession
        | EventKind::Training => "EducationEvent",
        EventKind::Conference | EventKind::Meeting | EventKind::Assembly | EventKind::Other => "Event",
    }
}

fn location(event: &Event) -> Value {
    let (status, details, mode) = (event.status, &event.details.0, event.attendance_mode());
    let venue = details.venue.as_ref().filter(|_| mode != AttendanceMode::Online);
    let place = venue.map(|venue| {
        let address = json!(venue.address);
        object("Place", vec![("name", json!(venue.name)), ("address", address), ("url", json!(venue.url))])
    });
    let online = details.virtual_location.as_ref().filter(|_| mode != AttendanceMode::InPerson);
    let online = online.map(|place| {
        let is_public = place.visibility == LinkVisibility::Public && status != EventStatus::Cancelled;
        let url = place.join_url.as_ref().filter(|_| is_public);
        object("VirtualLocation", vec![("name", json!(place.platform)), ("url", json!(url))])
    });
    let mut places: Vec<Value> = [place, online].into_iter().flatten().collect();
    if places.len() == 1 { places.remove(0) } else { Value::Array(places) }
}

fn organisations(all: &[Organiser], roles: &[OrganisationRole]) -> Value {
    let named = all.iter().filter(|one| roles.contains(&one.role)).map(|one| {
        let organisation = &one.organisation;
        object("Organization", vec![("name", json!(organisation.name)), ("url", json!(organisation.url))])
    });
    Value::Array(named.collect())
}

/// Everybody who appears at the event or at one of its sessions, once.
fn performers(agenda: &Agenda) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    let mut sessions = Vec::new();
    super::plan::flatten(&agenda.nodes, &mut sessions);
    let of_sessions = sessions.iter().map(|node| Some(node.session.id));
    for session in std::iter::once(None).chain(of_sessions) {
        for one in agenda.standing(session) {
            let performer = performer(&agenda.person(one), one.appearance.speaker_id.is_some());
            if !all.contains(&performer) {
                all.push(performer);
            }
        }
    }
    all
}

fn performer(person: &Person, is_person: bool) -> Value {
    let kind = if is_person { "Person" } else { "Organization" };
    object(kind, vec![("name", json!(person.name)), ("image", json!(person.avatar))])
}

fn session(agenda: &Agenda, node: &Node) -> Value {
    let fields = &node.session.fields;
    let at = |at: Option<chrono::DateTime<chrono::Utc>>| Some(write_instant(at?, agenda.zone()?));
    let people = agenda.standing(Some(node.session.id));
    let people = people.map(|one| performer(&agenda.person(one), one.appearance.speaker_id.is_some()));
    let room = agenda.room_name(fields.room_id).map(|name| object("Place", vec![("name", json!(name))]));
    let name = match &fields.label {
        Some(label) => format!("{label}: {}", fields.title),
        None => fields.title.clone(),
    };
    let members = vec![
        ("name", json!(name)),
        ("description", json!(fields.abstract_text.as_deref().map(|text| to_text(text, DESCRIPTION)))),
        ("startDate", json!(at(node.times.starts_at))),
        ("endDate", json!(at(node.times.ends_at))),
        ("duration", json!(node.times.duration.map(|duration| duration.to_string()))),
        ("location", json!(room)),
        ("inLanguage", json!(fields.language)),
        ("performer", Value::Array(people.collect())),
        ("subEvent", Value::Array(node.sessions.iter().map(|node| session(agenda, node)).collect())),
    ];
    object("Event", members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_element() {
        let value = json!({ "name": "</script><!-- & \u{2028}\u{2029} <b>" });
        let text = embeddable(&value);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
