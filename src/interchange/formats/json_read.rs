//! Reads `schedule.json`, as frab and pretalx write it.

use serde_json::{Map, Value};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Link, PersonIds, Track};
use super::raw::{RawDay, RawPerson, RawProgramme, RawRoom, RawSlot, Text};

/// What is said of a programme as a whole.
const HEAD: [&str; 9] =
    ["title", "acronym", "start", "end", "timeslot_duration", "url", "logo", "time_zone_name", "description"];
/// What follows from the rest, or stands elsewhere.
const DERIVED: [&str; 6] = ["daysCount", "days", "rooms", "tracks", "colors", "base_url"];

/// Reads a file; none where it is no schedule.
pub fn read(text: &str, findings: &mut Findings) -> Option<RawProgramme> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let place = Place::line(u64::try_from(error.line()).unwrap_or(1));
            findings.error(Found::Malformed, &place, format!("{error}."), "Send valid JSON in UTF-8.");
            return None;
        }
    };
    let at = "/schedule/conference";
    let Some(conference) = value.pointer(at).and_then(Value::as_object) else {
        let detail = "There is no object with a `schedule` and a `conference` in it.";
        findings.error(
            Found::Malformed,
            &Place::pointer(at),
            detail,
            "See https://c3voc.de/wiki/schedule for the format.",
        );
        return None;
    };
    let mut raw = RawProgramme { speaks_of: Column::of_schedules().collect(), ..RawProgramme::default() };
    let base = value.pointer("/schedule/base_url").or_else(|| conference.get("base_url")).and_then(text_of);
    if let Some(text) = base {
        raw.head.insert("base_url", Text { text, place: Place::pointer("/schedule/base_url") });
    }
    read_conference(conference, at, &mut raw);
    let days = conference.get("days").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, day) in days.iter().enumerate() {
        read_day(day, index, &mut raw, findings);
    }
    Some(raw)
}

