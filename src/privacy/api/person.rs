//! What a person does about themselves, with the link that they were sent: it proves that the address is theirs.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::erase::{Erased, ErasureRequest, erase_person};
use super::super::model::{ErasureCause, ErasureCounts};
use super::answers::{PersonExport, Reader};
use crate::db::Conn;
use crate::http::{Code, Json, Links, Problem, Reply, State};
use crate::mail::EmailAddress;
use crate::registrations::Registration;
use crate::registrations::api::opened;
use crate::time::Context;

/// That the person wants to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnErasureRequest {
    /// That this is meant: what is erased cannot be brought back. Has to be true.
    #[schema(example = true)]
    confirm: bool,
}

/// What was erased of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnErasureResponse {
    /// How much.
    erased: ErasureCounts,
}

/// The address behind a link.
fn address(registration: &Registration) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(&registration.email).map_err(|error| Problem::internal(error.to_string()))
}

/// Erases what is held about whoever was sent the link.
pub(super) fn erase_own(conn: &mut Conn, context: &Context, links: &Links, token: &str) -> Result<Erased, Problem> {
    let registration = opened(conn, links, token)?;
    let address = address(&registration)?;
    let (cause, actor) = (ErasureCause::Person, None);
    let request = ErasureRequest { address, cause, actor, include_speakers: false };
    Ok(erase_person(conn, context, registration.workspace_id, &request)?)
}

/// Export all that is held about oneself
///
/// Everything in the workspace that belongs to the address that the link was sent to, but for what the staff wrote for themselves.
/// It changes nothing.
#[utoipa::path(
    tag = "Privacy",
    responses((status = 200, body = PersonExport, description = "All of it")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/manage/{token}/export")]
pub async fn export_managed_person(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let (token, links, now) = (path.into_inner(), state.links.clone(), state.clock.now());
    let export = state
        .read(move |conn| {
            let registration = opened(conn, &links, &token)?;
            let address = address(&registration)?;
            Ok(PersonExport::load(conn, registration.workspace_id, &address, Reader::Person, now)?)
        })
        .await?;
    Ok(Reply::ok(&export)?.with_header("cache-control", "no-store"))
}

/// Erase what is held about oneself
///
/// Of every registration in the workspace with the address that the link was sent to. Those for what may still take place are
/// cancelled first. Afterwards the links that were sent open nothing any more.
#[utoipa::path(
    tag = "Privacy",
    request_body = OwnErasureRequest,
    responses((status = 200, body = OwnErasureResponse, description = "How much was erased")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[post("/registrations/manage/{token}/erase")]
pub async fn erase_managed_person(
    state: web::Data<State>,
    path: web::Path<String>,
    body: Json<OwnErasureRequest>,
) -> Result<Reply, Problem> {
    let (token, links) = (path.into_inner(), state.links.clone());
    if !body.value.confirm {
        let detail = "What is erased cannot be brought back: confirm it.";
        return Err(Problem::field("/confirm", Code::FieldRequired, detail));
    }
    let erased = state.write(move |conn, context| erase_own(conn, context, &links, &token)).await?;
    Ok(Reply::ok(&OwnErasureResponse { erased: erased.counts })?.with_header("cache-control", "no-store"))
}
