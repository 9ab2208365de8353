//! What the staff do with one registration or many: the same actions either way.

use std::collections::HashMap;

use super::check_in::{check_in, undo_check_in};
use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::resend::resend;
use super::rotate_links::rotate_links;
use super::{approve_registration, cancel_registration, reject_registration, staff_store, store};
use crate::db::{Conn, DbError, in_savepoint};
use crate::define_text_enum;
use crate::events::store as events;
use crate::events::{Event, EventId};
use crate::http::WorkspaceId;
use crate::time::Context;

define_text_enum! {
    /// What the staff do with a registration.
    StaffAction {
        /// They may come: they get a seat, or the end of the queue, and are told.
        Approve => "approve",
        /// They may not come; they are told, with the reason if there is one.
        Reject => "reject",
        /// The person is there.
        CheckIn => "check_in",
        /// They were not there after all; or they were noted as not there, which is taken back.
        UndoCheckIn => "undo_check_in",
        /// Their registration is cancelled; they are told, with the reason if there is one.
        Cancel => "cancel",
        /// They are sent again what they have.
        Resend => "resend",
        /// All links of their address are replaced; they are sent the new ones.
        RotateLinks => "rotate_links",
    }
}

/// What the history of a registration calls its cancellation by the staff.
pub(super) const CANCELLED: &str = "cancelled";

/// What the staff do, who does it, and why.
#[derive(Debug, Clone)]
pub struct StaffRequest {
    /// What.
    pub action: StaffAction,
    /// Who: `member:…` or `token:…`.
    pub actor: String,
    /// Why, if they said so.
    pub reason: Option<String>,
}

/// What became of an action on one registration.
#[derive(Debug)]
pub enum Acted {
    /// It was done.
    Done(Registration),
    /// It was so before.
    Unchanged(Registration),
    /// It is not possible.
    Refused(RegistrationError),
}

/// Does something with one registration of this workspace. `check` sees it, locked, before anything is done with it.
///
/// # Errors
/// There is no such registration, what `check` returns, or it is not possible.
pub fn act<E: From<RegistrationError> + From<DbError>>(
    conn: &mut Conn,
    context: &Context,
    (workspace, id): (WorkspaceId, RegistrationId),
    request: &StaffRequest,
    check: impl FnOnce(&Registration) -> Result<(), E>,
) -> Result<Registration, E> {
    let found = store::get(conn, workspace, id)?;
    // The event's seats come first: whoever ends a registration takes the rows in this order.
    events::lock_seats(conn, found.event_id)?;
    let locked = store::lock(conn, id)?.ok_or(DbError::NotFound)?;
    check(&locked)?;
    let event = events::get_event(conn, workspace, locked.event_id)?;
    match perform(conn, context, request, &event, &locked)? {
        Acted::Done(registration) | Acted::Unchanged(registration) => Ok(registration),
        Acted::Refused(error) => Err(error.into()),
    }
}

/// Does the same with many registrations of one event. What is refused for one is done for the others; an id that is none of the
/// event's is left out of the answer.
///
/// # Errors
/// There is no such event, or the database failed.
pub fn act_on_many(
    conn: &mut Conn,
    context: &Context,
    (workspace, event): (WorkspaceId, EventId),
    request: &StaffRequest,
    ids: &[RegistrationId],
) -> Result<HashMap<RegistrationId, Acted>, DbError> {
    let event = events::get_event(conn, workspace, event)?;
    events::lock_seats(conn, event.id)?;
    let mut locked = staff_store::lock_many(conn, event.id, ids)?;
    let order: HashMap<RegistrationId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    locked.sort_by_key(|one| order.get(&one.id).copied());
    let mut all = HashMap::with_capacity(locked.len());
    for one in locked {
        // What one of them has done before it was refused is undone alone.
        let acted = in_savepoint(conn, |conn| perform(conn, context, request, &event, &one));
        let acted = match acted {
            Ok(acted) => acted,
            Err(RegistrationError::Db(error)) => return Err(error),
            Err(refused) => Acted::Refused(refused),
        };
        all.insert(one.id, acted);
    }
    Ok(all)
}

fn perform(
    conn: &mut Conn,
    context: &Context,
    request: &StaffRequest,
    event: &Event,
    locked: &Registration,
) -> Result<Acted, RegistrationError> {
    let actor = request.actor.as_str();
    let after = match request.action {
        StaffAction::Approve => approve_registration(conn, context, actor, locked.id)?,
        StaffAction::Reject => reject_registration(conn, context, actor, locked.id, request.reason.as_deref())?,
        StaffAction::CheckIn => check_in(conn, context, actor, event, locked)?,
        StaffAction::UndoCheckIn => undo_check_in(conn, context, actor, locked)?,
        StaffAction::Cancel => cancel_one(conn, context, request, locked)?,
        StaffAction::RotateLinks => rotate_links(conn, context, actor, locked)?,
        StaffAction::Resend => return Ok(Acted::Done(resend(conn, context, actor, event, locked)?)),
    };
    let is_changed = after.revision != locked.revision;
    Ok(if is_changed { Acted::Done(after) } else { Acted::Unchanged(after) })
}

fn cancel_one(
    conn: &mut Conn,
    context: &Context,
    request: &StaffRequest,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    let after = cancel_registration(conn, context, locked.id)?;
    // One whose turn came while others were cancelled has been changed since it was locked.
    if locked.state != RegistrationState::Cancelled {
        let reason = request.reason.as_deref();
        staff_store::record(conn, context, locked.id, (&request.actor, CANCELLED), reason, Vec::new())?;
    }
    Ok(after)
}