/// A text, or a number or truth value as one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_said(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The members that none of these names, where they say something.
fn rest(object: &Map<String, Value>, known: impl Fn(&str) -> bool) -> Map<String, Value> {
    let others = object.iter().filter(|(name, value)| !known(name) && is_said(value));
    others.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn read_conference(conference: &Map<String, Value>, at: &str, raw: &mut RawProgramme) {
    for name in HEAD {
        if let Some(text) = conference.get(name).and_then(text_of) {
            raw.head.insert(name, Text { text, place: Place::pointer(format!("{at}/{name}")) });
        }
    }
    if let Some(Value::Object(colors)) = conference.get("colors") {
        raw.colors.clone_from(colors);
    }
    let list = |name: &str| conference.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    raw.tracks = list("tracks").iter().filter_map(read_track).collect();
    raw.rooms = list("rooms").iter().enumerate().filter_map(|(index, room)| read_room(room, index)).collect();
    raw.lists_rooms = !raw.rooms.is_empty();
    raw.extra = rest(conference, |name| {
        let is_text = conference.get(name).is_some_and(|value| text_of(value).is_some());
        (HEAD.contains(&name) && is_text) || DERIVED.contains(&name)
    });
}

fn read_track(track: &Value) -> Option<Track> {
    let object = track.as_object()?;
    let own = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let extra = rest(object, |name| matches!(name, "name" | "slug" | "color"));
    Some(Track { name: own("name")?, slug: own("slug"), color: own("color"), extra })
}

fn read_room(room: &Value, index: usize) -> Option<RawRoom> {
    let object = room.as_object()?;
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_plain = |name: &str| object.get(name).is_none_or(|value| value.is_string() || value.is_null());
    Some(RawRoom {
        place: Place::pointer(format!("/schedule/conference/rooms/{index}")),
        name: text("name")?,
        guid: text("guid"),
        capacity: object.get("capacity").and_then(Value::as_i64),
        description: text("description"),
        extra: rest(object, |name| {
            matches!(name, "name" | "guid" | "capacity") || (name == "description" && is_plain(name))
        }),
    })
}

fn read_day(day: &Value, index: usize, raw: &mut RawProgramme, findings: &mut Findings) {
    let at = format!("/schedule/conference/days/{index}");
    let own = |names: [&str; 2]| names.iter().find_map(|name| day.get(*name).and_then(text_of)).unwrap_or_default();
    let (date, start, end) = (own(["date", "date"]), own(["day_start", "start"]), own(["day_end", "end"]));
    raw.days.push(RawDay { place: Place::pointer(at.clone()), date, start, end });
    let Some(rooms) = day.get("rooms").and_then(Value::as_object) else {
        let detail = "The day has no object of rooms.";
        findings.warn(
            Found::FieldRequired,
            &Place::pointer(format!("{at}/rooms")),
            detail,
            "Nothing of it is imported.",
        );
        return;
    };
    for (name, events) in rooms {
        let at = format!("{at}/rooms/{}", name.replace('~', "~0").replace('/', "~1"));
        if !raw.rooms.iter().any(|room| room.name.trim() == name.trim()) && !raw.lists_rooms {
            let place = Place::pointer(at.clone());
            raw.rooms.push(RawRoom { place, name: name.clone(), ..RawRoom::default() });
        }
        for (number, event) in events.as_array().into_iter().flatten().enumerate() {
            let place = Place::pointer(format!("{at}/{number}"));
            match event.as_object() {
                Some(event) => raw.slots.push(read_event(event, place, (index, name), findings)),
                None => findings.error(Found::Malformed, &place, "A session is no object.", "Write an object."),
            }
        }
    }
}

fn read_event(
    event: &Map<String, Value>,
    place: Place,
    (day, room): (usize, &str),
    findings: &mut Findings,
) -> RawSlot {
    let mut slot = RawSlot { day: Some(day), under_room: Some(room.to_owned()), ..RawSlot::default() };
    for (name, value) in event.iter().filter(|(_, value)| is_said(value)) {
        match (name.as_str(), Column::of_member(name)) {
            ("persons", _) => slot.persons = objects(value).map(|one| read_person(one, &place, findings)).collect(),
            ("links", _) => slot.links = values(value).filter_map(read_link).collect(),
            ("attachments", _) => slot.attachments = values(value).filter_map(read_link).collect(),
            (_, None) => drop(slot.extra.insert(name.clone(), value.clone())),
            (_, Some(column)) => {
                if let Some(text) = text_of(value) {
                    slot.texts.insert(column, text);
                } else {
                    let detail = format!("`{name}` is no text.");
                    findings.error(Found::TextInvalid, &place.member(name), detail, "Write a text.");
                }
            }
        }
    }
    slot.place = place;
    slot
}

fn values(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn objects(value: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    values(value).filter_map(Value::as_object)
}

/// A person. What is not known of them here is private as far as we can tell, and left out.
fn read_person(person: &Map<String, Value>, place: &Place, findings: &mut Findings) -> RawPerson {
    const KNOWN: [&str; 12] = [
        "public_name",
        "full_public_name",
        "name",
        "guid",
        "id",
        "code",
        "biography",
        "abstract",
        "description",
        "avatar",
        "type",
        "url",
    ];
    for (name, value) in person {
        if !KNOWN.contains(&name.as_str()) && is_said(value) && findings.is_first(Found::NotKept, name) {
            let detail = format!("`{name}` of persons is not known here.");
            findings.info(Found::NotKept, &place.member("persons"), detail, "It is left out: it may be private.");
        }
    }
    let own = |name: &str| person.get(name).and_then(text_of).filter(|text| !text.trim().is_empty());
    let name = own("public_name").or_else(|| own("name")).or_else(|| own("full_public_name"));
    RawPerson {
        name: name.unwrap_or_default(),
        ids: PersonIds { guid: own("guid"), id: own("id"), code: own("code") },
        role: None,
        biography: own("biography").or_else(|| own("description")).or_else(|| own("abstract")),
        avatar: own("avatar"),
    }
}

/// A link, as an address or as an object.
fn read_link(link: &Value) -> Option<Link> {
    if let Value::String(href) = link {
        return Some(Link { href: href.clone(), ..Link::default() });
    }
    let own = |name: &str| link.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Link {
        href: own("url").or_else(|| own("href"))?,
        title: own("title").or_else(|| own("name")),
        kind: own("type"),
        service: own("service"),
    })
}
