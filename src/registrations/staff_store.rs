//! Queries behind what the staff do with registrations, and the history of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::store::search_text;
use crate::db::schema::{registration_changes, registrations};
use crate::db::types::{AnyId, At, Json};
use crate::db::{Conn, DbError, DbResult};
use crate::events::EventId;
use crate::mail::EmailAddress;
use crate::time::Context;

/// Locks those of `ids` that are registrations of an event, and reads them. The caller holds the event's seats.
pub(super) fn lock_many(conn: &mut Conn, event: EventId, ids: &[RegistrationId]) -> DbResult<Vec<Registration>> {
    let named =
        registrations::table.filter(registrations::event_id.eq(event)).filter(registrations::id.eq_any(ids.to_vec()));
    diesel::update(named.clone()).set(registrations::revision.eq(registrations::revision)).execute(conn)?;
    Ok(named.select(Registration::as_select()).load(conn)?)
}

/// What the staff may write into a registration.
#[derive(AsChangeset)]
#[diesel(table_name = registrations)]
#[diesel(treat_none_as_null = true)]
pub(super) struct NewDetails {
    pub name: String,
    pub organisation: Option<String>,
    pub timezone: Option<String>,
    pub language: String,
    pub answers: Json<serde_json::Map<String, serde_json::Value>>,
    pub note: Option<String>,
}

