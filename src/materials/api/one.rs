//! One material: reading, changing, removing.

use actix_web::{delete, get, patch, web};

use super::super::details::MaterialDetails;
use super::super::model::{Material, MaterialId, MaterialOwner};
use super::super::store::{self, MaterialWith};
use super::super::{change_material, remove_material};
use super::answers::{MaterialResponse, Viewing};
use crate::db::Conn;
use crate::events::api::{visible_event, visible_series};
use crate::events::store::{lock_event, lock_series};
use crate::http::auth::{Scope, needs};
use crate::http::{IfMatch, MergePatch, Problem, Reply, Staff, State, Visitor, WorkspaceId};

/// What a material belongs to, if the visitor may read that, and whether they are its staff.
fn visible_owner(conn: &mut Conn, visitor: &Visitor, material: &Material) -> Result<(MaterialOwner, bool), Problem> {
    if let Some(id) = material.event_id {
        let (event, is_staff) = visible_event(conn, visitor, id)?;
        return Ok((MaterialOwner::Event(Box::new(event), material.session_id), is_staff));
    }
    let series = visible_series(conn, visitor, material.series_id.ok_or_else(Problem::not_found)?)?;
    let is_staff = visitor.may(series.workspace_id, Scope::ProgrammeRead);
    Ok((MaterialOwner::Series(Box::new(series)), is_staff))
}

/// A material as it is once its owner is locked, with that.
fn lock_material(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: MaterialId,
) -> Result<(MaterialOwner, MaterialWith), Problem> {
    let Material { series_id, event_id, session_id, .. } = store::get_material(conn, workspace, id)?.material;
    let owner = match (event_id, series_id) {
        (Some(event), _) => MaterialOwner::Event(Box::new(lock_event(conn, workspace, event)?), session_id),
        (None, Some(series)) => MaterialOwner::Series(Box::new(lock_series(conn, workspace, series)?)),
        (None, None) => return Err(Problem::not_found()),
    };
    // It may have been changed or removed before the lock was there.
    Ok((owner, store::get_material(conn, workspace, id)?))
}

/// Read a material
///
/// The public reads it where it is public and its time has come, of a published event or series.
#[utoipa::path(
    tag = "Materials",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = MaterialResponse, description = "The material"))
)]
#[get("/materials/{material_id}")]
pub async fn get_material(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<MaterialId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let material = state
        .read(move |conn| {
            let with = store::find_material(conn, id)?.ok_or_else(Problem::not_found)?;
            let (owner, is_staff) = visible_owner(conn, &visitor, &with.material)?;
            MaterialResponse::new(with, Viewing::new(&owner, is_staff, now)).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Reply::ok(&material)?.with_revision(material.revision))
}

/// Change a material
///
/// A merge patch (RFC 7396). Its series, event or session stays the same. When `available_from` comes nobody is mailed.
#[utoipa::path(
    tag = "Materials",
    params(IfMatch),
    request_body(content = MaterialDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = MaterialResponse, description = "The material as it is now")),
    extensions(("x-codes" = json!([
        "url_invalid", "media_type_invalid", "language_invalid", "number_invalid", "duration_invalid",
        "when_out_of_range", "reference_unknown"
    ])))
)]
#[patch("/materials/{material_id}")]
pub async fn update_material(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<MaterialId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let material = state
        .write(move |conn, context| {
            let (owner, current) = lock_material(conn, workspace, id)?;
            if_match.check(current.material.revision)?;
            let details = changes.apply(&current.material.details())?;
            let changed = change_material(conn, context, &actor, &owner, current, &details)?;
            let viewing = Viewing::new(&owner, true, context.now);
            MaterialResponse::new(changed, viewing).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Reply::ok(&material)?.with_revision(material.revision))
}

/// Delete a material
#[utoipa::path(
    tag = "Materials",
    description = "Removes it for good; what it links to stays where it is.",
    params(IfMatch),
    security(("bearer" = ["programme:write"])),
    responses((status = 204, description = "The material is gone"))
)]
#[delete("/materials/{material_id}")]
pub async fn delete_material(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<MaterialId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    state
        .write(move |conn, context| {
            let (owner, current) = lock_material(conn, workspace, id)?;
            if_match.check(current.material.revision)?;
            Ok(remove_material(conn, context, &actor, &owner, &current)?)
        })
        .await?;
    Ok(Reply::no_content())
}
