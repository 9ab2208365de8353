//! What the pages of an event show to everybody.

use chrono::{DateTime, Utc};
use minijinja::Value as Safe;
use minijinja::value::Serde;
use serde::Serialize;

use super::super::form::{self, Form};
use crate::accounts::{self, PublicLinks, Workspace};
use crate::db::{Conn, DbResult};
use crate::events::store::{self as events, Seats};
use crate::events::{Event, EventStatus, RegistrationPolicy, calendar_links, display_instant, place_line, rules};
use crate::interchange::{Agenda, EntryView, PageView, embeddable, event_data, to_html, to_text};
use crate::materials::{self, Audience};
use crate::time::{Language, Phase, Zone};

/// An event with all that its pages show.
pub struct EventPage {
    agenda: Agenda,
    workspace: Workspace,
    /// What its registration asks.
    pub form: Form,
    seats: Seats,
    materials: Vec<Material>,
}

/// How long a description is at most that search engines and other sites show.
const DESCRIPTION: usize = 300;

/// Something to read or to see, by its title.
#[derive(Debug, Clone, Serialize)]
struct Material {
    title: String,
    url: String,
}

/// Whether and how people can register now.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, as the templates ask it")]
struct Registration {
    can_register: bool,
    has_room: bool,
    is_full: bool,
    opens: Option<String>,
    verification: bool,
    approval: bool,
    recording: bool,
    sends_links: bool,
}

