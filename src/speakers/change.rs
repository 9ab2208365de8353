//! Changing speakers.

use super::details::SpeakerDetails;
use super::error::SpeakerError;
use super::model::Speaker;
use super::{references, rules, store};
use crate::db::Conn;
use crate::events;
use crate::time::Context;

/// Gives a speaker these details. What changes nothing leaves the revision as it is; a new name or biography changes every
/// event where they appear.
///
/// # Errors
/// A field does not fit, or names an organisation that the workspace lacks.
pub fn change_speaker(
    conn: &mut Conn,
    context: &Context,
    current: &Speaker,
    details: &SpeakerDetails,
) -> Result<Speaker, SpeakerError> {
    let details = rules::check_speaker(details)?;
    if details == current.details() {
        return Ok(current.clone());
    }
    let is_renamed = details.name != current.name;
    if !is_renamed && details.bio == current.bio {
        check_affiliations(conn, current, &details)?;
        return Ok(store::update_speaker(conn, current, &details, context.now)?);
    }
    // Events before speakers and organisations, in the order that adding an appearance locks them.
    let touched = store::events_of_speaker(conn, current.id)?;
    // Calendars name them, and say no more of them.
    let touch = if is_renamed { events::store::touch_events } else { events::store::touch_unshown };
    touch(conn, &touched, context.now)?;
    check_affiliations(conn, current, &details)?;
    let speaker = store::update_speaker(conn, current, &details, context.now)?;
    // Now that the speaker is locked nobody adds another appearance; one may have come in until then.
    let mut added = store::events_of_speaker(conn, current.id)?;
    added.retain(|event| !touched.contains(event));
    touch(conn, &added, context.now)?;
    Ok(speaker)
}

/// Affiliations that stay as they are name what is there: a merger changes the speaker too.
fn check_affiliations(conn: &mut Conn, current: &Speaker, details: &SpeakerDetails) -> Result<(), SpeakerError> {
    if details.affiliations == current.affiliations.0 {
        return Ok(());
    }
    references::check_affiliations(conn, current.workspace_id, details)
}
