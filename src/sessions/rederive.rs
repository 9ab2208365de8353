//! Following the time zone data: the events to come with their sessions, page by page.
//!
//! Sessions stand here because they have their event's zone. Answers derive their instants whenever they are read; what is
//! stored of them is renewed all the same, since it says which side of an hour shown twice is meant.

use crate::db::{Conn, Db, DbError, DbResult};
use crate::events::store::{events_with_times, lock_event, lock_timezone_data, set_timezone_data};
use crate::events::{self, Event, EventId};
use crate::time::{Clock, Context, Ids, Zone, tzdata_version};

use super::model::Session;
use super::replace::save;
use super::{rules, store};
use crate::db::types::At;

/// How many events are looked at in one transaction.
const PAGE: usize = 100;

/// Keeps the instants of events and sessions in step with the time zone data.
pub struct TimezoneFollower {
    db: Db,
    clock: Clock,
    ids: Ids,
}

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    seen: usize,
    moved: usize,
}

impl TimezoneFollower {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// Goes through the events to come if the time zone data has changed since that was last done, or goes on where it was
    /// broken off. Does nothing otherwise. Any number of workers may do so at once.
    pub async fn follow(&self) {
        let version = tzdata_version();
        let mut all = Count::default();
        let mut pages = 0_usize;
        loop {
            let (context, with) = (Context::new(&self.clock, &self.ids), version.clone());
            match self.db.write(move |conn| rederive_page(conn, &context, &with)).await {
                Ok(Some(page)) => {
                    pages += 1;
                    all = Count { seen: all.seen + page.seen, moved: all.moved + page.moved };
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, version, "the events do not follow the time zone data yet");
                    break;
                }
            }
        }
        if pages > 0 {
            tracing::info!(version, seen = all.seen, moved = all.moved, "events follow the time zone data");
            let moved = u64::try_from(all.moved).unwrap_or(u64::MAX);
            metrics::counter!("plenary_timezone_moved_events_total").increment(moved);
        }
    }
}

/// Looks at the next page of events with the rules in use, whose release is `version`. None if there is nothing to do.
fn rederive_page(conn: &mut Conn, context: &Context, version: &str) -> DbResult<Option<Count>> {
    let stored = lock_timezone_data(conn)?;
    let Some(mut state) = events::next_page(stored, version, context.now) else { return Ok(None) };
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let since = events::still_matters_since(context.now);
    let page = events_with_times(conn, state.behind_id, since, limit)?;
    let mut count = Count { seen: page.len(), moved: 0 };
    // Nearly all stay as they are: only what moves is locked, and looked at again then.
    for event in stale(conn, &page)? {
        count.moved += usize::from(rederive(conn, context, event, version)?);
    }
    let is_last = page.len() < PAGE;
    state.behind_id = page.last().map(|event| event.id).filter(|_| !is_last);
    state.done_at = is_last.then_some(At(context.now));
    set_timezone_data(conn, &state)?;
    Ok(Some(count))
}

/// Those of these events that are not as the rules in use have them. One that cannot be read stops none of the others.
fn stale<'a>(conn: &mut Conn, page: &'a [Event]) -> DbResult<Vec<&'a Event>> {
    let ids: Vec<EventId> = page.iter().map(|event| event.id).collect();
    let sessions = store::stored_sessions(conn, &ids)?;
    let is_stale = |event: &Event| -> DbResult<bool> {
        let zone = event.when()?.zone();
        let mut own = sessions.iter().filter(|session| session.event_id == event.id);
        Ok(event.rederived()?.is_some() || own.any(|session| rederived(session, zone).is_some()))
    };
    let stale = page.iter().filter(|event| {
        is_stale(event).unwrap_or_else(|error| {
            tracing::warn!(event.id = %event.id, %error, "its times cannot be derived anew");
            false
        })
    });
    Ok(stale.collect())
}

/// Stores an event and its sessions as the rules in use have them, and says whether anything moved.
fn rederive(conn: &mut Conn, context: &Context, event: &Event, version: &str) -> DbResult<bool> {
    let event = match lock_event(conn, event.workspace_id, event.id) {
        Err(DbError::NotFound) => return Ok(false),
        locked => locked?,
    };
    let zone = event.when()?.zone();
    let mut moved = 0;
    for session in store::stored_sessions(conn, &[event.id])? {
        if let Some(after) = rederived(&session, zone) {
            moved += save(conn, context, &session, &after)?;
        }
    }
    events::rederive_event(conn, context, &event, version, moved)
}

/// A session with its instants derived anew; none if they are those that it has, or if it has none.
fn rederived(session: &Session, zone: Option<Zone>) -> Option<Session> {
    let zone = zone.filter(|_| session.fields.starts_at.is_some())?;
    let mut after = session.clone();
    rules::rederive(&mut after.fields, Some(zone));
    (after != *session).then_some(after)
}
