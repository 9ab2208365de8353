//! Writes `schedule.json`.

use serde_json::{Map, Value, json};

use super::super::columns::Column;
use super::super::programme::{Link, Person, RoomInfo, Track};
use super::schedule::{self, DayEntries, Entry, Published};
use super::times;
use crate::time::Zone;

/// Members in their order; what says nothing is left out.
struct Object(Map<String, Value>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// What else is known; it hides nothing that is.
    fn and(mut self, extra: &Map<String, Value>) -> Self {
        for (name, value) in extra {
            self.0.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// The file.
pub fn write(published: &Published<'_>) -> String {
    let head = &published.programme.head;
    let schedule = Object::new()
        .with("url", published.url.as_str())
        .with("version", published.version.as_str())
        .maybe("base_url", head.base_url.as_deref())
        .with("conference", conference(published));
    let generator = json!({ "name": "Plenary", "version": env!("CARGO_PKG_VERSION") });
    let file = json!({
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": generator,
        "schedule": schedule.done(),
    });
    format!("{file:#}\n")
}

fn conference(published: &Published<'_>) -> Value {
    let programme = published.programme;
    let (head, zone, days) = (&programme.head, schedule::zone(programme), schedule::days(programme));
    let numbered = days.iter().zip(1_usize..);
    let conference = Object::new()
        .with("acronym", head.acronym.as_deref().unwrap_or_default())
        .with("title", head.title.as_deref().unwrap_or_default())
        .maybe("description", head.description.as_deref())
        .maybe("start", head.start.map(|date| date.to_string()))
        .maybe("end", head.end.map(|date| date.to_string()))
        .with("daysCount", days.len())
        .with("timeslot_duration", times::write_duration(head.timeslot_seconds.unwrap_or(300)))
        .with("time_zone_name", zone.name())
        .maybe("logo", head.logo.as_deref())
        .maybe("colors", Some(head.colors.clone()).filter(|colors| !colors.is_empty()))
        .maybe("url", head.url.as_deref())
        .with("tracks", head.tracks.iter().map(track).collect::<Vec<_>>())
        .with("rooms", programme.rooms.iter().map(room).collect::<Vec<_>>())
        .and(&head.extra)
        .with("days", numbered.map(|(one, index)| day(one, index, zone)).collect::<Vec<_>>());
    conference.done()
}

fn track(track: &Track) -> Value {
    let named = Object::new().with("name", track.name.as_str());
    named.maybe("slug", track.slug.as_deref()).maybe("color", track.color.as_deref()).and(&track.extra).done()
}

fn room(room: &RoomInfo) -> Value {
    let named = Object::new().with("name", room.name.as_str()).maybe("guid", room.guid.as_deref());
    named.maybe("description", room.description.as_deref()).maybe("capacity", room.capacity).and(&room.extra).done()
}

fn day(day: &DayEntries<'_>, index: usize, zone: Zone) -> Value {
    let mut rooms = Map::new();
    for (name, entries) in &day.rooms {
        let events: Vec<Value> = entries.iter().map(|entry| event(entry, zone)).collect();
        rooms.insert((*name).to_owned(), Value::Array(events));
    }
    json!({
        "index": index,
        "date": day.day.date.to_string(),
        "day_start": times::write_instant(day.day.starts_at, zone),
        "day_end": times::write_instant(day.day.ends_at, zone),
        "rooms": rooms,
    })
}

fn event(entry: &Entry<'_>, zone: Zone) -> Value {
    let slot = entry.slot;
    let text = |column: Column| slot.text(column);
    let number = entry.number.parse::<u64>().map_or_else(|_| json!(entry.number), |number| json!(number));
    let event = Object::new()
        .with("guid", slot.guid.as_deref().unwrap_or_default())
        .maybe("code", text(Column::Code))
        .with("id", number)
        .maybe("logo", text(Column::Logo))
        .with("date", times::write_instant(entry.starts_at, zone))
        .with("start", zone.to_local(entry.starts_at).format("%H:%M").to_string())
        .with("duration", schedule::duration(slot))
        .with("room", entry.room)
        .maybe("slug", text(Column::Slug))
        .maybe("url", text(Column::Url))
        .with("title", slot.title.as_str())
        .with("subtitle", text(Column::Subtitle).unwrap_or_default())
        .with("track", Some(entry.track).filter(|track| !track.is_empty()))
        .with("type", schedule::kind(slot))
        .with("language", schedule::language(slot))
        .with("abstract", slot.abstract_text.as_deref().unwrap_or_default())
        .with("description", text(Column::Description).unwrap_or_default())
        .maybe("recording_license", text(Column::Licence))
        .maybe("do_not_record", text(Column::Optout).map(|optout| optout == "true"))
        .maybe("recording_url", text(Column::RecordingUrl))
        .maybe("recording_link", text(Column::RecordingLink))
        .maybe("feedback_url", text(Column::FeedbackUrl))
        .maybe("origin_url", text(Column::OriginUrl))
        .maybe("video_download_url", text(Column::VideoDownloadUrl))
        .with("persons", slot.persons.iter().map(person).collect::<Vec<_>>())
        .with("links", slot.kept.links.iter().map(link).collect::<Vec<_>>())
        .with("attachments", slot.kept.attachments.iter().map(link).collect::<Vec<_>>())
        .and(&slot.kept.extra);
    event.done()
}

/// Readers know the name by one of two names; both are written.
fn person(person: &Person) -> Value {
    let id = person.ids.id.as_deref();
    let id = id.map(|id| id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number)));
    let named = Object::new()
        .maybe("guid", person.ids.guid.as_deref())
        .maybe("id", id)
        .maybe("code", person.ids.code.as_deref())
        .with("name", person.written_name())
        .with("public_name", person.written_name());
    named.maybe("biography", person.biography.as_deref()).maybe("avatar", person.avatar.as_deref()).done()
}

fn link(link: &Link) -> Value {
    let object = Object::new().with("url", link.href.as_str()).with("title", link.title.as_deref().unwrap_or_default());
    object.maybe("type", link.kind.as_deref()).maybe("service", link.service.as_deref()).done()
}
