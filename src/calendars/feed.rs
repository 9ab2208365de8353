//! What a feed holds: gathered in a fixed number of queries, whatever the number of events.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::entry::{EntryOptions, EntryParts, event_entry, language_of};
use super::error::CalendarError;
use super::ical::{Calendar, render};
use super::store::{self, Scope};
use crate::accounts::{self, Workspace};
use crate::db::{Conn, DbError};
use crate::events::store::{EventFilter, Order};
use crate::events::{self, Event, EventId, EventKind, Series, SeriesId, Visibility};
use crate::http::{Download, WorkspaceId, file_name};
use crate::materials;
use crate::organisations::{self, OrganisationId};
use crate::speakers::store::AppearanceWith;
use crate::speakers::{self, SpeakerId};
use crate::time::{Language, Zone};

/// How long the past stays in a feed without an end of its own, in days.
const PAST_DAYS: i64 = 90;

/// The most events that a feed holds.
const MOST_EVENTS: i64 = 1_000;

/// How often readers are asked to come back, in minutes.
const REFRESH_MINUTES: i64 = 60;

/// What a reader asked of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedOptions {
    /// Whether events that are not known to the day are shown.
    pub shows_tentative: bool,
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

/// What a feed holds.
#[derive(Debug, Clone)]
pub struct Feed {
    /// What it is called.
    pub name: String,
    /// The name of its file.
    pub file_name: String,
    /// The zone of its workspace.
    pub timezone: Option<Zone>,
    /// The language of our words, for events in a language that we do not write.
    pub language: Language,
    /// When something in it was last changed.
    pub modified_at: DateTime<Utc>,
    /// Whether it is a programme to look at, rather than an appointment.
    pub is_programme: bool,
    /// What the reader asked for.
    pub options: FeedOptions,
    /// Its events.
    pub events: Vec<EntryParts>,
}

impl Feed {
    /// The feed as a file at `now`.
    ///
    /// # Errors
    /// An event cannot be read. Its entry is not left out: readers would take it for gone.
    pub fn render(&self, public_url: &str, now: DateTime<Utc>) -> Result<Download, CalendarError> {
        let mut entries = Vec::with_capacity(self.events.len());
        for parts in &self.events {
            let options = EntryOptions {
                language: language_of(&parts.event, self.language),
                shows_tentative: self.options.shows_tentative,
                is_programme: self.is_programme,
                ..EntryOptions::default()
            };
            entries.extend(event_entry(parts, &options, public_url, now)?);
        }
        let calendar = Calendar {
            name: self.name.clone(),
            description: None,
            url: None,
            timezone: self.timezone,
            refresh: Some(TimeDelta::minutes(REFRESH_MINUTES)),
            method: None,
            entries,
        };
        Ok(Download {
            media_type: "text/calendar; charset=utf-8",
            file_name: self.file_name.clone(),
            modified_at: self.modified_at,
            body: render(&calendar),
        })
    }
}

/// One event, at any time.
///
/// # Errors
/// There is none that everybody may see, or the database failed.
pub fn event_feed(conn: &mut Conn, id: EventId, options: FeedOptions) -> Result<Feed, CalendarError> {
    let event = events::store::find_event(conn, id)?.filter(Event::is_public).ok_or(CalendarError::NotFound)?;
    let workspace = accounts::store::get_workspace(conn, event.workspace_id)?;
    let title = event.details.0.title.clone();
    let events = event_parts(conn, vec![event])?;
    let feed = feed_of(&workspace, &title, "event", options, events, None);
    Ok(Feed { is_programme: false, ..feed })
}

