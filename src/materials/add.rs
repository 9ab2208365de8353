//! Adding materials.

use super::details::MaterialDetails;
use super::error::MaterialError;
use super::model::{MaterialFields, MaterialOwner, MaterialVisibility};
use super::record::record;
use super::store::MaterialWith;
use super::{messages, rules, store};
use crate::db::{Conn, DbError, DbResult};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::organisations::{self, OrganisationId};
use crate::speakers;
use crate::time::Context;

/// Adds a material to its owner, which the caller has locked.
///
/// # Errors
/// A field does not fit or names what the workspace lacks, or there are too many.
pub fn add_material(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    owner: &MaterialOwner,
    details: &MaterialDetails,
) -> Result<MaterialWith, MaterialError> {
    if store::count(conn, owner)? >= rules::MOST {
        let detail = format!("A series, or an event with its sessions, has at most {} materials.", rules::MOST);
        return Err(MaterialError::Invalid(vec![FieldError::new("", Code::NumberInvalid, detail)]));
    }
    let fields = check(conn, owner.workspace(), details, None)?;
    let position = match details.position {
        Some(position) => position,
        None => store::next_position(conn, owner, None)?,
    };
    let published_at = (fields.visibility == MaterialVisibility::Public).then_some(context.now);
    let id = store::insert(conn, context, owner, position, &fields, published_at)?;
    let added = store::get_material(conn, owner.workspace(), id)?;
    messages::promise_available(conn, context, &added.material)?;
    messages::promise_recording(conn, context, owner, &added.material)?;
    record(conn, context, actor, owner, ("material_added", None, Some(&added)))?;
    Ok(added)
}

/// Checks a material with what it refers to. The organisation stays locked until the transaction ends: it is not merged into
/// another before it is stored. If the one that the material named `before` is not there any more, it was merged since that
/// was read, and the whole transaction has to be run again.
pub(super) fn check(
    conn: &mut Conn,
    workspace: WorkspaceId,
    details: &MaterialDetails,
    before: Option<OrganisationId>,
) -> Result<MaterialFields, MaterialError> {
    let (fields, mut errors) = match rules::check_material(details) {
        Ok(fields) => (Some(fields), Vec::new()),
        Err(errors) => (None, errors),
    };
    let mut refer = |is_known: bool, field: &str, noun: &str| {
        if !is_known {
            let detail = format!("There is no such {noun} in this workspace.");
            errors.push(FieldError::new(field, Code::ReferenceUnknown, detail));
        }
    };
    if let Some(id) = details.speaker_id {
        refer(is_there(speakers::store::get_speaker(conn, workspace, id))?, "/speaker_id", "speaker");
    }
    if let Some(id) = details.organisation_id {
        let is_there = !organisations::store::lock_many(conn, workspace, &[id])?.is_empty();
        if !is_there && before == Some(id) {
            return Err(DbError::Crossed.into());
        }
        refer(is_there, "/organisation_id", "organisation");
    }
    fields.filter(|_| errors.is_empty()).ok_or(MaterialError::Invalid(errors))
}

fn is_there<T>(found: DbResult<T>) -> DbResult<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(DbError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
