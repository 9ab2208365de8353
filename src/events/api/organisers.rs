//! The organisations of events and series.

use actix_web::{get, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{EventId, SeriesId};
use super::super::{OrganiserInput, set_event_organisers, set_series_organisers, store};
use super::events::visible_event;
use super::series::visible_series;
use super::series_views::OrganiserResponse;
use crate::http::auth::needs;
use crate::http::{IfMatch, Json, Problem, Reply, Staff, State, Visitor};

/// The organisations with a part in an event or a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisersResponse {
    /// In their order.
    items: Vec<OrganiserResponse>,
}

fn reply(organisers: Vec<store::Organiser>, revision: i64) -> Result<Reply, Problem> {
    let items = organisers.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&OrganisersResponse { items })?.with_revision(revision))
}

/// List the organisations of an event
#[utoipa::path(
    tag = "Events",
    description = "Those of its own, in their order; the ETag is the event's.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = OrganisersResponse, description = "The organisations"))
)]
#[get("/events/{event_id}/organisations")]
pub async fn get_event_organisations(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let (organisers, revision) = state
        .read(move |conn| {
            let (event, _) = visible_event(conn, &visitor, id)?;
            Ok((store::event_organisers(conn, id)?, event.revision))
        })
        .await?;
    reply(organisers, revision)
}

/// Set the organisations of an event
#[utoipa::path(
    tag = "Events",
    description = "Replaces them all. Several organisers are of equal rank, in the order of the list.",
    params(IfMatch),
    request_body = Vec<OrganiserInput>,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = OrganisersResponse, description = "The organisations as they are now")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid"])))
)]
#[put("/events/{event_id}/organisations")]
pub async fn set_event_organisations(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<Vec<OrganiserInput>>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, all) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    let (organisers, revision) = state
        .write(move |conn, context| {
            let event = store::lock_event(conn, workspace, id)?;
            if_match.check(event.revision)?;
            let event = set_event_organisers(conn, context, &actor, &event, &all)?;
            Ok((store::event_organisers(conn, id)?, event.revision))
        })
        .await?;
    reply(organisers, revision)
}

/// List the organisations of a series
#[utoipa::path(
    tag = "Series",
    description = "In their order; the ETag is the series'.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = OrganisersResponse, description = "The organisations"))
)]
#[get("/series/{series_id}/organisations")]
pub async fn get_series_organisations(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SeriesId>,
) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let (organisers, revision) = state
        .read(move |conn| {
            let series = visible_series(conn, &visitor, id)?;
            Ok((store::series_organisers(conn, id)?, series.revision))
        })
        .await?;
    reply(organisers, revision)
}

/// Set the organisations of a series
#[utoipa::path(
    tag = "Series",
    description = "Replaces them all. An event without organisations of its own shows those of its series.",
    params(IfMatch),
    request_body = Vec<OrganiserInput>,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = OrganisersResponse, description = "The organisations as they are now")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid"])))
)]
#[put("/series/{series_id}/organisations")]
pub async fn set_series_organisations(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
    body: Json<Vec<OrganiserInput>>,
) -> Result<Reply, Problem> {
    let (id, workspace, all) = (path.into_inner(), staff.workspace, body.value);
    let (organisers, revision) = state
        .write(move |conn, context| {
            let series = store::lock_series(conn, workspace, id)?;
            if_match.check(series.revision)?;
            let series = set_series_organisers(conn, context, &series, &all)?;
            Ok((store::series_organisers(conn, id)?, series.revision))
        })
        .await?;
    reply(organisers, revision)
}
