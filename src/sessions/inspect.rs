//! Reading everything that a schedule check looks at, in a fixed number of queries whatever the size, and checking it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::model::Session;
use super::rules::{self, Elsewhere, Engagement, Node, Report, Schedule, Times};
use super::store::{self, OtherAppearance};
use crate::db::{Conn, DbResult};
use crate::events::{AttendanceMode, Event, EventId, EventStatus, SessionId, Venue};
use crate::speakers::store::{AppearanceWith, appearances_of_event};
use crate::speakers::{AppearanceStatus, SpeakerId};
use crate::time::When;

/// How a schedule is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckOptions {
    /// The time of the check.
    pub now: DateTime<Utc>,
    /// How long somebody needs from one venue to another.
    pub travel_buffer: TimeDelta,
}

/// The programme to check: that of the event, or one that is proposed for it.
pub(super) struct Programme {
    pub when: When,
    pub agenda: Vec<Node>,
    /// Of the event and of its sessions, each place's in its order.
    pub appearances: Vec<AppearanceWith>,
}

/// Checks the schedule of an event, also against every other event of its workspace.
///
/// # Errors
/// The database failed.
pub fn inspect_schedule(conn: &mut Conn, event: &Event, options: CheckOptions) -> DbResult<Report> {
    let programme = Programme {
        when: event.when()?,
        agenda: rules::build_tree(store::sessions_of_event(conn, event.id)?),
        appearances: appearances_of_event(conn, event.id)?,
    };
    inspect(conn, event, &programme, options)
}

/// Checks a programme for an event.
pub(super) fn inspect(
    conn: &mut Conn,
    event: &Event,
    programme: &Programme,
    options: CheckOptions,
) -> DbResult<Report> {
    let engagements = engagements(&programme.appearances);
    let elsewhere = elsewhere(conn, event, programme, &engagements, options.travel_buffer)?;
    let rooms = store::rooms_of_event(conn, event.id)?;
    Ok(rules::check_schedule(&Schedule {
        when: &programme.when,
        lacks_link: lacks_link(event),
        capacity: event.capacity(),
        rooms: &rooms.into_iter().filter_map(|room| Some((room.id, room.capacity?))).collect(),
        agenda: &programme.agenda,
        engagements: &engagements,
        elsewhere: &elsewhere,
        travel_buffer: options.travel_buffer,
        now: options.now,
    }))
}

fn lacks_link(event: &Event) -> bool {
    let details = &event.details.0;
    let has_link = details.virtual_location.as_ref().is_some_and(|place| place.join_url.is_some());
    event.attendance_mode() != AttendanceMode::InPerson && event.status != EventStatus::Cancelled && !has_link
}

/// Who stands on the programme, each with its place in the list of its session.
fn engagements(appearances: &[AppearanceWith]) -> Vec<Engagement> {
    let mut counts: HashMap<Option<SessionId>, usize> = HashMap::new();
    let mut engagements = Vec::new();
    for one in appearances {
        let appearance = &one.appearance;
        let count = counts.entry(appearance.session_id).or_default();
        let index = *count;
        *count += 1;
        if appearance.status.stands() {
            engagements.push(Engagement {
                session_id: appearance.session_id,
                index,
                speaker_id: appearance.speaker_id,
                name: one.display_name().to_owned(),
                is_unconfirmed: appearance.status != AppearanceStatus::Confirmed,
            });
        }
    }
    engagements
}

fn elsewhere(
    conn: &mut Conn,
    event: &Event,
    programme: &Programme,
    engagements: &[Engagement],
    travel: TimeDelta,
) -> DbResult<Vec<Elsewhere>> {
    let mut speakers: Vec<SpeakerId> = engagements.iter().filter_map(|one| one.speaker_id).collect();
    speakers.sort_unstable();
    speakers.dedup();
    let Some((from, to)) = reach(programme) else { return Ok(Vec::new()) };
    let span = (from.checked_sub_signed(travel).unwrap_or(from), to.checked_add_signed(travel).unwrap_or(to));
    let others = store::appearances_elsewhere(conn, event.workspace_id, event.id, &speakers, span)?;
    let mut events = HashMap::new();
    for other in store::find_events(conn, &events_of(&others, |_| true))? {
        events.insert(other.id, OtherEvent { when: other.when()?, is_far: is_far(event, &other), event: other });
    }
    let mut sessions: HashMap<EventId, Vec<Session>> = HashMap::new();
    for session in store::sessions_of_events(conn, &events_of(&others, |one| one.session.is_some()))? {
        sessions.entry(session.event_id).or_default().push(session);
    }
    let times: HashMap<SessionId, Times> =
        sessions.into_values().flat_map(|all| rules::times_by_session(&rules::build_tree(all))).collect();
    Ok(others.into_iter().filter_map(|other| place(other, &events, &times)).collect())
}

fn events_of(others: &[OtherAppearance], is_meant: impl Fn(&OtherAppearance) -> bool) -> Vec<EventId> {
    let mut ids: Vec<EventId> = others.iter().filter(|one| is_meant(one)).map(|one| one.event).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// From the first start to the last end. Sessions may lie outside their event while it is planned.
fn reach(programme: &Programme) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let Programme { when, agenda, .. } = programme;
    let starts = agenda.iter().filter_map(|node| node.times.starts_at).chain(when.starts_at()).min();
    let ends = agenda.iter().filter_map(|node| node.times.ends_at).chain(when.ends_at()).max();
    starts.zip(ends)
}

struct OtherEvent {
    event: Event,
    when: When,
    is_far: bool,
}

/// Whether somebody who is at both has to travel: both take place on site, and not at the same venue.
fn is_far(one: &Event, other: &Event) -> bool {
    let is_on_site = |event: &Event| event.attendance_mode() != AttendanceMode::Online;
    let venue = |event: &Event| {
        let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
        let name_and_address =
            |venue: &Venue| (words(&venue.name), words(venue.address.as_deref().unwrap_or_default()));
        event.details.0.venue.as_ref().map(name_and_address)
    };
    is_on_site(one) && is_on_site(other) && venue(one) != venue(other)
}

/// When somebody is there; none where that is not known.
fn place(
    other: OtherAppearance,
    events: &HashMap<EventId, OtherEvent>,
    times: &HashMap<SessionId, Times>,
) -> Option<Elsewhere> {
    let there = events.get(&other.event)?;
    let (starts_at, ends_at) = match other.session {
        None => there.when.starts_at().zip(there.when.ends_at())?,
        Some(id) => times.get(&id).and_then(|times| times.starts_at.zip(times.ends_at))?,
    };
    Some(Elsewhere {
        speaker_id: other.speaker?,
        event_id: other.event,
        event_title: there.event.details.0.title.clone(),
        is_far: there.is_far,
        starts_at,
        ends_at,
    })
}
