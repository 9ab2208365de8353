//! Following a link into the meeting.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::error::RegistrationError;
use super::super::model::{Registration, RegistrationId, RegistrationState};
use super::super::store as registrations;
use super::rules::{self, Way, Window, window_of};
use super::store;
use crate::db::{Conn, DbError, DbResult};
use crate::events::store as events;
use crate::events::{Event, VirtualLocation};
use crate::http::{Links, Purpose, Worth};
use crate::materials::{MaterialKind, materials_for_registrants};
use crate::time::Context;

/// Where a link led.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Whose link it was.
    pub registration: Registration,
    /// What it is about.
    pub event: Event,
    /// When links lead into the meeting, if that is known.
    pub window: Option<Window>,
    /// Where it leads now.
    pub way: Way,
}

impl Followed {
    /// Where the meeting is, for those whom the link leads there now.
    pub fn meeting(&self) -> Option<&VirtualLocation> {
        let place = self.event.details.0.virtual_location.as_ref();
        place.filter(|place| self.way == Way::Open && place.join_url.is_some())
    }
}

/// Where a link leads at `now`. It changes nothing: [`visit`] notes that somebody went there.
///
/// # Errors
/// There is no such link, it was replaced, its registration was erased, or it does not lead anywhere any more.
pub fn follow_join_link(
    conn: &mut Conn,
    links: &Links,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Followed, RegistrationError> {
    let claim = Links::parse(token).ok_or(RegistrationError::NotFound)?;
    let found = registrations::find(conn, RegistrationId(claim.subject))?.ok_or(RegistrationError::NotFound)?;
    match links.check(&claim, Purpose::Join, found.link_version) {
        Worth::Unknown => return Err(RegistrationError::NotFound),
        _ if found.is_erased() => return Err(RegistrationError::Erased),
        Worth::Valid => {}
        Worth::Revoked => return Err(RegistrationError::LinkRevoked),
    }
    let event = events::find_event(conn, found.event_id)?.ok_or(DbError::NotFound)?;
    let window = window_of(&event)?;
    let way = rules::way(&event, window, (found.state, found.attendance), now)?;
    Ok(Followed { registration: found, event, window, way })
}

/// Notes that a person was led into the meeting.
///
/// # Errors
/// The database failed.
pub fn visit(conn: &mut Conn, context: &Context, id: RegistrationId) -> DbResult<()> {
    let Some(locked) = registrations::lock(conn, id)? else { return Ok(()) };
    if !matches!(locked.state, RegistrationState::Confirmed | RegistrationState::Attended) {
        return Ok(());
    }
    store::add(conn, &locked, context.now)
}

/// A recording of an event, as its page names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recording {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// The recordings that a person is shown whom a link leads no further: those that are there, once it is over, or if they
/// registered for nothing else.
///
/// # Errors
/// The database failed.
pub fn recordings(conn: &mut Conn, followed: &Followed, now: DateTime<Utc>) -> DbResult<Vec<Recording>> {
    if !matches!(followed.way, Way::Recording | Way::Over) {
        return Ok(Vec::new());
    }
    let all = materials_for_registrants(conn, followed.event.id, now)?.into_iter().map(|with| with.material.fields);
    let recordings = all.filter(|fields| fields.kind == MaterialKind::Recording);
    Ok(recordings.map(|fields| Recording { title: fields.title, url: fields.url }).collect())
}
