//! Every query on registrations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{NewRegistration, Registration, RegistrationId, RegistrationState};
use crate::db::schema::registrations;
use crate::db::types::{At, Json};
use crate::db::{Conn, DbError, DbResult, MultiBackend, search};
use crate::events::{Event, EventId};
use crate::http::WorkspaceId;
use crate::time::{Context, Zone};

const OVER: [RegistrationState; 3] =
    [RegistrationState::Cancelled, RegistrationState::Rejected, RegistrationState::Expired];

/// What a registration is found by. It begins with the name, so that it sorts by it.
pub(super) fn search_text(name: &str, email: &str, organisation: Option<&str>) -> String {
    search::normalise(&[name, email, organisation.unwrap_or_default()].join(" "))
}

/// Stores a confirmed registration. An address that has just registered in another transaction makes this one run again,
/// and find it.
pub(super) fn insert(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    new: &NewRegistration,
    language: &str,
) -> DbResult<RegistrationId> {
    let id = RegistrationId(context.uuid());
    let inserted = diesel::insert_into(registrations::table)
        .values((
            registrations::id.eq(id),
            registrations::workspace_id.eq(event.workspace_id),
            registrations::event_id.eq(event.id),
            registrations::name.eq(&new.name),
            registrations::email.eq(new.email.as_str()),
            registrations::email_key.eq(new.email.key()),
            registrations::organisation.eq(new.organisation.as_deref()),
            registrations::timezone.eq(new.timezone.map(Zone::name)),
            registrations::language.eq(language),
            registrations::answers.eq(Json(new.answers.clone())),
            registrations::consented_at.eq(At(context.now)),
            registrations::state.eq(RegistrationState::Confirmed),
            registrations::link_version.eq(1),
            registrations::confirmed_at.eq(Some(At(context.now))),
            registrations::search_text.eq(search_text(&new.name, new.email.as_str(), new.organisation.as_deref())),
            registrations::revision.eq(1_i64),
            registrations::created_at.eq(At(context.now)),
            registrations::updated_at.eq(At(context.now)),
        ))
        .execute(conn);
    match inserted.map_err(DbError::from) {
        Ok(_) => Ok(id),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

/// Turns a registration that was just made into one that waits at this place.
pub(super) fn set_waitlisted(conn: &mut Conn, id: RegistrationId, position: i64) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::state.eq(RegistrationState::Waitlisted),
            registrations::queue_position.eq(Some(position)),
            registrations::confirmed_at.eq(None::<At>),
        ))
        .execute(conn)?;
    Ok(())
}

/// The active registration of an address for an event.
pub(super) fn find_active(conn: &mut Conn, event: EventId, email_key: &str) -> DbResult<Option<Registration>> {
    let active = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::email_key.eq(email_key))
        .filter(registrations::state.ne_all(OVER));
    Ok(active.select(Registration::as_select()).first(conn).optional()?)
}

/// A registration of any workspace.
///
/// # Errors
/// The database failed.
pub fn find(conn: &mut Conn, id: RegistrationId) -> DbResult<Option<Registration>> {
    Ok(registrations::table.find(id).select(Registration::as_select()).first(conn).optional()?)
}

/// A registration of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get(conn: &mut Conn, workspace: WorkspaceId, id: RegistrationId) -> DbResult<Registration> {
    let row = registrations::table.find(id).filter(registrations::workspace_id.eq(workspace));
    Ok(row.select(Registration::as_select()).first(conn)?)
}

/// Locks a registration until the transaction ends, and reads it: what is decided from its state still holds when it is
/// written.
pub(super) fn lock(conn: &mut Conn, id: RegistrationId) -> DbResult<Option<Registration>> {
    diesel::update(registrations::table.find(id))
        .set(registrations::revision.eq(registrations::revision))
        .execute(conn)?;
    find(conn, id)
}

/// What a move to another state changes.
#[derive(AsChangeset)]
#[diesel(table_name = registrations)]
#[diesel(treat_none_as_null = true)]
pub(super) struct Moved {
    pub state: RegistrationState,
    pub queue_position: Option<i64>,
    pub offer_expires_at: Option<At>,
    pub confirmed_at: Option<At>,
    pub ended_at: Option<At>,
}

/// Moves a registration, which the caller has locked, to another state.
pub(super) fn set_state(conn: &mut Conn, id: RegistrationId, moved: Moved, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((moved, registrations::revision.eq(registrations::revision + 1), registrations::updated_at.eq(At(now))))
        .execute(conn)?;
    Ok(())
}

/// The first in the queue of an event. The caller holds the event's seats, so that nobody else takes the same one.
pub(super) fn first_waiting(conn: &mut Conn, event: EventId) -> DbResult<Option<Registration>> {
    let queue = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Waitlisted))
        .order(registrations::queue_position);
    Ok(queue.select(Registration::as_select()).first(conn).optional()?)
}

/// How many wait before this place.
///
/// # Errors
/// The database failed.
pub fn count_before(conn: &mut Conn, event: EventId, position: i64) -> DbResult<i64> {
    let before = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Waitlisted))
        .filter(registrations::queue_position.lt(Some(position)));
    Ok(before.count().get_result(conn)?)
}

/// Takes every offer of an event back: its person waits at the place that they had. Returns how many there were. The caller
/// holds the event's seats.
pub(super) fn withdraw_offers(conn: &mut Conn, event: EventId, now: DateTime<Utc>) -> DbResult<usize> {
    let offered = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Offered))
        .filter(registrations::queue_position.is_not_null());
    let withdrawn = diesel::update(offered).set((
        registrations::state.eq(RegistrationState::Waitlisted),
        registrations::offer_expires_at.eq(None::<At>),
        registrations::revision.eq(registrations::revision + 1),
        registrations::updated_at.eq(At(now)),
    ));
    Ok(withdrawn.execute(conn)?)
}

/// The registrations of an event that stand in one of these states and were made until then, in order, behind `after`.
pub(super) fn list_in_states(
    conn: &mut Conn,
    event: EventId,
    states: &[RegistrationState],
    made_until: Option<DateTime<Utc>>,
    after: Option<RegistrationId>,
    limit: i64,
) -> DbResult<Vec<Registration>> {
    let mut query = registrations::table.filter(registrations::event_id.eq(event)).into_boxed::<MultiBackend>();
    query = query.filter(registrations::state.eq_any(states.to_vec()));
    if let Some(until) = made_until {
        query = query.filter(registrations::created_at.le(At(until)));
    }
    if let Some(after) = after {
        query = query.filter(registrations::id.gt(after));
    }
    Ok(query.order(registrations::id).limit(limit).select(Registration::as_select()).load(conn)?)
}
