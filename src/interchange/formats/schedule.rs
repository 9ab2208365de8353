//! What `schedule.xml` and `schedule.json` have in common when they are written: which sessions stand under which day and
//! room, and the numbers that both want.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::columns::Column;
use super::super::programme::{Day, Programme, Slot};
use super::times;
use crate::time::Zone;

/// A programme to write.
#[derive(Debug, Clone)]
pub struct Published<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Which version of it.
    pub version: String,
    /// Where this file is fetched.
    pub url: String,
}

/// A session to write, with what is filled in.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The session.
    pub slot: &'a Slot,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// Its number.
    pub number: Cow<'a, str>,
    /// The room: its own, or that of what contains it.
    pub room: &'a str,
    /// The track: its own, or that of what contains it.
    pub track: &'a str,
}

/// A day with its sessions by room, both in their order.
#[derive(Debug, Clone)]
pub struct DayEntries<'a> {
    /// The day.
    pub day: Day,
    /// The rooms in which something takes place, with what does.
    pub rooms: Vec<(&'a str, Vec<Entry<'a>>)>,
}

/// The sessions that a schedule holds: those that have a time of their own.
pub fn days<'a>(programme: &'a Programme) -> Vec<DayEntries<'a>> {
    let numbers = numbers(programme);
    let by_guid: HashMap<&str, &Slot> =
        programme.slots.iter().filter_map(|slot| Some((slot.guid.as_deref()?, slot))).collect();
    let mut days: Vec<DayEntries<'a>> =
        programme.days.iter().map(|day| DayEntries { day: *day, rooms: Vec::new() }).collect();
    for (slot, number) in programme.slots.iter().zip(numbers) {
        let Some(starts_at) = slot.starts_at else { continue };
        let parent = slot.parent.as_deref().and_then(|guid| by_guid.get(guid).copied());
        let inherited = |own: fn(&Slot) -> Option<&str>| own(slot).or_else(|| own(parent?)).unwrap_or_default();
        let (room, track) = (inherited(|slot| slot.room.as_deref()), inherited(|slot| slot.track.as_deref()));
        let Some(day) = days.iter_mut().find(|day| day.day.holds(starts_at)) else { continue };
        let entry = Entry { slot, starts_at, number, room, track };
        match day.rooms.iter_mut().find(|(name, _)| *name == room) {
            Some((_, entries)) => entries.push(entry),
            None => day.rooms.push((room, vec![entry])),
        }
    }
    let places: HashMap<&str, usize> = programme.rooms.iter().map(|room| room.name.as_str()).zip(0..).collect();
    for day in &mut days {
        day.rooms.sort_by_key(|(name, _)| places.get(name).copied().unwrap_or(usize::MAX));
        for (_, entries) in &mut day.rooms {
            entries.sort_by_key(|entry| entry.starts_at);
        }
    }
    days
}

/// The zone of a schedule's times.
pub fn zone(programme: &Programme) -> Zone {
    programme.zone.unwrap_or(Zone::UTC)
}

/// The number of a session that has none: made of its id, so that it stays.
pub fn number_of(id: Uuid) -> u64 {
    // The last bits of an id are drawn at random; the first are the time, which near ones share.
    let (_, low) = id.as_u64_pair();
    (low & 0x3fff_ffff) + 1
}

/// A number for each session, its own or one that no other has.
fn numbers(programme: &Programme) -> Vec<Cow<'_, str>> {
    let is_number = |text: &str| text.parse::<u64>().is_ok_and(|number| number > 0);
    let own = |slot: &'_ Slot| -> bool { slot.text(Column::Id).is_some_and(is_number) };
    let mut taken: HashSet<u64> =
        programme.slots.iter().filter_map(|slot| slot.text(Column::Id)?.parse().ok()).collect();
    let mut numbers = Vec::with_capacity(programme.slots.len());
    for slot in &programme.slots {
        if own(slot) {
            numbers.push(Cow::Borrowed(slot.text(Column::Id).unwrap_or_default()));
            continue;
        }
        let id = slot.guid.as_deref().and_then(|guid| Uuid::parse_str(guid).ok());
        let mut number = id.map_or(1, number_of);
        while !taken.insert(number) {
            number += 1;
        }
        numbers.push(Cow::Owned(number.to_string()));
    }
    numbers
}

/// How long it takes, as it is written: nothing is said by zero.
pub fn duration(slot: &Slot) -> String {
    times::write_duration(slot.seconds.unwrap_or(0))
}

/// Its kind in the words of its source, or in ours.
pub fn kind(slot: &Slot) -> &str {
    slot.text(Column::Type).unwrap_or_else(|| slot.kind.as_str())
}

/// Its language in the words of its source, or in ours.
pub fn language(slot: &Slot) -> &str {
    slot.text(Column::Language).or(slot.language.as_deref()).unwrap_or_default()
}
