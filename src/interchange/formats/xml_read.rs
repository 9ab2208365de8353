//! Reads `schedule.xml`, as frab, pentabarf and pretalx write it.

use serde_json::{Value, json};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Link, PersonIds, Track};
use super::raw::{RawDay, RawPerson, RawProgramme, RawRoom, RawSlot, Text};
use super::xml_tree::{Element, parse};

/// What is said of a programme as a whole.
const HEAD: [&str; 10] = [
    "title",
    "acronym",
    "start",
    "end",
    "timeslot_duration",
    "base_url",
    "url",
    "logo",
    "time_zone_name",
    "description",
];

/// Reads a file; none where it is no schedule.
pub fn read(text: &str, findings: &mut Findings) -> Option<RawProgramme> {
    let root = match parse(text) {
        Ok(root) => root,
        Err(fault) => {
            findings.error(
                fault.code,
                &Place::line(fault.line),
                fault.detail,
                "Send a well-formed schedule.xml in UTF-8.",
            );
            return None;
        }
    };
    let conference = root.all("conference").next();
    let Some(conference) = conference.filter(|_| root.name == "schedule") else {
        let detail = format!("“{}” is no schedule with a conference in it.", root.name);
        findings.error(
            Found::Malformed,
            &Place::line(root.line),
            detail,
            "See https://c3voc.de/wiki/schedule for the format.",
        );
        return None;
    };
    let mut raw = RawProgramme { speaks_of: Column::of_schedules().collect(), ..RawProgramme::default() };
    read_conference(conference, &mut raw, findings);
    for day in root.all("day") {
        read_day(day, &mut raw, findings);
    }
    Some(raw)
}

fn read_conference(conference: &Element, raw: &mut RawProgramme, findings: &mut Findings) {
    for child in &conference.children {
        let name = child.name.as_str();
        if let Some(known) = HEAD.iter().copied().find(|known| *known == name) {
            raw.head.insert(known, Text { text: child.text.clone(), place: Place::line(child.line) });
        } else if name == "color" {
            raw.colors.extend(child.attributes.iter().map(|(name, value)| (name.clone(), json!(value))));
        } else if name == "track" {
            raw.tracks.push(read_track(child));
        } else if name != "days" {
            keep(child, &mut raw.extra, findings);
        }
    }
}

fn read_track(track: &Element) -> Track {
    let own = |name: &str| track.attribute(name).map(str::to_owned);
    let name = own("name").unwrap_or_else(|| track.text.trim().to_owned());
    Track { name, slug: own("slug"), color: own("color"), ..Track::default() }
}

/// Keeps an element that is not known here, where it is a text.
fn keep(element: &Element, extra: &mut serde_json::Map<String, Value>, findings: &mut Findings) {
    let name = &element.name;
    if element.children.is_empty() && element.attributes.is_empty() {
        if !element.text.trim().is_empty() {
            extra.insert(name.clone(), json!(element.text));
        }
    } else if findings.is_first(Found::NotKept, name) {
        let detail = format!("The element “{name}” is not known here.");
        findings.warn(Found::NotKept, &Place::line(element.line), detail, "It is left out, wherever it stands.");
    }
}

fn read_day(day: &Element, raw: &mut RawProgramme, findings: &mut Findings) {
    let own = |name: &str| day.attribute(name).unwrap_or_default().to_owned();
    let place = Place::line(day.line);
    raw.days.push(RawDay { place, date: own("date"), start: own("start"), end: own("end") });
    let index = raw.days.len().saturating_sub(1);
    for room in day.all("room") {
        let name = room.attribute("name").unwrap_or_default().to_owned();
        let guid = room.attribute("guid").map(str::to_owned);
        raw.rooms.push(RawRoom { place: Place::line(room.line), name: name.clone(), guid, ..RawRoom::default() });
        for event in room.all("event") {
            raw.slots.push(read_event(event, index, &name, findings));
        }
    }
}

fn read_event(event: &Element, day: usize, room: &str, findings: &mut Findings) -> RawSlot {
    let mut slot = RawSlot {
        place: Place::line(event.line),
        day: Some(day),
        under_room: Some(room.to_owned()),
        ..RawSlot::default()
    };
    for (column, name) in [(Column::Guid, "guid"), (Column::Id, "id"), (Column::Code, "code")] {
        if let Some(value) = event.attribute(name) {
            slot.texts.insert(column, value.to_owned());
        }
    }
    for child in &event.children {
        match child.name.as_str() {
            "recording" => read_recording(child, &mut slot),
            "persons" => slot.persons.extend(child.all("person").map(read_person)),
            "links" => slot.links.extend(child.all("link").filter_map(read_link)),
            "attachments" => slot.attachments.extend(child.all("attachment").filter_map(read_link)),
            name => match Column::of_element(name) {
                Some(column) => drop(slot.texts.insert(column, child.text.clone())),
                None => keep(child, &mut slot.extra, findings),
            },
        }
    }
    slot
}

fn read_recording(recording: &Element, slot: &mut RawSlot) {
    for (column, name) in [
        (Column::Licence, "license"),
        (Column::Optout, "optout"),
        (Column::RecordingUrl, "url"),
        (Column::RecordingLink, "link"),
    ] {
        if let Some(child) = recording.all(name).next() {
            slot.texts.insert(column, child.text.clone());
        }
    }
}

fn read_person(person: &Element) -> RawPerson {
    let own = |name: &str| person.attribute(name).map(str::to_owned);
    let ids = PersonIds { guid: own("guid"), id: own("id"), code: own("code") };
    RawPerson { name: person.text.clone(), ids, ..RawPerson::default() }
}

/// A link; some write the address as the text.
fn read_link(link: &Element) -> Option<Link> {
    let own = |name: &str| link.attribute(name).map(str::to_owned);
    let text = Some(link.text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let (href, title) = match own("href") {
        Some(href) => (href, text),
        None => (text?, None),
    };
    Some(Link { href, title, kind: own("type"), service: own("service") })
}
