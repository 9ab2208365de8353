//! What an entry says about its event, as plain text.

use chrono::{DateTime, Utc};

use super::agenda::{agenda, session_title};
use super::entry::{EntryParts, WayIn};
use super::markdown::{fit, opening, plain_text, shorten};
use super::words::{Words, words};
use crate::events::store::Organiser;
use crate::events::{OrganisationRole, SessionId};
use crate::materials::{Audience, MaterialKind};
use crate::sessions::Session;
use crate::sessions::rules::Node;
use crate::speakers::store::AppearanceWith;
use crate::speakers::{AppearanceStatus, SpeakerId};
use crate::time::{Language, Precision, When};

/// The longest abstract that is shown, in characters.
const ABSTRACT_LENGTH: usize = 4_000;
/// The most that is said of an agenda, in characters.
const AGENDA_LENGTH: usize = 3_000;
/// The most that is said before the links, in characters: calendars on the web cut a text, or refuse it, at 8,192.
const TEXT_LENGTH: usize = 7_000;
/// The most reports and recordings that are named.
const LINKS: usize = 10;
/// The same where it is brief.
const BRIEF_LINKS: usize = 2;
/// The most that a brief one says before the links, in octets: a thousand of them have to fit into a file that every calendar takes.
const BRIEF: usize = 640;
/// The most that it says of an agenda, in octets, so that something of the abstract stays beside it.
const BRIEF_AGENDA: usize = 400;
/// What is left of a paragraph where there is less room than this, in octets, is nothing.
const LEAST: usize = 40;

/// What the words of a description are chosen by.
pub struct Speaking<'a> {
    /// The language of the words that are ours.
    pub language: Language,
    /// When it is read.
    pub now: DateTime<Utc>,
    /// How people get in, where the reader may know it.
    pub way_in: Option<&'a WayIn>,
    /// The address of the event.
    pub url: &'a str,
    /// Whether it stands among many, and is short for it.
    pub is_brief: bool,
}

/// Paragraphs: titles, the date where it is vague, abstract, questions, agenda, people, organisers and series, report and
/// recording, way in, address. What stands before the last three is cut where it is very long; these never are.
///
/// A brief one depends on the event alone, as the whole one does: an entry stays as it is whatever comes and goes beside it. It keeps
/// the agenda, then as much of the abstract as there is room for, then people and questions.
pub fn describe(parts: &EntryParts, when: &When, speaking: &Speaking<'_>) -> String {
    let Speaking { language, now, is_brief, .. } = *speaking;
    let words = words(language);
    let details = &parts.event.details.0;
    let titles: Vec<&str> =
        [&details.super_title, &details.subtitle].into_iter().flatten().map(String::as_str).collect();
    let (about, agenda) = (about_it(details.abstract_text.as_deref(), is_brief), agenda(parts, when, language, words));
    let room = if about.is_empty() { BRIEF } else { BRIEF_AGENDA };
    let agenda = if is_brief { fit(&agenda, room) } else { shorten(&agenda, AGENDA_LENGTH) };
    let paragraphs = [
        titles.join("\n"),
        planned_for(when, language, words),
        about,
        questions(&details.guiding_questions, words),
        agenda,
        people(parts.appearances.iter(), words),
        lines([organised_by(&parts.organisers, words), part_of(parts, words)]),
    ];
    let said = limit(paragraphs, [0, 1, 6, 4, 2, 5, 3], is_brief);
    join(&[said, documentation(parts, now, words, is_brief), links(speaking, words)])
}

/// What the entry of one session says, likewise: the title of what contains it, abstract, questions, those who appear in it,
/// the event, its own reports and recordings, way in, address.
pub fn describe_session(
    parts: &EntryParts,
    session: &Session,
    inside: Option<&Node>,
    speaking: &Speaking<'_>,
) -> String {
    let words = words(speaking.language);
    let fields = &session.fields;
    let here = |one: &&AppearanceWith| one.appearance.session_id == Some(session.id);
    let paragraphs = [
        inside.map(|node| session_title(&node.session)).unwrap_or_default(),
        about_it(fields.abstract_text.as_deref(), speaking.is_brief),
        questions(&fields.guiding_questions.0, words),
        people(parts.appearances.iter().filter(here), words),
        parts.event.details.0.title.clone(),
        lines([organised_by(&parts.organisers, words), part_of(parts, words)]),
    ];
    let said = limit(paragraphs, [0, 4, 5, 3, 1, 2], speaking.is_brief);
    let most = if speaking.is_brief { BRIEF_LINKS } else { LINKS };
    let documents: Vec<String> = documents(parts, Some(session.id), speaking.now, words).take(most).collect();
    join(&[said, documents.join("\n"), links(speaking, words)])
}

/// An abstract as plain text.
fn about_it(markdown: Option<&str>, is_brief: bool) -> String {
    match markdown {
        None => String::new(),
        Some(text) if is_brief => opening(text, BRIEF),
        Some(text) => shorten(&plain_text(text), ABSTRACT_LENGTH),
    }
}

/// The way in, and the address of the event.
fn links(speaking: &Speaking<'_>, words: &Words) -> String {
    let way_in = speaking.way_in.map(|way_in| how_to_join(way_in, words)).unwrap_or_default();
    join(&[way_in, format!("{}{}", words.more, speaking.url)])
}

