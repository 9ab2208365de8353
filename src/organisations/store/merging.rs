//! Queries of a merger: whatever refers to one organisation refers to the other.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::super::model::{Organisation, OrganisationId};
use super::super::rules::MembershipPlan;
use super::memberships::{delete_membership, replace_holders};
use crate::db::schema::{
    appearances, event_organisations, materials, memberships, organisations, series, series_organisations,
    speaker_organisations, speakers,
};
use crate::db::types::{At, Uid, not_before_last};
use crate::db::{Conn, DbError, DbResult};

/// Leaves of `current`, as it was read, no more than where it went. What was merged into it before went there too. If it
/// was changed since it was read, the whole transaction has to be run again.
pub(in super::super) fn retire(
    conn: &mut Conn,
    current: &Organisation,
    into: OrganisationId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let row = organisations::table.find(current.id).filter(organisations::revision.eq(current.revision));
    let changed = diesel::update(row)
        .set((
            organisations::merged_into.eq(Some(into)),
            organisations::parent_id.eq(None::<OrganisationId>),
            organisations::revision.eq(organisations::revision + 1),
            organisations::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Err(DbError::Crossed);
    }
    diesel::update(organisations::table.filter(organisations::merged_into.eq(Some(current.id))))
        .set(organisations::merged_into.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// Points a column at another organisation and raises the revision of each row.
macro_rules! point_at_the_other {
    ($conn:ident, $old:ident, $into:ident, $now:ident: $($table:ident.$column:ident),+ $(,)?) => {$(
        diesel::update($table::table.filter($table::$column.eq(Some($old))))
            .set((
                $table::$column.eq(Some($into)),
                $table::revision.eq($table::revision + 1),
                $table::updated_at.eq(not_before_last($now)),
            ))
            .execute($conn)?;
    )+};
}

/// Lets everything but memberships refer to `into` instead of `old`. **A table with a column that names an organisation is
/// added to this list.**
pub(in super::super) fn move_references(
    conn: &mut Conn,
    old: OrganisationId,
    into: OrganisationId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    point_at_the_other!(conn, old, into, now:
        appearances.organisation_id,
        materials.organisation_id,
        organisations.parent_id,
    );
    move_affiliations(conn, old, into, now)?;
    move_parts_in_events(conn, old, into)?;
    move_parts_in_series(conn, old, into, now)
}

/// The other one has the same part already.
const HAS_PART_IN_EVENT: &str = "EXISTS (SELECT 1 FROM event_organisations AS own \
    WHERE own.event_id = event_organisations.event_id AND own.role = event_organisations.role \
    AND own.organisation_id = ";
const HAS_PART_IN_SERIES: &str = "EXISTS (SELECT 1 FROM series_organisations AS own \
    WHERE own.series_id = series_organisations.series_id AND own.role = series_organisations.role \
    AND own.organisation_id = ";

/// The events themselves have changed already: those that show the organisation.
fn move_parts_in_events(conn: &mut Conn, old: OrganisationId, into: OrganisationId) -> DbResult<()> {
    let is_twice = sql::<Bool>(HAS_PART_IN_EVENT).bind::<Uid, _>(into).sql(")");
    let parts = event_organisations::table.filter(event_organisations::organisation_id.eq(old));
    diesel::delete(parts.filter(is_twice)).execute(conn)?;
    let parts = event_organisations::table.filter(event_organisations::organisation_id.eq(old));
    diesel::update(parts).set(event_organisations::organisation_id.eq(into)).execute(conn)?;
    Ok(())
}

/// The speakers who belong to `old` belong to `into`. Their affiliations are a document, and an id stands nowhere else in it.
fn move_affiliations(conn: &mut Conn, old: OrganisationId, into: OrganisationId, now: DateTime<Utc>) -> DbResult<()> {
    let of_old = || speaker_organisations::table.filter(speaker_organisations::organisation_id.eq(old));
    let named = sql::<Text>("replace(affiliations, ")
        .bind::<Text, _>(old.to_string())
        .sql(", ")
        .bind::<Text, _>(into.to_string())
        .sql(")");
    diesel::update(speakers::table.filter(speakers::id.eq_any(of_old().select(speaker_organisations::speaker_id))))
        .set((
            speakers::affiliations.eq(named),
            speakers::revision.eq(speakers::revision + 1),
            speakers::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    let is_twice = sql::<Bool>(BELONGS_TO_BOTH).bind::<Uid, _>(into).sql(")");
    diesel::delete(of_old().filter(is_twice)).execute(conn)?;
    diesel::update(of_old()).set(speaker_organisations::organisation_id.eq(into)).execute(conn)?;
    Ok(())
}

/// The speaker belongs to the other one already.
const BELONGS_TO_BOTH: &str = "EXISTS (SELECT 1 FROM speaker_organisations AS own \
    WHERE own.speaker_id = speaker_organisations.speaker_id AND own.organisation_id = ";

fn move_parts_in_series(
    conn: &mut Conn,
    old: OrganisationId,
    into: OrganisationId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let parts = || series_organisations::table.filter(series_organisations::organisation_id.eq(old));
    diesel::update(series::table.filter(series::id.eq_any(parts().select(series_organisations::series_id))))
        .set((series::revision.eq(series::revision + 1), series::updated_at.eq(not_before_last(now))))
        .execute(conn)?;
    let is_twice = sql::<Bool>(HAS_PART_IN_SERIES).bind::<Uid, _>(into).sql(")");
    diesel::delete(parts().filter(is_twice)).execute(conn)?;
    diesel::update(parts()).set(series_organisations::organisation_id.eq(into)).execute(conn)?;
    Ok(())
}

/// Stores what was planned for memberships.
pub(in super::super) fn move_memberships(conn: &mut Conn, plan: &MembershipPlan, now: DateTime<Utc>) -> DbResult<()> {
    for (removed, _reason) in &plan.removed {
        delete_membership(conn, removed.membership.id)?;
    }
    for one in &plan.changed {
        diesel::update(memberships::table.find(one.membership.id))
            .set((
                memberships::body_id.eq(one.membership.body_id),
                memberships::revision.eq(memberships::revision + 1),
                memberships::updated_at.eq(At(now)),
            ))
            .execute(conn)?;
        replace_holders(conn, one.membership.id, &one.holders)?;
    }
    Ok(())
}
