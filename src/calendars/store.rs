//! Queries that only calendars ask.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};

use crate::db::schema::{appearances, events, workspaces};
use crate::db::types::{At, Instant, Uid};
use crate::db::{Conn, DbResult, MultiBackend};
use crate::events::{Event, SeriesId, Visibility};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;

/// Which events a feed may hold, whatever their state.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// Of a workspace.
    Workspace(WorkspaceId),
    /// Of a series.
    Series(SeriesId),
    /// In which, or in the series of which, an organisation has a part.
    Organisation(OrganisationId),
    /// In which a speaker appears, or was to.
    Speaker(SpeakerId),
}

/// How many rows there are, the sum of their revisions, and when the last one was changed. Whatever is changed, made or removed
/// makes them others.
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

/// An organisation has a part in an event, or in its series; its id follows each. Written out, because the same said by the
/// query builder takes the compiler minutes.
const HAS_PART: &str = "(EXISTS (SELECT 1 FROM event_organisations AS part WHERE part.event_id = events.id \
    AND part.organisation_id = ";
const OF_SERIES: &str = ") OR EXISTS (SELECT 1 FROM series_organisations AS part WHERE part.series_id = events.series_id \
    AND part.organisation_id = ";

/// When an event of the scope was last changed. Hidden events count: hiding one changes the feed that it was in.
pub fn newest_change(conn: &mut Conn, scope: Scope) -> DbResult<Option<DateTime<Utc>>> {
    let newest: Option<At> =
        in_scope(scope).order(events::updated_at.desc()).select(events::updated_at).first(conn).optional()?;
    Ok(newest.map(|at| at.0))
}

/// The events of the scope that everybody may see in a list, the one that was changed last first.
pub fn newest_events(conn: &mut Conn, scope: Scope, limit: i64) -> DbResult<Vec<Event>> {
    let listed = in_scope(scope).filter(events::visibility.eq(Visibility::Published));
    Ok(listed
        .order((events::updated_at.desc(), events::id.desc()))
        .limit(limit)
        .select(Event::as_select())
        .load(conn)?)
}

fn in_scope(scope: Scope) -> events::BoxedQuery<'static, MultiBackend> {
    let query = events::table.into_boxed::<MultiBackend>();
    match scope {
        Scope::Workspace(id) => query.filter(events::workspace_id.eq(id)),
        Scope::Series(id) => query.filter(events::series_id.eq(Some(id))),
        Scope::Organisation(id) => {
            let has_part = sql::<Bool>(HAS_PART).bind::<Uid, _>(id).sql(OF_SERIES).bind::<Uid, _>(id).sql("))");
            query.filter(has_part)
        }
        Scope::Speaker(id) => {
            let appears = appearances::table
                .filter(appearances::event_id.eq(events::id))
                .filter(appearances::speaker_id.eq(Some(id)));
            query.filter(exists(appears))
        }
    }
}
