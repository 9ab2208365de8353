//! Where an organisation is shown: in which events, and whether everybody may see any of it. The tables are those of rooms
//! that stand behind this one.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::model::OrganisationId;
use crate::db::schema::events;
use crate::db::types::{AnyId, At, Instant, Uid, not_before_last};
use crate::db::{Conn, DbResult};

/// The events that show an organisation: as one of their own, as one of their series where they have none of their own, or
/// as somebody who appears. Its id follows each time. Written out, because the same said by the query builder takes the
/// compiler minutes.
const OWN: &str = "events.id IN (SELECT own.event_id FROM event_organisations AS own WHERE own.organisation_id = ";
const APPEARING: &str = " UNION SELECT appearing.event_id FROM appearances AS appearing \
    WHERE appearing.status NOT IN ('declined', 'withdrawn') AND appearing.organisation_id = ";
const INHERITED: &str = " UNION SELECT heir.id FROM events AS heir \
    JOIN series_organisations AS part ON part.series_id = heir.series_id \
    WHERE NOT EXISTS (SELECT 1 FROM event_organisations AS own WHERE own.event_id = heir.id) \
    AND part.organisation_id = ";

/// Raises sequence and revision of the events that show an organisation, but for those that were `touched` already, and
/// returns them.
pub(in super::super) fn touch_events_showing(
    conn: &mut Conn,
    id: OrganisationId,
    touched: &[AnyId],
    now: DateTime<Utc>,
) -> DbResult<Vec<AnyId>> {
    let shows = sql::<Bool>(OWN)
        .bind::<Uid, _>(id)
        .sql(APPEARING)
        .bind::<Uid, _>(id)
        .sql(INHERITED)
        .bind::<Uid, _>(id)
        .sql(")");
    let showing: Vec<AnyId> = events::table.filter(shows).select(events::id).load(conn)?;
    let showing: Vec<AnyId> = showing.into_iter().filter(|event| !touched.contains(event)).collect();
    if !showing.is_empty() {
        diesel::update(events::table.filter(events::id.eq_any(showing.clone())))
            .set((
                events::sequence.eq(events::sequence + 1),
                events::revision.eq(events::revision + 1),
                events::updated_at.eq(not_before_last(now)),
            ))
            .execute(conn)?;
    }
    Ok(showing)
}

/// Something that is no draft names one of the organisations that follow each time: an event, a series, or an appearance
/// that stands.
const OF_EVENT: &str = "EXISTS (SELECT 1 FROM event_organisations AS part \
    JOIN events ON events.id = part.event_id AND events.visibility <> 'draft' WHERE part.organisation_id IN (";
const OF_SERIES: &str = ")) OR EXISTS (SELECT 1 FROM series_organisations AS part \
    JOIN series ON series.id = part.series_id AND series.visibility <> 'draft' WHERE part.organisation_id IN (";
const OF_APPEARANCE: &str = ")) OR EXISTS (SELECT 1 FROM appearances AS part \
    JOIN events ON events.id = part.event_id AND events.visibility <> 'draft' \
    WHERE part.status NOT IN ('declined', 'withdrawn') AND part.organisation_id IN (";
/// Or somebody who appears at something that is no draft belongs to one.
const OF_SPEAKER: &str = ")) OR EXISTS (SELECT 1 FROM speaker_organisations AS part \
    JOIN appearances ON appearances.speaker_id = part.speaker_id AND appearances.status NOT IN ('declined', 'withdrawn') \
    JOIN events ON events.id = appearances.event_id AND events.visibility <> 'draft' WHERE part.organisation_id IN (";

/// Or everybody sees a material that is by one, at the time that follows, or by somebody who belongs to one.
const OF_MATERIAL: &str = ")) OR EXISTS (SELECT 1 FROM materials AS part \
    LEFT JOIN events ON events.id = part.event_id LEFT JOIN series ON series.id = part.series_id \
    WHERE part.visibility = 'public' AND (events.visibility <> 'draft' OR series.visibility <> 'draft') \
    AND (part.available_from IS NULL OR part.available_from <= ";
const BY_ORGANISATION: &str = ") AND part.organisation_id IN (";
const BY_SPEAKER: &str = ") AND part.speaker_id IN (SELECT own.speaker_id FROM speaker_organisations AS own \
    WHERE own.organisation_id IN (";

/// Whether something that is published names it: an event or a series of which it is an organiser, partner and so on, an
/// appearance that stands, or a material that everybody sees at `now`; or that somebody who appears there, or whom such a
/// material is by, belongs to it.
///
/// # Errors
/// The database failed.
pub fn is_public(conn: &mut Conn, id: OrganisationId, now: DateTime<Utc>) -> DbResult<bool> {
    is_one_public(conn, "", AnyId(id.0), now)
}

/// The same of several organisations, one of which is enough: `which` selects them, and `id` follows it.
pub(super) fn is_one_public(conn: &mut Conn, which: &str, id: AnyId, now: DateTime<Utc>) -> DbResult<bool> {
    let named = sql::<Bool>("(")
        .sql(OF_EVENT)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql(OF_SERIES)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql(OF_APPEARANCE)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql(OF_SPEAKER)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql(OF_MATERIAL)
        .bind::<Instant, _>(At(now))
        .sql(BY_ORGANISATION)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql(OF_MATERIAL)
        .bind::<Instant, _>(At(now))
        .sql(BY_SPEAKER)
        .sql(which)
        .bind::<Uid, _>(id)
        .sql("))))");
    Ok(diesel::select(named).get_result(conn)?)
}
