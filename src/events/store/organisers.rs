//! Queries on the part that organisations have in events and series.

use diesel::prelude::*;

use super::super::details::OrganiserInput;
use super::super::model::{EventId, OrganisationRole, SeriesId};
use crate::db::schema::{event_organisations, organisations, series_organisations};
use crate::db::{Conn, DbResult};
use crate::organisations::Organisation;

/// An organisation and its part.
#[derive(Debug, Clone)]
pub struct Organiser {
    /// Its part.
    pub role: OrganisationRole,
    /// Its place among those with the same part.
    pub position: i32,
    /// The organisation.
    pub organisation: Organisation,
}

impl From<(OrganisationRole, i32, Organisation)> for Organiser {
    fn from((role, position, organisation): (OrganisationRole, i32, Organisation)) -> Self {
        Self { role, position, organisation }
    }
}

/// Replaces all organisations of an event.
///
/// # Errors
/// The database failed.
pub fn replace_event_organisers(conn: &mut Conn, event: EventId, all: &[OrganiserInput]) -> DbResult<()> {
    diesel::delete(event_organisations::table.filter(event_organisations::event_id.eq(event))).execute(conn)?;
    for (index, one) in (1_i32..).zip(all) {
        diesel::insert_into(event_organisations::table)
            .values((
                event_organisations::event_id.eq(event),
                event_organisations::organisation_id.eq(one.organisation_id),
                event_organisations::role.eq(one.role),
                event_organisations::position.eq(one.position.unwrap_or(index)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Replaces all organisations of a series.
///
/// # Errors
/// The database failed.
pub fn replace_series_organisers(conn: &mut Conn, series: SeriesId, all: &[OrganiserInput]) -> DbResult<()> {
    diesel::delete(series_organisations::table.filter(series_organisations::series_id.eq(series))).execute(conn)?;
    for (index, one) in (1_i32..).zip(all) {
        diesel::insert_into(series_organisations::table)
            .values((
                series_organisations::series_id.eq(series),
                series_organisations::organisation_id.eq(one.organisation_id),
                series_organisations::role.eq(one.role),
                series_organisations::position.eq(one.position.unwrap_or(index)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The organisations of an event, in their order.
///
/// # Errors
/// The database failed.
pub fn event_organisers(conn: &mut Conn, event: EventId) -> DbResult<Vec<Organiser>> {
    Ok(events_organisers(conn, &[event])?.into_iter().map(|(_, organiser)| organiser).collect())
}

/// The organisations of several events, in their order, in one query.
///
/// # Errors
/// The database failed.
pub fn events_organisers(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<(EventId, Organiser)>> {
    let rows: Vec<(EventId, OrganisationRole, i32, Organisation)> = event_organisations::table
        .inner_join(organisations::table)
        .filter(event_organisations::event_id.eq_any(events.to_vec()))
        .order((event_organisations::position, event_organisations::organisation_id, event_organisations::role))
        .select((
            event_organisations::event_id,
            event_organisations::role,
            event_organisations::position,
            Organisation::as_select(),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(event, role, position, one)| (event, (role, position, one).into())).collect())
}

/// The organisations of a series, in their order.
///
/// # Errors
/// The database failed.
pub fn series_organisers(conn: &mut Conn, series: SeriesId) -> DbResult<Vec<Organiser>> {
    Ok(many_series_organisers(conn, &[series])?.into_iter().map(|(_, organiser)| organiser).collect())
}

/// The organisations of several series, in their order, in one query.
///
/// # Errors
/// The database failed.
pub fn many_series_organisers(conn: &mut Conn, series: &[SeriesId]) -> DbResult<Vec<(SeriesId, Organiser)>> {
    if series.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(SeriesId, OrganisationRole, i32, Organisation)> = series_organisations::table
        .inner_join(organisations::table)
        .filter(series_organisations::series_id.eq_any(series.to_vec()))
        .order((series_organisations::position, series_organisations::organisation_id, series_organisations::role))
        .select((
            series_organisations::series_id,
            series_organisations::role,
            series_organisations::position,
            Organisation::as_select(),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(series, role, position, one)| (series, (role, position, one).into())).collect())
}
