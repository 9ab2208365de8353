//! Writes `schedule.xml`.

use std::io::Result;

use serde_json::{Map, Value};

use super::super::columns::Column;
use super::super::programme::{Head, Link, Person};
use super::schedule::{self, DayEntries, Entry, Published};
use super::times;
use super::xml_file::XmlFile;
use crate::time::Zone;

/// The file.
///
/// # Errors
/// It cannot be written: a fault of ours.
pub fn write(published: &Published<'_>) -> Result<String> {
    let mut file = XmlFile::begin()?;
    file.open("schedule", &[])?;
    file.empty("generator", &[("name", "Plenary"), ("version", env!("CARGO_PKG_VERSION"))])?;
    file.text("url", &published.url)?;
    file.text("version", &published.version)?;
    let zone = schedule::zone(published.programme);
    let days = schedule::days(published.programme);
    file.conference(&published.programme.head, zone, days.len())?;
    for (day, index) in days.iter().zip(1_usize..) {
        file.day(day, index, zone, published)?;
    }
    file.close("schedule")?;
    file.finish()
}

impl XmlFile {
    fn optional(&mut self, name: &str, text: Option<&str>) -> Result<()> {
        text.map_or(Ok(()), |text| self.text(name, text))
    }

    /// What else is known, where XML can say it.
    fn extra(&mut self, extra: &Map<String, Value>) -> Result<()> {
        for (name, value) in extra {
            if let Some(text) = value.as_str().filter(|_| is_name(name)) {
                self.text(name, text)?;
            }
        }
        Ok(())
    }

    fn conference(&mut self, head: &Head, zone: Zone, days: usize) -> Result<()> {
        self.open("conference", &[])?;
        self.text("title", head.title.as_deref().unwrap_or_default())?;
        self.text("acronym", head.acronym.as_deref().unwrap_or_default())?;
        self.optional("start", head.start.map(|date| date.to_string()).as_deref())?;
        self.optional("end", head.end.map(|date| date.to_string()).as_deref())?;
        self.text("days", &days.to_string())?;
        self.text("timeslot_duration", &times::write_duration(head.timeslot_seconds.unwrap_or(300)))?;
        self.optional("base_url", head.base_url.as_deref())?;
        self.optional("logo", head.logo.as_deref())?;
        self.optional("url", head.url.as_deref())?;
        self.text("time_zone_name", zone.name())?;
        self.optional("description", head.description.as_deref())?;
        let colors: Vec<(&str, &str)> =
            head.colors.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        if !colors.is_empty() && colors.iter().all(|(name, _)| is_name(name)) {
            self.empty("color", &colors)?;
        }
        for track in &head.tracks {
            let optional = [("color", track.color.as_deref()), ("slug", track.slug.as_deref())];
            let mut attributes = vec![("name", track.name.as_str())];
            attributes.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
            self.empty("track", &attributes)?;
        }
        self.extra(&head.extra)?;
        self.close("conference")
    }

    fn day(&mut self, day: &DayEntries<'_>, index: usize, zone: Zone, published: &Published<'_>) -> Result<()> {
        let (date, index) = (day.day.date.to_string(), index.to_string());
        let (start, end) = (times::write_instant(day.day.starts_at, zone), times::write_instant(day.day.ends_at, zone));
        self.open("day", &[("index", &index), ("date", &date), ("start", &start), ("end", &end)])?;
        for (name, entries) in &day.rooms {
            let room = published.programme.rooms.iter().find(|room| room.name == *name);
            let mut attributes = vec![("name", *name)];
            attributes.extend(room.and_then(|room| room.guid.as_deref()).map(|guid| ("guid", guid)));
            self.open("room", &attributes)?;
            for entry in entries {
                self.event(entry, zone)?;
            }
            self.close("room")?;
        }
        self.close("day")
    }

    fn event(&mut self, entry: &Entry<'_>, zone: Zone) -> Result<()> {
        let slot = entry.slot;
        let mut attributes = vec![("guid", slot.guid.as_deref().unwrap_or_default()), ("id", entry.number.as_ref())];
        attributes.extend(slot.text(Column::Code).map(|code| ("code", code)));
        self.open("event", &attributes)?;
        self.text("date", &times::write_instant(entry.starts_at, zone))?;
        self.text("start", &zone.to_local(entry.starts_at).format("%H:%M").to_string())?;
        self.text("duration", &schedule::duration(slot))?;
        self.text("room", entry.room)?;
        self.optional("slug", slot.text(Column::Slug))?;
        self.optional("url", slot.text(Column::Url))?;
        self.recording(entry)?;
        self.text("title", &slot.title)?;
        self.text("subtitle", slot.text(Column::Subtitle).unwrap_or_default())?;
        self.text("track", entry.track)?;
        self.text("type", schedule::kind(slot))?;
        self.text("language", schedule::language(slot))?;
        self.text("abstract", slot.abstract_text.as_deref().unwrap_or_default())?;
        self.text("description", slot.text(Column::Description).unwrap_or_default())?;
        for column in [Column::Logo, Column::FeedbackUrl, Column::OriginUrl, Column::VideoDownloadUrl] {
            self.optional(column.element(), slot.text(column))?;
        }
        self.persons(&slot.persons)?;
        self.links(("links", "link"), &slot.kept.links)?;
        self.links(("attachments", "attachment"), &slot.kept.attachments)?;
        self.extra(&slot.kept.extra)?;
        self.close("event")
    }

    fn recording(&mut self, entry: &Entry<'_>) -> Result<()> {
        let text = |column: Column| entry.slot.text(column);
        let said = [Column::Licence, Column::Optout, Column::RecordingUrl, Column::RecordingLink];
        if said.iter().all(|column| text(*column).is_none()) {
            return Ok(());
        }
        self.open("recording", &[])?;
        self.text("license", text(Column::Licence).unwrap_or_default())?;
        self.optional("optout", text(Column::Optout))?;
        self.optional("url", text(Column::RecordingUrl))?;
        self.optional("link", text(Column::RecordingLink))?;
        self.close("recording")
    }

    fn persons(&mut self, persons: &[Person]) -> Result<()> {
        if persons.is_empty() {
            return self.empty("persons", &[]);
        }
        self.open("persons", &[])?;
        for person in persons {
            let ids = [("guid", &person.ids.guid), ("id", &person.ids.id), ("code", &person.ids.code)];
            let attributes: Vec<(&str, &str)> =
                ids.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect();
            self.text_with("person", &attributes, &person.written_name())?;
        }
        self.close("persons")
    }

    fn links(&mut self, (list, item): (&str, &str), links: &[Link]) -> Result<()> {
        if links.is_empty() {
            return self.empty(list, &[]);
        }
        self.open(list, &[])?;
        for link in links {
            let optional = [("type", &link.kind), ("service", &link.service)];
            let mut attributes = vec![("href", link.href.as_str())];
            attributes.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
            self.text_with(item, &attributes, link.title.as_deref().unwrap_or_default())?;
        }
        self.close(list)
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