/// The paragraphs one after the other, as far as there is room. Where it is scarce, they take it in this order.
fn limit<const N: usize>(mut paragraphs: [String; N], order: [usize; N], is_brief: bool) -> String {
    if !is_brief {
        return shorten(&join(&paragraphs), TEXT_LENGTH);
    }
    let mut room = BRIEF;
    for paragraph in order {
        let Some(text) = paragraphs.get_mut(paragraph).filter(|text| !text.is_empty()) else { continue };
        *text = if room < LEAST { String::new() } else { fit(text, room) };
        room = room.saturating_sub(text.len() + "\n\n".len());
    }
    join(&paragraphs)
}

fn join(paragraphs: &[String]) -> String {
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).filter(|text| !text.trim().is_empty()).collect();
    paragraphs.join("\n\n")
}

/// A date that an entry cannot say, such as a month.
fn planned_for(when: &When, language: Language, words: &Words) -> String {
    match when.precision() {
        Precision::Datetime | Precision::Date | Precision::None => String::new(),
        _ => format!("{}{}", words.planned_for, when.display(language)),
    }
}

fn questions(questions: &[String], words: &Words) -> String {
    if questions.is_empty() {
        return String::new();
    }
    let items = questions.iter().map(|question| format!("- {}", plain_text(question)));
    std::iter::once(words.guiding_questions.to_owned()).chain(items).collect::<Vec<_>>().join("\n")
}

/// Everybody once, however often they appear, with what is said of them first.
fn people<'a>(appearances: impl Iterator<Item = &'a AppearanceWith>, words: &Words) -> String {
    let mut seen = Vec::new();
    let mut items = vec![words.people.to_owned()];
    for one in appearances {
        let person = about(one);
        let who = one.appearance.speaker_id.map_or_else(|| Seen::Other(person.clone()), Seen::Speaker);
        if !seen.contains(&who) {
            let is_open = matches!(one.appearance.status, AppearanceStatus::Tbc | AppearanceStatus::Invited);
            items.push(format!("- {person}{}", if is_open { words.unconfirmed } else { "" }));
        }
        seen.push(who);
    }
    if seen.is_empty() { String::new() } else { items.join("\n") }
}

/// Who was named already.
#[derive(PartialEq, Eq)]
enum Seen {
    Speaker(SpeakerId),
    /// An organisation or a label, with what is said of it.
    Other(String),
}

/// The name, what they are, and where they belong.
fn about(one: &AppearanceWith) -> String {
    let labelled = one.organisation.as_ref().filter(|_| one.appearance.label.is_some());
    let parts = [
        Some(one.display_name()),
        one.appearance.job_title.as_deref(),
        one.appearance.affiliation.as_deref(),
        labelled.map(|organisation| organisation.name.as_str()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn organised_by(organisers: &[Organiser], words: &Words) -> Option<String> {
    let names = leading(organisers);
    (!names.is_empty()).then(|| format!("{}{}", words.organised_by, names.join(", ")))
}

/// The names of those who organise it, each once.
pub fn leading(organisers: &[Organiser]) -> Vec<&str> {
    let leads = |role| matches!(role, OrganisationRole::Organiser | OrganisationRole::CoOrganiser);
    let mut names: Vec<&str> = Vec::new();
    for one in organisers.iter().filter(|one| leads(one.role)) {
        let name = one.organisation.name.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn part_of(parts: &EntryParts, words: &Words) -> Option<String> {
    parts.series.as_ref().map(|series| format!("{}{}", words.series, series.details.0.title))
}

/// What is there after an event: that it has a report, and where everybody finds a report or a recording by `now`; of the event first,
/// then of its sessions, as far as there is room.
fn documentation(parts: &EntryParts, now: DateTime<Utc>, words: &Words, is_brief: bool) -> String {
    let details = &parts.event.details.0;
    let written = (details.report.is_some() || details.outcomes.is_some()).then(|| words.report.to_owned());
    let most = if is_brief { BRIEF_LINKS } else { LINKS };
    let mut sessions = Vec::new();
    in_order(&parts.agenda, &mut sessions);
    let of_sessions = sessions.into_iter().flat_map(|session| {
        let title = session_title(session);
        documents(parts, Some(session.id), now, words).map(move |link| format!("{link} ({title})"))
    });
    let links = documents(parts, None, now, words).chain(of_sessions).take(most);
    written.into_iter().chain(links).collect::<Vec<_>>().join("\n")
}

/// Where everybody finds the reports and recordings of a session by `now`, or those of the event as a whole.
fn documents(
    parts: &EntryParts,
    session: Option<SessionId>,
    now: DateTime<Utc>,
    words: &Words,
) -> impl Iterator<Item = String> {
    let of_it = parts.materials.iter().filter(move |one| one.session_id == session);
    of_it.filter(move |one| one.is_shown_to(Audience::Public, now)).filter_map(|one| match one.fields.kind {
        MaterialKind::Report => Some(format!("{}{}", words.report_link, one.fields.url)),
        MaterialKind::Recording => Some(format!("{}{}", words.recording, one.fields.url)),
        _ => None,
    })
}

fn in_order<'a>(agenda: &'a [Node], sessions: &mut Vec<&'a Session>) {
    for node in agenda {
        sessions.push(&node.session);
        in_order(&node.sessions, sessions);
    }
}

fn how_to_join(way_in: &WayIn, words: &Words) -> String {
    let passcode = way_in.passcode.as_ref().map(|passcode| format!("{}{passcode}", words.passcode));
    lines([Some(format!("{}{}", words.join, way_in.uri)), passcode])
}

fn lines(lines: [Option<String>; 2]) -> String {
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[path = "description_tests.rs"]
mod tests;
