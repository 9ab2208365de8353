//! The agenda in the description of an entry: one line a session, in the event's zone.

use chrono::{NaiveDate, NaiveDateTime};

use super::entry::EntryParts;
use super::words::Words;
use crate::sessions::rules::Node;
use crate::sessions::{Room, Session};
use crate::time::{Language, When, WhenInput};

/// How deep sessions are set in, at most.
const DEEPEST: usize = 3;

/// A heading with the zone, and each session with its time, its title and its room. The days stand above their sessions
/// where there are several. Nothing for an event without sessions.
pub fn agenda(parts: &EntryParts, when: &When, language: Language, words: &Words) -> String {
    if parts.agenda.is_empty() {
        return String::new();
    }
    let mut days = Vec::new();
    list_days(&parts.agenda, &mut days);
    days.sort_unstable();
    days.dedup();
    let zone = when.zone().filter(|_| !days.is_empty()).map(|zone| format!(" ({})", zone.name()));
    let colon = if language == Language::Fr { " :" } else { ":" };
    let mut lines = vec![format!("{}{}{colon}", words.agenda, zone.unwrap_or_default())];
    let mut writer = Writer { rooms: &parts.rooms, language, has_days: days.len() > 1, day: None, lines: &mut lines };
    writer.write(&parts.agenda, 0);
    lines.join("\n")
}

/// The title, behind the label.
pub fn session_title(session: &Session) -> String {
    match &session.fields.label {
        Some(label) => format!("{label}: {}", session.fields.title),
        None => session.fields.title.clone(),
    }
}

/// The room of a session.
pub fn room_of<'a>(rooms: &'a [Room], session: &Session) -> Option<&'a str> {
    let id = session.fields.room_id?;
    rooms.iter().find(|room| room.id == id).map(|room| room.name.as_str())
}

fn list_days(agenda: &[Node], days: &mut Vec<NaiveDate>) {
    for node in agenda {
        days.extend(node.times.local_start.map(|start| start.date()));
        list_days(&node.sessions, days);
    }
}

struct Writer<'a> {
    rooms: &'a [Room],
    language: Language,
    has_days: bool,
    day: Option<NaiveDate>,
    lines: &'a mut Vec<String>,
}

impl Writer<'_> {
    fn write(&mut self, agenda: &[Node], depth: usize) {
        for node in agenda {
            self.begin_day(node.times.local_start);
            let indent = "  ".repeat(depth.min(DEEPEST));
            let time = clock_times(node.times.local_start, node.times.local_end);
            let room = room_of(self.rooms, &node.session).map(|room| format!(" ({room})")).unwrap_or_default();
            self.lines.push(format!("{indent}{time} {}{room}", session_title(&node.session)));
            self.write(&node.sessions, depth + 1);
        }
    }

    fn begin_day(&mut self, start: Option<NaiveDateTime>) {
        let day = start.map(|start| start.date());
        if self.has_days && day.is_some() && day != self.day {
            self.day = day;
            let shown = day.and_then(|day| WhenInput::edtf(&day.to_string()).parse().ok());
            self.lines.extend(shown.map(|when| when.display(self.language)));
        }
    }
}

/// `11:30–11:45`, the start alone, or a dash.
fn clock_times(start: Option<NaiveDateTime>, end: Option<NaiveDateTime>) -> String {
    match (start, end) {
        (Some(start), Some(end)) => format!("{}–{}", start.format("%H:%M"), end.format("%H:%M")),
        (Some(start), None) => start.format("%H:%M").to_string(),
        (None, _) => "-".to_owned(),
    }
}
