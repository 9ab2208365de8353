//! Queries on events.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::super::details::EventDetails;
use super::super::inherit::languages;
use super::super::model::{Event, EventId, EventKind, EventStatus, PreviousWhen, SeriesId, Visibility, WhenColumns};
use super::super::series_details::SeriesDefaults;
use super::series::lock_series;
use crate::db::schema::{event_organisations, event_seats, events};
use crate::db::types::{At, Json, not_before_last};
use crate::db::{Conn, DbError, DbResult, search};
use crate::http::WorkspaceId;
use crate::time::{Context, Precision, When};

/// Stores a new draft, its `when` and its seats.
///
/// # Errors
/// The series is not there, or the database failed.
pub fn insert_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &EventDetails,
    defaults: &SeriesDefaults,
    (when, status): (&When, EventStatus),
) -> DbResult<Event> {
    let id = EventId(context.uuid());
    diesel::insert_into(events::table)
        .values((
            events::id.eq(id),
            events::workspace_id.eq(workspace),
            events::uid.eq(id.to_string()),
            projection(details, defaults),
            WhenColumns::from(when),
            events::previous_whens.eq(Json(Vec::<PreviousWhen>::new())),
            events::visibility.eq(Visibility::Draft),
            events::status.eq(status),
            events::sequence.eq(0),
            events::revision.eq(1_i64),
            events::created_at.eq(At(context.now)),
            events::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    diesel::insert_into(event_seats::table)
        .values((
            event_seats::event_id.eq(id),
            event_seats::capacity.eq(details.capacity.or(defaults.capacity)),
            event_seats::taken.eq(0),
            event_seats::waiting.eq(0),
            event_seats::queue_tail.eq(0_i64),
        ))
        .execute(conn)?;
    get_event(conn, workspace, id)
}

/// The columns that are made from the details and from what the series gives.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_null = true)]
struct Projection {
    series_id: Option<SeriesId>,
    series_position: Option<i32>,
    kind: EventKind,
    title: String,
    details: Json<EventDetails>,
    series_defaults: Json<SeriesDefaults>,
    languages: Json<Vec<String>>,
    search_text: String,
}

fn projection(details: &EventDetails, defaults: &SeriesDefaults) -> Projection {
    Projection {
        series_id: details.series_id,
        series_position: details.series_position,
        kind: details.kind,
        title: details.title.clone(),
        details: Json(details.clone()),
        series_defaults: Json(defaults.clone()),
        // In lower case, as what is looked for: tags differ in case only (RFC 5646 section 2.1.1).
        languages: Json(languages(details, defaults).iter().map(|tag| tag.to_ascii_lowercase()).collect()),
        search_text: search::normalise(&details.search_words()),
    }
}

/// An event of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_event(conn: &mut Conn, workspace: WorkspaceId, id: EventId) -> DbResult<Event> {
    let event = events::table.find(id).filter(events::workspace_id.eq(workspace));
    Ok(event.select(Event::as_select()).first(conn)?)
}

/// An event of any workspace.
///
/// # Errors
/// The database failed.
pub fn find_event(conn: &mut Conn, id: EventId) -> DbResult<Option<Event>> {
    Ok(events::table.find(id).select(Event::as_select()).first(conn).optional()?)
}

/// These events, in no order. Those that are not there are left out.
///
/// # Errors
/// The database failed.
pub fn find_events(conn: &mut Conn, ids: &[EventId]) -> DbResult<Vec<Event>> {
    Ok(events::table.filter(events::id.eq_any(ids.to_vec())).select(Event::as_select()).load(conn)?)
}

/// Who can see an event and what is promised, as it is at this moment.
///
/// # Errors
/// There is none, or the database failed.
pub fn state_of(conn: &mut Conn, id: EventId) -> DbResult<(Visibility, EventStatus)> {
    Ok(events::table.find(id).select((events::visibility, events::status)).first(conn)?)
}

/// Locks an event of this workspace until the transaction ends, and reads it: two changes of one event, or of its agenda,
/// come one after the other.
///
/// # Errors
/// There is none, or the database failed.
pub fn lock_event(conn: &mut Conn, workspace: WorkspaceId, id: EventId) -> DbResult<Event> {
    let event = events::table.find(id).filter(events::workspace_id.eq(workspace));
    diesel::update(event).set(events::revision.eq(events::revision)).execute(conn)?;
    get_event(conn, workspace, id)
}

/// Locks an event of this workspace as [`lock_event`] does, and before it these series: whoever changes a series has it before
/// its events, so that neither waits for the other. Series that are not there are passed over.
///
/// # Errors
/// There is no such event, or the database failed.
pub fn lock_event_after_series(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: EventId,
    series: &[SeriesId],
) -> DbResult<Event> {
    let mut series = series.to_vec();
    series.sort_unstable();
    for one in series {
        match lock_series(conn, workspace, one) {
            Ok(_) | Err(DbError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    lock_event(conn, workspace, id)
}

/// Locks two events of this workspace until the transaction ends, in the order of their ids, so that two requests for the same
/// two never wait for each other. One that is not there is passed over.
///
/// # Errors
/// The database failed.
pub fn lock_two_events(conn: &mut Conn, workspace: WorkspaceId, one: EventId, other: EventId) -> DbResult<()> {
    for id in [one.min(other), one.max(other)] {
        match lock_event(conn, workspace, id) {
            Ok(_) | Err(DbError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Stores an event as it is now: its details, `when` and states. Raises revision and sequence.
///
/// # Errors
/// The database failed.
pub fn update_event(conn: &mut Conn, event: &Event, now: DateTime<Utc>) -> DbResult<Event> {
    diesel::update(events::table.find(event.id))
        .set((
            projection(&event.details.0, &event.series_defaults.0),
            event.when.clone(),
            events::previous_whens.eq(event.previous_whens.clone()),
            events::visibility.eq(event.visibility),
            events::status.eq(event.status),
            events::published_at.eq(event.published_at),
            events::cancelled_at.eq(event.cancelled_at),
            events::sequence.eq(events::sequence + 1),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    get_event(conn, event.workspace_id, event.id)
}

/// Stores an event's details, of which something has changed that no calendar shows. Raises the revision.
///
/// # Errors
/// The database failed.
pub fn update_unshown(conn: &mut Conn, event: &Event, now: DateTime<Utc>) -> DbResult<Event> {
    diesel::update(events::table.find(event.id))
        .set((
            projection(&event.details.0, &event.series_defaults.0),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    get_event(conn, event.workspace_id, event.id)
}

/// Renews what an event has from its series, where nothing of it shows.
///
/// # Errors
/// The database failed.
pub fn set_series_defaults(conn: &mut Conn, id: EventId, defaults: &SeriesDefaults) -> DbResult<()> {
    let event = diesel::update(events::table.find(id));
    event.set(events::series_defaults.eq(Json(defaults.clone()))).execute(conn)?;
    Ok(())
}

/// Locks the events of a series until the transaction ends, and reads them in the order of the series.
///
/// # Errors
/// The database failed.
pub fn lock_events_of_series(conn: &mut Conn, series: SeriesId) -> DbResult<Vec<Event>> {
    let all = events::table.filter(events::series_id.eq(Some(series)));
    diesel::update(all).set(events::revision.eq(events::revision)).execute(conn)?;
    let mut rows: Vec<Event> = all.select(Event::as_select()).load(conn)?;
    rows.sort_by_key(|event| (event.rank(), event.id));
    Ok(rows)
}

/// The next events of every workspace behind one, by id, that people see or saw, that are on, on a known day, and end after
/// `since`.
///
/// # Errors
/// The database failed.
pub fn events_that_may_remind(
    conn: &mut Conn,
    behind: Option<EventId>,
    since: DateTime<Utc>,
    limit: i64,
) -> DbResult<Vec<Event>> {
    let mut query = events::table
        .filter(
            events::precision
                .eq_any([Precision::Datetime, Precision::Date, Precision::Interval].map(Precision::as_str)),
        )
        .filter(events::status.eq_any([EventStatus::Scheduled, EventStatus::Tentative]))
        .filter(events::visibility.ne(Visibility::Draft))
        .filter(events::until_at.gt(Some(At(since))))
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(behind) = behind {
        query = query.filter(events::id.gt(behind));
    }
    Ok(query.order(events::id).limit(limit).select(Event::as_select()).load(conn)?)
}

/// Says that something an event shows has changed beside it: its agenda, a speaker, an organisation.
///
/// # Errors
/// The database failed.
pub fn touch_event(conn: &mut Conn, id: EventId, now: DateTime<Utc>) -> DbResult<()> {
    touch_events(conn, &[id], now)
}

/// The same of several events, in one statement.
///
/// # Errors
/// The database failed.
pub fn touch_events(conn: &mut Conn, ids: &[EventId], now: DateTime<Utc>) -> DbResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(events::table.filter(events::id.eq_any(ids.to_vec())))
        .set((
            events::sequence.eq(events::sequence + 1),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says that something beside these events has changed which belongs to them, but which no calendar shows.
///
/// # Errors
/// The database failed.
pub fn touch_unshown(conn: &mut Conn, ids: &[EventId], now: DateTime<Utc>) -> DbResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(events::table.filter(events::id.eq_any(ids.to_vec())))
        .set((events::revision.eq(events::revision + 1), events::updated_at.eq(not_before_last(now))))
        .execute(conn)?;
    Ok(())
}

/// The same as [`touch_events`] of the events that name a series: of all of them, or of those alone that have no organisers of their own and
/// show those of the series.
///
/// # Errors
/// The database failed.
pub fn touch_events_of(conn: &mut Conn, series: SeriesId, only_heirs: bool, now: DateTime<Utc>) -> DbResult<()> {
    let own = event_organisations::table.filter(event_organisations::event_id.eq(events::id));
    let of_series = events::table.filter(events::series_id.eq(Some(series)));
    let ids: Vec<EventId> = if only_heirs {
        of_series.filter(not(exists(own))).select(events::id).load(conn)?
    } else {
        of_series.select(events::id).load(conn)?
    };
    touch_events(conn, &ids, now)
}
