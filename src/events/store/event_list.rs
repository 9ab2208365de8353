//! Lists of events: which, in which order, and what a search looks at.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};

use super::super::model::{Event, EventId, EventKind, EventStatus, SeriesId, Visibility};
use crate::db::schema::{appearances, events};
use crate::db::types::{AnyId, At, Instant, Uid};
use crate::db::{Conn, DbResult, MultiBackend, search};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::time::{Phase, Precision};

/// Which way a list of events runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Earliest first; without a date last. Those of one moment by their position in their series, then by age.
    #[default]
    Chronological,
    /// Latest first.
    Reverse,
}

/// Which events a list holds. Every part that is given has to hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this workspace.
    pub workspace: Option<WorkspaceId>,
    /// Only what everybody may see in a list.
    pub published_only: bool,
    /// Of this series.
    pub series: Option<SeriesId>,
    /// In which this organisation has a part, of its own or through the series.
    pub organisation: Option<OrganisationId>,
    /// In which this speaker appears; not where they declined or withdrew.
    pub speaker: Option<uuid::Uuid>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// In this language.
    pub language: Option<String>,
    /// Of this status.
    pub status: Option<EventStatus>,
    /// In this phase at this time.
    pub phase: Option<(Phase, DateTime<Utc>)>,
    /// Known to this precision.
    pub precision: Option<Precision>,
    /// With a day of their own (`true`), or with a month or less (`false`).
    pub dated: Option<bool>,
    /// Not over at this time.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this time.
    pub to: Option<DateTime<Utc>>,
    /// Each of these words stands in its text, or in the name of somebody or something that it is shown with.
    pub q: Option<String>,
    /// Changed since this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Where an event stands in a list: its moment, its [`rank`](Event::rank) among those of that moment, and its id.
pub type EventKey = (DateTime<Utc>, i32, EventId);

/// Events in chronological order or its reverse, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_events(
    conn: &mut Conn,
    filter: &EventFilter,
    order: Order,
    after: Option<EventKey>,
    limit: i64,
) -> DbResult<Vec<Event>> {
    let mut query = filtered(filter);
    if let Some((at, rank, id)) = after {
        let behind = match order {
            Order::Chronological => BEHIND,
            Order::Reverse => BEFORE,
        };
        let is_behind = sql::<Bool>(behind).bind::<Instant, _>(At(at)).sql(", ").bind::<Integer, _>(rank).sql(", ");
        query = query.filter(is_behind.bind::<Uid, _>(id).sql(")"));
        // The same again, for the index.
        query = match order {
            Order::Chronological => query.filter(events::sorts_at.ge(At(at))),
            Order::Reverse => query.filter(events::sorts_at.le(At(at))),
        };
    }
    let rank = sql::<Integer>(RANK);
    query = match order {
        Order::Chronological => query.order((events::sorts_at.asc(), rank.asc(), events::id.asc())),
        Order::Reverse => query.order((events::sorts_at.desc(), rank.desc(), events::id.desc())),
    };
    Ok(query.limit(limit).select(Event::as_select()).load(conn)?)
}

/// How many events each of these series has: all, or only those that everybody may see in a list. A series without any is
/// left out.
///
/// # Errors
/// The database failed.
pub fn count_of_series(
    conn: &mut Conn,
    series: &[SeriesId],
    published_only: bool,
) -> DbResult<Vec<(Option<SeriesId>, i64)>> {
    let ids: Vec<Option<SeriesId>> = series.iter().copied().map(Some).collect();
    let mut query = events::table
        .filter(events::series_id.eq_any(ids))
        .group_by(events::series_id)
        .select((events::series_id, diesel::dsl::count_star()))
        .into_boxed::<MultiBackend>();
    if published_only {
        query = query.filter(events::visibility.eq(Visibility::Published));
    }
    Ok(query.load(conn)?)
}

/// [`Event::rank`].
const RANK: &str = "coalesce(events.series_position, 2147483647)";
/// Comparisons of a whole key; it follows.
const BEHIND: &str = "(events.sorts_at, coalesce(events.series_position, 2147483647), events.id) > (";
const BEFORE: &str = "(events.sorts_at, coalesce(events.series_position, 2147483647), events.id) < (";

fn filtered(filter: &EventFilter) -> events::BoxedQuery<'static, MultiBackend> {
    let mut query = events::table.into_boxed::<MultiBackend>();
    if let Some(workspace) = filter.workspace {
        query = query.filter(events::workspace_id.eq(workspace));
    }
    if filter.published_only {
        query = query.filter(events::visibility.eq(Visibility::Published));
    }
    if let Some(series) = filter.series {
        query = query.filter(events::series_id.eq(Some(series)));
    }
    if let Some(organisation) = filter.organisation {
        // An event without organisations of its own shows those of its series. Written out, because the same said by the
        // query builder takes the compiler minutes.
        let has_part = sql::<Bool>(HAS_PART)
            .bind::<Uid, _>(organisation)
            .sql(INHERITS_PART)
            .bind::<Uid, _>(organisation)
            .sql(")))");
        query = query.filter(has_part);
    }
    if let Some(speaker) = filter.speaker {
        let appears = appearances::table
            .filter(appearances::event_id.eq(events::id))
            .filter(appearances::speaker_id.eq(Some(AnyId(speaker))))
            .filter(appearances::status.ne_all(["declined", "withdrawn"]));
        query = query.filter(exists(appears));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(events::kind.eq(kind));
    }
    if let Some(language) = &filter.language {
        query = query.filter(events::languages.like(search::tag_pattern(language)));
    }
    if let Some(status) = filter.status {
        query = query.filter(events::status.eq(status));
    }
    for pattern in search::patterns(filter.q.as_deref().unwrap_or_default()) {
        query = mentioning(query, &pattern, filter.published_only);
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(events::updated_at.gt(At(since)));
    }
    in_time(query, filter)
}

