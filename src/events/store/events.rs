//! Queries on events.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::details::EventDetails;
use super::super::model::{Event, EventId, EventKind, EventStatus, SeriesId, Visibility, WhenColumns};
use crate::db::schema::{appearances, event_seats, events};
use crate::db::types::{AnyId, At, Json, Uid};
use crate::db::{Conn, DbResult, MultiBackend, search};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::time::{Context, Phase, Precision, When, WhenInput};

/// Which way a list of events runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Earliest first; without a date last.
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
    /// In which this organisation has a part, or appears.
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
    /// Whose text has each of these words.
    pub q: Option<String>,
    /// Changed since this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Stores a new draft, its `when` and its seats.
///
/// # Errors
/// The series is not there, or the database failed.
pub fn insert_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &EventDetails,
    when: &When,
    status: EventStatus,
) -> DbResult<Event> {
    let id = EventId(context.uuid());
    diesel::insert_into(events::table)
        .values((
            events::id.eq(id),
            events::workspace_id.eq(workspace),
            events::uid.eq(id.to_string()),
            projection(details),
            WhenColumns::from(when),
            events::previous_whens.eq(Json(Vec::<WhenInput>::new())),
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
            event_seats::capacity.eq(details.capacity),
            event_seats::taken.eq(0),
            event_seats::waiting.eq(0),
            event_seats::queue_tail.eq(0_i64),
        ))
        .execute(conn)?;
    get_event(conn, workspace, id)
}

/// The columns that are made from the details.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_null = true)]
struct Projection {
    series_id: Option<SeriesId>,
    series_position: Option<i32>,
    kind: EventKind,
    title: String,
    details: Json<EventDetails>,
    languages: Json<Vec<String>>,
    search_text: String,
}

fn projection(details: &EventDetails) -> Projection {
    Projection {
        series_id: details.series_id,
        series_position: details.series_position,
        kind: details.kind,
        title: details.title.clone(),
        details: Json(details.clone()),
        // In lower case, as what is looked for: tags differ in case only (RFC 5646 section 2.1.1).
        languages: Json(details.languages.iter().map(|tag| tag.to_ascii_lowercase()).collect()),
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

/// Stores an event as it is now: its details, `when` and states. Raises revision and sequence.
///
/// # Errors
/// The database failed.
pub fn update_event(conn: &mut Conn, event: &Event, now: DateTime<Utc>) -> DbResult<Event> {
    diesel::update(events::table.find(event.id))
        .set((
            projection(&event.details.0),
            event.when.clone(),
            events::previous_whens.eq(event.previous_whens.clone()),
            events::visibility.eq(event.visibility),
            events::status.eq(event.status),
            events::published_at.eq(event.published_at),
            events::cancelled_at.eq(event.cancelled_at),
            events::sequence.eq(events::sequence + 1),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    get_event(conn, event.workspace_id, event.id)
}

/// Says that something an event shows has changed beside it: its agenda, a speaker, an organisation.
///
/// # Errors
/// The database failed.
pub fn touch_event(conn: &mut Conn, id: EventId, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(events::table.find(id))
        .set((
            events::sequence.eq(events::sequence + 1),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Events in chronological order or its reverse, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_events(
    conn: &mut Conn,
    filter: &EventFilter,
    order: Order,
    after: Option<(DateTime<Utc>, EventId)>,
    limit: i64,
) -> DbResult<Vec<Event>> {
    let mut query = filtered(filter);
    if let Some((at, id)) = after {
        let at = At(at);
        let is_tied = events::sorts_at.eq(at);
        query = match order {
            Order::Chronological => query.filter(events::sorts_at.gt(at).or(is_tied.and(events::id.gt(id)))),
            Order::Reverse => query.filter(events::sorts_at.lt(at).or(is_tied.and(events::id.lt(id)))),
        };
    }
    query = match order {
        Order::Chronological => query.order((events::sorts_at.asc(), events::id.asc())),
        Order::Reverse => query.order((events::sorts_at.desc(), events::id.desc())),
    };
    Ok(query.limit(limit).select(Event::as_select()).load(conn)?)
}

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
        // What is no tag is no event's, and has to be kept from LIKE, which reads more into some characters.
        let is_tag = language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let tag = if is_tag { language.to_ascii_lowercase() } else { "no tag".to_owned() };
        query = query.filter(events::languages.like(format!("%\"{tag}\"%")));
    }
    if let Some(status) = filter.status {
        query = query.filter(events::status.eq(status));
    }
    if let Some(word) = &filter.q {
        for pattern in search::patterns(word) {
            query = query.filter(events::search_text.like(pattern).escape('\\'));
        }
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(events::updated_at.gt(At(since)));
    }
    in_time(query, filter)
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
