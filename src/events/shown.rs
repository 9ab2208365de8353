//! How mails and pages put an event into words, whichever room writes them.

use chrono::{DateTime, Utc};

use super::details::AttendanceMode;
use super::model::{Event, EventStatus};
use crate::time::{Language, When, WhenInput, Zone};

/// Longest title in a subject line, in characters.
const SUBJECT_TITLE: usize = 120;

impl Event {
    /// The language for words about it: the first of its own that we write, or else `fallback`.
    pub fn language(&self, fallback: Language) -> Language {
        self.languages().iter().find_map(|tag| Language::parse(tag)).unwrap_or(fallback)
    }

    /// Whether there is a way to take part from afar: it is held online, with a platform, and takes place as far as is known.
    /// Whoever gives a way in, to everybody or to one person, asks this first.
    pub fn is_joined_online(&self) -> bool {
        let is_on = matches!(self.status, EventStatus::Scheduled | EventStatus::Tentative);
        let is_online = self.attendance_mode() != AttendanceMode::InPerson;
        is_on && is_online && self.details.0.virtual_location.is_some()
    }
}

/// Where an event takes place: the venue, the platform, or both. Never the join link.
pub fn place_line(event: &Event) -> Option<String> {
    let details = &event.details.0;
    let venue = details.venue.as_ref().map(|venue| match &venue.address {
        Some(address) => format!("{}, {address}", venue.name),
        None => venue.name.clone(),
    });
    let online = details.virtual_location.as_ref().map(|place| place.platform.clone());
    match event.attendance_mode() {
        AttendanceMode::Online => online,
        AttendanceMode::InPerson => venue,
        AttendanceMode::Mixed => match (venue, online) {
            (Some(venue), Some(online)) => Some(format!("{venue} / {online}")),
            (venue, online) => venue.or(online),
        },
    }
}

/// The word before what does not take place as planned; nothing before what does. Many calendars and mail programs show nothing
/// else of it.
pub fn status_prefix(status: EventStatus, language: Language) -> &'static str {
    match (status, language) {
        (EventStatus::Scheduled | EventStatus::Tentative, _) => "",
        (EventStatus::Cancelled, Language::En) => "Cancelled: ",
        (EventStatus::Cancelled, Language::De) => "Abgesagt: ",
        (EventStatus::Cancelled, Language::Fr) => "Annulé : ",
        (EventStatus::Cancelled, Language::Nl) => "Geannuleerd: ",
        (EventStatus::Postponed, Language::En) => "Postponed: ",
        (EventStatus::Postponed, Language::De) => "Verschoben: ",
        (EventStatus::Postponed, Language::Fr) => "Reporté : ",
        (EventStatus::Postponed, Language::Nl) => "Uitgesteld: ",
    }
}

/// When an event is, behind the word for what became of it.
pub fn when_line(when: &When, status: EventStatus, language: Language) -> String {
    format!("{}{}", status_prefix(status, language), when.display(language))
}

/// A title that fits into a subject line.
pub fn subject_title(title: &str) -> String {
    if title.chars().count() <= SUBJECT_TITLE {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(SUBJECT_TITLE - 1).collect();
    short.push('…');
    short
}

/// An instant as the clocks of `zone` show it, written out; `None` for one that lies beyond every calendar.
pub fn display_instant(at: DateTime<Utc>, zone: Zone, language: Language) -> Option<String> {
    let input = WhenInput {
        starts_at: Some(at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        timezone: Some(zone.name().to_owned()),
        ..WhenInput::default()
    };
    input.parse().ok().map(|when| when.display(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(subject_title("Short: “a” & b"), "Short: “a” & b");
        let long = subject_title(&"ü".repeat(300));
        assert_eq!(long.chars().count(), SUBJECT_TITLE);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn an_instant_is_written_with_its_zone() {
        let at = "2022-03-27T00:30:00Z".parse().unwrap();
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let shown = display_instant(at, berlin, Language::En).unwrap();
        assert_eq!(shown, "Sunday 27 March 2022, 01:30 (Europe/Berlin, UTC+01:00)");
    }
}
