//! Every query on registrations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Map, Value};

use super::consent::Consent;
use super::model::{Attendance, NewRegistration, Registration, RegistrationId, RegistrationState};
use super::rules;
use crate::db::schema::registrations;
use crate::db::types::{At, Json};
use crate::db::{Conn, DbError, DbResult, MultiBackend, search};
use crate::events::{Event, EventId};
use crate::http::WorkspaceId;
use crate::time::Context;

const OVER: [RegistrationState; 3] =
    [RegistrationState::Cancelled, RegistrationState::Rejected, RegistrationState::Expired];

/// What a registration is found by. It begins with the name, so that it sorts by it.
pub(super) fn search_text(name: &str, email: &str, organisation: Option<&str>) -> String {
    search::normalise(&[name, email, organisation.unwrap_or_default()].join(" "))
}

/// What a person says about themselves.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = registrations)]
#[diesel(treat_none_as_null = true)]
struct Said {
    name: String,
    email: String,
    organisation: Option<String>,
    timezone: Option<String>,
    language: String,
    answers: Json<Map<String, Value>>,
    attendance: Attendance,
    consent_version: Option<i32>,
    consented_at: Option<At>,
    search_text: String,
}

fn said(new: &NewRegistration, language: &str, consent: Consent) -> Said {
    Said {
        name: new.name.clone(),
        email: new.email.as_str().to_owned(),
        organisation: new.organisation.clone(),
        timezone: new.timezone.map(|zone| zone.name().to_owned()),
        language: language.to_owned(),
        answers: Json(new.answers.clone()),
        attendance: new.attendance,
        consent_version: consent.version,
        consented_at: consent.at.map(At),
        search_text: search_text(&new.name, new.email.as_str(), new.organisation.as_deref()),
    }
}

/// Stores a registration that waits for something, or else is confirmed. An address that has just registered in another
/// transaction makes this one run again, and find it.
pub(super) fn insert(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    new: &NewRegistration,
    language: &str,
    (consent, pending): (Consent, Option<RegistrationState>),
) -> DbResult<RegistrationId> {
    let id = RegistrationId(context.uuid());
    let is_unverified = pending == Some(RegistrationState::PendingVerification);
    let verify_by = Some(rules::verify_until(context.now, event.when()?.bounds()));
    let inserted = diesel::insert_into(registrations::table)
        .values((
            registrations::id.eq(id),
            registrations::workspace_id.eq(event.workspace_id),
            registrations::event_id.eq(event.id),
            registrations::email_key.eq(new.email.key()),
            said(new, language, consent),
            registrations::state.eq(pending.unwrap_or(RegistrationState::Confirmed)),
            registrations::link_version.eq(1),
            registrations::confirmed_at.eq(pending.is_none().then_some(At(context.now))),
            registrations::verify_by.eq(verify_by.filter(|_| is_unverified).map(At)),
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

/// Replaces what was said in a registration that nobody has confirmed yet, and until when that can be done. The caller has locked
/// it.
pub(super) fn replace_unverified(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
    new: &NewRegistration,
    (language, consent): (&str, Consent),
    verify_by: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            said(new, language, consent),
            registrations::verify_by.eq(Some(At(verify_by))),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores until when an address can be confirmed, anew. The caller has locked the registration.
pub(super) fn renew_verification(
    conn: &mut Conn,
    id: RegistrationId,
    verify_by: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::verify_by.eq(Some(At(verify_by))),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores that the address of a registration, which the caller has locked, was confirmed.
pub(super) fn set_verified(conn: &mut Conn, id: RegistrationId, now: DateTime<Utc>) -> DbResult<()> {
    let row = registrations::table.find(id);
    diesel::update(row).set(registrations::verified_at.eq(Some(At(now)))).execute(conn)?;
    Ok(())
}

/// Stores who decided on a registration, which the caller has locked, and why.
pub(super) fn set_decision(
    conn: &mut Conn,
    id: RegistrationId,
    actor: &str,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::decided_at.eq(Some(At(now))),
            registrations::decided_by.eq(Some(actor)),
            registrations::decision_reason.eq(reason),
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

/// How often a registration for an event was changed, its making included, and when it was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = registrations)]
pub struct Changed {
    /// Its event.
    pub event_id: EventId,
    /// How often.
    pub revision: i64,
    /// When last.
    pub updated_at: At,
}

impl Changed {
    /// That of one that was read.
    pub fn of(row: &Registration) -> Self {
        Self { event_id: row.event_id, revision: row.revision, updated_at: row.updated_at }
    }
}

/// The latest registration, besides this one, that an address has for the same event.
pub(super) fn latest_other(conn: &mut Conn, one: &Registration, email_key: &str) -> DbResult<Option<RegistrationId>> {
    let others = registrations::table
        .filter(registrations::workspace_id.eq(one.workspace_id))
        .filter(registrations::email_key.eq(email_key))
        .filter(registrations::event_id.eq(one.event_id))
        .filter(registrations::id.ne(one.id))
        .order(registrations::id.desc());
    Ok(others.select(registrations::id).first(conn).optional()?)
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

impl Moved {
    /// What the end of a registration changes.
    pub(super) fn to_end(one: &Registration, state: RegistrationState, now: DateTime<Utc>) -> Self {
        Self {
            state,
            queue_position: None,
            offer_expires_at: None,
            confirmed_at: one.confirmed_at,
            ended_at: Some(At(now)),
        }
    }
}

/// Moves a registration, which the caller has locked, to another state.
pub(super) fn set_state(conn: &mut Conn, id: RegistrationId, moved: Moved, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((moved, registrations::revision.eq(registrations::revision + 1), registrations::updated_at.eq(At(now))))
        .execute(conn)?;
    Ok(())
}

/// Those who wait for an event to come: for a seat, or for somebody's word. Who only wants the recording may still get it when the event
/// is over, once the staff have said so.
pub(super) fn list_waiting(conn: &mut Conn, event: EventId, limit: i64) -> DbResult<Vec<Registration>> {
    let undecided = registrations::attendance
        .eq(Attendance::Recording)
        .and(registrations::state.eq(RegistrationState::PendingApproval));
    let query = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq_any(rules::WAITING))
        .filter(diesel::dsl::not(undecided));
    Ok(query.order(registrations::id).limit(limit).select(Registration::as_select()).load(conn)?)
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
