//! All that a person registered for together, loaded at once.

use super::group_store;
use super::model::GroupId;
use super::view::{MailView, load_views};
use crate::db::{Conn, DbResult};
use crate::events::Series;
use crate::events::store as events;
use crate::http::Links;

/// Registrations that were made together, with all that is shown of them.
pub struct GroupView {
    /// The series of their events.
    pub series: Series,
    /// Each of them, in the order of their events' times. Those whose links were replaced since are left out.
    pub views: Vec<MailView>,
}

/// Loads what was registered for together, in as many statements however much that is.
///
/// # Errors
/// The database failed.
pub fn load_group(conn: &mut Conn, id: GroupId, links: &Links) -> DbResult<Option<GroupView>> {
    let Some(series) = group_store::series_of(conn, id)? else { return Ok(None) };
    let Some(series) = events::find_series(conn, series)? else { return Ok(None) };
    let members = group_store::members_of(conn, id)?;
    let mut views = load_views(conn, members, links)?;
    views.sort_by_key(|view| {
        let event = &view.parts.event;
        (event.when.sorts_at.0, event.rank(), event.id)
    });
    Ok(Some(GroupView { series, views }))
}
