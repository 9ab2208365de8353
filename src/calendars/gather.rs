//! What the entries of events are made of: gathered in a fixed number of queries, whatever the number of events.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::entry::EntryParts;
use crate::accounts;
use crate::db::{Conn, DbError};
use crate::events::{self, Event, EventId, Series, SeriesId, Visibility};
use crate::http::WorkspaceId;
use crate::materials;
use crate::sessions;
use crate::sessions::rules::build_tree;
use crate::speakers;
use crate::speakers::store::AppearanceWith;

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
    let sessions = sessions::store::sessions_of_events(conn, &ids)?;
    let mut sessions = grouped(sessions.into_iter().map(|one| (one.event_id, one)).collect());
    let rooms = sessions::store::rooms_of_events(conn, &ids)?;
    let mut rooms = grouped(rooms.into_iter().map(|one| (one.event_id, one)).collect());
    let mut documentation = grouped(materials::store::public_documentation(conn, &ids)?);
    let series = events::store::find_many_series(conn, &series_ids)?;
    let series: HashMap<SeriesId, Series> = series.into_iter().filter(is_visible).map(|one| (one.id, one)).collect();
    let mut workspaces: Vec<WorkspaceId> = events.iter().map(|event| event.workspace_id).collect();
    workspaces.dedup();
    let links = accounts::links_store::link_templates(conn, &workspaces)?;
    let parts = events.into_iter().map(|event| {
        let inherited = || event.series_id.and_then(|id| of_series.get(&id)).cloned().unwrap_or_default();
        EntryParts {
            series: event.series_id.and_then(|id| series.get(&id)).cloned(),
            organisers: of_events.remove(&event.id).unwrap_or_else(inherited),
            appearances: appearances.remove(&event.id).unwrap_or_default(),
            agenda: build_tree(sessions.remove(&event.id).unwrap_or_default()),
            rooms: rooms.remove(&event.id).unwrap_or_default(),
            materials: documentation.remove(&event.id).unwrap_or_default(),
            links: links.get(&event.workspace_id).cloned().unwrap_or_default(),
            event,
        }
    });
    Ok(parts.collect())
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

fn is_visible(series: &Series) -> bool {
    series.visibility != Visibility::Draft
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
