//! Commands: what happens to a series or an event as a whole.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::model::{EventId, SeriesId};
use super::super::store;
use super::events::event_reply;
use super::series::series_reply;
use super::series_views::SeriesResponse;
use super::views::EventResponse;
use crate::http::auth::needs;
use crate::http::{Checks, IfMatch, Json, LINE, Problem, Reply, Staff, State};

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandRequest {
    /// Why; kept in the history.
    #[schema(example = "The programme is complete")]
    reason: Option<String>,
}

impl CommandRequest {
    fn check(self) -> Result<Option<String>, Problem> {
        let mut checks = Checks::new();
        checks.optional_line("/reason", self.reason.as_deref(), LINE);
        checks.finish()?;
        Ok(self.reason)
    }
}

/// Publish an event
///
/// Shows it to everybody. It needs an organiser, of its own or of its series; its date may be as vague as it is.
#[utoipa::path(
    tag = "Events",
    params(IfMatch),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["publish_incomplete", "not_possible_now"])))
)]
#[post("/events/{event_id}/publish")]
pub async fn publish_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<CommandRequest>,
) -> Result<Reply, Problem> {
    let reason = body.value.check()?;
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let event = state
        .write(move |conn, context| {
            if_match.check(store::lock_event(conn, workspace, id)?.revision)?;
            let event = super::super::publish_event(conn, context, workspace, &actor, id, reason.as_deref())?;
            event_reply(conn, event, true, context.now, None, &links)
        })
        .await?;
    Ok(Reply::ok(&event)?.with_revision(event.revision))
}

/// Unpublish an event
///
/// Makes it a draft again: only staff see it. Registrations stay as they are.
#[utoipa::path(
    tag = "Events",
    params(IfMatch),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/unpublish")]
pub async fn unpublish_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<CommandRequest>,
) -> Result<Reply, Problem> {
    let reason = body.value.check()?;
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let event = state
        .write(move |conn, context| {
            if_match.check(store::lock_event(conn, workspace, id)?.revision)?;
            let event = super::super::unpublish_event(conn, context, workspace, &actor, id, reason.as_deref())?;
            event_reply(conn, event, true, context.now, None, &links)
        })
        .await?;
    Ok(Reply::ok(&event)?.with_revision(event.revision))
}

/// Publish a series
#[utoipa::path(
    tag = "Series",
    description = "Shows the series to everybody. Its events are published one by one.",
    params(IfMatch),
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now"))
)]
#[post("/series/{series_id}/publish")]
pub async fn publish_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, links) = (path.into_inner(), staff.workspace, state.links.clone());
    let series = state
        .write(move |conn, context| {
            if_match.check(store::lock_series(conn, workspace, id)?.revision)?;
            let series = super::super::publish_series(conn, context, workspace, id)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}

/// Unpublish a series
#[utoipa::path(
    tag = "Series",
    description = "Makes it a draft again: only staff see it. Its published events stay published.",
    params(IfMatch),
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now"))
)]
#[post("/series/{series_id}/unpublish")]
pub async fn unpublish_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, links) = (path.into_inner(), staff.workspace, state.links.clone());
    let series = state
        .write(move |conn, context| {
            if_match.check(store::lock_series(conn, workspace, id)?.revision)?;
            let series = super::super::unpublish_series(conn, context, workspace, id)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}
