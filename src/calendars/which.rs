//! Which feed is asked for: whether everybody may see it, and whether it has changed since it was written.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::atom;
use super::error::CalendarError;
use super::feed::{Changes, Feed, FeedOptions, Form};
use super::gather::event_parts;
use super::jscalendar::group_uid;
use super::session_entry::Chosen;
use super::store::{self, Totals};
use crate::accounts::{self, Workspace};
use crate::db::{Conn, DbError};
use crate::events::store::{EventFilter, Order};
use crate::events::{self, Event, EventId, EventKind, SeriesId, SessionId, Visibility};
use crate::http::WorkspaceId;
use crate::organisations::{self, OrganisationId};
use crate::sessions;
use crate::speakers::{self, SpeakerId};
use crate::time::tzdata_version;

/// How long the past stays in a feed without an end of its own, in days.
const PAST_DAYS: i64 = 90;

/// The most events that a feed holds.
const MOST_EVENTS: i64 = 1_000;

/// Which feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// One event, at any time.
    Event(EventId),
    /// One session of an event, at any time.
    Session(SessionId),
    /// The events of a series, from its first to its last.
    Series(SeriesId),
    /// The events in which an organisation has a part.
    Organisation(OrganisationId),
    /// The events in which a speaker appears.
    Speaker(SpeakerId),
    /// The events of a workspace, which is named by slug or id.
    Workspace(String, WorkspaceFilter),
}

/// Which events of a workspace. Every part that is given has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceFilter {
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// In this language.
    pub language: Option<String>,
    /// In which this organisation has a part.
    pub organisation: Option<OrganisationId>,
}

/// A feed that everybody may see, of which nothing is read yet but what it is about.
pub struct Found {
    workspace: Workspace,
    /// What it is called.
    name: String,
    /// See [`Feed::uid`].
    uid: String,
    /// What it is called where the name has no letters.
    kind: &'static str,
    /// The row that it is about, beside its workspace: its revision, and when it was last changed.
    subject: Option<(i64, DateTime<Utc>)>,
    contents: Contents,
}

enum Contents {
    /// One event, whole or by a session.
    Event(Box<Event>, Chosen),
    /// Many.
    Events(Box<EventFilter>, Chosen),
}

/// What a feed depends on, besides what was asked of it. Two equal stamps make equal feeds, unless an event changes by itself in
/// between: every change of an event, or of what it shows of others, raises its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The first day of the window moves with it.
    day: NaiveDate,
    tzdata: String,
    /// The organisation that is meant, after merging.
    organisation: Option<OrganisationId>,
    workspace_id: WorkspaceId,
    workspace: (i64, DateTime<Utc>),
    subject: Option<(i64, DateTime<Utc>)>,
    events: Totals,
    series: Totals,
}

/// Looks for a feed.
///
/// # Errors
/// There is none that everybody may see, or the database failed.
pub fn find_feed(conn: &mut Conn, now: DateTime<Utc>, which: &Which) -> Result<Found, CalendarError> {
    match which {
        Which::Event(id) => find_event(conn, *id, Chosen::All),
        Which::Session(id) => {
            let session = sessions::store::find_session(conn, *id)?.ok_or(CalendarError::NotFound)?;
            let found = find_event(conn, session.event_id, Chosen::One(*id))?;
            Ok(Found { uid: group_uid(&session.uid), name: session.fields.title, kind: "session", ..found })
        }
        Which::Series(id) => {
            let series = events::store::find_series(conn, *id)?.filter(|one| one.visibility != Visibility::Draft);
            let series = series.ok_or(CalendarError::NotFound)?;
            Ok(Found {
                workspace: accounts::store::get_workspace(conn, series.workspace_id)?,
                name: series.details.0.title,
                uid: series.id.to_string(),
                kind: "series",
                subject: Some((series.revision, series.updated_at.0)),
                contents: many(EventFilter { series: Some(*id), ..published() }, Chosen::All),
            })
        }
        Which::Organisation(id) => find_organisation(conn, now, *id),
        Which::Speaker(id) => find_speaker(conn, now, *id),
        Which::Workspace(key, filter) => {
            let workspace = accounts::store::find_workspace(conn, key)?.ok_or(CalendarError::NotFound)?;
            let organisation = filter.organisation.map(|id| find_filter(conn, workspace.id, id)).transpose()?;
            let filter = EventFilter {
                workspace: Some(workspace.id),
                kind: filter.kind,
                language: filter.language.clone(),
                organisation,
                from: Some(start_of_window(now)),
                ..published()
            };
            let (name, contents) = (workspace.name.clone(), many(filter, Chosen::All));
            Ok(Found { uid: workspace.id.to_string(), workspace, name, kind: "events", subject: None, contents })
        }
    }
}

