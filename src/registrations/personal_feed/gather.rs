//! What a personal feed holds.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::model::{Attendance, Registration, RegistrationState};
use super::super::own_changes::OwnChanges;
use super::super::store::Changed;
use super::store;
use crate::accounts::{self, Workspace};
use crate::calendars::{CalendarError, EntryParts, event_parts, newest_change};
use crate::db::{Conn, DbError};
use crate::events::{Event, EventId};
use crate::http::{Links, Purpose, Worth};

/// For how many days what a person has no more stays, as cancelled.
pub const KEPT_DAYS: i64 = 30;

/// The most registrations that are looked at.
const MOST: i64 = 1_000;

/// What a person's feed holds at some moment.
#[derive(Debug, Clone)]
pub struct PersonalFeed {
    /// The workspace that it is of.
    pub workspace: Workspace,
    /// When something in it was last changed.
    pub modified_at: DateTime<Utc>,
    /// Each event once, with the registration for it.
    pub entries: Vec<OwnEntry>,
}

/// An event in a person's feed.
#[derive(Debug, Clone)]
pub struct OwnEntry {
    /// What its entry is made of.
    pub parts: EntryParts,
    /// The registration that holds, or else the latest.
    pub registration: Registration,
    /// What became of all that they had for it.
    pub changes: OwnChanges,
}

/// The feed that a token opens.
///
/// # Errors
/// There is none, its link was replaced, or the database failed.
pub fn open_personal_feed(
    conn: &mut Conn,
    links: &Links,
    token: &str,
    now: DateTime<Utc>,
) -> Result<PersonalFeed, CalendarError> {
    let claim = Links::parse(token).ok_or(CalendarError::NotFound)?;
    let feed = store::find(conn, claim.subject)?.ok_or(CalendarError::NotFound)?;
    match links.check(&claim, Purpose::Feed, feed.link.version) {
        Worth::Valid => {}
        Worth::Revoked => return Err(CalendarError::LinkRevoked),
        Worth::Unknown => return Err(CalendarError::NotFound),
    }
    let workspace = accounts::store::get_workspace(conn, feed.workspace_id)?;
    let all = store::registrations_of(conn, &feed, MOST)?;
    let mut changes: HashMap<EventId, Vec<Changed>> = HashMap::new();
    for one in store::changes_of(conn, &feed)? {
        changes.entry(one.event_id).or_default().push(one);
    }
    let changed = changes.values().flatten().map(|one| one.updated_at.0).max();
    let mut own = one_for_each_event(all.into_iter().filter(|one| is_shown(one, now)).collect());
    let ids: Vec<EventId> = own.keys().copied().collect();
    let events = store::events_of(conn, &ids)?;
    // Hidden events count: hiding one changes the feed that it was in.
    let hidden = events.iter().map(|event| event.updated_at.0).max();
    let parts = event_parts(conn, events.into_iter().filter(Event::is_public).collect())?;
    let modified_at = [changed, hidden, newest_change(&parts), Some(feed.updated_at.0), Some(workspace.updated_at.0)];
    let mut entries = Vec::with_capacity(parts.len());
    for parts in parts {
        let id = parts.event.id;
        let unknown = || DbError::Corrupt(format!("event {id} without its registration"));
        let registration = own.remove(&id).ok_or_else(unknown)?;
        let changes = OwnChanges::of(changes.remove(&id).unwrap_or_default());
        entries.push(OwnEntry { parts, registration, changes });
    }
    Ok(PersonalFeed { workspace, modified_at: modified_at.into_iter().flatten().max().unwrap_or(now), entries })
}

/// Whether a registration stands in the feed of its address at `now`. One for the recording takes nobody's time; one whose address
/// was not confirmed may be a stranger's.
fn is_shown(one: &Registration, now: DateTime<Utc>) -> bool {
    let is_proven = one.verify_by.is_none() || one.verified_at.is_some();
    let is_kept = !one.state.is_over() || one.ended_at.is_some_and(|at| now < at.0 + TimeDelta::days(KEPT_DAYS));
    is_proven && is_kept && one.attendance == Attendance::Live && one.state != RegistrationState::PendingVerification
}

/// For each event the registration that holds, or else the latest. They come with the latest first.
fn one_for_each_event(all: Vec<Registration>) -> HashMap<EventId, Registration> {
    let mut own: HashMap<EventId, Registration> = HashMap::new();
    for one in all {
        let holds = !one.state.is_over();
        if holds || !own.contains_key(&one.event_id) {
            own.insert(one.event_id, one);
        }
    }
    own
}
