//! A feed that was read, and how it is written.

use chrono::{DateTime, TimeDelta, Utc};

use super::atom;
use super::entry::{EntryOptions, EntryParts, event_entry, language_of, turning_points};
use super::error::CalendarError;
use super::ical::{Calendar, Entry, render};
use super::jscalendar;
use super::session_entry::{Chosen, session_entries};
use super::which::{Which, find_feed};
use crate::accounts::Workspace;
use crate::db::{Conn, DbError};
use crate::http::{Download, file_name};
use crate::time::{Language, Zone};

/// The most entries that a calendar of many events holds.
const MOST_ENTRIES: usize = 1_000;

/// How often readers are asked to come back, in minutes.
const REFRESH_MINUTES: i64 = 60;

/// What a reader asked of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedOptions {
    /// Whether events that are not known to the day are shown.
    pub shows_tentative: bool,
    /// Whether sessions stand for their events, where they have a time.
    pub shows_sessions: bool,
}

/// In which form a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// RFC 5545.
    Icalendar,
    /// RFC 8984.
    Jscalendar,
    /// RFC 4287: what is new.
    Atom,
}

/// When what a feed is about was last changed, beside its events.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Changes {
    /// The series, organisation and so on, and what is known to have been in it.
    pub subject: Option<DateTime<Utc>>,
    /// Whatever may have been in it.
    pub beside: Option<DateTime<Utc>>,
}

/// What a feed holds.
#[derive(Debug, Clone)]
pub struct Feed {
    /// What it is about, whatever it is called: the same for ever.
    pub uid: String,
    /// Where it is on this server, without what says its form; empty where nothing in it says so.
    pub address: String,
    /// What it is called.
    pub name: String,
    /// What its workspace is called.
    pub publisher: String,
    /// The name of its file.
    pub file_name: String,
    /// The zone of its workspace.
    pub timezone: Option<Zone>,
    /// The language of our words, for events in a language that we do not write.
    pub language: Language,
    /// When something that it shows was last changed: what it says of itself.
    pub updated_at: DateTime<Utc>,
    /// When it last became another, as far as can be told: by a change of what it shows, or of what it showed until then.
    pub modified_at: DateTime<Utc>,
    /// Whether it is a programme to look at, rather than an appointment.
    pub is_programme: bool,
    /// Which sessions it shows, if it shows any.
    pub chosen: Chosen,
    /// What the reader asked for.
    pub options: FeedOptions,
    /// Its events.
    pub events: Vec<EntryParts>,
}

/// Looks for a feed and reads what it holds.
///
/// # Errors
/// There is none that everybody may see, or the database failed.
pub fn read_feed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    which: &Which,
    options: FeedOptions,
) -> Result<Feed, CalendarError> {
    find_feed(conn, now, which)?.read(conn, options)
}

impl Feed {
    /// A programme of these events. Its file is called as it is, or else after its kind.
    pub(super) fn new(
        workspace: &Workspace,
        (name, kind): (&str, &str),
        options: FeedOptions,
        events: Vec<EntryParts>,
        changes: Changes,
    ) -> Self {
        // What they show of organisations and speakers raises the events' own time.
        let of_events = events.iter().flat_map(|parts| {
            let series = parts.series.iter().map(|series| series.updated_at.0);
            series.chain([parts.event.updated_at.0])
        });
        let updated_at = of_events.chain(changes.subject).fold(workspace.updated_at.0, DateTime::max);
        Self {
            uid: String::new(),
            address: String::new(),
            name: name.to_owned(),
            publisher: workspace.name.clone(),
            file_name: file_name(name, kind, "ics"),
            timezone: Zone::parse(&workspace.timezone).ok(),
            language: workspace.spoken(),
            updated_at,
            modified_at: changes.beside.map_or(updated_at, |at| at.max(updated_at)),
            is_programme: true,
            chosen: Chosen::All,
            options,
            events,
        }
    }

    /// The feed as a file in this form at `now`.
    ///
    /// # Errors
    /// As for [`Feed::render`].
    pub fn write(&self, form: Form, public_url: &str, now: DateTime<Utc>) -> Result<Download, CalendarError> {
        let corrupt = |error: serde_json::Error| DbError::Corrupt(error.to_string());
        Ok(match form {
            Form::Icalendar => self.render(public_url, now)?,
            Form::Jscalendar => Download {
                media_type: jscalendar::MEDIA_TYPE,
                file_name: self.file_name.replace(".ics", ".json"),
                modified_at: self.shown_since(now)?,
                body: jscalendar::render(&self.calendar(public_url, now)?, &self.uid, self.updated_at)
                    .map_err(corrupt)?,
            },
            Form::Atom => Download {
                media_type: atom::MEDIA_TYPE,
                file_name: self.file_name.replace(".ics", ".atom"),
                modified_at: self.modified_at,
                body: atom::render(self, public_url)?,
            },
        })
    }

    /// The feed as an iCalendar file at `now`.
    ///
    /// # Errors
    /// An event cannot be read. Its entry is not left out: readers would take it for gone.
    pub fn render(&self, public_url: &str, now: DateTime<Utc>) -> Result<Download, CalendarError> {
        Ok(Download {
            media_type: "text/calendar; charset=utf-8",
            file_name: self.file_name.clone(),
            modified_at: self.shown_since(now)?,
            body: render(&self.calendar(public_url, now)?),
        })
    }

    /// The feed as a calendar at `now`.
    fn calendar(&self, public_url: &str, now: DateTime<Utc>) -> Result<Calendar, CalendarError> {
        let mut entries = Vec::with_capacity(self.events.len());
        for parts in &self.events {
            let more = self.entries(parts, public_url, now)?;
            // They come in the order in which a feed of too many events leaves the last ones out.
            if self.is_programme && !entries.is_empty() && entries.len() + more.len() > MOST_ENTRIES {
                break;
            }
            entries.extend(more);
        }
        Ok(Calendar {
            name: self.name.clone(),
            is_collection: self.is_programme,
            description: None,
            url: None,
            timezone: self.timezone,
            refresh: Some(TimeDelta::minutes(REFRESH_MINUTES)),
            method: None,
            entries,
        })
    }

    fn entries(&self, parts: &EntryParts, public_url: &str, now: DateTime<Utc>) -> Result<Vec<Entry>, CalendarError> {
        let options = EntryOptions {
            language: language_of(&parts.event, self.language),
            shows_tentative: self.options.shows_tentative,
            is_programme: self.is_programme,
            ..EntryOptions::default()
        };
        if self.options.shows_sessions || matches!(self.chosen, Chosen::One(_)) {
            return Ok(session_entries(parts, self.chosen, &options, public_url, now)?);
        }
        Ok(event_entry(parts, &options, public_url, now)?.into_iter().collect())
    }

    /// When next, after `now`, it becomes another though nothing is changed and no day begins.
    ///
    /// # Errors
    /// An event cannot be read.
    pub fn changes_by_itself_at(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, CalendarError> {
        Ok(self.turning_points()?.into_iter().filter(|at| *at > now).min())
    }

    /// When what it shows at `now` last became another: by a change, or by itself.
    fn shown_since(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, CalendarError> {
        let by_itself = self.turning_points()?.into_iter().filter(|at| *at <= now).max();
        Ok(by_itself.map_or(self.modified_at, |at| at.max(self.modified_at)))
    }

    fn turning_points(&self) -> Result<Vec<DateTime<Utc>>, CalendarError> {
        let mut all = Vec::new();
        for parts in &self.events {
            all.extend(turning_points(parts)?);
        }
        Ok(all)
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