fn find_event(conn: &mut Conn, id: EventId, chosen: Chosen) -> Result<Found, CalendarError> {
    let event = events::store::find_event(conn, id)?.filter(Event::is_public).ok_or(CalendarError::NotFound)?;
    Ok(Found {
        workspace: accounts::store::get_workspace(conn, event.workspace_id)?,
        name: event.details.0.title.clone(),
        uid: group_uid(&event.uid),
        kind: "event",
        subject: Some((event.revision, event.updated_at.0)),
        contents: Contents::Event(Box::new(event), chosen),
    })
}

/// An organisation whose events are chosen. None would choose no event, and empty a calendar that had some.
fn find_filter(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> Result<OrganisationId, CalendarError> {
    // Another one, where it was merged: whoever subscribed goes on with that.
    let found = organisations::store::find_anywhere(conn, id)?.filter(|one| one.workspace_id == workspace);
    found.map(|one| one.id).ok_or(CalendarError::NotFound)
}

fn find_organisation(conn: &mut Conn, now: DateTime<Utc>, id: OrganisationId) -> Result<Found, CalendarError> {
    let organisation = organisations::store::find_anywhere(conn, id)?.ok_or(CalendarError::NotFound)?;
    // Another one, where it was merged: whoever subscribed to it goes on with that.
    let id = organisation.id;
    if !organisations::store::is_public(conn, id, now)? {
        return Err(CalendarError::NotFound);
    }
    let workspace = Some(organisation.workspace_id);
    let filter = EventFilter { workspace, organisation: Some(id), from: Some(start_of_window(now)), ..published() };
    Ok(Found {
        workspace: accounts::store::get_workspace(conn, organisation.workspace_id)?,
        name: organisation.name,
        uid: id.to_string(),
        kind: "organisation",
        subject: Some((organisation.revision, organisation.updated_at.0)),
        contents: many(filter, Chosen::All),
    })
}

fn find_speaker(conn: &mut Conn, now: DateTime<Utc>, id: SpeakerId) -> Result<Found, CalendarError> {
    let speaker = speakers::store::find_speaker(conn, id)?.ok_or(CalendarError::NotFound)?;
    if !speakers::store::is_public(conn, id, now)? {
        return Err(CalendarError::NotFound);
    }
    let workspace = Some(speaker.workspace_id);
    let filter = EventFilter { workspace, speaker: Some(id.0), from: Some(start_of_window(now)), ..published() };
    Ok(Found {
        workspace: accounts::store::get_workspace(conn, speaker.workspace_id)?,
        name: speaker.name,
        uid: id.to_string(),
        kind: "speaker",
        subject: Some((speaker.revision, speaker.updated_at.0)),
        contents: many(filter, Chosen::Of(id)),
    })
}

impl Found {
    /// Under which address it is kept: the same for whatever leads to it, and another for each thing that is asked of it.
    pub fn address(&self, options: FeedOptions, form: Form) -> String {
        let chosen = match &self.contents {
            Contents::Event(..) => String::new(),
            Contents::Events(filter, _) => format!("{:?} {:?} {:?}", filter.kind, filter.language, filter.organisation),
        };
        format!("{} {} {chosen} {options:?} {form:?}", self.kind, self.uid)
    }

    /// Whether it is a choice by what readers write themselves.
    pub fn is_narrow(&self) -> bool {
        match &self.contents {
            Contents::Event(..) => false,
            Contents::Events(filter, _) => {
                self.kind == "events" && (filter.language.is_some() || filter.organisation.is_some())
            }
        }
    }

    /// What it depends on at `now`, in one query that indexes answer. To be read before what it holds: what is changed in
    /// between then makes the next stamp another.
    ///
    /// # Errors
    /// The database failed.
    pub fn stamp(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Stamp, DbError> {
        let workspace = self.workspace.id;
        // One event is its own subject. For many the whole workspace counts, so that none can come or go unseen.
        let (events, series) = match &self.contents {
            Contents::Event(..) => (Totals::default(), store::total_of_series(conn, workspace)?),
            Contents::Events(..) => store::totals_of_programme(conn, workspace)?,
        };
        Ok(Stamp {
            day: now.date_naive(),
            tzdata: tzdata_version(),
            organisation: match &self.contents {
                Contents::Event(..) => None,
                Contents::Events(filter, _) => filter.organisation,
            },
            workspace_id: workspace,
            workspace: (self.workspace.revision, self.workspace.updated_at.0),
            subject: self.subject,
            events,
            series,
        })
    }

    /// What it holds.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(self, conn: &mut Conn, options: FeedOptions) -> Result<Feed, CalendarError> {
        let changes = self.changes(conn)?;
        let (is_programme, chosen, events) = match self.contents {
            Contents::Event(event, chosen) => (false, chosen, vec![*event]),
            Contents::Events(filter, chosen) => {
                // The whole of a series; of one that is too long, what is to come.
                let order = if filter.series.is_some() { Order::Reverse } else { Order::Chronological };
                let events = events::store::list_events(conn, &filter, order, None, MOST_EVENTS)?;
                (true, chosen, events)
            }
        };
        let events = event_parts(conn, events)?;
        let feed = Feed::new(&self.workspace, (&self.name, self.kind), options, events, changes);
        Ok(Feed { uid: self.uid, is_programme, chosen, ..feed })
    }

    /// What is new of it: the events of a series or a workspace that were changed last, whenever they are.
    ///
    /// # Errors
    /// It is another feed, or the database failed.
    pub fn read_news(self, conn: &mut Conn) -> Result<Feed, CalendarError> {
        let changes = self.changes(conn)?;
        let (series, address) = match &self.contents {
            Contents::Events(filter, _) if self.kind == "series" => {
                (filter.series, format!("/calendars/series/{}", self.uid))
            }
            Contents::Events(..) if self.kind == "events" => {
                (None, format!("/calendars/workspaces/{}", self.workspace.slug))
            }
            _ => return Err(CalendarError::NotFound),
        };
        let events = store::newest_events(conn, self.workspace.id, series, atom::MOST_ENTRIES)?;
        let events = event_parts(conn, events)?;
        let options = FeedOptions::default();
        let feed = Feed::new(&self.workspace, (&self.name, self.kind), options, events, changes);
        Ok(Feed { uid: self.uid, address, ..feed })
    }

    /// An event that left a feed of many has changed it as well. Which it may have been in is known of a series and of a whole
    /// workspace; of what else readers choose, only that it was one of the workspace. What never was public is nothing to them.
    fn changes(&self, conn: &mut Conn) -> Result<Changes, DbError> {
        let Contents::Events(filter, _) = &self.contents else {
            return Ok(Changes { subject: self.subject.map(|(_, at)| at), beside: None });
        };
        let beside = store::newest_public_change(conn, self.workspace.id)?;
        let own = match filter.series {
            Some(series) => store::newest_public_event(conn, self.workspace.id, Some(series))?,
            None if self.kind == "events" && filter.kind.is_none() && !self.is_narrow() => beside,
            None => None,
        };
        Ok(Changes { subject: self.subject.map(|(_, at)| at).max(own), beside })
    }
}

fn many(filter: EventFilter, chosen: Chosen) -> Contents {
    Contents::Events(Box::new(filter), chosen)
}

fn published() -> EventFilter {
    EventFilter { published_only: true, ..EventFilter::default() }
}

/// Moves once a day, so that the feed stays the same in between.
fn start_of_window(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(PAST_DAYS)
}

#[cfg(test)]
impl Stamp {
    /// One that differs by its day alone.
    pub fn on(day: NaiveDate) -> Self {
        Self {
            day,
            tzdata: String::new(),
            organisation: None,
            workspace_id: WorkspaceId(uuid::Uuid::nil()),
            workspace: (1, DateTime::UNIX_EPOCH),
            subject: None,
            events: Totals::default(),
            series: Totals::default(),
        }
    }
}
