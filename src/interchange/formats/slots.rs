//! Makes sense of the sessions that a reader found.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found, Place};
use super::super::programme::{Day, Kept, Link, Person, RoomInfo, Slot};
use super::raw::{RawPerson, RawProgramme, RawSlot};
use super::words::{kind_of, language_of, one_line, role_of, without_mark};
use super::{addresses, slot_times};
use crate::time::Zone;

/// The longest text that is kept beside a session, in characters.
const LONGEST: usize = 100_000;
/// The longest id, in characters.
const LONGEST_ID: usize = 200;

/// What the sessions of a file are read against.
pub(super) struct Frame<'a> {
    /// The zone of local times.
    pub zone: Option<Zone>,
    /// How long after midnight a day changes.
    pub change: TimeDelta,
    /// The days as they stand in the file.
    pub days: &'a [Option<Day>],
}

/// A session with its place in the file.
#[derive(Debug, Clone)]
pub struct PlacedSlot {
    /// Where it stands.
    pub place: Place,
    /// The session.
    pub slot: Slot,
}

pub(super) fn read_slots(
    raw: &RawProgramme,
    frame: &Frame<'_>,
    rooms: &mut Vec<RoomInfo>,
    findings: &mut Findings,
) -> Vec<PlacedSlot> {
    let listed: HashSet<String> = rooms.iter().map(|room| room.name.clone()).collect();
    let mut slots: Vec<PlacedSlot> = Vec::with_capacity(raw.slots.len());
    for one in &raw.slots {
        let slot = read_slot(one, frame, findings);
        if let Some(room) = slot.room.as_ref().filter(|name| !rooms.iter().any(|room| room.name == **name)) {
            if raw.lists_rooms && findings.is_first(Found::RoomUnknown, room) && !listed.contains(room) {
                let detail = format!("“{room}” is not in the list of rooms.");
                findings.warn(Found::RoomUnknown, &one.place_of(Column::Room), detail, "It is added as a room.");
            }
            rooms.push(RoomInfo { name: room.clone(), ..RoomInfo::default() });
        }
        slots.push(PlacedSlot { place: one.place.clone(), slot });
    }
    check_keys(&slots, findings);
    if !raw.speaks_of.contains(&Column::Parent) {
        sort_by_time(&mut slots, rooms);
    }
    order_by_parents(slots, findings)
}

fn read_slot(raw: &RawSlot, frame: &Frame<'_>, findings: &mut Findings) -> Slot {
    let line = |column: Column| raw.text(column).map(one_line);
    let (starts_at, seconds) = slot_times::read(raw, frame, findings);
    let mut kept = read_kept(raw, findings);
    let word = line(Column::Language);
    let language = word.as_deref().and_then(language_of);
    if language.is_none()
        && let Some(word) = word.as_deref()
        && findings.is_first(Found::LanguageUnknown, word)
    {
        let hint = "It is kept as it is; write a tag such as en or pt-BR.";
        findings.info(
            Found::LanguageUnknown,
            &raw.place_of(Column::Language),
            format!("“{word}” is no language tag."),
            hint,
        );
    }
    if language.is_some() && language == word {
        kept.texts.remove(&Column::Language);
    }
    Slot {
        guid: line(Column::Guid).filter(|guid| check_length(guid, LONGEST_ID, &raw.place_of(Column::Guid), findings)),
        parent: line(Column::Parent),
        label: line(Column::Label),
        title: line(Column::Title).unwrap_or_default(),
        kind: kind_of(raw.text(Column::Type).unwrap_or("talk")),
        abstract_text: long_text(raw, Column::Abstract),
        questions: long_text(raw, Column::Questions).map(|text| super::lists::split(&text, '\n')).unwrap_or_default(),
        starts_at,
        seconds,
        room: read_room(raw, findings),
        track: line(Column::Track),
        language,
        persons: raw.persons.iter().filter_map(|person| read_person(person, &raw.place, findings)).collect(),
        kept,
        holds_others: false,
    }
}

/// A text of several lines, as it came.
fn long_text(raw: &RawSlot, column: Column) -> Option<String> {
    raw.texts.get(&column).filter(|text| !text.trim().is_empty()).cloned()
}

fn read_room(raw: &RawSlot, findings: &mut Findings) -> Option<String> {
    let own = raw.text(Column::Room).map(one_line);
    let under = raw.under_room.as_deref().map(one_line).filter(|name| !name.is_empty());
    if let (Some(own), Some(under)) = (&own, &under)
        && own != under
    {
        let detail = format!("It stands under “{under}” and names “{own}”.");
        let hint = "It is taken to be in the room under which it stands.";
        findings.warn(Found::RoomMismatch, &raw.place_of(Column::Room), detail, hint);
    }
    under.or(own)
}

