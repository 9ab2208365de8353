//! Queries that only calendars ask.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::schema::{appearances, events};
use crate::db::types::{At, Uid};
use crate::db::{Conn, DbResult, MultiBackend};
use crate::events::SeriesId;
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

/// An organisation has a part in an event, or in its series; its id follows each. Written out, because the same said by the
/// query builder takes the compiler minutes.
const HAS_PART: &str = "(EXISTS (SELECT 1 FROM event_organisations AS part WHERE part.event_id = events.id \
    AND part.organisation_id = ";
const OF_SERIES: &str = ") OR EXISTS (SELECT 1 FROM series_organisations AS part WHERE part.series_id = events.series_id \
    AND part.organisation_id = ";

/// When an event of the scope was last changed. Hidden events count: hiding one changes the feed that it was in.
pub fn newest_change(conn: &mut Conn, scope: Scope) -> DbResult<Option<DateTime<Utc>>> {
    let query = events::table.into_boxed::<MultiBackend>();
    let query = match scope {
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
    };
    let newest: Option<At> =
        query.order(events::updated_at.desc()).select(events::updated_at).first(conn).optional()?;
    Ok(newest.map(|at| at.0))
}
