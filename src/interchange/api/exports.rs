//! Programmes as files.

use actix_web::{route, web};

use super::super::agenda::Agenda;
use super::super::{Audience, ExportFormat, export};
use crate::accounts::store::get_workspace;
use crate::events::EventId;
use crate::events::api::visible_event;
use crate::http::{Code, Problem, State, TailoredDownload, Visitor};

/// Reads an event and writes it, apart from the connection that it was read with.
async fn serve(
    state: web::Data<State>,
    visitor: Visitor,
    id: EventId,
    format: ExportFormat,
) -> Result<TailoredDownload, Problem> {
    let (agenda, is_staff, language) = state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            let workspace = get_workspace(conn, event.workspace_id)?;
            let language = workspace.spoken();
            Ok((Agenda::read(conn, event)?, is_staff, language))
        })
        .await?;
    let audience = Audience { is_staff, language, public_url: state.links.public_url().to_owned() };
    let written = web::block(move || export(&agenda, format, &audience)).await;
    Ok(written.map_err(|error| Problem::new(Code::Unavailable).with_detail(error.to_string()))??)
}

/// Export a programme as schedule.json
///
/// As frab and pretalx write it, for apps, recording and signage. Sessions without a time are left out.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = String, content_type = "application/json",
        description = "The file, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/schedule.json", method = "GET", method = "HEAD")]
pub async fn export_schedule_json(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    serve(state, visitor, path.into_inner(), ExportFormat::Json).await
}

/// Export a programme as schedule.xml
///
/// As frab and pretalx write it, for apps, recording and signage. Sessions without a time are left out.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = String, content_type = "application/xml",
        description = "The file, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/schedule.xml", method = "GET", method = "HEAD")]
pub async fn export_schedule_xml(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    serve(state, visitor, path.into_inner(), ExportFormat::Xml).await
}

/// Export a programme as a table
///
/// One line a session, every session, for spreadsheets; it can be imported again. No cell is a formula.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = String, content_type = "text/csv",
        description = "The file, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/schedule.csv", method = "GET", method = "HEAD")]
pub async fn export_schedule_csv(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    serve(state, visitor, path.into_inner(), ExportFormat::Csv).await
}

/// Export a programme as Markdown
///
/// With days, sessions, speakers and texts. Who is not certain is marked `(tbc)`.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = String, content_type = "text/markdown",
        description = "The file, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/schedule.md", method = "GET", method = "HEAD")]
pub async fn export_schedule_markdown(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    serve(state, visitor, path.into_inner(), ExportFormat::Markdown).await
}

/// Export a programme as a page
///
/// To read and to print, without scripts. Who is not certain is marked `(tbc)`. It carries the data of schema.org.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = String, content_type = "text/html",
        description = "The file, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/schedule.html", method = "GET", method = "HEAD")]
pub async fn export_schedule_html(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    serve(state, visitor, path.into_inner(), ExportFormat::Html).await
}
