//! What is known of an event, read in a fixed number of queries, and the programme that it makes.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::columns::Column;
use super::formats::{DAY_CHANGE, date_of, day_of, kind_of, language_of};
use super::model::{ProgrammeDetails, SessionSource};
use super::programme::{Day, Head, Kept, Person, PersonIds, Programme, RoomInfo, Slot, Track};
use super::store;
use crate::accounts::{self, LinkTemplates};
use crate::db::{Conn, DbResult, search};
use crate::events::store::Organiser;
use crate::events::{self, Event, Series, SessionId, Visibility};
use crate::sessions::rules::{Node, build_tree};
use crate::sessions::{self, Room, RoomId};
use crate::speakers::store::{AppearanceWith, appearances_of_event};
use crate::time::{When, Zone};

/// An event with its agenda and where that came from.
#[derive(Debug, Clone)]
pub struct Agenda {
    /// The event.
    pub event: Event,
    /// When it is.
    pub when: When,
    /// Its series, where everybody may see it.
    pub series: Option<Series>,
    /// Its organisations, in their order; those of its series where it has none of its own.
    pub organisers: Vec<Organiser>,
    /// Its sessions.
    pub nodes: Vec<Node>,
    /// Its rooms, in their order.
    pub rooms: Vec<Room>,
    /// Everybody who appears, also who declined or withdrew, by session and position.
    pub appearances: HashMap<Option<SessionId>, Vec<AppearanceWith>>,
    /// Where its sessions came from.
    pub sources: HashMap<SessionId, SessionSource>,
    /// What a source said of it as a whole.
    pub details: ProgrammeDetails,
    /// The addresses of its workspace's own frontend.
    pub links: LinkTemplates,
}

