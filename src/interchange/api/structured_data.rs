//! Events and series for search engines.

use actix_web::{route, web};

use super::super::agenda::Agenda;
use super::super::structured::{embeddable, event_data, series_data};
use crate::accounts::PublicLinks;
use crate::accounts::store::get_workspace;
use crate::events::api::visible_event;
use crate::events::store::{EventFilter, Order, find_series, list_events, series_organisers};
use crate::events::{EventId, SeriesId, Visibility};
use crate::http::auth::Scope;
use crate::http::{Download, Problem, State, TailoredDownload, Visitor, file_name};

/// How many events of a series are named.
const MOST_EVENTS: i64 = 1_000;

fn answer(title: &str, modified_at: chrono::DateTime<chrono::Utc>, is_private: bool, body: String) -> TailoredDownload {
    let file_name = file_name(title, "event", "jsonld");
    let download = Download { media_type: "application/ld+json", file_name, modified_at, body };
    TailoredDownload { download, is_private, headers: vec![("x-content-type-options", "nosniff".to_owned())] }
}

/// Read an event as structured data
///
/// JSON-LD in the terms of schema.org, to be put into a page as it is: no text in it can end its element. Dates are as precise as
/// they are known. It says where people join only where that is public.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = Object, content_type = "application/ld+json",
        description = "The data, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/events/{event_id}/structured-data", method = "GET", method = "HEAD")]
pub async fn get_event_data(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<TailoredDownload, Problem> {
    let id = path.into_inner();
    let (agenda, is_staff) = state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            Ok((Agenda::read(conn, event)?, is_staff))
        })
        .await?;
    let body = embeddable(&event_data(&agenda, state.links.public_url())?);
    Ok(answer(&agenda.event.details.0.title, agenda.modified_at(), is_staff, body))
}

/// Read a series as structured data
///
/// JSON-LD in the terms of schema.org, with the published events of the series.
#[utoipa::path(
    get,
    tag = "Import and export",
    security((), ("bearer" = ["programme:read"])),
    responses((
        status = 200, body = Object, content_type = "application/ld+json",
        description = "The data, with `ETag` and `Last-Modified`; 304 to a reader who has it"
    ))
)]
#[route("/series/{series_id}/structured-data", method = "GET", method = "HEAD")]
pub async fn get_series_data(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SeriesId>,
) -> Result<TailoredDownload, Problem> {
    let id = path.into_inner();
    let public_url = state.links.public_url().to_owned();
    let (series, organisers, events, links, is_staff) = state
        .read(move |conn| {
            let series = find_series(conn, id)?.ok_or_else(Problem::not_found)?;
            let is_staff = visitor.may(series.workspace_id, Scope::ProgrammeRead);
            if !is_staff && series.visibility == Visibility::Draft {
                return Err(Problem::not_found());
            }
            let filter = EventFilter { series: Some(id), published_only: true, ..EventFilter::default() };
            let events = list_events(conn, &filter, Order::Chronological, None, MOST_EVENTS)?;
            let links = PublicLinks::of(&get_workspace(conn, series.workspace_id)?, &public_url);
            Ok((series, series_organisers(conn, id)?, events, links, is_staff))
        })
        .await?;
    let body = embeddable(&series_data(&series, &organisers, &events, &links)?);
    let changes = events.iter().map(|event| event.updated_at.0);
    let modified_at = changes.chain(organisers.iter().map(|one| one.organisation.updated_at.0));
    let modified_at = modified_at.fold(series.updated_at.0, chrono::DateTime::max);
    Ok(answer(&series.details.0.title, modified_at, is_staff, body))
}
