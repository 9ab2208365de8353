//! What the pages of a series show to everybody.

use chrono::{DateTime, Utc};
use minijinja::Value as Safe;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::super::form::{self, Asked, Form, gather};
use super::form::field;
use crate::accounts::{self, PublicLinks, Workspace};
use crate::db::{Conn, DbResult};
use crate::events::store::{self as events, EventFilter, Order, Organiser, Seats};
use crate::events::{Event, EventId, EventStatus, OrganisationRole, Series, place_line, rules};
use crate::http::webcal;
use crate::interchange::{embeddable, series_data, to_html, to_text};
use crate::time::{Language, Phase, When, WhenInput, Zone};

/// How many events of a series its page names.
const MOST_EVENTS: i64 = 1_000;
/// How long a description is at most that search engines and other sites show.
const DESCRIPTION: usize = 300;

/// A series with all that its pages show.
pub struct SeriesPage {
    series: Series,
    organisers: Vec<Organiser>,
    workspace: Workspace,
    rows: Vec<Row>,
    /// The forms of the events that people can register for now, in the order of time.
    pub forms: Vec<(EventId, Form)>,
}

/// One of its events.
struct Row {
    event: Event,
    when: When,
    phase: Phase,
    /// Whether a newcomer gets a seat at once; none where nobody can register now.
    has_room: Option<bool>,
}

impl Row {
    fn new(event: Event, seats: Option<Seats>, now: DateTime<Utc>) -> DbResult<Self> {
        let (when, phase) = (event.when()?, event.phase(now)?);
        let has_room = seats.is_none_or(Seats::has_room);
        let is_open = rules::is_registration_open(&event, phase, now) && (has_room || event.registration().wait_list);
        Ok(Self { event, when, phase, has_room: is_open.then_some(has_room) })
    }
}