impl Agenda {
    /// Reads it.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(conn: &mut Conn, event: Event) -> DbResult<Self> {
        let series = match event.series_id {
            Some(id) => events::store::find_series(conn, id)?,
            None => None,
        };
        let mut organisers = events::store::event_organisers(conn, event.id)?;
        if organisers.is_empty()
            && let Some(series) = &series
        {
            organisers = events::store::series_organisers(conn, series.id)?;
        }
        let mut appearances: HashMap<Option<SessionId>, Vec<AppearanceWith>> = HashMap::new();
        for one in appearances_of_event(conn, event.id)? {
            appearances.entry(one.appearance.session_id).or_default().push(one);
        }
        let links = accounts::store::get_workspace(conn, event.workspace_id)?.links.0;
        Ok(Self {
            when: event.when()?,
            series: series.filter(|series| series.visibility != Visibility::Draft),
            organisers,
            nodes: build_tree(sessions::store::sessions_of_event(conn, event.id)?),
            rooms: sessions::store::rooms_of_event(conn, event.id)?,
            appearances,
            sources: store::session_sources(conn, event.id)?,
            details: store::programme_details(conn, event.id)?,
            links,
            event,
        })
    }

    /// The zone of its times.
    pub fn zone(&self) -> Option<Zone> {
        self.when.zone()
    }

    /// Who stands on the programme of a session, or of the event as a whole.
    pub fn standing(&self, session: Option<SessionId>) -> impl Iterator<Item = &AppearanceWith> {
        let all = self.appearances.get(&session).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|one| one.appearance.status.stands())
    }

    /// The name of a room.
    pub fn room_name(&self, id: Option<RoomId>) -> Option<&str> {
        let room = self.rooms.iter().find(|room| Some(room.id) == id)?;
        Some(room.name.as_str())
    }

    /// When anything that is written of it was last changed.
    pub fn modified_at(&self) -> DateTime<Utc> {
        let organisers = self.organisers.iter().map(|one| one.organisation.updated_at.0);
        let series = self.series.iter().map(|series| series.updated_at.0);
        organisers.chain(series).fold(self.event.updated_at.0, DateTime::max)
    }

    /// The programme, for staff or for everybody. What nobody knows the meaning of is for staff alone.
    pub fn programme(&self, is_staff: bool) -> Programme {
        let mut slots = Vec::new();
        self.add_slots(&self.nodes, None, &mut slots);
        let days = self.days(&slots);
        let mut programme = Programme {
            head: self.head(&slots),
            zone: self.zone(),
            days,
            rooms: self.rooms.iter().map(|room| self.room(room)).collect(),
            slots,
            speaks_of: Column::ALL.iter().copied().collect::<BTreeSet<_>>(),
        };
        if !is_staff {
            programme.head.extra.clear();
            programme.head.tracks.iter_mut().for_each(|track| track.extra.clear());
            programme.rooms.iter_mut().for_each(|room| room.extra.clear());
            programme.slots.iter_mut().for_each(|slot| slot.kept.extra.clear());
        }
        programme
    }

    fn room(&self, room: &Room) -> RoomInfo {
        let source = self.details.rooms.get(&room.id.to_string()).cloned().unwrap_or_default();
        RoomInfo {
            name: room.name.clone(),
            guid: source.guid,
            capacity: room.capacity,
            description: source.description,
            extra: source.extra,
        }
    }

    fn add_slots(&self, nodes: &[Node], parent: Option<&str>, slots: &mut Vec<Slot>) {
        for node in nodes {
            let slot = self.slot(node, parent);
            let guid = slot.guid.clone();
            slots.push(slot);
            self.add_slots(&node.sessions, guid.as_deref(), slots);
        }
    }

    /// A session as every format has it.
    pub fn slot(&self, node: &Node, parent: Option<&str>) -> Slot {
        let (session, fields, times) = (&node.session, &node.session.fields, &node.times);
        let source = self.sources.get(&session.id).map(|source| source.details.0.clone()).unwrap_or_default();
        let own_times = Some(times).filter(|times| !times.is_derived);
        Slot {
            guid: Some(source.guid.unwrap_or_else(|| session.id.to_string())),
            parent: parent.map(str::to_owned),
            label: fields.label.clone(),
            title: fields.title.clone(),
            kind: fields.kind,
            abstract_text: fields.abstract_text.clone(),
            questions: fields.guiding_questions.0.clone(),
            starts_at: own_times.and_then(|times| times.starts_at),
            seconds: own_times.and_then(|times| times.duration).map(|duration| duration.as_delta().num_seconds()),
            room: self.room_name(fields.room_id).map(str::to_owned),
            track: fields.track.clone(),
            language: fields.language.clone(),
            persons: self.persons(session.id),
            kept: still_true(source.kept, node),
            holds_others: !node.sessions.is_empty(),
        }
    }

    /// Everybody once, however many parts they have.
    fn persons(&self, session: SessionId) -> Vec<Person> {
        let mut seen = BTreeSet::new();
        let first = self
            .standing(Some(session))
            .filter(|one| one.appearance.speaker_id.is_none_or(|speaker| seen.insert(speaker)));
        first.map(|one| self.person(one)).collect()
    }

    /// A person as files name them.
    pub fn person(&self, one: &AppearanceWith) -> Person {
        let appearance = &one.appearance;
        let ids = match (appearance.speaker_id, appearance.organisation_id) {
            (Some(speaker), _) => {
                let own = || PersonIds { guid: Some(speaker.to_string()), ..PersonIds::default() };
                self.details.persons.get(&speaker.to_string()).cloned().unwrap_or_else(own)
            }
            (None, Some(organisation)) if appearance.label.is_none() => {
                PersonIds { guid: Some(organisation.to_string()), ..PersonIds::default() }
            }
            _ => PersonIds::default(),
        };
        let about: Vec<&str> =
            [&appearance.job_title, &appearance.affiliation].into_iter().flatten().map(String::as_str).collect();
        Person {
            name: one.display_name().to_owned(),
            ids,
            is_tbc: appearance.status != crate::speakers::AppearanceStatus::Confirmed,
            role: Some(appearance.role),
            biography: one.speaker.as_ref().and_then(|speaker| speaker.bio.clone()),
            avatar: one.speaker.as_ref().and_then(|speaker| speaker.photo_url.clone()),
            about: (!about.is_empty()).then(|| about.join(", ")),
        }
    }

    /// The first and the last day of the event, where they are known.
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        if let Some(start) = self.when.local_start() {
            let end = self.when.local_end().map_or(start, |end| end - TimeDelta::seconds(1));
            return Some((start.date(), end.date().max(start.date())));
        }
        let (first, until) = self.when.dates()?;
        Some((first, until.checked_sub_days(Days::new(1)).unwrap_or(first)))
    }

    fn head(&self, slots: &[Slot]) -> Head {
        let kept = &self.details.head;
        let is_new = self.details == ProgrammeDetails::default();
        let (start, end) = self.bounds(kept).unzip();
        let used = || {
            let names: BTreeSet<&str> = slots.iter().filter_map(|slot| slot.track.as_deref()).collect();
            names.into_iter().map(|name| Track { name: name.to_owned(), ..Track::default() }).collect()
        };
        Head {
            title: Some(self.event.details.0.title.clone()),
            acronym: Some(kept.acronym.clone().unwrap_or_else(|| acronym(&self.event.details.0.title))),
            start,
            end,
            timeslot_seconds: Some(kept.timeslot_seconds.unwrap_or(300)),
            tracks: if is_new { used() } else { kept.tracks.clone() },
            ..kept.clone()
        }
    }

    /// The days of the event; those that a source gave where they are about the same, for some count the last night.
    fn bounds(&self, kept: &Head) -> Option<(NaiveDate, NaiveDate)> {
        let stated = kept.start.zip(kept.end);
        let Some((first, last)) = self.dates() else { return stated };
        let is_near = |one: NaiveDate, other: NaiveDate| (one - other).num_days().abs() <= 1;
        Some(stated.filter(|(start, end)| is_near(*start, first) && is_near(*end, last)).unwrap_or((first, last)))
    }

    /// The days that a source gave, as long as anything takes place on one of them, and a day for whatever lies outside.
    fn days(&self, slots: &[Slot]) -> Vec<Day> {
        let Some(zone) = self.zone() else { return Vec::new() };
        let starts = || slots.iter().filter_map(|slot| slot.starts_at);
        let stated = &self.details.days;
        let is_used = starts().any(|at| stated.iter().any(|day| day.holds(at)));
        let mut days = if is_used { stated.clone() } else { Vec::new() };
        for at in starts() {
            if !days.iter().any(|day| day.holds(at)) {
                make_room(&mut days, day_of(date_of(at, DAY_CHANGE, zone), DAY_CHANGE, zone), at);
            }
        }
        days.sort_by_key(|day| day.starts_at);
        days
    }
}