impl EventPage {
    /// Reads it, as everybody may see it at `now`. The number of queries does not depend on what is in it.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(conn: &mut Conn, event: Event, now: DateTime<Utc>) -> DbResult<Self> {
        let workspace = accounts::store::get_workspace(conn, event.workspace_id)?;
        let (form, seats) = (form::store::get(conn, event.id)?, events::find_seats(conn, event.id)?);
        let mut shown = materials::store::materials_of_event(conn, event.id)?;
        shown.retain(|with| with.material.is_shown_to(Audience::Public, now));
        let materials = shown
            .into_iter()
            .map(|with| Material { title: with.material.fields.title, url: with.material.fields.url })
            .collect();
        Ok(Self { agenda: Agenda::read(conn, event)?, workspace, form, seats, materials })
    }

    /// The language of its pages for a reader who wants none: its own, else the workspace's.
    pub fn language(&self) -> Language {
        self.agenda.event.language(self.workspace.spoken())
    }

    /// Where its page is: with the workspace, where it has pages of its own.
    fn address(&self, public_url: &str) -> String {
        let event = &self.agenda.event;
        let links = PublicLinks::of(&self.workspace, public_url);
        links.event_url(event.id.0, event.series_id.map(|series| series.0))
    }

    fn full_title(&self) -> String {
        let details = &self.agenda.event.details.0;
        match &details.super_title {
            Some(above) => format!("{above} – {}", details.title),
            None => details.title.clone(),
        }
    }

    /// What its page says to search engines, and to other sites that show a link to it.
    ///
    /// # Errors
    /// A former `when` cannot be read: a hand in the database.
    pub fn head(&self, language: Language, public_url: &str) -> DbResult<Safe> {
        let details = &self.agenda.event.details.0;
        let about = details.abstract_text.as_deref().map(|text| to_text(text, DESCRIPTION));
        let about = about.filter(|text| !text.is_empty()).or_else(|| details.subtitle.clone());
        let when = self.agenda.when.display(language);
        Ok(minijinja::context! {
            title => self.full_title(),
            address => self.address(public_url),
            description => about.map_or_else(|| when.clone(), |about| format!("{when}. {about}")),
            image => Safe::from(Serde(&details.image)),
            site => &self.workspace.name,
            data => Safe::from_safe_string(embeddable(&event_data(&self.agenda, public_url)?)),
        })
    }

    /// What the templates are given: in the words of `language`, with times in the zone `reader` too.
    pub fn context(&self, language: Language, reader: Option<Zone>, public_url: &str, now: DateTime<Utc>) -> Safe {
        let (event, when) = (&self.agenda.event, &self.agenda.when);
        let details = &event.details.0;
        let page = PageView::for_reader(&self.agenda, language, reader);
        let rich = |text: &Option<String>| text.as_deref().map(|text| Safe::from_safe_string(to_html(text)));
        let calendar = self.calendar(public_url);
        let reader = reader.filter(|zone| Some(*zone) != when.zone());
        minijinja::context! {
            event => minijinja::context! {
                id => event.id.to_string(),
                full_title => self.full_title(),
                subtitle => &details.subtitle,
                notice => page.notice,
                is_postponed => event.status == EventStatus::Postponed,
                when => &page.when,
                reader_when => reader.and_then(|zone| when.display_for(zone, language)),
                place => place_line(event),
                organisers => &page.organisers,
                series => self.agenda.series.as_ref().map(|series| minijinja::context! {
                    title => &series.details.0.title,
                    url => PublicLinks::of(&self.workspace, public_url).series_page(series.id.0),
                }),
                persons => &page.persons,
                zone => &page.zone,
                reader_zone => reader.map(Zone::name),
                about => rich(&details.abstract_text),
                objectives => &details.objectives,
                questions => &details.guiding_questions,
                report => rich(&details.report),
                outcomes => rich(&details.outcomes),
            },
            registration => Safe::from(Serde(&self.registration(language, now))),
            days => days(&page.days),
            untimed => page.untimed.iter().map(entry).collect::<Vec<_>>(),
            materials => Safe::from(Serde(&self.materials)),
            consent => minijinja::context! {
                text => rich(&self.form.consent_text), version => self.form.consent_version,
            },
            links => minijinja::context! {
                programme => format!("{public_url}/api/v1/events/{}/schedule.html", event.id),
                calendar,
            },
            workspace => minijinja::context! { name => &self.workspace.name },
        }
    }

    /// Ways into a calendar, each by its name; that of the file is ours to say. None where it does not take place.
    fn calendar(&self, public_url: &str) -> Vec<(Option<&'static str>, String)> {
        let event = &self.agenda.event;
        if matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed) {
            return Vec::new();
        }
        let (page, ics) =
            (format!("{public_url}/events/{}", event.id), format!("{public_url}/calendars/events/{}.ics", event.id));
        let mut ways = vec![(None, ics.clone())];
        if let Ok(links) = calendar_links(event, &page, &ics) {
            let others = [
                ("Google Calendar", links.google),
                ("Outlook.com", links.outlook),
                ("Microsoft 365", links.office365),
                ("Yahoo", links.yahoo),
            ];
            ways.extend(others.into_iter().filter_map(|(name, link)| Some((Some(name), link?))));
        }
        ways
    }

    /// Whether anybody may have registered, now or before it was turned off. Who waits for a word or for the recording takes no seat, and
    /// people may also be entered where registration is not open to them.
    const fn has_registered(&self, policy: &RegistrationPolicy) -> bool {
        let asks = policy.enabled || policy.recording || policy.approval || policy.verification;
        asks || self.seats.taken > 0 || self.seats.waiting > 0
    }

    fn registration(&self, language: Language, now: DateTime<Utc>) -> Registration {
        let (event, policy) = (&self.agenda.event, self.agenda.event.registration());
        let phase = self.agenda.when.phase(now);
        let is_open = rules::is_registration_open(event, phase, now);
        let has_room = self.seats.has_room();
        let is_full = !has_room && !policy.wait_list && !policy.recording;
        let home = self.agenda.zone().or_else(|| Zone::parse(&self.workspace.timezone).ok()).unwrap_or(Zone::UTC);
        let opens_at = policy.opens_at.filter(|at| policy.enabled && *at > now && phase != Phase::Past);
        Registration {
            can_register: is_open && !is_full,
            has_room,
            is_full: is_open && is_full,
            opens: opens_at.and_then(|at| display_instant(at, home, language)),
            verification: policy.verification,
            approval: policy.approval,
            recording: policy.recording,
            sends_links: event.status != EventStatus::Cancelled && self.has_registered(policy),
        }
    }
}

fn days(days: &[(String, Vec<EntryView>)]) -> Vec<(String, Vec<Safe>)> {
    days.iter().map(|(heading, entries)| (heading.clone(), entries.iter().map(entry).collect())).collect()
}

fn entry(view: &EntryView) -> Safe {
    minijinja::context! {
        time => &view.time,
        reader_time => &view.reader_time,
        label => &view.label,
        title => &view.title,
        facts => &view.facts,
        persons => &view.persons,
        entries => view.entries.iter().map(entry).collect::<Vec<_>>(),
    }
}