impl SeriesPage {
    /// Reads it, as everybody may see it at `now`. The number of queries does not depend on what is in it.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(conn: &mut Conn, series: Series, now: DateTime<Utc>) -> DbResult<Self> {
        let filter = EventFilter { series: Some(series.id), published_only: true, ..EventFilter::default() };
        let all = events::list_events(conn, &filter, Order::Chronological, None, MOST_EVENTS)?;
        let ids: Vec<EventId> = all.iter().map(|event| event.id).collect();
        let seats = events::seats_of(conn, &ids)?;
        let seats_of = |id: EventId| seats.iter().find(|(own, _)| *own == id).map(|(_, seats)| *seats);
        let rows = all.into_iter().map(|event| {
            let seats = seats_of(event.id);
            Row::new(event, seats, now)
        });
        let rows: Vec<Row> = rows.collect::<DbResult<_>>()?;
        let open: Vec<EventId> = rows.iter().filter(|row| row.has_room.is_some()).map(|row| row.event.id).collect();
        Ok(Self {
            organisers: events::series_organisers(conn, series.id)?,
            workspace: accounts::store::get_workspace(conn, series.workspace_id)?,
            forms: form::store::get_many(conn, &open)?,
            series,
            rows,
        })
    }

    /// The language of its pages for a reader who wants none: its own, else the workspace's.
    pub fn language(&self) -> Language {
        let own = self.series.details.0.languages.iter().find_map(|tag| Language::parse(tag));
        own.or_else(|| Language::parse(&self.workspace.language)).unwrap_or_default()
    }

    /// The questions of the events that people can register for now.
    pub fn asked(&self) -> Vec<Asked> {
        gather(&self.forms)
    }

    /// The fields in which these are answered, where `answer` says what stands in them.
    pub fn fields<'a>(&self, asked: &[Asked], answer: impl Fn(&Asked) -> Option<&'a Value>) -> Vec<Value> {
        let fields = asked.iter().map(|one| {
            let mut question = one.question.clone();
            let owner = one.event.and_then(|id| self.rows.iter().find(|row| row.event.id == id));
            if let Some(row) = owner {
                question.label = format!("{} ({})", question.label, row.event.details.0.title);
            }
            field(&field_name(one.event, &question.key), &question, answer(one))
        });
        fields.collect()
    }

    /// What its page says to search engines, and to other sites that show a link to it.
    ///
    /// # Errors
    /// A `when` cannot be read: a hand in the database.
    pub fn head(&self, public_url: &str) -> DbResult<Safe> {
        let details = &self.series.details.0;
        let about = details.description.as_deref().map(|text| to_text(text, DESCRIPTION));
        let about = about.filter(|text| !text.is_empty()).or_else(|| details.subtitle.clone());
        let shown: Vec<Event> = self.rows.iter().map(|row| row.event.clone()).collect();
        let links = PublicLinks::of(&self.workspace, public_url);
        let data = series_data(&self.series, &self.organisers, &shown, &links)?;
        Ok(minijinja::context! {
            title => &details.title,
            address => links.series_page(self.series.id.0),
            description => about.unwrap_or_else(|| details.title.clone()),
            image => (),
            site => &self.workspace.name,
            data => Safe::from_safe_string(embeddable(&data)),
        })
    }

    /// What the templates are given: in the words of `language`, with times in the zone `reader` too. `query` keeps what the reader has
    /// chosen where a link leads to another of our pages.
    pub fn context(&self, language: Language, reader: Option<Zone>, public_url: &str, query: &str) -> Safe {
        let details = &self.series.details.0;
        let period = details.period.as_ref();
        let period =
            period.and_then(|period| period.label.clone().or_else(|| in_words(period.edtf.as_deref()?, language)));
        let organises =
            |one: &&Organiser| matches!(one.role, OrganisationRole::Organiser | OrganisationRole::CoOrganiser);
        let organisers: Vec<String> =
            self.organisers.iter().filter(organises).map(|one| one.organisation.name.clone()).collect();
        let links = PublicLinks::of(&self.workspace, public_url);
        let shown = |row: &Row| row.context(language, reader, &links, query);
        let is_past = |row: &&Row| row.phase == Phase::Past;
        minijinja::context! {
            series => minijinja::context! {
                id => self.series.id.to_string(),
                title => &details.title,
                subtitle => &details.subtitle,
                period,
                organisers,
                about => details.description.as_deref().map(|text| Safe::from_safe_string(to_html(text))),
            },
            upcoming => self.rows.iter().filter(|row| !is_past(row)).map(shown).collect::<Vec<_>>(),
            past => self.rows.iter().rev().filter(is_past).map(shown).collect::<Vec<_>>(),
            can_register => !self.forms.is_empty(),
            consents => self.consents(),
            subscribe => self.ways_to_subscribe(public_url),
            reader_zone => reader.map(Zone::name),
            workspace => minijinja::context! { name => &self.workspace.name },
        }
    }

    /// What people consent to: each text once, with the version of every event's.
    fn consents(&self) -> Safe {
        let mut texts: Vec<&str> = Vec::new();
        for text in self.forms.iter().filter_map(|(_, form)| form.consent_text.as_deref()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let versions = self.forms.iter().map(|(event, form)| {
            minijinja::context! { field => format!("events/{event}/consent_version"), version => form.consent_version }
        });
        minijinja::context! {
            texts => texts.into_iter().map(|text| Safe::from_safe_string(to_html(text))).collect::<Vec<_>>(),
            versions => versions.collect::<Vec<_>>(),
        }
    }

    /// Ways to have all of its events in a calendar, each by its name; those of the file and of the feed of news are ours to say.
    fn ways_to_subscribe(&self, public_url: &str) -> Safe {
        let ics = format!("{public_url}/calendars/series/{}.ics", self.series.id);
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (address, title) = (encode(&ics), encode(&self.series.details.0.title));
        let outlook = |host: &str| format!("https://{host}/calendar/0/addfromweb?url={address}&name={title}");
        minijinja::context! {
            webcal => webcal(&ics),
            news => format!("{public_url}/calendars/series/{}.atom", self.series.id),
            others => [
                ("Google Calendar", format!("https://calendar.google.com/calendar/render?cid={}", encode(&webcal(&ics)))),
                ("Outlook.com", outlook("outlook.live.com")),
                ("Microsoft 365", outlook("outlook.office.com")),
            ],
            ics,
        }
    }
}

impl Row {
    fn context(&self, language: Language, reader: Option<Zone>, links: &PublicLinks, query: &str) -> Safe {
        let (event, details) = (&self.event, &self.event.details.0);
        let url = links.event_url(event.id.0, event.series_id.map(|series| series.0));
        let is_ours = url.starts_with(links.base());
        let reader = reader.filter(|zone| Some(*zone) != self.when.zone());
        minijinja::context! {
            id => event.id.to_string(),
            title => &details.title,
            url => if is_ours { format!("{url}{query}") } else { url },
            when => self.when.display(language),
            reader_when => reader.and_then(|zone| self.when.display_for(zone, language)),
            place => place_line(event),
            is_cancelled => event.status == EventStatus::Cancelled,
            is_postponed => event.status == EventStatus::Postponed,
            is_open => self.has_room.is_some(),
            has_room => self.has_room == Some(true),
        }
    }
}

/// The name of the field for an answer: that of one event, or of all that ask it.
pub fn field_name(event: Option<EventId>, key: &str) -> String {
    match event {
        Some(event) => format!("events/{event}/answers/{key}"),
        None => format!("answers/{key}"),
    }
}

/// A period as a text.
fn in_words(edtf: &str, language: Language) -> Option<String> {
    WhenInput::edtf(edtf).parse().ok().map(|when| when.display(language))
}
