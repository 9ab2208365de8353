//! What a page shows of a programme.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::super::agenda::Agenda;
use super::super::columns::Column;
use super::super::formats::is_absolute;
use super::super::programme::{Day, Link, Person, Slot};
use super::words::{Words, words};
use crate::events::{AttendanceMode, EventStatus, OrganisationRole};
use crate::sessions::RoomId;
use crate::sessions::rules::Node;
use crate::speakers::{self, AppearanceRole};
use crate::time::{Language, WhenInput, Zone};

/// A programme as a page shows it. Texts are plain; those named so are Markdown.
pub struct PageView {
    /// The language of our own words.
    pub language: Language,
    /// Our own words.
    pub words: &'static Words,
    /// The line above the title.
    pub super_title: Option<String>,
    /// The title.
    pub title: String,
    /// The line below the title.
    pub subtitle: Option<String>,
    /// That it does not take place as announced.
    pub notice: Option<&'static str>,
    /// When it is.
    pub when: String,
    /// The zone of all times.
    pub zone: Option<String>,
    /// Where it is.
    pub place: Option<String>,
    /// Who organises it.
    pub organisers: Vec<String>,
    /// The title of its series.
    pub series: Option<String>,
    /// Who appears at the event as a whole.
    pub persons: Vec<String>,
    /// What it is about: Markdown.
    pub abstract_markdown: Option<String>,
    /// The days, each with its heading.
    pub days: Vec<(String, Vec<EntryView>)>,
    /// What has no time.
    pub untimed: Vec<EntryView>,
}

/// A session as a page shows it.
pub struct EntryView {
    /// From when to when.
    pub time: String,
    /// The same in the reader's zone, with the day where it is another.
    pub reader_time: Option<String>,
    /// What stands before the title.
    pub label: Option<String>,
    /// The title.
    pub title: String,
    /// The line below the title.
    pub subtitle: Option<String>,
    /// Room, track and language.
    pub facts: Vec<String>,
    /// Who appears.
    pub persons: Vec<String>,
    /// What it is about: Markdown, in one or two parts.
    pub texts_markdown: Vec<String>,
    /// The questions that guide it: Markdown.
    pub questions_markdown: Vec<String>,
    /// Pages: name and address.
    pub links: Vec<(String, String)>,
    /// Files: name and address.
    pub attachments: Vec<(String, String)>,
    /// What it contains.
    pub entries: Vec<Self>,
}

impl PageView {
    /// The page of an event. `fallback` is the language of our words where we do not write the event's.
    pub fn new(agenda: &Agenda, fallback: Language) -> Self {
        Self::for_reader(agenda, agenda.event.language(fallback), None)
    }

    /// The page of an event, with our words in this language, and times in the zone `reader` too.
    pub fn for_reader(agenda: &Agenda, language: Language, reader: Option<Zone>) -> Self {
        let details = &agenda.event.details.0;
        let words = words(language);
        let reader = reader.filter(|zone| Some(*zone) != agenda.zone());
        let maker = Maker { agenda, words, zone: agenda.zone(), reader, language };
        let (days, untimed) = maker.days(language);
        Self {
            language,
            words,
            super_title: details.super_title.clone(),
            title: details.title.clone(),
            subtitle: details.subtitle.clone(),
            notice: match agenda.event.status {
                EventStatus::Cancelled => Some(words.cancelled),
                EventStatus::Postponed => Some(words.postponed),
                EventStatus::Tentative | EventStatus::Scheduled => None,
            },
            when: agenda.when.display(language),
            zone: agenda.zone().map(|zone| zone_text(agenda, zone)),
            place: place(agenda, words),
            organisers: organisers(agenda),
            series: agenda.series.as_ref().map(|series| series.details.0.title.clone()),
            persons: agenda.standing(None).map(|one| person_text(&agenda.person(one), language)).collect(),
            abstract_markdown: details.abstract_text.clone(),
            days,
            untimed,
        }
    }
}

/// `Europe/Berlin (UTC+01:00)`, as it is at the start.
fn zone_text(agenda: &Agenda, zone: Zone) -> String {
    match agenda.when.starts_at() {
        Some(at) if zone != Zone::UTC => format!("{zone} (UTC{})", zone.offset_at(at)),
        _ => zone.to_string(),
    }
}