fn read_kept(raw: &RawSlot, findings: &mut Findings) -> Kept {
    let mut texts = BTreeMap::new();
    for column in Column::KEPT {
        let text = match column {
            Column::Description => long_text(raw, column),
            Column::Optout => raw.text(column).map(|text| is_yes(text).to_string()),
            _ => raw.text(column).map(one_line),
        };
        let Some(text) = text else { continue };
        let place = raw.place_of(column);
        let is_fit = if column.is_address() {
            addresses::check(&text, &place, findings)
        } else {
            check_length(&text, LONGEST, &place, findings)
        };
        if is_fit {
            texts.insert(column, text);
        }
    }
    let mut links = |links: &[Link], name: &str| -> Vec<Link> {
        let place = raw.place.member(name);
        let plain = |link: &Link| Link {
            href: link.href.trim().to_owned(),
            title: link.title.as_deref().map(one_line).filter(|title| !title.is_empty()),
            ..link.clone()
        };
        links.iter().map(plain).filter(|link| addresses::check(&link.href, &place, findings)).collect()
    };
    let (pages, files) = (links(&raw.links, "links"), links(&raw.attachments, "attachments"));
    Kept { texts, links: pages, attachments: files, extra: raw.extra.clone() }
}

fn is_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes")
}

fn check_length(text: &str, most: usize, place: &Place, findings: &mut Findings) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let detail = if text.chars().count() > most {
        format!("A text has more than {most} characters.")
    } else if text.chars().any(is_control) {
        "A text has control characters.".to_owned()
    } else {
        return true;
    };
    findings.error(Found::TextInvalid, place, detail, "Mend the text in the file.");
    false
}

fn read_person(raw: &RawPerson, place: &Place, findings: &mut Findings) -> Option<Person> {
    let (name, is_tbc) = without_mark(&raw.name);
    if name.is_empty() {
        findings.warn(Found::FieldRequired, place, "A person has no name.", "The person is left out.");
        return None;
    }
    let role = raw.role.as_deref().map(str::trim).filter(|word| !word.is_empty());
    if let Some(word) = role.filter(|word| role_of(word).is_none()) {
        let detail = format!("“{word}” is no part that somebody can have.");
        findings.warn(
            Found::TextInvalid,
            place,
            detail,
            "Write speaker, moderator, chair, panelist or another of ours.",
        );
    }
    let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let mut ids = raw.ids.clone();
    for id in [&mut ids.guid, &mut ids.id, &mut ids.code] {
        *id = id.take().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty() && id.chars().count() <= LONGEST_ID);
    }
    let avatar = some(&raw.avatar).filter(|text| addresses::is_fit(text));
    let role = role.and_then(role_of);
    Some(Person { name, ids, is_tbc, role, biography: some(&raw.biography), avatar, about: None })
}

fn check_keys(slots: &[PlacedSlot], findings: &mut Findings) {
    let mut seen = HashSet::new();
    for one in slots {
        if let Some(key) = one.slot.key().filter(|key| !seen.insert(key.clone())) {
            let detail = format!("“{}” has the id {key}, and so has another session.", one.slot.title);
            findings.error(Found::GuidRepeated, &one.place, detail, "Give each session an id of its own, or none.");
        }
    }
}

/// By the start, and at one start by the order of the rooms. What has no start stays at its end.
fn sort_by_time(slots: &mut [PlacedSlot], rooms: &[RoomInfo]) {
    let places: HashMap<&str, usize> = rooms.iter().map(|room| room.name.as_str()).zip(0..).collect();
    let place = |slot: &Slot| slot.room.as_deref().and_then(|room| places.get(room).copied());
    slots.sort_by_key(|one| {
        let starts_at = one.slot.starts_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        (starts_at, place(&one.slot))
    });
}

/// Puts what contains others before them, and finds what contains itself.
fn order_by_parents(slots: Vec<PlacedSlot>, findings: &mut Findings) -> Vec<PlacedSlot> {
    let known: HashSet<String> = slots.iter().filter_map(|one| one.slot.guid.clone()).collect();
    let mut inside: HashMap<Option<String>, Vec<PlacedSlot>> = HashMap::new();
    for mut one in slots {
        let parent = one.slot.parent.take();
        if let Some(unknown) = parent.as_ref().filter(|parent| !known.contains(*parent)) {
            let detail = format!("No session of the file has the id {unknown}, which is to contain this one.");
            findings.error(Found::ParentUnknown, &one.place, detail, "Name a session of this file, or none.");
        }
        let parent = parent.filter(|parent| known.contains(parent));
        one.slot.parent.clone_from(&parent);
        inside.entry(parent).or_default().push(one);
    }
    let mut ordered = Vec::new();
    let mut waiting: Vec<PlacedSlot> = inside.remove(&None).unwrap_or_default();
    waiting.reverse();
    while let Some(mut one) = waiting.pop() {
        let own = one.slot.guid.clone().and_then(|guid| inside.remove(&Some(guid))).unwrap_or_default();
        one.slot.holds_others = !own.is_empty();
        ordered.push(one);
        waiting.extend(own.into_iter().rev());
    }
    for one in inside.into_values().flatten() {
        let detail = format!("“{}” contains itself.", one.slot.title);
        findings.error(Found::ParentUnknown, &one.place, detail, "Leave the parent empty.");
    }
    ordered
}
