//! Makes sense of what a reader found: the days and rooms of a programme, and what is said of it as a whole. The sessions are
//! read in [`super::slots`].

use std::collections::HashSet;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Day, Head, Programme, RoomInfo};
use super::raw::{RawDay, RawProgramme, RawRoom};
use super::slots::{Frame, PlacedSlot, read_slots};
use super::{addresses, times};
use crate::sessions::rules::MAX_SESSIONS;
use crate::time::Zone;

/// A programme, with the place of each of its sessions in the file.
#[derive(Debug, Clone, Default)]
pub struct Interpreted {
    /// The programme.
    pub programme: Programme,
    /// Where its sessions stand.
    pub places: Vec<Place>,
}

/// Reads a programme. `zone` is the event's; a file may name its own, which local times in it then mean.
pub fn interpret(raw: &RawProgramme, zone: Option<Zone>, findings: &mut Findings) -> Interpreted {
    if raw.slots.len() > MAX_SESSIONS {
        let detail = format!("The file has {} sessions.", raw.slots.len());
        findings.error(Found::TooLarge, &Place::default(), detail, "An agenda has at most 2,000 sessions.");
        return Interpreted::default();
    }
    let zone = read_zone(raw, findings).or(zone);
    let change = read_day_change(raw);
    let days = read_days(raw, zone, change, findings);
    let mut rooms = read_rooms(raw, findings);
    let slots = read_slots(raw, &Frame { zone, change, days: &days }, &mut rooms, findings);
    let (places, slots) = slots.into_iter().map(|PlacedSlot { place, slot }| (place, slot)).unzip();
    let mut days: Vec<Day> = days.into_iter().flatten().collect();
    days.sort_by_key(|day| day.starts_at);
    days.dedup();
    let (head, speaks_of) = (read_head(raw, findings), raw.speaks_of.clone());
    Interpreted { programme: Programme { head, zone, days, rooms, slots, speaks_of }, places }
}

fn head_text(raw: &RawProgramme, name: &str) -> Option<String> {
    let text = raw.head.get(name).map(|text| text.text.trim()).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

fn read_zone(raw: &RawProgramme, findings: &mut Findings) -> Option<Zone> {
    let name = raw.head.get("time_zone_name").filter(|name| !name.text.trim().is_empty())?;
    match Zone::parse(name.text.trim()) {
        Ok(zone) => Some(zone),
        Err(error) => {
            let hint = "Times without an offset are taken to be in the event's time zone.";
            findings.warn(Found::TimezoneUnknown, &name.place, format!("{error}."), hint);
            None
        }
    }
}

/// How long after midnight a day changes, where the file says it.
fn read_day_change(raw: &RawProgramme) -> TimeDelta {
    let clock = raw.extra.get("day_change").and_then(|text| times::read_clock(text.as_str()?));
    clock.map_or(times::DAY_CHANGE, |clock| clock.signed_duration_since(NaiveTime::MIN))
}

/// The days as they stand in the file; none for one that cannot be read.
fn read_days(raw: &RawProgramme, zone: Option<Zone>, change: TimeDelta, findings: &mut Findings) -> Vec<Option<Day>> {
    let zone = zone.unwrap_or(Zone::UTC);
    raw.days.iter().map(|day| read_day(day, zone, change, findings)).collect()
}

fn read_day(raw: &RawDay, zone: Zone, change: TimeDelta, findings: &mut Findings) -> Option<Day> {
    let mut edge = |text: &str| -> Option<DateTime<Utc>> {
        let read = times::read_instant(text)
            .or_else(|| times::read_local(text).and_then(|local| times::resolve(zone, local)).map(|(at, _)| at));
        if read.is_none() && !text.trim().is_empty() {
            let detail = format!("“{text}” is no time.");
            findings.warn(Found::TimeInvalid, &raw.place, detail, "Write it as 2014-12-27T11:00:00+01:00.");
        }
        read
    };
    let (start, end) = (edge(&raw.start), edge(&raw.end));
    let date = times::read_date(&raw.date).or_else(|| start.map(|at| zone.to_local(at).date()));
    let Some(date) = date else {
        let detail = format!("“{}” is no date.", raw.date);
        findings.warn(Found::TimeInvalid, &raw.place, detail, "Write the day as 2014-12-27.");
        return None;
    };
    let default = times::day_of(date, change, zone);
    match (start, end) {
        (Some(starts_at), Some(ends_at)) if ends_at <= starts_at => {
            let hint = "The day is taken to last until the next.";
            findings.warn(Found::TimeInvalid, &raw.place, "The day ends before it begins.", hint);
            Some(Day { date, starts_at, ends_at: default.ends_at.max(starts_at + TimeDelta::hours(1)) })
        }
        (starts_at, ends_at) => Some(Day {
            date,
            starts_at: starts_at.unwrap_or(default.starts_at),
            ends_at: ends_at.unwrap_or(default.ends_at),
        }),
    }
}

fn read_rooms(raw: &RawProgramme, findings: &mut Findings) -> Vec<RoomInfo> {
    let mut rooms: Vec<RoomInfo> = Vec::new();
    let mut guids: HashSet<&str> = HashSet::new();
    for room in raw.rooms.iter().filter(|room| !room.name.trim().is_empty()) {
        let name = room.name.trim();
        if let Some(known) = rooms.iter_mut().find(|known| known.name == name) {
            known.guid = known.guid.take().or_else(|| room.guid.clone());
            continue;
        }
        let guid = room.guid.as_deref().filter(|guid| !guid.trim().is_empty());
        let is_repeated = guid.is_some_and(|guid| !guids.insert(guid));
        if is_repeated {
            let detail = format!("Another room has the id of “{name}”.");
            findings.warn(Found::GuidRepeated, &room.place, detail, "The rooms are told apart by their names.");
        }
        let guid = guid.filter(|_| !is_repeated).map(str::to_owned);
        rooms.push(read_room(room, guid));
    }
    rooms
}

fn read_room(room: &RawRoom, guid: Option<String>) -> RoomInfo {
    RoomInfo {
        name: room.name.trim().to_owned(),
        guid,
        capacity: room.capacity.and_then(|number| i32::try_from(number).ok()).filter(|number| *number > 0),
        description: room.description.clone().filter(|text| !text.trim().is_empty()),
        extra: room.extra.clone(),
    }
}

fn read_head(raw: &RawProgramme, findings: &mut Findings) -> Head {
    let date = |name: &str| head_text(raw, name).and_then(|text| times::read_date(&text));
    let mut address = |name: &str| {
        let place = raw.head.get(name).map(|text| text.place.clone()).unwrap_or_default();
        head_text(raw, name).filter(|text| addresses::check(text, &place, findings))
    };
    let (base_url, url, logo) = (address("base_url"), address("url"), address("logo"));
    Head {
        title: head_text(raw, "title"),
        acronym: head_text(raw, "acronym"),
        start: date("start"),
        end: date("end"),
        timeslot_seconds: head_text(raw, "timeslot_duration").and_then(|text| times::read_duration(&text)),
        base_url,
        url,
        logo,
        description: head_text(raw, "description"),
        colors: raw.colors.clone(),
        tracks: raw.tracks.clone(),
        extra: raw.extra.clone(),
    }
}
