//! Every query on visits.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::rules::Window;
use crate::db::schema::{registration_visits, registrations};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::EventId;

/// That a person followed their link into the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = registration_visits)]
pub struct Visit {
    /// Whose it was.
    pub registration_id: RegistrationId,
    /// When they did so first.
    pub first_joined_at: At,
    /// When they did so last.
    pub last_joined_at: At,
    /// How often.
    pub joined_count: i32,
}

/// Notes one more visit. The caller has locked the registration, so that two at once are counted as two.
pub(super) fn add(conn: &mut Conn, registration: &Registration, now: DateTime<Utc>) -> DbResult<()> {
    let known = diesel::update(registration_visits::table.find(registration.id))
        .set((
            registration_visits::last_joined_at.eq(At(now)),
            registration_visits::joined_count.eq(registration_visits::joined_count + 1),
        ))
        .execute(conn)?;
    if known == 0 {
        diesel::insert_into(registration_visits::table)
            .values((
                registration_visits::registration_id.eq(registration.id),
                registration_visits::event_id.eq(registration.event_id),
                registration_visits::first_joined_at.eq(At(now)),
                registration_visits::last_joined_at.eq(At(now)),
                registration_visits::joined_count.eq(1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Whether and when a person joined.
///
/// # Errors
/// The database failed.
pub fn find(conn: &mut Conn, registration: RegistrationId) -> DbResult<Option<Visit>> {
    let row = registration_visits::table.find(registration);
    Ok(row.select(Visit::as_select()).first(conn).optional()?)
}

/// Which of these registrations joined, and when.
///
/// # Errors
/// The database failed.
pub fn of_many(conn: &mut Conn, rows: &[Registration]) -> DbResult<HashMap<RegistrationId, Visit>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    let visits = registration_visits::table.filter(registration_visits::registration_id.eq_any(ids));
    let visits: Vec<Visit> = visits.select(Visit::as_select()).load(conn)?;
    Ok(visits.into_iter().map(|visit| (visit.registration_id, visit)).collect())
}

/// Marks whoever had a seat at an event, and joined in its time. Visits from before it was moved there do not count. Returns how
/// many there are. The caller holds the event's seats.
pub(in super::super) fn mark_attended(
    conn: &mut Conn,
    event: EventId,
    window: Window,
    now: DateTime<Utc>,
) -> DbResult<usize> {
    let visitors: Vec<RegistrationId> = registration_visits::table
        .filter(registration_visits::event_id.eq(event))
        .filter(registration_visits::first_joined_at.lt(At(window.closes_at)))
        .filter(registration_visits::last_joined_at.ge(At(window.opens_at)))
        .select(registration_visits::registration_id)
        .load(conn)?;
    let mut count = 0;
    for some in visitors.chunks(MANY) {
        let seated = registrations::table
            .filter(registrations::id.eq_any(some.to_vec()))
            .filter(registrations::state.eq(RegistrationState::Confirmed))
            .filter(registrations::attendance.eq(Attendance::Live));
        let marked = diesel::update(seated).set((
            registrations::state.eq(RegistrationState::Attended),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ));
        count += marked.execute(conn)?;
    }
    Ok(count)
}

/// How many ids stand in one statement.
const MANY: usize = 500;
