//! Queries on how far the events follow the time zone data.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::model::{Event, EventId};
use crate::db::schema::{events, timezone_data};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::time::Precision;

/// Which time zone data the instants of events are derived with, and how far that has come. There is one of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = timezone_data)]
#[diesel(treat_none_as_null = true)]
pub struct TimezoneData {
    /// The release, see [`crate::time::tzdata_version`]; empty if it is not known.
    pub version: String,
    /// When a worker first had it.
    pub seen_at: Option<At>,
    /// The last event that was looked at; none at the beginning of a pass, and behind its end.
    pub behind_id: Option<EventId>,
    /// When every event had been looked at.
    pub done_at: Option<At>,
}

/// Locks and reads it: workers look at one page after another, whichever of them.
///
/// # Errors
/// The database failed.
pub fn lock_timezone_data(conn: &mut Conn) -> DbResult<TimezoneData> {
    diesel::update(timezone_data::table).set(timezone_data::version.eq(timezone_data::version)).execute(conn)?;
    Ok(timezone_data::table.select(TimezoneData::as_select()).first(conn)?)
}

/// Stores it.
///
/// # Errors
/// The database failed.
pub fn set_timezone_data(conn: &mut Conn, data: &TimezoneData) -> DbResult<()> {
    diesel::update(timezone_data::table).set(data.clone()).execute(conn)?;
    Ok(())
}

/// The next events of every workspace behind one, by id, that have a time to the minute and end after `since`.
///
/// # Errors
/// The database failed.
pub fn events_with_times(
    conn: &mut Conn,
    behind: Option<EventId>,
    since: DateTime<Utc>,
    limit: i64,
) -> DbResult<Vec<Event>> {
    let mut query = events::table
        .filter(events::precision.eq(Precision::Datetime.as_str()))
        .filter(events::until_at.gt(Some(At(since))))
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(behind) = behind {
        query = query.filter(events::id.gt(behind));
    }
    Ok(query.order(events::id).limit(limit).select(Event::as_select()).load(conn)?)
}