/// Makes `at` belong to a day: the one of that date becomes longer, or a new one lies between those that are there.
fn make_room(days: &mut Vec<Day>, mut day: Day, at: DateTime<Utc>) {
    for other in days.iter().filter(|other| other.date != day.date) {
        if other.ends_at <= at {
            day.starts_at = day.starts_at.max(other.ends_at);
        } else if other.starts_at > at {
            day.ends_at = day.ends_at.min(other.starts_at);
        }
    }
    match days.iter_mut().find(|other| other.date == day.date) {
        Some(other) => {
            other.starts_at = other.starts_at.min(day.starts_at);
            other.ends_at = other.ends_at.max(day.ends_at);
        }
        None => days.push(day),
    }
}

/// What was kept, but for words that our own columns no longer agree with.
fn still_true(mut kept: Kept, node: &Node) -> Kept {
    let fields = &node.session.fields;
    if kept.texts.get(&Column::Type).is_some_and(|word| kind_of(word) != fields.kind) {
        kept.texts.remove(&Column::Type);
    }
    if kept.texts.get(&Column::Language).is_some_and(|word| language_of(word) != fields.language) {
        kept.texts.remove(&Column::Language);
    }
    kept
}

/// A short name for programs: small letters, digits and hyphens.
pub fn acronym(title: &str) -> String {
    let normal = search::normalise(title);
    let words = normal.split(' ').filter(|word| word.is_ascii() && !word.is_empty());
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > 40 {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(word);
    }
    if name.len() < 4 { format!("{name}-event").trim_start_matches('-').to_owned() } else { name }
}

#[cfg(test)]
#[path = "agenda_tests.rs"]
mod tests;
