//! Queries on registrations that were made together.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{GroupId, Registration, RegistrationId, RegistrationState};
use super::store::Changed;
use crate::db::schema::{registration_group_members as members, registration_groups as groups, registrations};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::{EventId, Series, SeriesId};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Stores that these registrations were made together, or were entered again.
pub(super) fn insert(
    conn: &mut Conn,
    context: &Context,
    id: GroupId,
    series: &Series,
    all: &[&Registration],
) -> DbResult<()> {
    diesel::insert_into(groups::table)
        .values((
            groups::id.eq(id),
            groups::workspace_id.eq(series.workspace_id),
            groups::series_id.eq(series.id),
            groups::created_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    for one in all {
        diesel::insert_into(members::table)
            .values((
                members::group_id.eq(id),
                members::registration_id.eq(one.id),
                members::link_version.eq(one.link_version),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The series of a group.
///
/// # Errors
/// The database failed.
pub fn series_of(conn: &mut Conn, id: GroupId) -> DbResult<Option<SeriesId>> {
    Ok(groups::table.find(id).select(groups::series_id).first(conn).optional()?)
}

/// When a registration was made, or entered again, together with others.
///
/// # Errors
/// The database failed.
pub fn groups_of(conn: &mut Conn, id: RegistrationId) -> DbResult<Vec<At>> {
    let own = members::table
        .inner_join(groups::table.on(groups::id.eq(members::group_id)))
        .filter(members::registration_id.eq(id))
        .order(groups::created_at);
    Ok(own.select(groups::created_at).load(conn)?)
}

/// Whether what was personal in a registration of a group was erased.
///
/// # Errors
/// The database failed.
pub fn has_erased(conn: &mut Conn, id: GroupId) -> DbResult<bool> {
    let erased = members::table
        .inner_join(registrations::table.on(registrations::id.eq(members::registration_id)))
        .filter(members::group_id.eq(id))
        .filter(registrations::email.eq(""))
        .select(registrations::id);
    Ok(erased.first::<RegistrationId>(conn).optional()?.is_some())
}

/// The registrations of a group whose links have not been replaced since, in the order of their events' ids.
///
/// # Errors
/// The database failed.
pub fn members_of(conn: &mut Conn, id: GroupId) -> DbResult<Vec<Registration>> {
    let all = members::table
        .inner_join(registrations::table.on(registrations::id.eq(members::registration_id)))
        .filter(members::group_id.eq(id))
        .filter(registrations::link_version.eq(members::link_version))
        .order(registrations::event_id);
    Ok(all.select(Registration::as_select()).load(conn)?)
}

/// How many wait before each of these who waits for a seat. Who is the first is left out.
///
/// # Errors
/// The database failed.
pub fn count_before_each(conn: &mut Conn, all: &[Registration]) -> DbResult<HashMap<RegistrationId, i64>> {
    let waiting = all.iter().filter(|one| one.state == RegistrationState::Waitlisted).map(|one| one.id);
    let waiting: Vec<RegistrationId> = waiting.collect();
    if waiting.is_empty() {
        return Ok(HashMap::new());
    }
    let before = diesel::alias!(registrations as before);
    let is_before = before
        .field(registrations::event_id)
        .eq(registrations::event_id)
        .and(before.field(registrations::state).eq(RegistrationState::Waitlisted))
        .and(before.field(registrations::queue_position).lt(registrations::queue_position));
    let counts = registrations::table
        .inner_join(before.on(is_before))
        .filter(registrations::id.eq_any(waiting))
        .group_by(registrations::id)
        .select((registrations::id, diesel::dsl::count(before.field(registrations::id))));
    Ok(counts.load::<(RegistrationId, i64)>(conn)?.into_iter().collect())
}

/// The changes of each registration for these events that one of these addresses of a workspace has, over or not.
///
/// # Errors
/// The database failed.
pub fn changes_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    email_keys: &[String],
    events: &[EventId],
) -> DbResult<Vec<(String, Changed)>> {
    let theirs = registrations::table
        .filter(registrations::workspace_id.eq(workspace))
        .filter(registrations::email_key.eq_any(email_keys.to_vec()))
        .filter(registrations::event_id.eq_any(events.to_vec()));
    Ok(theirs.select((registrations::email_key, Changed::as_select())).load(conn)?)
}
