//! What those who hold a seat may see.

use chrono::{DateTime, Utc};

use super::model::Audience;
use super::store::{self, MaterialWith};
use crate::db::{Conn, DbResult};
use crate::events::EventId;

/// The materials of an event and of its sessions that whoever holds a seat sees at `now`: those for registrants and those
/// for everybody, once they are available. Whether somebody holds a seat is for the caller to know.
///
/// # Errors
/// The database failed.
pub fn materials_for_registrants(conn: &mut Conn, event: EventId, now: DateTime<Utc>) -> DbResult<Vec<MaterialWith>> {
    let mut all = store::materials_of_event(conn, event)?;
    all.retain(|with| with.material.is_shown_to(Audience::Registrants, now));
    Ok(all)
}