fn place(agenda: &Agenda, words: &Words) -> Option<String> {
    let (details, mode) = (&agenda.event.details.0, agenda.event.attendance_mode());
    let venue = details.venue.as_ref().filter(|_| mode != AttendanceMode::Online);
    let venue = venue.map(|venue| match &venue.address {
        Some(address) => format!("{}, {address}", venue.name),
        None => venue.name.clone(),
    });
    // The name of the platform alone: a link on paper is a link in the hands of whoever finds it.
    let platform = details.virtual_location.as_ref().map(|place| place.platform.clone());
    let online = match mode {
        AttendanceMode::InPerson => None,
        AttendanceMode::Online | AttendanceMode::Mixed => Some(match platform {
            Some(platform) => format!("{} ({platform})", words.online),
            None => words.online.to_owned(),
        }),
    };
    let parts: Vec<String> = [venue, online].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn organisers(agenda: &Agenda) -> Vec<String> {
    let organises =
        |role: OrganisationRole| matches!(role, OrganisationRole::Organiser | OrganisationRole::CoOrganiser);
    let all = agenda.organisers.iter().filter(|one| organises(one.role));
    all.map(|one| one.organisation.name.clone()).collect()
}

/// The name, with what they are and whether that is certain, and the part that they have where it is not simply to speak.
pub fn person_text(person: &Person, language: Language) -> String {
    let role = person.role.filter(|role| !matches!(role, AppearanceRole::Speaker | AppearanceRole::Panelist));
    let role = role.map(|role| format!(" ({})", speakers::words::role(language, role)));
    let about = person.about.as_ref().map(|about| format!(", {about}"));
    format!("{}{}{}", person.written_name(), about.unwrap_or_default(), role.unwrap_or_default())
}

struct Maker<'a> {
    agenda: &'a Agenda,
    words: &'static Words,
    zone: Option<Zone>,
    reader: Option<Zone>,
    language: Language,
}

impl Maker<'_> {
    fn days(&self, language: Language) -> (Vec<(String, Vec<EntryView>)>, Vec<EntryView>) {
        let places: HashMap<RoomId, usize> = self.agenda.rooms.iter().map(|room| room.id).zip(0..).collect();
        let mut nodes: Vec<&Node> = self.agenda.nodes.iter().collect();
        let room = |node: &Node| node.session.fields.room_id.and_then(|id| places.get(&id).copied());
        nodes.sort_by_key(|node| node.times.starts_at.map(|at| (at, room(node))));
        let days: Vec<Day> = self.agenda.programme(false).days;
        let mut shown: Vec<(String, Vec<EntryView>)> =
            days.iter().map(|day| (heading(day.date, language), Vec::new())).collect();
        let mut untimed = Vec::new();
        for node in nodes {
            let entry = self.entry(node);
            let index = node.times.starts_at.and_then(|at| days.iter().position(|day| day.holds(at)));
            match index.and_then(|index| shown.get_mut(index)) {
                Some((_, entries)) => entries.push(entry),
                None => untimed.push(entry),
            }
        }
        shown.retain(|(_, entries)| !entries.is_empty());
        (shown, untimed)
    }

    fn entry(&self, node: &Node) -> EntryView {
        let slot = self.agenda.slot(node, None);
        let track = slot.track.clone();
        let language = slot.language.as_ref().map(|tag| format!("{} {tag}", self.words.language));
        let description = slot.text(Column::Description).map(str::to_owned);
        EntryView {
            time: self.time(node, &slot),
            reader_time: self.reader_time(node),
            label: slot.label.clone(),
            title: slot.title.clone(),
            subtitle: slot.text(Column::Subtitle).map(str::to_owned),
            facts: [slot.room.clone(), track, language].into_iter().flatten().collect(),
            persons: slot.persons.iter().map(|one| person_text(one, self.language)).collect(),
            texts_markdown: [slot.abstract_text.clone(), description].into_iter().flatten().collect(),
            questions_markdown: slot.questions.clone(),
            links: named(&slot.kept.links),
            attachments: named(&slot.kept.attachments),
            entries: node.sessions.iter().map(|node| self.entry(node)).collect(),
        }
    }

    fn time(&self, node: &Node, slot: &Slot) -> String {
        let clock = |at: DateTime<Utc>| self.zone.map(|zone| zone.to_local(at).format("%H:%M").to_string());
        match (node.times.starts_at.and_then(clock), node.times.ends_at.and_then(clock)) {
            (Some(start), Some(end)) => format!("{start}–{end}"),
            (Some(start), None) => start,
            _ => slot.seconds.map(|seconds| format!("{} min", seconds / 60)).unwrap_or_default(),
        }
    }

    fn reader_time(&self, node: &Node) -> Option<String> {
        let (own, reader, starts_at) = (self.zone?, self.reader?, node.times.starts_at?);
        let clock = |at: DateTime<Utc>| reader.to_local(at).format("%H:%M").to_string();
        let end = node.times.ends_at.map(|at| format!("–{}", clock(at))).unwrap_or_default();
        let day = reader.to_local(starts_at).date();
        let weekday = (day != own.to_local(starts_at).date()).then(|| self.language.weekday(day.weekday()));
        let weekday = weekday.map(|name| format!("{name} ")).unwrap_or_default();
        Some(format!("{weekday}{}{end}", clock(starts_at)))
    }
}

/// Links that lead somewhere by themselves, by their title or address.
fn named(links: &[Link]) -> Vec<(String, String)> {
    let usable = links.iter().filter(|link| is_absolute(&link.href));
    usable.map(|link| (link.title.clone().unwrap_or_else(|| link.href.clone()), link.href.clone())).collect()
}

fn heading(date: NaiveDate, language: Language) -> String {
    let shown = WhenInput::edtf(&date.to_string()).parse().map(|when| when.display(language));
    format!("{} {}", language.weekday(date.weekday()), shown.unwrap_or_else(|_| date.to_string()))
}