/// A pattern is in the text of an event, or of something that it is shown with: a session, somebody who appears, an
/// organisation of its own, or of its series where it has none, and the series. The pattern follows each.
const IN_TEXT: &str = "(events.search_text LIKE ";
const IN_SESSION: &str =
    " OR EXISTS (SELECT 1 FROM sessions AS one WHERE one.event_id = events.id AND one.search_text LIKE ";
const IN_SPEAKER: &str = ") OR EXISTS (SELECT 1 FROM appearances AS part JOIN speakers AS one ON one.id = part.speaker_id \
    WHERE part.event_id = events.id AND part.status NOT IN ('declined', 'withdrawn') AND one.search_text LIKE ";
const IN_APPEARING: &str = ") OR EXISTS (SELECT 1 FROM appearances AS part \
    JOIN organisations AS one ON one.id = part.organisation_id \
    WHERE part.event_id = events.id AND part.status NOT IN ('declined', 'withdrawn') AND one.search_text LIKE ";
const IN_ORGANISATION: &str = ") OR EXISTS (SELECT 1 FROM event_organisations AS part \
    JOIN organisations AS one ON one.id = part.organisation_id \
    WHERE part.event_id = events.id AND one.search_text LIKE ";
const IN_INHERITED: &str = ") OR (NOT EXISTS (SELECT 1 FROM event_organisations AS part WHERE part.event_id = events.id) \
    AND EXISTS (SELECT 1 FROM series_organisations AS part JOIN organisations AS one ON one.id = part.organisation_id \
    WHERE part.series_id = events.series_id AND one.search_text LIKE ";
const IN_SERIES: &str =
    ")) OR EXISTS (SELECT 1 FROM series AS one WHERE one.id = events.series_id AND one.search_text LIKE ";

/// Keeps the events that a pattern is found in. The public is not told what a series says that it does not see. Written
/// out, because the same said by the query builder takes the compiler minutes.
fn mentioning(
    query: events::BoxedQuery<'static, MultiBackend>,
    pattern: &str,
    published_only: bool,
) -> events::BoxedQuery<'static, MultiBackend> {
    let pattern = || pattern.to_owned();
    let seen = if published_only { " AND one.visibility <> 'draft'))" } else { "))" };
    let found = sql::<Bool>(IN_TEXT).bind::<Text, _>(pattern()).sql(IN_SESSION).bind::<Text, _>(pattern());
    let found = found.sql(IN_SPEAKER).bind::<Text, _>(pattern()).sql(IN_APPEARING).bind::<Text, _>(pattern());
    let found = found.sql(IN_ORGANISATION).bind::<Text, _>(pattern()).sql(IN_INHERITED).bind::<Text, _>(pattern());
    query.filter(found.sql(IN_SERIES).bind::<Text, _>(pattern()).sql(seen))
}

/// An organisation has a part in an event; its id follows.
const HAS_PART: &str = "(EXISTS (SELECT 1 FROM event_organisations AS part WHERE part.event_id = events.id \
    AND part.organisation_id = ";
/// Or it has a part in the series of an event that names none itself; its id follows.
const INHERITS_PART: &str = ") OR (NOT EXISTS (SELECT 1 FROM event_organisations AS part WHERE part.event_id = events.id) \
    AND EXISTS (SELECT 1 FROM series_organisations AS part WHERE part.series_id = events.series_id \
    AND part.organisation_id = ";

/// Known to the day or better: an interval may go from one day to another. Written out, because the same said by the query
/// builder takes the compiler minutes.
const IS_DAY: &str =
    "(events.precision IN ('datetime', 'date') OR coalesce(events.edtf, '') LIKE '____-__-__/____-__-__')";
const IS_NO_DAY: &str =
    "NOT (events.precision IN ('datetime', 'date') OR coalesce(events.edtf, '') LIKE '____-__-__/____-__-__')";

fn in_time(
    mut query: events::BoxedQuery<'static, MultiBackend>,
    filter: &EventFilter,
) -> events::BoxedQuery<'static, MultiBackend> {
    if let Some(precision) = filter.precision {
        query = query.filter(events::precision.eq(precision.as_str()));
    }
    match filter.dated {
        Some(true) => query = query.filter(sql::<Bool>(IS_DAY)),
        Some(false) => query = query.filter(sql::<Bool>(IS_NO_DAY)),
        None => {}
    }
    if let Some(from) = filter.from {
        query = query.filter(events::until_at.gt(Some(At(from))));
    }
    if let Some(to) = filter.to {
        query = query.filter(events::until_at.is_not_null()).filter(events::sorts_at.lt(At(to)));
    }
    if let Some((phase, now)) = filter.phase {
        let at = At(now);
        query = match phase {
            Phase::Undated => query.filter(events::until_at.is_null()),
            Phase::Upcoming => query.filter(events::until_at.is_not_null()).filter(events::sorts_at.gt(at)),
            Phase::Live => query.filter(events::sorts_at.le(at)).filter(events::until_at.gt(Some(at))),
            Phase::Past => query.filter(events::until_at.le(Some(at))),
        };
    }
    query
}
