//! What a person sees of an event's materials.

use chrono::{DateTime, Utc};

use super::error::RegistrationError;
use super::model::Registration;
use super::rules;
use crate::db::Conn;
use crate::events::Event;
use crate::events::store as events;
use crate::materials::materials_for_registrants;
use crate::materials::store::MaterialWith;

/// The event of a registration and its materials at `now`, for those who have a seat, or had one when it took place, or registered
/// for the recording.
///
/// # Errors
/// They never had one or have none any more, the event is hidden, or the database failed.
pub fn materials_of(
    conn: &mut Conn,
    registration: &Registration,
    now: DateTime<Utc>,
) -> Result<(Event, Vec<MaterialWith>), RegistrationError> {
    let event = events::get_event(conn, registration.workspace_id, registration.event_id)?;
    if !event.is_public() {
        return Err(RegistrationError::NotFound);
    }
    if !rules::may_look_back(registration.state) {
        return Err(RegistrationError::NotNow(registration.state));
    }
    let materials = materials_for_registrants(conn, event.id, now)?;
    Ok((event, materials))
}
