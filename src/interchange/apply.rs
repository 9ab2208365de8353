//! Applying a checked file: asked for in a request, done by the worker in one transaction, all or nothing.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::agenda::Agenda;
use super::error::InterchangeError;
use super::finding::{Findings, ImportFinding, ImportFindingCode as Found, Place};
use super::import::{plan_file, read_file};
use super::model::{
    Import, ImportId, ImportMode, ImportResult, ImportState, ProgrammeDetails, SessionDetails, SessionSource,
};
use super::plan::{Plan, PlanNode, report_fault};
use super::store::{self, Outcome};
use crate::db::Conn;
use crate::events::store::{Change, lock_event, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::http::WorkspaceId;
use crate::outbox::{self, NewMessage};
use crate::sessions::rules::build_tree;
use crate::sessions::{self, RoomId, SessionError, SessionInput, add_room, change_room, replace_agenda};
use crate::speakers::{SpeakerError, SpeakerId, create_speaker};
use crate::time::Context;

/// Kind of the message that an import is to be applied.
pub const APPLY: &str = "interchange.apply";

/// Promises that a checked file will be applied. To ask twice is harmless.
///
/// # Errors
/// There is no such import, it was refused, or the event was changed since it was checked.
pub fn request_apply(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    id: ImportId,
    mode: ImportMode,
) -> Result<Import, InterchangeError> {
    let found = store::get_import(conn, workspace, id)?;
    let event = lock_event(conn, workspace, found.event_id)?;
    let import = store::get_import(conn, workspace, id)?;
    match import.state {
        ImportState::Applying | ImportState::Applied => return Ok(import),
        ImportState::Checked => {}
        state => return Err(InterchangeError::NotNow(state)),
    }
    if event.revision != import.event_revision {
        return Err(InterchangeError::AgendaChanged);
    }
    store::start_import(conn, id, mode, context.now)?;
    let message = NewMessage {
        workspace,
        kind: APPLY,
        payload: json!({ "import_id": id, "actor": actor }),
        dedupe_key: Some(format!("{APPLY}:{id}")),
        event: Some(event.id.0),
        registration: None,
        due_at: None,
    };
    outbox::enqueue(conn, context, &message)?;
    Ok(store::get_import(conn, workspace, id)?)
}

/// Applies an import. Returns whether there was anything to do: one that was applied before stays as it is.
///
/// # Errors
/// The file does not fit any more, or the database failed; then nothing is changed.
pub fn apply_import(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    id: ImportId,
) -> Result<bool, InterchangeError> {
    let found = store::get_import(conn, workspace, id)?;
    let event = lock_event(conn, workspace, found.event_id)?;
    let import = store::get_import(conn, workspace, id)?;
    let body = store::get_body(conn, id)?;
    let (ImportState::Applying, Some(mode), Some(body)) = (import.state, import.mode, body) else { return Ok(false) };
    let mut findings = Findings::default();
    if event.revision != import.event_revision {
        let hint = "Import the file again.";
        findings.error(
            Found::AgendaChanged,
            &Place::default(),
            "The event was changed after the file was checked.",
            hint,
        );
        return Err(InterchangeError::Refused(findings.into_list()));
    }
    let file = read_file(body, import.format);
    let Some(raw) = file.raw() else { return Err(InterchangeError::Refused(file.into_findings())) };
    let agenda = Agenda::read(conn, event)?;
    let (plan, _) = plan_file(conn, context, &agenda, raw, mode, &mut findings)?;
    if findings.has_error() {
        return Err(InterchangeError::Refused(findings.into_list()));
    }
    let result = write(conn, context, actor, &agenda, &plan)?;
    let after = Some(json!({ "import_id": id, "format": import.format, "mode": mode, "counts": plan.counts }));
    let change = Change { actor, action: "programme_imported", reason: None, before: None, after };
    record_change(conn, context, agenda.event.id, &change)?;
    let outcome = Outcome {
        state: ImportState::Applied,
        counts: plan.counts,
        findings: import.findings.0,
        done: import.total,
        result: Some(result),
    };
    store::finish_import(conn, id, &outcome, context.now)?;
    Ok(true)
}

/// Says that an import could not be applied.
///
/// # Errors
/// There is no such import, or the database failed.
pub fn fail_import(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    id: ImportId,
    findings: &[ImportFinding],
) -> Result<(), InterchangeError> {
    let import = store::get_import(conn, workspace, id)?;
    let findings = findings.to_vec();
    let (state, counts) = (ImportState::Failed, import.counts.0);
    let outcome = Outcome { state, counts, findings, done: 0, result: None };
    Ok(store::finish_import(conn, id, &outcome, context.now)?)
}

/// What stands for a new room or speaker in a plan, and which one it became.
#[derive(Default)]
struct Made {
    rooms: HashMap<RoomId, RoomId>,
    speakers: HashMap<SpeakerId, SpeakerId>,
}

impl Made {
    fn room(&self, id: RoomId) -> RoomId {
        self.rooms.get(&id).copied().unwrap_or(id)
    }

    fn speaker(&self, id: SpeakerId) -> SpeakerId {
        self.speakers.get(&id).copied().unwrap_or(id)
    }

    fn settle(&self, mut input: SessionInput) -> SessionInput {
        input.room_id = input.room_id.map(|id| self.room(id));
        for one in input.appearances.iter_mut().flatten() {
            one.speaker_id = one.speaker_id.map(|id| self.speaker(id));
        }
        input.sessions = input.sessions.into_iter().map(|input| self.settle(input)).collect();
        input
    }

    /// The details of the whole, by the ids that rooms and speakers have now.
    fn settle_details(&self, details: &ProgrammeDetails) -> ProgrammeDetails {
        let mut settled = details.clone();
        for (planned, id) in &self.rooms {
            if let Some(source) = settled.rooms.remove(&planned.to_string()) {
                settled.rooms.insert(id.to_string(), source);
            }
        }
        for (planned, id) in &self.speakers {
            if let Some(ids) = settled.persons.remove(&planned.to_string()) {
                settled.persons.insert(id.to_string(), ids);
            }
        }
        settled
    }
}

fn write(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    agenda: &Agenda,
    plan: &Plan,
) -> Result<ImportResult, InterchangeError> {
    let event = &agenda.event;
    let mut made = Made::default();
    for (planned, details) in &plan.new_rooms {
        made.rooms.insert(*planned, add_room(conn, context, actor, event, details)?.id);
    }
    for (id, details) in &plan.changed_rooms {
        if let Some(room) = agenda.rooms.iter().find(|room| room.id == *id) {
            change_room(conn, context, actor, event, room, details)?;
        }
    }
    for (planned, details) in &plan.new_speakers {
        made.speakers.insert(*planned, create_speaker(conn, context, event.workspace_id, details)?.id);
    }
    let keys: Vec<(String, SpeakerId)> =
        plan.speaker_keys.iter().map(|(key, id)| (key.clone(), made.speaker(*id))).collect();
    store::add_speaker_keys(conn, event.workspace_id, &keys)?;
    let inputs: Vec<SessionInput> = plan.nodes.iter().map(|node| made.settle(node.to_input())).collect();
    replace_agenda(conn, context, actor, event, &inputs, false).map_err(|error| refused(plan, error))?;
    let new = remember_sources(conn, context, agenda, plan)?;
    if let Some(details) = &plan.details {
        store::set_programme_details(conn, event.id, &made.settle_details(details), context.now)?;
        touch_event(conn, event.id, context.now)?;
    }
    let in_order = |ids: &[RoomId]| ids.iter().map(|id| made.room(*id)).collect();
    let rooms: Vec<RoomId> = plan.new_rooms.iter().map(|(id, _)| *id).collect();
    let speakers = plan.new_speakers.iter().map(|(id, _)| made.speaker(*id)).collect();
    Ok(ImportResult { sessions: new, rooms: in_order(&rooms), speakers })
}

/// Faults of the agenda as findings of the file.
fn refused(plan: &Plan, error: SessionError) -> InterchangeError {
    match error {
        SessionError::Invalid(faults) | SessionError::Speaker(SpeakerError::Invalid(faults)) => {
            let mut findings = Findings::default();
            for fault in &faults {
                report_fault(plan, fault, &mut findings);
            }
            InterchangeError::Refused(findings.into_list())
        }
        other => other.into(),
    }
}

/// Stores where each session came from, now that all have their ids. Returns those that are new.
fn remember_sources(
    conn: &mut Conn,
    context: &Context,
    agenda: &Agenda,
    plan: &Plan,
) -> Result<Vec<SessionId>, InterchangeError> {
    let event: &Event = &agenda.event;
    let tree = build_tree(sessions::store::sessions_of_event(conn, event.id)?);
    let mut stored = Vec::new();
    super::plan::flatten(&tree, &mut stored);
    let planned: Vec<&PlanNode> = plan.nodes.iter().flat_map(PlanNode::flat).collect();
    let mut before = Vec::new();
    super::plan::flatten(&agenda.nodes, &mut before);
    let known: HashSet<SessionId> = before.iter().map(|node| node.session.id).collect();
    let (mut new, mut sources, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    // What was written stands in the order in which it was planned.
    for (node, planned) in stored.iter().zip(&planned) {
        let id = node.session.id;
        if !known.contains(&id) {
            new.push(id);
        }
        let Some(details) = &planned.source else { continue };
        let own = agenda.sources.get(&id);
        if own.map(|source| &source.details.0) == Some(details) {
            continue;
        }
        match source_of(event, id, details) {
            Some(source) => sources.push(source),
            None => gone.extend(own.map(|_| id)),
        }
    }
    store::replace_session_sources(conn, &sources, &gone)?;
    if !sources.is_empty() || !gone.is_empty() {
        touch_event(conn, event.id, context.now)?;
    }
    Ok(new)
}

fn source_of(event: &Event, id: SessionId, details: &SessionDetails) -> Option<SessionSource> {
    let number = details.kept.texts.get(&super::columns::Column::Id).map(|number| format!("id:{number}"));
    let source_key = details.guid.clone().or(number);
    (*details != SessionDetails::default()).then(|| SessionSource {
        session_id: id,
        event_id: event.id,
        source_key,
        details: crate::db::types::Json(details.clone()),
    })
}
