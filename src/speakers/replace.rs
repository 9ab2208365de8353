//! Replacing the appearances of sessions, for whoever writes an agenda as a whole. The event is locked by the caller, who
//! also keeps its history and raises its sequence and revision.

use std::collections::{HashMap, HashSet};

use super::details::AppearanceInput;
use super::error::SpeakerError;
use super::model::{Appearance, AppearanceId};
use super::references::References;
use super::rules;
use super::store::{self, Place};
use crate::db::Conn;
use crate::events::{Event, SessionId};
use crate::http::{Checks, Code, FieldError};
use crate::time::Context;

/// How many appearances a session may have.
const MOST: usize = 100;

/// All appearances that a session is to have.
#[derive(Debug, Clone)]
pub struct SessionAppearances<'a> {
    /// The session; it is stored already, and of the event.
    pub session: SessionId,
    /// Its appearances, in their order.
    pub appearances: &'a [AppearanceInput],
    /// Where that list stands in the request: a JSON pointer, which the faults begin with.
    pub pointer: String,
}

/// Replaces the appearances of one session: ids are kept where they are given, and what is not named is deleted.
///
/// # Errors
/// Every fault, with its pointer; see [`replace_agenda_appearances`].
pub fn replace_session_appearances(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    session: SessionId,
    appearances: &[AppearanceInput],
    pointer_prefix: &str,
) -> Result<(), SpeakerError> {
    let one = SessionAppearances { session, appearances, pointer: pointer_prefix.to_owned() };
    replace_agenda_appearances(conn, context, event, &[one])
}

/// Replaces the appearances of several sessions of one event at once, so that an appearance can move from one of them to
/// another and keep its id. Appearances of other sessions, and of the event as a whole, stay unless they are named.
/// A session that is to go has to be deleted after this, since its appearances go with it. Where another person takes a part,
/// nothing that the one before said stays, but for what the list itself says.
///
/// # Errors
/// Every fault, with its pointer: a field does not fit, names what the workspace lacks, or is a status that the present one
/// cannot become; or an id is not of this event or stands there twice.
pub fn replace_agenda_appearances(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    agenda: &[SessionAppearances<'_>],
) -> Result<(), SpeakerError> {
    let inputs = agenda.iter().flat_map(|list| list.appearances);
    let references = References::find(conn, event.workspace_id, inputs)?;
    let current = store::rows_of_event(conn, event.id)?;
    let by_id: HashMap<AppearanceId, &Appearance> = current.iter().map(|row| (row.id, row)).collect();
    let errors = check(agenda, &references, &by_id);
    if !errors.is_empty() {
        return Err(SpeakerError::Invalid(errors));
    }
    for list in agenda {
        for (position, input) in (1_i32..).zip(list.appearances) {
            let place = Place { session: Some(list.session), position };
            match input.id.and_then(|id| by_id.get(&id)) {
                Some(row) if is_same(row, input) && place == Place::of(row) => {}
                Some(row) => {
                    store::update_appearance(conn, row.id, place, input, context.now)?;
                    if row.speaker_id != input.speaker_id {
                        store::forget_invitation(conn, row.id)?;
                    }
                }
                None => drop(store::insert_appearance(conn, context, event, place, input)?),
            }
        }
    }
    Ok(store::delete_appearances(conn, &missing(agenda, &current))?)
}

/// Whether an appearance is what the list says, wherever it stands.
fn is_same(row: &Appearance, input: &AppearanceInput) -> bool {
    row.input_in_list() == *input
}

/// The faults of appearances that are to be those of an agenda; `by_id` are those that the event has.
pub(super) fn check(
    agenda: &[SessionAppearances<'_>],
    references: &References,
    by_id: &HashMap<AppearanceId, &Appearance>,
) -> Vec<FieldError> {
    let mut checks = Checks::new();
    let mut seen = HashSet::new();
    for list in agenda {
        checks.count(&list.pointer, list.appearances.len(), MOST);
        for (index, input) in list.appearances.iter().enumerate() {
            let prefix = format!("{}/{index}", list.pointer);
            if let Some(id) = input.id {
                let pointer = format!("{prefix}/id");
                if !by_id.contains_key(&id) {
                    checks.fault(pointer, Code::ReferenceUnknown, "There is no such appearance at this event.");
                } else if !seen.insert(id) {
                    checks.fault(pointer, Code::Invalid, "This appearance stands in the agenda twice.");
                }
            }
            if input.position.is_some() {
                checks.fault(format!("{prefix}/position"), Code::FieldUnknown, "The order of the list says the place.");
            }
            if let Some(row) = input.id.and_then(|id| by_id.get(&id)) {
                let is_same_person = row.speaker_id == input.speaker_id;
                if let Some(fault) = rules::check_status(&prefix, row, input.status, is_same_person) {
                    checks.add(fault);
                }
            }
            checks.add_all("", rules::check_appearance(&prefix, input));
            checks.add_all("", references.check(&prefix, input));
        }
    }
    checks.into_errors()
}

/// Those of the agenda's sessions that the agenda does not name any more.
fn missing(agenda: &[SessionAppearances<'_>], current: &[Appearance]) -> Vec<AppearanceId> {
    let sessions: HashSet<SessionId> = agenda.iter().map(|list| list.session).collect();
    let kept: HashSet<AppearanceId> =
        agenda.iter().flat_map(|list| list.appearances).filter_map(|input| input.id).collect();
    let is_of_agenda = |row: &&Appearance| row.session_id.is_some_and(|session| sessions.contains(&session));
    current.iter().filter(is_of_agenda).map(|row| row.id).filter(|id| !kept.contains(id)).collect()
}