/// Stores new details of a registration that the caller has locked. An address that has just registered in another
/// transaction makes this one run again, and find it.
pub(super) fn update_details(
    conn: &mut Conn,
    id: RegistrationId,
    new: NewDetails,
    email: &EmailAddress,
    link_version: i32,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let search_text = search_text(&new.name, email.as_str(), new.organisation.as_deref());
    let updated = diesel::update(registrations::table.find(id))
        .set((
            new,
            registrations::email.eq(email.as_str()),
            registrations::email_key.eq(email.key()),
            registrations::search_text.eq(search_text),
            registrations::link_version.eq(link_version),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn);
    match updated.map_err(DbError::from) {
        Ok(_) => Ok(()),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

/// Stores what the staff note with a registration that was just made.
pub(super) fn set_note(conn: &mut Conn, id: RegistrationId, note: &str) -> DbResult<()> {
    let row = diesel::update(registrations::table.find(id));
    row.set(registrations::note.eq(Some(note))).execute(conn)?;
    Ok(())
}

/// Lets a registration count for more changes than were made to it.
pub(super) fn add_changes(conn: &mut Conn, id: RegistrationId, more: i64, now: DateTime<Utc>) -> DbResult<()> {
    let counted = (registrations::revision.eq(registrations::revision + more), registrations::updated_at.eq(At(now)));
    diesel::update(registrations::table.find(id)).set(counted).execute(conn)?;
    Ok(())
}

/// Erases what is personal in a registration that the caller has locked: what can be counted stays, and its links open nothing
/// any more. The key is one that no address has, since an event has each key once.
pub(super) fn erase(conn: &mut Conn, id: RegistrationId, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::name.eq(""),
            registrations::email.eq(""),
            registrations::email_key.eq(format!("erased:{id}")),
            registrations::organisation.eq(None::<String>),
            registrations::timezone.eq(None::<String>),
            registrations::answers.eq("{}"),
            registrations::search_text.eq(""),
            registrations::decision_reason.eq(None::<String>),
            registrations::note.eq(None::<String>),
            registrations::link_version.eq(registrations::link_version + 1),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes who checked a registration in, and when, or that nobody did. The caller has locked it.
pub(super) fn set_checked_in(
    conn: &mut Conn,
    id: RegistrationId,
    state: RegistrationState,
    checked_in: Option<(DateTime<Utc>, &str)>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::state.eq(state),
            registrations::checked_in_at.eq(checked_in.map(|(at, _)| At(at))),
            registrations::checked_in_by.eq(checked_in.map(|(_, by)| by)),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Revokes the links of a registration: those made from now on are others.
pub(super) fn raise_link_version(conn: &mut Conn, id: RegistrationId, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::link_version.eq(registrations::link_version + 1),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks whoever had a seat at an event and was not checked in. Returns how many. The caller holds the event's seats.
pub(super) fn mark_no_shows(conn: &mut Conn, event: EventId, now: DateTime<Utc>) -> DbResult<usize> {
    let unseen = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Confirmed))
        .filter(registrations::attendance.eq(Attendance::Live));
    let marked = diesel::update(unseen).set((
        registrations::state.eq(RegistrationState::NoShow),
        registrations::revision.eq(registrations::revision + 1),
        registrations::updated_at.eq(At(now)),
    ));
    Ok(marked.execute(conn)?)
}

/// Gives everybody their seat back as it was who was marked as not there at an event. Returns how many there were. The caller holds
/// the event's seats.
pub(super) fn unmark_no_shows(conn: &mut Conn, event: EventId, now: DateTime<Utc>) -> DbResult<usize> {
    let missed = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::NoShow))
        .filter(registrations::attendance.eq(Attendance::Live));
    let unmarked = diesel::update(missed).set((
        registrations::state.eq(RegistrationState::Confirmed),
        registrations::revision.eq(registrations::revision + 1),
        registrations::updated_at.eq(At(now)),
    ));
    Ok(unmarked.execute(conn)?)
}

/// Something that was done to a registration.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = registration_changes)]
pub struct RegistrationChange {
    /// Who did it: `member:…` or `token:…`, or `registrant:…` for its own person.
    pub actor: String,
    /// What: a verb.
    pub action: String,
    /// Why, if they said so.
    pub reason: Option<String>,
    /// The names of the fields that changed. What stood in them is not kept.
    pub fields: Json<Vec<String>>,
    /// When.
    pub created_at: At,
}

/// Records what was done to a registration, and by whom.
pub(super) fn record(
    conn: &mut Conn,
    context: &Context,
    registration: RegistrationId,
    (actor, action): (&str, &'static str),
    reason: Option<&str>,
    fields: Vec<String>,
) -> DbResult<()> {
    diesel::insert_into(registration_changes::table)
        .values((
            registration_changes::id.eq(AnyId(context.uuid())),
            registration_changes::registration_id.eq(registration),
            registration_changes::actor.eq(actor),
            registration_changes::action.eq(action),
            registration_changes::reason.eq(reason),
            registration_changes::fields.eq(Json(fields)),
            registration_changes::created_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What was done to a registration, oldest first.
///
/// # Errors
/// The database failed.
pub fn changes_of(conn: &mut Conn, registration: RegistrationId) -> DbResult<Vec<RegistrationChange>> {
    let all = registration_changes::table
        .filter(registration_changes::registration_id.eq(registration))
        .order(registration_changes::id);
    Ok(all.select(RegistrationChange::as_select()).load(conn)?)
}

/// When this was last done to a registration.
pub(super) fn last_done(
    conn: &mut Conn,
    registration: RegistrationId,
    action: &'static str,
) -> DbResult<Option<DateTime<Utc>>> {
    let last = registration_changes::table
        .filter(registration_changes::registration_id.eq(registration))
        .filter(registration_changes::action.eq(action))
        .order(registration_changes::id.desc());
    let at: Option<At> = last.select(registration_changes::created_at).first(conn).optional()?;
    Ok(at.map(|at| at.0))
}

/// Why this was last done to each of these registrations, if somebody said so.
pub(super) fn last_reasons(
    conn: &mut Conn,
    registrations: &[Registration],
    action: &'static str,
) -> DbResult<HashMap<RegistrationId, Option<String>>> {
    let ids: Vec<RegistrationId> = registrations.iter().map(|one| one.id).collect();
    let reasons = registration_changes::table
        .filter(registration_changes::registration_id.eq_any(ids))
        .filter(registration_changes::action.eq(action))
        .order(registration_changes::id.asc())
        .select((registration_changes::registration_id, registration_changes::reason))
        .load::<(RegistrationId, Option<String>)>(conn)?;
    Ok(reasons.into_iter().collect())
}
