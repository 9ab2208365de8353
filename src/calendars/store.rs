//! Queries that only calendars ask.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::schema::{events, series, workspaces};
use crate::db::types::{At, Instant};
use crate::db::{Conn, DbResult, MultiBackend};
use crate::events::{Event, SeriesId, Visibility};
use crate::http::WorkspaceId;

/// How many rows there are, the sum of their revisions, and when the last one was changed. Whatever is changed, made or removed
/// makes them others, drafts as well: they are for comparing alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Queryable)]
pub struct Totals {
    count: i64,
    revisions: i64,
    changed_at: Option<At>,
}

/// Of the series of a workspace, drafts included.
pub fn total_of_series(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<Totals> {
    let of_workspace = workspaces::table.find(workspace);
    Ok(of_workspace.select(totals(SERIES)).first(conn)?)
}

/// Of the events of a workspace and of its series, drafts included, in one query.
pub fn totals_of_programme(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<(Totals, Totals)> {
    let of_workspace = workspaces::table.find(workspace);
    Ok(of_workspace.select((totals(EVENTS), totals(SERIES))).first(conn)?)
}

const EVENTS: [&str; 3] = [
    "(SELECT COUNT(*) FROM events WHERE events.workspace_id = workspaces.id)",
    "(SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM events WHERE events.workspace_id = workspaces.id)",
    "(SELECT MAX(updated_at) FROM events WHERE events.workspace_id = workspaces.id)",
];
const SERIES: [&str; 3] = [
    "(SELECT COUNT(*) FROM series WHERE series.workspace_id = workspaces.id)",
    "(SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM series WHERE series.workspace_id = workspaces.id)",
    "(SELECT MAX(updated_at) FROM series WHERE series.workspace_id = workspaces.id)",
];

type Written = (SqlLiteral<BigInt>, SqlLiteral<BigInt>, SqlLiteral<Nullable<Instant>>);

/// Written out: the sum of a BIGINT is a NUMERIC in PostgreSQL, and both tables are asked at once.
fn totals([count, sum, newest]: [&str; 3]) -> Written {
    (sql::<BigInt>(count), sql::<BigInt>(sum), sql::<Nullable<Instant>>(newest))
}

/// When the last of a workspace's events and series that everybody may see, or could once, was changed.
pub fn newest_public_change(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<Option<DateTime<Utc>>> {
    let series: Option<At> = series::table
        .filter(series::workspace_id.eq(workspace))
        .filter(series::visibility.ne(Visibility::Draft).or(series::published_at.is_not_null()))
        .order(series::updated_at.desc())
        .select(series::updated_at)
        .first(conn)
        .optional()?;
    Ok(newest_public_event(conn, workspace, None)?.max(series.map(|at| at.0)))
}

/// When the last of the events that everybody may see, or could once, was changed: of a workspace, or of one of its series.
pub fn newest_public_event(
    conn: &mut Conn,
    workspace: WorkspaceId,
    series: Option<SeriesId>,
) -> DbResult<Option<DateTime<Utc>>> {
    let mut public = events::table
        .filter(events::workspace_id.eq(workspace))
        .filter(events::visibility.ne(Visibility::Draft).or(events::published_at.is_not_null()))
        .into_boxed::<MultiBackend>();
    if series.is_some() {
        public = public.filter(events::series_id.eq(series));
    }
    let newest: Option<At> =
        public.order(events::updated_at.desc()).select(events::updated_at).first(conn).optional()?;
    Ok(newest.map(|at| at.0))
}

/// The events of a workspace, or of one of its series, that everybody may see in a list, the one that was changed last first.
pub fn newest_events(
    conn: &mut Conn,
    workspace: WorkspaceId,
    series: Option<SeriesId>,
    limit: i64,
) -> DbResult<Vec<Event>> {
    let mut listed = events::table
        .filter(events::workspace_id.eq(workspace))
        .filter(events::visibility.eq(Visibility::Published))
        .into_boxed::<MultiBackend>();
    if series.is_some() {
        listed = listed.filter(events::series_id.eq(series));
    }
    let newest = listed.order((events::updated_at.desc(), events::id.desc())).limit(limit);
    Ok(newest.select(Event::as_select()).load(conn)?)
}