/// The events of a series, from its first to its last.
///
/// # Errors
/// There is none that everybody may see, or the database failed.
pub fn series_feed(conn: &mut Conn, id: SeriesId, options: FeedOptions) -> Result<Feed, CalendarError> {
    let series = events::store::find_series(conn, id)?.filter(is_visible).ok_or(CalendarError::NotFound)?;
    let workspace = accounts::store::get_workspace(conn, series.workspace_id)?;
    let filter = EventFilter { series: Some(id), ..published() };
    let events = list_parts(conn, &filter)?;
    let changed_at = newest([Some(series.updated_at.0), store::newest_change(conn, Scope::Series(id))?]);
    Ok(feed_of(&workspace, &series.details.0.title, "series", options, events, changed_at))
}

/// The events in which an organisation has a part.
///
/// # Errors
/// Nothing published names the organisation, or the database failed.
pub fn organisation_feed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: OrganisationId,
    options: FeedOptions,
) -> Result<Feed, CalendarError> {
    let organisation = organisations::store::find_anywhere(conn, id)?.ok_or(CalendarError::NotFound)?;
    // Another one, where it was merged: whoever subscribed to it goes on with that.
    let id = organisation.id;
    if !organisations::store::is_public(conn, id, now)? {
        return Err(CalendarError::NotFound);
    }
    let workspace = accounts::store::get_workspace(conn, organisation.workspace_id)?;
    let filter = EventFilter { organisation: Some(id), from: Some(start_of_window(now)), ..published() };
    let events = list_parts(conn, &filter)?;
    let changed_at = newest([Some(organisation.updated_at.0), store::newest_change(conn, Scope::Organisation(id))?]);
    Ok(feed_of(&workspace, &organisation.name, "organisation", options, events, changed_at))
}

/// The events in which a speaker appears.
///
/// # Errors
/// They appear on nothing that everybody may see, or the database failed.
pub fn speaker_feed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: SpeakerId,
    options: FeedOptions,
) -> Result<Feed, CalendarError> {
    let speaker = speakers::store::find_speaker(conn, id)?.ok_or(CalendarError::NotFound)?;
    if !speakers::store::is_public(conn, id, now)? {
        return Err(CalendarError::NotFound);
    }
    let workspace = accounts::store::get_workspace(conn, speaker.workspace_id)?;
    let filter = EventFilter { speaker: Some(id.0), from: Some(start_of_window(now)), ..published() };
    let events = list_parts(conn, &filter)?;
    let changed_at = newest([Some(speaker.updated_at.0), store::newest_change(conn, Scope::Speaker(id))?]);
    Ok(feed_of(&workspace, &speaker.name, "speaker", options, events, changed_at))
}

/// The events of a workspace, named by slug or id.
///
/// # Errors
/// There is no such workspace, or the database failed.
pub fn workspace_feed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    key: &str,
    filter: &WorkspaceFilter,
    options: FeedOptions,
) -> Result<Feed, CalendarError> {
    let workspace = accounts::store::find_workspace(conn, key)?.ok_or(CalendarError::NotFound)?;
    // Another one, where it was merged: whoever subscribed goes on with that.
    let organisation = filter.organisation.map(|id| organisations::store::present_id(conn, id)).transpose()?;
    let filter = EventFilter {
        workspace: Some(workspace.id),
        kind: filter.kind,
        language: filter.language.clone(),
        organisation,
        from: Some(start_of_window(now)),
        ..published()
    };
    let events = list_parts(conn, &filter)?;
    let changed_at = store::newest_change(conn, Scope::Workspace(workspace.id))?;
    Ok(feed_of(&workspace, &workspace.name, "events", options, events, changed_at))
}

