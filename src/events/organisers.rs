//! Which organisations have a part in an event or a series.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;

use super::details::OrganiserInput;
use super::error::EventError;
use super::model::{Event, OrganisationRole, Series};
use super::store::{self, Change, Organiser};
use crate::db::Conn;
use crate::http::{Code, FieldError, WorkspaceId};
use crate::organisations::{self, OrganisationId};
use crate::time::Context;

/// How many organisations may have a part.
const MOST: usize = 200;

/// Replaces the organisations of an event, which is locked by the caller.
///
/// # Errors
/// An organisation is unknown, or named twice with one part.
pub fn set_event_organisers(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    all: &[OrganiserInput],
) -> Result<Event, EventError> {
    check(conn, event.workspace_id, all)?;
    if parts(&store::event_organisers(conn, event.id)?) == wanted(all) {
        return Ok(event.clone());
    }
    store::replace_event_organisers(conn, event.id, all)?;
    let after = Some(json!({ "organisations": all }));
    let change = Change { actor, action: "organisations_changed", reason: None, before: None, after };
    store::record_change(conn, context, event.id, &change)?;
    store::touch_event(conn, event.id, context.now)?;
    Ok(store::get_event(conn, event.workspace_id, event.id)?)
}

/// Replaces the organisations of a series.
///
/// # Errors
/// An organisation is unknown, or named twice with one part.
pub fn set_series_organisers(
    conn: &mut Conn,
    context: &Context,
    series: &Series,
    all: &[OrganiserInput],
) -> Result<Series, EventError> {
    check(conn, series.workspace_id, all)?;
    if parts(&store::series_organisers(conn, series.id)?) == wanted(all) {
        return Ok(series.clone());
    }
    store::replace_series_organisers(conn, series.id, all)?;
    store::touch_events_of(conn, series.id, true, context.now)?;
    Ok(store::update_series(conn, series, context.now)?)
}

/// Who has which part at which place, to tell whether anything would change.
type Parts = BTreeSet<(OrganisationId, OrganisationRole, i32)>;

fn parts(present: &[Organiser]) -> Parts {
    present.iter().map(|one| (one.organisation.id, one.role, one.position)).collect()
}

fn wanted(all: &[OrganiserInput]) -> Parts {
    (1..).zip(all).map(|(index, one)| (one.organisation_id, one.role, one.position.unwrap_or(index))).collect()
}

fn check(conn: &mut Conn, workspace: WorkspaceId, all: &[OrganiserInput]) -> Result<(), EventError> {
    let ids: Vec<OrganisationId> = all.iter().map(|one| one.organisation_id).collect();
    // They stay locked: a name that is changed meanwhile changes the event too.
    let known: HashSet<OrganisationId> = organisations::store::lock_many(conn, workspace, &ids)?.into_iter().collect();
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    if all.len() > MOST {
        errors.push(FieldError::new("", Code::NumberInvalid, format!("At most {MOST} entries.")));
    }
    for (index, one) in all.iter().enumerate() {
        let pointer = format!("/{index}/organisation_id");
        if !known.contains(&one.organisation_id) {
            let detail = "There is no such organisation in this workspace.";
            errors.push(FieldError::new(pointer, Code::ReferenceUnknown, detail));
        } else if !seen.insert((one.organisation_id, one.role)) {
            let detail = "This organisation has this part already.";
            errors.push(FieldError::new(pointer, Code::Invalid, detail));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(EventError::Invalid(errors)) }
}
