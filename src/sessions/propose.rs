//! Checking an agenda that is not stored: what would be found if it were written. Nothing is changed.

use std::collections::HashSet;

use super::details::{AgendaMove, ScheduleProposal, SessionInput};
use super::error::SessionError;
use super::inspect::{CheckOptions, Programme, inspect};
use super::model::Session;
use super::replace::{lists_of, surroundings};
use super::rules::{self, Planned, Report, Surroundings};
use super::shift::moved_agenda;
use super::store;
use crate::db::Conn;
use crate::db::types::At;
use crate::events::{Event, SessionId, read_when};
use crate::speakers::preview_agenda_appearances;
use crate::speakers::store::appearances_of_event;
use crate::time::{Context, When};

/// Checks the schedule of an event as it would be with this agenda, at this time. The pointers of findings about sessions
/// lead into the proposal.
///
/// # Errors
/// Something does not fit, or names a session, room, speaker or organisation that is not there: the same faults as for
/// writing the agenda.
pub fn inspect_proposal(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    proposal: &ScheduleProposal,
    options: CheckOptions,
) -> Result<Report, SessionError> {
    let when = match &proposal.when {
        Some(when) => read_when(conn, event, when)?,
        None => event.when()?,
    };
    let current = store::sessions_of_event(conn, event.id)?;
    if let Some(sessions) = &proposal.sessions {
        return inspect_new(conn, context, event, (&current, sessions), when, options);
    }
    let disambiguation = proposal.when.as_ref().and_then(|when| when.disambiguation);
    let moved = match proposal.agenda {
        AgendaMove::Shift => moved_agenda(conn, event, &when, disambiguation)?,
        AgendaMove::Keep => Vec::new(),
    };
    let moved: Vec<Session> = moved.into_iter().map(|(_, shifted)| shifted).collect();
    inspect_moved(conn, event, if moved.is_empty() { current } else { moved }, when, options)
}

/// These sessions at another time of the event: what their clocks show stays.
fn inspect_moved(
    conn: &mut Conn,
    event: &Event,
    mut current: Vec<Session>,
    when: When,
    options: CheckOptions,
) -> Result<Report, SessionError> {
    for session in &mut current {
        rules::rederive(&mut session.fields, when.zone());
    }
    let appearances = appearances_of_event(conn, event.id)?;
    let programme = Programme { when, agenda: rules::build_tree(current), appearances };
    Ok(inspect(conn, event, &programme, options)?)
}

fn inspect_new(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    (current, sessions): (&[Session], &[SessionInput]),
    when: When,
    options: CheckOptions,
) -> Result<Report, SessionError> {
    let around = Surroundings { zone: when.zone(), ..surroundings(conn, event, current)? };
    let plan = rules::plan_agenda(sessions, &around).map_err(SessionError::Invalid)?;
    let ids: Vec<SessionId> =
        plan.iter().map(|one| one.input.id.unwrap_or_else(|| SessionId(context.uuid()))).collect();
    let named: HashSet<SessionId> = ids.iter().copied().collect();
    let appearances = appearances_of_event(conn, event.id)?;
    let mut appearances = preview_agenda_appearances(conn, event, &lists_of(&plan, &ids), appearances)?;
    appearances.retain(|one| one.appearance.session_id.is_none_or(|session| named.contains(&session)));
    let agenda = rules::build_tree(rows(context, event, &plan, &ids));
    let mut report = inspect(conn, event, &Programme { when, agenda, appearances }, options)?;
    // A new session has no id that anybody could know.
    let stored = |id: &SessionId| around.sessions.contains(id);
    for finding in &mut report.findings {
        finding.session_id = finding.session_id.filter(stored);
        finding.other_session_id = finding.other_session_id.filter(stored);
    }
    Ok(report)
}

/// The sessions as they would be stored.
fn rows(context: &Context, event: &Event, plan: &[Planned<'_>], ids: &[SessionId]) -> Vec<Session> {
    let rows = plan.iter().zip(ids).map(|(one, id)| Session {
        id: *id,
        event_id: event.id,
        parent_id: one.parent.and_then(|parent| ids.get(parent).copied()),
        position: one.position,
        uid: id.to_string(),
        fields: one.fields.clone(),
        revision: 1,
        created_at: At(context.now),
        updated_at: At(context.now),
    });
    rows.collect()
}