/// What the entries of events are made of, in the order of the events.
///
/// # Errors
/// The database failed.
pub fn event_parts(conn: &mut Conn, events: Vec<Event>) -> Result<Vec<EntryParts>, DbError> {
    let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
    let mut series_ids: Vec<SeriesId> = events.iter().filter_map(|event| event.series_id).collect();
    series_ids.sort_unstable();
    series_ids.dedup();
    let mut of_events = grouped(events::store::events_organisers(conn, &ids)?);
    let of_series = grouped(events::store::many_series_organisers(conn, &series_ids)?);
    let mut appearances = standing(speakers::store::appearances_of_events(conn, &ids)?);
    let mut documentation = grouped(materials::store::public_documentation(conn, &ids)?);
    let series = events::store::find_many_series(conn, &series_ids)?;
    let series: HashMap<SeriesId, Series> = series.into_iter().filter(is_visible).map(|one| (one.id, one)).collect();
    let mut workspaces: Vec<WorkspaceId> = events.iter().map(|event| event.workspace_id).collect();
    workspaces.dedup();
    let links = accounts::links_store::link_templates(conn, &workspaces)?;
    let parts = events.into_iter().map(|event| {
        let links = links.get(&event.workspace_id).cloned().unwrap_or_default();
        let inherited = || event.series_id.and_then(|id| of_series.get(&id)).cloned().unwrap_or_default();
        let organisers = of_events.remove(&event.id).unwrap_or_else(inherited);
        let series = event.series_id.and_then(|id| series.get(&id)).cloned();
        let appearances = appearances.remove(&event.id).unwrap_or_default();
        let materials = documentation.remove(&event.id).unwrap_or_default();
        EntryParts { event, series, organisers, appearances, materials, links }
    });
    Ok(parts.collect())
}

fn list_parts(conn: &mut Conn, filter: &EventFilter) -> Result<Vec<EntryParts>, DbError> {
    let events = events::store::list_events(conn, filter, Order::Chronological, None, MOST_EVENTS)?;
    event_parts(conn, events)
}

fn published() -> EventFilter {
    EventFilter { published_only: true, ..EventFilter::default() }
}

fn is_visible(series: &Series) -> bool {
    series.visibility != Visibility::Draft
}

/// Moves once a day, so that the feed stays the same in between.
fn start_of_window(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(PAST_DAYS)
}

/// When something that the entries of events are made of was last changed.
pub fn newest_change(events: &[EntryParts]) -> Option<DateTime<Utc>> {
    let of_events = events.iter().flat_map(|parts| {
        let organisers = parts.organisers.iter().map(|one| one.organisation.updated_at.0);
        let series = parts.series.iter().map(|series| series.updated_at.0);
        let speakers = parts.appearances.iter().filter_map(|one| one.speaker.as_ref()).map(|one| one.updated_at.0);
        organisers.chain(series).chain(speakers).chain([parts.event.updated_at.0])
    });
    of_events.max()
}

fn feed_of(
    workspace: &Workspace,
    name: &str,
    kind: &str,
    options: FeedOptions,
    events: Vec<EntryParts>,
    changed_at: Option<DateTime<Utc>>,
) -> Feed {
    let modified_at = [newest_change(&events), changed_at, Some(workspace.updated_at.0)].into_iter().flatten().max();
    Feed {
        name: name.to_owned(),
        file_name: file_name(name, kind, "ics"),
        timezone: Zone::parse(&workspace.timezone).ok(),
        language: Language::parse(&workspace.language).unwrap_or_default(),
        modified_at: modified_at.unwrap_or(workspace.updated_at.0),
        is_programme: true,
        options,
        events,
    }
}

fn newest(instants: [Option<DateTime<Utc>>; 2]) -> Option<DateTime<Utc>> {
    instants.into_iter().flatten().max()
}

/// Who appears on each event, those of the whole event before those of its sessions; not who declined or withdrew.
fn standing(mut all: Vec<AppearanceWith>) -> HashMap<EventId, Vec<AppearanceWith>> {
    all.retain(|one| one.appearance.status.stands());
    all.sort_by_key(|one| (one.appearance.session_id, one.appearance.position, one.appearance.id));
    grouped(all.into_iter().map(|one| (one.appearance.event_id, one)).collect())
}

fn grouped<K: Eq + std::hash::Hash, T>(rows: Vec<(K, T)>) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for (key, one) in rows {
        groups.entry(key).or_default().push(one);
    }
    groups
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
