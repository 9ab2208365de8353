//! Reading everything that a schedule check looks at, in five queries whatever the size, and checking it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::model::Session;
use super::rules::{self, Elsewhere, Engagement, Node, Report, Schedule};
use super::store::{self, OtherAppearance};
use crate::db::{Conn, DbResult};
use crate::events::{AttendanceMode, Event, EventId, EventStatus, SessionId};
use crate::speakers::store::{AppearanceWith, appearances_of_event};
use crate::speakers::{AppearanceStatus, SpeakerId};
use crate::time::When;

/// Checks the schedule of an event, also against every other event of its workspace.
///
/// # Errors
/// The database failed.
pub fn inspect_schedule(conn: &mut Conn, event: &Event, now: DateTime<Utc>) -> DbResult<Report> {
    let when = event.when()?;
    let agenda = rules::build_tree(store::sessions_of_event(conn, event.id)?);
    let engagements = engagements(&appearances_of_event(conn, event.id)?);
    let elsewhere = elsewhere(conn, event, &when, &agenda, &engagements)?;
    Ok(rules::check_schedule(&Schedule {
        when: &when,
        lacks_link: lacks_link(event),
        agenda: &agenda,
        engagements: &engagements,
        elsewhere: &elsewhere,
        now,
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
    when: &When,
    agenda: &[Node],
    engagements: &[Engagement],
) -> DbResult<Vec<Elsewhere>> {
    let mut speakers: Vec<SpeakerId> = engagements.iter().filter_map(|one| one.speaker_id).collect();
    speakers.sort_unstable();
    speakers.dedup();
    // Sessions may lie outside their event while it is planned.
    let starts = agenda.iter().filter_map(|node| node.times.starts_at).chain(when.starts_at()).min();
    let ends = agenda.iter().filter_map(|node| node.times.ends_at).chain(when.ends_at()).max();
    let Some(span) = starts.zip(ends) else { return Ok(Vec::new()) };
    let others = store::appearances_elsewhere(conn, event.workspace_id, event.id, &speakers, span)?;
    let mut ids: Vec<EventId> = others.iter().filter(|one| one.session_id.is_some()).map(|one| one.event_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut sessions: HashMap<EventId, Vec<Session>> = HashMap::new();
    for session in store::sessions_of_events(conn, &ids)? {
        sessions.entry(session.event_id).or_default().push(session);
    }
    let trees: HashMap<EventId, Vec<Node>> =
        sessions.into_iter().map(|(id, sessions)| (id, rules::build_tree(sessions))).collect();
    others.into_iter().filter_map(|other| place(other, &trees).transpose()).collect()
}

/// When somebody is there; none where that is not known.
fn place(other: OtherAppearance, trees: &HashMap<EventId, Vec<Node>>) -> DbResult<Option<Elsewhere>> {
    let Some(speaker_id) = other.speaker_id else { return Ok(None) };
    let span = match other.session_id {
        None => {
            let when: When = other.event_when.try_into()?;
            when.starts_at().zip(when.ends_at())
        }
        Some(id) => {
            let node = trees.get(&other.event_id).and_then(|tree| rules::find_node(tree, id));
            node.and_then(|node| node.times.starts_at.zip(node.times.ends_at))
        }
    };
    Ok(span.map(|(starts_at, ends_at)| Elsewhere {
        speaker_id,
        event_id: other.event_id,
        event_title: other.event_title,
        starts_at,
        ends_at,
    }))
}
